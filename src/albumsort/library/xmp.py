"""What an XMP sidecar says of its photo: when and where it was taken."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import datetime, timezone
from xml.parsers import expat

from albumsort.library.exif import parse_exif_time, parse_offset
from albumsort.records import Metadata

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns# "
_EXIF = "http://ns.adobe.com/exif/1.0/ "
_TIMES = (
    _EXIF + "DateTimeOriginal",
    "http://ns.adobe.com/photoshop/1.0/ DateCreated",
    "http://ns.adobe.com/xap/1.0/ CreateDate",
)
_LATITUDE, _LONGITUDE = _EXIF + "GPSLatitude", _EXIF + "GPSLongitude"
_WANTED = (*_TIMES, _LATITUDE, _LONGITUDE)
_LONGEST_VALUE = 100

_ZONE = re.compile(r":\d\d(?:\.\d+)?\s*(Z|[+-]\d\d:?\d\d)\s*$", re.ASCII)
# 52,31.2N and 52,31,12N: degrees, minutes, and seconds or a fraction of the minutes.
_DEGREES = re.compile(r"(\d{1,3}),(\d{1,2}(?:\.\d{1,20})?)(?:,(\d{1,2}(?:\.\d{1,20})?))?([NSEW])", re.ASCII)


def read_xmp(data: bytes) -> Metadata:
    """When and where, by the beginning of an XMP file; it never raises. What declares entities says nothing."""
    fields = _Fields(data).values
    taken_at, zone, utc = next(filter(any, (parse_xmp_time(fields.get(name, "")) for name in _TIMES)), (None, "", None))
    latitude = parse_xmp_degrees(fields.get(_LATITUDE, ""), "NS", 90)
    longitude = parse_xmp_degrees(fields.get(_LONGITUDE, ""), "EW", 180)
    if latitude is None or longitude is None or (latitude, longitude) == (0, 0):
        latitude = longitude = None
    return Metadata(taken_at, zone, latitude, longitude, utc=utc)


def parse_xmp_time(text: str) -> tuple[datetime | None, str, datetime | None]:
    """The local time with its offset or "", or the instant where the time is one of UTC ("Z"); dates alone are none."""
    time, zone = parse_exif_time(text), _ZONE.search(text)
    if time is None or zone is None:
        return time, "", None
    if zone[1] == "Z":
        return None, "", time.replace(tzinfo=timezone.utc)
    return time, parse_offset(zone[1]), None


def parse_xmp_degrees(text: str, directions: str, limit: int) -> float | None:
    """Signed degrees, at most ``limit``, of a text such as ``52,31.2N``; the second of ``directions`` is negative."""
    match = _DEGREES.fullmatch(text.strip())
    if match is None or match[4] not in directions:
        return None
    degrees = int(match[1]) + float(match[2]) / 60 + float(match[3] or 0) / 3600
    if degrees > limit:
        return None
    return -degrees if match[4] == directions[1] else degrees


class _Fields:
    """The wanted properties of the photo itself: attributes or elements of a description right below rdf:RDF.

    What lies deeper is said of other photos, such as those that it was put together from.
    """

    def __init__(self, data: bytes) -> None:
        self.values: dict[str, str] = {}
        self._path: list[str] = []
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = _refuse  # a few lines of entities can be made to fill the memory
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        # Broken, cut off, of an unknown encoding, or refused: what was said before that stands.
        with suppress(expat.ExpatError, LookupError, ValueError):
            parser.Parse(data, True)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._path.append(name)
        if self._path[-2:] == [_RDF + "RDF", _RDF + "Description"]:
            for field in _WANTED:
                self._add(field, attributes.get(field, ""))

    def _end(self, _: str) -> None:
        self._path.pop()

    def _text(self, text: str) -> None:
        if self._path[-3:-1] == [_RDF + "RDF", _RDF + "Description"] and self._path[-1] in _WANTED:
            self._add(self._path[-1], text.strip())

    def _add(self, field: str, value: str) -> None:
        if 0 < len(value) <= _LONGEST_VALUE:
            self.values.setdefault(field, value)


def _refuse(*_: object) -> None:
    raise ValueError("a document type")
