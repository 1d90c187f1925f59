"""The plan: one decision a photo. A pure function of what is known, what is at the destination included."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from albumsort.catalog.catalog import Placement
from albumsort.labels.table import LabelTable
from albumsort.names import folded
from albumsort.plan.destination import Destination
from albumsort.plan.layout import PATH_BYTES, Layout, numbered
from albumsort.records import UNSORTED, Action, CaptureTime, Decision, Photo, Prediction, Stamp

TOP = 3
"""How many classes the report names."""


@dataclass(frozen=True, slots=True)
class Known:
    """All that the plan knows of one photo: its file, what the model saw (or None), its time, where it was put."""

    photo: Photo
    prediction: Prediction | None
    captured: CaptureTime
    placements: Sequence[Placement] = ()


@dataclass(frozen=True, slots=True)
class Rules:
    """What the user asked for.

    ``albums`` is the album folder and ``earlier_albums`` every one that photos of this library were put into before,
    all absolute; ``action`` is None for a preview that leaves it open.
    """

    table: LabelTable
    class_names: Sequence[str]
    layout: Layout
    albums: str
    earlier_albums: Sequence[str] = ()
    action: Action | None = None


def make_plan(photos: Iterable[Known], rules: Rules, destination: Destination) -> list[Decision]:
    """Decide for each photo, in the order given, which is also the order in which names are given out.

    Deterministic: the same photos, rules and destination give the same plan.
    """
    photos = list(photos)
    places = _Places(rules, destination, frozenset(known.photo.path for known in photos))
    return [_decide(known, rules, places) for known in photos]


def _decide(known: Known, rules: Rules, places: _Places) -> Decision:
    photo = known.photo
    decision = Decision(
        path=photo.path,
        status="skipped",
        note=photo.problem,
        photo_id=photo.id,
        stamp=photo.stamp,
        content=photo.content,
        metadata=photo.metadata,
        captured=known.captured,
        action=rules.action,
    )
    if known.prediction is None:
        return decision
    decision = _recognised(decision, known.prediction, rules)
    home = _album_folder_of(photo.path, rules)
    if home:
        return replace(decision, album=os.path.relpath(os.path.dirname(photo.path), home), note="in an album already")
    if decision.category == UNSORTED:
        return decision
    album = rules.layout.album(rules.table.folder(decision.category), known.captured)
    try:
        return places.place(replace(decision, album=album), known)
    except OSError as error:
        return replace(decision, album=album, note=f"its place in the album cannot be looked at: {error.strerror}")


def _recognised(decision: Decision, prediction: Prediction, rules: Rules) -> Decision:
    """The decision with what was seen: category, confidence, classes, tags; with a note where that is not enough."""
    table, verdict = rules.table, rules.table.categorize(prediction)
    note = ""
    if verdict.category == UNSORTED:
        likeliest = table.folder(verdict.likeliest)
        note = f"unsorted, not sure enough: {likeliest} has {verdict.confidence:.2f}, and needs {verdict.threshold:.2f}"
    top = zip(prediction.classes[:TOP], prediction.probabilities[:TOP], strict=True)
    return replace(
        decision,
        category=verdict.category,
        confidence=verdict.confidence,
        labels=tuple((rules.class_names[index], probability) for index, probability in top),
        tags=verdict.tags,
        note=note,
    )


def _album_folder_of(path: str, rules: Rules) -> str:
    """The album folder that a photo lies in and stays in, or ""; links and copies may be made of moved photos too."""
    folders = [rules.albums, *(rules.earlier_albums if rules.action in (None, "move") else ())]
    return next((folder for folder in folders if path.startswith(os.path.join(folder, ""))), "")


class _Places:
    """Finds the place of each photo, and holds it until the end of the plan."""

    def __init__(self, rules: Rules, destination: Destination, paths: frozenset[str]) -> None:
        self._rules = rules
        self._destination = destination
        self._paths = paths
        self._taken: dict[str, Photo] = {}

    def place(self, decision: Decision, known: Known) -> Decision:
        """The decision with its destination, or with the reason why nothing is to be done."""
        folder = os.path.join(self._rules.albums, decision.album)
        for placement in known.placements:
            path = placement.destination
            still_there = os.path.dirname(path) == folder and self._destination.entry(path)
            if still_there and (settled := self._try(decision, known, path)):
                return settled
        name = os.path.basename(known.photo.path)
        note = ""
        for candidate in numbered(name):
            path = os.path.join(folder, candidate)
            if len(os.fsencode(path)) > PATH_BYTES:
                return replace(decision, note=f"its path in the album would be longer than {PATH_BYTES} bytes")
            if settled := self._try(replace(decision, note=note), known, path):
                return settled
            note = f"another file there is called {name}"
        raise AssertionError("numbered() has no end")

    def _try(self, decision: Decision, known: Known, path: str) -> Decision | None:
        """The decision for a photo at this path; None where the path belongs to another file."""
        photo, destination = known.photo, self._destination
        key = folded(path)
        if key in self._taken:
            other = self._taken[key]
            if other.content != photo.content:
                return None
            return replace(
                decision, destination=path, note=f"another photo with the same bytes goes there: {other.path}"
            )
        there = destination.entry(path)
        planned = replace(decision, destination=path, status="planned")
        answer: Decision | None = None
        if there is None:
            answer = planned
        elif destination.is_link(path):
            answer = self._settle_link(planned, known, there)
        elif destination.is_photo(path, photo):
            answer = self._settle_hard_link(planned)
        elif self._was_placed(known, path, there) or destination.same_bytes(path, photo):
            answer = replace(planned, status="skipped", note="the same bytes are there already")
        if answer:
            self._taken[key] = photo
        return answer

    def _settle_link(self, planned: Decision, known: Known, there: Stamp) -> Decision | None:
        """A link to the photo is enough, or makes way for it; so does albumsort's own to the photo's old name."""
        leads_here = self._destination.is_photo(planned.destination, known.photo)
        if leads_here and self._rules.action in (None, "symlink"):
            return replace(planned, status="skipped", note="a symbolic link to it is there already")
        if leads_here or self._was_placed(known, planned.destination, there):
            return replace(planned, replaces=there, note="takes the place of the link to it")
        return None

    def _settle_hard_link(self, planned: Decision) -> Decision:
        """A move goes on where an earlier one was cut off; a hard link that is a photo of its own keeps both names."""
        if self._rules.action == "move" and planned.destination not in self._paths:
            return replace(planned, note="a hard link of it is there already; its old name goes")
        return replace(planned, status="skipped", note="a hard link of it is there already")

    @staticmethod
    def _was_placed(known: Known, path: str, there: Stamp) -> bool:
        """Whether what is there is what albumsort put there for the photo as it is now."""
        return any(
            (placement.destination, placement.content, placement.stamp) == (path, known.photo.content, there)
            for placement in known.placements
        )
