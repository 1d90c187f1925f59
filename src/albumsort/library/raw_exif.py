"""Where the EXIF of a RAW file is that is no TIFF: Fujifilm's RAF and Canon's CR3 hold it in parts of their own."""

from __future__ import annotations

import os
import struct
from io import BytesIO
from typing import BinaryIO, Literal

from albumsort.library.boxes import boxes, content, find_box

_RAF = b"FUJIFILMCCD-RAW "
_RAF_JPEG = 84  # where the place and the length of its JPEG stand, 4 bytes each, high byte first
_CR3_BRAND = b"ftypcrx "
# CR3: moov's box "uuid" of this kind, and in it a TIFF each of the first directory, the EXIF and the GPS.
_CANON = bytes.fromhex("85c0b687820f11e08111f4ce462b6a48")
_CR3_PARTS = {b"CMT1": None, b"CMT2": 0x8769, b"CMT4": 0x8825}
_LARGEST = 4_000_000  # bytes of a JPEG's header, or of one of those boxes


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
    moov = find_box(stream, 0, size, b"moov")
    canon = find_box(stream, moov.start, moov.end, b"uuid") if moov else None
    if canon is None or content(stream, canon, len(_CANON)) != _CANON:
        return []
    inside = list(boxes(stream, canon.start + len(_CANON), min(canon.end, canon.start + _LARGEST)))
    return [(content(stream, box, _LARGEST), _CR3_PARTS[box.kind]) for box in inside if box.kind in _CR3_PARTS]


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
