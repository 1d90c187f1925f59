"""`albumsort events`: what it shows of a real library, and what its commands change."""

from __future__ import annotations

import os
import shutil
from datetime import datetime
from pathlib import Path

import pytest

from albumsort.cli.timeline import BLOCKS

from .conftest import MODEL, Library, take

TRIP = "20230303-t1"
FIRST, SECOND = "20230303-1", "20230304-1"


@pytest.fixture
def library(travelled: Library, tmp_path: Path) -> Library:
    """The photos of the library that travelled, which nothing here touches, with a state of their own."""
    library = Library(tmp_path)
    library.photos.symlink_to(travelled.photos)
    shutil.copytree(travelled.state, library.state)
    return library


def events(library: Library, *arguments: object, code: int = 0, **environment: str) -> str:
    """What the command says of the library; its first arguments may be a command of its own."""
    commands = [argument for argument in arguments[:1] if argument in ("merge", "split", "rename", "reset")]
    rest = arguments[len(commands) :]
    told = library.run("events", *commands, library.photos, *rest, "--state", library.state, code=code, **environment)
    return told.stderr if code else told.stdout


def test_a_trip_is_listed_with_its_events_below_it_and_everyday_events_are_counted(library: Library) -> None:
    heading, *lines = events(library).splitlines()
    assert heading.split() == ["id", "when", "photos", "name"]
    assert [line[:12].rstrip() for line in lines[:7]] == [
        TRIP,
        *[f"  202303{day:02}-1" for day in range(3, 9)],
    ]
    assert lines[0].split()[1:5] == ["2023-03-03", "-", "03-08", "36"]
    assert lines[1].split()[3] == "6"
    assert lines[-1].endswith("are not shown; --all shows them.")
    assert len(lines) == 8


def test_all_lists_the_everyday_events_too(library: Library) -> None:
    ids = [line.split()[0] for line in events(library, "--all").splitlines()[1:]]
    rows = library.scan("--state", library.state).values()
    assert sorted(ids) == sorted({row[kind] for row in rows for kind in ("event", "trip")} - {""})


def test_the_timeline_names_the_trip_below_its_week(library: Library) -> None:
    months, year, name, *_ = events(library, "--timeline").splitlines()
    weeks = months.index("Jan")
    assert year.split()[:2] == ["2023", str(len(library.scan("--state", library.state)))]
    assert year[weeks + 8] in BLOCKS
    assert name[weeks + 8] == "└"
    assert "Japan" in name


@pytest.mark.parametrize("arguments", [("--timeline",), ()])
def test_a_terminal_has_lines_of_its_width(library: Library, arguments: tuple[str, ...]) -> None:
    told = events(library, *arguments, COLUMNS="50").splitlines()
    assert all(len(line) <= 50 for line in told if not line.endswith("--all shows them."))
    assert "\x1b" not in "".join(told)


def test_it_reads_the_catalog_and_nothing_heavy(library: Library) -> None:
    stubs = library.home / "stubs"
    stubs.mkdir()
    for name in ("torch", "numpy", "PIL"):
        (stubs / f"{name}.py").write_text("raise AssertionError('not wanted here')")
    for arguments in ((), ("--timeline",), ("merge", FIRST, SECOND), ("reset", FIRST)):
        events(library, *arguments, PYTHONPATH=str(stubs))


def test_the_photo_directory_may_have_the_name_of_a_command(library: Library) -> None:
    library.photos.rename(library.home / "merge")
    state = ("--state", library.state)
    for arguments in (
        ("show", "merge", *state),
        ("./merge", *state),
        ("--all", "merge", *state),
        (*state, "--", "merge"),
    ):
        assert TRIP in library.run("events", *arguments).stdout
    assert "Missing argument 'ID ID...'" in library.run("events", "merge", "merge", code=2).stderr


def test_merged_events_stay_one_in_every_later_scan(library: Library) -> None:
    before = library.tree()
    told = events(library, "merge", FIRST, SECOND).splitlines()
    assert told[1].split()[0] == FIRST
    assert told[1].split()[4] == "12"
    assert told[-2] == "No photo was touched. The next scan with an action files by it:"
    assert told[-1].endswith(f" scan {library.photos} --state {library.state} --action ...")
    assert library.tree() == before
    for _ in range(2):
        rows = library.scan("--state", library.state)
        assert sum(row["event"] == FIRST for row in rows.values()) == 12
    assert SECOND not in events(library, "--all")
    assert "12 photos" in events(library, "reset", FIRST)
    library.scan("--state", library.state)
    assert SECOND in events(library)


@pytest.mark.parametrize("time", ["2023-03-06", "2023-03-06T00:00", "2023-03-06 00:00:00"])
def test_a_trip_is_cut_at_a_day(library: Library, time: str) -> None:
    told = events(library, "split", TRIP, time)
    assert "2023-03-03 - 03-05" in told
    assert "2023-03-06 - 03-08" in told
    rows = library.scan("--state", library.state)
    trips = {row["trip"] for row in rows.values() if row["taken_at"] >= "2023-03-06" and row["trip"]}
    assert len(trips) == 1
    assert TRIP not in trips


def test_an_album_has_the_name_that_the_user_gave(library: Library) -> None:
    name = "Kirschblüte 桜"
    assert f"* {name}" in events(library, "rename", TRIP, name)
    library.scan("--state", library.state)
    told = events(library)
    assert f"* {name}" in told
    assert "* a name that you gave" in told


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("merge", FIRST, "20230303-9"), "20230303-9"),
        (("merge", FIRST), FIRST),
        (("split", FIRST, "2021-01-01"), "2023-03-03"),
        (("split", FIRST, "March"), "'March' is no time; write a day as 2023-05-06, with a time 2023-05-06T14:30"),
        (("rename", FIRST, "a/b"), "a/b"),
        (("rename", FIRST, os.fsdecode(b"\xff")), "Error: "),
        (("reset", FIRST), FIRST),
    ],
)
def test_what_cannot_be_is_said_and_changes_nothing(library: Library, arguments: tuple[str, ...], told: str) -> None:
    before = events(library, "--all")
    assert told in events(library, *arguments, code=2)
    assert events(library, "--all") == before


def test_a_library_that_was_not_scanned_is_told_so(library: Library) -> None:
    (library.home / "New").mkdir()
    told = library.run("events", "New", code=2).stderr
    assert told.startswith("Error: New: albumsort has not scanned this library yet")
    assert library.run("events", "Nowhere", code=2).stderr == "Error: Nowhere: there is no such folder\n"
    assert "PHOTOS" in library.run("events", "", code=2).stderr
    assert "--state" in library.run("events", library.photos, "--state", "", code=2).stderr


def test_a_library_in_which_no_photo_has_a_time_is_told_what_to_do(tmp_path: Path) -> None:
    library = Library(tmp_path)
    library.photos.mkdir()
    library.run("scan", library.photos, *MODEL)
    told = library.run("events", library.photos).stdout
    assert told.startswith("No photo is in an event yet.")
    assert told.endswith(f"albumsort scan {library.photos}\n")


def test_the_state_of_another_library_is_refused(library: Library) -> None:
    other = library.home / "Other"
    other.mkdir()
    told = library.run("events", other, "--state", library.state, code=2).stderr
    assert f"this is the state of the library {library.photos.resolve()}" in told


def test_nothing_is_put_right_while_a_scan_is_at_work(library: Library) -> None:
    from albumsort.state import locked

    with locked(library.state, "scan"):
        assert "at work" in events(library, "merge", FIRST, SECOND, code=3)
        assert TRIP in events(library)


def test_without_trips_and_special_events_that_is_said(tmp_path: Path) -> None:
    library = Library(tmp_path)
    take(library.photos / "cat.jpg", datetime(2023, 5, 6, 12), "Acme Phone")
    library.scan(*MODEL)
    assert library.run("events", library.photos).stdout.splitlines() == [
        "No trips and no special events were found.",
        "1 everyday event with 1 photo is not shown; --all shows them.",
    ]


def test_the_help_tells_options_and_commands(library: Library) -> None:
    told = library.run("events", "--help").stdout
    for word in ("PHOTOS", "--timeline", "--all", "--state", "merge", "split", "rename", "reset"):
        assert word in told
    assert library.run("events", code=2).stderr == told
