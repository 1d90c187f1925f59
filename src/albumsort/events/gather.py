"""What is known of an event or trip as a whole, from its photos."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from albumsort.events.away import UsualPlaces
from albumsort.events.names import Occasion, Spot
from albumsort.events.places import Place
from albumsort.events.shots import Shot, naive


@dataclass(slots=True)
class _Gathered:
    timed: list[float] = field(default_factory=list)
    days: list[float] = field(default_factory=list)
    towns: Counter[Place] = field(default_factory=Counter)
    sights: Counter[str] = field(default_factory=Counter)
    photos: int = 0
    is_out: bool = False


def gather(
    shots: Sequence[Shot],
    identifiers: Mapping[int, str],
    towns: Mapping[int, Place],
    usual: UsualPlaces,
    *,
    are_trips: bool,
) -> dict[str, Occasion]:
    """The events, or trips, of photos by their identifiers; "" is none.

    ``shots`` are in order of time; ``towns`` are those of photos with a position; an event at home has none.
    """
    gathered: dict[str, _Gathered] = {}
    for shot in shots:
        if identifier := identifiers.get(shot.photo):
            _add(gathered.setdefault(identifier, _Gathered()), shot, towns, usual)
    last = identifiers.get(shots[-1].photo) if shots else None
    return {
        identifier: _occasion(own, is_trip=are_trips, goes_on=identifier == last)
        for identifier, own in gathered.items()
    }


def home_country(shots: Sequence[Shot], towns: Mapping[int, Place], usual: UsualPlaces) -> str:
    """The ISO 3166 code of the country with most photos at home, "" where none is known."""
    found = Counter(towns[shot.photo].country_code for shot in shots if shot.photo in towns and _at_home(shot, usual))
    return max(found, key=lambda code: (found[code], code), default="")


def everyday(shots: Sequence[Shot]) -> dict[str, float]:
    """The share 0..1 of each category among all photos."""
    seen = Counter(shot.category for shot in shots if shot.category)
    return {category: count / seen.total() for category, count in seen.items()}


def _add(own: _Gathered, shot: Shot, towns: Mapping[int, Place], usual: UsualPlaces) -> None:
    own.photos += 1
    (own.days if shot.day_only else own.timed).append(shot.time)
    if shot.category:
        own.sights[shot.category] += 1
    if shot.latitude is not None and shot.longitude is not None and not _at_home(shot, usual):
        own.towns[towns[shot.photo]] += 1
        own.is_out = own.is_out or not usual(shot.latitude, shot.longitude, shot.time)


def _at_home(shot: Shot, usual: UsualPlaces) -> bool:
    return (
        shot.latitude is not None
        and shot.longitude is not None
        and usual.at_home(shot.latitude, shot.longitude, shot.time)
    )


def _occasion(own: _Gathered, *, is_trip: bool, goes_on: bool) -> Occasion:
    times = own.timed or own.days
    spots = [Spot(town.city, town.country_code, photos, town.region) for town, photos in own.towns.items()]
    return Occasion(
        *(naive(min(times)), naive(max(times)), spots, dict(own.sights)),
        is_trip=is_trip,
        is_out=own.is_out,
        photos=own.photos,
        goes_on=goes_on,
    )
