"""How a person says when, how long, and several things in a row; in English and in Chinese."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Literal, Protocol

Unit = Literal["", "weekend", "long weekend", "day", "week", "month", "year"]

_MONDAY, _THURSDAY, _FRIDAY, _SATURDAY = 0, 3, 4, 5
_WEEKENDS = {(_FRIDAY, 3), (_SATURDAY, 2)}
_LONG_WEEKENDS = {(_THURSDAY, 4), (_FRIDAY, 4), (_SATURDAY, 3)}
_PARTS_OF_DAY = (4, 12, 17, 22)
_MONTH, _YEAR = 30.44, 365.25


class Wording(Protocol):
    """The words of one language."""

    template: str
    """The template of names where the user gives none."""

    def date(self, day: date, with_day: bool) -> str:
        """The date; ``with_day`` is False where the month says enough."""

    def length(self, unit: Unit, number: int) -> str:
        """What :func:`span` found, in words; "" for nothing."""

    def places(self, names: Sequence[str], more: bool) -> str:
        """Places or countries in a row; ``more`` says that there are others."""

    def sights(self, names: Sequence[str]) -> str:
        """Things seen, in a row."""

    def tail(self, part_of_day: int, number: int) -> str:
        """What tells two equal names apart: a part of the day (-1: none), and a number where that is above 1."""


class English:
    """Names such as ``2023-12-27 Niseko, Japan - Winter sports, a week``."""

    template = "{date} {place}, {country} - {sight}, {length}"
    _parts_of_day = ("morning", "afternoon", "evening", "night")
    _numbers = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")

    def date(self, day: date, with_day: bool) -> str:  # noqa: ARG002 - a shorter date would not sort among the others
        return day.isoformat()

    def length(self, unit: Unit, number: int) -> str:
        if unit in ("", "weekend", "long weekend"):
            return unit
        if number == 1:
            return f"a {unit}"
        in_words = unit != "day" and number - 2 < len(self._numbers)
        return f"{self._numbers[number - 2] if in_words else number} {unit}s"

    def places(self, names: Sequence[str], more: bool) -> str:
        *others, last = [*names, "more"] if more else names
        return f"{', '.join(others)} and {last}" if others else last

    def sights(self, names: Sequence[str]) -> str:
        return ", ".join(names)

    def tail(self, part_of_day: int, number: int) -> str:
        words = [self._parts_of_day[part_of_day]] if part_of_day >= 0 else []
        words += [str(number)] if number > 1 else []
        return f" ({' '.join(words)})" if words else ""


class Chinese:
    """Names such as ``2023年12月 日本 新雪谷 滑雪 一周``."""

    template = "{date} {country} {place} {sight} {length}"
    _parts_of_day = ("上午", "下午", "晚上", "深夜")
    _numbers = "一两三四五六七八九十"

    def date(self, day: date, with_day: bool) -> str:
        return f"{day.year}年{day.month}月" + (f"{day.day}日" if with_day else "")

    def length(self, unit: Unit, number: int) -> str:
        if unit in ("weekend", "long weekend"):
            return "周末" if unit == "weekend" else "长周末"
        if unit in ("", "day"):
            return f"{number}天" if unit else ""
        counted = self._numbers[number - 1] if number <= len(self._numbers) else str(number)
        return counted + ("周" if unit == "week" else "个月" if unit == "month" else "年")

    def places(self, names: Sequence[str], more: bool) -> str:
        return "、".join(names) + ("等" if more else "")

    def sights(self, names: Sequence[str]) -> str:
        return "、".join(names)

    def tail(self, part_of_day: int, number: int) -> str:
        part = f" {self._parts_of_day[part_of_day]}" if part_of_day >= 0 else ""
        return part + (f" ({number})" if number > 1 else "")


def wording(language: str) -> Wording:
    """The words of a language such as ``zh`` or ``zh-TW``; English for those that are not known."""
    return Chinese() if language == "zh" else English()


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
