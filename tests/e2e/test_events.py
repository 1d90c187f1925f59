"""Events, trips, places and clocks in the report of a real library."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from .conftest import HOME, MODEL, TOKYO, Library, copy_library, take

Scan = Callable[..., dict[str, dict[str, str]]]


@pytest.fixture
def library(travelled: Library, tmp_path: Path) -> Library:
    return copy_library(travelled, tmp_path / "home")


@pytest.fixture
def scan(library: Library) -> Scan:
    return lambda *arguments, **environment: library.scan("--state", library.state, *arguments, **environment)


def test_the_camera_is_put_right_by_the_phone_and_both_are_on_one_trip(scan: Scan) -> None:
    rows = scan()
    camera = {path: row for path, row in rows.items() if path.startswith("Camera/")}
    assert len(camera) == 18
    for path, row in camera.items():
        assert row["taken_at"] == Path(path).stem[:19].replace(".", ":")
        assert "its clock was 8 h behind" in row["note"]
        assert (row["time_zone"], row["place"], row["country"]) == ("Asia/Tokyo", "Tokyo", "Japan")
    [trip] = {row["trip"] for path, row in rows.items() if "home" not in path}
    assert trip.startswith("20230303-")
    assert {row["trip"] for path, row in rows.items() if "home" in path} == {""}


def test_each_day_at_home_and_each_morning_on_the_trip_is_an_event(scan: Scan) -> None:
    rows = scan()
    home = [row["event"] for path, row in rows.items() if "home" in path]
    away = [row["event"] for path, row in rows.items() if "home" not in path]
    assert len(set(home)) == len(home)
    assert len(set(away)) == 6
    assert not {*home} & {*away}
    assert {row["place"] for path, row in rows.items() if "home" in path} == {"Berlin"}


def test_a_night_without_news_needs_nothing_heavy_and_finds_the_same(library: Library, scan: Scan) -> None:
    before = scan()
    blocked = library.home / "blocked"
    blocked.mkdir()
    for module in ("torch", "numpy", "scipy", "PIL", "tzfpy", "babel", "reverse_geocode"):
        (blocked / f"{module}.py").write_text(f"raise SystemExit('{module} was imported')")
    path = os.pathsep.join([str(blocked), os.environ.get("PYTHONPATH", "")])
    assert scan(PYTHONPATH=path) == before


def test_new_photos_extend_an_event_and_leave_the_others_what_they_are(library: Library, scan: Scan) -> None:
    before = scan()
    take(library.photos / "Phone" / "late.jpg", datetime(2023, 3, 4, 11, 30), "Acme Phone", TOKYO)
    take(library.photos / "Phone" / "new.jpg", datetime(2023, 7, 1, 12), "Acme Phone", HOME)
    after = scan()
    late, new = after.pop("Phone/late.jpg"), after.pop("Phone/new.jpg")
    assert after == before
    [same_day] = {(row["event"], row["trip"]) for row in before.values() if row["taken_at"].startswith("2023-03-04")}
    assert (late["event"], late["trip"]) == same_day
    assert new["event"] == "20230701-1"


def test_photos_that_were_moved_into_albums_stay_in_their_events(library: Library, scan: Scan) -> None:
    before = {Path(path).name: (row["event"], row["trip"]) for path, row in scan().items()}
    scan("--action", "move")
    assert {Path(path).name: (row["event"], row["trip"]) for path, row in scan().items()} == before


def test_albums_have_the_day_of_the_corrected_time(library: Library, scan: Scan) -> None:
    rows = scan("--action", "symlink", "--layout", "{year}-{month}-{day}")
    for path, row in rows.items():
        if path.startswith("Camera/") and row["status"] == "done":
            assert row["album"] == Path(path).name[:10]


def test_a_photo_that_has_no_time_any_more_is_of_no_event(library: Library, scan: Scan) -> None:
    take(library.photos / "bare.jpg", datetime(2023, 2, 1, 12), "Acme Phone", HOME)
    assert scan()["bare.jpg"]["event"]
    take(library.photos / "bare.jpg", datetime(1970, 1, 1), "Acme Phone", HOME)
    os.utime(library.photos / "bare.jpg", (0, 0))
    row = scan()["bare.jpg"]
    assert (row["taken_at"], row["event"], row["place"]) == ("", "", "")


def test_a_new_library_has_no_trips(tmp_path: Path) -> None:
    library = Library(tmp_path / "home")
    for day in range(3):
        take(library.photos / f"{day}.jpg", datetime(2023, 2, 1 + day, 12), "Acme Phone", HOME)
    assert {row["trip"] for row in library.scan(*MODEL).values()} == {""}


def test_without_the_table_of_towns_photos_are_sorted_all_the_same(library: Library, scan: Scan) -> None:
    package = library.home / "without" / "reverse_geocode"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    shutil.rmtree(library.state)
    path = os.pathsep.join([str(package.parent), os.environ.get("PYTHONPATH", "")])
    result = library.run("scan", library.photos, *MODEL, "--state", library.state, PYTHONPATH=path)
    assert "The table of towns cannot be read" in result.stderr
    assert "to sort into" in result.stdout


def test_files_are_never_changed_for_their_clock(library: Library, scan: Scan) -> None:
    before = library.tree()
    scan()
    assert library.tree() == before
    shutil.rmtree(library.state)
    assert library.tree() == before


def test_a_trip_has_a_chinese_name_where_that_is_asked_for(scan: Scan) -> None:
    rows = scan("--layout", "smart", "--lang", "zh")
    [album] = {row["album"] for path, row in rows.items() if path.startswith("Phone/trip")}
    assert album.startswith("2023/2023年3月 日本 东京")
    assert {row["place"] for path, row in rows.items() if path.startswith("Phone/trip")} == {"Tokyo"}
