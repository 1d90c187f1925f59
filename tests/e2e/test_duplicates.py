"""Files with the same bytes: found, named in the report, placed once or all, and never deleted."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Callable

import pytest

from albumsort.hashing import ENDS

from .conftest import Library, digest
from .odd_library import assert_same, snapshot

Scan = Callable[..., dict[str, dict[str, str]]]
ONE, OTHER = "2023/coffee.jpg", "Trips/coffee.jpg"
"""The two that every test library has."""


@pytest.mark.parametrize("action", ["copy", "hardlink", "symlink"])
def test_one_of_them_is_placed_and_the_other_says_why_not(library: Library, scan: Scan, action: str) -> None:
    rows = scan("--action", action)
    assert (rows[ONE]["status"], rows[OTHER]["status"]) == ("done", "skipped")
    assert rows[OTHER]["note"] == f"duplicate of {library.photos / ONE}"
    assert (rows[OTHER]["destination"], rows[OTHER]["category"]) == ("", "food_drink")
    assert len(list(library.albums.rglob("coffee*"))) == 1
    again = scan("--action", action)
    assert {row["status"] for row in again.values()} == {"skipped"}
    assert again[OTHER]["note"] == rows[OTHER]["note"]


@pytest.mark.parametrize("action", ["copy", "hardlink", "symlink"])
def test_all_of_them_are_placed_when_that_is_asked_for(library: Library, scan: Scan, action: str) -> None:
    before = snapshot(library.photos)
    rows = scan("--action", action, "--duplicates", "keep")
    places = {rows[path]["destination"] for path in (ONE, OTHER)}
    assert {os.path.basename(place) for place in places} == {"coffee.jpg", "coffee (2).jpg"}
    assert all(os.path.lexists(place) for place in places)
    assert f"duplicate of {library.photos / ONE}" in rows[OTHER]["note"]
    again = scan("--action", action, "--duplicates", "keep")
    assert {row["status"] for row in again.values()} == {"skipped"}
    library.run("undo", "--state", library.state)
    assert_same(before, snapshot(library.photos))


def test_a_move_keeps_every_one_and_says_where_it_goes(library: Library, scan: Scan) -> None:
    before = snapshot(library.photos)
    content = digest(library.photos / ONE)
    rows = scan("--action", "move")
    assert {os.path.basename(rows[path]["destination"]) for path in (ONE, OTHER)} == {"coffee.jpg", "coffee (2).jpg"}
    assert [digest(library.albums / path) for path in (rows[p]["destination"] for p in (ONE, OTHER))] == [content] * 2
    assert f"duplicate of {library.photos / ONE}" in rows[OTHER]["note"]
    assert rows[OTHER]["status"] == "done"
    tree = Counter(entry.content for path, entry in snapshot(library.photos).items() if entry.kind == "file")
    assert tree[content] == 2
    again = scan("--action", "move")
    assert {row["status"] for row in again.values()} == {"skipped"}
    library.run("undo", "--state", library.state)
    assert_same(before, snapshot(library.photos))


def test_videos_with_the_same_bytes_are_found_too(library: Library, scan: Scan) -> None:
    for name, film in (("one.mp4", b"a film"), ("same.mp4", b"a film"), ("size.mp4", b"b film")):
        (library.photos / name).write_bytes(film)
        os.utime(library.photos / name, (1_600_000_000, 1_600_000_000))
    rows = scan("--action", "copy")
    assert {name: rows[name]["status"] for name in ("one.mp4", "same.mp4", "size.mp4")} == {
        "one.mp4": "done",
        "same.mp4": "skipped",
        "size.mp4": "done",
    }
    assert rows["same.mp4"]["note"] == f"duplicate of {library.photos / 'one.mp4'}"


def test_the_one_with_companions_is_the_one_that_is_placed(library: Library, scan: Scan) -> None:
    (library.photos / "Trips" / "coffee.xmp").write_bytes(b"stars")
    rows = scan("--action", "copy")
    assert (rows[ONE]["status"], rows[OTHER]["status"]) == ("skipped", "done")
    assert rows["Trips/coffee.xmp"]["status"] == "done"


def test_when_the_one_that_was_placed_is_deleted_the_other_takes_its_turn(library: Library, scan: Scan) -> None:
    place = scan("--action", "symlink")[ONE]["destination"]
    (library.photos / ONE).unlink()
    rows = scan("--action", "symlink")
    assert "duplicate" not in rows[OTHER]["note"]
    assert rows[OTHER]["status"] == "done"
    assert os.path.realpath(rows[OTHER]["destination"]) == str(library.photos / OTHER)
    assert os.path.dirname(rows[OTHER]["destination"]) == os.path.dirname(place)


def test_a_new_duplicate_of_a_moved_photo_is_told(library: Library, scan: Scan) -> None:
    place = scan("--action", "move")["2023/cat.jpg"]["destination"]
    shutil.copy2(place, library.photos / "again.jpg")
    copied = scan("--action", "copy")
    assert copied["again.jpg"]["status"] == "skipped"
    assert copied["again.jpg"]["note"] == f"duplicate of {place}"
    moved = scan("--action", "move")
    assert os.path.basename(moved["again.jpg"]["destination"]) == "again.jpg"
    assert (digest(library.albums / "Pets" / "2023" / "again.jpg")) == moved["again.jpg"]["sha256"]


def test_only_what_may_be_a_duplicate_is_hashed(library: Library, scan: Scan) -> None:
    hashes = {path: row["sha256"] for path, row in scan().items() if row["sha256"]}
    assert hashes == {path: digest(library.photos / path) for path in (ONE, OTHER)}


def test_photos_of_one_size_with_the_same_ends_are_no_duplicates(library: Library, scan: Scan) -> None:
    """As two pictures saved with much behind the pixels: what tells photos apart at first does not see the middle."""
    photo, other = library.photos / "2023" / "cat.jpg", library.photos / "zz.jpg"
    start = photo.read_bytes() + bytes(ENDS)
    for path, middle in ((photo, b"one"), (other, b"two")):
        path.write_bytes(start + middle + bytes(ENDS))
    rows = scan("--action", "copy")
    assert (rows["2023/cat.jpg"]["status"], rows["zz.jpg"]["status"]) == ("done", "done")
    for path in (photo, other):
        row = rows[str(path.relative_to(library.photos))]
        assert row["sha256"] == digest(path) == digest(library.photos / row["destination"])
        assert "duplicate" not in row["note"]
