"""What the catalog remembers of the albums of events and trips that photos were put into."""

from __future__ import annotations

import os
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping

from albumsort.records import Under

Folders = Mapping[str, tuple[Under, ...]]
"""What folders (absolute) are called after, by folder."""


class Filed:
    """The table of it, over the connection of the catalog, which also makes the transactions."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def all(self) -> dict[int, Folders]:
        """The albums that each photo was put into, by its id; it may not be there any more."""
        found: defaultdict[int, dict[str, tuple[Under, ...]]] = defaultdict(dict)
        for photo, folder, event, is_own in self._db.execute("SELECT photo, folder, event, is_own FROM filed"):
            path = os.fsdecode(folder)
            found[photo][path] = (*found[photo].get(path, ()), Under(event, bool(is_own)))
        return dict(found)

    def replace(self, photos: Mapping[int, Folders]) -> None:
        """Store the albums of these photos, instead of what was stored of them before."""
        self._db.executemany("DELETE FROM filed WHERE photo = ?", [(photo,) for photo in photos])
        self._db.executemany("INSERT INTO filed VALUES (?, ?, ?, ?)", _rows(photos))


def _rows(photos: Mapping[int, Folders]) -> Iterable[tuple[int, bytes, str, bool]]:
    for photo, folders in photos.items():
        for folder, under in folders.items():
            yield from ((photo, os.fsencode(folder), *own) for own in under)
