"""What is known of an event or trip as a whole, from its photos."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from albumsort.events.away import Near
from albumsort.events.names import Occasion, Spot
from albumsort.events.places import Place
from albumsort.events.shots import Shot, naive


@dataclass(slots=True)
class _Gathered:
    timed: list[float] = field(default_factory=list)
    days: list[float] = field(default_factory=list)
    spots: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    sights: Counter[str] = field(default_factory=Counter)
    photos: int = 0

    def occasion(self, *, is_trip: bool) -> Occasion:
        times = self.timed or self.days
        spots = [Spot(city, code, count, region) for (city, code, region), count in sorted(self.spots.items())]
        begin, end = naive(min(times)), naive(max(times))
        return Occasion(begin, end, spots, dict(self.sights), is_trip=is_trip, photos=self.photos)


def gather(
    shots: Sequence[Shot],
    identifiers: Mapping[int, str],
    towns: Mapping[int, Place],
    is_usual: Near,
    *,
    are_trips: bool,
) -> dict[str, Occasion]:
    """The events, or trips, of photos by their identifiers; "" is none.

    Places are those where the person was no usual guest: an event at home has none. ``towns`` are those of photos with
    a position.
    """
    gathered: dict[str, _Gathered] = {}
    for shot in shots:
        identifier = identifiers.get(shot.photo)
        if identifier:
            _add(gathered.setdefault(identifier, _Gathered()), shot, towns, is_usual)
    return {identifier: own.occasion(is_trip=are_trips) for identifier, own in gathered.items()}


def home_country(shots: Sequence[Shot], towns: Mapping[int, Place], is_usual: Near) -> str:
    """The ISO 3166 code of the country with most photos at usual places, "" where none is known."""
    found = Counter(towns[shot.photo].country_code for shot in shots if _is_at_home(shot, is_usual))
    return max(found, key=lambda code: (found[code], code), default="")


def everyday(shots: Sequence[Shot]) -> dict[str, float]:
    """The share 0..1 of each category among all photos."""
    seen = Counter(shot.category for shot in shots if shot.category)
    return {category: count / seen.total() for category, count in seen.items()}


def _add(own: _Gathered, shot: Shot, towns: Mapping[int, Place], is_usual: Near) -> None:
    own.photos += 1
    (own.days if shot.day_only else own.timed).append(shot.time)
    if shot.category:
        own.sights[shot.category] += 1
    if shot.photo in towns and not _is_at_home(shot, is_usual):
        town = towns[shot.photo]
        own.spots[town.city, town.country_code, town.region] += 1


def _is_at_home(shot: Shot, is_usual: Near) -> bool:
    if shot.latitude is None or shot.longitude is None:
        return False
    return is_usual(shot.latitude, shot.longitude, shot.time)
