"""Describes events and trips for the catalog: their names, which of them are special, and what of that stays."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from albumsort.records import Event, Under

if TYPE_CHECKING:
    from albumsort.events.names import Occasion


@dataclass(frozen=True, slots=True)
class Naming:
    """How events are to be named; ``template`` None is the usual one of the language."""

    language: str
    category_names: Mapping[str, str]
    template: str | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """What is to stay: of the events of ``before``, by identifier, those with an ``album`` or a name of the user's.

    ``filed`` is what the albums are called after that photos are in, ``said`` whom the user spoke of.
    """

    before: Mapping[str, Event]
    filed: Mapping[int, Sequence[Under]]
    album: Collection[str]
    said: Collection[str]


def describe(
    occasions: Mapping[str, Occasion],
    events: Mapping[int, str],
    trips: Mapping[int, str],
    kept: Kept,
    everyday: Mapping[str, float],
    home_country: str,
    naming: Naming,
) -> list[Event]:
    """The events and trips of now, and those of before that are to be remembered, which have no photos.

    ``events`` and ``trips`` are those of photos. An album that exists keeps its name, and so does what the user named.
    A trip that becomes known when an event of it has an album goes on in that album.
    """
    from albumsort.events.special import special

    named = {own: event for own, event in kept.before.items() if event.is_fixed or own in kept.album}
    adopted = _adopted(trips, named, kept.filed)
    on_trip = {event for photo, event in events.items() if photo in trips}
    fresh = {own: occasion for own, occasion in occasions.items() if own not in named and own not in adopted}
    names = _names(fresh, on_trip, named.values(), everyday, home_country, naming)
    stand_out = dict(zip(occasions, special(list(occasions.values()), everyday), strict=True))
    described = []
    for own, occasion in occasions.items():
        album, before = named.get(own) or adopted.get(own), kept.before.get(own)
        described.append(
            Event(
                *(own, occasion.is_trip, album.name if album else names[own]),
                day=album.day if album else occasion.begin.date(),  # the folder of its year stays too
                begin=occasion.begin,
                end=occasion.end,
                photos=occasion.photos,
                is_special=stand_out[own]
                or bool(album and album.is_special)
                or bool(before and before.is_special and own in kept.said),
                is_fixed=own in named and named[own].is_fixed,
            )
        )
    gone = [replace(own, photos=0) for own in named.values() if own.id not in occasions]
    return [*described, *gone]


def _names(
    fresh: Mapping[str, Occasion],
    on_trip: Collection[str],
    kept: Collection[Event],
    everyday: Mapping[str, float],
    home_country: str,
    naming: Naming,
) -> dict[str, str]:
    """The names of events and trips that have none so far.

    No two albums of a layout are to have one name: those of trips and of events on no trip. An event on a trip may be
    called like the trip.
    """
    from albumsort.events.names import name_all

    alone = [own for own, occasion in fresh.items() if not occasion.is_trip and own not in on_trip]
    trips = [own for own, occasion in fresh.items() if occasion.is_trip]
    rest = [own for own, occasion in fresh.items() if not occasion.is_trip and own in on_trip]
    taken = [own.name for own in kept]

    def name(identifiers: Sequence[str], taken: Iterable[str]) -> dict[str, str]:
        found = name_all(
            [fresh[own] for own in identifiers],
            everyday=everyday,
            home_country=home_country,
            language=naming.language,
            category_names=naming.category_names,
            template=naming.template,
            taken=taken,
        )
        return dict(zip(identifiers, found, strict=True))

    names = name(alone, taken)
    of_events = [*(own.name for own in kept if not own.is_trip), *names.values()]
    names |= name(trips, [*taken, *names.values()])
    names |= name(rest, of_events)
    return names


def _adopted(
    trips: Mapping[int, str], kept: Mapping[str, Event], filed: Mapping[int, Sequence[Under]]
) -> dict[str, Event]:
    """The special event whose album a new trip goes on in, by the trip: that with most of its photos."""
    found: dict[str, Event] = {}
    used = {own.name for own in kept.values() if own.is_trip}
    lie_in = Counter(
        (trip, event)
        for photo, trip in trips.items()
        if trip not in kept
        for event, is_own in filed.get(photo, ())
        if is_own
    )
    for (trip, event), _ in sorted(lie_in.items(), key=lambda item: (-item[1], item[0])):
        own = kept[event]
        if trip not in found and own.is_special and own.name not in used:
            found[trip] = own
            used.add(own.name)
    return found
