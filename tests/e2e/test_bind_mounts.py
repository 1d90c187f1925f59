"""Photos and albums on two mounts of one disk, as containers have them: one device, and no hard link between them."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from .conftest import ALBUMSORT, Library
from .odd_library import assert_same, snapshot

COMPANIONS = ("cat.CR2", "cat.MOV", "cat.jpg.json", "cat.jpg.xmp")
MOUNT_AND_RUN = 'mount --bind "$1" "$2" && mount --bind "$3" "$4" && shift 4 && exec "$@"'
"""In mounts of the command's own, which go with it and which nobody else sees."""


@pytest.fixture(scope="session")
def own_mounts() -> tuple[str, ...]:
    """What a command begins with that may mount."""
    for options in (("--mount",), ("--mount", "--map-root-user")):
        command = ("unshare", *options)
        probe = (*command, "sh", "-c", "mount --bind /tmp /tmp")
        if shutil.which("unshare") and not subprocess.run(probe, capture_output=True, check=False).returncode:
            return command
    pytest.skip("nothing can be mounted here")


@pytest.fixture
def albums(library: Library) -> Path:
    """The album folder, beside a library with a photo that has a RAW file, the video of a Live Photo, and sidecars."""
    for name in COMPANIONS:
        (library.photos / "2023" / name).write_bytes(f"{name} goes with the cat".encode())
    (library.photos / "VID_20190203_040506.mp4").write_bytes(b"a film")
    albums = library.home / "Sorted"
    albums.mkdir()
    return albums


def bound(own_mounts: Sequence[str], library: Library, albums: Path, disk: Path) -> tuple[str, ...]:
    """The command with the photos on a mount of their own, and what is in ``disk`` mounted as the album folder."""
    mounts = map(str, (library.photos, library.photos, disk, albums))
    return (*own_mounts, "sh", "-c", MOUNT_AND_RUN, "sh", *mounts, ALBUMSORT)


def test_all_are_moved_from_one_to_the_other_and_back(
    own_mounts: tuple[str, ...], library: Library, albums: Path
) -> None:
    before, command = snapshot(library.photos, albums), bound(own_mounts, library, albums, albums)
    rows = library.scan("--state", library.state, "--to", albums, "--action", "move", command=command)
    for name in ("cat.jpg", *COMPANIONS):
        assert rows[f"2023/{name}"]["status"] == "done"
        assert (albums / "Pets" / "2023" / name).exists()
        assert not (library.photos / "2023" / name).exists()
    assert (albums / "Videos" / "2019" / "VID_20190203_040506.mp4").read_bytes() == b"a film"
    library.run("undo", "--yes", "--state", library.state, command=command)
    assert_same(before, snapshot(library.photos, albums))


def test_hard_links_from_one_to_the_other_are_refused_before_anything_is_done(
    own_mounts: tuple[str, ...], library: Library, albums: Path
) -> None:
    before, command = snapshot(library.photos, albums), bound(own_mounts, library, albums, albums)
    options = ("--state", library.state, "--to", albums, "--action", "hardlink")
    refused = library.run("scan", library.photos, *options, code=2, command=command)
    assert f"the photos of {library.photos} are on another file system" in refused.stderr
    assert "--action copy" in refused.stderr
    assert_same(before, snapshot(library.photos, albums))


def test_albums_that_came_to_another_mount_after_the_move_are_taken_back_whole(
    own_mounts: tuple[str, ...], library: Library, albums: Path
) -> None:
    before = snapshot(library.photos)
    library.run("scan", library.photos, "--state", library.state, "--to", albums, "--action", "move")
    disk = library.home / "new disk"
    subprocess.run(["cp", "-R", "-p", albums, disk], check=True)
    command = bound(own_mounts, library, albums, disk)
    library.run("undo", "--yes", "--state", library.state, command=command)
    assert_same(before, snapshot(library.photos))
    assert not [name for _, _, names in os.walk(disk) for name in names if not name.startswith(".")]
