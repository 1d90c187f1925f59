"""The plan of ``--action tag``: which file gets the tags of each photo, and whether it has them already."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from albumsort.library.embedded import FORMATS
from albumsort.library.xmp_tree import XmpError
from albumsort.names import folded
from albumsort.plan.keywords import tags_of
from albumsort.plan.plan import Known, Rules, describe, nothing
from albumsort.records import Decision, Splices, Tags

TagInto = Literal["sidecar", "file"]

HAS_THEM = "it has its tags already"
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
    photos = list(photos)
    adobe = _is_adobe(photos)
    stems = Counter(_stem(known.photo.path) for known in photos)
    decisions: list[Decision] = []
    for known in photos:
        decision = describe(known, rules)
        if decision.category:
            is_short = adobe and stems[_stem(known.photo.path)] == 1
            decision = _decide(decision, known, rules, into, look, is_short=is_short)
        beside = nothing(decision, known, decision.note)[1:]
        rows = (replace(row, status="skipped", destination="", to_tag=None) for row in beside)
        decisions += [decision, *rows]
    return decisions


def _decide(decision: Decision, known: Known, rules: Rules, into: TagInto, look: Look, *, is_short: bool) -> Decision:
    tags = tags_of(decision, known.occasions, rules.table, rules.language)
    photo = known.photo
    planned = replace(decision, status="planned", to_tag=tags, format=photo.format)
    sidecar, note = _sidecar(known, look, is_short=is_short)
    if into == "file":
        changes, why = _look_inside(known, sidecar, tags, look)
        if not why:
            return replace(planned, destination=photo.path) if changes else replace(decision, note=HAS_THEM)
        note = _notes(note, f"beside it, since {why}")
    changes, why = _look_at(known, sidecar, tags, look)
    if why:
        return replace(decision, note=f"its sidecar stays as it is, since {why}: {os.path.basename(sidecar)}")
    if not changes:
        return replace(decision, note=HAS_THEM if look.exists(sidecar) else "nothing is known that could be written")
    return replace(planned, note=note, destination=sidecar)


def _look_inside(known: Known, sidecar: str, tags: Tags, look: Look) -> tuple[bool, str]:
    """Whether the photo itself is to change, and why it is better left, "" where it is not."""
    if known.photo.format not in FORMATS:
        return False, "albumsort writes tags into JPEG, PNG and TIFF only"
    changes, why = _look_at(known, known.photo.path, tags, look)
    if changes and not why and look.holds_tags(sidecar):
        why = "its sidecar has them already"
    if changes and not why and any(own.action == "copy" and look.exists(own.destination) for own in known.placements):
        why = "its copies in albums would keep the old bytes"
    return changes, why


def _look_at(known: Known, destination: str, tags: Tags, look: Look) -> tuple[bool, str]:
    """Whether a file is to change, and why it cannot, "" where it can."""
    try:
        changes = bool(look.edit(known.photo.path, known.photo.format, destination, tags))
        return changes, look.obstacle(destination) if changes else ""
    except XmpError as error:
        return True, str(error)
    except OSError as error:
        return True, f"it cannot be read ({error.strerror})"


def _sidecar(known: Known, look: Look, *, is_short: bool) -> tuple[str, str]:
    """The sidecar of a photo, one that is there whatever it is called, else a new one; and what is to be said of it."""
    path = known.photo.path
    name, stem = os.path.basename(path), os.path.splitext(os.path.basename(path))[0]
    beside = {folded(os.path.basename(own.found.path)): own.found.path for own in known.companions}
    full, short = beside.get(folded(name + _XMP)), beside.get(folded(stem + _XMP))
    if full:
        return full, f"{os.path.basename(short)} is there too, and stays as it is" if short and short != full else ""
    if short:
        return short, ""
    new = os.path.splitext(path)[0] + _XMP
    return (new if is_short and not look.exists(new) else path + _XMP), ""


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
