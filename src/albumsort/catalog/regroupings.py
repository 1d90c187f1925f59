"""What the catalog remembers of how the user merged, split, named and reset events, so that each can be taken back."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any, Literal

from albumsort.catalog.events import event_of, row_of
from albumsort.records import Event

Kind = Literal["merge", "split", "rename", "reset"]
Pair = tuple[str | None, str | None]
"""An event and a trip, as in :class:`Fix`."""


@dataclass(frozen=True, slots=True)
class Before:
    """What was known before: by photo what the user had ``said`` and what it belonged to (``groups``), and the events.

    ``events`` are those that there were.
    """

    said: Mapping[int, Pair]
    groups: Mapping[int, Pair]
    events: Sequence[Event]


@dataclass(frozen=True, slots=True)
class Regrouping:
    """What the user did to ``events`` (identifiers, as they were named; of a split the new one last).

    ``made`` is in UTC; ``name`` is the one that was given, "" where it was something else that was done.
    """

    id: int
    made: datetime
    kind: Kind
    events: tuple[str, ...]
    name: str
    before: Before


class Regroupings:
    """The table of regroupings, over the connection of the catalog, which also makes the transactions."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def all(self) -> list[Regrouping]:
        """Those that were not taken back, oldest first."""
        rows = self._db.execute("SELECT id, made, kind, events, name, before FROM regrouping ORDER BY id")
        return [
            Regrouping(number, datetime.fromisoformat(made), kind, tuple(json.loads(events)), name, _parse(before))
            for number, made, kind, events, name, before in rows
        ]

    def add(self, kind: Kind, events: Iterable[str], name: str, before: Before) -> None:
        """Store what is about to be done."""
        parts = {"said": before.said, "groups": before.groups, "events": list(map(row_of, before.events))}
        made = datetime.now(timezone.utc).isoformat()
        row = (made, kind, json.dumps(list(events)), name, json.dumps(parts))
        self._db.execute("INSERT INTO regrouping (made, kind, events, name, before) VALUES (?, ?, ?, ?, ?)", row)

    def delete(self, number: int) -> None:
        """It was taken back."""
        self._db.execute("DELETE FROM regrouping WHERE id = ?", (number,))


def _parse(before: str) -> Before:
    parts: dict[str, Any] = json.loads(before)
    said, groups = ({int(photo): tuple(pair) for photo, pair in parts[key].items()} for key in ("said", "groups"))
    return Before(said, groups, list(map(event_of, parts["events"])))
