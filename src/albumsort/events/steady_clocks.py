"""Finds by how much a clock was wrong all the time: by hours, by the hour of summer time, by some minutes.

Hours are found at the usual places, by how well they explain a device's photos beside those of the other devices.
Minutes are found by moments of which two devices took a photo: from the one to the other it is then the same time
again and again, and of all the times between their photos this one is far more frequent than those around it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from albumsort.events.away import stay_at
from albumsort.events.reference import MOMENT, Reference
from albumsort.events.shots import DAY, HOUR, Shot, Stay, naive
from albumsort.library.zones import known_zone

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from albumsort.events.reference import Floats

WIDEST = 14 * HOUR
"""Two clocks on earth are at most 26 hours apart; of the usual places hardly ever more than this."""
ODD_COST = 12.0
"""The evidence, in nats, that a number of half hours takes, or of minutes: they are many, and rare."""
SEASON_COST = 6.0
"""The evidence that a clock takes which never goes over to summer time, or never back."""
ENOUGH = 400
"""Photos that are compared, evenly chosen: more say nothing new."""
HALF_HOURS = tuple(step * HOUR / 2 for step in range(-28, 29) if step)
"""The seconds that a clock may be behind: as many as two clocks of the usual places are apart."""
LIKELIEST = 6
"""So many corrections are looked at closely."""
LEAST_WEEKS = 5
"""In fewer weeks with photos nobody knows what is usual, nor what is wrong all the time."""
ENOUGH_MOMENTS = 4000
FARTHEST = 75 * 60
"""Seconds up to which minutes are looked for; half hours are found at home, or stay by stay."""
AROUND = 20 * 60
"""So far on either side of a time between photos is looked how frequent others are, but for what is nearest to it."""
_SAME, _NEAREST, _AROUND = 3, 6, AROUND // MOMENT  # as many steps on either side
_PAUSE = 120 // MOMENT
OTHER_DAYS = tuple(days for days in range(-10, 11) if days % 7)
"""What is done every week is done at the same hour a week later, and proves nothing."""
CONSISTENT = 4.0
"""By so many standard errors the mean gain of a day is above 0, or it is that of a few days and of chance."""


class _Correction(NamedTuple):
    """Seconds by which a clock was behind in winter and in summer, and the evidence that it takes to believe that."""

    cost: float
    winter: float
    summer: float


def steady_hours(taken: Sequence[Shot], away: Sequence[Stay], reference: Reference) -> list[float]:
    """The seconds that a device's clock was behind at each of its photos, as those at the usual places tell.

    Who takes the camera out at sunset and the phone at noon has a right clock, though another would explain the photos
    better. So what counts is how much better they agree with photos of the same things on their own day than with
    those of other days at that hour, and that this is so on most days.
    """
    import numpy as np

    trips = [stay for stay in away if stay.is_trip]
    begins = [stay.begin for stay in trips]
    here = [number for number, shot in enumerate(taken) if stay_at(shot.time, trips, begins, WIDEST) < 0]
    if len({taken[number].time // (7 * DAY) for number in here}) < LEAST_WEEKS:
        return [0.0] * len(taken)
    summer = _are_summer(taken, reference.home_zone(trips))
    some = here[:: len(here) // ENOUGH + 1]
    times, sights = np.array([taken[number].time for number in some]), reference.sights([taken[one] for one in some])
    corrections = list(_corrections(seasons=0 < summer[some].sum() < len(some)))

    def explained(days: int) -> Floats:
        """How well each correction explains each photo, were it of so many days later."""
        moved = (times + days * DAY + np.where(summer[some], own.summer, own.winter) for own in corrections)
        return np.array([reference.likelihood(one, sights, another_sight=0.0) for one in moved])

    belief = explained(0).sum(1) - [correction.cost for correction in corrections]
    best = right = corrections[0]
    if belief.argmax():
        corrections = [right, *(corrections[one] for one in np.argsort(-belief)[:LIKELIEST] if one)]
        gain = explained(0) - np.mean([explained(days) for days in OTHER_DAYS], axis=0)
        gain -= gain[0].copy()
        one = int((gain.sum(1) - [correction.cost for correction in corrections]).argmax())
        if is_consistent(gain[one], times):
            best = corrections[one]
    return [float(behind) for behind in np.where(summer, best.summer, best.winter)]


def steady_minutes(times: Sequence[float], reference: Reference) -> float:
    """The seconds to add to all times of a device, so that it and others took photos at the same moments.

    A minute more or less is left; so is what the photos do not tell. Photos that follow each other closely count once
    with the others of their series: two series overlap at many a distance, and mean nothing by it.
    """
    import numpy as np

    apart, series = _apart(np.array(times), reference)
    reach, far = FARTHEST // MOMENT, FARTHEST // MOMENT + _AROUND
    near = (apart[:, None] + np.arange(-_SAME, _SAME + 1)).ravel() + far
    inside = (near >= 0) & (near <= 2 * far)
    once = np.unique(np.repeat(series, 2 * _SAME + 1)[inside] * (2 * far + 1) + near[inside])
    same = np.bincount(once % (2 * far + 1), minlength=2 * far + 1).astype(np.float64)
    nearest, around = (np.convolve(same, np.ones(2 * side + 1), "same") for side in (_NEAREST, _AROUND))
    by_chance = np.maximum(0.5, (around - nearest) / (2 * (_AROUND - _NEAREST)))
    # The log-likelihood ratio of a Poisson process with as many against one with as many as there are around it.
    gain = np.where(same > by_chance, same * np.log(np.maximum(same, 1) / by_chance) - same + by_chance, 0.0)
    gain = gain[_AROUND : len(gain) - _AROUND]
    best = int(gain.argmax()) - reach
    if abs(best) <= _SAME + 1 or gain[best + reach] < gain[reach - _SAME : reach + _SAME + 1].max() + ODD_COST:
        return 0.0
    return round(float(np.median(apart[np.abs(apart - best) <= _SAME])) * MOMENT)


def is_consistent(gain: Floats, times: Floats) -> bool:
    """Whether photos of these times gain by a correction on most of their days, not on a few or by chance."""
    import numpy as np

    _, day = np.unique(times // DAY, return_inverse=True)
    by_day = np.bincount(day, gain)
    return len(by_day) > 1 and bool(by_day.mean() > CONSISTENT * by_day.std(ddof=1) / np.sqrt(len(by_day)))


def _corrections(*, seasons: bool) -> Iterator[_Correction]:
    yield _Correction(0.0, 0.0, 0.0)
    if seasons:
        yield _Correction(SEASON_COST, 0.0, HOUR)
        yield _Correction(SEASON_COST, -HOUR, 0.0)
    for behind in HALF_HOURS:
        yield _Correction(ODD_COST, behind, behind)


def _are_summer(taken: Sequence[Shot], zone: str) -> NDArray[np.bool_]:
    import numpy as np

    there = known_zone(zone)
    return np.array([bool(there and naive(shot.time).replace(tzinfo=there).dst()) for shot in taken])


def _apart(times: Floats, reference: Reference) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """How much later than ``times`` those of the reference are that are near, in steps of :data:`MOMENT`.

    With each pair goes the number of its pair of series.
    """
    import numpy as np

    own, others = np.unique(times // MOMENT), reference.moments
    first_of = np.concatenate([[0], np.cumsum(np.diff(own) > _PAUSE)])
    step = len(own) // ENOUGH_MOMENTS + 1
    own, first_of = own[::step], first_of[::step]
    far = (FARTHEST + AROUND) / MOMENT
    first, last = np.searchsorted(others, own - far), np.searchsorted(others, own + far, side="right")
    counts = last - first
    index = np.arange(counts.sum()) + np.repeat(first - np.cumsum(counts) + counts, counts)
    series_of = np.concatenate([[0], np.cumsum(np.diff(others) > _PAUSE)])
    series = np.repeat(first_of, counts).astype(np.int64) * (int(series_of[-1]) + 1) + series_of[index]
    return (others[index] - np.repeat(own, counts)).astype(np.int64), series
