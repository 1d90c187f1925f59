"""Sorting a library with each action: what is where afterwards, and a second run."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable

import pytest

from .conftest import Library, read_report

Scan = Callable[..., dict[str, dict[str, str]]]
ACTIONS = ["move", "copy", "hardlink", "symlink"]


def test_a_preview_says_what_goes_where_and_touches_nothing(library: Library, scan: Scan) -> None:
    before = library.tree()
    rows = scan()
    assert library.tree() == before
    assert not library.albums.exists()
    assert {path: (row["category"], row["album"], row["status"]) for path, row in rows.items()} == {
        "2023/cat.jpg": ("pets", "Pets/2023", "planned"),
        "2023/coffee.jpg": ("food_drink", rows["2023/coffee.jpg"]["album"], "planned"),
        "Phone/IMG_20240102_030405.png": ("pets", "Pets/2024", "planned"),
        "Trips/china.jpg": (rows["Trips/china.jpg"]["category"], rows["Trips/china.jpg"]["album"], "planned"),
        "Trips/coffee.jpg": ("food_drink", "", "skipped"),
        "Trips/flower.webp": (rows["Trips/flower.webp"]["category"], rows["Trips/flower.webp"]["album"], "planned"),
        "broken.jpg": ("", "", "skipped"),
        "rocket.jpg": (rows["rocket.jpg"]["category"], rows["rocket.jpg"]["album"], rows["rocket.jpg"]["status"]),
    }
    assert "cut off" in rows["broken.jpg"]["note"]
    assert {row["time_source"] for row in rows.values()} == {"exif", "filename", "mtime"}
    assert rows["2023/cat.jpg"]["taken_at"] == "2023-05-06T12:34:56"


@pytest.mark.parametrize("action", ACTIONS)
def test_a_dry_run_decides_what_the_run_then_does(library: Library, scan: Scan, action: str) -> None:
    before = library.tree()
    dry = scan("--action", action, "--dry-run")
    assert library.tree() == before
    done = scan("--action", action)
    verbs = {"planned": "done", "skipped": "skipped"}
    # Only copying reads all of a photo.
    hashes = {path: row["sha256"] for path, row in (done if action == "copy" else dry).items()}
    assert {path: row | {"status": verbs[row["status"]], "sha256": hashes[path]} for path, row in dry.items()} == done


@pytest.mark.parametrize("action", ACTIONS)
def test_each_action_keeps_every_byte_and_a_second_run_finds_nothing_to_do(
    library: Library, scan: Scan, action: str
) -> None:
    before = library.tree()
    rows = scan("--action", action)
    after = library.tree()
    placed = {path: row["destination"] for path, row in rows.items() if row["status"] == "done"}
    assert len(placed) >= 5
    for path, destination in placed.items():
        assert os.path.lexists(destination)
        if action == "move":
            assert not os.path.lexists(library.photos / path)
        if action == "symlink":
            assert os.path.samefile(destination, library.photos / path)
            assert not os.path.isabs(os.readlink(destination))
    if action == "move":
        assert Counter(before.values()) == Counter(
            content for path, content in after.items() if path != "Albums/.albumsort"
        )
    else:
        assert before.items() <= after.items()
    again = scan("--action", action)
    assert library.tree() == after
    assert {row["status"] for row in again.values()} == {"skipped"}
    if action == "move":
        moved = {os.path.relpath(destination, library.photos) for destination in placed.values()}
        assert moved <= again.keys()
        assert all(again[path]["category"] for path in moved)


def test_links_make_way_for_the_photos_themselves(library: Library, scan: Scan) -> None:
    linked = scan("--action", "symlink")
    moved = scan("--action", "move")
    for path, row in linked.items():
        if row["status"] == "done":
            assert moved[path]["destination"] == row["destination"]
            assert os.path.isfile(row["destination"])
            assert not os.path.islink(row["destination"])


def test_a_name_that_is_taken_gets_a_number_and_keeps_it(library: Library, scan: Scan) -> None:
    (library.photos / "Phone" / "IMG_20240102_030405.png").rename(library.photos / "Phone" / "cat.jpg")
    rows = scan("--action", "copy", "--layout", "{category}")
    names = {path: os.path.basename(row["destination"]) for path, row in rows.items() if row["category"] == "pets"}
    assert names == {"2023/cat.jpg": "cat.jpg", "Phone/cat.jpg": "cat (2).jpg"}
    again = scan("--action", "copy", "--layout", "{category}")
    assert {path: os.path.basename(row["destination"]) for path, row in again.items() if path in names} == names


def test_a_file_of_the_user_in_an_album_is_left_alone(library: Library, scan: Scan) -> None:
    precious = library.albums / "Pets" / "2023" / "cat.jpg"
    precious.parent.mkdir(parents=True)
    (library.albums / ".albumsort").write_text("{}")
    precious.write_bytes(b"precious")
    rows = scan("--action", "move")
    assert precious.read_bytes() == b"precious"
    assert os.path.basename(rows["2023/cat.jpg"]["destination"]) == "cat (2).jpg"


def test_albums_of_the_users_own_are_walked_and_need_another_place(library: Library, scan: Scan) -> None:
    library.albums.mkdir()
    (library.photos / "rocket.jpg").rename(library.albums / "rocket.jpg")
    result = library.run("scan", library.photos, code=2)
    assert "--to" in result.stderr
    rows = scan("--to", library.photos / "Sorted", "--action", "symlink")
    assert "Albums/rocket.jpg" in rows
    assert not (library.albums / ".albumsort").exists()


def test_moved_photos_are_taken_up_again_when_the_state_is_lost(library: Library, scan: Scan) -> None:
    scan("--action", "move")
    tree = library.tree()
    state = library.home / "catalog" / "catalog.sqlite"
    state.rename(library.home / "lost.sqlite")
    (library.home / "catalog" / "catalog.sqlite-wal").unlink(missing_ok=True)
    library.run(
        *("scan", library.photos, library.albums, "--model", "efficientnet-lite0"),
        *("--state", library.home / "catalog", "--action", "move", "--report", library.report),
    )
    rows = read_report(library.report)
    assert rows["Albums/Pets/2023/cat.jpg"]["category"] == "pets"
    assert rows["Albums/Pets/2023/cat.jpg"]["status"] == "skipped"
    assert library.tree() == tree


def test_an_album_folder_elsewhere_holds_the_albums(library: Library, scan: Scan) -> None:
    elsewhere = library.home / "Elsewhere"
    rows = scan("--to", elsewhere, "--action", "copy", "--layout", "{year}/{month}/{category}")
    assert (elsewhere / "2023" / "05" / "Pets" / "cat.jpg").is_file()
    assert rows["2023/cat.jpg"]["album"] == "2023/05/Pets"
    assert not library.albums.exists()


def test_two_names_of_one_file_are_both_moved_and_then_left(library: Library, scan: Scan) -> None:
    (library.photos / "Backup").mkdir()
    os.link(library.photos / "2023" / "cat.jpg", library.photos / "Backup" / "cat.jpg")
    first = scan("--action", "move")
    assert (first["2023/cat.jpg"]["status"], first["Backup/cat.jpg"]["status"]) == ("done", "done")
    one, other = (first[path]["destination"] for path in ("2023/cat.jpg", "Backup/cat.jpg"))
    assert one != other
    assert os.path.samefile(one, other)
    assert {row["status"] for row in scan("--action", "move").values()} == {"skipped"}
    assert os.path.samefile(one, other)


def test_a_new_photo_takes_the_place_of_one_that_was_deleted_from_its_album(library: Library, scan: Scan) -> None:
    destination = scan("--action", "move")["2023/cat.jpg"]["destination"]
    os.rename(destination, library.photos / "cat.jpg")
    scan()
    (library.photos / "cat.jpg").rename(library.home / "elsewhere.jpg")
    (library.photos / "cat.jpg").write_bytes((library.home / "elsewhere.jpg").read_bytes() + b"edited")
    os.utime(library.photos / "cat.jpg", (1_600_000_000, 1_600_000_000))
    rows = scan("--action", "move", "--rearrange", "--model", "efficientnet-lite0")
    assert rows["cat.jpg"]["destination"] == destination
    assert rows["cat.jpg"]["status"] == "done"


def test_photos_that_swapped_their_names_are_both_known_by_their_content(library: Library, scan: Scan) -> None:
    before = scan()
    cat, coffee, aside = (library.photos / "2023" / name for name in ("cat.jpg", "coffee.jpg", "aside.jpg"))
    cat.rename(aside)
    coffee.rename(cat)
    aside.rename(coffee)
    after = scan()
    assert sorted(after) == sorted(before)
    assert before["2023/cat.jpg"]["labels"] != before["2023/coffee.jpg"]["labels"]
    for cell in ("labels", "sha256", "modified"):
        assert after["2023/cat.jpg"][cell] == before["2023/coffee.jpg"][cell]
        assert after["2023/coffee.jpg"][cell] == before["2023/cat.jpg"][cell]


def test_what_cannot_be_placed_is_told_as_photos_and_files_that_go_with_them(library: Library, scan: Scan) -> None:
    (library.photos / "2023" / "cat.xmp").write_bytes(b"stars")
    scan("--action", "symlink", "--exclude", "cat*", "--exclude", "IMG*")
    (library.albums / "Pets").write_bytes(b"in the way")
    options = ("--state", library.state, "--action", "symlink", "--exclude", "IMG*")
    told = library.run("scan", library.photos, *options, code=1).stdout
    assert "\n1 photo and 1 file that goes with it could not be placed:\n" in told
