"""What the catalog remembers of where, and on which occasion, each photo was taken."""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from albumsort.records import Situation

_COLUMNS = "event, trip, place, country, zone, behind, taken"


class Situations:
    """The table of situations, over the connection of the catalog, which also makes the transactions."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def all(self) -> dict[int, Situation]:
        """The situation of each photo that was grouped and is somewhere still, by its id."""
        rows = self._db.execute(
            f"SELECT photo, {_COLUMNS} FROM situation JOIN photo ON photo.id = situation.photo "
            "WHERE photo.folder IS NOT NULL"
        )
        return {photo: Situation(*row) for photo, *row in rows}

    def put(self, situations: Mapping[int, Situation]) -> None:
        """Store the situations of photos, by their ids; those of others stay."""
        rows = [
            (photo, own.event, own.trip, own.place, own.country, own.zone, own.behind, own.taken)
            for photo, own in situations.items()
        ]
        marks = ", ".join("?" * 8)
        self._db.executemany(f"INSERT OR REPLACE INTO situation (photo, {_COLUMNS}) VALUES ({marks})", rows)


def trips_of(situations: Iterable[Situation]) -> dict[str, str]:
    """The trip that most photos of each event are on, "" where most are on none."""
    votes: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for situation in situations:
        votes[situation.event][situation.trip] += 1
    return {event: max(trips, key=lambda trip: (trips[trip], trip)) for event, trips in votes.items()}
