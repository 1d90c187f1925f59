"""Where somebody lives and which places are usual, found from where photos were taken on which day.

Days count, not photos: a party of a thousand pictures is one day. A place is usual where somebody was in many
weeks over a long time, with no more than half a year away in between; home is the usual place that has most
of the weeks, and it moves when the weeks move.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from albumsort.events.grid import Cell, cell_of, cells_within
from albumsort.events.residence import residences
from albumsort.events.sphere import Position, distance_km, is_position, of_vector, unit_vector

PLACE_KM = 10.0
"""Days within so many km of the middle of a place are days there: what a city of half a million covers."""

USUAL_KM = 20.0
"""A photo within so many km of a usual place is no journey: a large city reaches as far, and a way to work."""

# Longer than nearly any holiday, on the calendar and in the number of weeks with photos.
_LEAST_WEEKS = 5
_LEAST_DAYS = 42
# A summer abroad may be that long too, and a resort please three times: what is not home is usual only if it was
# seen in more months than that.
_LEAST_MONTHS_ELSEWHERE = 5
# The same city on five holidays stays a journey each time; the flat by the sea of every other weekend does not.
_SAME_VISIT_DAYS = 2
_MANY_VISITS = 15
# A ski resort of every winter has one or two months of twelve; grandparents seen each quarter have four.
_SHARE_OF_MONTHS = 1 / 4
# Who takes few photos is not seen at home each quarter, but in most months in which photos were taken at all.
_SHARE_OF_ACTIVE_MONTHS = 1 / 2
# Half a year with photos elsewhere and none here ends a time at a place.
_MONTHS_AWAY = 6
# A place is usual this many days before it is first seen and after it is last seen.
_MARGIN_DAYS = 31


class DayAt(NamedTuple):
    """Photos of one day in one spot: the local ``day``, degrees as in ``Position``, and how many photos."""

    day: date
    latitude: float
    longitude: float
    photos: int = 1


@dataclass(frozen=True, slots=True)
class Stay:
    """A time in which a place was usual: from ``first`` to ``last``, both included; its ``days`` there, sorted.

    A time is counted in days since the year 1 (``date.toordinal``).
    """

    centre: Position
    first: int
    last: int
    days: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Usual:
    """The usual places of a library: ``stays`` are the times at places returned to, ``moves`` are the homes.

    A move has the day from which on the place was home.
    """

    stays: tuple[Stay, ...]
    moves: tuple[tuple[int, Position], ...]

    def is_usual(self, latitude: float, longitude: float, day: date, within_km: float = USUAL_KM) -> bool:
        """Whether that position was, on that day, no journey: within so many km of a usual place."""
        here, at = (latitude, longitude), day.toordinal()
        home = self.home(day)
        if home is not None and distance_km(home, here) <= within_km:
            return True
        return any(stay.first <= at <= stay.last and distance_km(stay.centre, here) <= within_km for stay in self.stays)

    def home(self, day: date) -> Position | None:
        """The home on that day, before the first known one that; None where nothing shows one."""
        if not self.moves:
            return None
        begun = [home for start, home in self.moves if start <= day.toordinal()]
        return begun[-1] if begun else self.moves[0][1]


def find_usual(days: Iterable[DayAt], homes: Sequence[tuple[float, float]] = ()) -> Usual:
    """The usual places; ``homes`` in degrees, where given, are the only homes, and usual at any time."""
    by_cell = _days_by_cell(days)
    active = sorted({_month(day) for seen in by_cell.values() for day in seen})
    left = dict(by_cell)
    given = [_given(Position(*home), left) for home in homes]
    stays = [stay for centre, seen in _places(left) for stay in _stays(centre, sorted(seen), active)]
    candidates = given or stays
    moves = residences([stay.days for stay in candidates])
    if given and not moves:
        moves = [(1, 0)]
    returned_to = [stay for stay in stays if _is_part_of_life(stay.days)]
    return Usual((*given, *returned_to), tuple((start, candidates[which].centre) for start, which in moves))


def _days_by_cell(days: Iterable[DayAt]) -> dict[Cell, set[int]]:
    cells: dict[Cell, set[int]] = defaultdict(set)
    for day, latitude, longitude, photos in days:
        if photos > 0 and is_position(latitude, longitude):
            cells[cell_of(latitude, longitude)].add(day.toordinal())
    return dict(cells)


def _given(home: Position, left: dict[Cell, set[int]]) -> Stay:
    return Stay(home, date.min.toordinal(), date.max.toordinal(), tuple(sorted(_take(left, home))))


def _places(left: dict[Cell, set[int]]) -> Iterator[tuple[Position, set[int]]]:
    """The middle of each place and the days there, from the cell with most days on; takes them from ``left``.

    Places do not chain: a string of suburbs is no reason to call two cities one.
    """
    for cell in sorted(left, key=lambda cell: (-len(left[cell]), cell)):
        if cell in left:
            around = list(cells_within(left, cell.centre, PLACE_KM))
            if sum(len(left[near]) for near in around) < _LEAST_WEEKS:
                continue
            middle = _middle(left, around)
            yield middle, left.pop(cell) | _take(left, middle)


def _middle(by_cell: Mapping[Cell, set[int]], cells: Iterable[Cell]) -> Position:
    """The mean of the cells, each as often as there are days in it."""
    x = y = z = 0.0
    for cell in cells:
        days, vector = len(by_cell[cell]), unit_vector(*cell.centre)
        x, y, z = x + days * vector[0], y + days * vector[1], z + days * vector[2]
    return of_vector(x, y, z)


def _take(left: dict[Cell, set[int]], middle: Position) -> set[int]:
    """Remove the cells of the place around ``middle`` and give back their days."""
    seen: set[int] = set()
    return seen.union(*(left.pop(cell) for cell in list(cells_within(left, middle, PLACE_KM))))


def _stays(centre: Position, days: Sequence[int], active: Sequence[int]) -> Iterator[Stay]:
    """The times in which a place was usual, of its ``days``; ``active`` are the months that have any photo."""
    start = 0
    for at in range(1, len(days) + 1):
        if at == len(days) or _months_between(active, days[at - 1], days[at]) >= _MONTHS_AWAY:
            time = tuple(days[start:at])
            if _is_regular(time, active):
                yield Stay(centre, time[0] - _MARGIN_DAYS, time[-1] + _MARGIN_DAYS, time)
            start = at


def _is_regular(days: Sequence[int], active: Sequence[int]) -> bool:
    if days[-1] - days[0] < _LEAST_DAYS or len({day // 7 for day in days}) < _LEAST_WEEKS:
        return False
    months = {_month(day) for day in days}
    first, last = min(months), max(months)
    with_photos = bisect_right(active, last) - bisect_left(active, first)
    of_all = len(months) / (last - first + 1)
    return of_all >= _SHARE_OF_MONTHS or len(months) / with_photos >= _SHARE_OF_ACTIVE_MONTHS


def _is_part_of_life(days: Sequence[int]) -> bool:
    """Whether somebody returns to a place as a rule for a day, or so often that it is no journey any more."""
    if len({_month(day) for day in days}) < _LEAST_MONTHS_ELSEWHERE:
        return False
    visits: list[int] = []  # the number of days on which each was photographed
    for index, day in enumerate(days):
        if index and day - days[index - 1] <= _SAME_VISIT_DAYS:
            visits[-1] += 1
        else:
            visits.append(1)
    return 2 * visits.count(1) >= len(visits) or len(visits) >= _MANY_VISITS


def _months_between(active: Sequence[int], one: int, other: int) -> int:
    """How many months with photos lie between the months of two days."""
    if other - one < 28 * _MONTHS_AWAY:
        return 0
    return bisect_left(active, _month(other)) - bisect_right(active, _month(one))


def _month(ordinal: int) -> int:
    day = date.fromordinal(ordinal)
    return day.year * 12 + day.month
