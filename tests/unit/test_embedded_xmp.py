"""The packet in a picture: found, replaced without a pixel or another byte changed, and taken back exactly."""

from __future__ import annotations

import io
import struct
import zlib
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from albumsort.library.embedded import NEW, Embedded, check_same, embedded, with_packet
from albumsort.library.iptc import keywords_of
from albumsort.library.tags import SUBJECT, tagged
from albumsort.library.xmp_edit import Packet, spliced
from albumsort.library.xmp_tree import XmpError
from albumsort.records import Tags
from albumsort.steps import Edit, Splices

PETS = Tags(("Pets",), (("Category", "Pets"),), "Rome", "Italy")


def picture(picture_format: str, **options: object) -> bytes:
    stream = io.BytesIO()
    image = Image.radial_gradient("L").resize((60, 40)).convert("RGB")
    image.save(stream, picture_format, **options)
    return stream.getvalue()


def applied(data: bytes, splices: Splices) -> bytes:
    assert all(data[begin : begin + len(old)] == old for begin, old, _ in splices)
    return spliced(data, splices)


def packet(before: bytes = NEW, tags: Tags = PETS) -> bytes:
    return spliced(before, tagged(before, tags))


def find(data: bytes, picture_format: str) -> Embedded:
    return embedded(io.BytesIO(data), picture_format)


def put(data: bytes, picture_format: str, tags: Tags = PETS) -> tuple[bytes, Splices]:
    found = find(data, picture_format)
    splices = with_packet(io.BytesIO(data), found, packet(found.packet or NEW, tags))
    after = applied(data, splices)
    check_same(io.BytesIO(data), io.BytesIO(after), picture_format, splices)
    return after, splices


def pixels(data: bytes) -> bytes:
    with Image.open(io.BytesIO(data)) as image:
        return bytes(image.tobytes())


def exif() -> Image.Exif:
    tags = Image.Exif()
    tags[0x0110] = "Camera"
    return tags


PICTURES = {
    "jpeg": picture("JPEG"),
    "jpeg with EXIF": picture("JPEG", exif=exif()),
    "jpeg with XMP": picture("JPEG", exif=exif(), xmp=packet(tags=Tags(("Oma",)))),
    "png": picture("PNG", exif=exif()),
    "tiff": picture("TIFF"),
    "tiff with LZW": picture("TIFF", compression="tiff_lzw"),
    "tiff for Motorola": b"MM\0*\0\0\0\x08\0\1\1\0\0\3\0\0\0\1\0\1\0\0\0\0\0\0",
}


@pytest.mark.parametrize("name", PICTURES)
def test_tags_in_a_picture_leave_its_pixels_and_are_taken_back_exactly(name: str) -> None:
    before, picture_format = PICTURES[name], name.split(maxsplit=1)[0]
    once, first = put(before, picture_format)
    assert Packet(find(once, picture_format).packet).values(SUBJECT) == ["Pets"]
    if "Motorola" not in name:
        assert pixels(once) == pixels(before)
    twice, second = put(once, picture_format, Tags(("Food", "Drinks")))
    assert Packet(find(twice, picture_format).packet).values(SUBJECT) == ["Food", "Drinks"]
    assert applied(twice, Edit(second, "", "").reversed().splices) == once
    assert applied(once, Edit(first, "", "").reversed().splices) == before


def test_the_packet_of_a_jpeg_comes_behind_exif_where_programs_look_for_it() -> None:
    data, _ = put(PICTURES["jpeg with EXIF"], "jpeg")
    assert 0 < data.index(b"Exif\0\0") < data.index(b"http://ns.adobe.com/xap/1.0/\0") < data.index(b"\xff\xdb")


def segment(marker: bytes, content: bytes) -> bytes:
    return marker + struct.pack(">H", len(content) + 2) + content


@pytest.mark.parametrize(
    ("more", "behind", "problem"),
    [
        (segment(b"\xff\xe2", b"MPF\0ab"), b"", "further pictures"),
        (segment(b"\xff\xe1", b"http://ns.adobe.com/xmp/extension/\0" + bytes(40)), b"", "more XMP"),
        (b"", PICTURES["jpeg"], "behind the picture"),
    ],
)
def test_a_jpeg_that_would_no_longer_fit_what_it_tells_of_itself_is_refused(
    more: bytes, behind: bytes, problem: str
) -> None:
    data = PICTURES["jpeg"]
    with pytest.raises(XmpError, match=problem):
        put(data[:2] + more + data[2:] + behind, "jpeg")
    put(data + bytes(20), "jpeg")


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def test_a_png_that_begins_with_another_chunk_is_refused() -> None:
    png = PICTURES["png"]
    with pytest.raises(XmpError):
        put(png[:8] + chunk(b"tEXt", b"Title\0first") + png[8:], "png")


def test_a_packet_that_is_compressed_or_filled_up_is_read() -> None:
    png, oma = PICTURES["png"], packet(tags=Tags(("Oma",)))
    for flag, content in ((b"\1", zlib.compress(oma)), (b"\0", oma + bytes(9))):
        before = png[:33] + chunk(b"iTXt", b"XML:com.adobe.xmp\0" + flag + b"\0\0\0" + content) + png[33:]
        after, splices = put(before, "png")
        assert Packet(find(after, "png").packet).values(SUBJECT) == ["Pets"]
        assert applied(after, Edit(splices, "", "").reversed().splices) == before


def test_what_would_be_another_picture_is_not_taken_for_the_same() -> None:
    png = PICTURES["png"]
    after, splices = put(png, "png")
    with pytest.raises(XmpError, match="same picture"):
        check_same(io.BytesIO(png), io.BytesIO(after[:-12] + chunk(b"tEXt", b"a\0b") + after[-12:]), "png", splices)
    with pytest.raises(XmpError, match="same picture"):
        check_same(io.BytesIO(png), io.BytesIO(png), "png", splices)


def resource(number: int, content: bytes, name: bytes = b"") -> bytes:
    named = bytes([len(name)]) + name + bytes((len(name) + 1) % 2)
    size = struct.pack(">I", len(content))
    return b"8BIM" + struct.pack(">H", number) + named + size + content + bytes(len(content) % 2)


def keyword(said: bytes) -> bytes:
    return b"\x1c\x02\x19" + struct.pack(">H", len(said)) + said


@pytest.mark.parametrize("said", ["Omaä".encode(), "Omaä".encode("latin-1")])
def test_keywords_of_the_old_iptc_block_are_known_in_either_writing(said: bytes) -> None:
    misleading = resource(0x0422, keyword(b"none"), b"Odd")
    block = b"Photoshop 3.0\0" + misleading + resource(0x0404, b"\x1c\x02\x05\0\x05" + keyword(b"") + keyword(said))
    data = PICTURES["jpeg"]
    assert find(data[:2] + segment(b"\xff\xed", block) + data[2:], "jpeg").iptc == ("Omaä",)


@given(st.binary(max_size=60))
def test_no_resources_end_in_an_error(noise: bytes) -> None:
    keywords_of(noise)
    keywords_of(resource(0x0404, keyword(b"Oma")[:3] + noise))


def test_a_packet_that_does_not_fit_or_cannot_be_read_is_refused() -> None:
    found = find(PICTURES["jpeg"], "jpeg")
    with pytest.raises(XmpError, match="too large"):
        with_packet(io.BytesIO(PICTURES["jpeg"]), found, b" " * 70_000)
    with pytest.raises(XmpError):
        find(b"II+\0" + bytes(20), "tiff")


@given(st.sampled_from(sorted(PICTURES)), st.integers(0, 400), st.binary(max_size=8), st.integers(0, 2000))
def test_no_damage_ends_in_anything_but_a_refusal(name: str, at: int, noise: bytes, cut: int) -> None:
    data = PICTURES[name]
    damaged = (data[:at] + noise + data[at + len(noise) :])[: len(data) - cut]
    with suppress(XmpError):
        put(damaged, name.split(maxsplit=1)[0])
