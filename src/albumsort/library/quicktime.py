"""What a QuickTime, MP4 or 3GP video says of itself: the instant when it was made, and texts by their names."""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from datetime import datetime
from typing import BinaryIO

from albumsort.library.boxes import Box, boxes, content, find_box
from albumsort.library.times import utc_time

_1904_TO_1970 = 2_082_844_800  # seconds
_OF_USER = b"\xa9"  # with which the boxes of "udta" begin that hold text in some language
_LOCATION = b"loci"  # 3GPP TS 26.244, 8.10, and what ffmpeg writes into MP4
_UTF8 = 1
_LONGEST_TEXT, _LONGEST_KEYS = 1_000, 64_000  # bytes


def read_quicktime(stream: BinaryIO) -> tuple[dict[str, str], datetime | None]:
    """Texts such as ``com.apple.quicktime.creationdate`` and ``©xyz``, and the creation time; nothing without a movie.

    By the QuickTime File Format: "Movie Header Atoms" (ISO/IEC 14496-12, 8.2.2), "User Data Atoms" and "Metadata".
    Where one stands in several places, the movie's metadata counts most.
    """
    moov = find_box(stream, 0, stream.seek(0, os.SEEK_END), b"moov")
    if moov is None:
        return {}, None
    texts: dict[str, str] = {}
    header, user = (find_box(stream, moov.start, moov.end, kind) for kind in (b"mvhd", b"udta"))
    if user:
        texts |= _user_texts(stream, user)
        texts |= _metadata(stream, user)
    texts |= _metadata(stream, moov)
    return texts, _created(content(stream, header, 12)) if header else None


def _created(header: bytes) -> datetime | None:
    """Seconds since 1904 behind version and flags, 8 bytes of them in version 1. Zeros are no time."""
    seconds = int.from_bytes(header[4:12] if header[:1] == b"\1" else header[4:8], "big")
    return utc_time(seconds - _1904_TO_1970) if seconds else None


def _user_texts(stream: BinaryIO, user: Box) -> dict[str, str]:
    """Each is its length and language, 2 bytes each, and the text; more in other languages may follow."""
    texts = {}
    for box in boxes(stream, user.start, user.end):
        if box.kind == _LOCATION:
            texts[_name(box.kind)] = _position(content(stream, box, _LONGEST_TEXT))
        elif box.kind.startswith(_OF_USER):
            data = content(stream, box, _LONGEST_TEXT)
            texts[_name(box.kind)] = _text(data[4 : 4 + int.from_bytes(data[:2], "big")])
    return texts


def _position(data: bytes) -> str:
    """As ISO 6709, from longitude and latitude in 65536ths of degrees.

    In front are version and flags, a language, a name that ends with a zero, and what kind of place it is.
    """
    name_end = data.find(b"\0", 6)
    if name_end < 0 or len(data) < name_end + 10:
        return ""
    longitude, latitude = struct.unpack_from(">ii", data, name_end + 2)
    return f"{latitude / 65536:+09.5f}{longitude / 65536:+010.5f}/"


def _metadata(stream: BinaryIO, holder: Box) -> dict[str, str]:
    """What the items of a "meta" box say that are text; their kind is their name, or the number of their key."""
    meta = find_box(stream, holder.start, holder.end, b"meta")
    if meta is None:
        return {}
    # In MP4 version and flags come first, in QuickTime they do not.
    start = meta.start if content(stream, meta, 8)[4:] == b"hdlr" else meta.start + 4
    keys, items = (find_box(stream, start, meta.end, kind) for kind in (b"keys", b"ilst"))
    names = dict(enumerate(_keys(content(stream, keys, _LONGEST_KEYS)), 1)) if keys else {}
    texts = {}
    for item in boxes(stream, items.start, items.end) if items else ():
        value = find_box(stream, item.start, item.end, b"data")
        data = content(stream, value, _LONGEST_TEXT) if value else b""
        if data[:4] == _UTF8.to_bytes(4, "big"):  # what it is, a locale of 4 bytes, and the text
            texts[names.get(int.from_bytes(item.kind, "big"), _name(item.kind))] = _text(data[8:])
    return texts


def _keys(data: bytes) -> Iterator[str]:
    """Behind version, flags and count, each key with its length and namespace in front, 4 bytes each."""
    at = 8
    while (size := int.from_bytes(data[at : at + 4], "big")) >= 8:
        yield _text(data[at + 8 : at + size])
        at += size


def _name(kind: bytes) -> str:
    return kind.decode("latin-1")


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")
