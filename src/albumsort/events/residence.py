"""Which of some places was home when: the weeks vote, and a move must be worth it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

# So many weeks must speak for a new home before it is one: more than the longest holiday, less than a term abroad.
_WEEKS_TO_MOVE = 8.0


def residences(places: Sequence[Sequence[int]]) -> list[tuple[int, int]]:
    """The moves (day, index of the place) that agree best with the days seen at each place, in the order of time.

    A day is a count of days, a week has one vote, divided among the places by their days in it. Of all ways to go
    from home to home the one with most votes is taken, less eight votes for each move (the algorithm of Viterbi).
    """
    votes = _votes(places)
    weeks = sorted(votes)
    if not weeks:
        return []
    score = [0.0] * len(places)
    origins = []
    for week in weeks:
        score, origin = _step(score, votes[week])
        origins.append(origin)
    homes = _trace(origins, score.index(max(score)))
    return list(_moves(weeks, homes, places))


def _votes(places: Sequence[Sequence[int]]) -> dict[int, dict[int, float]]:
    days: dict[int, Counter[int]] = defaultdict(Counter)
    for place, seen in enumerate(places):
        for day in seen:
            days[day // 7][place] += 1
    return {week: {place: n / seen.total() for place, n in seen.items()} for week, seen in days.items()}


def _step(score: Sequence[float], votes: Mapping[int, float]) -> tuple[list[float], list[int]]:
    """The best score of each place as the home of one more week, and which home it comes from."""
    best = score.index(max(score))
    after_move = score[best] - _WEEKS_TO_MOVE
    origin = [place if stayed >= after_move else best for place, stayed in enumerate(score)]
    return [max(stayed, after_move) + votes.get(place, 0.0) for place, stayed in enumerate(score)], origin


def _trace(origins: Sequence[Sequence[int]], last: int) -> list[int]:
    homes = [last]
    for origin in reversed(origins[1:]):
        homes.append(origin[homes[-1]])
    return homes[::-1]


def _moves(weeks: Sequence[int], homes: Sequence[int], places: Sequence[Sequence[int]]) -> Iterator[tuple[int, int]]:
    before = None
    for week, home in zip(weeks, homes, strict=True):
        if home != before:
            yield min((day for day in places[home] if day // 7 == week), default=week * 7), home
        before = home
