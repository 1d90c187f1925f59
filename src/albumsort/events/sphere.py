"""Distances on the earth taken as a sphere, on which the poles and the date line are nothing special."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

EARTH_KM = 6371.0088
"""Mean radius of the earth (IUGG) in kilometres."""


class Position(NamedTuple):
    """A point on the earth: ``latitude`` -90..90 and ``longitude`` -180..180, both in degrees."""

    latitude: float
    longitude: float


def is_position(latitude: float, longitude: float) -> bool:
    """Whether the two are a point on the earth; 0, 0 is what a receiver without a fix writes."""
    return abs(latitude) <= 90 and abs(longitude) <= 180 and (latitude, longitude) != (0, 0)


def distance_km(one: tuple[float, float], other: tuple[float, float]) -> float:
    """The great-circle distance in kilometres by the haversine formula, which is exact for small distances too."""
    lat1, lon1, lat2, lon2 = map(math.radians, (*one, *other))
    h = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_KM * math.asin(min(1.0, math.sqrt(h)))


def unit_vector(latitude: float, longitude: float) -> tuple[float, float, float]:
    """The point on the sphere of radius one; a mean of such vectors has no trouble with the date line."""
    lat, lon = math.radians(latitude), math.radians(longitude)
    return math.cos(lat) * math.cos(lon), math.cos(lat) * math.sin(lon), math.sin(lat)


def of_vector(x: float, y: float, z: float) -> Position:
    """The point below a vector of any length."""
    return Position(math.degrees(math.atan2(z, math.hypot(x, y))), math.degrees(math.atan2(y, x)))


def unit_vectors(positions: ArrayLike) -> NDArray[np.float64]:
    """The points of an (n, 2) array of degrees as an (n, 3) array on the sphere of radius one."""
    import numpy as np

    lat, lon = np.radians(np.asarray(positions, dtype=np.float64).reshape(-1, 2)).T
    return np.column_stack((np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)))


def chord(km: Any) -> Any:
    """The straight line between points of the unit sphere that are ``km`` apart on the ground."""
    import numpy as np

    return 2 * np.sin(np.minimum(km, math.pi * EARTH_KM) / (2 * EARTH_KM))


def arc_km(chords: NDArray[np.float64]) -> NDArray[np.float64]:
    """The kilometres on the ground between points whose straight lines through the unit sphere are ``chords``."""
    import numpy as np

    return 2 * EARTH_KM * np.arcsin(np.minimum(chords / 2, 1.0))
