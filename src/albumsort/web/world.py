"""A map without a network: where the towns of GeoNames are, their density draws the continents.

The towns come from the gazetteer, whose data is from GeoNames (https://www.geonames.org), CC BY 4.0.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from albumsort.errors import AlbumsortError
from albumsort.plan.columns import printable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from albumsort.events.gazetteer import Gazetteer

CELL = 0.1
"""Degrees, latitude and longitude, of a cell of the world: 11 km at the equator."""
_NEAR = 2.0
"""Degrees of the squares around photos in which towns are shown one by one."""
_TOWNS_A_SQUARE, _MOST_TOWNS, _LARGEST = 250, 6_000, 400


def world(positions: Sequence[tuple[float, float]]) -> dict[str, Any] | None:
    """The map for photos at these latitudes and longitudes in degrees; None where there are none, or no towns.

    ``cells`` is base64 of the cells that have a town, numbered row by row from the north pole, each row from 180° west:
    the difference to the number before, as LEB128 (7 bits a byte, lowest first, the high bit where more follow).
    ``towns``, the largest of the world and those near the photos, largest first: latitude, longitude (degrees), radius
    (km) and name.
    """
    if not positions:
        return None
    from albumsort.events.gazetteer import gazetteer

    try:
        table = gazetteer()
    except AlbumsortError:  # a page without a map is one still
        return None
    return {"cell": CELL, "cells": _cells(table.positions), "towns": _towns(table, positions)}


def _cells(positions: NDArray[np.float64]) -> str:
    import numpy as np

    columns = round(360 / CELL)
    row = ((90 - positions[:, 0]) / CELL).astype(int)
    column = np.minimum((positions[:, 1] + 180) / CELL, columns - 1).astype(int)
    steps = np.diff(np.unique(row * columns + column), prepend=0)
    return base64.b64encode(b"".join(map(_leb128, steps.tolist()))).decode()


def _leb128(number: int) -> bytes:
    packed = []
    while number > 127:
        packed.append(number & 127 | 128)
        number >>= 7
    return bytes([*packed, number])


def _towns(table: Gazetteer, positions: Sequence[tuple[float, float]]) -> list[list[float | str]]:
    import numpy as np

    photos = np.unique(np.round(np.array(positions) / _NEAR).astype(int), axis=0)
    around = (-1, 0, 1)
    squares = {(row + up, column + right) for row, column in photos.tolist() for up in around for right in around}
    largest = table.town_rows[np.argsort(-table.radius[table.town_rows], kind="stable")]
    nearby = np.round(table.positions[largest] / _NEAR).astype(int).tolist()
    room = dict.fromkeys(squares, _TOWNS_A_SQUARE)
    towns: list[list[float | str]] = []
    for town, square in zip(largest.tolist(), map(tuple, nearby), strict=True):
        is_near = room.get(square, 0) > 0
        if len(towns) < _LARGEST or (is_near and len(towns) < _MOST_TOWNS):
            room[square] = room.get(square, 0) - 1
            latitude, longitude = table.positions[town].round(3).tolist()
            towns.append([latitude, longitude, round(float(table.radius[town]), 1), printable(table.names[town])])
    return towns
