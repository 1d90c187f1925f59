"""Changes to the bytes of a file that a format's own parser minds: directories, chunks, segments, boxes and words."""

from __future__ import annotations

import re
import struct
import zlib
from functools import cache
from random import Random

from fuzzing.bytes import NUMBERS, cut_out, flip_bits, repeat, set_number

_TOKENS = [
    b"&a",
    b"*a",
    b"!!python/object/apply:os.system [x]",
    b"!",
    b"[",
    b"]",
    b"{",
    b"}",
    b"{a: ",
    b"[*a,*a]",
    b":",
    b",",
]
_TOKENS += [
    b": ",
    b"'",
    b'"',
    b"|",
    b">",
    b"%YAML 9.9\n---\n",
    b"---\n",
    b"...\n",
    b"#",
    b"@",
    b"`",
    b"~",
    b"? ",
    b"<<: *a",
]
_TOKENS += [
    b"1" * 5000,
    b"1e999",
    b".nan",
    b"-1",
    b"0x10",
    b"1_000",
    b"\\x00",
    b'"\\U00110000"',
    b'"\\ud800"',
    b"\xff",
    b"\0",
]
_TOKENS += [
    "\u202e".encode(),
    "\ufeff".encode(),
    "\u2028".encode(),
    b"\xed\xa0\x80",
    b"\r",
    b"aa: x, ",
    b"tabby cat, ",
    b"281, ",
]
_TOKENS += [
    b'<!DOCTYPE a [<!ENTITY a "aaaa">]>',
    b"&a;&a;",
    b"<a>",
    b"</a>",
    b"<![CDATA[",
    b'tiff:Orientation="9"',
    b"<!--",
]


def tiff_entry(rng: Random, data: bytes) -> bytes:
    """Change an entry of one of the directories of an EXIF block or TIFF file, or make the directories a loop."""
    found = _directories(data)
    if not found:
        return set_number(rng, data)
    base, order, at, count = rng.choice(found)
    changed = bytearray(data)
    wanted = rng.random()
    if wanted < 0.1:  # more entries than there are
        struct.pack_into(
            order + "H", changed, at, 65535 if rng.random() < 0.05 else rng.choice((0, 1, (count + 1) % 65536, 255))
        )
    elif wanted < 0.2:  # the next directory: itself, or one before
        _pack(changed, order + "L", at + 2 + 12 * count, rng.choice((0, 8, at - base, rng.randrange(len(data)))))
    else:
        entry = at + 2 + 12 * rng.randrange(max(1, count))
        here = rng.choice((8, at - base, entry - base, at - base + 2, len(data) - base - 1))
        field, values = rng.choice(
            (
                ("H", (rng.choice((254, 256, 257, 258, 259, 262, 273, 277, 278, 279, 282, 322, 323, 324, 330, 513)),)),
                (
                    "H",
                    (rng.choice((34665, 34853, 40965, 37500, 37510, 700, 34675, 33723, 36867, rng.randrange(65536))),),
                ),
                ("xxH", (rng.choice((1, 2, 3, 4, 5, 7, 9, 10, 11, 12, 13, 16, 17, 0, 99)),)),
                ("xxxxL", (rng.choice((*NUMBERS[:-3], rng.randrange(70_000))),)),
                ("xxxxxxxxL", (rng.choice((*NUMBERS[:-3], here)),)),
                ("xxHLL", (rng.choice((1, 2, 5, 7, 12)), rng.choice((998, 999, 60_000, len(data))), here)),
                ("xxHLL", (4, 1, here)),
            )
        )
        _pack(changed, order + field, entry, *values)
    return bytes(changed)


def tiff_many_entries(rng: Random, data: bytes) -> bytes:
    """A directory of hundreds or thousands of entries that all have the same large value."""
    found = _directories(data)
    if not found:
        return repeat(rng, data)
    _, order, at, _ = rng.choice(found)
    count = min(5400 if rng.random() < 0.02 else rng.choice((20, 200)), (len(data) - at) // 12)
    kind, large = rng.choice((1, 2, 3, 4, 5, 7, 10, 12)), rng.choice((999, 4000, 65_000))
    first = rng.choice((1, 200, 256, 34000))
    entries = [struct.pack(order + "HHLL", first + number, kind, large, 8) for number in range(count)]
    block = struct.pack(order + "H", count) + b"".join(entries)
    return data[:at] + block + data[at + len(block) :]


def with_checksums(data: bytes) -> bytes:
    """A PNG with the right checksum at the end of each chunk, as far as its chunks can be followed; else ``data``."""
    if not data.startswith(b"\x89PNG\r\n\x1a\n"):
        return data
    parts, at = [data[:8]], 8
    while at + 12 <= len(data) and at + 12 + (length := int.from_bytes(data[at : at + 4], "big")) <= len(data):
        parts.append(_png_chunk(data[at + 4 : at + 8], data[at + 8 : at + 8 + length]))
        at += 12 + length
    return b"".join(parts) + data[at:]


def png_chunk(rng: Random, data: bytes) -> bytes:
    """Change, move, double or remove a chunk; mostly its checksum is right again."""
    chunks = re.split(rb"(?s)(?=.{4}(?:IHDR|PLTE|IDAT|IEND|eXIf|iTXt|tEXt|zTXt|iCCP|tRNS|acTL|fcTL|fdAT))", data)
    at = rng.randrange(len(chunks))
    what = rng.randrange(5)
    if what == 0:
        chunks.insert(rng.randrange(1, len(chunks) + 1), chunks[at])
    elif what == 1:
        chunks.pop(at)
    elif what == 2:
        chunks.insert(1 + rng.randrange(len(chunks)), _png_bomb(rng))
    elif what == 3 and len(chunks[at]) > 12:
        chunks[at] = _png_chunk(chunks[at][4:8], rng.choice((flip_bits, set_number, cut_out))(rng, chunks[at][8:-4]))
    else:
        chunks[at] = set_number(rng, chunks[at] or b"\0")
    return b"".join(chunks)


def jpeg_segment(rng: Random, data: bytes) -> bytes:
    """Change the length, kind or place of a segment, or what is in a frame's header."""
    starts = [match.start() for match in re.finditer(rb"\xff[\xc0-\xcf\xda-\xdf\xe0-\xef\xfe]", data[: 1 << 16])]
    if not starts:
        return flip_bits(rng, data)
    at = rng.choice(starts)
    length = int.from_bytes(data[at + 2 : at + 4], "big")
    part = data[at : at + 2 + length]
    what = rng.randrange(5)
    if what == 0:
        return data[:at] + part * rng.choice((2, 3, 50)) + data[at + len(part) :]
    if what == 1:
        return data[:at] + data[at + len(part) :]
    if what == 2:
        return data[: at + 1] + bytes((rng.randrange(0xC0, 0x100),)) + data[at + 2 :]
    if what == 3:
        return data[: at + 2] + struct.pack(">H", rng.choice(NUMBERS) % 65536) + data[at + 4 :]
    return data[: at + 4] + rng.choice((flip_bits, set_number))(rng, part[4:] or b"\0") + data[at + len(part) :]


def box(rng: Random, data: bytes) -> bytes:
    """Change the size, kind or place of a box of a HEIF, AVIF, QuickTime or RIFF file, or a number in it."""
    kinds = rb"ftyp|meta|hdlr|pitm|iloc|iinf|infe|iprp|ipco|ipma|ispe|hvcC|av1C|pixi|irot|imir|clap|colr|auxC|iref|idat"
    starts = [
        match.start()
        for match in re.finditer(
            kinds + rb"|mdat|moov|mvhd|udta|keys|ilst|VP8X|VP8 |VP8L|ALPH|ANIM|ANMF|EXIF|XMP ", data
        )
    ]
    if not starts:
        return set_number(rng, data)
    at = max(4, rng.choice(starts))
    size = int.from_bytes(data[at - 4 : at], "big")
    end = min(len(data), at - 4 + size) if 8 <= size <= len(data) else at + 8
    part = data[at - 4 : end]
    what = rng.randrange(6)
    if what == 0:
        return data[: at - 4] + struct.pack(">L", rng.choice((*NUMBERS[:27], size - 1, size + 1)) % 2**32) + data[at:]
    if what == 1:
        return data[: at - 4] + part * rng.choice((2, 3, 200)) + data[end:]
    if what == 2:
        return data[: at - 4] + data[end:]
    if what == 3:
        return data[:at] + data[rng.choice(starts) :][:4] + data[at + 4 :]
    inside = rng.choice((flip_bits, set_number, set_number))(rng, part[8:] or b"\0")
    return data[: at + 4] + inside + data[max(end, at + 4) :]


def text(rng: Random, data: bytes) -> bytes:
    """Change the lines or words of YAML or XML."""
    what = rng.randrange(6)
    if what == 0:
        lines = data.split(b"\n")
        at = rng.randrange(len(lines))
        lines[at : at + 1] = [lines[at]] * (5000 if rng.random() < 0.03 else rng.choice((0, 2, 20)))
        return b"\n".join(lines)
    if what == 1:
        lines = data.split(b"\n")
        at = rng.randrange(len(lines))
        lines[at] = rng.choice((b" ", b"  ", b"\t", b"- ", b"? ", b"- - - - - - - - - ")) + lines[at]
        return b"\n".join(lines)
    words = [match.span() for match in re.finditer(rb"[\w.]+|[^\w\s]", data[: 1 << 16])] or [(0, len(data))]
    start, end = rng.choice(words)
    if what == 2:
        other = rng.choice(words)
        return data[:start] + data[other[0] : other[1]] + data[end:]
    token = rng.choice(_TOKENS)
    if what == 3:
        token *= 50_000 if rng.random() < 0.02 else rng.choice((1, 9, 300))
    return data[:start] + token + (data[start:end] if rng.random() < 0.5 else b"") + data[end:]


def _pack(data: bytearray, form: str, at: int, *values: int) -> None:
    """As ``struct.pack_into``, but passing over the x's in the form; nothing where the data ends before."""
    skipped = form.count("x")
    plain = form.replace("x", "")
    if at + skipped + struct.calcsize(plain) <= len(data):
        struct.pack_into(plain, data, at + skipped, *values)


def _directories(data: bytes) -> list[tuple[int, str, int, int]]:
    """Base offset, byte order, place and number of entries of the TIFF directories in a file."""
    header = re.search(rb"II\*\0|MM\0\*", data)
    if header is None:
        return []
    base, order = header.start(), "<" if header[0][:1] == b"I" else ">"
    found: list[tuple[int, str, int, int]] = []
    waiting = [data[base + 4 : base + 8]]
    while waiting and len(found) < 8:
        at = base + int.from_bytes(waiting.pop(), "little" if order == "<" else "big")
        if at + 2 > len(data) or any(at == other for _, _, other, _ in found):
            continue
        (count,) = struct.unpack_from(order + "H", data, at)
        found.append((base, order, at, count))
        for entry in range(at + 2, min(at + 2 + 12 * min(count, 100), len(data) - 11), 12):
            if struct.unpack_from(order + "H", data, entry)[0] in (34665, 34853, 40965):
                waiting.append(data[entry + 8 : entry + 12])
        following = data[at + 2 + 12 * count : at + 6 + 12 * count]
        if len(following) == 4 and any(following):
            waiting.append(following)
    return found


def _png_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">L", len(data)) + kind + data + struct.pack(">L", zlib.crc32(kind + data))


def _png_bomb(rng: Random) -> bytes:
    """A chunk of few bytes that unpacks to very many, or thousands of empty ones."""
    packed = _packed_zeros(rng.choice((10**6, 3 * 10**7)))
    kind, head = rng.choice(((b"zTXt", b"a\0\0"), (b"iTXt", b"a\0\1\0\0\0"), (b"iCCP", b"a\0\0"), (b"IDAT", b"")))
    if rng.random() < 0.3:
        return _png_chunk(rng.choice((b"abCd", b"tEXt", b"eXIf")), b"a\0") * (50_000 if rng.random() < 0.05 else 100)
    return _png_chunk(kind, head + packed)


@cache
def _packed_zeros(size: int) -> bytes:
    return zlib.compress(bytes(size))
