"""The XMP packet in a picture: where it is, and which bytes change when there is another. Pixels never do.

After the XMP Specification Part 3, for JPEG, PNG and TIFF.
"""

from __future__ import annotations

import os
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, TypeVar

from albumsort.library.iptc import keywords_of
from albumsort.library.xmp_edit import EMPTY
from albumsort.library.xmp_tree import LARGEST, XmpError
from albumsort.messages import gettext as _
from albumsort.messages import gettext_noop
from albumsort.steps import Splice, Splices

T = TypeVar("T")

FORMATS = frozenset(("jpeg", "png", "tiff"))
"""Those that a packet can be put into."""

_WRAPPED = b'<?xpacket begin="\xef\xbb\xbf" id="W5M0MpCehiHzreSzNTczkc9d"?>%s<?xpacket end="w"?>'
NEW = _WRAPPED % EMPTY.partition(b"\n")[2]
"""What a packet in a picture begins as."""

_JPEG_XMP, _EXIF, _MPF, _IPTC = b"http://ns.adobe.com/xap/1.0/\0", b"Exif\0\0", b"MPF\0", b"Photoshop 3.0\0"
_MORE_XMP = b"http://ns.adobe.com/xmp/extension/\0"
_END, _BLOCK = b"\xff\xd9", 1 << 20
_MOST_SEGMENTS = 5_000
_PNG_FIRST, _PNG_BEGIN = struct.pack(">I4s", 13, b"IHDR"), 33
_PNG_XMP = b"XML:com.adobe.xmp\0"
_PNG_PLAIN = _PNG_XMP + b"\0\0\0\0"
_TIFF_XMP, _BYTE = 700, 1


@dataclass(frozen=True, slots=True)
class Embedded:
    """What a picture holds: the packet, b"" where there is none, and the keywords of its old IPTC block.

    The bytes from ``begin`` to ``end`` are the packet and what frames it. ``obstacle`` says why another packet cannot
    be put there, "" where it can.
    """

    format: str
    packet: bytes
    begin: int
    end: int
    iptc: tuple[str, ...] = ()
    obstacle: str = ""


def embedded(stream: BinaryIO, picture_format: str) -> Embedded:
    """Find the packet of a picture, one of :data:`FORMATS`; ``stream`` is seekable.

    Raises :class:`XmpError` where it is not written as the format says, OSError where it cannot be read.
    """
    readers: dict[str, Callable[[BinaryIO], Embedded]] = {"jpeg": _in_jpeg, "png": _in_png, "tiff": _in_tiff}
    return _read(readers[picture_format], stream)


def check_same(before: BinaryIO, after: BinaryIO, picture_format: str, splices: Splices) -> None:
    """Raise :class:`XmpError` unless ``after`` is built as the picture ``before`` is, with a packet of these changes.

    All other bytes are known to be the same; this proves that they mean the same.
    """
    frames: dict[str, Callable[[BinaryIO], object]] = {"jpeg": _jpeg_frame, "png": _png_frame, "tiff": _tiff_frame}
    found = embedded(after, picture_format)
    is_written = found.packet and any(found.packet in splice.new for splice in splices)
    if not is_written or _read(frames[picture_format], before) != _read(frames[picture_format], after):
        raise XmpError(_("it would not be the same picture any more"))


def with_packet(stream: BinaryIO, found: Embedded, packet: bytes) -> Splices:
    """The change that puts ``packet`` in the place of the one that was found. Raises :class:`XmpError`."""
    if found.format == "tiff":
        return _into_tiff(stream, found, packet)
    if found.obstacle or (found.format == "jpeg" and _is_followed(stream)):
        raise XmpError(found.obstacle or _("it holds further data behind the picture"))
    stream.seek(found.begin)
    old = stream.read(found.end - found.begin)
    new = _jpeg_segment(packet) if found.format == "jpeg" else _png_chunk(packet)
    return (Splice(found.begin, old, new),)


_BROKEN = gettext_noop("the file is not built as its format says")


def _read(reader: Callable[[BinaryIO], T], stream: BinaryIO) -> T:
    try:
        return reader(stream)
    except (struct.error, IndexError, zlib.error) as error:
        raise XmpError(_(_BROKEN)) from error


def _in_jpeg(stream: BinaryIO) -> Embedded:
    packet, resources, obstacle = b"", b"", ""
    place = 2
    found: tuple[int, int] | None = None
    for number, (marker, begin, data) in enumerate(_jpeg_segments(stream)):
        end = begin + 4 + len(data)
        if marker == 0xE1 and data.startswith(_JPEG_XMP):
            if found:
                raise XmpError(_("it holds two packets of XMP"))
            packet, found = data[len(_JPEG_XMP) :], (begin, end)
        elif place == begin and (marker == 0xE0 or data.startswith(_EXIF)):
            place = end  # the packet goes behind these, where all programs look for it
        elif marker == 0xED and data.startswith(_IPTC):
            resources += data[len(_IPTC) :]
        elif marker == 0xE1 and data.startswith(_MORE_XMP):
            obstacle = _("it has more XMP than one packet holds")
        elif marker == 0xE2 and data.startswith(_MPF):
            obstacle = _("it holds further pictures, and tells their places")
        if number > _MOST_SEGMENTS:
            raise XmpError(_(_BROKEN))
    begin, end = found or (place, place)
    return Embedded("jpeg", packet, begin, end, keywords_of(resources), obstacle)


def _jpeg_frame(stream: BinaryIO) -> list[tuple[int, bytes]]:
    return [
        (own, data) for own, _begin, data in _jpeg_segments(stream) if own != 0xE1 or not data.startswith(_JPEG_XMP)
    ]


def _is_followed(stream: BinaryIO) -> bool:
    """Whether anything comes behind the picture, such as a preview whose place the camera's own notes tell."""
    stream.seek(max((begin + 4 + len(data) for _marker, begin, data in _jpeg_segments(stream)), default=2))
    tail = b""
    while block := stream.read(_BLOCK):
        tail = tail[-1:] + block
        if _END in tail:
            return bool((tail.partition(_END)[2] + stream.read(_BLOCK)).strip(b"\0\xff"))
    return False


def _jpeg_segments(stream: BinaryIO) -> Iterator[tuple[int, int, bytes]]:
    """The marker, place and content of each segment before the pixels."""
    place = 2
    while True:
        stream.seek(place)
        ff, marker, size = struct.unpack(">BBH", stream.read(4))
        if ff != 0xFF or (marker != 0xFF and size < 2):
            raise XmpError(_(_BROKEN))
        if marker == 0xFF:  # it fills up
            place += 1
            continue
        if marker in (0xDA, 0xD9):
            return
        yield marker, place, stream.read(size - 2)
        place += 2 + size


def _jpeg_segment(packet: bytes) -> bytes:
    content = _JPEG_XMP + packet
    if len(content) > 0xFFFF - 2:
        raise XmpError(_("the XMP is too large for a JPEG"))
    return b"\xff\xe1" + struct.pack(">H", len(content) + 2) + content


def _in_png(stream: BinaryIO) -> Embedded:
    found: list[Embedded] = []
    for kind, begin, size in _png_chunks(stream):
        stream.seek(begin + 8)
        if kind == b"iTXt" and size <= LARGEST and (data := stream.read(size)).startswith(_PNG_XMP):
            text = data[len(_PNG_XMP) + 2 :].split(b"\0", 2)[2]
            if data[len(_PNG_XMP)]:
                text = zlib.decompressobj().decompress(text, LARGEST)
            found.append(Embedded("png", text, begin, begin + 12 + size))
    if len(found) > 1:
        raise XmpError(_("it holds two packets of XMP"))
    return found[0] if found else Embedded("png", b"", _PNG_BEGIN, _PNG_BEGIN)


def _png_chunks(stream: BinaryIO) -> Iterator[tuple[bytes, int, int]]:
    """The kind, place and size of each chunk; IHDR has to be the first, though some programs read others too."""
    place = 8
    stream.seek(place)
    if stream.read(8) != _PNG_FIRST:
        raise XmpError(_(_BROKEN))
    for _number in range(1_000_000):
        stream.seek(place)
        size, kind = struct.unpack(">I4s", stream.read(8))
        yield kind, place, size
        if kind == b"IEND":
            return
        place += 12 + size
    raise XmpError(_(_BROKEN))


def _png_frame(stream: BinaryIO) -> list[tuple[bytes, int]]:
    xmp = _in_png(stream)
    return [(kind, size) for kind, begin, size in _png_chunks(stream) if not xmp.begin <= begin < xmp.end]


def _png_chunk(packet: bytes) -> bytes:
    content = b"iTXt" + _PNG_PLAIN + packet
    return struct.pack(">I", len(content) - 4) + content + struct.pack(">I", zlib.crc32(content))


def _in_tiff(stream: BinaryIO) -> Embedded:
    order, directory, entries, _following = _tiff_directory(stream)
    found = [
        (number, entry) for number, entry in enumerate(entries) if entry[:2] == struct.pack(order + "H", _TIFF_XMP)
    ]
    if not found:
        return Embedded("tiff", b"", directory, directory)
    number, entry = found[0]
    _tag, kind, count, place = struct.unpack(order + "HHII", entry)
    if kind not in (_BYTE, 7) or not 4 < count <= LARGEST:
        raise XmpError(_("its XMP is not written as TIFF says"))
    stream.seek(place)
    begin = directory + 2 + 12 * number
    return Embedded("tiff", stream.read(count), begin, begin + 12)


def _tiff_frame(stream: BinaryIO) -> tuple[str, list[bytes], bytes]:
    order, _directory, entries, following = _tiff_directory(stream)
    return order, [entry for entry in entries if entry[:2] != struct.pack(order + "H", _TIFF_XMP)], following


def _tiff_directory(stream: BinaryIO) -> tuple[str, int, list[bytes], bytes]:
    """The byte order, the place of the first directory, its entries, and the four bytes that follow them."""
    stream.seek(0)
    head = stream.read(8)
    order = "<" if head[:2] == b"II" else ">"
    magic, directory = struct.unpack(order + "HI", head[2:])
    if magic != 42:
        raise XmpError(_("BigTIFF is not written"))
    stream.seek(directory)
    (count,) = struct.unpack(order + "H", stream.read(2))
    data = stream.read(12 * count + 4)
    if len(data) != 12 * count + 4:
        raise XmpError(_(_BROKEN))
    return order, directory, [data[12 * number : 12 * number + 12] for number in range(count)], data[-4:]


def _into_tiff(stream: BinaryIO, found: Embedded, packet: bytes) -> Splices:
    """Append the packet, and where the directory has no entry for one a longer directory; nothing else is moved."""
    order, _directory, entries, following = _tiff_directory(stream)
    size = stream.seek(0, os.SEEK_END)
    place = size + size % 2
    if place + len(packet) + 12 * len(entries) > 0xFFFF_0000:
        raise XmpError(_("the TIFF is too large"))
    entry = struct.pack(order + "HHII", _TIFF_XMP, _BYTE, len(packet), place)
    added = b"\0" * (place - size) + packet + b"\0" * (len(packet) % 2)
    if found.packet:
        stream.seek(found.begin)
        return Splice(found.begin, stream.read(12), entry), Splice(size, b"", added)
    stream.seek(4)
    directory = struct.pack(order + "I", size + len(added))
    entries = sorted([*entries, entry], key=lambda own: struct.unpack(order + "H", own[:2]))
    added += struct.pack(order + "H", len(entries)) + b"".join(entries) + following
    return Splice(4, stream.read(4), directory), Splice(size, b"", added)
