"""What the catalog remembers of events and trips, and of what the user said of them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from albumsort.records import Event, Fix

_COLUMNS = "id, is_trip, name, day, begin, end, photos, is_special, is_fixed"


class Events:
    """The table of events and trips, over the connection of the catalog, which also makes the transactions."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def all(self) -> dict[str, Event]:
        """Every event and trip by its identifier, in order of time."""
        rows = self._db.execute(f"SELECT {_COLUMNS} FROM event ORDER BY begin, id")
        return {row[0]: event_of(row) for row in rows}

    def replace_all(self, events: Iterable[Event]) -> None:
        """Store these instead of all that there were."""
        self._db.execute("DELETE FROM event")
        self.put(events)

    def put(self, events: Iterable[Event]) -> None:
        """Store these; others stay."""
        marks = "?, ?, ?, ?, ?, ?, ?, ?, ?"
        self._db.executemany(f"INSERT OR REPLACE INTO event ({_COLUMNS}) VALUES ({marks})", map(row_of, events))


class Fixes:
    """The table of what the user said, over the connection of the catalog, which also makes the transactions."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def all(self) -> dict[int, Fix]:
        """What was said of each photo, by its id."""
        rows = self._db.execute("SELECT photo, event, trip, follows FROM fix")
        return {photo: Fix(event, trip, bool(follows)) for photo, event, trip, follows in rows}

    def put(self, fixes: Mapping[int, Fix]) -> None:
        """Store what is said of photos, instead of what was said of them before."""
        rows = [(photo, *fix) for photo, fix in fixes.items()]
        self._db.executemany("INSERT OR REPLACE INTO fix (photo, event, trip, follows) VALUES (?, ?, ?, ?)", rows)

    def carried_out(self, photos: Iterable[int]) -> None:
        """These were filed by what was said of them."""
        self._db.executemany("UPDATE fix SET follows = 0 WHERE photo = ?", [(photo,) for photo in photos])

    def taken_back(self, photo: int) -> None:
        """It is no longer where it was filed by what was said of it, if anything was."""
        self._db.execute("UPDATE fix SET follows = 1 WHERE photo = ?", (photo,))


def row_of(event: Event) -> tuple[str | int, ...]:
    """The values of an event, as they are stored."""
    days = (event.day.isoformat(), event.begin.isoformat(), event.end.isoformat())
    return event.id, event.is_trip, event.name, *days, event.photos, event.is_special, event.is_fixed


def event_of(row: Sequence[Any]) -> Event:
    """The event of the values of :func:`row_of`."""
    id_, is_trip, name, day, begin, end, photos, is_special, is_fixed = row
    times = datetime.fromisoformat(begin), datetime.fromisoformat(end)
    return Event(id_, bool(is_trip), name, date.fromisoformat(day), *times, photos, bool(is_special), bool(is_fixed))
