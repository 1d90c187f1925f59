"""The program's own grouping, whole or without some of what it uses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from unittest.mock import patch

from albumsort.events import grouping
from albumsort.events.away import stays, usual_near
from albumsort.events.clocks import corrections, right_clocks
from albumsort.events.grouping import group
from albumsort.events.shots import Shot, Stay


class Parts(NamedTuple):
    """What is used. Without ``situation`` the longest gap is ``one_gap`` hours everywhere, and there are no trips."""

    situation: bool = True
    content: bool = True
    clocks: bool = True
    own_gaps: bool = True
    one_gap: float = 0.0


class Found(NamedTuple):
    """By photo: the number of its event, that of its trip where it is of one, and its time."""

    events: Mapping[int, int]
    trips: Mapping[int, int]
    times: Mapping[int, float]


def found_with(shots: Sequence[Shot], parts: Parts) -> Found:
    """Events, trips and times of ``shots``, which are in order of time."""
    if not parts.content:
        shots = [shot._replace(category="") for shot in shots]
    away = stays_of(shots)
    shots = corrected(shots, away) if parts.clocks else shots
    typical = grouping.TYPICAL if parts.situation else (parts.one_gap,) * len(grouping.TYPICAL)
    longest_gap = grouping.longest_gap if parts.own_gaps else lambda _, typical: typical
    with patch.multiple(grouping, TYPICAL=typical, longest_gap=longest_gap):
        found = group(shots, away if parts.situation else [])
    return Found(found.events, found.trips, {shot.photo: shot.time for shot in shots if not shot.day_only})


def stays_of(shots: Sequence[Shot]) -> list[Stay]:
    """The times away, by those photos whose clock is right."""
    right = right_clocks(shots)
    known = [shot for shot in shots if shot.device in right]
    return stays(known, usual_near(known))


def corrected(shots: Sequence[Shot], away: Sequence[Stay]) -> list[Shot]:
    """The same with their clocks put right, in order of time again."""
    add = corrections(shots, away)
    moved = [shot._replace(time=shot.time + add[shot.photo]) if shot.photo in add else shot for shot in shots]
    return sorted(moved, key=lambda shot: (shot.time, shot.photo))
