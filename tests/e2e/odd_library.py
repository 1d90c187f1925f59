"""A library of all that is odd, and what must hold of it whatever happens: no byte is lost, and undo undoes it all."""

from __future__ import annotations

import hashlib
import os
import stat
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from .conftest import Library, copy_library

FOLDERS = (b"2023", b"Phone", "Grüße aus Köln".encode(), b"not UTF-8 \xff\xfe", b"deep/deeper/deepest")
NAMES = (
    b"IMG_%d.JPG",
    b"line\nbreak %d.jpg",
    "Gru\u0308ße %d.jpeg".encode(),
    b"caf\xe9 %d.jpg",
    b"=1+%d.jpg",
    b"-%d.JPG",
)
"""Each name is in each folder, so that most meet another of their name in an album."""
COMPANIONS: tuple[tuple[str, ...], ...] = (
    ("{stem}.CR2",),
    ("{stem}.MOV",),
    ("{name}.xmp", "{stem}.CR2"),
    (),
    ("{name}.json",),
)
MODES = (0o644, 0o600, 0o444, 0o664)
TIMES = (1_600_000_000_123_456_789, 1_000_000_001, 1_234_567_890_000_000_001, 4_102_444_799_999_999_999)

Snapshot = dict[str, "Entry"]


class Entry(NamedTuple):
    """What one path holds: the SHA-256 of a file, the target of a link, nothing of a folder; times of folders vary."""

    kind: str
    content: str
    mode: int
    mtime_ns: int


def make_odd(source: Library, home: Path, photos: int) -> Library:
    """A library of so many photos, and their companions, made of recognised ones, and read once."""
    library = copy_library(source, home)
    pictures = [path.read_bytes() for path in sorted(library.photos.glob("*.jpg"))]
    for path in library.photos.glob("*.jpg"):
        path.unlink()
    write_odd_photos(os.fsencode(library.photos), pictures[:photos])
    library.run("scan", library.photos, "--state", library.state)
    return library


def write_odd_photos(root: bytes, pictures: Sequence[bytes]) -> None:
    """Photos of colliding names with companions, and beside them duplicates and files that are nobody's business."""
    for number, picture in enumerate(pictures):
        group, place = divmod(number, len(FOLDERS))
        folder, name = os.path.join(root, FOLDERS[place]), NAMES[group % len(NAMES)] % group
        _write(os.path.join(folder, name), picture, group, number)
        for companion in COMPANIONS[number % len(COMPANIONS)]:
            stem = os.path.splitext(name)[0]
            path = companion.encode().replace(b"{stem}", stem).replace(b"{name}", name)
            _write(os.path.join(folder, path), b"%d goes with %d\n" % (len(path), number) * 500, group + 1, number)
        if number % 10 == 4:
            _write(os.path.join(root, b"copies", b"the same %d.jpg" % number), picture, group, number)
    for path, content in ((b"notes.txt", b"mine"), (b".hidden", b"mine too"), (b"2023/alone.xmp", b"<xmp/>")):
        _write(os.path.join(root, path), content, 0, 0)
    os.makedirs(os.path.join(root, b"empty", b"folder"))
    os.symlink(b"2023/nowhere.jpg", os.path.join(root, b"a link.jpg"))


def _write(path: bytes, content: bytes, time: int, mode: int) -> None:
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "xb") as file:
        file.write(content)
    os.utime(path, ns=(TIMES[time % len(TIMES)] + mode,) * 2)
    os.chmod(path, MODES[mode % len(MODES)])


def snapshot(*folders: Path) -> Snapshot:
    """All that is below the folders, by absolute path."""
    entries: Snapshot = {}
    for folder in folders:
        for place, folders_in_it, files in os.walk(folder):
            for name in folders_in_it + files:
                path = os.path.join(place, name)
                entries[path] = _entry(path)
    return entries


def _entry(path: str) -> Entry:
    status = os.lstat(path)
    if stat.S_ISDIR(status.st_mode):
        return Entry("folder", "", stat.S_IMODE(status.st_mode), 0)
    if stat.S_ISLNK(status.st_mode):
        return Entry("link", os.readlink(path), 0, status.st_mtime_ns)
    return Entry("file", hashlib.sha256(_read(path)).hexdigest(), stat.S_IMODE(status.st_mode), status.st_mtime_ns)


def _read(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()


def placed(albums: Path) -> dict[str, Entry]:
    """What was placed in albums, by relative path; the times of links, which are new, left out."""
    entries = {os.path.relpath(path, albums): entry for path, entry in _shown(snapshot(albums)).items()}
    return {
        path: e._replace(mtime_ns=0) if e.kind == "link" else e for path, e in entries.items() if e.kind != "folder"
    }


def count_placed(albums: Path) -> int:
    """How many files and links are in albums."""
    return sum(not name.startswith(".") for _, _, names in os.walk(albums) for name in names)


def assert_no_byte_lost(before: Mapping[str, Entry], now: Mapping[str, Entry], albums: Path, *, moves: bool) -> None:
    """Every file is where it was or, if files were moved, at exactly one place in the albums; nothing is half there.

    ``before`` is without albums. In the instant of a move a file may have both its old and its new name.
    """
    in_albums = [entry for path, entry in _shown(now).items() if path.startswith(f"{albums}/") and entry.kind == "file"]
    found = Counter(entry.content for entry in in_albums)
    known = Counter(entry.content for entry in before.values() if entry.kind == "file")
    gone: Counter[str] = Counter()
    for path, entry in before.items():
        if path not in now:
            assert moves, f"gone: {path!r}"
            assert entry.kind == "file", f"gone: {path!r}"
            gone[entry.content] += 1
        else:
            assert now[path] == entry, f"changed: {path!r}"
    for content, times in gone.items():
        assert times <= found[content] <= known[content], f"{times} gone, {found[content]} in albums: {content}"
    assert found.keys() <= known.keys(), "a file in an album has bytes that no photo had"


def assert_same(before: Mapping[str, Entry], now: Mapping[str, Entry]) -> None:
    """Path for path the same files, bytes, times, modes, folders and links, and nothing else."""
    differences = [
        f"{path!r}: {before.get(path)} -> {now.get(path)}"
        for path in sorted(before.keys() | now.keys())
        if before.get(path) != now.get(path)
    ]
    assert not differences, "\n".join(differences)


def _shown(entries: Mapping[str, Entry]) -> dict[str, Entry]:
    return {path: entry for path, entry in entries.items() if not os.path.basename(path).startswith(".")}
