"""When a photo was taken: the order of the sources, and which times are none (docs/times.md)."""

from __future__ import annotations

import os
import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta, timezone

from albumsort.library.zones import local_time
from albumsort.records import CaptureTime, Metadata, TimeSource

_EARLIEST: dict[TimeSource, datetime] = {
    "exif": datetime(1900, 1, 1),  # scans have the time of the photo that was scanned
    "container": datetime(1990, 1, 1),  # no video was a file; QuickTime counts from 1904
    "sidecar": datetime(1900, 1, 1),
    "gps": datetime(1990, 1, 1),  # no camera had GPS
    "filename": datetime(1990, 1, 1),  # digits in a name that would mean an earlier day are rather a number
    "mtime": datetime(1980, 1, 2),  # FAT and ZIP count from the day before, which stands for no time
}
# 1970-01-01 00:00 UTC is noon of the day before in the westernmost zone; clocks that begin there go on from there.
_EPOCH = datetime(1969, 12, 31, 12), datetime(1970, 1, 2)
_FLAT_BATTERY = datetime(2000, 1, 1), datetime(2000, 1, 1, 0, 1)
_UNIX = datetime(1970, 1, 1, tzinfo=timezone.utc)

_CLOCK_SLACK = timedelta(days=1)
"""How far in the future a time may lie: clocks go wrong, and the camera may stand in another time zone."""

MANY, TOGETHER_NS = 200, 10 * 10**9
"""How many files of about one time were copied. No camera takes 20 pictures a second for 10 seconds, a disk does."""

_DAY = r"(?<!\d)(?P<year>\d{4})(?P<dash>[-_.]?)(?P<month>\d\d)(?P=dash)(?P<day>\d\d)"
_HOUR = r"(?P<hour>\d\d)(?P<colon>[-_.:]?)(?P<minute>\d\d)(?P=colon)(?P<second>\d\d)"
_DAY_PARTS, _HOUR_PARTS = ("year", "month", "day"), ("hour", "minute", "second")
# 20230506_123456, 2023-05-06 12.34.56, 20230506123456, 2023-05-06 at 12.34.56, 20230506_123456789 (with milliseconds)
_DAY_AND_TIME = re.compile(_DAY + r"(?:[-_ T]|\s+at\s+|)" + _HOUR + r"(?:\d{3})?(?!\d)", re.ASCII)
_DAY_ALONE = re.compile(_DAY + r"(?!\d)", re.ASCII)
# A Pixel names its pictures and videos by UTC.
_UTC_PREFIX = re.compile(r"(?<![a-z])pxl_$", re.ASCII | re.IGNORECASE)
# WeChat and some other messengers name what they save by milliseconds since 1970.
_UNIX_TIME = re.compile(r"^(?:mmexport|wx_camera_)(?P<milliseconds>\d{13})(?!\d)", re.ASCII)


def capture_time(
    metadata: Metadata,
    name: str,
    mtime_ns: int | None,
    now: datetime,
    sidecars: Sequence[Metadata] = (),
    *,
    is_video: bool = False,
) -> CaptureTime:
    """The first believable time: of the EXIF, the GPS (or a video's container), the sidecars in order, name and file.

    ``name`` is without its folder; ``mtime_ns``, in nanoseconds since 1970, is None where :func:`copy_times` tells that
    it says nothing; ``now`` is naive local time. The zone at the position of the picture, else of a sidecar, is that of
    an instant and of a clock that tells none.
    """
    place = next((told.place_zone for told in (metadata, *sidecars) if told.place_zone), "")
    latest = now + _CLOCK_SLACK
    for said in _sources(metadata, name, mtime_ns, sidecars, is_video=is_video):
        captured = _at_the_place(said, place or metadata.time_zone, latest) if said.utc else said
        if captured and captured.taken_at and _is_believable(captured, captured.taken_at, latest):
            return captured if said.utc else replace(captured, time_zone=said.time_zone or place)
    return CaptureTime()


def is_unset_clock(time: datetime) -> bool:
    """Whether this is where clocks begin that were never set: 1970 began in some zone, or the first minute of 2000."""
    return any(begin <= time < end for begin, end in (_EPOCH, _FLAT_BATTERY))


def utc_time(seconds: int) -> datetime | None:
    """The instant so many seconds after 1970 began; None for what no calendar reaches."""
    try:
        return _UNIX + timedelta(seconds=seconds)
    except OverflowError:
        return None


def copy_times(mtimes_ns: Iterable[int]) -> Callable[[int], bool]:
    """Tells which file times of a library say when files were copied: those that :data:`MANY` have in common.

    They need not be the same: copying takes time. So any that lie within 10 seconds together with enough others count.
    """
    times = sorted(mtimes_ns)
    begins: list[int] = []
    ends: list[int] = []
    for first, last in zip(times, times[MANY - 1 :], strict=False):
        if last - first <= TOGETHER_NS:
            if ends and first <= ends[-1]:
                ends[-1] = last
            else:
                begins.append(first)
                ends.append(last)

    def is_copy_time(mtime_ns: int) -> bool:
        at = bisect_right(begins, mtime_ns)
        return at > 0 and mtime_ns <= ends[at - 1]

    return is_copy_time


def _sources(
    metadata: Metadata, name: str, mtime_ns: int | None, sidecars: Sequence[Metadata], *, is_video: bool
) -> Iterator[CaptureTime]:
    """What each source says, best first; one that tells an instant says no local time."""
    yield CaptureTime(metadata.taken_at, "container" if is_video else "exif", time_zone=metadata.time_zone)
    yield CaptureTime(None, "container" if is_video else "gps", utc=metadata.utc)
    for told in sidecars:
        yield CaptureTime(told.taken_at, "sidecar", time_zone=told.time_zone)
        yield CaptureTime(None, "sidecar", utc=told.utc)
    yield from _in_name(os.path.splitext(name)[0])
    if mtime_ns is not None:
        yield CaptureTime(None, "mtime", utc=utc_time(mtime_ns // 10**9))


def _in_name(stem: str) -> Iterator[CaptureTime]:
    """What digits in a name may mean; nothing where they are the time of a clock that was never set."""
    for pattern, parts in ((_DAY_AND_TIME, (*_DAY_PARTS, *_HOUR_PARTS)), (_DAY_ALONE, _DAY_PARTS)):
        for match in pattern.finditer(stem):
            try:
                time = datetime(*(int(match[part]) for part in parts))  # type: ignore[arg-type]
            except ValueError:
                continue
            if pattern is _DAY_AND_TIME and is_unset_clock(time):
                return
            if pattern is _DAY_AND_TIME and _UTC_PREFIX.search(stem[: match.start()]):
                yield CaptureTime(None, "filename", utc=time.replace(tzinfo=timezone.utc))
            else:
                yield CaptureTime(time, "filename", date_only=pattern is _DAY_ALONE)
    if sent := _UNIX_TIME.match(stem):
        yield CaptureTime(None, "filename", utc=utc_time(int(sent["milliseconds"]) // 1000))


def _at_the_place(said: CaptureTime, zone: str, latest: datetime) -> CaptureTime | None:
    """An instant in local time; None for one that is not believable, which may lie beyond any calendar."""
    assert said.utc
    latest_utc = latest.astimezone(timezone.utc)
    if not _is_believable(said, said.utc.replace(tzinfo=None), latest_utc.replace(tzinfo=None)):
        return None
    taken_at = local_time(said.utc, zone) if zone else None
    if taken_at is None:
        return replace(said, taken_at=said.utc.astimezone().replace(tzinfo=None))
    return replace(said, taken_at=taken_at, time_zone=zone)


def _is_believable(said: CaptureTime, time: datetime, latest: datetime) -> bool:
    return _EARLIEST[said.source] <= time <= latest and (said.date_only or not is_unset_clock(time))
