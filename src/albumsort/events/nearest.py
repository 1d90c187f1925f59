"""Which of many points on the earth are nearest to others, without going through all of them."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_BLOCK = 128
# Of the cubes that points asked for are sorted into, so that those of one town are looked up together: 12 km.
_CUBES = 512
_AT_ONCE = 256
# A bound may err by as much as the distances that it is compared with: some units in the last place.
_ROUNDING = 1e-12


class Blocks(NamedTuple):
    """Points on the sphere of radius one in compact blocks, each in a ball.

    ``points`` (3, blocks, 128) are filled up with infinity, ``rows`` (blocks, 128; what the points are called) with 0;
    ``centres`` (3, blocks) and ``radius`` (blocks) are those of the balls.
    """

    points: NDArray[np.float64]
    rows: NDArray[np.int32]
    centres: NDArray[np.float64]
    radius: NDArray[np.float64]

    def nearest(self, asked: NDArray[np.float64], k: int) -> tuple[NDArray[np.float64], NDArray[np.int32]]:
        """The ``k`` (up to 128, and no more than there are) points nearest to each of ``asked`` (n, 3).

        Both (n, k), the nearest first: how far they are in a straight line, and their rows.
        """
        import numpy as np

        chords, rows = np.empty((len(asked), k)), np.empty((len(asked), k), dtype=np.int32)
        for group in _together(asked):
            chords[group], rows[group] = self._nearest(asked[group], k)
        return chords, rows

    def _nearest(self, asked: NDArray[np.float64], k: int) -> tuple[NDArray[np.float64], NDArray[np.int32]]:
        """As :meth:`nearest`, for points that are near each other."""
        import numpy as np

        middle = asked.mean(axis=0, keepdims=True)
        spread = math.sqrt(_squares(asked, middle.T).max())
        gaps = np.sqrt(_squares(middle, self.centres)[0])
        # Only the last block is not full, so that these two have k points.
        first = np.argpartition(gaps + self.radius, min(1, len(gaps) - 1))[:2]
        bound = math.sqrt(np.partition(_squares(middle, self.points[:, first])[0], k - 1)[k - 1])
        # Nobody's k-th is farther from them than bound + spread, and nobody is farther from the middle than spread.
        reach = bound + 2 * spread + _ROUNDING
        blocks = np.flatnonzero(gaps - self.radius <= reach)
        points, rows = self.points[:, blocks].reshape(3, -1), self.rows[blocks].reshape(-1)
        near = np.flatnonzero(_squares(middle, points)[0] <= reach * reach)
        squares = _squares(asked, points[:, near])
        best = np.argpartition(squares, k - 1, axis=1)[:, :k]
        squares, found = np.take_along_axis(squares, best, axis=1), rows[near][best]
        order = np.lexsort((found, squares), axis=1)
        return np.sqrt(np.take_along_axis(squares, order, axis=1)), np.take_along_axis(found, order, axis=1)


def blocks_of(points: NDArray[np.float64], rows: NDArray[np.integer]) -> Blocks:
    """Points (n, 3; at least one) of the sphere of radius one in blocks; ``rows`` (n) is what they are called.

    They are sorted into bands of latitude and these cut by longitude: the packing of an R-tree by Leutenegger, Lopez
    and Edgington (STR: A Simple and Efficient Algorithm for R-Tree Packing, ICDE 1997).
    """
    import numpy as np

    count = -(-len(points) // _BLOCK)
    bands = np.empty(len(points), dtype=np.intp)
    bands[np.argsort(points[:, 2], kind="stable")] = np.arange(len(points)) // (_BLOCK * math.ceil(math.sqrt(count)))
    order = np.lexsort((np.arctan2(points[:, 1], points[:, 0]), bands))
    packed, called = np.full((count * _BLOCK, 3), np.inf), np.zeros(count * _BLOCK, dtype=np.int32)
    packed[: len(points)], called[: len(points)] = points[order], rows[order]
    starts = np.arange(0, len(points), _BLOCK)
    sizes = np.diff(starts, append=len(points))
    centres = np.add.reduceat(points[order], starts) / sizes[:, np.newaxis]
    squares = ((points[order] - np.repeat(centres, sizes, axis=0)) ** 2).sum(axis=1)
    radius = np.sqrt(np.maximum.reduceat(squares, starts))
    in_blocks = np.ascontiguousarray(packed.T).reshape(3, count, _BLOCK)
    return Blocks(in_blocks, called.reshape(count, _BLOCK), np.ascontiguousarray(centres.T), radius)


def pairs_within(
    points: NDArray[np.float64], rows: NDArray[np.intp], reach: NDArray[np.float64]
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float64]]:
    """Each of ``rows`` with each of the points (n, 3) in its reach, and the chord between them.

    ``reach`` (by the index in ``rows``) is a chord too, over 0.
    """
    import numpy as np

    parts = [(np.empty(0, np.intp), np.empty(0, np.intp), np.empty(0))]
    octaves = np.ceil(np.log2(reach))
    for octave in np.unique(octaves):
        own = octaves == octave
        for which, other in _about(points, rows[own], float(2**octave)):
            one = rows[own][which]
            chords = np.linalg.norm(points[one] - points[other], axis=1)
            inside = chords <= reach[own][which]
            parts.append((one[inside], other[inside], chords[inside]))
    one, other, chords = (np.concatenate(part) for part in zip(*parts, strict=True))
    return one, other, chords


def _about(
    points: NDArray[np.float64], rows: NDArray[np.intp], side: float
) -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """Indices in ``rows``, each with the points in its cube of that side or in one of the 26 around it."""
    import numpy as np

    width = 2 * math.ceil(1 / side) + 4
    x, y, z = np.floor(points.T / side).astype(np.int64) + width // 2
    cubes = (x * width + y) * width + z
    order = np.argsort(cubes, kind="stable")
    for step in ((over * width + up) * width for over in (-1, 0, 1) for up in (-1, 0, 1)):
        # Three cubes in a row have numbers that follow each other.
        begin = np.searchsorted(cubes[order], cubes[rows] + step - 1, side="left")
        counts = np.searchsorted(cubes[order], cubes[rows] + step + 1, side="right") - begin
        places = np.arange(counts.sum()) + np.repeat(begin - (np.cumsum(counts) - counts), counts)
        yield np.repeat(np.arange(len(rows)), counts), order[places]


def _together(points: NDArray[np.float64]) -> Iterator[NDArray[np.intp]]:
    """The indices of points (n, 3) that are near each other, not too many at once."""
    import numpy as np

    x, y, z = np.floor(points.T * _CUBES).astype(np.int64) + _CUBES
    cubes = (x * 4 * _CUBES + y) * 4 * _CUBES + z
    order = np.argsort(cubes, kind="stable")
    for group in np.split(order, np.flatnonzero(np.diff(cubes[order])) + 1):
        for start in range(0, len(group), _AT_ONCE):
            yield group[start : start + _AT_ONCE]


def _squares(asked: NDArray[np.float64], points: NDArray[np.float64]) -> NDArray[np.float64]:
    """The squares of the distances of points (n, 3) from others (3, any shape), as (n, all of them)."""
    steps = points.reshape(3, 1, -1) - asked.T[:, :, None]
    steps *= steps
    squares: NDArray[np.float64] = steps[0] + steps[1] + steps[2]
    return squares
