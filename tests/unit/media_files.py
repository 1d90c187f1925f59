"""Files of cameras made by hand: a DNG with a preview, the RAW files that are no TIFF, and QuickTime videos."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from datetime import datetime, timezone

QUICKTIME_EPOCH = datetime(1904, 1, 1, tzinfo=timezone.utc)
BYTE, ASCII, SHORT, LONG, RATIONAL = 1, 2, 3, 4, 5
_SIZES = {BYTE: 1, ASCII: 1, SHORT: 2, LONG: 4, RATIONAL: 8}

Field = tuple[int, int, bytes | Sequence[int]]  # tag, type, values


def tiff(
    directories: Sequence[Sequence[Field]], data: bytes = b"", links: Sequence[tuple[int, int, int]] = ()
) -> bytes:
    """A little-endian TIFF, ``data`` from byte 8 on; a link is (directory, its field, the directory it points to)."""
    starts, at = [], 8 + len(data)
    for number, fields in enumerate(directories):
        starts.append(at)
        at += 2 + 12 * (len(fields) + sum(source == number for source, _, _ in links)) + 4
    bodies, spare = [], b""
    for number, fields in enumerate(directories):
        linked = [(tag, LONG, (starts[to],)) for source, tag, to in links if source == number]
        body = b""
        for tag, kind, values in sorted([*fields, *linked], key=lambda field: field[0]):
            raw = values if isinstance(values, bytes) else struct.pack(f"<{len(values)}{' BcHI'[kind]}", *values)
            value = raw.ljust(4, b"\0") if len(raw) <= 4 else struct.pack("<I", at + len(spare))
            spare += raw if len(raw) > 4 else b""
            body += struct.pack("<HHI", tag, kind, len(raw) // _SIZES[kind]) + value
        count = len(fields) + len(linked)
        bodies.append(struct.pack("<H", count) + body + b"\0\0\0\0")
    return b"II*\0" + struct.pack("<I", starts[0]) + data + b"".join(bodies) + spare


def dng(
    preview: bytes | None, size: tuple[int, int], orientation: int = 1, taken: bytes = b"2023:05:06 12:34:56\0"
) -> bytes:
    """A DNG of 640 x 480 grey pixels with a JPEG preview of this width and height."""
    width, height = 640, 480
    pixels = b"\0\x20" * (width * height)
    data = pixels + (preview or b"")
    first: list[Field] = [
        *((0xFE, LONG, (1,)), (0x10F, ASCII, b"Acme\0"), (0x110, ASCII, b"Raw 9\0"), (0x112, SHORT, (orientation,))),
        *((0xC612, BYTE, (1, 4, 0, 0)), (0xC614, ASCII, b"Acme Raw 9\0")),
    ]
    if preview:
        first += [
            *((0x100, LONG, (size[0],)), (0x101, LONG, (size[1],)), (0x102, SHORT, (8, 8, 8)), (0x103, SHORT, (7,))),
            *((0x106, SHORT, (6,)), (0x111, LONG, (8 + len(pixels),)), (0x115, SHORT, (3,)), (0x116, LONG, (size[1],))),
            (0x117, LONG, (len(preview),)),
        ]
    sensor: list[Field] = [
        *((0xFE, LONG, (0,)), (0x100, LONG, (width,)), (0x101, LONG, (height,)), (0x102, SHORT, (16,))),
        *((0x103, SHORT, (1,)), (0x106, SHORT, (32803,)), (0x111, LONG, (8,)), (0x115, SHORT, (1,))),
        *(
            (0x116, LONG, (height,)),
            (0x117, LONG, (len(pixels),)),
            (0x828D, SHORT, (2, 2)),
            (0x828E, BYTE, (0, 1, 1, 2)),
        ),
    ]
    exif: list[Field] = [(0x9003, ASCII, taken)]
    return tiff([first, sensor, exif], data, [(0, 0x14A, 1), (0, 0x8769, 2)])


def raf(jpeg: bytes) -> bytes:
    """A Fujifilm RAW file as far as its JPEG."""
    return b"FUJIFILMCCD-RAW ".ljust(84, b"\0") + struct.pack(">II", 100, len(jpeg)) + bytes(8) + jpeg


def cr3(camera: bytes, exif: bytes, gps: bytes) -> bytes:
    """A Canon RAW file as far as the three TIFFs that hold its EXIF."""
    canon = bytes.fromhex("85c0b687820f11e08111f4ce462b6a48")
    parts = b"".join(box(kind, part) for kind, part in ((b"CMT1", camera), (b"CMT2", exif), (b"CMT4", gps)))
    return box(b"ftyp", b"crx \0\0\0\1crx isom") + box(b"moov", box(b"uuid", canon + parts))


def box(kind: bytes, content: bytes) -> bytes:
    """A box of ISO/IEC 14496-12."""
    return struct.pack(">I4s", 8 + len(content), kind) + content


def avi(dates: bytes) -> bytes:
    """An AVI video as far as its headers, with these chunks of dates."""
    headers = chunk(b"LIST", b"hdrl" + dates)
    return chunk(b"RIFF", b"AVI " + headers + chunk(b"LIST", b"movi" + bytes(80)))


def chunk(kind: bytes, content: bytes) -> bytes:
    """A chunk of RIFF."""
    return kind + struct.pack("<I", len(content)) + content


def avchd(clock: bytes, prefix: bytes = b"") -> bytes:
    """A transport stream, its packets behind this prefix, with the clock of a camcorder in two packets of the second
    of its streams. ``clock`` has two decimal digits in each byte, century first.
    """
    mdpm = (
        bytes.fromhex("17ee8c60f84d11d98cd60800200c9a66") + b"MDPM\3\x13time\x18\x02" + clock[:3] + b"\x19" + clock[3:]
    )
    pictures = (bytes(160) + mdpm).ljust(330, b"\xff")
    packets = (
        *(b"\x47\x40\x21\x10" + bytes(184), b"\x47\x50\x11\x10" + pictures[:184]),
        *(b"\x47\0\x21\x10" + bytes(184), b"\x47\x10\x11\x30\x25" + bytes(37) + pictures[184:]),
    )
    return b"".join(prefix + packet for packet in packets)


def video(made: datetime | None, position: str = "", apple: dict[str, str] | None = None) -> bytes:
    """A QuickTime video without pictures: when it was made, where by ``©xyz``, and Apple's own keys."""
    seconds = int((made - QUICKTIME_EPOCH).total_seconds()) if made else 0
    matrix = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
    header = (
        struct.pack(">IIIIIIH10x", 0, seconds, seconds, 1000, 1000, 0x10000, 0x100) + matrix + bytes(24) + b"\0\0\0\2"
    )
    parts = box(b"mvhd", header)
    if position:
        text = position.encode()
        parts += box(b"udta", box(b"\xa9xyz", struct.pack(">HH", len(text), 0x15C7) + text))
    if apple:
        keys = b"".join(box(b"mdta", key.encode()) for key in apple)
        values = b"".join(
            struct.pack(">II", 24 + len(text), number) + struct.pack(">I4sII", 16 + len(text), b"data", 1, 0) + text
            for number, text in enumerate((value.encode() for value in apple.values()), 1)
        )
        handler = box(b"hdlr", bytes(8) + b"mdta" + bytes(13))
        counted = box(b"keys", struct.pack(">II", 0, len(apple)) + keys)
        parts += box(b"meta", handler + counted + box(b"ilst", values))
    return box(b"ftyp", b"qt  \0\0\2\0qt  ") + box(b"mdat", bytes(64)) + box(b"moov", parts)
