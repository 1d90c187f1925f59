"""The photos whose clock is right, against which those of other devices are held."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from albumsort.events.away import stay_at
from albumsort.events.shots import HOUR, Shot, Stay

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

CLOSE = 0.6 * HOUR
"""Scale of the distance in time between photos of one occasion: within a session of some hours it is about this."""
ANOTHER_SIGHT = 0.3
"""Weight of a neighbour that shows something else."""
BY_CHANCE = 0.02
"""Likelihood, against 1 at the same moment, of a photo that nobody took another beside."""
MOMENT = 20
"""Seconds in which several photos are one: a burst says no more than a photo."""
_NEIGHBOURS = 4


class Reference:
    """``shots`` are in order of time, ``times`` are theirs."""

    def __init__(self, shots: Sequence[Shot]) -> None:
        import numpy as np

        self.shots = shots
        self.times: Floats = np.array([shot.time for shot in shots])
        self._numbers = {category: number for number, category in enumerate({shot.category for shot in shots} - {""})}
        self._sights = self.sights(shots, unknown=-1)
        self._home_zone: str | None = None

    @cached_property
    def moments(self) -> Floats:
        """When photos were taken, each moment once, in steps of :data:`MOMENT`."""
        import numpy as np

        return np.unique(self.times // MOMENT)

    def home_zone(self, trips: Sequence[Stay]) -> str:
        """The time zone of most photos that were taken on none of these trips, "" where none is known."""
        if self._home_zone is None:
            begins = [stay.begin for stay in trips]
            zones = Counter(shot.zone for shot in self.shots if stay_at(shot.time, trips, begins, 0.0) < 0)
            self._home_zone = max(zones, key=lambda zone: (bool(zone), zones[zone], zone), default="")
        return self._home_zone

    def sights(self, shots: Sequence[Shot], unknown: int = -2) -> NDArray[np.int64]:
        """What these show, as numbers; ``unknown`` where that is not known or no photo here shows it."""
        import numpy as np

        return np.array([self._numbers.get(shot.category, unknown) for shot in shots], dtype=np.int64)

    def likelihood(self, times: Floats, sights: NDArray[np.int64], another_sight: float = ANOTHER_SIGHT) -> Floats:
        """The log-likelihood of photos taken at these times and showing these sights, given the photos here.

        That of each is that of its nearest neighbour here, nearest in time and by what it shows; ``another_sight`` is
        the weight, 0..1, of one that shows something else.
        """
        import numpy as np

        place = np.searchsorted(self.times, times)
        best = np.zeros(len(times))
        for step in range(-_NEIGHBOURS, _NEIGHBOURS):
            index = place + step
            inside = (index >= 0) & (index < len(self.times))
            index = np.where(inside, index, 0)
            weight = np.where(self._sights[index] == sights, 1.0, another_sight) * inside
            best = np.maximum(best, weight * np.exp(-np.abs(self.times[index] - times) / CLOSE))
        return np.log(BY_CHANCE + best)
