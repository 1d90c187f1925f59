"""The program's own grouping, whole or without some of what it uses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from unittest.mock import patch

from albumsort.events import grouping
from albumsort.events.away import Near, stays
from albumsort.events.clocks import corrections, right_clocks
from albumsort.events.grouping import group
from albumsort.events.homes import USUAL_KM, DayAt, Usual, find_usual
from albumsort.events.shots import NIGHT, Shot, Stay, naive


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


def usual_of(shots: Sequence[Shot]) -> Usual:
    """The usual places, from the photos that say where."""
    return find_usual(
        DayAt(naive(shot.time - NIGHT).date(), shot.latitude, shot.longitude)
        for shot in shots
        if shot.latitude is not None and shot.longitude is not None
    )


def near(usual: Usual) -> Near:
    def is_usual(latitude: float, longitude: float, time: float, within_km: float = USUAL_KM) -> bool:
        return usual.is_usual(latitude, longitude, naive(time).date(), within_km)

    return is_usual


def stays_of(shots: Sequence[Shot]) -> list[Stay]:
    """The times away, by those photos whose clock is right."""
    right = right_clocks(shots)
    known = [shot for shot in shots if shot.device in right]
    return stays(known, near(usual_of(known)))


def corrected(shots: Sequence[Shot], away: Sequence[Stay]) -> list[Shot]:
    """The same with their clocks put right, in order of time again."""
    add = corrections(shots, away)
    moved = [shot._replace(time=shot.time + add[shot.photo]) if shot.photo in add else shot for shot in shots]
    return sorted(moved, key=lambda shot: (shot.time, shot.photo))
