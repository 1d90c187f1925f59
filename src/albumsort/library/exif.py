"""Reading the EXIF of a picture: when, where and with what it was taken."""

from __future__ import annotations

import logging
import math
import re
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from io import BytesIO
from typing import Any, BinaryIO

from albumsort.library.formats import HEAD_SIZE, open_picture, sniff
from albumsort.library.ration import Rationed
from albumsort.library.raw_exif import exif_parts
from albumsort.library.times import is_unset_clock
from albumsort.records import Metadata

Tags = Mapping[str, Any]

_FORMATS_WITH_EXIF = frozenset(("jpeg", "png", "webp", "tiff", "heif", "avif", "raw"))
_TIMES = ("Original", "Digitized")

# Some programs write ISO 8601, some leave out the seconds, some add fractions or a zone.
_TIME = re.compile(r"\s*(\d{4})[:/.-](\d\d)[:/.-](\d\d)[T ]\s*(\d\d):(\d\d)(?::(\d\d))?(?![\d:])")
_DAY = re.compile(r"(\d{4})[:/.-](\d\d)[:/.-](\d\d)", re.ASCII)
_ZONE = re.compile(r"([+-])(\d\d):?(\d\d)")
_EARLIEST_YEAR = 1900
_LONGEST_CAMERA = 100

# exifread takes about 500 reads and 2 KB for what cameras write. A crafted block of 64 KB could make it read for 15 s.
_MOST_READS, _MOST_BYTES = 50_000, 4_000_000
_MOST_CHUNKS = 500_000


def read_exif(stream: BinaryIO, format: str) -> Metadata:  # noqa: A002  the name that sniff's result has everywhere
    """What the EXIF of an open picture says; ``format`` is what ``formats.sniff`` said, or "raw".

    Raises OSError where the disk fails, and nothing for what is broken in the picture.
    """
    if format not in _FORMATS_WITH_EXIF:
        return Metadata()
    try:
        tags = _tags(stream, format)
        taken_at, zone = _when(tags)
        latitude, longitude = _where(tags)
        return Metadata(taken_at, zone, latitude, longitude, _camera(tags), _gps_time(tags))
    except Exception as error:  # the libraries raise nearly anything for broken data, which says nothing then
        if isinstance(error, OSError) and error.errno:  # the disk's: the next try may go well
            raise
        logging.getLogger(__name__).debug("EXIF cannot be read: %s", error)
        return Metadata()


def _tags(stream: BinaryIO, picture_format: str) -> Tags:
    """What exifread finds, by names such as "EXIF DateTimeOriginal".

    It gets TIFFs and most RAW files as they are, and of others the bare EXIF block, found by Pillow: in files exifread
    3.5 hangs on a HEIF box of length 0 and misses the EXIF of most WebP files.
    """
    import exifread

    logging.getLogger("exifread").setLevel(logging.CRITICAL)  # what is wrong with a tag means nothing to the user
    if picture_format == "raw":
        found: dict[str, Any] = {}
        for part in exif_parts(stream):
            found |= _tags(part, "jpeg" if sniff(part.read(HEAD_SIZE)) == "jpeg" else "tiff")
        return found
    if picture_format != "tiff":
        block: bytes = open_picture(stream, picture_format).info.get("exif", b"")
        if picture_format == "png" and not block:
            block = _exif_of_png(stream)
        if not block:
            return {}
        stream = BytesIO(block.removeprefix(b"Exif\0\0"))
    stream.seek(0)
    rationed = Rationed(stream, _MOST_READS, _MOST_BYTES)
    tags: Tags = exifread.process_file(rationed, details=False, extract_thumbnail=False)
    return tags


def _exif_of_png(stream: BinaryIO) -> bytes:
    """The eXIf chunk, which may stand behind the pixels, or b""; a chunk is length, type, data and checksum."""
    stream.seek(8)
    chunks = Rationed(stream, _MOST_CHUNKS)
    while len(header := chunks.read(8)) == 8:
        length = int.from_bytes(header[:4], "big")
        if header[4:] == b"eXIf":
            return stream.read(length)
        stream.seek(length + 4, 1)
    return b""


def _when(tags: Tags) -> tuple[datetime | None, str]:
    for which in _TIMES:
        taken_at = parse_exif_time(_text(tags, f"EXIF DateTime{which}"))
        if taken_at is not None:
            return taken_at, parse_offset(_text(tags, f"EXIF OffsetTime{which}") or _text(tags, "EXIF OffsetTime"))
    return None, ""


def parse_exif_time(text: str) -> datetime | None:
    """The time in an EXIF field such as "2024:05:06 12:34:56"; None for blanks, zeros, impossible and unset clocks."""
    match = _TIME.match(text)
    if match is None:
        return None
    try:
        time = datetime(*(int(part or 0) for part in match.groups()))  # type: ignore[arg-type]
    except ValueError:
        return None
    return None if time.year < _EARLIEST_YEAR or is_unset_clock(time) else time


def parse_offset(text: str) -> str:
    """An offset from UTC as ``+HH:MM``, or "" for what is none (they reach from -12:00 to +14:00)."""
    if text == "Z":
        return "+00:00"
    match = _ZONE.fullmatch(text)
    if match is None:
        return ""
    sign, hours, minutes = match.groups()
    if int(minutes) > 59 or int(hours) * 60 + int(minutes) > (14 if sign == "+" else 12) * 60:
        return ""
    return f"{sign}{hours}:{minutes}"


def _gps_time(tags: Tags) -> datetime | None:
    """The time of the satellites, which is UTC; None where date or time is missing or impossible."""
    day = _DAY.fullmatch(_text(tags, "GPS GPSDate"))
    try:
        hours, minutes, seconds = (float(part) for part in tags["GPS GPSTimeStamp"].values)
        if day and 0 <= hours < 24 and 0 <= minutes < 60 and 0 <= seconds < 61:
            midnight = datetime(*map(int, day.groups()), tzinfo=timezone.utc)  # type: ignore[arg-type,misc]
            return midnight + timedelta(hours=hours, minutes=minutes, seconds=int(seconds))
    except (KeyError, TypeError, ValueError, ZeroDivisionError, OverflowError):
        pass
    return None


def _where(tags: Tags) -> tuple[float | None, float | None]:
    latitude = _degrees(tags, "GPS GPSLatitude", "NS", 90)
    longitude = _degrees(tags, "GPS GPSLongitude", "EW", 180)
    # Null Island, in the sea: what some phones write before they know where they are.
    if latitude is None or longitude is None or (latitude, longitude) == (0, 0):
        return None, None
    return latitude, longitude


def _degrees(tags: Tags, name: str, directions: str, limit: int) -> float | None:
    """Signed degrees from (degrees, minutes, seconds), of which the last may be missing; None for what is no place."""
    try:
        values = [float(part) for part in tags[name].values]
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return None
    letter = _text(tags, f"{name}Ref")[:1].upper()
    if not 1 <= len(values) <= 3 or not letter or letter not in directions:
        return None
    degrees: float = sum(value / 60.0**power for power, value in enumerate(values))
    if not math.isfinite(degrees) or min(values) < 0 or degrees > limit:
        return None
    return -degrees if letter == directions[1] else degrees


def _camera(tags: Tags) -> str:
    make, model = (_text(tags, name)[:_LONGEST_CAMERA] for name in ("Image Make", "Image Model"))
    # "NIKON CORPORATION" and "NIKON D70" are one "NIKON D70".
    if model and model.lower().split()[0] in make.lower().split():
        return model
    return f"{make} {model}".strip()


def _text(tags: Tags, name: str) -> str:
    """A text field up to its first NUL, on one line; "" for what is no text."""
    value = tags[name].values if name in tags else ""
    if isinstance(value, bytes):
        value = value.decode("latin-1")
    if not isinstance(value, str):
        return ""
    return " ".join("".join(c if c.isprintable() else " " for c in value.split("\0")[0]).split())
