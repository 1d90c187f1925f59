"""What a JSON file of Google Takeout says of its photo: when and where it was taken."""

from __future__ import annotations

import json
import math
import re
from datetime import datetime
from typing import Any

from albumsort.library.times import utc_time
from albumsort.records import Metadata

_SECONDS = re.compile(r"-?\d{1,12}", re.ASCII)
# What the user said in Google Photos comes first, then what the file has.
_PLACES = ("geoData", "geoDataExif")


def read_takeout(data: bytes) -> Metadata:
    """When and where, by a whole JSON file; nothing for one of another kind. It never raises."""
    try:
        said = json.loads(data)
    except (ValueError, RecursionError):  # no JSON, cut off, in an unknown encoding, or nested too deeply
        return Metadata()
    if not isinstance(said, dict):
        return Metadata()
    latitude, longitude = next(filter(None, (_place(said.get(name)) for name in _PLACES)), (None, None))
    return Metadata(latitude=latitude, longitude=longitude, utc=_instant(said.get("photoTakenTime")))


def _instant(taken: Any) -> datetime | None:
    """The instant of seconds since 1970, which Takeout writes as a text."""
    seconds = taken.get("timestamp") if isinstance(taken, dict) else None
    return utc_time(int(seconds)) if isinstance(seconds, str) and _SECONDS.fullmatch(seconds) else None


def _place(place: Any) -> tuple[float, float] | None:
    """A position in degrees; None for 0, 0, which Takeout writes where there is none, and what is no place."""
    if not isinstance(place, dict):
        return None
    try:
        latitude, longitude = (float(place[name]) for name in ("latitude", "longitude"))
    except (KeyError, TypeError, ValueError, OverflowError):
        return None
    if not (math.isfinite(latitude) and abs(latitude) <= 90 and abs(longitude) <= 180) or latitude == longitude == 0:
        return None
    return latitude, longitude
