"""What a photo and its companions are called in an album."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence

from albumsort.library.companions import Companion

NAME_BYTES = 255
"""NAME_MAX of ext4, APFS, NTFS and ZFS, in bytes."""
SUFFIX_BYTES = 32
"""What is longer is no suffix but part of a name with a dot in it."""
PATH_BYTES = 4095
"""PATH_MAX of Linux without its terminating zero."""

_NUMBER = re.compile(r" \(([1-9][0-9]{0,8})\)", re.ASCII)


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


def _cut(stem: str, size: int) -> str:
    """The longest beginning of ``stem`` of at most ``size`` bytes that ends with a whole character."""
    while len(os.fsencode(stem)) > size:
        stem = stem[:-1]
    return stem
