"""Published ways to group photos by time, and by time and position, to compare with.

Each takes the photos in order of time, or points made of them, and gives the number of the group of each. What a method
calls noise is a group of its own.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from albumsort.events.shots import HOUR, Shot
from albumsort.events.sphere import EARTH_KM, unit_vectors

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

PHOTOTOC_K = math.log(17)
PHOTOTOC_D = 10


def fixed_gap(hours: Floats, longest: float) -> Ints:
    """A new group after each gap longer than ``longest`` hours."""
    return _runs(np.diff(hours) > longest)


def phototoc(hours: Floats, k: float = PHOTOTOC_K, d: int = PHOTOTOC_D) -> Ints:
    """Platt, Czerwinski & Field 2003: a gap divides where its logarithm is ``k`` above the mean of those around it.

    The mean is over the gap and ``d`` on either side of it, fewer at the ends. Gaps under a second count as a second.
    """
    logs = np.log(np.maximum(np.diff(hours) * HOUR, 1.0))
    sums = np.concatenate([[0.0], np.cumsum(logs)])
    index = np.arange(len(logs))
    first, last = np.maximum(index - d, 0), np.minimum(index + d + 1, len(logs))
    return _runs(logs >= k + (sums[last] - sums[first]) / (last - first))


def dbscan(points: Floats, eps: float, min_samples: int) -> Ints:
    """Ester et al. 1996, as scikit-learn has it."""
    from sklearn.cluster import DBSCAN

    return _noise_alone(DBSCAN(eps=eps, min_samples=min_samples).fit_predict(points))


def hdbscan(points: Floats, min_cluster_size: int, min_samples: int, eps: float, select: str) -> Ints:
    """Campello, Moulavi & Sander 2013, as scikit-learn has it; ``eps`` as in Malzer & Baum 2020."""
    from sklearn.cluster import HDBSCAN

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of its own use of numpy, and of a default to come
        model = HDBSCAN(
            min_cluster_size=min_cluster_size,
            min_samples=min_samples,
            cluster_selection_epsilon=eps,
            cluster_selection_method=select,
        )
        return _noise_alone(model.fit_predict(points))


def in_time(shots: Sequence[Shot]) -> Floats:
    """(n, 1): hours, from the first photo on."""
    times = np.array([shot.time for shot in shots]).reshape(-1, 1)
    hours: Floats = (times - times.min(initial=np.inf)) / HOUR
    return hours


def in_time_and_place(shots: Sequence[Shot], km_an_hour: float) -> Floats:
    """(n, 4): hours, and where in space, ``km_an_hour`` km being as far as an hour.

    A photo without a position has that of the photo nearest in time that has one; without any, all are in one place.
    """
    hours = in_time(shots)
    placed = [index for index, shot in enumerate(shots) if shot.latitude is not None]
    if not placed:
        return np.hstack([hours, np.zeros((len(shots), 3))])
    spots = [(shots[index].latitude or 0.0, shots[index].longitude or 0.0) for index in placed]
    vectors = unit_vectors(spots) * (EARTH_KM / km_an_hour)
    return np.hstack([hours, vectors[_nearest(hours[placed, 0], hours[:, 0])]])


def _nearest(known: Floats, wanted: Floats) -> npt.NDArray[np.intp]:
    """For each of ``wanted``, which of ``known`` (in order, not empty) is nearest."""
    after = np.searchsorted(known, wanted).clip(0, len(known) - 1)
    before = (after - 1).clip(0)
    return np.where(np.abs(known[before] - wanted) <= np.abs(known[after] - wanted), before, after)


def _runs(divides: npt.NDArray[np.bool_]) -> Ints:
    return np.concatenate([[0], np.cumsum(divides)]).astype(np.int64)


def _noise_alone(labels: Ints) -> Ints:
    noise = labels < 0
    result: Ints = labels.astype(np.int64)
    result[noise] = labels.max(initial=-1) + 1 + np.arange(noise.sum())
    return result
