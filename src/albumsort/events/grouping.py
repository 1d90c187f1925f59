"""Groups photos into events: runs of photos with no gap between them that is long for the situation.

At home a day is one occasion, with hours between two photos of it. On a day out they lie closer, and on a journey,
where a morning at the market and an evening by the sea are two things to tell, closer still. So the longest gap within
an event depends on where the person was, and within limits on what this person's own gaps are like.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from albumsort.events.away import stay_at
from albumsort.events.shots import DAY, HOUR, Shot, Stay

AT_HOME, OUT, ON_A_TRIP = 0, 1, 2
TYPICAL = (7.0, 4.5, 2.0)
"""The longest gap within an event in hours: at the usual places, away for a day, on a trip."""
SPREAD = 0.25
"""Standard deviation of its logarithm from one person to the next; a person's own gaps may move it by about that."""
SAME_SIGHT = 0.1
"""By how much (of its logarithm) the gap may be longer between photos that show the same, or is shorter otherwise."""
SLACK = (3 * HOUR, 8 * HOUR)
"""So long before the first and after the last position a day out, and a trip, may have begun and ended."""
_WINDOW, _BASE = 0.18, 3.0


class Grouping(NamedTuple):
    """The number of the event of each photo, and the number of the trip of those that are of one; both by photo."""

    events: dict[int, int]
    trips: dict[int, int]


def group(shots: Sequence[Shot], away: Sequence[Stay]) -> Grouping:
    """Group photos, whose clocks are right. Numbers are in order of time."""
    timed = sorted((shot for shot in shots if not shot.day_only), key=lambda shot: (shot.time, shot.photo))
    trips = [stay for stay in away if stay.is_trip]
    trip_of = _stays_of(timed, trips, SLACK[1])
    out_of = _stays_of(timed, away, SLACK[0])
    situations = [
        ON_A_TRIP if trip >= 0 else OUT if out >= 0 else AT_HOME for trip, out in zip(trip_of, out_of, strict=True)
    ]
    events = _split(timed, situations)
    found = {shot.photo: trip for shot, trip in zip(timed, trip_of, strict=True) if trip >= 0}
    days = sorted((shot for shot in shots if shot.day_only), key=lambda shot: (shot.time, shot.photo))
    return _with_days(Grouping(events, found), timed, days)


def _stays_of(timed: Sequence[Shot], away: Sequence[Stay], slack: float) -> list[int]:
    begins = [stay.begin for stay in away]
    return [stay_at(shot.time, away, begins, slack) for shot in timed]


def _split(timed: Sequence[Shot], situations: Sequence[int]) -> dict[int, int]:
    """The events of photos in order of time."""
    gaps = [after.time - before.time for before, after in pairwise(timed)]
    between = [max(pair) for pair in pairwise(situations)]
    by_situation: tuple[list[float], ...] = ([], [], [])
    for gap, situation in zip(gaps, between, strict=True):
        by_situation[situation].append(gap / HOUR)
    longest = [longest_gap(own, typical) for own, typical in zip(by_situation, TYPICAL, strict=True)]
    events: dict[int, int] = {}
    number = 0
    for index, shot in enumerate(timed):
        if index:
            sight = _sight(timed[index - 1], shot)
            number += gaps[index - 1] / HOUR > longest[between[index - 1]] * math.exp(sight)
        events[shot.photo] = number
    return events


def _sight(before: Shot, after: Shot) -> float:
    if not before.category or not after.category:
        return 0.0
    return SAME_SIGHT if before.category == after.category else -SAME_SIGHT


def longest_gap(gaps: Sequence[float], typical: float) -> float:
    """The gap, in hours, that divides one person's gaps into those within an event and those between two.

    That is where few of them lie: the emptiest part of their distribution over the logarithm, near what is typical.
    """
    logs = sorted(math.log(gap) for gap in gaps if gap > 0)
    best = (math.inf, 0.0)
    for step in range(-25, 26):
        shift = step * 0.04
        middle = math.log(typical) + shift
        count = bisect_right(logs, middle + _WINDOW) - bisect_left(logs, middle - _WINDOW)
        best = min(best, ((count + _BASE) * math.exp((shift / SPREAD) ** 2 / 2), middle))
    return math.exp(best[1])


def _with_days(grouping: Grouping, timed: Sequence[Shot], days: Sequence[Shot]) -> Grouping:
    """Photos of which only the day is known go to the event of that day which shows most of what they show."""
    by_day: defaultdict[int, Counter[int]] = defaultdict(Counter)
    sights: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for shot in timed:
        event = grouping.events[shot.photo]
        by_day[int(shot.time // DAY)][event] += 1
        sights[event][shot.category] += 1
    trip_of = {grouping.events[photo]: trip for photo, trip in grouping.trips.items()}
    events, trips = dict(grouping.events), dict(grouping.trips)
    alone: dict[int, int] = {}
    for shot in days:
        day = int(shot.time // DAY)
        event = _likeliest(shot, by_day[day], sights) if day in by_day else alone.setdefault(day, -1 - len(alone))
        events[shot.photo] = event
        if event in trip_of:
            trips[shot.photo] = trip_of[event]
    return Grouping(events, trips)


def _likeliest(shot: Shot, there: Counter[int], sights: Mapping[int, Counter[str]]) -> int:
    def fit(event: int) -> tuple[float, int, int]:
        of_event = sights[event]
        return of_event[shot.category] / of_event.total() if shot.category else 0.0, there[event], -event

    return max(there, key=fit)
