"""The tags of a photo in an XMP packet: albumsort's own, beside those of the user, which stay (docs/tagging.md)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from albumsort.library.xmp_edit import OWN, Change, Name, Packet
from albumsort.records import Tags
from albumsort.steps import Splices

_PHOTOSHOP = "http://ns.adobe.com/photoshop/1.0/"
SUBJECT = Name("http://purl.org/dc/elements/1.1/", "dc", "subject", "Bag")
HIERARCHICAL = Name("http://ns.adobe.com/lightroom/1.0/", "lr", "hierarchicalSubject", "Bag")
TAGS_LIST = Name("http://www.digikam.org/ns/1.0/", "digiKam", "TagsList", "Seq")
CITY = Name(_PHOTOSHOP, "photoshop", "City", "text")
COUNTRY = Name(_PHOTOSHOP, "photoshop", "Country", "text")
# Where the camera was (IPTC Photo Metadata Standard); LocationShown is what can be seen, which GPS does not tell.
LOCATION = Name("http://iptc.org/std/Iptc4xmpExt/2008-02-29/", "Iptc4xmpExt", "LocationCreated", "place")
ADDED = Name(OWN, "albumsort", "Added", "Bag")
"""What of a packet is albumsort's own, each as ``dc:subject=Pets``: the packet itself remembers, wherever it goes."""

LISTS = (SUBJECT, HIERARCHICAL, TAGS_LIST)
PLACES = (CITY, COUNTRY, LOCATION)
ROOT = "albumsort"
"""The branch of the user's tree of keywords that is albumsort's."""

_FORBIDDEN = re.compile("[^\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]+")  # in XML 1.0, and what ends a line

Values = Mapping[Name, Sequence[str]]


def tagged(packet: bytes, tags: Tags, inherited: Values | None = None) -> Splices:
    """What to change in a packet so that it has these tags instead of those that albumsort gave it before.

    ``inherited`` are keywords of the photo itself that programs no longer see once its sidecar has some. Raises
    :class:`XmpError` where the packet cannot be changed.
    """
    read = Packet(packet)
    before = {name: read.values(name) for name in (*LISTS, *PLACES, ADDED)}
    theirs = {name: _theirs(name, before) for name in (*LISTS, *PLACES)}
    recorded = {name: _recorded(name, before) for name in theirs}
    seen = _come_along(theirs, recorded, inherited or {})
    wanted = _keywords(tags, seen) | _place(tags, theirs)
    own = {name: [value for value in wanted[name] if value not in theirs[name]] for name in theirs}
    # What the user took out by hand stays out, and in the record, by which that is known.
    out = {name: recorded[name] - set(before[name]) for name in theirs}
    after = {name: [*theirs[name], *(value for value in own[name] if value not in out[name])] for name in theirs}
    after[ADDED] = [_mark(name) + value for name, values in own.items() for value in values]
    return read.changed({name: _change(before[name], after[name]) for name in after})


def keywords_in(packet: bytes) -> dict[Name, list[str]]:
    """The keywords of a packet that are the user's. Raises :class:`XmpError` where it cannot be read."""
    read = Packet(packet)
    values = {name: read.values(name) for name in (*LISTS, ADDED)}
    return {name: _theirs(name, values) for name in LISTS}


def is_tagged(packet: bytes) -> bool:
    """Whether albumsort has written tags into a packet. Raises :class:`XmpError` where it cannot be read."""
    return bool(Packet(packet).values(ADDED))


def _theirs(name: Name, values: Values) -> list[str]:
    """The values that are not albumsort's own: by its record, and where another program dropped that by the root."""
    own = _recorded(name, values)
    roots = {HIERARCHICAL: f"{ROOT}|", TAGS_LIST: f"{ROOT}/"}
    return [v for v in values[name] if v not in own and not (name in roots and v.startswith(roots[name]))]


def _recorded(name: Name, values: Values) -> set[str]:
    return {value.removeprefix(_mark(name)) for value in values[ADDED] if value.startswith(_mark(name))}


def _mark(name: Name) -> str:
    return f"{name.prefix}:{name.local}="


def _come_along(theirs: Values, recorded: Mapping[Name, set[str]], inherited: Values) -> dict[Name, list[str]]:
    """The user's keywords that would not be seen behind albumsort's: those where the user has no list.

    The user may have made one since; those that came along stay.
    """
    seen: dict[Name, list[str]] = {}
    for name in LISTS:
        found = list(filter(None, map(_one_line, inherited.get(name, ()))))
        if name == TAGS_LIST and not found:  # digiKam looks at the first of these lists that there is
            trees = [*theirs[HIERARCHICAL], *seen[HIERARCHICAL]]
            in_trees = {part for tree in trees for part in tree.split("|")}
            flat = [keyword for keyword in (*theirs[SUBJECT], *seen[SUBJECT]) if keyword not in in_trees]
            found = [_one_line(keyword) for keyword in (*(tree.replace("|", "/") for tree in trees), *flat)]
        seen[name] = [keyword for keyword in found if not theirs[name] or keyword in recorded[name]]
    return seen


def _keywords(tags: Tags, seen: Values) -> dict[Name, list[str]]:
    paths = [[ROOT, *path] for own in tags.paths if all(path := [_one_line(part) for part in own])]
    own = {
        SUBJECT: [keyword for own in tags.keywords if (keyword := _one_line(own))],
        HIERARCHICAL: ["|".join(part.replace("|", "-") for part in path) for path in paths],
        TAGS_LIST: ["/".join(part.replace("/", "-") for part in path) for path in paths],
    }
    return {name: list(dict.fromkeys([*seen[name], *own[name]])) if own[name] else [] for name in LISTS}


def _place(tags: Tags, theirs: Values) -> dict[Name, list[str]]:
    """The place, unless the user gave the photo another one: half of each would be wrong."""
    city, country = (_one_line(value).replace(";", ",") for value in (tags.city, tags.country))
    fields = [f"City={city}"] * bool(city) + [f"CountryName={country}"] * bool(country)
    if any(value != own for name, own in ((CITY, city), (COUNTRY, country)) for value in theirs[name]):
        fields = []
    return {
        CITY: [city] if city and fields else [],
        COUNTRY: [country] if country and fields else [],
        LOCATION: ["; ".join(fields)] if fields and not theirs[LOCATION] else [],
    }


def _change(before: Sequence[str], after: Sequence[str]) -> Change:
    return Change([value for value in before if value not in after], [value for value in after if value not in before])


def _one_line(text: str) -> str:
    return " ".join(_FORBIDDEN.sub(" ", text).split())
