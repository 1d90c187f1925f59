"""When and where a video was taken, by its container: QuickTime, MP4, Matroska, AVI, AVCHD, what MediaInfo knows."""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Iterator, Mapping
from datetime import datetime, timezone
from typing import Any, BinaryIO

from albumsort.errors import PictureError
from albumsort.library.exif import parse_exif_time, parse_offset
from albumsort.library.ration import Rationed
from albumsort.records import Metadata

# Apple's has the time zone, the recorder's field is a clock's time, and the last, such as QuickTime's, is UTC.
_APPLE, _CLOCKS, _UTC = "comapplequicktimecreationdate", ("recorded_date", "mastered_date"), "encoded_date"
_PLACES = ("comapplequicktimelocationiso6709", "recorded_location", "xyz")
_CAMERAS = (("comapplequicktimemake", "comapplequicktimemodel"), ("comandroidmanufacturer", "comandroidmodel"))
_LONGEST_CAMERA = 100

_ZONE_BEHIND = re.compile(r"(Z|[+-]\d\d(?::?\d\d)?)\s*$")
# ISO 6709, annex H: degrees with their decimals, latitude before longitude, perhaps a height.
_POSITION = re.compile(r"([+-]\d{2}(?:\.\d+)?)([+-]\d{3}(?:\.\d+)?)(?:[+-][\d.]+)?(?:CRS\w*)?/?", re.ASCII)

# What it takes: 40 reads of 64 KB. Of a transport stream, whose end it looks for, some hundred.
_MOST_READS, _MOST_BYTES = 5_000, 256_000_000
_HEAD = 256 * 1024  # bytes: of an AVI, all headers
_one_at_a_time = threading.Lock()  # MediaInfo's options are shared by all threads; it takes some milliseconds


def read_container(stream: BinaryIO) -> Metadata:
    """What the container of an open video says; empty where it says nothing, is broken or MediaInfo is not there.

    Raises OSError where the disk fails.
    """
    try:
        tags = _tags(stream)
    except Exception as error:  # broken data, or no library for this system
        if isinstance(error, OSError) and error.errno:  # the disk's: the next try may go well
            raise
        logging.getLogger(__name__).debug("the container cannot be read: %s", error)
        return Metadata()
    taken_at, zone = next(_local_times(tags), (None, ""))
    latitude, longitude = next(filter(None, (_position(_text(tags, name)) for name in _PLACES)), (None, None))
    cameras = (" ".join(filter(None, (_text(tags, name)[:_LONGEST_CAMERA] for name in names))) for names in _CAMERAS)
    return Metadata(taken_at, zone, latitude, longitude, next(filter(None, cameras), ""), _instant(tags))


def _tags(stream: BinaryIO) -> Mapping[str, Any]:
    from pymediainfo import MediaInfo

    _check_indexes(stream)
    with _one_at_a_time:
        # The least speed setting: no further than the headers, wherever in the file they stand.
        found = MediaInfo.parse(Rationed(stream, _MOST_READS, _MOST_BYTES), parse_speed=0)
    general: Mapping[str, Any] = found.general_tracks[0].to_data() if found.general_tracks else {}
    return general


def _check_indexes(stream: BinaryIO) -> None:
    """Raise PictureError for an index of an AVI that claims more entries than it has bytes.

    MediaInfo (24.12 at least) counts through them all, which takes it minutes. OpenDML AVI 1.02, "indx": its length, 4
    bytes of kind, and the number of entries, of 8 bytes at least.
    """
    stream.seek(0)
    head = stream.read(_HEAD)
    for index in re.finditer(b"indx(.{4}).{4}(.{4})", head if head[8:12] == b"AVI " else b"", re.DOTALL):
        length, entries = (int.from_bytes(number, "little") for number in index.groups())
        if entries * 8 > length:
            raise PictureError("an index that is longer than the file")


def _local_times(tags: Mapping[str, Any]) -> Iterator[tuple[datetime, str]]:
    """The times that clocks showed, with their offset as ``+HH:MM`` or "", best first."""
    for name in (_APPLE, *_CLOCKS):
        text = _text(tags, name)
        taken_at, zone = parse_exif_time(text), _ZONE_BEHIND.search(text)
        if taken_at and not text.endswith("UTC"):
            yield taken_at, _offset(zone[1] if zone else "")


def _offset(text: str) -> str:
    return parse_offset(f"{text}:00" if re.fullmatch(r"[+-]\d\d", text) else text)


def _instant(tags: Mapping[str, Any]) -> datetime | None:
    """Zeros, which are 1904 in QuickTime, are no time."""
    time = parse_exif_time(_text(tags, _UTC).replace("UTC", "").strip())
    return time.replace(tzinfo=timezone.utc) if time else None


def _position(text: str) -> tuple[float, float] | None:
    """Latitude and longitude in degrees; None for what is no place."""
    match = _POSITION.match(text)
    if match is None:
        return None
    latitude, longitude = float(match[1]), float(match[2])
    if abs(latitude) > 90 or abs(longitude) > 180 or (latitude, longitude) == (0, 0):
        return None
    return latitude, longitude


def _text(tags: Mapping[str, Any], name: str) -> str:
    value = tags.get(name)
    return " ".join(value.split()) if isinstance(value, str) and value.isprintable() else ""
