"""The keywords of the old IPTC block of a JPEG, which programs read where there is no XMP."""

from __future__ import annotations

from collections.abc import Iterator

_SIGNATURE, _IPTC = b"8BIM", 0x0404
_MARK, _RECORD, _KEYWORD = 0x1C, 2, 25
_EXTENDED = 0x8000


def keywords_of(resources: bytes) -> tuple[str, ...]:
    """The keywords in Photoshop's image resources; what is cut off or damaged ends them.

    After the Adobe Photoshop File Formats Specification, and IPTC's Information Interchange Model 4 for the datasets.
    Programs write UTF-8 whether they say so (1:90) or not, so that Latin-1 is what is no UTF-8.
    """
    found: list[str] = []
    for kind, data in _resources(resources):
        if kind == _IPTC:
            found += [
                _text(value) for record, number, value in _datasets(data) if (record, number) == (_RECORD, _KEYWORD)
            ]
    return tuple(found)


def _resources(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The number and the content of each resource; names and contents are filled up to an even length."""
    place = 0
    while data[place : place + 4] == _SIGNATURE:
        kind = int.from_bytes(data[place + 4 : place + 6], "big")
        name = data[place + 6 : place + 7]
        place += 6 + (1 + name[0] + 1) // 2 * 2 if name else 7
        size = int.from_bytes(data[place : place + 4], "big")
        yield kind, data[place + 4 : place + 4 + size]
        place += 4 + size + size % 2


def _datasets(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    place = 0
    while len(data) >= place + 5 and data[place] == _MARK:
        record, number = data[place + 1], data[place + 2]
        size, begin = int.from_bytes(data[place + 3 : place + 5], "big"), place + 5
        if size & _EXTENDED:  # the length follows, in so many bytes
            begin += size - _EXTENDED
            size = int.from_bytes(data[place + 5 : begin], "big")
        place = begin + size
        if place <= len(data):
            yield record, number, data[begin:place]


def _text(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")
