"""What the catalog remembers of sidecars, so that each is opened once; and how metadata are stored."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from albumsort.records import Metadata
from albumsort.stamps import Stamp

METADATA = "taken_at, time_zone, latitude, longitude, camera, utc, place_zone"


class Sidecars:
    """The table of sidecars, over the connection of the catalog, which also makes the transactions."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def get(self, path: str, stamp: Stamp) -> Metadata | None:
        """What the sidecar at ``path`` (absolute) says; None where it has not been read, or was another file then."""
        row = self._db.execute(
            f"SELECT {METADATA} FROM sidecar WHERE path = ? AND size = ? AND mtime_ns = ? AND inode = ?",
            (os.fsencode(path), stamp.size, stamp.mtime_ns, stamp.inode),
        ).fetchone()
        return metadata_of(row) if row else None

    def put(self, path: str, stamp: Stamp, metadata: Metadata) -> None:
        """Store what the sidecar at ``path`` (absolute) says."""
        row = (os.fsencode(path), stamp.size, stamp.mtime_ns, stamp.inode, *row_of(metadata))
        marks = ", ".join("?" * len(row))
        self._db.execute(
            f"INSERT OR REPLACE INTO sidecar (path, size, mtime_ns, inode, {METADATA}) VALUES ({marks})", row
        )

    def relocate(self, before: str, path: str, stamp: Stamp) -> None:
        """The file at ``before`` was moved, and has this stamp there; it may be no sidecar."""
        self._db.execute(
            "UPDATE OR REPLACE sidecar SET path = ?, size = ?, mtime_ns = ?, inode = ? WHERE path = ?",
            (os.fsencode(path), stamp.size, stamp.mtime_ns, stamp.inode, os.fsencode(before)),
        )


def row_of(metadata: Metadata) -> tuple[str | float | None, ...]:
    """The values of :data:`METADATA`."""
    taken_at, utc = (time.isoformat() if time else None for time in (metadata.taken_at, metadata.utc))
    where = (metadata.latitude, metadata.longitude, metadata.camera)
    return taken_at, metadata.time_zone, *where, utc, metadata.place_zone


def metadata_of(row: Sequence[Any]) -> Metadata:
    """The metadata of the values of :data:`METADATA`."""
    taken_at, zone, latitude, longitude, camera, utc, place_zone = row
    when, instant = (datetime.fromisoformat(time) if time else None for time in (taken_at, utc))
    return Metadata(when, zone, latitude, longitude, camera, instant, place_zone)
