"""Gives events the identifiers that they had before, though photos came and went since."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from itertools import count

from albumsort.events.shots import naive

TRIP = "t"
"""What the number of a trip begins with."""


def assign(
    groups: Sequence[Sequence[int]],
    times: Mapping[int, float],
    before: Mapping[int, str],
    anchors: Mapping[int, str],
    mark: str = "",
) -> dict[int, str]:
    """The identifier of each photo of these groups, which have their photos in order of time.

    ``times`` are those of the photos, ``before`` the identifiers that they had. Those of ``anchors`` stay, whatever the
    groups are: of photos that lie in an album already, or that the user assigned; "" means that such a photo is to
    have none. Other photos of a group that has anchors go with the nearest of them in time. ``mark`` tells kinds of
    groups apart in new identifiers.
    """
    found = {photo: anchors[photo] for group in groups for photo in group if photo in anchors}
    loose: list[list[int]] = []
    for group in groups:
        fixed = [photo for photo in group if anchors.get(photo)]
        free = [photo for photo in group if photo not in anchors]
        if fixed:
            at = [times[photo] for photo in fixed]
            found |= {photo: anchors[fixed[_nearest(times[photo], at)]] for photo in free}
        elif free:
            loose.append(free)
    days = [naive(times[group[0]]).date() for group in loose]
    identifiers = identify(loose, days, before, reserved=set(anchors.values()), mark=mark)
    return found | {photo: own for group, own in zip(loose, identifiers, strict=True) for photo in group}


def identify(
    groups: Sequence[Collection[int]],
    days: Sequence[date],
    before: Mapping[int, str],
    *,
    reserved: Collection[str] = (),
    mark: str = "",
) -> list[str]:
    """An identifier for each group of photos: that of the group which most of its photos were in before.

    ``days`` are the first day of each group, for new identifiers such as ``20230506-1``; ``before`` has the identifiers
    by photo. A group of before that was split leaves its identifier to the largest part, and of groups that were merged
    the largest gives its own; of equal ones the first. Those ``reserved`` are never new ones.
    """
    votes = [
        (-times, index, identifier)
        for index, group in enumerate(groups)
        for identifier, times in Counter(before[photo] for photo in group if photo in before).items()
    ]
    kept: dict[int, str] = {}
    taken: set[str] = set()
    for _, index, identifier in sorted(votes):
        if index not in kept and identifier not in taken:
            kept[index] = identifier
            taken.add(identifier)
    taken.update(before.values(), reserved)  # an identifier that photos still have does not come to mean another event
    found = []
    for index, day in enumerate(days):
        found.append(kept.get(index) or new_identifier(day, mark, taken))
        taken.add(found[-1])
    return found


def new_identifier(day: date, mark: str, taken: Collection[str]) -> str:
    """The first identifier of that day that is not taken."""
    numbered = (f"{day:%Y%m%d}-{mark}{number}" for number in count(1))
    return next(identifier for identifier in numbered if identifier not in taken)


def _nearest(time: float, times: Sequence[float]) -> int:
    """The index of the nearest of ``times``, which are in order."""
    at = bisect_left(times, time)
    around = range(max(0, at - 1), min(at + 1, len(times)))
    return min(around, key=lambda index: abs(times[index] - time))
