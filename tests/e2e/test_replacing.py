"""Links and copies follow the plan; what the user took out stays out; moved photos move again only when asked."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from .conftest import Library
from .odd_library import assert_same, placed, snapshot

Scan = Callable[..., dict[str, dict[str, str]]]
CAT = "2023/cat.jpg"
LINKING = ["copy", "hardlink", "symlink"]


@pytest.fixture
def darlings(library: Library) -> Path:
    """A label table in which the album of the cats has another name."""
    table = library.home / "mine.yaml"
    library.run("labels", "init", table)
    table.write_text(table.read_text(encoding="utf-8").replace("name: Pets", "name: Darlings"), encoding="utf-8")
    return table


@pytest.mark.parametrize("action", LINKING)
def test_links_and_copies_follow_a_changed_label_table(
    library: Library, scan: Scan, darlings: Path, action: str
) -> None:
    (library.photos / "2023" / "cat.xmp").write_bytes(b"stars")
    before = snapshot(library.photos)
    scan("--action", action)
    first = snapshot(library.photos)
    rows = scan("--action", action, "--labels", darlings)
    assert (rows[CAT]["status"], rows[CAT]["album"]) == ("done", "Darlings/2023")
    assert "in Pets/2023 goes" in rows[CAT]["note"]
    for name in ("cat.jpg", "cat.xmp"):
        assert (library.albums / "Darlings" / "2023" / name).is_file()
        assert not os.path.lexists(library.albums / "Pets" / "2023" / name)
    assert {row["status"] for row in scan("--action", action, "--labels", darlings).values()} == {"skipped"}
    library.run("undo", "--state", library.state)
    assert_same(first, snapshot(library.photos))
    library.run("undo", "--state", library.state)
    assert_same(before, snapshot(library.photos))


@pytest.mark.parametrize("action", LINKING)
def test_an_old_copy_that_the_user_edited_stays(library: Library, scan: Scan, darlings: Path, action: str) -> None:
    old = Path(scan("--action", action)[CAT]["destination"])
    old.unlink()
    old.write_bytes(b"mine now")
    rows = scan("--action", action, "--labels", darlings)
    assert old.read_bytes() == b"mine now"
    assert rows[CAT]["status"] == "done"


@pytest.mark.parametrize("action", LINKING)
def test_what_was_taken_out_of_an_album_by_hand_is_not_put_back(library: Library, scan: Scan, action: str) -> None:
    place = Path(scan("--action", action)[CAT]["destination"])
    place.unlink()
    rows = scan("--action", action)
    assert not os.path.lexists(place)
    assert rows[CAT]["status"] == "skipped"
    assert "taken out of its album by hand" in rows[CAT]["note"]
    assert "--rearrange" in rows[CAT]["note"]
    assert scan("--action", action, "--rearrange")[CAT]["status"] == "done"
    assert os.path.lexists(place)


def test_another_album_may_still_get_what_was_taken_out_of_one(library: Library, scan: Scan, darlings: Path) -> None:
    Path(scan("--action", "symlink")[CAT]["destination"]).unlink()
    rows = scan("--action", "symlink", "--labels", darlings)
    assert (rows[CAT]["status"], rows[CAT]["album"]) == ("done", "Darlings/2023")


def test_moved_photos_move_again_only_when_that_is_asked_for(library: Library, scan: Scan, darlings: Path) -> None:
    (library.photos / "2023" / "cat.xmp").write_bytes(b"stars")
    before = snapshot(library.photos)
    scan("--action", "move")
    moved = snapshot(library.photos)
    rows = scan("--action", "move", "--labels", darlings)
    assert {row["status"] for row in rows.values()} == {"skipped"}
    assert_same(moved, snapshot(library.photos))
    rows = scan("--action", "move", "--labels", darlings, "--rearrange")
    assert rows["Albums/Pets/2023/cat.jpg"]["destination"] == str(library.albums / "Darlings" / "2023" / "cat.jpg")
    assert (library.albums / "Darlings" / "2023" / "cat.xmp").read_bytes() == b"stars"
    for _ in range(2):
        library.run("undo", "--state", library.state)
    assert_same(before, snapshot(library.photos))


def test_a_moved_photo_that_the_user_took_back_is_left_there(library: Library, scan: Scan) -> None:
    place = scan("--action", "move")[CAT]["destination"]
    os.rename(place, library.photos / "cat.jpg")
    assert "taken out" in scan("--action", "move")["cat.jpg"]["note"]
    assert (library.photos / "cat.jpg").is_file()
    assert scan("--action", "move", "--rearrange")["cat.jpg"]["destination"] == place


def test_a_preview_says_which_links_would_go_and_touches_none(library: Library, scan: Scan, darlings: Path) -> None:
    scan("--action", "symlink")
    before = snapshot(library.photos)
    dry = scan("--action", "symlink", "--labels", darlings, "--dry-run")
    assert (dry[CAT]["status"], dry[CAT]["album"]) == ("planned", "Darlings/2023")
    assert "its link in Pets/2023 goes" in dry[CAT]["note"]
    assert_same(before, snapshot(library.photos))
    done = scan("--action", "symlink", "--labels", darlings)
    assert {path: row | {"status": "done"} for path, row in dry.items() if row["status"] == "planned"} == {
        path: row for path, row in done.items() if row["status"] == "done"
    }


def test_the_link_of_a_renamed_photo_leads_to_it_again(library: Library, scan: Scan) -> None:
    scan("--action", "symlink")
    (library.photos / CAT).rename(library.photos / "2023" / "kitten.jpg")
    rows = scan("--action", "symlink")
    links = [path for path, entry in placed(library.albums).items() if entry.kind == "link"]
    assert all((library.albums / path).is_file() for path in links)
    assert rows["2023/kitten.jpg"]["status"] == "done"


def test_the_albums_of_a_run_for_another_folder_are_not_touched(library: Library, scan: Scan, darlings: Path) -> None:
    scan("--action", "symlink")
    first = placed(library.albums)
    scan("--action", "symlink", "--labels", darlings, "--to", library.home / "Elsewhere")
    assert_same(first, placed(library.albums))
