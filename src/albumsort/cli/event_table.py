"""The table of ``albumsort events``: trips with their events below them, and what else is out of the ordinary."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, time, timedelta

from albumsort.messages import gettext as _
from albumsort.plan.columns import cells, cut, padded
from albumsort.records import Event


def in_order(events: Iterable[Event], trips: Mapping[str, str]) -> list[tuple[Event, str]]:
    """Events by time, each with the trip that it is on ("" for none), and those of a trip right after it.

    ``trips`` has the trip of each event.
    """
    ordered = sorted(events, key=lambda event: (event.begin, not event.is_trip, event.id))
    known = {event.id for event in ordered if event.is_trip}
    on_trip: defaultdict[str, list[Event]] = defaultdict(list)
    for event in ordered:
        trip = "" if event.is_trip else trips.get(event.id, "")
        on_trip[trip if trip in known else ""].append(event)
    rows = []
    for event in on_trip[""]:
        rows.append((event, ""))
        rows += [(child, event.id) for child in on_trip.get(event.id, ())]
    return rows


def is_everyday(event: Event, trip: str) -> bool:
    """Whether an event, with the trip that it is on, is nothing out of the ordinary."""
    return not (event.is_trip or event.is_special or trip)


def table(rows: Sequence[tuple[Event, str]], room: int) -> list[str]:
    """A line each for events with the trips that they are on, below a line of headings."""
    lines = [(_("id"), _("when"), _("photos"), "", _("name"))]
    lines += [
        ("  " * bool(trip) + event.id, when(event), str(event.photos), "*" * event.is_fixed, event.name)
        for event, trip in rows
    ]
    first, second, third, mark = (max(len(cells(line[column])) for line in lines) for column in range(4))
    shown = []
    for identifier, time_, photos, star, name in lines:
        number = padded(photos, third, before=True)
        shown.append(cut(f"{padded(identifier, first)}  {padded(time_, second)}  {number} {star:>{mark}} {name}", room))
    return shown


def when(event: Event) -> str:
    """From when to when: the days, or the times of one day, which may end after midnight."""
    begin, end = event.begin, event.end
    day, last = begin.date().isoformat(), end.date().isoformat()
    if event.is_trip or end - begin >= timedelta(days=1) or _is_day_only(begin, end):
        if day == last:
            return day
        return f"{day} - {last[5:] if begin.year == end.year else last}"
    times = dict.fromkeys([f"{begin:%H:%M}", f"{end:%H:%M}"])
    return f"{day} {'-'.join(times)}"


def _is_day_only(begin: datetime, end: datetime) -> bool:
    return begin.time() == end.time() == time()
