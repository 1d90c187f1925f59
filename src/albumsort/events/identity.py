"""Gives events the identifiers that they had before, though photos came and went since."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date


def identify(groups: Sequence[Collection[int]], days: Sequence[date], before: Mapping[int, str]) -> list[str]:
    """An identifier for each group of photos: that of the group which most of its photos were in before.

    ``days`` are the first day of each group, for new identifiers such as ``20230506-1``; ``before`` has the identifiers
    by photo. A group of before that was split leaves its identifier to the largest part, and of groups that were merged
    the largest gives its own; of equal ones the first.
    """
    votes = [
        (-count, index, identifier)
        for index, group in enumerate(groups)
        for identifier, count in Counter(before[photo] for photo in group if photo in before).items()
    ]
    kept: dict[int, str] = {}
    taken: set[str] = set()
    for _, index, identifier in sorted(votes):
        if index not in kept and identifier not in taken:
            kept[index] = identifier
            taken.add(identifier)
    taken.update(before.values())  # an identifier that photos still have does not come to mean another event
    numbers: defaultdict[date, int] = defaultdict(int)
    return [kept.get(index) or _new(day, numbers, taken) for index, day in enumerate(days)]


def _new(day: date, numbers: defaultdict[date, int], taken: Collection[str]) -> str:
    while True:
        numbers[day] += 1
        identifier = f"{day:%Y%m%d}-{numbers[day]}"
        if identifier not in taken:
            return identifier
