"""Finds the clocks that were wrong, by the photos that another device took of the same at the same time.

A camera has no network to set its clock. On a journey it goes on showing the time of home. Where a phone was there too,
whose clock follows the place, the camera's photos fall between the phone's once its clock is put right, and show what
these show. So for each time away, and each device, a few corrections are compared by how well they explain its photos:
the log-likelihood of each is that of its nearest neighbour among the phone's.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from albumsort.events.reference import Reference
from albumsort.events.shots import DAY, HOUR, Shot, Stay, naive
from albumsort.events.steady_clocks import (
    ENOUGH,
    HALF_HOURS,
    ODD_COST,
    WIDEST,
    is_consistent,
    steady_hours,
    steady_minutes,
)
from albumsort.library.zones import known_zone

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from albumsort.events.reference import Floats

REACH = 40 * HOUR
"""So far before the first and after the last position of a stay its photos may lie, if nothing else was taken there."""
HOME_COST = 2.0
"""The evidence, in nats, that the time of home takes: about two photos' worth."""
FEWEST_DAYS = 3
"""In fewer nobody can tell a habit from a wrong clock."""

_Candidate = tuple[float, Callable[[float], float]]
"""The evidence that a correction takes, and the seconds to add to what a clock showed."""


def corrections(shots: Sequence[Shot], away: Sequence[Stay]) -> dict[int, float]:
    """By photo, the seconds to add to what its clock showed; only those that are not 0. ``shots`` in order of time."""
    right = right_clocks(shots)
    reference = Reference([shot for shot in shots if shot.device in right])
    devices: defaultdict[str, list[Shot]] = defaultdict(list)
    for shot in shots:
        if shot.device not in right and not shot.day_only and not shot.sure:
            devices[shot.device].append(shot)
    found: dict[int, float] = {}
    for device, taken in devices.items() if reference.shots else ():
        behind = _of_device(taken, away, reference, is_one_clock=bool(device))
        found |= {shot.photo: seconds for shot, seconds in zip(taken, behind, strict=True) if seconds}
    return found


def _of_device(taken: Sequence[Shot], away: Sequence[Stay], reference: Reference, *, is_one_clock: bool) -> list[float]:
    """The corrections of its photos, which are in order of time: of all, then of each stay, then the minutes of all."""
    always = steady_hours(taken, away, reference) if is_one_clock else [0.0] * len(taken)
    shown = _moved(taken, always)
    stay_by_stay: dict[int, float] = {}
    in_order = sorted(shown, key=_time)
    for stay in away:
        stay_by_stay |= _in_stay(in_order, stay, reference)
    behind = [own + stay_by_stay.get(shot.photo, 0.0) for shot, own in zip(taken, always, strict=True)]
    rest = steady_minutes([shot.time for shot in _moved(taken, behind)], reference) if is_one_clock else 0.0
    return [own + rest for own in behind]


def _moved(taken: Sequence[Shot], behind: Sequence[float]) -> list[Shot]:
    return [shot._replace(time=shot.time + own) if own else shot for shot, own in zip(taken, behind, strict=True)]


def right_clocks(shots: Sequence[Shot]) -> frozenset[str]:
    """The devices whose clocks follow the place: at least half of their photos say where, or how far from UTC."""
    all_, sure = Counter(shot.device for shot in shots), Counter(shot.device for shot in shots if shot.sure)
    return frozenset(device for device, count in all_.items() if 2 * sure[device] >= count)


def _in_stay(taken: Sequence[Shot], stay: Stay, reference: Reference) -> dict[int, float]:
    """The corrections of one device's photos (in order of time) that are of a stay."""
    reach = _reach(stay, reference)
    first = bisect_left(taken, reach[0] - WIDEST, key=_time)
    here = taken[first : bisect_right(taken, reach[1] + WIDEST, key=_time)]
    if not here:
        return {}
    zones = _Zones(stay, reference)
    usual: list[_Candidate] = [(0.0, lambda _: 0.0)]
    usual += [(HOME_COST, partial(zones.from_home, home=home)) for home in zones.homes()]
    odd: list[_Candidate] = [(ODD_COST, partial(_always, behind)) for behind in HALF_HOURS]
    some = _Taken(here[:: len(here) // ENOUGH + 1], stay, reach, reference)

    def belief(candidate: _Candidate) -> float:
        return some.explained(candidate[1])[1] - candidate[0]

    cost, behind = max([*usual, *odd], key=belief)
    if cost == ODD_COST and some.by_habit(behind):
        _, behind = max(usual, key=belief)
    moved, _ = _Taken(here, stay, reach, reference).explained(behind)
    return {shot.photo: behind(shot.time) for shot, is_moved in zip(here, moved, strict=True) if is_moved}


class _Taken:
    """Photos of one device that may be of a stay, to be explained by one correction or another."""

    def __init__(self, here: Sequence[Shot], stay: Stay, reach: tuple[float, float], reference: Reference) -> None:
        import numpy as np

        self._stay, self._reach, self._reference = stay, reach, reference
        self._shown = np.array([shot.time for shot in here])
        self._sights = reference.sights(here)
        self._own = reference.likelihood(self._shown, self._sights)
        self._inside = (self._shown >= stay.begin) & (self._shown <= stay.end)

    def explained(self, behind: Callable[[float], float]) -> tuple[NDArray[np.bool_], float]:
        """Which photos a correction moves into the stay, and the log-likelihood of all of them then.

        A photo of a time when the person was elsewhere may be of either, and is where it is explained better.
        """
        import numpy as np

        moved = self._shown + np.array([behind(time) for time in self._shown.tolist()])
        there = self._reference.likelihood(moved, self._sights)
        is_moved = (moved >= self._reach[0]) & (moved <= self._reach[1]) & (self._inside | (there > self._own))
        return is_moved, float(np.where(is_moved, there, self._own).sum())

    def by_habit(self, behind: Callable[[float], float]) -> bool:
        """Whether a correction explains the photos no better on their own days than on others of the stay.

        Who takes the camera out in the evening, and the phone all day, has a right clock.
        """
        import numpy as np

        days = round((self._stay.end - self._stay.begin) / DAY)
        if days < FEWEST_DAYS:
            return True
        shown = self._shown[self._inside]
        moved = shown + np.array([behind(time) for time in shown.tolist()])

        def explained(times: Floats) -> Floats:
            """How much better than on the other days, going round in a circle of all days."""
            into = times - self._stay.begin
            turns = ((into + turn * DAY) % (days * DAY) + self._stay.begin for turn in range(1, days))
            sights = self._sights[self._inside]
            others = [self._reference.likelihood(one, sights, another_sight=0.0) for one in turns]
            return np.asarray(self._reference.likelihood(times, sights, another_sight=0.0) - np.mean(others, axis=0))

        return not is_consistent(explained(moved) - explained(shown), shown)


def _time(shot: Shot) -> float:
    return shot.time


def _always(seconds: float, _shown: float) -> float:
    return seconds


def _reach(stay: Stay, reference: Reference) -> tuple[float, float]:
    """From when to when photos may belong to a stay: half way to what the other devices took before and after it."""
    first = bisect_left(reference.times, stay.begin)
    after = bisect_right(reference.times, stay.end)
    begin, end = stay.begin - REACH, stay.end + REACH
    if first:
        begin = max(begin, (stay.begin + float(reference.times[first - 1])) / 2)
    if after < len(reference.times):
        end = min(end, (stay.end + float(reference.times[after])) / 2)
    return begin, end


class _Zones:
    """The time zones of a stay, and those that the person came from."""

    def __init__(self, stay: Stay, reference: Reference) -> None:
        first = bisect_left(reference.times, stay.begin)
        last = bisect_right(reference.times, stay.end)
        self._inside = [shot for shot in reference.shots[first:last] if shot.zone]
        self._times = [shot.time for shot in self._inside]
        self._before = reference.shots[max(0, first - 50) : first]
        self._after = reference.shots[last : last + 50]

    def homes(self) -> Iterator[str]:
        """The zones of the photos before and after the stay, the most frequent first."""
        for zone, _ in Counter(shot.zone for shot in (*self._before, *self._after) if shot.zone).most_common(2):
            yield zone

    def from_home(self, shown: float, home: str) -> float:
        """The seconds that a clock which shows the time of ``home`` is behind the one of the place."""
        if not self._inside:
            return 0.0
        here = self._inside[self._nearest(shown)].zone
        if not known_zone(here) or not known_zone(home):
            return 0.0
        utc = shown - offset(home, shown)
        return offset(here, utc + offset(here, utc)) - offset(home, shown)

    def _nearest(self, time: float) -> int:
        index = min(bisect_left(self._times, time), len(self._times) - 1)
        if index and abs(self._times[index - 1] - time) < abs(self._times[index] - time):
            return index - 1
        return index


def offset(zone: str, time: float) -> float:
    """How many seconds a zone that is known is ahead of UTC, at a local time as in :class:`Shot`."""
    found = naive(time).replace(tzinfo=known_zone(zone)).utcoffset()
    return found.total_seconds() if found else 0.0
