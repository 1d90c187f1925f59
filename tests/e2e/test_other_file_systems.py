"""Photos and albums on a file system that has no hard links and no modes, and ignores case: exFAT."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from .conftest import Library, save

FORMAT, MOUNT = "mkfs.exfat", "mount.exfat-fuse"


@pytest.fixture
def exfat(tmp_path: Path) -> Iterator[Path]:
    """A real exFAT file system of 32 MB, mounted."""
    if os.name != "posix" or os.geteuid() or not (shutil.which(FORMAT) and shutil.which(MOUNT)):
        pytest.skip(f"needs root, {FORMAT} and {MOUNT}")
    image, folder = tmp_path / "exfat.img", tmp_path / "exfat"
    image.write_bytes(b"")
    os.truncate(image, 32_000_000)
    folder.mkdir()
    subprocess.run([FORMAT, image], check=True, capture_output=True)
    device = subprocess.run(
        ["losetup", "-f", "--show", image], check=False, capture_output=True, text=True
    ).stdout.strip()
    if not device or subprocess.run([MOUNT, device, folder], check=False, capture_output=True).returncode:
        pytest.skip("exFAT cannot be mounted here")
    yield folder
    subprocess.run(["umount", folder], check=True)
    subprocess.run(["losetup", "-d", device], check=True)


def files(*folders: Path) -> dict[str, tuple[int, int, bytes] | None]:
    """Every folder (None) and every file with its modification time, mode and bytes."""
    found: dict[str, tuple[int, int, bytes] | None] = {}
    for path in sorted(path for folder in folders for path in folder.rglob("*")):
        status = path.lstat()
        found[str(path)] = None if path.is_dir() else (status.st_mtime_ns, status.st_mode, path.read_bytes())
    return found


def test_a_library_on_exfat_is_moved_and_taken_back(library: Library, exfat: Path) -> None:
    photos = exfat / "Photos"
    shutil.copytree(library.photos, photos)
    save("chelsea.png", photos / "Other" / "CAT.JPG", datetime(2023, 9, 9))
    (photos / "Other" / "CAT.xmp").write_text("<x/>")
    before = files(photos)
    options = ("--state", library.home / "new")
    library.run("scan", photos, *options, "--model", "efficientnet-lite0", "--action", "move")
    pets = sorted(path.name for path in (photos / "Albums" / "Pets" / "2023").iterdir())
    assert pets == ["CAT (2).JPG", "CAT (2).xmp", "cat.jpg"]
    library.run("undo", "--yes", *options)
    assert files(photos) == before


@pytest.mark.parametrize("action", ["hardlink", "symlink"])
def test_links_that_exfat_does_not_have_are_refused_before_anything_is_done(
    library: Library, exfat: Path, action: str
) -> None:
    albums = exfat / "Albums"
    options = ("--state", library.state, "--to", albums, "--action", action)
    refused = library.run("scan", library.photos, *options, code=2)
    assert "--action copy" in refused.stderr
    assert not albums.exists()


@pytest.mark.parametrize("action", ["move", "copy"])
def test_albums_on_exfat_give_back_times_and_modes_that_it_cannot_keep(
    library: Library, exfat: Path, action: str
) -> None:
    for number, path in enumerate(sorted(library.photos.rglob("*.jpg"))):
        os.utime(path, ns=(1_600_000_000_123_456_789, 1_600_000_000_123_456_789 + number))
        path.chmod(0o640)
    before = files(library.photos, exfat)
    options = ("--state", library.state)
    library.run("scan", library.photos, *options, "--to", exfat / "Albums", "--action", action)
    assert list((exfat / "Albums").rglob("*.jpg"))
    library.run("undo", "--yes", *options)
    assert files(library.photos, exfat) == before
