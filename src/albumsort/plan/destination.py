"""What is at the destination already: the part of the plan's input that the disk answers."""

from __future__ import annotations

import filecmp
import os
import stat
from collections.abc import Iterable, Sequence
from typing import Protocol

from albumsort.hashing import sha256_of
from albumsort.records import Photo
from albumsort.stamps import Stamp


class File(Protocol):
    """A file that is to be placed; ``content`` is its SHA-256, "" where it is not known."""

    @property
    def path(self) -> str: ...
    @property
    def stamp(self) -> Stamp: ...
    @property
    def content(self) -> str: ...


class Destination(Protocol):
    """What the plan asks of the places that it wants to use. Paths are absolute."""

    def entry(self, path: str) -> Stamp | None:
        """The stamp of what is there, not following a link; None where nothing is.

        Raises ``OSError`` where that cannot be told.
        """

    def is_link(self, path: str) -> bool:
        """Whether it is a symbolic link."""

    def is_file(self, path: str, file: File) -> bool:
        """Whether it is the very file: a symbolic link to it or another hard link of it."""

    def same_bytes(self, path: str, file: File) -> bool:
        """Whether it is a regular file with the bytes of the file."""

    def names(self, folder: str) -> Sequence[str]:
        """The names in a folder; none where it does not exist or cannot be read."""


class DiskDestination:
    """The real disk. A file that cannot be read counts as another one, so that it is never taken for the photo.

    ``photos`` are those whose bytes are known: they are not read again.
    """

    def __init__(self, photos: Iterable[Photo] = ()) -> None:
        self._known = {photo.path: photo for photo in photos}

    def entry(self, path: str) -> Stamp | None:
        try:
            return Stamp.of(os.lstat(path))
        except (FileNotFoundError, NotADirectoryError):
            return None

    def is_link(self, path: str) -> bool:
        return os.path.islink(path)

    def is_file(self, path: str, file: File) -> bool:
        try:
            return os.path.samefile(path, file.path)
        except OSError:
            return False

    def same_bytes(self, path: str, file: File) -> bool:
        try:
            status = os.lstat(path)
            if not stat.S_ISREG(status.st_mode) or status.st_size != file.stamp.size:
                return False
            known = self._known.get(path)
            if known and known.content and file.content and known.stamp == Stamp.of(status):
                return known.content == file.content
            if not file.content:
                return filecmp.cmp(path, file.path, shallow=False)
            with open(path, "rb") as there:
                return sha256_of(there) == file.content
        except OSError:
            return False

    def names(self, folder: str) -> Sequence[str]:
        try:
            return os.listdir(folder)
        except OSError:
            return ()
