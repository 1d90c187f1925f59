"""The packet in a picture: found, replaced without a pixel or another byte changed, and taken back exactly."""

from __future__ import annotations

import io
import struct
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from albumsort.library.embedded import NEW, Embedded, embedded, with_packet
from albumsort.library.tags import SUBJECT, tagged
from albumsort.library.xmp_edit import Packet
from albumsort.library.xmp_tree import XmpError
from albumsort.records import Edit, Splices, Tags

PETS = Tags(("Pets",), (("Category", "Pets"),), "Rome", "Italy")


def picture(picture_format: str, **options: object) -> bytes:
    stream = io.BytesIO()
    image = Image.radial_gradient("L").resize((60, 40)).convert("RGB")
    image.save(stream, picture_format, **options)
    return stream.getvalue()


def applied(data: bytes, splices: Splices) -> bytes:
    for begin, old, new in reversed(splices):
        assert data[begin : begin + len(old)] == old
        data = data[:begin] + new + data[begin + len(old) :]
    return data


def find(data: bytes, picture_format: str) -> Embedded:
    return embedded(io.BytesIO(data), picture_format)


def put(data: bytes, picture_format: str, tags: Tags = PETS) -> tuple[bytes, Splices]:
    found = find(data, picture_format)
    splices = with_packet(io.BytesIO(data), found, tagged(found.packet or NEW, tags))
    return applied(data, splices), splices


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
    "jpeg with XMP": picture("JPEG", exif=exif(), xmp=tagged(NEW, Tags(("Oma",)))),
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


def test_further_pictures_whose_places_are_told_before_the_packet_are_not_moved() -> None:
    data, _ = put(PICTURES["jpeg"], "jpeg")
    with_pictures = data[:2] + b"\xff\xe2\0\x08MPF\0ab" + data[2:]
    with pytest.raises(XmpError, match="further pictures"):
        put(with_pictures, "jpeg")
    put(PICTURES["jpeg"][:2] + b"\xff\xe2\0\x08MPF\0ab" + PICTURES["jpeg"][2:], "jpeg")


def test_keywords_of_the_old_iptc_block_are_known() -> None:
    said = "Omaä".encode()
    block = b"Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0\x12\x1c\x01\x5a\0\3\x1b%G\x1c\x02\x19\0"
    block += bytes([len(said)]) + said
    data = PICTURES["jpeg"]
    data = data[:2] + b"\xff\xed" + struct.pack(">H", len(block) + 2) + block + data[2:]
    assert find(data, "jpeg").iptc == ("Omaä",)


def test_a_packet_that_does_not_fit_or_cannot_be_read_is_refused() -> None:
    found = find(PICTURES["jpeg"], "jpeg")
    with pytest.raises(XmpError, match="too large"):
        with_packet(io.BytesIO(PICTURES["jpeg"]), found, b" " * 70_000)
    with pytest.raises(XmpError):
        find(b"II+\0" + bytes(20), "tiff")
    compressed = b"XML:com.adobe.xmp\0\1\0\0\0x"
    png = PICTURES["png"]
    with pytest.raises(XmpError, match="compressed"):
        find(png[:33] + struct.pack(">I", len(compressed)) + b"iTXt" + compressed + b"crc." + png[33:], "png")


@given(st.sampled_from(sorted(PICTURES)), st.integers(0, 400), st.binary(max_size=8), st.integers(0, 2000))
def test_no_damage_ends_in_anything_but_a_refusal(name: str, at: int, noise: bytes, cut: int) -> None:
    data = PICTURES[name]
    damaged = (data[:at] + noise + data[at + len(noise) :])[: len(data) - cut]
    with suppress(XmpError):
        put(damaged, name.split(maxsplit=1)[0])
