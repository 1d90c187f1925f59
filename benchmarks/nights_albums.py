"""Albums as they are on the disk: which photo is in which, and how two such states differ."""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy.optimize import linear_sum_assignment

from albumsort.hashing import sha256_of

ALBUMS = "Albums"
OUTSIDE = ""
"""Instead of an album, for a photo that is in none."""

Photo = tuple[str, int]
"""The SHA-256 of a file, and its number among the files of the same bytes."""
Albums = Mapping[Photo, str]
"""The album, relative to the album folder, of each file of a library."""


class Hashes:
    """Hashes files, but not again what was only moved."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, int, int], str] = {}

    def of(self, path: Path) -> str:
        status = path.stat()
        key = (status.st_ino, status.st_size, status.st_mtime_ns)
        if key not in self._known:
            with open(path, "rb") as file:
                self._known[key] = sha256_of(file)
        return self._known[key]


class Harm(NamedTuple):
    """What a night did to the albums that were there: photos that left, and albums whose folder vanished."""

    left: dict[Photo, tuple[str, str]]
    vanished: set[str]


def albums_of(photos: Path, hashes: Hashes) -> dict[Photo, str]:
    """Of each file of a library."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for path in _files(photos):
        found[hashes.of(path)].append(_album(path.relative_to(photos)))
    return {(digest, number): album for digest, own in found.items() for number, album in enumerate(sorted(own))}


def files_of(photos: Path, hashes: Hashes) -> Counter[str]:
    """How many files there are of the same bytes."""
    return Counter(hashes.of(path) for path in _files(photos))


def in_albums(albums: Albums) -> dict[Photo, str]:
    return {photo: album for photo, album in albums.items() if album != OUTSIDE}


def harm(before: Albums, after: Albums) -> Harm:
    """An album keeps its name and all its photos, whatever comes later; here is what did not."""
    left = {
        photo: (album, after.get(photo, "lost"))
        for photo, album in in_albums(before).items()
        if after.get(photo) != album
    }
    return Harm(left, {*in_albums(before).values()} - {*after.values()})


def elsewhere(one: Albums, other: Albums) -> set[Photo]:
    """The photos that are in an album of another path, or in none."""
    return {photo for photo, album in one.items() if other.get(photo) != album}


def with_names_of(albums: Albums, other: Albums) -> dict[Photo, str]:
    """``albums`` with the names of those of ``other`` that have most in common with them, each given once.

    An album that matches none keeps its own name, marked as such. What is in no album stays in none.
    """
    common = Counter((album, other[photo]) for photo, album in albums.items() if photo in other)
    own, others = (sorted({*in_albums(names).values()}) for names in (albums, other))
    shared = np.array([[common[album, name] for name in others] for album in own]).reshape(len(own), len(others))
    rows, columns = linear_sum_assignment(shared, maximize=True)
    names = {own[row]: others[column] for row, column in zip(rows, columns, strict=True) if shared[row, column]}
    return {photo: names.get(album, f"{album} (only)") if album else OUTSIDE for photo, album in albums.items()}


def _files(photos: Path) -> Iterator[Path]:
    for folder, _, names in os.walk(photos):
        yield from (Path(folder, name) for name in names if not name.startswith(".albumsort"))


def _album(path: Path) -> str:
    return str(Path(*path.parts[1:-1])) if path.parts[0] == ALBUMS else OUTSIDE
