"""Which town a position belongs to, without a network.

GeoNames lists quarters and hamlets beside cities, each as one point with its people. The nearest point would call
the Reichstag "Mitte". So each town gets the disc that its people fill, and a position belongs to the town whose
rim is nearest, counted negative inside: well within Berlin that is Berlin, though a quarter's point is nearer, and
in a village it is the village, however large the city fifty kilometres off.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from albumsort.events.countries import country_name, english_city
from albumsort.events.gazetteer import Gazetteer, gazetteer
from albumsort.events.sphere import arc_km, is_position, unit_vectors

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

TOWN_KM = 50.0
"""A town is named up to so many km from its rim: about an hour's drive, what "near" means in the wild."""

COUNTRY_KM = 370.4
"""A country is named up to so many km from its nearest town: 200 nautical miles, the reach of its rights at sea."""

# Half the way to the next quarter of a city: more would let a city across the border outweigh the town one stands in.
_CORE_KM = 2.0
_NEAR_ENTRIES = 8
_NEAR_TOWNS = 64
_AT_ONCE = 20_000
# 100 m: photos of one spot are looked up once.
_DECIMALS = 3


@dataclass(frozen=True, slots=True)
class Place:
    """A town: its names in English or as GeoNames writes them, "" where not known; its centre in degrees.

    Where no town is near, ``city`` and ``region`` are empty and ``latitude`` (-90..90) and ``longitude`` (-180..180)
    are those asked for. ``country_code`` is ISO 3166 (two letters), ``country`` its English name.
    """

    city: str
    region: str
    country_code: str
    country: str
    latitude: float
    longitude: float


def locate(positions: Sequence[tuple[float, float]]) -> list[Place]:
    """The place of each (latitude, longitude) in degrees, in the order given."""
    spots = [(round(lat, _DECIMALS), round(lon, _DECIMALS)) for lat, lon in positions]
    known: dict[tuple[float, float], Place] = {}
    wanted = [spot for spot in dict.fromkeys(spots) if is_position(*spot)]
    for start in range(0, len(wanted), _AT_ONCE):
        part = wanted[start : start + _AT_ONCE]
        known.update(zip(part, _look_up(part, gazetteer()), strict=True))
    return [known.get(spot) or Place("", "", "", "", *spot) for spot in spots]


def _look_up(spots: list[tuple[float, float]], table: Gazetteer) -> list[Place]:
    points = unit_vectors(spots)
    nearest_km, country = _countries(points, table)
    rim_km, rows = _towns(points, country, table)
    return [
        _place(spot, km, str(code), rim, row, table)
        for spot, km, code, rim, row in zip(
            spots, nearest_km.tolist(), country, rim_km.tolist(), rows.tolist(), strict=True
        )
    ]


def _countries(points: NDArray[np.float64], table: Gazetteer) -> tuple[NDArray[np.float64], NDArray[np.str_]]:
    """How far the nearest entry is, and in which country the positions are."""
    import numpy as np

    chords, rows = table.everywhere.nearest(points, _NEAR_ENTRIES)
    km = arc_km(chords)
    best = np.argmin(km - np.minimum(table.radius[rows], _CORE_KM), axis=1)
    return km[:, 0], table.countries[rows[np.arange(len(points)), best]]


def _towns(
    points: NDArray[np.float64], country: NDArray[np.str_], table: Gazetteer
) -> tuple[NDArray[np.float64], NDArray[np.int32]]:
    """The town of that country whose rim is nearest: how far that is, negative inside, and its row."""
    import numpy as np

    chords, rows = table.towns.nearest(points, _NEAR_TOWNS)
    rim_km = arc_km(chords) - table.radius[rows]
    rim_km[table.countries[rows] != country[:, np.newaxis]] = np.inf
    each, best = np.arange(len(points)), np.argmin(rim_km, axis=1)
    return rim_km[each, best], rows[each, best]


def _place(spot: tuple[float, float], km: float, code: str, rim_km: float, row: int, table: Gazetteer) -> Place:
    if rim_km <= TOWN_KM:
        latitude, longitude = table.positions[row].tolist()
        city = english_city(table.names[row], code)
        return Place(city, table.regions[row], code, country_name(code), latitude, longitude)
    if km <= COUNTRY_KM:
        return Place("", "", code, country_name(code), *spot)
    return Place("", "", "", "", *spot)
