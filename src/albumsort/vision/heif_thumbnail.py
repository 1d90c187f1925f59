"""The thumbnail of a HEIF file: decoded in a fiftieth of the time of the photo."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

from albumsort.library.boxes import Box, boxes

_FULL_BOX = 4  # bytes of version and flags
_TURNS = (b"irot", b"imir", b"clap")


def thumbnail_in_front(data: bytes) -> bytes | None:
    """A copy of a HEIF file whose primary item is its thumbnail, for decoders that give out only primary items.

    ``data`` is the whole file. The item references and the primary item are boxes of ISO/IEC 14496-12, 8.11, the
    thumbnail reference is that of ISO/IEC 23008-12, 6.4.2. Only the number of the primary item and the kind of the
    reference are changed; pixels stay where they are. None where there is no thumbnail, where it is not turned and
    cut as the photo is, or where the file is cut off. Nothing is compared: whoever writes a HEIF file encodes both,
    and a thumbnail cannot be taken over with a block of EXIF.
    """
    try:
        return _thumbnail_in_front(data)
    except (KeyError, IndexError):  # a box is missing or cut off
        return None


def _thumbnail_in_front(data: bytes) -> bytes | None:
    outer = {kind: (start, end) for kind, start, end in _boxes(data, 0, len(data))}
    if max((end for _, end in outer.values()), default=0) < len(data):
        return None
    start, end = outer[b"meta"]
    meta = {kind: (start, end) for kind, start, end in _boxes(data, start + _FULL_BOX, end)}
    primary_at = meta[b"pitm"][0] + _FULL_BOX
    primary = data[primary_at : primary_at + (4 if data[primary_at - _FULL_BOX] else 2)]
    references_at, references_end = meta[b"iref"]
    size = 4 if data[references_at] else 2  # of an item's number
    for kind, start, end in _boxes(data, references_at + _FULL_BOX, references_end):
        shown = [data[at : at + size] for at in range(start + size + 2, end, size)]
        if kind == b"thmb" and _number(primary) in map(_number, shown):
            thumbnail = _number(data[start : start + size])
            turns = _turns(data, *meta[b"iprp"])
            if turns.get(thumbnail, []) != turns.get(_number(primary), []):
                return None
            changed = bytearray(data)
            changed[primary_at : primary_at + len(primary)] = thumbnail.to_bytes(4, "big")[-len(primary) :]
            changed[start - 4 : start] = b"skip"  # a thumbnail cannot be primary
            return bytes(changed)
    return None


def _turns(data: bytes, start: int, end: int) -> dict[int, list[bytes]]:
    """By the number of an item, the boxes that say how it is turned and cut; ISO/IEC 23008-12, 9.3 and 6.5."""
    properties: list[bytes] = []
    turns: dict[int, list[bytes]] = {}
    for box, first, last in _boxes(data, start, end):
        if box == b"ipco":
            properties = [kind + data[at:stop] for kind, at, stop in _boxes(data, first, last)]
        elif box == b"ipma":
            number_size, index_size = 4 if data[first] else 2, 2 if data[first + 3] & 1 else 1
            at = first + _FULL_BOX + 4
            for _ in range(_number(data[first + _FULL_BOX : at])):
                if at >= last:  # there are more items in the count than in the box
                    break
                item, count = _number(data[at : at + number_size]), data[at + number_size]
                at += number_size + 1
                indices = [_number(data[at + i * index_size : at + (i + 1) * index_size]) for i in range(count)]
                at += count * index_size
                of_item = [properties[(index & (0x7FFF if index_size == 2 else 0x7F)) - 1] for index in indices]
                turns.setdefault(item, []).extend(one for one in of_item if one[:4] in _TURNS)
    return turns


def _boxes(data: bytes, start: int, end: int) -> Iterator[Box]:
    return boxes(BytesIO(data), start, end)


def _number(field: bytes) -> int:
    return int.from_bytes(field, "big")
