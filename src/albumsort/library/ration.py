"""A stream that gives out only so much: what keeps a crafted header from costing minutes or gigabytes."""

from __future__ import annotations

from typing import Any, BinaryIO, Literal

from albumsort.errors import PictureError
from albumsort.messages import gettext as _
from albumsort.messages import gettext_noop

_VERY_LONG = gettext_noop("not a picture that can be read: its header is put together so that it would take very long")

# TIFF: the version of files with 64-bit offsets, and the types byte, text and undefined.
_BIG_TIFF, _TYPES_OF_BYTES = 43, (1, 2, 7)
_MOST_ENTRIES, _MOST_NUMBERS = 65_535, 250_000


class Rationed:
    """An open file of which at most ``reads`` reads and ``size`` bytes are given out; then it raises PictureError.

    The readers of EXIF and of headers are written in Python and go as a file tells them to: through millions of empty
    chunks, or a thousand times over the same bytes. ``size`` None sets no limit to the bytes.
    """

    def __init__(self, stream: BinaryIO, reads: int, size: int | None = None) -> None:
        self._stream = stream
        self._reads = reads
        self._size = size

    def read(self, size: int = -1) -> bytes:
        """As a file's ``read``; what it would give out beyond the ration is not even read."""
        self._reads -= 1
        if self._size is not None:
            size = self._size + 1 if size < 0 else min(size, self._size + 1)
        data = self._stream.read(size)
        if self._size is not None:
            self._size -= len(data)
        if self._reads < 0 or (self._size is not None and self._size < 0):
            raise PictureError(_(_VERY_LONG))
        return data

    def give_all_bytes(self) -> None:
        """From now on only the reads are counted."""
        self._size = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def check_directory(stream: BinaryIO) -> None:
    """Raise PictureError for a TIFF with a field of very many numbers, of each of which Pillow makes objects."""
    head = stream.read(16)
    order: Literal["little", "big"] = "little" if head[:2] == b"II" else "big"
    is_big = int.from_bytes(head[2:4], order) == _BIG_TIFF
    stream.seek(int.from_bytes(head[8:16] if is_big else head[4:8], order))
    size = 20 if is_big else 12
    count = int.from_bytes(stream.read(8 if is_big else 2), order)
    entries = stream.read(min(count, _MOST_ENTRIES) * size)
    for at in range(0, len(entries), size):  # tag, type, how many values, and the values or where they are
        kind = int.from_bytes(entries[at + 2 : at + 4], order)
        length = int.from_bytes(entries[at + 4 : at + (12 if is_big else 8)], order)
        if kind not in _TYPES_OF_BYTES and length > _MOST_NUMBERS:
            raise PictureError(_(_VERY_LONG))
