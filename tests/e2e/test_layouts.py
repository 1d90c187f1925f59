"""``--layout``: albums by name or template, and several kinds of links at once, which go and come back as one."""

from __future__ import annotations

import csv
import os
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from .conftest import Library
from .odd_library import assert_same, snapshot

Scan = Callable[..., dict[str, dict[str, str]]]
CAT = "2023/cat.jpg"
BOTH = ("--layout", "category", "--layout", "{year}/{month}")
LINKS = ["symlink", "hardlink"]


def rows_of(library: Library) -> list[dict[str, str]]:
    with open(library.report, encoding="utf-8", errors="surrogateescape", newline="") as file:
        return list(csv.DictReader(file))


def places(library: Library) -> set[str]:
    """What lies in the albums."""
    return {path for path in library.tree(library.albums) if not os.path.basename(path).startswith(".albumsort")}


@pytest.fixture
def beside(library: Library) -> Library:
    """A library in which the cat has a companion."""
    (library.photos / "2023" / "cat.xmp").write_bytes(b"stars")
    return library


@pytest.mark.parametrize("action", LINKS)
def test_several_layouts_are_built_side_by_side_and_undone_as_one(beside: Library, scan: Scan, action: str) -> None:
    before = snapshot(beside.photos)
    scan("--action", action, *BOTH, "--dry-run")
    dry = rows_of(beside)
    scan("--action", action, *BOTH)
    rows = rows_of(beside)
    cats = [(row["path"], row["album"], row["status"]) for row in rows if row["path"].startswith("2023/cat")]
    assert cats == [
        ("2023/cat.jpg", "Pets/2023", "done"),
        ("2023/cat.jpg", "2023/05", "done"),
        ("2023/cat.xmp", "Pets/2023", "done"),
        ("2023/cat.xmp", "2023/05", "done"),
    ]
    assert [row | {"status": ""} for row in dry] == [row | {"status": ""} for row in rows]
    assert [row["path"] for row in rows] == sorted(row["path"] for row in rows)
    assert {"Pets/2023/cat.jpg", "Pets/2023/cat.xmp", "2023/05/cat.jpg", "2023/05/cat.xmp"} <= places(beside)
    assert all((beside.albums / path).is_file() for path in places(beside))

    made = snapshot(beside.photos)
    again = scan("--action", action, *BOTH)
    assert {row["status"] for row in again.values()} == {"skipped"}
    assert_same(made, snapshot(beside.photos))
    beside.run("undo", "--state", beside.state)
    assert_same(before, snapshot(beside.photos))


@pytest.mark.parametrize("action", LINKS)
@pytest.mark.parametrize("keeps_state", [True, False])
def test_a_report_takes_back_all_places(beside: Library, scan: Scan, action: str, keeps_state: bool) -> None:
    before = snapshot(beside.photos)
    scan("--action", action, *BOTH)
    if not keeps_state:
        shutil.rmtree(beside.state)
    beside.run("undo", "--from", beside.report, *(("--state", beside.state) if keeps_state else ()))
    assert_same(before, snapshot(beside.photos))


def test_what_has_to_stay_at_one_place_holds_up_none_of_the_other(beside: Library, scan: Scan) -> None:
    scan("--action", "hardlink", *BOTH)
    shutil.rmtree(beside.state)
    mine = beside.albums / "Pets" / "2023" / "cat.jpg"
    mine.unlink()
    mine.write_bytes(b"mine now")
    beside.run("undo", "--from", beside.report, code=1)
    assert places(beside) == {"Pets/2023/cat.jpg", "Pets/2023/cat.xmp"}


@pytest.mark.parametrize("action", LINKS)
@pytest.mark.parametrize("kept", ["category", "{year}/{month}"])
def test_a_layout_that_is_dropped_takes_its_links_away(beside: Library, scan: Scan, action: str, kept: str) -> None:
    scan("--action", action, "--layout", kept)
    alone = places(beside)
    before = snapshot(beside.photos)
    scan("--action", action, *BOTH)
    assert places(beside) > alone
    result = beside.run("scan", beside.photos, "--state", beside.state, "--action", action, "--layout", kept)
    assert "older links and copies of albumsort's own make way" in result.stdout
    assert places(beside) == alone
    for _ in range(2):
        beside.run("undo", "--state", beside.state)
    assert_same(before, snapshot(beside.photos))


def test_a_link_that_was_taken_out_of_one_album_stays_out_of_that_one(library: Library, scan: Scan) -> None:
    scan("--action", "symlink", *BOTH)
    (library.albums / "2023" / "05" / "cat.jpg").unlink()
    scan("--action", "symlink", *BOTH)
    notes = {row["album"]: row["note"] for row in rows_of(library) if row["path"] == CAT}
    assert "there already" in notes["Pets/2023"]
    assert "taken out of its album by hand" in notes["2023/05"]


@pytest.mark.parametrize("action", ["move", "copy"])
def test_a_file_has_one_place_only(library: Library, scan: Scan, action: str) -> None:
    before = snapshot(library.photos)
    command = ("scan", library.photos, "--state", library.state, "--action", action)
    result = library.run(*command, *BOTH, code=2)
    assert f"--layout: {action} puts each photo into one album" in result.stderr
    assert_same(before, snapshot(library.photos))
    twice = scan("--action", action, "--layout", "category", "--layout", "{category}/{year}")
    assert twice[CAT]["status"] == "done"


def test_a_preview_shows_all_places_and_counts_photos(library: Library) -> None:
    result = library.run("scan", library.photos, "--state", library.state, "--report", library.report, *BOTH)
    planned = [row["path"] for row in rows_of(library) if row["status"] == "planned"]
    assert set(Counter(planned).values()) == {2}
    assert f"{len(set(planned))} to sort into" in result.stdout
    assert not library.albums.exists()
    assert "--layout category --layout '{year}/{month}'" in result.stdout


@pytest.fixture
def unsure(library: Library) -> Path:
    """A label table that is never sure enough."""
    table = library.home / "unsure.yaml"
    library.run("labels", "init", table)
    text = table.read_text(encoding="utf-8")
    table.write_text(text.replace("threshold: 0.44", "threshold: 1", 1), encoding="utf-8")
    return table


@pytest.mark.parametrize("action", ["move", "symlink"])
def test_an_unsorted_photo_goes_where_no_category_is_needed(
    library: Library, scan: Scan, unsure: Path, action: str
) -> None:
    (library.photos / "alone.CR2").write_bytes(b"raw")
    stays = scan("--labels", unsure, "--layout", "category")[CAT]
    assert (stays["status"], stays["category"]) == ("skipped", "unsorted")
    assert stays["note"].startswith("unsorted, not sure enough: Pets has ")
    before = snapshot(library.photos)
    rows = scan("--labels", unsure, "--layout", "{year}", "--action", action)
    for path in (CAT, "alone.CR2"):
        assert (rows[path]["status"], rows[path]["category"]) == ("done", "unsorted")
    assert rows[CAT]["album"] == "2023"
    assert rows[CAT]["note"].startswith("not sure enough")
    assert rows["broken.jpg"]["status"] == "skipped"
    library.run("undo", "--state", library.state)
    assert_same(before, snapshot(library.photos))
