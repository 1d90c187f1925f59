"""When the person was away from the usual places, and for how long."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from albumsort.events.shots import DAY, IsUsual, Shot, Stay, day_of

SILENCE = 4 * DAY
"""Without any position for longer than this, nobody can say that the person stayed away all the time."""


def stays(shots: Sequence[Shot], is_usual: IsUsual) -> list[Stay]:
    """The times away, in order. ``shots`` are in order of time; those without a position are passed over."""
    found: list[Stay] = []
    begin: float | None = None
    last = 0.0
    for shot in shots:
        if shot.latitude is None or shot.longitude is None:
            continue
        away = not is_usual(shot.latitude, shot.longitude, shot.time)
        if begin is not None and (not away or shot.time - last > SILENCE):
            found.append(_stay(begin, last))
            begin = None
        if away:
            begin, last = (shot.time if begin is None else begin), shot.time
    return found if begin is None else [*found, _stay(begin, last)]


def stay_at(time: float, found: Sequence[Stay], begins: Sequence[float], slack: float) -> int:
    """The number of the stay that ``time`` lies in, or up to ``slack`` seconds before or after it; -1 where none is."""
    index = bisect_right(begins, time + slack) - 1
    return index if index >= 0 and time <= found[index].end + slack else -1


def _stay(begin: float, end: float) -> Stay:
    return Stay(begin, end, day_of(end) > day_of(begin))
