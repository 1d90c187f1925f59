"""Photos that were moved into albums stay part of the library, wherever the albums and the library go."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from .conftest import Library, read_report

Scan = Callable[..., dict[str, dict[str, str]]]


@pytest.fixture
def moved(scan: Scan) -> list[str]:
    """The library after a move: the new paths of its photos, below the album folder."""
    rows = scan("--action", "move")
    return [
        os.path.join(row["album"], os.path.basename(row["destination"]))
        for row in rows.values()
        if row["status"] == "done"
    ]


def check_known(rows: dict[str, dict[str, str]], moved: list[str], albums: Path | str) -> None:
    for path in moved:
        row = rows[os.path.join(albums, path)]
        assert (row["status"], row["note"]) == ("skipped", "in an album already")
        assert row["category"]
        assert row["taken_at"]


@pytest.mark.parametrize("action", ["move", None])
def test_a_renamed_album_folder_keeps_its_photos(
    library: Library, scan: Scan, moved: list[str], action: str | None
) -> None:
    library.albums.rename(library.photos / "Alben")
    rows = scan(*(["--action", action] if action else []))
    check_known(rows, moved, "Alben")


def test_an_album_folder_with_a_new_place_outside_is_known_when_it_is_named(
    library: Library, scan: Scan, moved: list[str]
) -> None:
    elsewhere = library.home / "elsewhere"
    library.albums.rename(elsewhere)
    rows = scan("--to", elsewhere)
    check_known(rows, moved, elsewhere)
    assert len(rows) == len(scan("--to", elsewhere, "--action", "move"))


def test_a_library_that_was_copied_to_a_new_disk_keeps_them(library: Library, scan: Scan, moved: list[str]) -> None:
    new = library.home / "New disk"
    subprocess.run(["cp", "-R", "-p", library.photos, new], check=True)
    shutil.rmtree(library.photos)
    options = ("scan", new, "--state", library.state, "--report", library.report)
    assert "is its disk connected?" in library.run(*options, code=2).stderr
    library.run(*options, "--yes")
    check_known(read_report(library.report), moved, "Albums")


def test_a_photo_edited_and_renamed_in_its_album_by_hand_is_no_duplicate(
    library: Library, scan: Scan, moved: list[str]
) -> None:
    (library.albums / moved[0]).rename(library.albums / "my favourite.jpg")
    rows = scan("--action", "move")
    check_known(rows, [*moved[1:], "my favourite.jpg"], "Albums")
    assert f"Albums/{moved[0]}" not in rows


def test_albums_that_were_away_come_back_beside_a_duplicate(library: Library, scan: Scan, moved: list[str]) -> None:
    away = library.home / "unplugged"
    library.albums.rename(away)
    shutil.copy2(away / moved[0], library.photos / "again.jpg")
    stopped = library.run("scan", library.photos, "--state", library.state, code=2)
    assert f"{library.albums}: {len(moved)} photos were here at the last run" in stopped.stderr
    assert "again.jpg" in scan("--yes")
    away.rename(library.albums)
    rows = scan()
    check_known(rows, moved, "Albums")
    assert "again.jpg" in rows


def test_an_album_folder_in_another_is_taken_in_once(library: Library, scan: Scan) -> None:
    scan("--action", "move", "--exclude", "Trips")
    rows = scan("--action", "move", "--to", library.albums / "Best")
    lines = library.report.read_text(errors="surrogateescape").splitlines()
    assert len(lines) == len(rows) + 1
    assert any(path.startswith("Albums/Best/") for path in scan())


def test_hard_links_in_albums_are_no_photos_of_their_own(library: Library, scan: Scan) -> None:
    scan("--action", "move", "--exclude", "2023")
    linked = scan("--action", "hardlink")
    rows = scan("--precision", "fp32", "--action", "hardlink", "--dry-run")
    assert sorted(rows) == sorted(linked)
    done = scan("--action", "move")
    assert done["2023/cat.jpg"]["status"] == "done"
    assert not (library.photos / "2023" / "cat.jpg").exists()
    assert os.path.isfile(done["2023/cat.jpg"]["destination"])


def test_the_album_folder_alone_is_a_library_that_is_sorted_already(library: Library, moved: list[str]) -> None:
    for action in ("copy", "move"):
        library.run(
            *("scan", library.albums, "--state", library.home / "new", "--model", "efficientnet-lite0"),
            *("--action", action, "--report", library.report),
        )
        check_known(read_report(library.report), moved, "")
        assert not (library.albums / "Albums").exists()


def test_a_folder_in_albums_that_cannot_be_read_is_reported(
    library: Library, scan: Scan, moved: list[str], permissions_count: tuple[str, ...]
) -> None:
    closed = (library.albums / moved[0]).parent
    closed.chmod(0)
    try:
        rows = scan(command=permissions_count)
    finally:
        closed.chmod(0o755)
    assert "cannot be read" in rows[str(closed.relative_to(library.photos))]["note"]
