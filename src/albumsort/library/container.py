"""When and where a video was taken, by its container: QuickTime, MP4, 3GP, AVI and AVCHD."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from datetime import datetime, timezone
from typing import BinaryIO, cast

from albumsort.library.avchd import recording_clock
from albumsort.library.exif import parse_exif_time, parse_offset
from albumsort.library.quicktime import read_quicktime
from albumsort.library.ration import Rationed
from albumsort.records import Metadata

# Best first. Apple's has the time zone, the others are a clock's time in most: the user's data of QuickTime, the
# digitization of AVI, the creation of any RIFF file, and what camcorders write.
_AVCHD = "MDPM"
_CLOCKS = ("com.apple.quicktime.creationdate", "\xa9day", "IDIT", "ICRD", _AVCHD)
_PLACES = ("com.apple.quicktime.location.ISO6709", "\xa9xyz", "loci")
_CAMERAS = (
    *(("com.apple.quicktime.make", "com.apple.quicktime.model"), ("com.android.manufacturer", "com.android.model")),
    ("\xa9mak", "\xa9mod"),
)
_LONGEST_CAMERA = 100

_ZONE_BEHIND = re.compile(r"(Z|[+-]\d\d:?\d\d)\s*$")
# As C's ctime writes it, "Sat May  6 12:34:56 2023"; the names of months are English whatever the locale.
_CTIME = re.compile(r"\w{3} (\w{3}) +(\d\d?) (\d\d:\d\d:\d\d) (\d{4})", re.ASCII)
# As some cameras write it, "2005/11/28/ 09:19" and "2001/ 1/27  1:42PM".
_SLASHES = re.compile(r"(\d{4})/ ?(\d\d?)/ ?(\d\d?)/? +(\d\d?):(\d\d(?::\d\d)?) ?([AP]M)?", re.ASCII | re.IGNORECASE)
_MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec"
# ISO 6709, annex H: degrees with their decimals, latitude before longitude, perhaps a height.
_POSITION = re.compile(r"([+-]\d{2}(?:\.\d+)?)([+-]\d{3}(?:\.\d+)?)(?:[+-][\d.]+)?(?:CRS\w*)?/?", re.ASCII)

# What cameras write takes some dozen reads and 2 KB.
_MOST_READS, _MOST_BYTES = 3_000, 4_000_000
_HEAD = 64 * 1024  # bytes, in which AVI and AVCHD have their dates
_LONGEST_DATE = 40


def read_container(stream: BinaryIO) -> Metadata:
    """What the container of an open video says; empty where it says nothing, is broken or of another kind.

    Raises OSError where the disk fails.
    """
    try:
        texts, created = _read(stream)
    except Exception as error:  # broken data, which says nothing then
        if isinstance(error, OSError) and error.errno:  # the disk's: the next try may go well
            raise
        logging.getLogger(__name__).debug("the container cannot be read: %s", error)
        return Metadata()
    return _metadata(texts, created)


def _read(stream: BinaryIO) -> tuple[Mapping[str, str], datetime | None]:
    """The texts of a container by their names in there, and the instant when it was made."""
    stream.seek(0)
    head = stream.read(_HEAD)
    if head[:4] == b"RIFF" and head[8:12] == b"AVI ":
        return _avi_dates(head), None
    if clock := recording_clock(head):
        return {_AVCHD: clock}, None
    return read_quicktime(cast(BinaryIO, Rationed(stream, _MOST_READS, _MOST_BYTES)))


def _avi_dates(head: bytes) -> dict[str, str]:
    """The chunks that hold a date (Microsoft's RIFF, "INFO List Chunk"; IDIT is that of OpenDML and cameras)."""
    dates: dict[str, str] = {}
    before_pictures = head.partition(b"movi")[0]
    for chunk in re.finditer(rb"(IDIT|ICRD)(.{4})", before_pictures, re.DOTALL):
        length = min(int.from_bytes(chunk[2], "little"), _LONGEST_DATE)
        text = before_pictures[chunk.end() : chunk.end() + length].decode("latin-1").strip("\0\r\n ")
        dates.setdefault(chunk[1].decode(), _as_in_exif(text))
    return dates


def _as_in_exif(text: str) -> str:
    """A date of an AVI as EXIF would have it, "2023:05:06 12:34:56"; what has another form, as it is."""
    if ctime := _CTIME.match(text):
        name, day, time, year = ctime.groups()
        return f"{year}:{_MONTHS.find(name.capitalize()) // 3 + 1:02}:{int(day):02} {time}"
    if slashes := _SLASHES.match(text):
        year, month, day, hour, minutes, half = slashes.groups()
        hours = int(hour)
        if half:  # 12:04AM is 00:04, 12:04PM is 12:04
            hours += 12 * (half.upper() == "PM") - 12 * (hours == 12)
        return f"{year}:{int(month):02}:{int(day):02} {hours:02}:{minutes}"
    return text


def _metadata(texts: Mapping[str, str], created: datetime | None) -> Metadata:
    times = [(parse_exif_time(text), _zone_behind(text)) for text in (_line(texts, name) for name in _CLOCKS)]
    taken_at, zone = next(((time, zone) for time, zone in times if time and zone != "Z"), (None, ""))
    instants = (time.replace(tzinfo=timezone.utc) for time, zone in times if time and zone == "Z")
    latitude, longitude = next(filter(None, (_position(_line(texts, name)) for name in _PLACES)), (None, None))
    cameras = (" ".join(filter(None, (_line(texts, name)[:_LONGEST_CAMERA] for name in names))) for names in _CAMERAS)
    camera = next(filter(None, cameras), "")
    return Metadata(taken_at, parse_offset(zone), latitude, longitude, camera, next(instants, created))


def _zone_behind(text: str) -> str:
    match = _ZONE_BEHIND.search(text)
    return match[1] if match else ""


def _position(text: str) -> tuple[float, float] | None:
    """Latitude and longitude in degrees; None for what is no place."""
    match = _POSITION.match(text)
    if match is None:
        return None
    latitude, longitude = float(match[1]), float(match[2])
    if abs(latitude) > 90 or abs(longitude) > 180 or (latitude, longitude) == (0, 0):
        return None
    return latitude, longitude


def _line(texts: Mapping[str, str], name: str) -> str:
    text = texts.get(name, "")
    return " ".join(text.split()) if text.isprintable() else ""
