"""What a page says of each photo, as columns with tables of the texts that repeat: 50,000 photos are some megabytes."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from statistics import median
from typing import Any

from albumsort.library.formats import kind_by_suffix
from albumsort.pipeline.scene import Scene
from albumsort.plan.columns import printable
from albumsort.plan.report import note_of
from albumsort.records import Decision, Event

MOST = 200_000
"""Photos on a page: the newest are shown where there are more."""

STATUSES = ("planned", "done", "skipped", "failed")
KINDS = ("picture", "raw", "video")
_BEGIN = datetime(1970, 1, 1)
_DEGREE = 10_000
"""Positions are told in parts of a degree, of 11 metres at the equator."""


class Texts:
    """A table of the different texts of a column, each made fit to be shown; rows have their numbers, -1 for none."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}

    def number(self, text: str) -> int:
        """The number of a text, -1 for an empty one."""
        return self.numbers.setdefault(text, len(self.numbers)) if text else -1

    def shown(self) -> list[str]:
        """The texts in the order of their numbers."""
        return [printable(text) for text in self.numbers]


class Table:
    """The photos of a page, newest first, with the texts that repeat; ``albums`` is the album folder."""

    def __init__(self, decisions: Iterable[Decision], albums: str) -> None:
        places: dict[str, list[Decision]] = {}
        for own in decisions:
            if own.category and not own.companion_of:
                places.setdefault(own.path, []).append(own)
        order = sorted(places.values(), key=_newest_first)
        self.left_out = max(0, len(order) - MOST)
        self.photos = [own[0] for own in order[:MOST]]
        self._more = {row: own[1:] for row, own in enumerate(order[:MOST]) if len(own) > 1}
        self.albums = albums
        names = ("folder", "category", "label", "place", "country", "event", "trip", "album", "note", "source", "zone")
        self.texts = {name: Texts() for name in names}

    def columns(self) -> dict[str, Any]:
        """The columns of the photos, each a list with one value a photo, and what only some photos have, by row."""
        photos, number = self.photos, {name: own.number for name, own in self.texts.items()}
        return {
            "name": [printable(os.path.basename(own.path)) for own in photos],
            "folder": [number["folder"](os.path.dirname(own.path)) for own in photos],
            "kind": [_kind(own) for own in photos],
            "category": [number["category"](own.category) for own in photos],
            "confidence": [_percent(own) for own in photos],
            "labels": [self._labels(own) for own in photos],
            "taken": [_seconds(own.captured.taken_at) for own in photos],
            "dateOnly": [row for row, own in enumerate(photos) if own.captured.date_only],
            "source": [number["source"](own.captured.source) for own in photos],
            "zone": [number["zone"](own.captured.time_zone) for own in photos],
            "latitude": [_part(own.metadata.latitude) for own in photos],
            "longitude": [_part(own.metadata.longitude) for own in photos],
            "place": [number["place"](own.situation.place) for own in photos],
            "country": [number["country"](own.situation.country) for own in photos],
            "event": [number["event"](own.situation.event) for own in photos],
            "trip": [number["trip"](own.situation.trip) for own in photos],
            "album": [number["album"](own.album) for own in photos],
            "status": [STATUSES.index(own.status) for own in photos],
            "note": [number["note"](note_of(own)) for own in photos],
            "destination": {row: there for row, own in enumerate(photos) if (there := self._elsewhere(own))},
            "more": {row: [self._place(own) for own in others] for row, others in self._more.items()},
        }

    def _labels(self, decision: Decision) -> list[int]:
        """The likeliest classes by number, each followed by its percent."""
        number = self.texts["label"].number
        return [value for name, share in decision.labels for value in (number(name), round(share * 100))]

    def _elsewhere(self, decision: Decision) -> str:
        """The destination where it is not that of the album and the photo's own name."""
        usual = os.path.join(self.albums, decision.album, os.path.basename(decision.path))
        return "" if decision.stays or decision.destination in ("", usual) else printable(decision.destination)

    def _place(self, decision: Decision) -> list[Any]:
        """A further place of a photo: album, status, note, and the destination where it is not the usual one."""
        album, note = self.texts["album"].number(decision.album), self.texts["note"].number(note_of(decision))
        return [album, STATUSES.index(decision.status), note, self._elsewhere(decision)]


def page_data(
    table: Table, decisions: Sequence[Decision], scene: Scene, *, acted: bool, now: datetime
) -> dict[str, Any]:
    """All that the page shows but for thumbnails, fit for JSON; ``table`` is made of the same ``decisions``.

    ``now`` is naive local time. No text has lone surrogates.
    """
    columns = table.columns()
    tables: dict[str, Any] = {name: own.shown() for name, own in table.texts.items()}
    tables["key"] = tables["category"]
    tables["category"] = [printable(scene.categories.get(key, "")) for key in table.texts["category"].numbers]
    for kind in ("event", "trip"):
        tables[kind] = _events(table, kind, scene.events)
    return {
        "library": printable(scene.library),
        "albums": printable(table.albums),
        "made": now.isoformat(timespec="minutes"),
        "action": next((own.action for own in decisions if own.action), ""),
        "acted": acted,
        "leftOut": table.left_out,
        "tables": tables,
        "photos": columns,
        "unread": [
            [printable(own.path), printable(own.note), own.photo_id is not None]
            for own in decisions
            if not own.category and not own.companion_of
        ],
    }


def _newest_first(places: Sequence[Decision]) -> tuple[float, bytes]:
    taken = places[0].captured.taken_at
    return (-(taken - _BEGIN).total_seconds() if taken else float("inf"), os.fsencode(places[0].path))


def _kind(decision: Decision) -> int:
    kind = kind_by_suffix(os.path.basename(decision.path))
    return KINDS.index(kind) if kind in KINDS else 0


def _percent(decision: Decision) -> int:
    """How sure the network is of the category; -1 where nobody knows, or the user said it."""
    return -1 if decision.confidence is None or decision.said else round(decision.confidence * 100)


def _seconds(taken: datetime | None) -> int | None:
    """The time that a clock at the place showed, in seconds since that clock showed 1970-01-01T00:00."""
    return None if taken is None else round((taken - _BEGIN).total_seconds())


def _part(degrees: float | None) -> int | None:
    return None if degrees is None else round(degrees * _DEGREE)


def _events(table: Table, kind: str, known: Mapping[str, Event]) -> list[dict[str, Any]]:
    """The events, or the trips, by number: name, first and last time, photos, and the middle of their positions."""
    inside: dict[str, list[Decision]] = {identifier: [] for identifier in table.texts[kind].numbers}
    for own in table.photos:
        if identifier := getattr(own.situation, kind):
            inside[identifier].append(own)
    return [_event(known.get(identifier), identifier, photos) for identifier, photos in inside.items()]


def _event(event: Event | None, identifier: str, photos: Sequence[Decision]) -> dict[str, Any]:
    times = [own.captured.taken_at for own in photos if own.captured.taken_at]
    spots = [(own.metadata.latitude, own.metadata.longitude or 0.0) for own in photos]
    known = [(latitude, longitude) for latitude, longitude in spots if latitude is not None]
    return {
        "id": identifier,
        "name": printable(event.name) if event and event.name else identifier,
        "begin": _seconds(min(times, default=None)),
        "end": _seconds(max(times, default=None)),
        "photos": len(photos),
        "latitude": _part(median(spot[0] for spot in known)) if known else None,
        "longitude": _part(median(spot[1] for spot in known)) if known else None,
    }
