"""The cases of ``peers.py`` in which a run is killed or the disk fails, and what can be taken back afterwards."""

# ruff: noqa: S603, S607  mount and umount, of the benchmark's own folder

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import peers_files as make
from peers_cases import Bench
from peers_home import Entry, Home, lost, torn

PHOTO_SIZE = 48 << 20
"""Large enough for a kill to land in the middle of a copy."""
KILLS = 12


def killed(bench: Bench) -> str:
    """SIGKILL before each rename, link or removal in turn (three photos with `.xmp`), then the same command again"""
    found: Counter[str] = Counter()
    for moment in range(1, 100):
        home = bench.home()
        units = []
        for number in range(3):
            taken = f"2023-05-06 1{number}:00:00"
            photo = make.photo(home.photos / f"IMG_{number}.jpg", taken)
            units.append([photo, make.sidecar(photo.with_suffix(".xmp"), taken)])
        before, folders = home.files(), folders_of(home)
        if not home.run(kill_before=moment):
            break
        found["lost"] += lost(before, home.files()) > 0
        home.run()
        found["torn"] += torn(before, home.files(), units) > 0
        found["undone"] += taken_back(home, before, folders, runs=2)
    kills = moment - 1
    return (
        f"{kills} kills: files lost in {found['lost']}; a photo torn from its sidecar after the next run in "
        f"{found['torn']}; {undone(bench, found['undone'], kills)}"
    )


def killed_copy(bench: Bench) -> str:
    """SIGKILL at 12 moments of a move of three photos (48 MB each) to another file system, then the command again"""
    found: Counter[str] = Counter()
    for kill in range(1, KILLS + 1):
        home = bench.home(albums=Path(tempfile.mkdtemp(dir=bench.other)) / "Albums")
        for number in range(3):
            make.photo(home.photos / f"IMG_{number}.jpg", f"2023-05-06 1{number}:00:00", size=PHOTO_SIZE)
        before, folders = home.files(), folders_of(home)
        found["kills"] += home.run(kill_at=3 * PHOTO_SIZE * kill // (KILLS + 1))
        found["lost"] += lost(before, home.files()) > 0
        home.run()
        now = home.files()
        found["unmoved"] += any(path in now for path in before)
        found["incomplete"] += bool(home.incomplete(before))
        found["undone"] += taken_back(home, before, folders, runs=2)
        shutil.rmtree(home.folder)
        shutil.rmtree(home.albums.parent)
    return (
        f"{found['kills']} kills: files lost in {found['lost']}; after the next run a file with a part of a photo's "
        f"bytes in the albums in {found['incomplete']}, a photo still at its old place in {found['unmoved']}; "
        f"{undone(bench, found['undone'], KILLS)}"
    )


def full(bench: Bench) -> str:
    """A move of four photos to a file system with room for two; then it is made larger and the command run again"""
    with mounted(bench, f"size={5 * PHOTO_SIZE // 2}") as disk:
        home = bench.home(albums=disk / "Albums")
        for number in range(4):
            make.photo(home.photos / f"IMG_{number}.jpg", f"2023-05-06 1{number}:00:00", size=PHOTO_SIZE)
        before = home.files()
        home.run()
        first = home.told(before)
        mount(disk, f"remount,size={5 * PHOTO_SIZE}")
        home.run()
        return f"{first}; then {home.told(before)}"


def read_only(bench: Bench) -> str:
    """The albums' file system is read-only"""
    with mounted(bench, "size=64m") as disk:
        home = bench.home(albums=disk / "Albums")
        home.albums.mkdir()
        make.photo(home.photos / "IMG_0001.JPG")
        before = home.files()
        mount(disk, "remount,ro")
        home.run()
        return home.told(before)


def undo(bench: Bench) -> str:
    """Take back a whole run (three photos, two with companions)"""
    home = bench.home()
    make.photo(home.photos / "B" / "IMG_0003.JPG")
    for name in ("IMG_0001", "IMG_0002"):
        photo = make.photo(home.photos / "A" / f"{name}.JPG")
        make.sidecar(photo.with_suffix(".xmp"))
        make.raw(photo.with_suffix(".NEF"))
    before, folders = home.files(), folders_of(home)
    home.run()
    if bench.program.undo:
        exact = taken_back(home, before, folders, runs=1)
        return f"`undo`: {'every file back' if exact else 'not all as before'} (path, bytes, mtime, mode, folders)"
    moved = sum(path not in before for path in home.files())
    text = home.log.read_text(errors="surrogateescape") if home.log.exists() else home.last.stdout if home.last else ""
    named = sum(str(path) in text for path in home.files() if path not in before)
    return f"no undo; its {'log file' if home.log.exists() else 'output'} names {named} of {moved} new places"


def taken_back(home: Home, before: dict[Path, Entry], folders: set[str], *, runs: int) -> bool:
    """Whether undoing the last runs gives the very same files and folders."""
    if not home.program.undo:
        return False
    for _ in range(runs):
        home.undo()
    return home.files() == before and folders_of(home) == folders


def undone(bench: Bench, count: int, kills: int) -> str:
    return f"all as before after `undo` in {count} of {kills}" if bench.program.undo else "no undo"


def folders_of(home: Home) -> set[str]:
    return {folder for root in (home.photos, home.albums) for folder, _, _ in os.walk(root)}


@contextmanager
def mounted(bench: Bench, options: str) -> Iterator[Path]:
    """A file system in memory; wants root."""
    disk = bench.folder / "disk"
    disk.mkdir(exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", disk], check=True)
    try:
        yield disk
    finally:
        subprocess.run(["umount", disk], check=True)


def mount(disk: Path, options: str) -> None:
    subprocess.run(["mount", "-o", options, disk], check=True)


FAULTS = (killed, killed_copy, full, read_only, undo)
