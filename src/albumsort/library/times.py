"""When a photo was taken: by its EXIF, else by its file name, else by the file's date."""

from __future__ import annotations

import os
import re
from datetime import datetime, timedelta

from albumsort.records import CaptureTime, Metadata

_EARLIEST_NAME = datetime(1990, 1, 1)
"""Digits in a name that would mean an earlier day are rather a number: there were no digital cameras to speak of."""

_EARLIEST_MTIME = datetime(1980, 1, 1)
"""FAT's first day; a file date before it was never set."""

_CLOCK_SLACK = timedelta(days=1)
"""How far in the future a time may lie: clocks go wrong, and the camera may stand in another time zone."""

_DAY = r"(?<!\d)(?P<year>\d{4})(?P<dash>[-_.]?)(?P<month>\d\d)(?P=dash)(?P<day>\d\d)"
_HOUR = r"(?P<hour>\d\d)(?P<colon>[-_.:]?)(?P<minute>\d\d)(?P=colon)(?P<second>\d\d)"
_DAY_PARTS, _HOUR_PARTS = ("year", "month", "day"), ("hour", "minute", "second")
# 20230506_123456, 2023-05-06 12.34.56, 20230506123456, 2023-05-06 at 12.34.56, 20230506_123456789 (with milliseconds)
_DAY_AND_TIME = re.compile(_DAY + r"(?:[-_ T]|\s+at\s+|)" + _HOUR + r"(?:\d{3})?(?!\d)", re.ASCII)
_DAY_ALONE = re.compile(_DAY + r"(?!\d)", re.ASCII)
# WeChat and some other messengers name what they save by milliseconds since 1970.
_UNIX_TIME = re.compile(r"^(?:mmexport|wx_camera_)(?P<milliseconds>\d{13})(?!\d)", re.ASCII)


def capture_time(metadata: Metadata, name: str, mtime_ns: int, now: datetime) -> CaptureTime:
    """The best that is known; ``name`` without its folder, ``mtime_ns`` in nanoseconds since 1970, ``now`` local time.

    A time after ``now`` and a day is not believed, nor is a name's before 1990 or a file's before 1980.
    """
    latest = now + _CLOCK_SLACK
    if metadata.taken_at is not None and metadata.taken_at <= latest:
        return CaptureTime(metadata.taken_at, "exif")
    return _from_name(name, latest) or _from_mtime(mtime_ns, latest)


def _from_name(name: str, latest: datetime) -> CaptureTime | None:
    stem = os.path.splitext(name)[0]
    for pattern, date_only in ((_DAY_AND_TIME, False), (_DAY_ALONE, True)):
        for match in pattern.finditer(stem):
            parts = (
                match[part] for part in ("year", "month", "day", *(() if date_only else ("hour", "minute", "second")))
            )
            try:
                time = datetime(*map(int, parts))  # type: ignore[arg-type]
            except ValueError:
                continue
            if _EARLIEST_NAME <= time <= latest:
                return CaptureTime(time, "filename", date_only)
    unix = _UNIX_TIME.match(stem)
    sent = _local_time(int(unix["milliseconds"]) // 1000) if unix else None
    return CaptureTime(sent, "filename") if sent and _EARLIEST_NAME <= sent <= latest else None


def _from_mtime(mtime_ns: int, latest: datetime) -> CaptureTime:
    time = _local_time(mtime_ns // 1_000_000_000)
    if time is None or not _EARLIEST_MTIME <= time <= latest:
        return CaptureTime()
    return CaptureTime(time, "mtime")


def _local_time(seconds: int) -> datetime | None:
    """Local time of this machine, which is the photographer's best guess; None for what no calendar reaches."""
    try:
        return datetime.fromtimestamp(seconds)
    except (OverflowError, OSError, ValueError):
        return None
