"""``albumsort undo --from``: a report takes back what its run made, whole units of it, or is refused in words."""

from __future__ import annotations

import csv
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from .conftest import MODEL, Library
from .odd_library import assert_same, snapshot

Scan = Callable[..., dict[str, dict[str, str]]]
CAT = "2023/cat.jpg"
COMPANIONS = ("2023/cat.CR2", "2023/cat.jpg.xmp")


@pytest.fixture
def beside(library: Library) -> Library:
    """A library in which a cat has companions."""
    for name in COMPANIONS:
        (library.photos / name).write_bytes(name.encode())
    return library


def change(report: Path, **cells: str | None) -> None:
    """Write other cells into the row of the cat; None cuts the row off before that cell."""
    with open(report, encoding="utf-8", errors="surrogateescape", newline="") as file:
        header, *rows = csv.reader(file)
    [row] = [row for row in rows if row[0] == CAT]
    for column, value in cells.items():
        row[header.index(column) :] = [] if value is None else [value, *row[header.index(column) + 1 :]]
    with open(report, "w", encoding="utf-8", errors="surrogateescape", newline="") as file:
        csv.writer(file).writerows([header, *rows])


@pytest.mark.parametrize("before", ["copy", "hardlink", "symlink"])
def test_companions_stay_where_their_photo_has_to(beside: Library, scan: Scan, before: str) -> None:
    scan("--action", before)
    moved = scan("--action", "move")
    shutil.rmtree(beside.state)
    Path(moved[CAT]["destination"]).write_bytes(b"mine now")
    beside.run("undo", "--from", beside.report, code=1)
    for path in (CAT, *COMPANIONS):
        assert Path(moved[path]["destination"]).is_file()
        assert not os.path.lexists(beside.photos / path)
    assert (beside.photos / "2023" / "coffee.jpg").is_file()


@pytest.mark.parametrize("keeps_state", [True, False])
def test_a_file_that_the_user_had_put_there_stays(library: Library, scan: Scan, keeps_state: bool) -> None:
    scan("--action", "copy", "--layout", "Videos/{year}")
    mine = library.albums / "Pictures" / "2023" / "cat.jpg"
    mine.parent.mkdir(parents=True)
    shutil.copy2(library.photos / CAT, mine)
    rows = scan("--action", "copy", "--layout", "Pictures/{year}")
    assert (rows[CAT]["status"], rows[CAT]["destination"]) == ("done", "")
    assert "the same bytes are there already; its copy in Videos/2023 goes" in rows[CAT]["note"]
    if not keeps_state:
        shutil.rmtree(library.state)
    library.run("undo", "--from", library.report, *(("--state", library.state) if keeps_state else ()))
    assert mine.is_file()
    assert not os.path.lexists(rows["2023/coffee.jpg"]["destination"])


@pytest.mark.parametrize("action", ["move", "symlink"])
def test_a_report_that_was_changed_is_refused_and_nothing_is_done(library: Library, scan: Scan, action: str) -> None:
    scan("--action", action)
    shutil.copy2(library.report, kept := library.home / "kept.csv")
    before = snapshot(library.photos)
    for column, value in (
        ("note", None),
        ("size", "²"),
        ("size", "9" * 5000),
        ("modified", "2023-99-06T10:34:56.123456789Z"),
        ("destination", "/a\0b"),
        ("path", "a\0b"),
    ):
        shutil.copy2(kept, library.report)
        change(library.report, **{column: value})
        result = library.run("undo", "--from", library.report, "--state", library.state, code=2)
        assert f"{library.report}, line " in result.stderr or f"{library.report}: the report cannot" in result.stderr
    assert_same(before, snapshot(library.photos))


def test_a_report_of_a_dry_run_is_refused_and_makes_no_state(library: Library) -> None:
    options = ("scan", library.photos, *MODEL, "--action", "copy", "--report", library.report)
    library.run(*options)
    states = snapshot(library.home / "state")
    shutil.copytree(library.state, library.home / "other")
    library.run(*options, "--to", library.home / "Elsewhere", "--state", library.home / "other", "--dry-run")
    for dry in ((), ("--dry-run",)):
        result = library.run("undo", "--from", library.report, *dry, code=2)
        assert "the report says that nothing was done; nothing to take back" in result.stderr
    assert snapshot(library.home / "state").keys() == states.keys()
    library.run("undo")


def test_a_dry_run_with_the_state_lost_makes_none(library: Library, scan: Scan) -> None:
    scan("--action", "copy")
    shutil.rmtree(library.state)
    assert "would go" in library.run("undo", "--from", library.report, "--dry-run").stdout
    library.run("undo", "--from", library.report, "--state", library.state, "--dry-run")
    assert not library.state.exists()
    assert not (library.home / "state").exists()
