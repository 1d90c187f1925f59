"""When the person was away from the usual places, and for how long."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from typing import Protocol

from albumsort.events.homes import USUAL_KM, DayAt, Usual, find_usual
from albumsort.events.shots import DAY, Shot, Stay, day_of, naive
from albumsort.events.sphere import distance_km

SILENCE = 4 * DAY
"""Without any position for longer than this, nobody can say that the person stayed away all the time."""

FAR_KM = 50.0
"""From nearer one goes home for the night: two outings on two days are no trip."""


class Near(Protocol):
    """Whether a place (degrees) is, at a time (seconds as in :class:`Shot`), a usual one or so near to one."""

    def __call__(self, latitude: float, longitude: float, time: float, /, within_km: float = ...) -> bool: ...


def stays(shots: Sequence[Shot], is_usual: Near) -> list[Stay]:
    """The times away, in order. ``shots`` are in order of time; those without a position are passed over."""
    found: list[Stay] = []
    here: list[Shot] = []
    for shot in shots:
        if shot.latitude is None or shot.longitude is None:
            continue
        away = not is_usual(shot.latitude, shot.longitude, shot.time)
        if here and (not away or shot.time - here[-1].time > SILENCE):
            found.append(_stay(here, is_usual))
            here = []
        if away:
            here.append(shot)
    return [*found, _stay(here, is_usual)] if here else found


class UsualPlaces:
    """Answers which positions are usual ones, for photos of any time."""

    def __init__(self, usual: Usual) -> None:
        self._usual = usual
        # In a new library, say: all of it may be home.
        self._nothing_known = not usual.stays and not usual.moves
        self._known: dict[tuple[int, float, float, float], bool] = {}

    def __call__(self, latitude: float, longitude: float, time: float, /, within_km: float = USUAL_KM) -> bool:
        """Whether that was no journey; where no place is known to be usual, every one may be."""
        spot = (day_of(time), round(latitude, 2), round(longitude, 2), within_km)
        if spot not in self._known:
            self._known[spot] = self._nothing_known or self._usual.is_usual(
                *spot[1:3], naive(spot[0] * DAY).date(), within_km
            )
        return self._known[spot]

    def at_home(self, latitude: float, longitude: float, time: float) -> bool:
        """Whether that was where the person lived then, which nobody needs to be told."""
        home = self._usual.home(naive(day_of(time) * DAY).date())
        return home is not None and distance_km(home, (latitude, longitude)) <= USUAL_KM


def usual_near(shots: Sequence[Shot], homes: Sequence[tuple[float, float]] = ()) -> UsualPlaces:
    """The usual places of a library, found from the photos that say where.

    ``homes`` in degrees, where given, are the only homes.
    """
    spots = Counter(
        (day_of(shot.time), round(shot.latitude, 2), round(shot.longitude, 2))
        for shot in shots
        if shot.latitude is not None and shot.longitude is not None
    )
    days = (
        DayAt(naive(day * DAY).date(), latitude, longitude, count)
        for (day, latitude, longitude), count in spots.items()
    )
    return UsualPlaces(find_usual(days, homes))


def stay_at(time: float, found: Sequence[Stay], begins: Sequence[float], slack: float) -> int:
    """The number of the stay that ``time`` lies in, or up to ``slack`` seconds before or after it; -1 where none is."""
    index = bisect_right(begins, time + slack) - 1
    return index if index >= 0 and time <= found[index].end + slack else -1


def _stay(here: Sequence[Shot], is_usual: Near) -> Stay:
    begin, end = here[0].time, here[-1].time
    is_night = day_of(end) > day_of(begin)
    return Stay(begin, end, is_night and any(_is_far(shot, is_usual) for shot in here))


def _is_far(shot: Shot, is_usual: Near) -> bool:
    if shot.latitude is None or shot.longitude is None:
        return False
    return not is_usual(shot.latitude, shot.longitude, shot.time, FAR_KM)
