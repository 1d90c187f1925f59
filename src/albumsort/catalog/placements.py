"""What the catalog remembers of where albumsort put each photo."""

from __future__ import annotations

import os
import sqlite3

from albumsort.records import Placement
from albumsort.stamps import Stamp


class Placements:
    """The table of placements, over the connection of the catalog, which also makes the transactions."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def of(self, photo_id: int) -> list[Placement]:
        """Where albumsort put a photo, in the order of the paths."""
        rows = self._db.execute(
            "SELECT destination, action, content, size, mtime_ns, inode FROM placement "
            "WHERE photo = ? ORDER BY destination",
            (photo_id,),
        )
        return [Placement(os.fsdecode(row[0]), row[1], row[2], Stamp(*row[3:])) for row in rows]

    def was_moved_to(self, path: str) -> bool:
        """Whether albumsort ever moved a photo to this path."""
        query = "SELECT 1 FROM placement WHERE destination = ? AND action = 'move'"
        return self._db.execute(query, (os.fsencode(path),)).fetchone() is not None

    def delete(self, destination: str) -> None:
        """What albumsort put there was taken away again."""
        self._db.execute("DELETE FROM placement WHERE destination = ?", (os.fsencode(destination),))

    def put(self, photo_id: int, placement: Placement) -> None:
        """Remember what was put where."""
        stamp = placement.stamp
        self._db.execute(
            "INSERT OR REPLACE INTO placement VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                *(os.fsencode(placement.destination), photo_id, placement.action, placement.content),
                *(stamp.size, stamp.mtime_ns, stamp.inode),
            ),
        )
