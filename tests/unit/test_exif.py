from __future__ import annotations

import io
import struct
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, features

from albumsort.library.exif import parse_exif_time, parse_offset, read_exif
from albumsort.library.times import is_unset_clock
from albumsort.records import Metadata

MAKE, MODEL, IMAGE_TIME, ORIGINAL, DIGITIZED = 0x010F, 0x0110, 0x0132, 0x9003, 0x9004
OFFSET, OFFSET_ORIGINAL = 0x9010, 0x9011
SAMPLES = Path(__file__).parents[2].parent / "shared" / "exif"

PLACE = {1: "N", 2: (52.0, 30.0, 36.0), 3: "W", 4: (13.0, 24.0, 18.0)}


def picture(
    image: dict[int, Any] | None = None,
    photo: dict[int, Any] | None = None,
    gps: dict[int, Any] | None = None,
    kind: str = "JPEG",
) -> bytes:
    exif = Image.Exif()
    exif.update(image or {})
    exif.get_ifd(0x8769).update(photo or {})
    exif.get_ifd(0x8825).update(gps or {})
    stream = io.BytesIO()
    Image.new("RGB", (16, 16), "green").save(stream, kind, exif=exif.tobytes())
    return stream.getvalue()


def read(data: bytes, kind: str = "jpeg") -> Metadata:
    return read_exif(io.BytesIO(data), kind)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
def test_every_format_with_exif_is_read(kind: str) -> None:
    if kind == "AVIF" and not features.check("avif"):
        pytest.skip("this Pillow has no AVIF")
    data = picture(
        {MAKE: "Apple", MODEL: "iPhone 12"},
        {ORIGINAL: "2023:05:06 12:34:56", OFFSET_ORIGINAL: "+02:00"},
        PLACE,
        kind,
    )
    metadata = read(data, kind.lower())
    assert (metadata.taken_at, metadata.time_zone) == (datetime(2023, 5, 6, 12, 34, 56), "+02:00")
    assert metadata.latitude == pytest.approx(52.51)
    assert metadata.longitude == pytest.approx(-13.405)
    assert metadata.camera == "Apple iPhone 12"


def test_exif_behind_the_pixels_of_a_png_is_read() -> None:
    plain, exif = io.BytesIO(), Image.Exif()
    Image.new("L", (300, 300)).save(plain, "PNG")
    exif[MODEL] = "Scanner"
    block = exif.tobytes()[6:]
    chunk = len(block).to_bytes(4, "big") + b"eXIf" + block + bytes(4)
    data = plain.getvalue()
    end = len(data) - 12
    assert read(data[:end] + chunk + data[end:], "png").camera == "Scanner"


def test_a_png_is_not_decoded_for_its_exif() -> None:
    whole = picture({MODEL: "Phone"}, kind="PNG")
    broken = whole[: whole.index(b"IDAT") + 4] + b"no pixels"
    assert read(broken, "png").camera == "Phone"


def test_the_digitized_time_is_second_best_and_the_time_of_editing_is_none() -> None:
    assert read(picture({IMAGE_TIME: "2024:01:01 10:00:00"})).taken_at is None
    metadata = read(
        picture({IMAGE_TIME: "2024:01:01 10:00:00"}, {DIGITIZED: "2023:05:06 12:34:56", OFFSET: "-05:00"}),
    )
    assert (metadata.taken_at, metadata.time_zone) == (datetime(2023, 5, 6, 12, 34, 56), "-05:00")
    both = picture(None, {ORIGINAL: "2023:05:05 11:00:00", DIGITIZED: "2023:05:06 12:34:56"})
    assert read(both).taken_at == datetime(2023, 5, 5, 11)
    unset = picture(None, {ORIGINAL: "0000:00:00 00:00:00", DIGITIZED: "2023:05:06 12:34:56"})
    assert read(unset).taken_at == datetime(2023, 5, 6, 12, 34, 56)


@pytest.mark.parametrize(
    "text",
    [
        "2023:05:06 12:34:56",
        "2023-05-06 12:34:56",
        "2023/05/06 12:34:56",
        "2023-05-06T12:34:56",
        "2023-05-06T12:34:56.789+02:00",
        "2023:05:06 12:34:56Z",
        " 2023:05:06  12:34:56 ",
    ],
)
def test_times_are_read_as_programs_write_them(text: str) -> None:
    assert parse_exif_time(text) == datetime(2023, 5, 6, 12, 34, 56)


def test_seconds_may_be_missing() -> None:
    assert parse_exif_time("2023:05:06 12:34") == datetime(2023, 5, 6, 12, 34)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "    :  :     :  :  ",
        "0000:00:00 00:00:00",
        "2023:02:30 12:00:00",
        "2023:05:06 25:00:00",
        "1899:12:31 23:59:59",
        "1970:01:01 00:00:00",
        "1969:12:31 19:00:00",
        "1970:01:01 23:59:59",
        "2000:01:01 00:00:00",
        "2000:01:01 00:00:59",
        "2023:05:06 12:34:567",
        "20230506123456",
        "yesterday",
    ],
)
def test_what_is_no_time_is_none(text: str) -> None:
    assert parse_exif_time(text) is None


def test_what_is_beside_an_unset_clock_is_a_time() -> None:
    assert parse_exif_time("1999:12:31 23:59:59") == datetime(1999, 12, 31, 23, 59, 59)
    assert parse_exif_time("2000:01:01 00:01:00") == datetime(2000, 1, 1, 0, 1)
    assert parse_exif_time("1969:12:31 11:59:59") == datetime(1969, 12, 31, 11, 59, 59)
    assert parse_exif_time("1970:01:02 00:00:00") == datetime(1970, 1, 2)


@pytest.mark.parametrize(
    ("text", "offset"),
    [
        ("+05:30", "+05:30"),
        ("-0300", "-03:00"),
        ("Z", "+00:00"),
        ("+14:00", "+14:00"),
        ("+14:30", ""),
        ("-12:30", ""),
        ("+02:75", ""),
        ("2", ""),
        ("", ""),
    ],
)
def test_an_offset_is_checked(text: str, offset: str) -> None:
    assert parse_offset(text) == offset


@given(st.text())
def test_any_text_is_a_time_or_none(text: str) -> None:
    time = parse_exif_time(text)
    assert time is None or time.year >= 1900
    assert parse_offset(text) == "" or len(parse_offset(text)) == len("+HH:MM")


@given(st.datetimes(datetime(1900, 1, 1)))
def test_a_written_time_is_read_back(time: datetime) -> None:
    seconds = time.replace(microsecond=0)
    if not is_unset_clock(seconds):
        assert parse_exif_time(f"{seconds:%Y:%m:%d %H:%M:%S}") == seconds


@pytest.mark.parametrize(
    "change",
    [
        {2: (0.0, 0.0, 0.0), 4: (0.0, 0.0, 0.0)},
        {2: (91.0, 0.0, 0.0)},
        {4: (180.0, 1.0, 0.0)},
        {1: "X"},
        {1: ""},
        {3: "N"},
        {2: (52.0, 30.0, 36.0, 1.0)},
        {4: ()},
    ],
)
def test_what_is_no_place_is_none(change: dict[int, Any]) -> None:
    metadata = read(picture(None, {ORIGINAL: "2023:05:06 12:34:56"}, {**PLACE, **change}))
    assert (metadata.latitude, metadata.longitude) == (None, None)
    assert metadata.taken_at is not None


def test_a_place_divided_by_zero_is_none() -> None:
    data = picture(None, None, PLACE)
    assert data.count(struct.pack("<LL", 52, 1)) == 1
    assert read(data.replace(struct.pack("<LL", 52, 1), struct.pack("<LL", 52, 0))).latitude is None


def test_half_a_place_is_none() -> None:
    assert read(picture(None, None, {1: "N", 2: (52.0, 30.0, 36.0)})).latitude is None


def test_south_is_negative_and_the_equator_is_a_place() -> None:
    metadata = read(picture(None, None, {1: "S", 2: (0.0, 0.0, 0.0), 3: "E", 4: (36.0, 3.6, 0.0)}))
    assert metadata.latitude == 0
    assert metadata.longitude == pytest.approx(36.06)
    assert read(picture(None, None, {**PLACE, 1: "S"})).latitude == pytest.approx(-52.51)


@pytest.mark.parametrize(
    ("make", "model", "camera"),
    [
        ("Canon", "Canon EOS 40D", "Canon EOS 40D"),
        ("NIKON CORPORATION", "NIKON D70", "NIKON D70"),
        ("Apple", "iPhone 12", "Apple iPhone 12"),
        ("samsung  ", " SM-G991B ", "samsung SM-G991B"),
        ("", "DSC", "DSC"),
        ("Sony", "", "Sony"),
        ("A\x07B", "two\nlines", "A B two lines"),
    ],
)
def test_the_maker_stands_once_before_the_model(make: str, model: str, camera: str) -> None:
    assert read(picture({MAKE: make, MODEL: model})).camera == camera


def test_the_time_of_the_satellites_is_read_as_utc() -> None:
    metadata = read(picture(None, None, {**PLACE, 29: "2023:05:06", 7: (10.0, 34.0, 56.7)}))
    assert metadata.utc == datetime(2023, 5, 6, 10, 34, 56, tzinfo=timezone.utc)
    assert metadata.taken_at is None


def test_a_leap_second_is_the_first_of_the_next_minute() -> None:
    metadata = read(picture(None, None, {29: "2016:12:31", 7: (23.0, 59.0, 60.0)}))
    assert metadata.utc == datetime(2017, 1, 1, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    "gps",
    [
        {29: "2023:05:06"},
        {7: (10.0, 34.0, 56.0)},
        {29: "0000:00:00", 7: (0.0, 0.0, 0.0)},
        {29: "2023:02:30", 7: (10.0, 34.0, 56.0)},
        {29: "9999:12:31", 7: (23.0, 59.0, 60.0)},
        {29: "2023:05:06", 7: (24.0, 0.0, 0.0)},
        {29: "2023:05:06", 7: (10.0, 60.0, 0.0)},
        {29: "2023:05:06", 7: (10.0, 34.0)},
        {29: "today", 7: (10.0, 34.0, 56.0)},
    ],
)
def test_what_is_no_time_of_the_satellites_is_none(gps: dict[int, Any]) -> None:
    assert read(picture(None, {ORIGINAL: "2023:05:06 12:34:56"}, gps)).utc is None


def test_a_picture_without_exif_says_nothing() -> None:
    for kind in ("JPEG", "PNG", "GIF", "BMP"):
        stream = io.BytesIO()
        Image.new("L", (4, 4)).save(stream, kind)
        assert read(stream.getvalue(), kind.lower()) == Metadata()
    assert read(b"no picture", "") == Metadata()


@given(data=st.data())
def test_broken_exif_gives_metadata_and_no_error(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(["JPEG", "PNG", "WEBP", "TIFF"]))
    broken = bytearray(picture({MAKE: "Apple"}, {ORIGINAL: "2023:05:06 12:34:56"}, PLACE, kind))
    for _ in range(data.draw(st.integers(1, 8))):
        broken[data.draw(st.integers(0, min(len(broken), 400) - 1))] = data.draw(st.integers(0, 255))
    metadata = read(bytes(broken[: data.draw(st.integers(0, len(broken)))]), kind.lower())
    assert isinstance(metadata, Metadata)
    assert metadata.latitude is None or abs(metadata.latitude) <= 90


@given(st.sampled_from(["jpeg", "png", "webp", "tiff", "heif", "avif", "gif", ""]), st.binary(max_size=200))
def test_any_bytes_give_metadata_and_no_error(kind: str, data: bytes) -> None:
    assert isinstance(read(data, kind), Metadata)


def test_an_iphone_heic_says_when_and_where() -> None:
    path = SAMPLES / "heic" / "IMG_5195.HEIC"
    if not path.exists():
        pytest.skip("the HEIC sample is not beside the repository, and nothing here can write HEIC")
    metadata = read(path.read_bytes(), "heif")
    assert (metadata.taken_at, metadata.time_zone) == (datetime(2021, 4, 11, 15, 47, 53), "-05:00")
    assert metadata.latitude == pytest.approx(39.05134, abs=1e-4)
    assert metadata.longitude == pytest.approx(-94.28877, abs=1e-4)
    assert metadata.camera == "Apple iPhone 11 Pro Max"
