"""Time zones: which one a place is in, and what its clocks show."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone, tzinfo
from functools import lru_cache

_OFFSET = re.compile(r"([+-])(\d\d):(\d\d)", re.ASCII)


def zone_at(latitude: float, longitude: float) -> str:
    """The IANA name of the time zone at a place (degrees), on the sea that of the nautical zone, such as ``Etc/GMT+2``.

    "" where there is none, which no valid place has.
    """
    import tzfpy

    return tzfpy.get_tz(longitude, latitude)


def local_time(utc: datetime, zone: str) -> datetime | None:
    """What clocks show in a zone (an IANA name or ``+HH:MM``), naive; None where this machine does not know the zone.

    ``utc`` is aware, and not within a day of the first or last that ``datetime`` knows.
    """
    known = known_zone(zone)
    return utc.astimezone(known).replace(tzinfo=None) if known else None


@lru_cache
def known_zone(name: str) -> tzinfo | None:
    """The zone of an IANA name or ``+HH:MM``; None where this machine does not know it."""
    if offset := _OFFSET.fullmatch(name):
        delta = timedelta(hours=int(offset[2]), minutes=int(offset[3]))
        return timezone(-delta if offset[1] == "-" else delta)
    from zoneinfo import ZoneInfo

    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # it is new, or the system has no time zones at all
        return None
