"""A stream that gives out only so much: what keeps a crafted header from costing minutes or gigabytes."""

from __future__ import annotations

from typing import Any, BinaryIO

from albumsort.errors import PictureError


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
            raise PictureError("its header is put together so that reading it would take very long")
        return data

    def give_all_bytes(self) -> None:
        """From now on only the reads are counted."""
        self._size = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)
