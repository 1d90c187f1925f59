"""The plan: one decision a file. A pure function of what is known, what is at the destination included."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from albumsort.labels.table import LabelTable
from albumsort.library.companions import Companion
from albumsort.paths import is_in
from albumsort.plan.destination import Destination, File
from albumsort.plan.layout import Layout, placed_as
from albumsort.plan.places import CompanionFile, Places, goes_with, is_copy
from albumsort.records import (
    NO_OCCASIONS,
    NOWHERE,
    UNSORTED,
    VIDEOS,
    Action,
    CaptureTime,
    Decision,
    Occasions,
    Photo,
    Placement,
    Prediction,
    Situation,
)

TOP = 3
"""How many classes the report names."""

TAKEN_OUT = "it was taken out of its album by hand, so it is left; --rearrange puts it back"

Duplicates = Literal["once", "keep"]


@dataclass(frozen=True, slots=True)
class Known:
    """All that the plan knows of one photo: its file, what the model saw (or None), its time, where it was put.

    ``follows`` is set where the user put its event or trip right since it was filed: it goes where they say.
    """

    photo: Photo
    prediction: Prediction | None
    captured: CaptureTime
    placements: Sequence[Placement] = ()
    companions: Sequence[Companion] = ()
    situation: Situation = NOWHERE
    occasions: Occasions = NO_OCCASIONS
    follows: bool = False


@dataclass(frozen=True, slots=True)
class Rules:
    """What the user asked for.

    ``albums`` is the album folder and ``earlier_albums`` every one that photos of this library were put into before,
    all absolute; ``action`` is None for a preview that leaves it open. With ``rearrange`` moved photos move again and
    what was taken out of an album comes back. ``duplicates`` "once" places one of several files with the same bytes,
    unless they are moved.
    """

    table: LabelTable
    class_names: Sequence[str]
    layout: Layout
    albums: str
    earlier_albums: Sequence[str] = ()
    action: Action | None = None
    rearrange: bool = False
    duplicates: Duplicates = "once"


def make_plan(photos: Iterable[Known], rules: Rules, destination: Destination) -> list[Decision]:
    """Decide for each photo, in the order given, which is also the order in which names are given out.

    The companions of a photo follow it. Deterministic: the same photos, rules and destination give the same plan.
    """
    photos = list(photos)
    places = Places(rules.albums, rules.action, destination, frozenset(known.photo.path for known in photos))
    originals = _originals(photos, rules)
    return [decision for known in photos for decision in _decide(known, rules, places, destination, originals)]


def _originals(photos: Sequence[Known], rules: Rules) -> dict[str, Known]:
    """Of files with the same bytes, the one that counts: one in an album, else the one with most companions."""
    first: dict[str, Known] = {}
    for known in photos:
        content = known.photo.content
        if content and (content not in first or _rank(known, rules) > _rank(first[content], rules)):
            first[content] = known
    return first


def _rank(known: Known, rules: Rules) -> tuple[bool, bool, int]:
    return bool(_album_folder_of(known.photo.path, rules)), bool(known.placements), len(known.companions)


def _decide(
    known: Known, rules: Rules, places: Places, destination: Destination, originals: Mapping[str, Known]
) -> list[Decision]:
    """The decisions for a photo and its companions, and which older links and copies of them go."""
    decisions = _place(_describe(known, rules), known, rules, places, destination, originals)
    if decisions[0].note == TAKEN_OUT:
        return decisions
    if rules.action:
        old = _outdated(known, {decision.destination for decision in decisions}, rules, destination)
        for index, placements in old.items():
            decisions[index] = _gives_way(decisions[index], placements, rules)
    return decisions


def _outdated(
    known: Known, wanted: Collection[str], rules: Rules, destination: Destination
) -> dict[int, list[Placement]]:
    """What albumsort put elsewhere in these albums and nobody changed since, by the number of the file in its unit.

    A copy whose original has other bytes by now is left: it may be the only one of its kind. So is a hard link whose
    original was saved as a new file.
    """
    files: list[File] = [known.photo, *(CompanionFile(item.found.path, item.found.stamp) for item in known.companions)]
    name = os.path.basename(known.photo.path)
    own = {file.path for file in files}  # a lone copy whose original is gone is the photo itself by now
    found: dict[int, list[Placement]] = {}
    for placement in known.placements:
        path = placement.destination
        if placement.action == "move" or path in wanted or path in own or not is_in(path, rules.albums):
            continue
        index = 0
        if placement.content != known.photo.content:
            placed = placed_as(os.path.basename(path), name, known.companions)
            if placed is None and placement.action != "symlink":
                continue  # of a companion that has another name now, or is gone: nothing says what it is to match
            _, index = placed or (0, 0)
        there = destination.entry(path)
        fits = placement.action == "symlink"
        if placement.action == "hardlink" and there and destination.is_file(path, files[index]):
            fits = True
            placement = replace(placement, stamp=there)  # noqa: PLW2901  a change of the photo changes it as well
        if there == placement.stamp and (fits or is_copy(placement, files[index])):
            found.setdefault(index, []).append(placement)
    return found


def _gives_way(decision: Decision, old: Sequence[Placement], rules: Rules) -> Decision:
    """The decision with the older links and copies that go, which something is to be done for in any case."""
    folders = dict.fromkeys(os.path.relpath(os.path.dirname(item.destination), rules.albums) for item in old)
    what = "copy" if all(placement.action == "copy" for placement in old) else "link"
    note = f"its {what} in {', '.join(folders)} goes"
    note = "; ".join(filter(None, (decision.note, note)))
    stays = decision.status != "planned"
    return replace(decision, status="planned", note=note, gives_way=(*decision.gives_way, *old), stays=stays)


def _place(
    decision: Decision,
    known: Known,
    rules: Rules,
    places: Places,
    destination: Destination,
    originals: Mapping[str, Known],
) -> list[Decision]:
    """The decisions for a photo and its companions, whose ``decision`` says so far what is known of it."""
    photo = known.photo
    home = _album_folder_of(photo.path, rules)
    if home:
        decision = replace(decision, album=os.path.relpath(os.path.dirname(photo.path), home))
    original = originals.get(photo.content or "", known)
    if original is not known and decision.category and not home:
        decision = replace(
            decision, note="; ".join(filter(None, (decision.note, f"duplicate of {original.photo.path}")))
        )
    reason = _why_stays(decision, known, rules, original, home)
    if reason is not None:
        return _with_companions(replace(decision, note=reason), known)
    album = rules.layout.album(rules.table.folder(decision.category), known.captured)
    folder = os.path.join(rules.albums, album)
    if os.path.dirname(photo.path) == folder:
        return _with_companions(replace(decision, note="in its album already"), known)
    try:
        if not home and _was_taken_out(known, folder, rules, destination):
            return _with_companions(replace(decision, note=TAKEN_OUT), known)
        placed = known.placements
        if rules.rearrange:  # what was taken out comes back
            placed = [placement for placement in placed if destination.entry(placement.destination)]
        return places.place(replace(decision, album=album), photo, known.companions, placed)
    except OSError as error:
        note = f"its place in the album cannot be looked at: {error.strerror}"
        return _with_companions(replace(decision, album=album, note=note), known)


def _why_stays(decision: Decision, known: Known, rules: Rules, original: Known, home: str) -> str | None:
    """The note of a photo that has no place to go to, None where it has one."""
    if not decision.category:
        return decision.note
    if home and not (rules.rearrange and rules.action in (None, "move")):
        return "in an album already"
    if decision.category == UNSORTED:
        return decision.note
    is_once = rules.duplicates == "once" and rules.action != "move"
    return decision.note if is_once and original is not known else None


def _with_companions(decision: Decision, known: Known) -> list[Decision]:
    """The decision, with the same for each companion: nothing is to be done."""
    files = [CompanionFile(companion.found.path, companion.found.stamp) for companion in known.companions]
    return [decision, *(goes_with(decision, known.photo, file) for file in files)]


def _was_taken_out(known: Known, folder: str, rules: Rules, destination: Destination) -> bool:
    """Whether the user took the photo out of this album, or out of the albums after it was moved there."""
    if rules.rearrange:
        return False
    if rules.action in (None, "move") and any(placement.action == "move" for placement in known.placements):
        return True
    there = [
        bool(destination.entry(placement.destination))
        for placement in known.placements
        if os.path.dirname(placement.destination) == folder and placement.content == known.photo.content
    ]
    return bool(there) and not any(there)


def _describe(known: Known, rules: Rules) -> Decision:
    """What is known of the photo, with what was seen; nothing is to be done so far."""
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
        situation=known.situation,
        action=rules.action,
    )
    if photo.format == "video":
        return replace(decision, category=VIDEOS)
    if photo.format == "raw":
        return replace(decision, category=UNSORTED, note="unsorted: a RAW file without its JPEG is not recognised yet")
    return _recognised(decision, known.prediction, rules) if known.prediction else decision


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
    return next((folder for folder in folders if is_in(path, folder)), "")
