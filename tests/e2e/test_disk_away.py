"""What is done while the disk of the photos or of their albums is not connected: nothing, and nothing is forgotten."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from filelock import FileLock

from .conftest import Library, copy_library
from .odd_library import Snapshot, assert_same, snapshot
from .test_interruption import signalled
from .test_precautions import mounted


@pytest.fixture
def elsewhere(library: Library) -> Path:
    """An album folder that is not among the photos."""
    return library.home / "Elsewhere"


def trees(library: Library) -> Snapshot:
    tree = snapshot(library.photos, library.home / "Elsewhere")
    return {path: entry for path, entry in tree.items() if ".albumsort-lock" not in path}


def scan(library: Library, action: str, *options: object, code: int = 0) -> str:
    arguments = ("scan", library.photos, "--state", library.state, "--action", action, *options)
    return library.run(*arguments, code=code).stderr


def undo(library: Library, *options: object, code: int = 0) -> str:
    result = library.run("undo", "--state", library.state, "--yes", *options, code=code)
    return result.stdout + result.stderr


@pytest.mark.parametrize("away", ["Photos", "Elsewhere"])
@pytest.mark.parametrize("action", ["move", "copy", "symlink"])
def test_an_undo_waits_for_the_disk(library: Library, elsewhere: Path, action: str, away: str) -> None:
    before = snapshot(library.photos)
    scan(library, action, "--to", elsewhere)
    sorted_ = trees(library)
    with mounted(library.home / away):
        for options in (("--dry-run",), ()):
            said = undo(library, *options, code=2)
            assert f"{library.home / away}: it was on the file system at" in said
            assert "Nothing was done" in said
        assert not os.listdir(library.home / away)
    assert_same(sorted_, trees(library))
    undo(library)
    assert_same(before, trees(library))


def test_an_undo_of_another_run_does_not_forget_what_was_made_on_the_disk(library: Library, elsewhere: Path) -> None:
    before = snapshot(library.photos)
    scan(library, "copy", "--to", elsewhere)
    scan(library, "copy")
    with mounted(elsewhere):
        undo(library)
    undo(library)
    assert_same(before, trees(library))


@pytest.mark.parametrize("away", ["Photos", "Elsewhere"])
@pytest.mark.parametrize("killed", ["run", "undo"])
def test_what_a_killed_run_had_in_hand_is_not_settled_without_the_disk(
    crowd: Library, tmp_path: Path, killed: str, away: str
) -> None:
    library = copy_library(crowd, tmp_path / "home")
    before = snapshot(library.photos)
    run: tuple[object, ...] = ("scan", library.photos, "--state", library.state, "--action", "move", "--to")
    run = (*run, library.home / "Elsewhere")
    if killed == "undo":
        library.run(*run)
        run = ("undo", "--state", library.state)
    library.run(*run, code=-9, command=signalled("SIGKILL os.link cat- 30"))
    left = trees(library)
    with mounted(library.home / away):
        scan(library, "move", "--to", library.home / "Elsewhere", code=2)
        undo(library, code=2)
    assert_same(left, trees(library))
    if killed == "undo":
        assert "nothing to take back" in undo(library) + undo(library, code=2)
    else:
        undo(library)
    assert_same(before, trees(library))


def test_what_is_no_longer_there_at_all_is_left_open(crowd: Library, tmp_path: Path) -> None:
    """An album folder on a disk that leaves no mount point behind."""
    library = copy_library(crowd, tmp_path / "home")
    before = snapshot(library.photos)
    elsewhere = library.home / "Elsewhere"
    run = ("scan", library.photos, "--state", library.state, "--to", elsewhere, "--action", "move")
    library.run(*run, code=-9, command=signalled("SIGKILL os.link cat- 30"))
    elsewhere.rename(library.home / "away")
    assert "64 cannot be looked at now" in undo(library, code=2)
    (library.home / "away").rename(elsewhere)
    undo(library)
    assert_same(before, trees(library))


def test_an_undo_does_not_sweep_where_another_library_is_at_work(library: Library, tmp_path: Path) -> None:
    scan(library, "copy", "--to", library.home / "Elsewhere")
    part = next((library.home / "Elsewhere").rglob("*.jpg")).with_name(".albumsort-another.part")
    part.write_bytes(b"half a photo of another library")
    with FileLock(library.home / "Elsewhere" / ".albumsort-lock"):
        undo(library, 77, code=2)
        assert part.exists()


def test_photos_are_not_moved_out_of_an_album_folder_where_another_run_is_at_work(library: Library) -> None:
    scan(library, "move")
    before = snapshot(library.photos)
    rearrange = ("--to", library.home / "Elsewhere", "--rearrange")
    with FileLock(library.albums / ".albumsort-lock"):
        assert "another run of albumsort" in scan(library, "move", *rearrange, code=3)
        assert_same(before, snapshot(library.photos))
    scan(library, "move", *rearrange)
    assert not list(library.albums.rglob("*.jpg"))


def test_the_name_of_a_library_need_not_be_text(library: Library) -> None:
    odd = Library(library.home.with_name(os.fsdecode(b"bad \xff home")))
    library.home.rename(odd.home)
    before = snapshot(odd.photos)
    scan(odd, "copy")
    undo(odd)
    assert_same(before, snapshot(odd.photos))
