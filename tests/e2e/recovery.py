"""A library that is sorted and unsorted again and again, and must come through whatever happens to a run."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

import pytest

from .conftest import Library, copy_library
from .odd_library import Entry, assert_no_byte_lost, assert_same, count_placed, placed, snapshot

OTHER_FILE_SYSTEM = "/dev/shm"
NOTHING_LEFT = "nothing to take back"


class Result(NamedTuple):
    """How a command ended; ``failed`` where one of its calls was made to fail, and did."""

    code: int
    output: str
    failed: bool = False


class Case(NamedTuple):
    """What is disturbed: a run with an action, or its undo; with albums among the photos or on another file system.

    ``inside`` is for tags that go into the photos themselves.
    """

    action: str
    across: bool
    undo: bool
    inside: bool = False

    def __str__(self) -> str:
        where = " to another file system" * self.across + " into files" * self.inside
        return f"{'undo of ' * self.undo}{self.action}{where}"


CASES = [
    Case(action, across, undo)
    for undo in (False, True)
    for across in (False, True)
    for action in ("move", "copy", "hardlink", "symlink")
    if not (across and action == "hardlink")  # which no file system can do
]
CASES += [Case("tag", False, undo, inside=True) for undo in (False, True)]


class Recovery:
    """``before`` is the tree that it comes back to, ``complete`` what an undisturbed run puts into albums.

    ``command`` runs the program; the installed one unless another is given.
    """

    def __init__(self, library: Library, albums: Path, case: Case) -> None:
        self.library = library
        self.albums = albums
        self.case = case
        self.before = self.tree()
        self.complete: dict[str, Entry] = {}
        self.command: Callable[[Sequence[object]], Result] = self._installed
        self.tagged: dict[str, Entry] = {}
        self._sizes_before = self._sizes()

    @property
    def scan(self) -> tuple[object, ...]:
        """The arguments of the run."""
        library = self.library
        inside = ("--tag-into", "file") if self.case.inside else ()
        to = ("--to", self.albums, "--action", self.case.action, *inside)
        return ("scan", library.photos, "--state", library.state, *to)

    @property
    def undo(self) -> tuple[object, ...]:
        """The arguments of its undo."""
        return ("undo", "--state", self.library.state, "--yes")

    @property
    def disturbed(self) -> tuple[object, ...]:
        """The arguments of what is disturbed."""
        return self.undo if self.case.undo else self.scan

    def tree(self) -> dict[str, Entry]:
        """All that is there now."""
        return snapshot(*{self.library.photos, self.albums.parent})

    def prepare(self) -> None:
        """Before an undo can be disturbed, the run must have been; and what tags make of files must be known."""
        if self.case.inside and not self.tagged:
            self._succeed(self.scan)
            self.tagged = self.placed()
            self.undo_all()
        if self.case.undo:
            self._succeed(self.scan)
            self.assert_complete()

    def recover(self, *, undo_first: bool = False, go_on: bool = True) -> None:
        """Nothing is lost now; the same command goes on to the end, and undo gives back the exact tree.

        With ``undo_first`` it does so before that as well.
        """
        now = self.tree()
        if self.case.inside:  # each file as it was, or with all its tags
            now = {path: self.before[path] if own == self.tagged.get(path) else own for path, own in now.items()}
        assert_no_byte_lost(self.before, now, self.albums, moves=self.case.action == "move")
        if undo_first or self.case.undo:
            self.undo_all()
        if go_on and not self.case.undo:
            self._succeed(self.scan)
            self.assert_complete()
            self.undo_all()

    def assert_complete(self) -> None:
        """What there is to place is placed, as by a run that nobody disturbed; the first one sets the measure."""
        now = self.placed()
        self.complete = self.complete or now
        assert_same(self.complete, now)

    def placed(self) -> dict[str, Entry]:
        """What a run put into albums, or what has tags: photos, and sidecars, whose times are new."""
        if self.case.action != "tag":
            return placed(self.albums)
        new = {path: own for path, own in self.tree().items() if self.before.get(path) != own}
        shown = {path: own for path, own in new.items() if not os.path.basename(path).startswith(".")}
        return {path: own if path in self.before else own._replace(mtime_ns=0) for path, own in shown.items()}

    def count(self) -> int:
        """How many files and links are in albums, or have tags, told without reading them."""
        return count_placed(self.albums) if self.case.action != "tag" else len(self._sizes() - self._sizes_before)

    def _sizes(self) -> set[tuple[str, int]]:
        """All files with their sizes; one may go at this moment."""
        found: set[tuple[str, int]] = set()
        for folder, _, names in os.walk(self.library.photos):
            with suppress(FileNotFoundError):
                paths = [os.path.join(folder, name) for name in names if not name.startswith(".")]
                found |= {(path, os.lstat(path).st_size) for path in paths}
        return found

    def undo_all(self, runs: int = 5) -> None:
        """Undo run after run until there is none left; then everything is as it was."""
        for _ in range(runs):
            result = self.command(self.undo)
            if NOTHING_LEFT in result.output:
                break
            assert result.code == 0, result.output
        else:
            raise AssertionError(f"after {runs} times there is still something to undo")
        assert_same(self.before, self.tree())

    def _succeed(self, arguments: Sequence[object]) -> None:
        result = self.command(arguments)
        assert result.code == 0, result.output

    def _installed(self, arguments: Sequence[object]) -> Result:
        result = self.library.run(*arguments, code=(0, 1, 2))
        return Result(result.returncode, result.stdout + result.stderr)


@contextmanager
def recovery(odd: Library, home: Path, case: Case) -> Iterator[Recovery]:
    """A copy of a library, for one case."""
    if not case.across:
        library = copy_library(odd, home)
        yield Recovery(library, library.albums, case)
    elif not os.path.isdir(OTHER_FILE_SYSTEM) or os.stat(OTHER_FILE_SYSTEM).st_dev == os.stat(home.parent).st_dev:
        pytest.skip(f"{OTHER_FILE_SYSTEM} is not another file system here")
    else:
        with tempfile.TemporaryDirectory(dir=OTHER_FILE_SYSTEM) as folder:
            yield Recovery(copy_library(odd, home), Path(folder, "Albums"), case)
