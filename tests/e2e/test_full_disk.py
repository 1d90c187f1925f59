"""A really full file system: the run stops and says so, all so far is in order, and with room again it goes on."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from .conftest import Library, copy_library
from .odd_library import assert_no_byte_lost, count_placed, make_odd, snapshot
from .recovery import Case, Recovery


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Callable[[str], Path]]:
    """Mounts a small file system in memory, or gives it another size."""
    folder = tmp_path / "small disk"
    folder.mkdir()

    def mount(options: str) -> Path:
        again = ["-o", f"remount,{options}"] if os.path.ismount(folder) else ["-o", options]
        done = subprocess.run(
            ["mount", "-t", "tmpfs", *again, "albumsort-test", folder], capture_output=True, text=True, check=False
        )
        if done.returncode:
            pytest.skip(f"a file system cannot be mounted here: {done.stderr.strip()}")
        return folder

    if os.geteuid() or not shutil.which("mount"):
        pytest.skip("only root can mount a small file system")
    yield mount
    if os.path.ismount(folder):
        subprocess.run(["umount", folder], check=True)


@pytest.fixture(scope="session")
def some(crowd: Library, tmp_path_factory: pytest.TempPathFactory) -> Library:
    """A few dozen photos with companions."""
    return make_odd(crowd, tmp_path_factory.mktemp("some") / "home", 40)


@pytest.mark.parametrize("action", ["move", "copy"])
def test_a_disk_that_fills_up_stops_the_run_and_leaves_all_in_order(
    some: Library, tmp_path: Path, small_disk: Callable[[str], Path], action: str
) -> None:
    # Full of files rather than of bytes, which nobody can see beforehand.
    disk = small_disk("size=64m,nr_inodes=30")
    subject = Recovery(copy_library(some, tmp_path / "home"), disk / "Albums", Case(action, across=True, undo=False))
    stopped = subject.library.run(*subject.scan, code=1)
    assert f"Error: {subject.albums}: no space left" in stopped.stderr
    assert "the same command does the rest" in stopped.stdout
    assert 0 < count_placed(subject.albums) < 30
    assert_no_byte_lost(subject.before, subject.tree(), subject.albums, moves=action == "move")
    assert not list(subject.albums.rglob("*.part"))

    small_disk("size=64m,nr_inodes=1000")
    subject.recover()


@pytest.mark.parametrize("action", ["move", "copy"])
def test_a_disk_that_is_too_small_is_not_begun_to_fill(
    some: Library, tmp_path: Path, small_disk: Callable[[str], Path], action: str
) -> None:
    disk = small_disk("size=300k")
    subject = Recovery(copy_library(some, tmp_path / "home"), disk / "Albums", Case(action, across=True, undo=False))
    refused = subject.library.run(*subject.scan, code=1)
    assert str(subject.albums) in refused.stderr
    subject.undo_all()

    small_disk("size=64m")
    subject.recover()


@pytest.mark.parametrize("free", [0, 16, 64, 256])
@pytest.mark.parametrize("action", ["move", "symlink"])
def test_a_full_disk_under_the_state_stops_the_run_and_leaves_all_in_order(
    some: Library, tmp_path: Path, small_disk: Callable[[str], Path], action: str, free: int
) -> None:
    """``free`` is what is left for the catalog, in kB: too little at once, or before long."""
    disk = small_disk("size=16m")
    library = copy_library(some, tmp_path / "home")
    state = disk / "state"
    shutil.move(library.state, state)
    library.state.symlink_to(state)
    subject = Recovery(library, library.albums, Case(action, across=False, undo=False))
    filler = disk / "filler"
    room = shutil.disk_usage(disk).free
    filler.write_bytes(bytes(max(0, room - free * 1024)))
    stopped = library.run(*subject.scan, code=(0, 1, 2))
    assert stopped.returncode == 0 or f"{state}" in stopped.stderr or "journal cannot be written" in stopped.stderr
    assert_no_byte_lost(subject.before, snapshot(library.photos), library.albums, moves=action == "move")

    filler.unlink()
    subject.recover()
