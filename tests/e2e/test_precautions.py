"""What stops a run that nobody meant: emptied folders, other disks, other programs, full disks, files on their way."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from .conftest import Library
from .odd_library import assert_same, snapshot

Scan = Callable[..., dict[str, dict[str, str]]]
CAT = "2023/cat.jpg"


@contextmanager
def mounted(folder: Path, size: str = "8m") -> Iterator[None]:
    """A small file system in memory, which only root can mount."""
    folder.mkdir(exist_ok=True)
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    if (
        os.geteuid()
        or not shutil.which("mount")
        or subprocess.run(command, check=False, capture_output=True).returncode
    ):
        pytest.skip("nothing can be mounted here")
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def stopped(library: Library, *arguments: object, code: int = 2) -> str:
    """The message of a run that is to stop before it touches anything."""
    before = snapshot(library.photos)
    result = library.run("scan", library.photos, "--state", library.state, *arguments, code=code)
    assert_same(before, snapshot(library.photos))
    return result.stderr


def test_a_library_that_is_suddenly_empty_stops_the_run_and_is_not_forgotten(library: Library, scan: Scan) -> None:
    before = scan("--action", "symlink")
    away = library.home / "away"
    library.photos.rename(away)
    library.photos.mkdir()
    message = stopped(library, "--action", "symlink")
    assert "photos were here at the last run and none is now" in message
    assert "--yes" in message
    library.photos.rmdir()
    away.rename(library.photos)
    assert {row["status"] for row in scan("--action", "symlink").values()} == {"skipped"}
    assert scan().keys() == before.keys()


def test_a_library_that_was_emptied_on_purpose_goes_on_with_yes(library: Library, scan: Scan) -> None:
    scan()
    shutil.rmtree(library.photos)
    library.photos.mkdir()
    assert scan("--yes") == {}
    assert scan() == {}


def test_albums_with_moved_photos_that_are_gone_stop_the_run(library: Library, scan: Scan) -> None:
    albums = library.home / "Elsewhere"
    scan("--action", "move", "--to", albums)
    albums.rename(library.home / "away")
    assert str(albums) in stopped(library, "--to", albums, "--action", "move")
    (library.home / "away").rename(albums)
    assert {row["status"] for row in scan("--action", "move", "--to", albums).values()} == {"skipped"}


def test_a_library_on_another_file_system_than_the_last_time_stops_the_run(library: Library, scan: Scan) -> None:
    scan("--action", "symlink", "--to", library.home / "Elsewhere")
    with mounted(library.photos):
        shutil.copy2(library.home / "report.csv", library.photos / "photo.jpg")
        message = stopped(library)
        assert "it was on the file system at" in message
        assert "--yes" in message
    assert {row["status"] for row in scan("--action", "symlink", "--to", library.home / "Elsewhere").values()} == {
        "skipped"
    }


def test_a_library_that_was_moved_to_another_file_system_on_purpose_goes_on_with_yes(
    library: Library, scan: Scan
) -> None:
    scan()
    with mounted(library.photos):
        assert scan("--yes") == {}
        assert scan() == {}


def test_files_that_may_still_be_arriving_wait(library: Library, scan: Scan) -> None:
    (library.photos / CAT).write_bytes((library.photos / CAT).read_bytes() + b"more")
    (library.photos / "2023" / "coffee.xmp").write_bytes(b"of a photo that is older")
    rows = scan("--action", "move", "--settle", 3600)
    for path in (CAT, "2023/coffee.jpg", "2023/coffee.xmp"):
        assert (rows[path]["status"], rows[path]["note"]) == (
            "skipped",
            "it may still be arriving; the next run takes it up",
        )
        assert (library.photos / path).is_file()
    assert scan("--action", "move")["2023/coffee.xmp"]["status"] == "done"


def test_files_that_have_settled_do_not_wait(library: Library, scan: Scan) -> None:
    newest = max(path.lstat().st_ctime for path in library.photos.rglob("*"))
    time.sleep(max(0.0, newest + 1.1 - time.time()))
    assert scan("--action", "copy", "--settle", 1)[CAT]["status"] == "done"


def lightroom(library: Library) -> Path:
    """A catalog of Lightroom among the photos."""
    path = library.photos / "Main.lrcat"
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE AgLibraryRootFolder (absolutePath TEXT)")
        db.commit()
    return path


def test_a_move_of_photos_in_another_programs_catalog_wants_yes_once(library: Library, scan: Scan) -> None:
    catalog = lightroom(library)
    message = stopped(library, "--action", "move")
    assert f"Lightroom keeps a catalog of these photos ({catalog})" in message
    assert "--yes" in message
    assert scan("--action", "move", "--yes")[CAT]["status"] == "done"
    assert scan("--action", "move")["Albums/Pets/2023/cat.jpg"]["status"] == "skipped"


def test_what_leaves_the_photos_where_they_are_does_not_want_it(library: Library, scan: Scan) -> None:
    lightroom(library)
    assert "Lightroom keeps a catalog" in stopped(library, "--action", "move", "--dry-run", code=0)
    for action in ("symlink", "hardlink", "copy"):
        result = library.run("scan", library.photos, "--state", library.state, "--action", action)
        assert "Lightroom" not in result.stderr


@pytest.mark.parametrize("action", ["copy", "move"])
def test_copies_that_do_not_fit_are_told_before_the_first_is_made(library: Library, scan: Scan, action: str) -> None:
    with mounted(library.home / "Small", "300k"):
        albums = library.home / "Small" / "Albums"
        message = stopped(library, "--action", action, "--to", albums, code=1)
        assert "the copies need" in message
        assert "are free there" in message
        assert not albums.exists()
        assert scan("--action", "symlink", "--to", albums)[CAT]["status"] == "done"
