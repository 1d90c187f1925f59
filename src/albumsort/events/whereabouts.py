"""Where photos without a position were taken, by those with one that were taken about the same time."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from albumsort.events.places import Place, locate
from albumsort.events.shots import DAY, Shot

NEAR = 30 * DAY
"""Between two positions so far apart in time nobody can say where the person was, though both are in one country."""


class Whereabouts(NamedTuple):
    """The place (a city) and the country (its English name) of a photo, and its time zone; each "" where not known."""

    place: str
    country: str
    zone: str


def towns_of(shots: Sequence[Shot]) -> dict[int, Place]:
    """The town of each photo that has a position."""
    there = [shot for shot in shots if shot.latitude is not None and shot.longitude is not None]
    places = locate([(shot.latitude or 0.0, shot.longitude or 0.0) for shot in there])
    return {shot.photo: place for shot, place in zip(there, places, strict=True)}


def whereabouts(shots: Sequence[Shot], events: Mapping[int, str], towns: Mapping[int, Place]) -> dict[int, Whereabouts]:
    """The whereabouts of each photo; ``shots`` in order of time, ``events`` and ``towns`` by photo.

    A photo without a position is where the nearest in time of its event is. Where its event has none, it is in the
    country, and in the time zone, that the last position before it and the next one after it agree on.
    """
    there = [shot for shot in shots if shot.photo in towns]
    places = [towns[shot.photo] for shot in there]
    known = [Whereabouts(place.city, place.country, shot.zone) for shot, place in zip(there, places, strict=True)]
    found = {shot.photo: own for shot, own in zip(there, known, strict=True)}
    of_event: dict[str, list[int]] = {}
    for index, shot in enumerate(there):
        of_event.setdefault(events[shot.photo], []).append(index)
    times = [shot.time for shot in there]
    for shot in shots:
        if shot.photo not in found:
            same = of_event.get(events[shot.photo], [])
            found[shot.photo] = known[_nearest(shot, same, times)] if same else _between(shot, times, known)
    return found


def _nearest(shot: Shot, same: Sequence[int], times: Sequence[float]) -> int:
    """The index of the position nearest in time among those of one event, which are in order."""
    at = bisect_left(same, shot.time, key=lambda index: times[index])
    around = same[max(0, at - 1) : at + 1]
    return min(around, key=lambda index: abs(times[index] - shot.time))


def _between(shot: Shot, times: Sequence[float], known: Sequence[Whereabouts]) -> Whereabouts:
    at = bisect_left(times, shot.time)
    around = [index for index in (at - 1, at) if 0 <= index < len(times) and abs(times[index] - shot.time) <= NEAR]
    if len(around) < 2:
        return Whereabouts("", "", "")
    before, after = known[around[0]], known[around[1]]
    return Whereabouts(
        "",
        before.country if before.country == after.country else "",
        before.zone if before.zone == after.zone else "",
    )
