"""Finds by how much a clock was wrong all the time: by hours, by the hour of summer time, by some minutes.

Hours are found at the usual places, by how well they explain a device's photos beside those of the other devices.
Minutes are found by moments of which two devices took a photo: from the one to the other it is then the same time
again and again, and of all the times between their photos this one is far more frequent than those around it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from albumsort.events.away import stay_at
from albumsort.events.reference import MOMENT, Reference
from albumsort.events.shots import DAY, HOUR, Shot, Stay, naive
from albumsort.library.zones import known_zone

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

WIDEST = 14 * HOUR
"""Two clocks on earth are at most 26 hours apart; of the usual places hardly ever more than this."""
ODD_COST = 12.0
"""The evidence, in nats, that a number of half hours takes, or of minutes: they are many, and rare."""
SEASON_COST = 6.0
"""The evidence that a clock takes which never goes over to summer time, or never back."""
ENOUGH = 400
"""Photos that are compared, evenly chosen: more say nothing new."""
LEAST_WEEKS = 5
"""In fewer weeks with photos nobody knows what is usual, nor what is wrong all the time."""
ENOUGH_MOMENTS = 4000
FARTHEST = 45 * 60
"""Seconds up to which minutes are looked for; half hours are found at home, or stay by stay."""
AROUND = 20 * 60
"""So far on either side of a time between photos is looked how frequent others are, but for what is nearest to it."""
_SAME, _NEAREST, _AROUND = 3, 6, round(AROUND / MOMENT)  # as many steps on either side


class _Correction(NamedTuple):
    """Seconds by which a clock was behind in winter and in summer, and the evidence that it takes to believe that."""

    cost: float
    winter: float
    summer: float


def steady_hours(taken: Sequence[Shot], away: Sequence[Stay], reference: Reference) -> list[float]:
    """The seconds that a device's clock was behind at each of its photos, as those at the usual places tell."""
    import numpy as np

    trips = [stay for stay in away if stay.is_trip]
    begins = [stay.begin for stay in trips]
    here = [number for number, shot in enumerate(taken) if stay_at(shot.time, trips, begins, WIDEST) < 0]
    if len({taken[number].time // (7 * DAY) for number in here}) < LEAST_WEEKS:
        return [0.0] * len(taken)
    summer = _are_summer(taken, _home_zone(trips, begins, reference))
    some = here[:: len(here) // ENOUGH + 1]
    times, sights = np.array([taken[number].time for number in some]), reference.sights([taken[one] for one in some])

    def belief(correction: _Correction) -> float:
        behind = np.where(summer[some], correction.summer, correction.winter)
        return float(reference.likelihood(times + behind, sights).sum()) - correction.cost

    best = max(_corrections(seasons=0 < summer[some].sum() < len(some)), key=belief)
    return [float(behind) for behind in np.where(summer, best.summer, best.winter)]


def steady_minutes(times: Sequence[float], reference: Reference) -> float:
    """The seconds to add to all times of a device, so that it and others took photos at the same moments.

    A minute more or less is left; so is what the photos do not tell.
    """
    import numpy as np

    apart = _apart(np.array(times), reference.moments)
    reach = FARTHEST // MOMENT
    far = reach + _AROUND
    counts = np.bincount((apart[np.abs(apart) <= far] + far).astype(np.int64), minlength=2 * far + 1).astype(np.float64)
    same, nearest, around = (np.convolve(counts, np.ones(2 * side + 1), "same") for side in (_SAME, _NEAREST, _AROUND))
    by_chance = np.maximum(0.5, (around - nearest) * (2 * _SAME + 1) / (2 * (_AROUND - _NEAREST)))
    # The log-likelihood ratio of a Poisson process with as many against one with as many as there are around it.
    gain = np.where(same > by_chance, same * np.log(np.maximum(same, 1) / by_chance) - same + by_chance, 0.0)
    gain = gain[_AROUND : len(gain) - _AROUND]
    best = int(gain.argmax()) - reach
    if abs(best) <= _SAME + 1 or gain[best + reach] < gain[reach - _SAME : reach + _SAME + 1].max() + ODD_COST:
        return 0.0
    return round(float(np.median(apart[np.abs(apart - best) <= _SAME])) * MOMENT)


def _corrections(*, seasons: bool) -> Iterator[_Correction]:
    yield _Correction(0.0, 0.0, 0.0)
    if seasons:
        yield _Correction(SEASON_COST, 0.0, HOUR)
        yield _Correction(SEASON_COST, -HOUR, 0.0)
    for step in range(-28, 29):
        if step:
            yield _Correction(ODD_COST, step * HOUR / 2, step * HOUR / 2)


def _home_zone(trips: Sequence[Stay], begins: Sequence[float], reference: Reference) -> str:
    zones = Counter(shot.zone for shot in reference.shots if stay_at(shot.time, trips, begins, 0.0) < 0)
    return max(zones, key=lambda zone: (bool(zone), zones[zone], zone), default="")


def _are_summer(taken: Sequence[Shot], zone: str) -> NDArray[np.bool_]:
    import numpy as np

    there = known_zone(zone)
    return np.array([bool(there and naive(shot.time).replace(tzinfo=there).dst()) for shot in taken])


def _apart(times: Floats, others: Floats) -> Floats:
    """How much later than each of ``times`` those of ``others`` are that are near, all in steps of :data:`MOMENT`."""
    import numpy as np

    own = np.unique(times // MOMENT)
    own = own[:: len(own) // ENOUGH_MOMENTS + 1]
    far = (FARTHEST + AROUND) / MOMENT
    first, last = np.searchsorted(others, own - far), np.searchsorted(others, own + far, side="right")
    counts = last - first
    index = np.arange(counts.sum()) + np.repeat(first - np.cumsum(counts) + counts, counts)
    return np.asarray(others[index] - np.repeat(own, counts))
