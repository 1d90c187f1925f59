"""The timeline of ``albumsort events --timeline``: each year a line of weeks, with the names of occasions below it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil, sqrt
from typing import NamedTuple

from albumsort.messages import gettext as _
from albumsort.messages import gettext_noop, ngettext
from albumsort.plan.columns import cells, cut
from albumsort.records import Event

BLOCKS = "▁▂▃▄▅▆▇█"
LANES = 4
"""How many lines of names a year has at most."""
LONGEST = 32
"""Columns of a name: those of others want to be read too."""
SHORTEST = 8
"""Columns of a name that is cut at the edge: less says nothing."""
TRIED = 40
"""How many names of a year are tried for a place, the most important first."""
TOP_SHARE = 0.98
"""So many of the weeks are told apart by their height: one week of a wrong date does not flatten all others."""
FEWEST = 13
"""Columns that a year has at least, four weeks each, however narrow the terminal."""

_MONTHS = (
    *(gettext_noop("Jan"), gettext_noop("Feb"), gettext_noop("Mar"), gettext_noop("Apr"), gettext_noop("May")),
    *(gettext_noop("Jun"), gettext_noop("Jul"), gettext_noop("Aug"), gettext_noop("Sep"), gettext_noop("Oct")),
    *(gettext_noop("Nov"), gettext_noop("Dec")),
)
_DATE = re.compile(r"^\d{4}(-\d\d-\d\d|年\d{1,2}月(\d{1,2}日)?) +(?:- )?(?=\S)")


class _Label(NamedTuple):
    """A name, one text a column, and the column of its year where it has its place."""

    column: int
    name: list[str]


@dataclass(frozen=True, slots=True)
class _Chart:
    """How the years are drawn: ``margin`` columns, then ``weeks`` in a column; the height of ``top`` photos is full."""

    margin: int
    room: int
    weeks: int
    counts: Mapping[tuple[int, int], int]
    top: int

    def bar(self, year: int) -> str:
        blocks = (self._block(self.counts.get((year, column), 0)) for column in range(_columns(self.weeks)))
        return "".join(blocks).rstrip()

    def _block(self, photos: int) -> str:
        height = ceil(len(BLOCKS) * sqrt(photos / self.top)) if photos else 0
        return BLOCKS[min(height, len(BLOCKS)) - 1] if height else " "

    def months(self) -> str:
        line: list[str] = []
        for month, name in enumerate(_MONTHS, start=1):
            column = _column(date(2023, month, 1), self.weeks)
            if not line or column > len(line):
                line += [" "] * (column - len(line)) + cells(_(name))
        return " " * self.margin + "".join(line)

    def names(self, events: Sequence[Event]) -> tuple[list[str], int]:
        """The lines with names, and how many of the events are in them: the first, and those that fit beside them."""
        shown: list[_Label] = []
        lines: list[str] = []
        for event in events[:TRIED]:
            label = _Label(_column(event.begin.date(), self.weeks), _label(event.name))
            more = sorted([*shown, label], reverse=True)
            if placed := _placed(more, self.room - self.margin):
                shown, lines = more, placed
        return [" " * self.margin + line for line in lines], len(shown)

    def legend(self) -> str:
        told = ngettext(
            "A block is a week: {block} is {number} photos or more, half as high a quarter of that.",
            "A block is {weeks} weeks: {block} is {number} photos or more, half as high a quarter of that.",
            self.weeks,
        )
        full = int(self.top * ((len(BLOCKS) - 1) / len(BLOCKS)) ** 2) + 1
        return told.format(weeks=self.weeks, block=BLOCKS[-1], number=full)


def timeline(photos: Mapping[date, int], events: Sequence[Event], room: int) -> tuple[list[str], int]:
    """The lines of a timeline, and how many of the events are named in them.

    ``photos`` is how many were taken on each day; of ``events``, those that come first are named first.
    """
    totals: Counter[int] = Counter()
    for day, count in photos.items():
        totals[day.year] += count
    digits = len(str(max(totals.values(), default=0)))
    chart = _chart(photos, 4 + 2 + digits + 2, room)
    lines: list[str] = []
    named, before = 0, 0
    for year in sorted({*totals, *(event.begin.year for event in events)}):
        if before and year > before + 1:
            lines.append("   ⋮")
        lines.append(f"{year:04}  {totals[year]:>{digits}}  {chart.bar(year)}".rstrip())
        below, fitting = chart.names([event for event in events if event.begin.year == year])
        lines += below
        named, before = named + fitting, year
    return [cut(line, room) for line in (chart.months(), *lines, chart.months(), chart.legend())], named


def _chart(photos: Mapping[date, int], margin: int, room: int) -> _Chart:
    weeks = 1
    while _columns(weeks) > max(room - margin, FEWEST + 1):
        weeks += 1
    counts: Counter[tuple[int, int]] = Counter()
    for day, count in photos.items():
        counts[day.year, _column(day, weeks)] += count
    ranked = sorted(counts.values())
    top = ranked[ceil(TOP_SHARE * (len(ranked) - 1))] if ranked else 1
    return _Chart(margin, room, weeks, counts, top)


def _column(day: date, weeks: int) -> int:
    return (day.timetuple().tm_yday - 1) // (7 * weeks)


def _columns(weeks: int) -> int:
    return _column(date(2024, 12, 31), weeks) + 1


def _label(name: str) -> list[str]:
    """A name without the date that it begins with, which its place tells."""
    return cells(cut(_DATE.sub("", name), LONGEST))


def _placed(labels: Sequence[_Label], room: int) -> list[str] | None:
    """The lines with these labels, of which the last comes first; None where there is no room for all of them.

    Each goes into the highest line where it fits, so that no name is in the way of a line up to the year.
    """
    lanes = [[" "] * max(room, 0) for _lane in range(LANES)]
    for column, name in labels:
        shown = cells(cut("".join(name), max(room - column - 2, 0)))
        text = ["└", " ", *shown]
        reach = slice(column, column + len(text) + 1)
        lane = next((lane for lane in lanes if set(lane[reach]) <= {" "}), None)
        if lane is None or column + len(text) > room or len(shown) < min(len(name), SHORTEST):
            return None
        lane[column : column + len(text)] = text
        for above in lanes[: lanes.index(lane)]:
            above[column] = "│" if above[column] == " " else above[column].replace("└", "├")
    lines = ["".join(lane).rstrip() for lane in lanes]
    return [line for line in lines if line]
