"""The plan of ``--action tag``: which file gets the tags of each photo, and whether it has them already."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from albumsort.library.embedded import FORMATS
from albumsort.library.xmp_tree import XmpError
from albumsort.messages import gettext as _
from albumsort.messages import gettext_noop, reason_of
from albumsort.names import folded
from albumsort.plan.corrected import NEVER
from albumsort.plan.keywords import tags_of
from albumsort.plan.plan import Known, Rules, describe, nothing
from albumsort.records import Decision, Tags
from albumsort.steps import Splices

TagInto = Literal["sidecar", "file"]

HAS_THEM = gettext_noop("it has its tags already")
_XMP = ".xmp"


@dataclass(frozen=True, slots=True)
class Look:
    """What is asked of the disk: what would change, whether a sidecar has tags, what is at a path, and why what is
    there cannot be replaced, "" where it can.
    """

    edit: Callable[[str, str, str, Tags], Splices]
    holds_tags: Callable[[str], bool]
    exists: Callable[[str], bool]
    obstacle: Callable[[str], str]


def make_tag_plan(photos: Iterable[Known], rules: Rules, into: TagInto, look: Look) -> list[Decision]:
    """Decide for each photo, in the order given; its companions follow it, one of which may be written."""
    plan = _TagPlan(list(photos), rules, into, look)
    return [decision for known in plan.photos for decision in plan.rows(known)]


class _TagPlan:
    def __init__(self, photos: Sequence[Known], rules: Rules, into: TagInto, look: Look) -> None:
        self.photos = photos
        self._rules, self._into, self._look = rules, into, look
        self._adobe = _is_adobe(photos)
        self._stems = Counter(_stem(known.photo.path) for known in photos)
        self._copied = {_bytes_of(known) for known in photos if into == "file" and self._has_copy(known)}

    def rows(self, known: Known) -> list[Decision]:
        """The decision for a photo, and those for its companions."""
        decision = describe(known, self._rules)
        if decision.category:
            decision = replace(decision, note=_(NEVER)) if known.said.never else self._decide(decision, known)
        beside = nothing(decision, known, decision.note)[1:]
        return [decision, *(replace(row, status="skipped", destination="", to_tag=None) for row in beside)]

    def _decide(self, decision: Decision, known: Known) -> Decision:
        photo = known.photo
        tags = tags_of(decision, known.occasions, self._rules.table, self._rules.language)
        planned = replace(decision, status="planned", to_tag=tags, format=photo.format)
        as_it_is = _(HAS_THEM) if tags.keywords else _("nothing is known that could be written")
        sidecar, note = self._sidecar(known)
        if self._into == "file":
            changes, why = self._look_inside(known, sidecar, tags)
            if not why:
                return replace(planned, destination=photo.path) if changes else replace(decision, note=as_it_is)
            note = _notes(note, _("beside it, since {reason}").format(reason=why))
        changes, why = self._look_at(known, sidecar, tags)
        if why:
            stays = _("its sidecar stays as it is, since {reason}: {name}")
            return replace(decision, note=stays.format(reason=why, name=os.path.basename(sidecar)))
        if not changes:
            return replace(decision, note=as_it_is)
        return replace(planned, note=note, destination=sidecar)

    def _look_inside(self, known: Known, sidecar: str, tags: Tags) -> tuple[bool, str]:
        """Whether the photo itself is to change, and why it is better left, "" where it is not."""
        if known.photo.format not in FORMATS:
            return False, _("albumsort writes tags into JPEG, PNG and TIFF only")
        changes, why = self._look_at(known, known.photo.path, tags)
        if changes and not why and self._look.holds_tags(sidecar):
            why = _("its sidecar has them already")
        if changes and not why and _bytes_of(known) in self._copied:
            why = _("its copy in an album would keep the old bytes")
        return changes, why

    def _look_at(self, known: Known, destination: str, tags: Tags) -> tuple[bool, str]:
        """Whether a file is to change, and why it cannot, "" where it can."""
        try:
            changes = bool(self._look.edit(known.photo.path, known.photo.format, destination, tags))
            return changes, self._look.obstacle(destination) if changes else ""
        except XmpError as error:
            return True, str(error)
        except OSError as error:
            return True, _("it cannot be read ({reason})").format(reason=reason_of(error))

    def _has_copy(self, known: Known) -> bool:
        return any(own.action == "copy" and self._look.exists(own.destination) for own in known.placements)

    def _sidecar(self, known: Known) -> tuple[str, str]:
        """The sidecar of a photo, one that is there whatever its name, else a new one; and what is to be said of it."""
        path = known.photo.path
        name, stem = os.path.basename(path), os.path.splitext(os.path.basename(path))[0]
        beside = {folded(os.path.basename(own.found.path)): own.found.path for own in known.companions}
        full, short = beside.get(folded(name + _XMP)), beside.get(folded(stem + _XMP))
        if full:
            other = os.path.basename(short) if short and short != full else ""
            return full, _("{name} is there too, and stays as it is").format(name=other) if other else ""
        if short:
            return short, ""
        is_short = self._adobe and self._stems[_stem(path)] == 1
        new = os.path.splitext(path)[0] + _XMP
        return (new if is_short and not self._look.exists(new) else path + _XMP), ""


def _bytes_of(known: Known) -> str:
    """What duplicates have in common: with one of them changed, an album would get it beside its copy of the other."""
    return known.photo.content or known.photo.path


def _is_adobe(photos: Sequence[Known]) -> bool:
    """Whether more of the library's sidecars are called ``photo.xmp``, as Adobe has it, than ``photo.jpg.xmp``."""
    short = full = 0
    for known in photos:
        for own in known.companions:
            name, suffix = os.path.splitext(os.path.basename(own.found.path))
            if suffix.lower() == _XMP:
                is_full = os.path.splitext(name)[1] != "" and folded(name) != folded(_stem_of(known))
                full, short = full + is_full, short + (not is_full)
    return short > full


def _stem(path: str) -> str:
    return folded(os.path.splitext(path)[0])


def _stem_of(known: Known) -> str:
    return os.path.splitext(os.path.basename(known.photo.path))[0]


def _notes(*notes: str) -> str:
    return "; ".join(filter(None, notes))
