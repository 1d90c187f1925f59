"""Where the EXIF of a RAW file is that is no TIFF: Fujifilm's RAF and Canon's CR3 hold it in parts of their own."""

from __future__ import annotations

import os
import struct
from io import BytesIO
from typing import BinaryIO, Literal

_RAF = b"FUJIFILMCCD-RAW "
_RAF_JPEG = 84  # where the place and the length of its JPEG stand, 4 bytes each, high byte first
_CR3_BRAND = b"ftypcrx "
# CR3: moov's box "uuid" of this kind, and in it a TIFF each of the first directory, the EXIF and the GPS.
_CANON = bytes.fromhex("85c0b687820f11e08111f4ce462b6a48")
_CR3_PARTS = {b"CMT1": None, b"CMT2": 0x8769, b"CMT4": 0x8825}
_LARGEST = 4_000_000  # bytes of a JPEG's header, or of the boxes that are looked at
_MOST_BOXES = 100


def exif_parts(stream: BinaryIO) -> list[BinaryIO]:
    """What holds the EXIF of an open RAW file, each a TIFF or a JPEG; the file itself where it is made like a TIFF.

    Raises struct.error for what is cut off.
    """
    stream.seek(0)
    head = stream.read(_RAF_JPEG + 8)
    if head.startswith(_RAF):
        start, length = struct.unpack_from(">II", head, _RAF_JPEG)
        stream.seek(start)
        return [BytesIO(stream.read(min(length, _LARGEST)))]
    if head[4:12] == _CR3_BRAND:
        return [BytesIO(_below(block, tag)) for block, tag in _cr3_parts(stream)]
    stream.seek(0)
    return [stream]


def _cr3_parts(stream: BinaryIO) -> list[tuple[bytes, int | None]]:
    size = stream.seek(0, os.SEEK_END)
    moov = _box(stream, 0, size, b"moov")
    canon = _box(stream, *moov, b"uuid") if moov else None
    if canon is None:
        return []
    stream.seek(canon[0])
    start, end = canon[0] + len(_CANON), min(canon[1], canon[0] + _LARGEST)
    if stream.read(len(_CANON)) != _CANON:
        return []
    found = []
    for kind, tag in _CR3_PARTS.items():
        if box := _box(stream, start, end, kind):
            stream.seek(box[0])
            found.append((stream.read(box[1] - box[0]), tag))
    return found


def _box(stream: BinaryIO, at: int, end: int, wanted: bytes) -> tuple[int, int] | None:
    """Where the content of the first box of this kind begins and ends (ISO/IEC 14496-12, 4.2); None without one."""
    for _ in range(_MOST_BOXES):
        if at + 8 > end:
            return None
        stream.seek(at)
        size, kind = struct.unpack(">I4s", stream.read(8))
        start = at + 8
        if size == 1:
            size, start = struct.unpack(">Q", stream.read(8))[0], at + 16
        stop = at + size if size else end
        if not start <= stop <= end:
            return None
        if kind == wanted:
            return start, stop
        at = stop
    return None


def _below(block: bytes, tag: int | None) -> bytes:
    """The TIFF with one directory more, in front, whose only field points to what was the first one.

    Readers tell by that field what the numbers in there mean.
    """
    if tag is None:
        return block
    order: Literal["<", ">"] = "<" if block[:2] == b"II" else ">"
    (first,) = struct.unpack_from(f"{order}I", block, 4)
    directory = struct.pack(f"{order}HHHIII", 1, tag, 4, 1, first, 0)
    return block[:4] + struct.pack(f"{order}I", len(block)) + block[8:] + directory
