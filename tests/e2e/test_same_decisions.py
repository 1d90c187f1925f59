"""A dry run is what then happens: it reports the decisions that the real run carries out, row for row."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from .conftest import Library, copy_library
from .odd_library import make_odd, snapshot

PHOTOS = 40
ACTIONS = ("move", "copy", "hardlink", "symlink")


@pytest.fixture(scope="session")
def odd(crowd: Library, tmp_path_factory: pytest.TempPathFactory) -> Library:
    """A few dozen photos with companions."""
    return make_odd(crowd, tmp_path_factory.mktemp("decided") / "home", PHOTOS)


@pytest.mark.parametrize("action", ["move", "copy", "hardlink", "symlink"])
def test_a_dry_run_and_the_real_one_decide_alike(odd: Library, tmp_path: Path, action: str) -> None:
    library = copy_library(odd, tmp_path / "home")
    compare(library, "--action", action, acts=True)
    compare(library, "--action", action, acts=False)

    compare(library, "--action", action, "--layout", "{year}/{category}", acts=action != "move")
    if action == "move":
        compare(library, "--action", action, "--layout", "{year}/{category}", "--rearrange", acts=True)
    change_some(library, photos_of(library, in_albums=action == "move"))
    compare(library, "--action", action, "--layout", "{year}/{category}", acts=None)


def test_a_dry_run_and_the_real_one_decide_alike_when_the_action_changes(odd: Library, tmp_path: Path) -> None:
    library = copy_library(odd, tmp_path / "home")
    compare(library, "--action", "copy", acts=True)
    change_some(library, photos_of(library, in_albums=False))
    for action in ACTIONS:
        compare(library, "--action", action, acts=None)


def compare(library: Library, *options: str, acts: bool | None) -> None:
    """Run dry, then really; ``acts`` tells whether something is to be done, None where it does not matter."""
    before = snapshot(library.photos)
    dry = library.scan("--state", library.state, *options, "--dry-run")
    assert snapshot(library.photos) == before
    real = library.scan("--state", library.state, *options)
    planned = {path for path, row in dry.items() if row["status"] == "planned"}
    assert acts is None or bool(planned) == acts
    assert {path for path, row in real.items() if row["status"] == "done"} == planned
    assert list(real) == list(dry)
    for path, row in real.items():
        # What a companion holds is known only once it was copied.
        unknown = {"status"} | ({"sha256"} if not dry[path]["sha256"] else set())
        assert {key: row[key] for key in row.keys() - unknown} == {key: dry[path][key] for key in row.keys() - unknown}


def photos_of(library: Library, *, in_albums: bool) -> list[Path]:
    """The photos of one name, those in albums or the others."""
    return sorted(path for path in library.photos.rglob("IMG_*.JPG") if (library.albums in path.parents) == in_albums)


def change_some(library: Library, photos: Sequence[Path]) -> None:
    """Another photo in place of one, one renamed with its companions, one gone, companions gone, and one that came."""
    photos[1].write_bytes(photos[0].read_bytes())
    os.utime(photos[1], ns=(1_600_000_000_000_000_001,) * 2)
    for path in photos[2].parent.glob(f"{photos[2].stem}.*"):
        path.rename(path.with_name(path.name.replace(photos[2].stem, "renamed")))
    photos[3].unlink()
    for photo in photos[4:]:
        photo.with_suffix(".CR2").unlink(missing_ok=True)
    (library.photos / "copies" / "new.jpg").write_bytes(photos[4].read_bytes())
