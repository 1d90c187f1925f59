"""Describes events and trips for the catalog: their names, which of them are special, and what of that stays."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from albumsort.records import Event

if TYPE_CHECKING:
    from albumsort.events.names import Occasion


@dataclass(frozen=True, slots=True)
class Naming:
    """How events are to be named; ``template`` None is the usual one of the language."""

    language: str
    category_names: Mapping[str, str]
    template: str | None = None


def describe(
    occasions: Mapping[str, Occasion],
    trips: Mapping[int, str],
    before: Mapping[str, Event],
    filed: Mapping[int, Sequence[str]],
    everyday: Mapping[str, float],
    home_country: str,
    naming: Naming,
) -> list[Event]:
    """The events and trips of now, and those of before that are to be remembered, which have no photos.

    ``trips`` are those of photos; ``filed`` are the identifiers that a photo is filed under. An album that exists keeps
    its name, and so does what the user named. A trip that becomes known when an event of it has an album goes on in
    that album.
    """
    from albumsort.events.names import name_all
    from albumsort.events.special import special

    with_album = {identifier for own in filed.values() for identifier in own}
    kept = {identifier: own for identifier, own in before.items() if own.is_fixed or identifier in with_album}
    adopted = _adopted(trips, kept, filed)
    named: dict[str, str] = {}
    for are_trips in (False, True):  # a trip may be called like its only event
        fresh = [
            identifier
            for identifier, own in occasions.items()
            if own.is_trip == are_trips and identifier not in kept and identifier not in adopted
        ]
        names = name_all(
            [occasions[identifier] for identifier in fresh],
            everyday=everyday,
            home_country=home_country,
            language=naming.language,
            category_names=naming.category_names,
            template=naming.template,
            taken=[own.name for own in kept.values() if own.is_trip == are_trips],
        )
        named |= zip(fresh, names, strict=True)
    stand_out = dict(zip(occasions, special(list(occasions.values()), everyday), strict=True))
    described = []
    for identifier, own in occasions.items():
        album = kept.get(identifier) or adopted.get(identifier)
        described.append(
            Event(
                identifier,
                own.is_trip,
                album.name if album else named[identifier],
                album.begin if album else own.begin,  # the folder of its year stays too
                max(own.end, album.begin) if album else own.end,
                own.photos,
                is_special=stand_out[identifier] or bool(album and album.is_special),
                is_fixed=identifier in kept and kept[identifier].is_fixed,
            )
        )
    gone = [replace(own, photos=0) for identifier, own in kept.items() if identifier not in occasions]
    return [*described, *gone]


def _adopted(
    trips: Mapping[int, str], kept: Mapping[str, Event], filed: Mapping[int, Sequence[str]]
) -> dict[str, Event]:
    """The special event whose album a new trip goes on in, by the trip: that with most of its photos."""
    found: dict[str, Event] = {}
    used = {own.name for own in kept.values() if own.is_trip}
    lie_in = Counter(
        (trip, event) for photo, trip in trips.items() if trip not in kept for event in filed.get(photo, ())
    )
    for (trip, event), _ in sorted(lie_in.items(), key=lambda item: (-item[1], item[0])):
        own = kept[event]
        if trip not in found and own.is_special and own.name not in used:
            found[trip] = own
            used.add(own.name)
    return found
