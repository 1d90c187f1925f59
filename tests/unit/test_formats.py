from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, features

from albumsort.library.formats import HEAD_SIZE, SUFFIXES, Kind, kind_by_suffix, sniff

FORMATS = {"jpeg", "png", "webp", "tiff", "gif", "bmp", "heif", "avif", ""}


def file_type_box(major: bytes, *compatible: bytes) -> bytes:
    body = b"ftyp" + major + bytes(4) + b"".join(compatible)
    return (len(body) + 4).to_bytes(4, "big") + body + b"rest of the file avif"


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP", "TIFF", "GIF", "BMP", "AVIF"])
def test_a_picture_is_known_by_its_bytes(name: str) -> None:
    if name == "AVIF" and not features.check("avif"):
        pytest.skip("this Pillow has no AVIF")
    stream = io.BytesIO()
    Image.new("RGB", (20, 10), "red").save(stream, name)
    assert sniff(stream.getvalue()[:HEAD_SIZE]) == name.lower()


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (file_type_box(b"heic", b"mif1", b"heic"), "heif"),
        (file_type_box(b"mif1", b"mif1", b"heic"), "heif"),
        (file_type_box(b"mif1", b"mif1", b"avif", b"miaf"), "avif"),
        (file_type_box(b"msf1", b"avis"), "avif"),
        (file_type_box(b"mif1"), "heif"),
        (file_type_box(b"isom", b"mp41"), ""),
        (file_type_box(b"crx ", b"crx ", b"isom"), ""),
    ],
)
def test_the_brands_tell_heif_avif_and_video_apart(head: bytes, expected: str) -> None:
    assert sniff(head) == expected


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"\xff\xd8",
        b"this is no picture\n",
        b"BMW is the name of a car, and this is a text about it\n",
        b"RIFF\x24\0\0\0WAVEfmt ",
        b"II*\0\x10\0\0\0CR\x02\0",
        b"%PDF-1.7",
    ],
)
def test_what_is_no_picture_has_no_format(head: bytes) -> None:
    assert sniff(head) == ""


@given(st.binary(max_size=64) | st.binary(max_size=40).map(lambda rest: b"\0\0\0\x18ftyp" + rest))
def test_any_bytes_have_a_known_format(head: bytes) -> None:
    assert sniff(head) in FORMATS


def test_suffixes_are_read_in_any_case_and_only_the_last_counts() -> None:
    assert kind_by_suffix("a.JPG") == "picture"
    assert kind_by_suffix("a.jpg.xmp") == "sidecar"
    assert kind_by_suffix("a.tar.png") == "picture"
    assert kind_by_suffix("jpg") == "unknown"
    assert kind_by_suffix("a.jpg~") == "unknown"


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("raw", "a.CR2 a.cr3 a.NEF a.arw a.dng a.RAF a.orf a.rw2 a.pef"),
        ("video", "a.MOV a.mp4 a.m4v a.3gp a.avi a.MTS a.m2ts a.mkv a.webm a.wmv a.mpg"),
        ("sidecar", "a.xmp a.jpg.xmp a.AAE a.jpg.json a.CR2.pp3 a.nef.dop a.THM"),
        ("catalog", "a.lrcat Lightroom.LRCAT digikam4.db Digikam4.DB"),
        ("other", "a.mp3 a.lrv a.ts a.psd thumbs.db a.lrcat.lock a.zip a.txt"),
    ],
)
def test_the_name_says_what_a_file_is(kind: Kind, names: str) -> None:
    assert {name: kind_by_suffix(name) for name in names.split()} == dict.fromkeys(names.split(), kind)


def test_no_suffix_is_of_two_kinds() -> None:
    suffixes = [suffix for suffixes in SUFFIXES.values() for suffix in suffixes]
    assert len(suffixes) == len(set(suffixes))
