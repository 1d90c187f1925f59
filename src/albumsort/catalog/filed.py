"""What the catalog remembers of the events and trips whose albums photos are in."""

from __future__ import annotations

import os
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping

Folders = Mapping[str, tuple[str, ...]]
"""The identifiers of the event and the trip that a folder is called after, by folder (absolute)."""


class Filed:
    """The table of it, over the connection of the catalog, which also makes the transactions."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def all(self) -> dict[int, Folders]:
        """The albums of each photo that was filed under an event or a trip, by its id."""
        found: defaultdict[int, dict[str, tuple[str, ...]]] = defaultdict(dict)
        for photo, folder, event in self._db.execute("SELECT photo, folder, event FROM filed"):
            path = os.fsdecode(folder)
            found[photo][path] = (*found[photo].get(path, ()), event)
        return dict(found)

    def replace(self, photos: Mapping[int, Folders]) -> None:
        """Store where these photos are, instead of where they were."""
        self._db.executemany("DELETE FROM filed WHERE photo = ?", [(photo,) for photo in photos])
        self._db.executemany("INSERT INTO filed VALUES (?, ?, ?)", _rows(photos))


def _rows(photos: Mapping[int, Folders]) -> Iterable[tuple[int, bytes, str]]:
    for photo, folders in photos.items():
        for folder, events in folders.items():
            yield from ((photo, os.fsencode(folder), event) for event in events)
