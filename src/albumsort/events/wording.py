"""How a person says when, how long, and several things in a row."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Literal

from albumsort.labels.languages import EventWords

Unit = Literal["", "weekend", "long weekend", "day", "week", "month", "year"]

_MONDAY, _THURSDAY, _FRIDAY, _SATURDAY = 0, 3, 4, 5
_WEEKENDS = {(_FRIDAY, 3), (_SATURDAY, 2)}
_LONG_WEEKENDS = {(_THURSDAY, 4), (_FRIDAY, 4), (_SATURDAY, 3)}
_PARTS_OF_DAY = (4, 12, 17, 22)
_MONTH, _YEAR = 30.44, 365.25


@dataclass(frozen=True, slots=True)
class Wording:
    """Says it in the words of one language."""

    words: EventWords

    def is_date(self, name: str, day: date) -> bool:
        """Whether a name tells this day, or its month, and no more but what tells it from others."""
        for told in (self.date(day, True), self.date(day, False)):
            tail = name.removeprefix(told)
            number = int("".join(filter(str.isdecimal, tail)) or 1)
            if tail != name and tail in {self.tail(part, number) for part in range(-1, len(self.words.parts_of_day))}:
                return True
        return False

    def date(self, day: date, with_day: bool) -> str:
        """The date; ``with_day`` is False where the month says enough."""
        pattern = self.words.day if with_day else self.words.month
        return pattern.format(year=day.year, month=day.month, day=day.day)

    def length(self, unit: Unit, number: int) -> str:
        """What :func:`span` found, in words; "" for nothing."""
        if unit in ("", "weekend", "long weekend"):
            return {"": "", "weekend": self.words.weekend, "long weekend": self.words.long_weekend}[unit]
        said: Sequence[str] = getattr(self.words, unit + "s")
        return said[min(number, len(said)) - 1].format(number)

    def places(self, names: Sequence[str], more: bool) -> str:
        """Places or countries in a row; ``more`` says that there are others."""
        if more:
            return self.sights(names) + self.words.more
        return self.words.before_last.join(filter(None, (self.sights(names[:-1]), names[-1])))

    def sights(self, names: Sequence[str]) -> str:
        """Things seen, in a row."""
        return self.words.comma.join(names)

    def tail(self, part_of_day: int, number: int) -> str:
        """What tells two equal names apart: a part of the day (-1: none), and a number where that is above 1."""
        if part_of_day < 0 and number <= 1:
            return ""
        told = "number" if part_of_day < 0 else "both" if number > 1 else "part_of_day"
        part = self.words.parts_of_day[part_of_day]
        return self.words.told_apart[told].format(part_of_day=part, number=number)


def span(first: date, days: int) -> tuple[Unit, int]:
    """How a person measures so many days, the first of them this one; ("", 0) where that is not worth a word."""
    begin = (first.weekday(), days)
    if begin in _WEEKENDS or begin in _LONG_WEEKENDS:
        return ("weekend" if begin in _WEEKENDS else "long weekend"), 1
    if days < 3:
        return "", 0
    if days < 27:
        # From Saturday to Saturday is a week too, though that is eight days.
        return ("week", days // 7) if days >= 7 and days % 7 <= 1 else ("day", days)
    if days < 60:
        return ("month", 1) if days < 35 else ("week", round(days / 7))
    if days < 2 * _YEAR and not 345 < days < 380:
        return "month", round(days / _MONTH)
    return "year", round(days / _YEAR)


def part_of_day(begin: datetime) -> int:
    """0 to 3: morning, afternoon, evening, night; -1 at midnight sharp, which stands for a day without a time."""
    if begin.time() == time():
        return -1
    return (bisect_right(_PARTS_OF_DAY, begin.hour) - 1) % len(_PARTS_OF_DAY)
