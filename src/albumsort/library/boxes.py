"""The boxes that QuickTime, MP4, HEIF and Canon's CR3 are made of: ISO/IEC 14496-12, 4.2."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

_MOST = 300  # of one level; cameras write some dozens


class Box(NamedTuple):
    """The four letters of a box, and where its content begins and ends in the file."""

    kind: bytes
    start: int
    end: int


def boxes(stream: BinaryIO, at: int, end: int) -> Iterator[Box]:
    """The boxes between two places of an open file, up to one that is broken; of very many the first 300."""
    for _ in range(_MOST):
        if at + 8 > end:
            return
        stream.seek(at)
        head = stream.read(16)
        size, kind, start = int.from_bytes(head[:4], "big"), head[4:8], at + 8
        if size == 1:
            size, start = int.from_bytes(head[8:], "big"), at + 16
        stop = at + size if size else end
        if len(head) < 8 or not start <= stop <= end:
            return
        yield Box(kind, start, stop)
        at = stop


def find_box(stream: BinaryIO, at: int, end: int, kind: bytes) -> Box | None:
    """The first box of this kind; None without one."""
    return next((box for box in boxes(stream, at, end) if box.kind == kind), None)


def content(stream: BinaryIO, box: Box, most: int) -> bytes:
    """What a box holds, at most so many bytes of it."""
    stream.seek(box.start)
    return stream.read(min(box.end - box.start, most))
