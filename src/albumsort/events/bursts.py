"""Finds bursts: photos that one device took seconds apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

GAP = 3.0
"""Seconds at most from one frame of a burst to the next; times are known to the second."""
MOST = 20
"""Frames at most: a longer run is several bursts, so that a time-lapse of an hour is no single one.

A second that more photos of a device have is no time at which they were taken: somebody gave it to them.
"""


class Frame(NamedTuple):
    """One photo: its device, which is not "", and the time that its clock showed, in seconds of that clock."""

    device: str
    time: float
    photo: int


def bursts(frames: Iterable[Frame]) -> list[list[int]]:
    """The photos of each burst, two or more, in the order of their times. The order of ``frames`` is irrelevant."""
    ordered = sorted(frames)
    at_once = Counter((frame.device, frame.time) for frame in ordered)
    ordered = [frame for frame in ordered if at_once[frame.device, frame.time] <= MOST]
    found: list[list[Frame]] = []
    for frame in ordered:
        last = found[-1] if found else []
        if last and len(last) < MOST and frame.device == last[-1].device and frame.time - last[-1].time <= GAP:
            last.append(frame)
        else:
            found.append([frame])
    return [[frame.photo for frame in burst] for burst in found if len(burst) > 1]
