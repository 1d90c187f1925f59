"""When and where, by XMP files and the JSON files of Google Takeout, whatever is in them."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from albumsort.library.takeout_json import read_takeout
from albumsort.library.xmp import parse_xmp_degrees, parse_xmp_time, read_xmp
from albumsort.records import Metadata

TAKEN, INSTANT = datetime(2023, 5, 6, 12, 34, 56), datetime(2023, 5, 6, 12, 34, 56, tzinfo=timezone.utc)
ORIGINAL = 'exif:DateTimeOriginal="2023-05-06T12:34:56"'
NO_TIMES: list[Any] = [None, [], "1683376496", {}, {"timestamp": None}, {"timestamp": []}, {"timestamp": "1e9"}]
NO_LATITUDES: list[Any] = [float("nan"), float("inf"), 91, -90.001, None, "", [], {}, 10**400]
NAMESPACES = (
    'xmlns:exif="http://ns.adobe.com/exif/1.0/" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" '
    'xmlns:xmp="http://ns.adobe.com/xap/1.0/"'
)


def xmp(attributes: str = "", elements: str = "", before: str = "") -> bytes:
    return f"""{before}<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" {NAMESPACES} {attributes}>{elements}</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>""".encode()


def takeout(**fields: Any) -> bytes:
    return json.dumps({"title": "a.jpg", "creationTime": {"timestamp": "1700000000"}, **fields}).encode()


@pytest.mark.parametrize(
    "data",
    [
        xmp(ORIGINAL),
        xmp(elements="<exif:DateTimeOriginal>2023-05-06T12:34:56</exif:DateTimeOriginal>"),
        xmp(elements="<exif:DateTimeOriginal>\n 2023:05:06 12:34:56.000 </exif:DateTimeOriginal>"),
        xmp('photoshop:DateCreated="2023-05-06T12:34:56"'),
        xmp('xmp:CreateDate="2023-05-06T12:34:56.78"'),
        xmp('xmp:CreateDate="2001-01-01T00:00:00" photoshop:DateCreated="2002-01-01T00:00:00" ' + ORIGINAL),
        xmp('photoshop:DateCreated="2023-05-06T12:34:56" exif:DateTimeOriginal="0000-00-00T00:00:00"'),
        xmp('photoshop:DateCreated="2023-05-06T12:34:56" exif:DateTimeOriginal="2000-01-01T00:00:00"'),
        xmp(ORIGINAL).replace(b"exif:", b"other:").replace(b"xmlns:exif", b"xmlns:other"),
        xmp(ORIGINAL).decode().encode("utf-16"),
        xmp(ORIGINAL)[:-60],
        xmp(ORIGINAL) + b"<more>",
    ],
)
def test_the_time_of_an_xmp_file_is_read_as_programs_write_it(data: bytes) -> None:
    assert read_xmp(data) == Metadata(taken_at=TAKEN)


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2023-05-06T12:34:56+09:00", (TAKEN, "+09:00", None)),
        ("2023-05-06T12:34:56.123-03:30", (TAKEN, "-03:30", None)),
        ("2023-05-06T12:34:56Z", (None, "", INSTANT)),
        ("2023-05-06T12:34:56+99:00", (TAKEN, "", None)),
        ("2023-05-06T12:34", (TAKEN.replace(second=0), "", None)),
        ("2023-05-06T12:34+02:00", (TAKEN.replace(second=0), "+02:00", None)),
        ("2023-05-06", (None, "", None)),
        ("2023", (None, "", None)),
        ("2023-02-30T12:34:56", (None, "", None)),
        ("", (None, "", None)),
    ],
)
def test_an_offset_in_xmp_is_kept_and_utc_is_an_instant(text: str, time: tuple[Any, ...]) -> None:
    assert parse_xmp_time(text) == time


def test_the_position_of_an_xmp_file_is_read() -> None:
    said = read_xmp(xmp('exif:GPSLatitude="52,31.2N" exif:GPSLongitude="13,24,18W"'))
    assert said.latitude == pytest.approx(52.52)
    assert said.longitude == pytest.approx(-13.405)


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [
        ("0,0.0N", "0,0.0E"),
        ("52,31.2N", ""),
        ("91,0.0N", "13,0.0E"),
        ("52,31.2E", "13,0.0E"),
        ("52.52", "13.4"),
        ("52,31.2", "13,24.3"),
        ("-52,31.2N", "13,24.3E"),
        ("nan,infN", "13,24.3E"),
        ("٥٢,31.2N", "13,24.3E"),
    ],
)
def test_what_is_no_position_in_xmp_is_none(latitude: str, longitude: str) -> None:
    assert read_xmp(xmp(f'exif:GPSLatitude="{latitude}" exif:GPSLongitude="{longitude}"')) == Metadata()


def test_what_is_said_of_another_photo_is_not_believed() -> None:
    other = f"<rdf:li><rdf:Description {NAMESPACES} {ORIGINAL}/></rdf:li>"
    assert read_xmp(xmp(elements=f"<xmp:Ingredients><rdf:Bag>{other}</rdf:Bag></xmp:Ingredients>")) == Metadata()
    assert read_xmp(f"<notes {NAMESPACES} {ORIGINAL}/>".encode()) == Metadata()


def test_an_xmp_file_with_a_document_type_says_nothing() -> None:
    laughs = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9))
    bomb = f'<!DOCTYPE x [<!ENTITY l0 "ha">{laughs}]>'
    field = "<exif:DateTimeOriginal>&l9;</exif:DateTimeOriginal>"
    assert read_xmp(xmp(ORIGINAL, field, before=bomb)) == Metadata()
    local = '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>'
    assert read_xmp(xmp(ORIGINAL, "<exif:GPSLatitude>&f;</exif:GPSLatitude>", before=local)) == Metadata()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no xml",
        b"<a>" * 300_000,
        b"<" + b"a" * 1_000_000,
        b'<?xml version="1.0" encoding="klingon"?><a/>',
        b'<?xml version="1.0" encoding="utf-7"?><a/>',
        xmp('exif:DateTimeOriginal="' + "2" * 100_000 + '"'),
        xmp(elements="<exif:DateTimeOriginal>" + " 2023" * 100_000 + "</exif:DateTimeOriginal>"),
        xmp(" ".join(f'a{n}="1"' for n in range(50_000))),
    ],
)
def test_an_xmp_file_that_is_broken_or_huge_says_nothing(data: bytes) -> None:
    assert read_xmp(data) == Metadata()


def test_a_takeout_json_says_when_and_where() -> None:
    data = takeout(photoTakenTime={"timestamp": "1683376496"}, geoData={"latitude": 35.69, "longitude": -139.7})
    assert read_takeout(data) == Metadata(utc=INSTANT, latitude=35.69, longitude=-139.7)


def test_the_place_of_the_file_counts_where_the_user_gave_none() -> None:
    null_island, tokyo = {"latitude": 0.0, "longitude": 0.0}, {"latitude": 35.69, "longitude": 139.7}
    assert read_takeout(takeout(geoData=null_island, geoDataExif=tokyo)).latitude == 35.69
    assert read_takeout(takeout(geoDataExif=tokyo)).latitude == 35.69
    assert read_takeout(takeout(geoData={"latitude": 1, "longitude": 2}, geoDataExif=tokyo)).latitude == 1
    assert read_takeout(takeout(geoData=null_island, geoDataExif=null_island)) == Metadata()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'"text"',
        b"\xff\xfe\x00",
        b"[" * 500_000,
        b'{"a":' * 100_000,
        b'{"photoTakenTime": {"timestamp": ' + b"9" * 100_000 + b"}}",
        takeout(),
        *(takeout(photoTakenTime=taken) for taken in NO_TIMES),
        *(
            takeout(photoTakenTime={"timestamp": seconds})
            for seconds in ("9" * 12, "9" * 5000, "-" + "9" * 12, "١٢٣", "")
        ),
        *(takeout(geoData={"latitude": latitude, "longitude": 13.4}) for latitude in NO_LATITUDES),
        takeout(geoData={"latitude": 52.5, "longitude": float("nan")}),
        takeout(geoData=[52.5, 13.4]),
    ],
)
def test_a_json_that_is_hostile_or_something_else_says_nothing(data: bytes) -> None:
    assert read_takeout(data) == Metadata()


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text() | st.sampled_from(["timestamp"]), inner),
    max_leaves=8,
)


@given(_JSON, st.dictionaries(st.sampled_from(["latitude", "longitude"]), _JSON))
def test_any_json_gives_metadata_and_no_error(taken: Any, place: Any) -> None:
    for data in (takeout(photoTakenTime=taken), takeout(photoTakenTime={"timestamp": taken}, geoData=place)):
        said = read_takeout(data)
        assert said.latitude is None or abs(said.latitude) <= 90
        assert said.utc is None or said.utc.tzinfo is timezone.utc


@given(st.binary(max_size=300))
def test_any_bytes_give_metadata_and_no_error(data: bytes) -> None:
    assert isinstance(read_takeout(data), Metadata)
    assert isinstance(read_xmp(data), Metadata)


@given(data=st.data())
def test_a_damaged_xmp_file_gives_metadata_and_no_error(data: st.DataObject) -> None:
    broken = bytearray(xmp(ORIGINAL, "<exif:GPSLatitude>52,31.2N</exif:GPSLatitude>"))
    for _ in range(data.draw(st.integers(1, 8))):
        broken[data.draw(st.integers(0, len(broken) - 1))] = data.draw(st.integers(0, 255))
    said = read_xmp(bytes(broken))
    assert (said.latitude is None) == (said.longitude is None)


@given(st.text())
def test_any_text_is_a_time_and_a_place_or_none(text: str) -> None:
    time, zone, utc = parse_xmp_time(text)
    assert time is None or utc is None
    assert not zone or time
    degrees = parse_xmp_degrees(text, "NS", 90)
    assert degrees is None or abs(degrees) <= 90


@given(st.floats(0, 89.999), st.sampled_from("NS"))
def test_a_written_latitude_is_read_back(degrees: float, letter: str) -> None:
    text = f"{int(degrees)},{min(degrees % 1 * 60, 59.999999):.6f}{letter}"
    read = parse_xmp_degrees(text, "NS", 90)
    assert read == pytest.approx(degrees if letter == "N" else -degrees, abs=1e-5)


@given(st.datetimes(datetime(1971, 1, 1)), st.integers(-12 * 60, 14 * 60))
def test_a_written_time_with_an_offset_is_read_back(time: datetime, minutes: int) -> None:
    seconds = time.replace(microsecond=0)
    zone = f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"
    if (seconds.year, seconds.hour, seconds.minute) != (2000, 0, 0):
        assert parse_xmp_time(f"{seconds.isoformat()}{zone}") == (seconds, zone, None)
