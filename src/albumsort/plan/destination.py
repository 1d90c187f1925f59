"""What is at the destination already: the part of the plan's input that the disk answers."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from typing import Protocol

from albumsort.hashing import sha256_of
from albumsort.records import Photo, Stamp


class Destination(Protocol):
    """What the plan asks of the places that it wants to use. Paths are absolute."""

    def entry(self, path: str) -> Stamp | None:
        """The stamp of what is there, not following a link; None where nothing is.

        Raises ``OSError`` where that cannot be told.
        """

    def is_link(self, path: str) -> bool:
        """Whether it is a symbolic link."""

    def is_photo(self, path: str, photo: Photo) -> bool:
        """Whether it is the photo's own file: a symbolic link to it or another hard link of it."""

    def same_bytes(self, path: str, photo: Photo) -> bool:
        """Whether it is a regular file with the bytes of the photo."""


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

    def is_photo(self, path: str, photo: Photo) -> bool:
        try:
            return os.path.samefile(path, photo.path)
        except OSError:
            return False

    def same_bytes(self, path: str, photo: Photo) -> bool:
        try:
            status = os.lstat(path)
            if not stat.S_ISREG(status.st_mode) or status.st_size != photo.stamp.size:
                return False
            known = self._known.get(path)
            if known and known.content and known.stamp == Stamp.of(status):
                return known.content == photo.content
            with open(path, "rb") as file:
                return sha256_of(file) == photo.content
        except OSError:
            return False
