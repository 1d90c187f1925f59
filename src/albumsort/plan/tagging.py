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
    """What is asked of the disk: what would change, whether a sidecar has tags, what is at a path, how many names."""

    edit: Callable[[str, str, str, Tags], Splices]
    holds_tags: Callable[[str], bool]
    exists: Callable[[str], bool]
    names: Callable[[str], int]


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
    sidecar, note = _sidecar(known, look, is_short=is_short)
    destination = sidecar
    if into == "file":
        why = _why_not_inside(known, sidecar, look)
        destination, note = (sidecar, _notes(note, why)) if why else (photo.path, "")
    try:
        edit = look.edit(photo.path, photo.format, destination, tags)
    except (XmpError, OSError) as error:
        told = f"it cannot be read ({error.strerror})" if isinstance(error, OSError) else error
        what = "it" if destination == photo.path else "its sidecar"
        return replace(decision, note=f"{what} stays as it is, since {told}: {os.path.basename(destination)}")
    if not edit:
        is_there = destination == photo.path or look.exists(destination)
        return replace(decision, note=HAS_THEM if is_there else "nothing is known that could be written")
    return replace(decision, status="planned", note=note, destination=destination, to_tag=tags, format=photo.format)


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


def _why_not_inside(known: Known, sidecar: str, look: Look) -> str:
    """Why tags do not go into the photo itself, "" where they do."""
    if known.photo.format not in FORMATS:
        return "albumsort writes tags into JPEG, PNG and TIFF only"
    if look.names(known.photo.path) > 1:
        return "it has a further name (hard link), which would keep the old bytes"
    if look.holds_tags(sidecar):
        return "its sidecar has them already"
    return ""


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
