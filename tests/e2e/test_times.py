"""When photos were taken, as the report tells it, by real files."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from albumsort.catalog.migrations import MIGRATIONS

from .conftest import MODEL, Library
from .test_nightly_run import opened_photos

Scan = Callable[..., dict[str, dict[str, str]]]
TOKYO = {1: "N", 2: (35.0, 41.0, 24.0), 3: "E", 4: (139.0, 41.0, 31.2)}
RENAMED = {"content": "fingerprint"}
SATELLITES = {29: "2023:05:06", 7: (20.0, 30.0, 40.0)}
XMP = """<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:exif="http://ns.adobe.com/exif/1.0/" {}/></rdf:RDF></x:xmpmeta>"""


def picture(path: Path, photo: dict[int, Any] | None = None, gps: dict[int, Any] | None = None) -> None:
    """A small picture that differs from all others, taken by nobody knows when unless its EXIF says so."""
    path.parent.mkdir(parents=True, exist_ok=True)
    exif = Image.Exif()
    exif.get_ifd(0x8769).update(photo or {})
    exif.get_ifd(0x8825).update(gps or {})
    Image.new("RGB", (40, 30), "green").save(path, exif=exif, comment=os.fsencode(path.name))
    os.utime(path, (1_600_000_000, 1_600_000_000))


def takeout(path: Path, seconds: int, latitude: float = 0.0, longitude: float = 0.0) -> None:
    place = {"latitude": latitude, "longitude": longitude, "altitude": 0.0}
    data = {"title": path.name, "photoTakenTime": {"timestamp": str(seconds)}, "geoData": place}
    path.with_name(path.name + ".supplemental-metadata.json").write_text(json.dumps(data))


def times(rows: dict[str, dict[str, str]]) -> dict[str, tuple[str, str, str]]:
    return {path: (row["taken_at"], row["time_source"], row["time_zone"]) for path, row in rows.items()}


@pytest.fixture
def empty(tmp_path: Path) -> Library:
    """A library without photos, whose first run is to have a model."""
    library = Library(tmp_path / "home")
    library.photos.mkdir(parents=True)
    return library


@pytest.fixture
def night(empty: Library) -> Scan:
    def scan(*arguments: object, **environment: Any) -> dict[str, dict[str, str]]:
        return empty.scan(*MODEL, "--state", empty.state, *arguments, **environment)

    return scan


def test_each_source_tells_the_time_where_the_photo_was_taken(empty: Library, night: Scan) -> None:
    photos = empty.photos
    taken = {0x9003: "2023:05:06 12:34:56"}
    picture(photos / "offset.jpg", {**taken, 0x9011: "-05:00"}, {**TOKYO, **SATELLITES})
    picture(photos / "place.jpg", taken, TOKYO)
    picture(photos / "clock.jpg", taken)
    picture(photos / "satellites.jpg", {0x9003: "0000:00:00 00:00:00"}, {**TOKYO, **SATELLITES})
    picture(photos / "flat.jpg", {0x9003: "2000:01:01 00:00:12"}, TOKYO)
    (photos / "flat.xmp").write_text(XMP.format('exif:DateTimeOriginal="2023-05-06T07:08:09"'))
    picture(photos / "shared.jpg")
    takeout(photos / "shared.jpg", 1_683_376_496, -33.868, 151.207)
    picture(photos / "PXL_20230506_200000123.jpg", None, TOKYO)
    picture(photos / "PXL_20230506_200000124.jpg")
    picture(photos / "IMG-20230506-WA0001.jpg")
    picture(photos / "plain.jpg")
    rows = night(TZ="America/New_York")
    assert times({path: row for path, row in rows.items() if not row["companion_of"]}) == {
        "offset.jpg": ("2023-05-06T12:34:56", "exif", "'-05:00"),
        "place.jpg": ("2023-05-06T12:34:56", "exif", "Asia/Tokyo"),
        "clock.jpg": ("2023-05-06T12:34:56", "exif", "Asia/Tokyo"),  # of the event, which has positions
        "satellites.jpg": ("2023-05-07T05:30:40", "gps", "Asia/Tokyo"),
        "flat.jpg": ("2023-05-06T07:08:09", "sidecar", "Asia/Tokyo"),
        "shared.jpg": ("2023-05-06T22:34:56", "sidecar", "Australia/Sydney"),
        "PXL_20230506_200000123.jpg": ("2023-05-07T05:00:00", "filename", "Asia/Tokyo"),
        "PXL_20230506_200000124.jpg": ("2023-05-07T05:00:00", "filename", "Asia/Tokyo"),
        "IMG-20230506-WA0001.jpg": ("2023-05-06", "filename", "Asia/Tokyo"),
        "plain.jpg": ("2020-09-13T08:26:40", "mtime", ""),
    }
    assert rows["shared.jpg"]["latitude"] == "-33.868000"
    assert rows["flat.xmp"]["taken_at"] == rows["flat.jpg"]["taken_at"]


def test_what_exiftool_writes_is_read(empty: Library, night: Scan) -> None:
    if not shutil.which("exiftool"):
        pytest.skip("exiftool is not installed")
    picture(empty.photos / "a.jpg")
    picture(empty.photos / "b.jpg")
    place = ("-GPSLatitude=-33.868", "-GPSLongitude=151.207")
    tags = ("-XMP:DateTimeOriginal=2023:05:06 12:34:56", *(f"-XMP:{tag[1:]}" for tag in place))
    subprocess.run(["exiftool", "-q", *tags, empty.photos / "a.xmp"], check=True)
    tags = ("-GPSDateStamp=2023:05:06", "-GPSTimeStamp=10:34:56", *place, "-GPSLatitudeRef=S", "-GPSLongitudeRef=E")
    subprocess.run(["exiftool", "-q", "-overwrite_original", *tags, empty.photos / "b.jpg"], check=True)
    rows = night()
    assert times(rows)["a.jpg"] == ("2023-05-06T12:34:56", "sidecar", "Australia/Sydney")
    assert times(rows)["b.jpg"] == ("2023-05-06T20:34:56", "gps", "Australia/Sydney")
    assert {(row["latitude"], row["longitude"]) for row in rows.values()} == {("-33.868000", "151.207000")}


def test_a_raw_file_and_a_video_have_the_times_of_their_sidecars(empty: Library, night: Scan) -> None:
    (empty.photos / "IMG_1.CR2").write_bytes(b"II*\0 raw")
    (empty.photos / "IMG_1.CR2.xmp").write_text(XMP.format('exif:DateTimeOriginal="2019-05-06T07:08:09+02:00"'))
    (empty.photos / "film.mp4").write_bytes(b"\0\0\0\x14ftypisom")
    takeout(empty.photos / "film.mp4", 1_500_000_000)
    told = times(night(TZ="UTC"))
    assert told["IMG_1.CR2"] == ("2019-05-06T07:08:09", "sidecar", "'+02:00")
    assert told["film.mp4"] == ("2017-07-14T02:40:00", "sidecar", "")


def test_a_file_time_that_all_share_is_none(empty: Library, night: Scan) -> None:
    for number in range(210):
        (empty.photos / f"clip {number}.mp4").write_bytes(b"\0\0\0\x14ftypisom" + bytes(number))
        os.utime(empty.photos / f"clip {number}.mp4", (1_600_000_000 + number % 5,) * 2)
    (empty.photos / "later.mp4").write_bytes(b"\0\0\0\x14ftypisom")
    os.utime(empty.photos / "later.mp4", (1_600_001_000,) * 2)
    rows = night("--action", "symlink", TZ="UTC")
    told = times(rows)
    assert told["later.mp4"] == ("2020-09-13T12:43:20", "mtime", "")
    assert rows["clip 7.mp4"]["album"] == "Videos/Undated"
    assert {told[f"clip {number}.mp4"] for number in range(210)} == {("", "none", "")}
    assert times(night("--action", "symlink", TZ="UTC")) == told


@pytest.fixture
def sidecars(empty: Library) -> Library:
    """A photo and a video with sidecars that tell when and where."""
    picture(empty.photos / "a.jpg", None, TOKYO)
    (empty.photos / "a.xmp").write_text(XMP.format('exif:DateTimeOriginal="2019-05-06T07:08:09"'))
    (empty.photos / "film.mp4").write_bytes(b"\0\0\0\x14ftypisom")
    takeout(empty.photos / "film.mp4", 1_500_000_000, 35.69, 139.69)
    return empty


@pytest.mark.parametrize("action", ["symlink", "move"])
def test_sidecars_are_opened_once_and_again_when_they_change(sidecars: Library, night: Scan, action: str) -> None:
    first = times(night())
    assert opened_photos(sidecars) == set()
    night("--action", action)
    assert opened_photos(sidecars, "--action", action) <= {"Albums/.albumsort"}
    moved = night("--action", action)
    assert sorted(times(moved).values()) == sorted(first.values())
    changed = next(sidecars.photos / path for path in moved if path.endswith("a.xmp"))
    changed.write_text(XMP.format('exif:DateTimeOriginal="2018-05-06T07:08:09+01:00"'))
    opened = opened_photos(sidecars) - {"Albums/.albumsort"}
    assert opened == {str(changed.relative_to(sidecars.photos))}
    picture_row = next(row for path, row in night().items() if path.endswith("a.jpg"))
    assert (picture_row["taken_at"], picture_row["time_zone"]) == ("2018-05-06T07:08:09", "'+01:00")


def test_time_zones_are_not_looked_up_twice(sidecars: Library, night: Scan) -> None:
    rows = night()
    command = (sys.executable, "-X", "importtime", "-m", "albumsort")
    result = sidecars.run("scan", sidecars.photos, "--state", sidecars.state, command=command)
    imported = {line.rpartition("|")[2].strip().partition(".")[0] for line in result.stderr.splitlines()}
    assert "albumsort" in imported
    assert "tzfpy" not in imported
    assert times(rows)["film.mp4"][2] == "Asia/Tokyo"


def test_a_sidecar_that_is_hostile_or_cannot_be_read_says_nothing(
    empty: Library, night: Scan, permissions_count: tuple[str, ...]
) -> None:
    for name in ("deep", "bomb", "huge", "locked"):
        picture(empty.photos / f"{name}.jpg")
    (empty.photos / "deep.jpg.json").write_bytes(b'{"photoTakenTime":' * 50_000)
    (empty.photos / "bomb.xmp").write_text('<!DOCTYPE x [<!ENTITY a "ha">]>' + XMP.format('exif:GPSLatitude="&a;"'))
    (empty.photos / "huge.xmp").write_text("<a>" * 1_000_000)
    takeout(empty.photos / "locked.jpg", 1_683_376_496)
    locked = empty.photos / "locked.jpg.supplemental-metadata.json"
    locked.chmod(0)
    rows = night(command=permissions_count)
    assert {row["time_source"] for row in rows.values()} == {"mtime"}
    locked.chmod(0o644)
    expected = datetime.fromtimestamp(1_683_376_496, timezone.utc).strftime("%Y-%m-%dT%H:%M:%S")
    assert times(night(TZ="UTC"))["locked.jpg"] == (expected, "sidecar", "")


def test_photos_of_an_older_catalog_get_their_time_zone_and_gps_time(empty: Library, night: Scan) -> None:
    """Only those without any time are read again."""
    picture(empty.photos / "dated.jpg", {0x9003: "2023:05:06 12:34:56"}, TOKYO)
    picture(empty.photos / "placed.jpg", None, {**TOKYO, **SATELLITES})
    rows = night()
    ids = older(empty.state / "catalog.sqlite")
    assert opened_photos(empty) == {"placed.jpg"}
    # An older catalog has a hash of every photo, and of none its faces and its quality.
    since = ("sha256", "people", "tags")
    now = {path: row | {key: rows[path][key] for key in since} for path, row in night().items()}
    assert now == rows
    assert times(rows)["dated.jpg"][2] == "Asia/Tokyo"
    assert times(rows)["placed.jpg"] == ("2023-05-07T05:30:40", "gps", "Asia/Tokyo")
    assert opened_photos(empty) == set()
    assert older(empty.state / "catalog.sqlite") == ids


def older(catalog: Path) -> list[tuple[int, bytes]]:
    """Make the catalog one of version 2, with what that could hold of this one; returns its photos."""
    newest = catalog.rename(catalog.with_name("newest.sqlite"))
    with contextlib.closing(sqlite3.connect(catalog)) as db:
        db.executescript("".join(MIGRATIONS[:2]) + "PRAGMA user_version = 2;")
        db.execute("ATTACH ? AS newest", (str(newest),))
        for table, renamed in {"setting": {}, "photo": RENAMED | {"camera": "'Acme'"}, "recognition": RENAMED}.items():
            columns = [name for _, name, *_ in db.execute(f"PRAGMA main.table_info({table})")]
            values = ", ".join(renamed.get(name, name) for name in columns)
            db.execute(f"INSERT INTO main.{table} SELECT {values} FROM newest.{table}")
        db.execute("DELETE FROM setting WHERE key = 'situations of'")
        db.commit()
        ids = db.execute("SELECT id, name FROM photo ORDER BY id").fetchall()
    newest.unlink()
    return ids
