"""A grid of cells of about equal size over the whole earth, to count positions in."""

from __future__ import annotations

import math
from collections.abc import Container, Iterator
from typing import NamedTuple

from albumsort.events.sphere import EARTH_KM, Position, distance_km

_ROWS = round(math.pi * EARTH_KM / 3)
_ROW_DEGREES = 180 / _ROWS
CELL_KM = math.pi * EARTH_KM / _ROWS
"""The side of a cell: 3 km, small beside a town and large beside the error of a receiver."""


class Cell(NamedTuple):
    """The cell of that ``row``, counted from the south pole, and ``column``, counted eastwards from the date line."""

    row: int
    column: int

    @property
    def centre(self) -> Position:
        latitude = (self.row + 0.5) * _ROW_DEGREES - 90
        return Position(latitude, (self.column + 0.5) * 360 / _columns(self.row) - 180)


def cell_of(latitude: float, longitude: float) -> Cell:
    """The cell that a position in degrees lies in."""
    row = min(int((latitude + 90) / _ROW_DEGREES), _ROWS - 1)
    columns = _columns(row)
    return Cell(row, int((longitude + 180) / 360 * columns) % columns)


def cells_within(cells: Container[Cell], middle: Position, km: float) -> Iterator[Cell]:
    """Those of the ``cells`` whose centre is at most ``km`` away from ``middle``."""
    row = cell_of(*middle).row
    reach = int(km / CELL_KM + 0.5)
    for near in range(max(row - reach, 0), min(row + reach, _ROWS - 1) + 1):
        for column in _nearby_columns(near, middle.longitude, reach):
            cell = Cell(near, column)
            if cell in cells and distance_km(cell.centre, middle) <= km:
                yield cell


def _nearby_columns(row: int, longitude: float, reach: int) -> Iterator[int]:
    columns = _columns(row)
    middle = int((longitude + 180) / 360 * columns)
    # Near a pole the way over it is the shorter one: there all columns are few.
    if columns <= 8 * reach + 8:
        yield from range(columns)
    else:
        yield from ((middle + step) % columns for step in range(-reach - 2, reach + 3))


def _columns(row: int) -> int:
    """How many cells go around the earth in a row; at least one."""
    middle = math.radians((row + 0.5) * _ROW_DEGREES - 90)
    return max(1, round(2 * _ROWS * math.cos(middle)))
