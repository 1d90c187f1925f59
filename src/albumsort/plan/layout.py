"""Album paths: the layout template, and names that a folder can hold."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from albumsort.errors import AlbumsortError
from albumsort.library.companions import Companion
from albumsort.names import folder_name_problem
from albumsort.records import CaptureTime

DEFAULT_LAYOUT = "{category}/{year}"
UNDATED = "Undated"
NAME_BYTES = 255
"""NAME_MAX of ext4, APFS, NTFS and ZFS, in bytes."""
SUFFIX_BYTES = 32
"""What is longer is no suffix but part of a name with a dot in it."""
PATH_BYTES = 4095
"""PATH_MAX of Linux without its terminating zero."""

_DATE_FIELDS = {"year": "%Y", "month": "%m", "day": "%d"}
_SOME_DAY = CaptureTime(datetime(2000, 1, 1), "exif")
_FIELD = re.compile(r"\{([^{}]*)\}")
_NUMBER = re.compile(r" \(([1-9][0-9]{0,8})\)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Layout:
    """A checked template: the parts of an album's path, from the album folder down."""

    parts: tuple[str, ...]

    def album(self, category: str, captured: CaptureTime) -> str:
        """The album, relative to the album folder, of a photo of this category (its folder name) and time.

        A part that needs a date is "Undated" where there is none, once for several such parts in a row.
        """
        values = {"category": category}
        if captured.taken_at:
            values |= {
                field: f"{captured.taken_at:{code}}".zfill(4 if field == "year" else 2)
                for field, code in _DATE_FIELDS.items()
            }
        parts: list[str] = []
        for part in self.parts:
            filled = _fill(part, values)
            if filled != UNDATED or parts[-1:] != [UNDATED]:
                parts.append(filled)
        return os.path.join(*parts)


def parse_layout(template: str, categories: Iterable[str]) -> Layout:
    """Check a template such as ``{category}/{year}`` for the folder names of these categories.

    Raises :class:`AlbumsortError` that says what is wrong.
    """
    fields = ["category", *_DATE_FIELDS]
    parts = tuple(template.split("/"))
    for part in parts:
        for field in _FIELD.findall(part):
            if field not in fields:
                known = ", ".join(f"{{{name}}}" for name in fields)
                raise AlbumsortError(f"--layout {template!r}: there is no field {{{field}}}; the fields are {known}")
        literal = _FIELD.sub("x", part)
        if set("{}") & set(literal):
            raise AlbumsortError(
                f"--layout {template!r}: a brace without its partner in {part!r}; a field is written {{year}}"
            )
        if not part:
            raise AlbumsortError(
                f"--layout {template!r}: a folder name is empty; write a single / between names, and none around them"
            )
        if problem := folder_name_problem(literal):
            raise AlbumsortError(f"--layout {template!r}: {part!r} cannot be a folder: {problem}")
    layout = Layout(parts)
    for category in categories:
        for part in layout.album(category, _SOME_DAY).split(os.sep):
            if len(os.fsencode(part)) > NAME_BYTES:
                raise AlbumsortError(f"--layout {template!r}: {part!r} would be longer than {NAME_BYTES} bytes")
    return layout


def names_under(number: int, name: str, companions: Sequence[Companion] = ()) -> list[str]:
    """What a photo and its companions are called in an album, each name at most 255 bytes.

    Number 1 are their own names, 2 is ``name (2).jpg``, with the same number for each companion.
    """
    if number == 1:
        return [name, *(os.path.basename(companion.found.path) for companion in companions)]
    stem, suffix = os.path.splitext(name)
    if len(os.fsencode(suffix)) > SUFFIX_BYTES:
        stem, suffix = name, ""
    parts = [(stem, suffix), *((companion.stem, companion.rest) for companion in companions)]
    tail = f" ({number})"
    room = NAME_BYTES - max(len(os.fsencode(tail + rest)) for _, rest in parts)
    return [_cut(stem, room) + tail + rest for stem, rest in parts]


def placed_as(there: str, name: str, companions: Sequence[Companion] = ()) -> tuple[int, int] | None:
    """The number under which ``there`` is the name of a photo (0) or of one of its companions (1, 2, …), and which."""
    for number in (1, *map(int, _NUMBER.findall(there))):
        names = names_under(number, name, companions)
        if there in names:
            return number, names.index(there)
    return None


def _fill(part: str, values: Mapping[str, str]) -> str:
    if any(field not in values for field in _FIELD.findall(part)):
        return UNDATED
    return _FIELD.sub(lambda match: values[match[1]], part)


def _cut(stem: str, size: int) -> str:
    """The longest beginning of ``stem`` of at most ``size`` bytes that ends with a whole character."""
    while len(os.fsencode(stem)) > size:
        stem = stem[:-1]
    return stem
