"""Which library ``albumsort undo`` and ``albumsort history`` are about where none is named."""

from __future__ import annotations

import os
import shlex
import shutil
from pathlib import Path

import pytest

from .conftest import ALBUMSORT, MODEL, Library


@pytest.fixture
def mine(library: Library) -> Path:
    """The folder of a library with one run, beside one that was only previewed."""
    for name in ("Mine", "Yours"):
        (library.home / name).mkdir()
        shutil.copy2(library.photos / "2023" / "cat.jpg", library.home / name / "cat.jpg")
    library.run("scan", "Mine", *MODEL, "--action", "copy")
    library.run("scan", "Yours", *MODEL)
    return library.home / "Mine"


def test_a_library_that_was_only_previewed_is_not_meant(library: Library, mine: Path) -> None:
    assert "copy" in library.run("history").stdout
    assert "Of run 1 (copy)" in library.run("undo", "--dry-run").stdout
    library.run("undo")
    assert os.listdir(mine) == ["cat.jpg"]
    assert "nothing to take back" in library.run("undo", code=2).stderr


@pytest.mark.parametrize("arguments", [["history"], ["undo", "--dry-run"], ["undo", "1", "--dry-run"]])
def test_of_several_each_is_listed_with_its_last_run_and_a_command(
    library: Library, mine: Path, arguments: list[str]
) -> None:
    library.run("scan", "Yours", "--action", "symlink")
    first, *lines = library.run(*arguments, code=2, PATH=os.path.dirname(ALBUMSORT)).stderr.splitlines()
    assert first == "Error: there are several libraries; name one with --library PHOTOS or --state DIR:"
    told = {lines[0], lines[2]}
    for path, action in ((mine, "copy"), (mine.with_name("Yours"), "symlink")):
        [line] = [line for line in told if line.startswith(f"  {path}: run 1 ({action}) of ")]
        assert line.endswith(", 1 file")
        command = shlex.split(lines[lines.index(line) + 1])
        assert command == ["albumsort", arguments[0], "--library", str(path), *arguments[1:]]
        assert action in library.run(*command[1:]).stdout


def test_of_several_the_one_with_something_to_take_back_is_meant(library: Library, mine: Path) -> None:
    library.run("scan", "Yours", "--action", "symlink")
    library.run("undo", "--library", mine)
    assert "Of run 1 (symlink)" in library.run("undo").stdout


def test_a_library_whose_catalog_cannot_be_read_may_be_meant(library: Library, mine: Path) -> None:
    state = library.home / "state" / "albumsort" / "broken"
    state.mkdir()
    (state / "catalog.sqlite").write_bytes(b"no catalog" * 100)
    told = library.run("undo", code=2).stderr
    assert f"  {state}: its catalog cannot be read\n" in told
    assert f"undo --state {state}\n" in told
    assert f"undo --library {mine}\n" in told


def test_what_is_named_and_not_there_is_told(library: Library) -> None:
    assert "no library was scanned yet" in library.run("undo", code=2).stderr
    for option in ("--library", "--state"):
        assert f"{option} nowhere: there is no such folder" in library.run("undo", option, "nowhere", code=2).stderr
    assert "has not scanned this library yet" in library.run("undo", "--library", "Photos", code=2).stderr
    told = library.run("undo", "--from", "nope.csv", code=2).stderr
    assert told.count("nope.csv") == 1
    assert "does not exist" in told
