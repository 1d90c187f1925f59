"""What the grouping knows of a photo: when its clock says it was taken, where, by which device, and what it shows."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

HOUR = 3600.0
DAY = 86400.0
NIGHT = 4 * HOUR
"""A day ends at four in the morning, when fewest photos are taken: a party is not cut in two at midnight."""

_EPOCH = datetime(1970, 1, 1)


class Shot(NamedTuple):
    """One photo.

    ``time`` is what the clock of its device showed, in seconds since 1970-01-01T00:00 of that clock; with ``day_only``
    only the day of it is known. ``latitude`` (-90..90) and ``longitude`` (-180..180) in degrees, or both None;
    ``zone`` is the IANA name of the time zone there, "" without a position. ``device`` tells clocks apart; ``sure``
    says that this one is known to show the time of the place: it has a position, or wrote its offset. ``category`` is
    what the photo shows, "" where that is not known.
    """

    photo: int
    time: float
    day_only: bool = False
    latitude: float | None = None
    longitude: float | None = None
    zone: str = ""
    device: str = ""
    sure: bool = False
    category: str = ""


class Stay(NamedTuple):
    """A time away from the usual places, from the first to the last position there, in seconds as in :class:`Shot`.

    ``is_trip`` where it holds a night.
    """

    begin: float
    end: float
    is_trip: bool


def seconds(time: datetime) -> float:
    """A naive time as seconds since 1970-01-01T00:00 of its own clock."""
    return (time - _EPOCH).total_seconds()


def naive(time: float) -> datetime:
    """The reverse of :func:`seconds`."""
    return _EPOCH + timedelta(seconds=time)


def day_of(time: float) -> int:
    """The number of the day, which begins at four in the morning."""
    return int((time - NIGHT) // DAY)
