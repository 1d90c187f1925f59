"""Where a program of ``peers.py`` is run, how it is stopped, and what it has left on the disk."""

# ruff: noqa: S603  what is run is named on the command line

from __future__ import annotations

import hashlib
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

KILLED = """
import os, runpy, signal, sys

left, roots, script = int(sys.argv[1]), tuple(sys.argv[2].split(os.pathsep)), sys.argv[3]
sys.argv = sys.argv[3:]

def count(event, arguments):
    global left
    if event in ("os.rename", "os.link", "os.remove", "os.symlink") and any(
        isinstance(a, (str, bytes)) and os.fsdecode(a).startswith(roots) for a in arguments
    ):
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(count)
sys.path.insert(0, os.path.dirname(script))
runpy.run_path(script, run_name="__main__")
"""
"""Runs a script that is killed just before its n-th renaming, linking or removing of a file below some folders."""

Units = Sequence[Sequence[Path]]
"""The files that make up one photo each, the photo first."""


@dataclass(frozen=True)
class Program:
    """``script`` is run with what ``arguments`` makes of a home; ``planned`` reads the places that a dry run named."""

    name: str
    version: str
    script: str
    arguments: Callable[[Home], list[str]]
    dry: Sequence[str]
    planned: Callable[[Home, str], set[str]]
    undo: Callable[[Home], list[str]] | None = None
    variants: Mapping[str, Sequence[tuple[str, ...]]] = field(default_factory=dict)
    """By case, further options with which it is run as well."""


class Entry(NamedTuple):
    """A file: its SHA-256 (or where a link leads), its mtime in nanoseconds, its mode."""

    content: str
    mtime: int
    mode: int

    @property
    def link(self) -> bool:
        return stat.S_ISLNK(self.mode)


@dataclass
class Home:
    """A folder with photos, albums that may be elsewhere, and the program's own files beside them."""

    folder: Path
    program: Program
    albums: Path
    last: subprocess.CompletedProcess[str] | None = None

    @property
    def photos(self) -> Path:
        return self.folder / "Photos"

    @property
    def state(self) -> Path:
        return self.folder / "state"

    @property
    def log(self) -> Path:
        return self.folder / "log"

    def run(self, *extra: str, kill_before: int = 0, kill_at: int = 0) -> bool:
        """Sort the photos; kills the program before its n-th step, or when the albums hold so many bytes.

        Returns whether it was killed.
        """
        roots = f"{self.photos}{os.pathsep}{self.albums}"
        command = [sys.executable, "-c", KILLED, str(kill_before), roots, self.program.script]
        process = self._start([*command, *self.program.arguments(self), *extra])
        while kill_at and process.poll() is None:
            if _bytes_in(self.albums) >= kill_at:
                os.kill(process.pid, signal.SIGKILL)
                break
            time.sleep(0.0005)
        self.last = self._end(process)
        return self.last.returncode == -signal.SIGKILL

    def undo(self) -> None:
        assert self.program.undo
        self.last = self._end(self._start([sys.executable, self.program.script, *self.program.undo(self)]))

    def _start(self, command: Sequence[str]) -> subprocess.Popen[str]:
        cache = str(self.folder.parent / "cache")  # of compiled networks, for all homes
        own = {"HOME": str(self.folder), "XDG_CACHE_HOME": cache, "PYTHONDONTWRITEBYTECODE": "1"}
        return subprocess.Popen(
            command,
            env=os.environ | own,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="surrogateescape",
        )

    def _end(self, process: subprocess.Popen[str]) -> subprocess.CompletedProcess[str]:
        output, _ = process.communicate()
        return subprocess.CompletedProcess(process.args, process.returncode, output)

    def files(self) -> dict[Path, Entry]:
        """The files of photos and albums, but for the mark and the lock of albumsort's album folder."""
        found = {}
        for root in {self.photos, self.albums}:
            for folder, _, names in os.walk(root):
                for name in names:
                    if not (name in (".albumsort", ".albumsort-lock") and Path(folder) == self.albums):
                        found[Path(folder, name)] = _entry(Path(folder, name))
        return found

    def told(self, before: Mapping[Path, Entry], units: Units = ()) -> str:
        """What has become of the files that were there before, as a cell of the table."""
        now = self.files()
        photos = {path: entry for path, entry in before.items() if path.is_relative_to(self.photos) and not entry.link}
        contents = [entry.content for entry in photos.values()]
        placed = {entry.content for path, entry in now.items() if path.is_relative_to(self.albums)}
        parts = [f"{sum(content in placed for content in contents)} of {len(contents)} placed", self.lost(before)]
        if units:
            parts.append(f"{torn(before, now, units)} of {sum(len(unit) > 1 for unit in units)} torn apart")
        parts += self.incomplete(before)
        if self.last and self.last.returncode:
            parts.append(f"exit {self.last.returncode}")
        return ", ".join(parts)

    def lost(self, before: Mapping[Path, Entry]) -> str:
        gone = lost(before, self.files())
        return f"**{gone} lost**" if gone else "0 lost"

    def incomplete(self, before: Mapping[Path, Entry]) -> list[str]:
        """Files that no photo had the bytes of: under a name of their own, or hidden."""
        known = {entry.content for entry in before.values()}
        new = [path.name for path, entry in self.files().items() if entry.content not in known and not entry.link]
        hidden = sum(name.startswith(".") for name in new)
        told = [f"{len(new) - hidden} incomplete under a photo's name"] if len(new) > hidden else []
        return told + ([f"{hidden} hidden temporary"] if hidden else [])


def lost(before: Mapping[Path, Entry], now: Mapping[Path, Entry]) -> int:
    """How many contents are nowhere any more."""
    contents = {entry.content for entry in before.values() if not entry.link}
    return len(contents - {entry.content for entry in now.values()})


def torn(before: Mapping[Path, Entry], now: Mapping[Path, Entry], units: Units) -> int:
    """How many photos with companions are torn: in several folders, or with names that differ or fit another photo."""
    places = {entry.content: path for path, entry in now.items()}
    owner = {before[path].content: number for number, unit in enumerate(units) for path in unit}
    count = 0
    for number, unit in enumerate(units):
        photo = places.get(before[unit[0]].content)
        beside = {path: entry.content for path, entry in now.items() if photo and path.parent == photo.parent}
        stem = f"{photo.stem}.".lower() if photo else ""
        alike = {content for path, content in beside.items() if path.name.lower().startswith(stem)}
        own = {before[path].content for path in unit}
        strangers = {content for content in alike if owner.get(content, number) != number}
        count += len(unit) > 1 and (not own <= alike or bool(strangers))
    return count


def _entry(path: Path) -> Entry:
    status = os.lstat(path)
    content = f"-> {os.readlink(path)}" if path.is_symlink() else hashlib.sha256(path.read_bytes()).hexdigest()
    return Entry(content, status.st_mtime_ns, status.st_mode)


def _bytes_in(folder: Path) -> int:
    total = 0
    for root, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.lstat(os.path.join(root, name)).st_size
            except FileNotFoundError:  # it got its name at this moment
                continue
    return total
