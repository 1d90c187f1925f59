"""Reading the EXIF of a picture: when, where and with what it was taken."""

from __future__ import annotations

import logging
import math
import re
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, BinaryIO

from albumsort.library.formats import open_picture
from albumsort.records import Metadata

if TYPE_CHECKING:
    from PIL import Image

log = logging.getLogger(__name__)

_FORMATS_WITH_EXIF = frozenset(("jpeg", "png", "webp", "tiff", "heif", "avif"))

# Tags of the EXIF standard (CIPA DC-008, chapters 4.6.4 to 4.6.6).
_MAKE, _MODEL = 0x010F, 0x0110
_EXIF_FOLDER, _GPS_FOLDER = 0x8769, 0x8825
_TIMES = ((0x9003, 0x9011), (0x9004, 0x9012))  # original and digitized, each with its offset
_OFFSET = 0x9010
_LATITUDE_REF, _LATITUDE, _LONGITUDE_REF, _LONGITUDE = 1, 2, 3, 4

# Some programs write ISO 8601, some leave out the seconds, some add fractions or a zone.
_TIME = re.compile(r"\s*(\d{4})[:/.-](\d\d)[:/.-](\d\d)[T ]\s*(\d\d):(\d\d)(?::(\d\d))?(?![\d:])")
_ZONE = re.compile(r"([+-])(\d\d):?(\d\d)")
_EARLIEST_YEAR = 1900
# What a camera shows whose clock was never set or whose battery was flat.
_UNSET_CLOCKS = (datetime(1970, 1, 1), datetime(2000, 1, 1))
_LONGEST_CAMERA = 100


def read_exif(stream: BinaryIO, format: str) -> Metadata:  # noqa: A002  the name that sniff's result has everywhere
    """What the EXIF of an open picture says; ``format`` is what ``formats.sniff`` said. It never raises.

    Pillow reads it, not exifread: that one hangs on a HEIF box of length 0, takes seconds for a hostile JPEG of 64 kB
    and misses the EXIF of most WebP files.
    """
    if format not in _FORMATS_WITH_EXIF:
        return Metadata()
    try:
        exif = _load(stream, format)
        taken_at, zone = _when(exif.get_ifd(_EXIF_FOLDER))
        latitude, longitude = _where(exif.get_ifd(_GPS_FOLDER))
        return Metadata(taken_at, zone, latitude, longitude, _camera(exif))
    except Exception as error:  # Pillow raises nearly anything for broken data, which says nothing then
        log.debug("EXIF cannot be read: %s", error)
        return Metadata()


def _load(stream: BinaryIO, picture_format: str) -> Image.Exif:
    from PIL import Image

    picture = open_picture(stream, picture_format)
    if picture_format == "png" and "exif" not in picture.info:
        block = _exif_of_png(stream)
        if block:
            picture.info["exif"] = block
    return Image.Image.getexif(picture)  # a PNG's own method would decode the whole picture


def _exif_of_png(stream: BinaryIO) -> bytes:
    """The eXIf chunk, which may stand behind the pixels, or b""; a chunk is length, type, data and checksum."""
    stream.seek(8)
    while len(header := stream.read(8)) == 8:
        length = int.from_bytes(header[:4], "big")
        if header[4:] == b"eXIf":
            return stream.read(length)
        stream.seek(length + 4, 1)
    return b""


def _when(folder: Mapping[int, Any]) -> tuple[datetime | None, str]:
    for time_tag, offset_tag in _TIMES:
        taken_at = parse_exif_time(_text(folder.get(time_tag)))
        if taken_at is not None:
            return taken_at, parse_offset(_text(folder.get(offset_tag)) or _text(folder.get(_OFFSET)))
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
    return None if time.year < _EARLIEST_YEAR or time in _UNSET_CLOCKS else time


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


def _where(folder: Mapping[int, Any]) -> tuple[float | None, float | None]:
    latitude = _degrees(folder.get(_LATITUDE), _text(folder.get(_LATITUDE_REF)), "NS", 90)
    longitude = _degrees(folder.get(_LONGITUDE), _text(folder.get(_LONGITUDE_REF)), "EW", 180)
    # Null Island, in the sea: what some phones write before they know where they are.
    if latitude is None or longitude is None or (latitude, longitude) == (0, 0):
        return None, None
    return latitude, longitude


def _degrees(parts: Any, direction: str, directions: str, limit: int) -> float | None:
    """Signed degrees from (degrees, minutes, seconds), of which the last may be missing; None for what is no place."""
    values = [float(part) for part in parts] if isinstance(parts, tuple) else []
    letter = direction[:1].upper()
    if not 1 <= len(values) <= 3 or not letter or letter not in directions:
        return None
    degrees: float = sum(value / 60.0**power for power, value in enumerate(values))
    if not math.isfinite(degrees) or min(values) < 0 or degrees > limit:
        return None
    return -degrees if letter == directions[1] else degrees


def _camera(exif: Mapping[int, Any]) -> str:
    make, model = (_text(exif.get(tag))[:_LONGEST_CAMERA] for tag in (_MAKE, _MODEL))
    # "NIKON CORPORATION" and "NIKON D70" are one "NIKON D70".
    if model and model.lower().split()[0] in make.lower().split():
        return model
    return f"{make} {model}".strip()


def _text(value: Any) -> str:
    """A text field up to its first NUL, on one line; "" for what is no text."""
    if isinstance(value, bytes):
        value = value.decode("latin-1")
    if not isinstance(value, str):
        return ""
    return " ".join("".join(c if c.isprintable() else " " for c in value.split("\0")[0]).split())
