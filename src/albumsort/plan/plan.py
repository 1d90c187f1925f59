"""The plan: one decision a file and place. A pure function of what is known, what is at the destination included."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from albumsort.labels.flaws import Flaw
from albumsort.labels.table import LabelTable
from albumsort.library.companions import Companion
from albumsort.messages import gettext as _
from albumsort.messages import gettext_noop, reason_of
from albumsort.names import folded
from albumsort.paths import is_in
from albumsort.plan.corrected import NEVER, NOTHING_SAID, Said, with_said
from albumsort.plan.destination import Destination, File
from albumsort.plan.file_names import placed_as
from albumsort.plan.layout import LAYOUTS, Layout, Subject
from albumsort.plan.outdated import gives_way, outdated
from albumsort.plan.places import CompanionFile, Places, goes_with
from albumsort.plan.seen import GENRES, as_in_burst, aside, with_seen
from albumsort.records import (
    NO_OCCASIONS,
    NOWHERE,
    SET_ASIDE,
    UNSORTED,
    Action,
    CaptureTime,
    Decision,
    Genre,
    Occasions,
    Photo,
    Placement,
    Prediction,
    Situation,
    Under,
)

TAKEN_OUT = gettext_noop("it was taken out of its album by hand, so it is left; --rearrange puts it back")

_BY_CATEGORY = Layout(LAYOUTS["category"])
Duplicates = Literal["once", "keep"]


@dataclass(frozen=True, slots=True)
class Known:
    """All that the plan knows of one photo: its file, what the model saw (or None), its time, where it was put.

    ``supported`` is what it saw with the support of the photo's burst, None where there is none.
    ``said`` is what the user said of it, and ``follows`` is set where they put its category, event or trip right since
    it was filed: it goes where they say.
    """

    photo: Photo
    prediction: Prediction | None
    captured: CaptureTime
    placements: Sequence[Placement] = ()
    companions: Sequence[Companion] = ()
    situation: Situation = NOWHERE
    occasions: Occasions = NO_OCCASIONS
    follows: bool = False
    said: Said = NOTHING_SAID
    supported: Prediction | None = None

    @property
    def shows(self) -> Prediction | None:
        """What the photo shows, by all that is known of it."""
        return self.supported or self.prediction

    @property
    def genre(self) -> Genre:
        """ "" for what was photographed, as far as the user did not say otherwise."""
        return GENRES.get(self.said.category, "") if self.said.category else self.photo.genre


@dataclass(frozen=True, slots=True)
class Rules:
    """What the user asked for.

    Each of ``layouts`` gives a photo a place; more than one is for links. ``albums`` is the album folder and
    ``earlier_albums`` every one that photos of this library were put into before, all absolute; ``action`` is None for
    a preview that leaves it open. With ``rearrange`` moved photos move again and what was taken out of an album comes
    back. ``duplicates`` "once" places one of several files with the same bytes, unless they are moved. ``language`` is
    that of the names of folders, and ``class_names`` are in it too. Photos with flaws of ``set_aside`` have an album of
    their own.
    """

    table: LabelTable
    class_names: Sequence[str]
    layouts: Sequence[Layout]
    albums: str
    earlier_albums: Sequence[str] = ()
    action: Action | None = None
    rearrange: bool = False
    duplicates: Duplicates = "once"
    language: str = "en"
    set_aside: Collection[Flaw] = ()


def make_plan(photos: Iterable[Known], rules: Rules, destination: Destination) -> list[Decision]:
    """Decide for each photo, in the order given, which is also the order in which names are given out.

    The companions of a photo follow it, at each of its places. Deterministic: the same photos, rules and destination
    give the same plan.
    """
    plan = _Plan(list(photos), rules, destination)
    return [decision for known in plan.photos for unit in plan.units(known) for decision in unit]


class _Plan:
    """A plan in the making. A unit is the decisions for a photo and its companions at one place, or at none."""

    def __init__(self, photos: Sequence[Known], rules: Rules, destination: Destination) -> None:
        self.photos = photos
        self._rules = rules
        self._destination = destination
        self._places = Places(rules.albums, rules.action, destination, frozenset(known.photo.path for known in photos))
        self._originals = _originals(photos, rules)

    def units(self, known: Known) -> list[list[Decision]]:
        """The units of a photo, and which of its older links and copies go."""
        units, rules = self._placed(known), self._rules
        if rules.action is None or (rules.action == "move" and units[0][0].note == _(TAKEN_OUT)):
            return units
        wanted = {decision.destination for unit in units for decision in unit}
        left = {os.path.join(rules.albums, unit[0].album) for unit in units if unit[0].note == _(TAKEN_OUT)}
        placements = [placed for placed in known.placements if os.path.dirname(placed.destination) not in left]
        files: list[File] = [known.photo, *_companions(known)]
        old = outdated(files, known.companions, placements, wanted, rules.albums, self._destination)
        # They go with the last of the new places, when it has all of them.
        last = next((unit for unit in reversed(units) if any(row.status == "planned" for row in unit)), units[0])
        for index, going in old.items():
            last[index] = gives_way(last[index], going, rules.albums)
        return units

    def _placed(self, known: Known) -> list[list[Decision]]:
        photo, rules = known.photo, self._rules
        decision = describe(known, rules)
        home = _album_folder_of(photo.path, rules)
        if home:
            decision = replace(decision, album=os.path.relpath(os.path.dirname(photo.path), home))
        original = self._originals.get(photo.content, known)
        is_second = original is not known and not home
        duplicate = _("duplicate of {path}").format(path=original.photo.path) if is_second else ""
        if not decision.category:
            return [nothing(decision, known, decision.note)]
        if known.said.never:
            return [nothing(decision, known, _(NEVER))]
        if home and not (_moves_again(known, rules) and rules.action in (None, "move")):
            return [nothing(_filed_by_hand(decision, known, rules), known, _("in an album already"))]
        albums = _albums(known, decision, rules)
        if not albums:
            return [nothing(decision, known, _notes(_("unsorted, {note}").format(note=decision.note), duplicate))]
        if original is not known and rules.duplicates == "once" and rules.action != "move":
            return [nothing(decision, known, duplicate)]
        note = _notes(decision.note, duplicate)
        chosen = [replace(decision, note=note, album=album, filed_under=under) for album, under in albums.items()]
        return [self._place(own, known, is_home=bool(home)) for own in chosen]

    def _place(self, decision: Decision, known: Known, *, is_home: bool) -> list[Decision]:
        """The unit of a photo that belongs into the album of this decision."""
        again, placements = _moves_again(known, self._rules), known.placements
        folder = os.path.join(self._rules.albums, decision.album)
        if os.path.dirname(known.photo.path) == folder:
            return nothing(decision, known, _("in its album already"))
        try:
            if not (is_home or again) and self._was_taken_out(known, folder):
                return nothing(decision, known, _(TAKEN_OUT))
            if again:  # what was taken out comes back
                placements = [placed for placed in placements if self._destination.entry(placed.destination)]
            return self._places.place(decision, known.photo, known.companions, placements)
        except OSError as error:
            note = _("its place in the album cannot be looked at: {reason}").format(reason=reason_of(error))
            return nothing(decision, known, note)

    def _was_taken_out(self, known: Known, folder: str) -> bool:
        """Whether the user took the photo out of this album, or out of the albums after it was moved there."""
        if self._rules.action in (None, "move") and any(placed.action == "move" for placed in known.placements):
            return True
        there = [
            bool(self._destination.entry(placed.destination))
            for placed in known.placements
            if os.path.dirname(placed.destination) == folder and _is_of_photo(placed, known)
        ]
        return bool(there) and not any(there)


def _is_of_photo(placed: Placement, known: Known) -> bool:
    """Whether this was made of the photo rather than of a companion: by hashes where both are known, else by names."""
    if placed.content and known.photo.content:
        return placed.content == known.photo.content
    there, name = os.path.basename(placed.destination), os.path.basename(known.photo.path)
    found = placed_as(there, name, known.companions)
    if found is None:  # one of them was renamed since
        return os.path.splitext(there)[1] == os.path.splitext(name)[1]
    return found[1] == 0


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


def describe(known: Known, rules: Rules) -> Decision:
    """What is known of the photo, with what was seen; nothing is to be done so far."""
    photo = known.photo
    decision = Decision(
        path=photo.path,
        status="skipped",
        note=photo.problem,
        photo_id=photo.id,
        stamp=photo.stamp,
        content=photo.content,
        tried_again=photo.fingerprint is None,
        metadata=photo.metadata,
        captured=known.captured,
        situation=known.situation,
        action=rules.action,
    )
    seen = with_seen(decision, photo, known.shows, rules.table, rules.class_names, rules.language)
    if known.prediction and known.supported:
        seen = as_in_burst(seen, known.prediction, rules.table, rules.class_names, rules.language)
    if known.prediction and rules.set_aside and rules.action != "tag":  # which says what is seen, flaws too
        seen = aside(seen, known.prediction, rules.set_aside)
    return with_said(seen, photo, known.said)


def _albums(known: Known, decision: Decision, rules: Rules) -> dict[str, tuple[Under, ...]]:
    """The albums that the layouts give a photo, each once, with what they are called after.

    There are none for one that is unsorted where all layouts need a category.
    """
    category = "" if decision.category == UNSORTED else rules.table.folder(decision.category, rules.language)
    subject = Subject(category, known.captured, known.occasions, known.situation, known.photo.metadata.camera)
    found: dict[str, tuple[str, tuple[Under, ...]]] = {}
    for layout in [_BY_CATEGORY] if decision.category == SET_ASIDE else rules.layouts:
        if album := layout.album(subject, rules.language):
            found.setdefault(folded(album), (album, layout.filed_under(known.occasions)))
    return dict(found.values())


def _filed_by_hand(decision: Decision, known: Known, rules: Rules) -> Decision:
    """The decision for a photo in an album of which nothing says that albumsort put it there, as after a lost state."""
    if not known.placements:
        for album, under in _albums(known, decision, rules).items():
            if os.path.dirname(known.photo.path) == os.path.join(rules.albums, album):
                return replace(decision, filed_under=under)
    return decision


def _moves_again(known: Known, rules: Rules) -> bool:
    """Whether a photo goes where it belongs now, wherever it was put or was taken out of."""
    return rules.rearrange or (known.follows and rules.action in (None, "move"))


def nothing(decision: Decision, known: Known, note: str) -> list[Decision]:
    """The unit of a photo for which nothing is to be done, and why."""
    decision = replace(decision, note=note)
    return [decision, *(goes_with(decision, known.photo, file) for file in _companions(known))]


def _companions(known: Known) -> list[CompanionFile]:
    return [CompanionFile(companion.found.path, companion.found.stamp) for companion in known.companions]


def _notes(*notes: str) -> str:
    return "; ".join(filter(None, notes))


def _album_folder_of(path: str, rules: Rules) -> str:
    """The album folder that a photo lies in and stays in, or ""; links and copies may be made of moved photos too."""
    folders = [rules.albums, *(rules.earlier_albums if rules.action in (None, "move") else ())]
    return next((folder for folder in folders if is_in(path, folder)), "")
