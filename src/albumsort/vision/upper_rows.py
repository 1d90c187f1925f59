"""A JPEG without its lower rows: to libjpeg its height is what the header says, so it decodes no more than that."""

from __future__ import annotations

import io
import os
from typing import TYPE_CHECKING, BinaryIO

from albumsort.library.formats import open_picture

if TYPE_CHECKING:
    from PIL.ImageFile import ImageFile

_TABLES = frozenset(b"\xc0\xc1\xc4\xda\xdb\xdd\xe0\xee")  # SOF0, SOF1, DHT, SOS, DQT, DRI, APP0 and APP14
_SIZES = b"\xc0\xc1"
_START, _END = b"\xff\xd8", b"\xff\xd9"


def upper_rows(stream: BinaryIO, pixels_at: int, rows: int, length: int | None = None) -> ImageFile:
    """The upper ``rows`` of the JPEG in ``stream`` as a picture of its own, without EXIF; its pixels are not decoded.

    ``pixels_at`` is where in the stream the pixels begin, which must be in one scan; with ``length`` only so many
    bytes of them are read. Raises what Pillow raises for broken headers.
    """
    stream.seek(0)
    header = _lower(stream.read(pixels_at), rows)
    return open_picture(io.BufferedReader(_OtherHeader(header, stream, pixels_at, length)), "jpeg")


class _OtherHeader(io.RawIOBase):
    """A JPEG with another header, of whose pixels no copy is made; after ``length`` bytes of them comes its end."""

    def __init__(self, header: bytes, stream: BinaryIO, pixels_at: int, length: int | None) -> None:
        self._header, self._stream, self._pixels_at = header, stream, pixels_at
        size = stream.seek(0, os.SEEK_END) - pixels_at
        self._pixels_end = len(header) + (size if length is None else min(size, length))
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, target: int, whence: int = os.SEEK_SET, /) -> int:
        start = (0, self._at, self._pixels_end + len(_END))[whence]
        self._at = max(0, start + target)
        return self._at

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        data = self._next(len(buffer))
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)

    def _next(self, size: int) -> bytes:
        if self._at < len(self._header):
            return self._header[self._at : self._at + size]
        if self._at >= self._pixels_end:
            return _END[self._at - self._pixels_end :][:size]
        self._stream.seek(self._pixels_at + self._at - len(self._header))
        return self._stream.read(min(size, self._pixels_end - self._at))


def _lower(header: bytes, rows: int) -> bytes:
    """The header of a JPEG with a height of ``rows``, by its segments of marker, length and content."""
    kept, at = [_START], 2
    while header[at : at + 1] == b"\xff":
        end = at + 2 + int.from_bytes(header[at + 2 : at + 4], "big")
        if header[at + 1] in _TABLES:
            height = min(rows, int.from_bytes(header[at + 5 : at + 7], "big")).to_bytes(2, "big")
            is_size = header[at + 1] in _SIZES
            kept.append(header[at : at + 5] + height + header[at + 7 : end] if is_size else header[at:end])
        at = end
    return b"".join(kept)
