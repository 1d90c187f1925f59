from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from albumsort.events.nearest import blocks_of, pairs_within
from albumsort.events.sphere import chord, unit_vectors

Floats = NDArray[np.float64]


def towns(number: int, seed: int = 3) -> Floats:
    """Points all over the earth, half of them crowded in three places: at the date line, near a pole, in Europe."""
    draw = np.random.default_rng(seed)
    half = number // 2
    latitudes = np.degrees(np.arcsin(draw.uniform(-1, 1, number - half)))
    everywhere = np.column_stack((latitudes, draw.uniform(-180, 180, number - half)))
    crowds = np.array([(-16.8, 180.0), (89.9, 0.0), (48.2, 16.4)])[draw.integers(0, 3, half)]
    return unit_vectors(np.concatenate((everywhere, crowds + draw.normal(0, 0.5, crowds.shape))))


def distances(asked: Floats, points: Floats) -> Floats:
    gaps: Floats = np.linalg.norm(asked[:, np.newaxis] - points, axis=2)
    return gaps


@pytest.mark.parametrize("number", [64, 128, 129, 5000])
@pytest.mark.parametrize("k", [1, 8, 64])
def test_the_nearest_are_those_that_a_search_through_all_finds(number: int, k: int) -> None:
    points, asked = towns(number), np.concatenate((towns(200, seed=4), towns(number)[:50]))
    rows = np.arange(number) * 2 + 1  # what they are called is not their place

    chords, found = blocks_of(points, rows).nearest(asked, k)

    every = distances(asked, points)
    np.testing.assert_allclose(chords, np.sort(every, axis=1)[:, :k], rtol=0, atol=1e-15)
    np.testing.assert_array_equal(chords, np.take_along_axis(every, (found - 1) // 2, axis=1))


def test_many_at_one_spot_are_found_too() -> None:
    points = towns(1000)
    asked = np.repeat(points[:1], 700, axis=0)
    chords, found = blocks_of(points, np.arange(1000)).nearest(asked, 3)
    assert set(found[:, 0].tolist()) == {0}
    assert not chords[:, 0].any()


def test_of_two_at_one_spot_the_first_row_counts() -> None:
    points = np.repeat(towns(300), 2, axis=0)
    _chords, found = blocks_of(points, np.arange(600)).nearest(points[::2], 2)
    np.testing.assert_array_equal(found, np.arange(600).reshape(-1, 2))


def test_pairs_are_those_within_reach_of_the_one() -> None:
    points, draw = towns(3000), np.random.default_rng(5)
    rows = np.flatnonzero(draw.random(len(points)) < 0.3)
    reach = chord(draw.uniform(0.5, 120, len(rows)))

    one, other, chords = pairs_within(points, rows, reach)

    every = distances(points[rows], points)
    inside = np.argwhere(every <= reach[:, np.newaxis])
    assert len(inside) > 10 * len(rows)
    assert sorted(zip(one.tolist(), other.tolist(), strict=True)) == [(rows[row], at) for row, at in inside.tolist()]
    np.testing.assert_allclose(chords, distances(points, points)[one, other], rtol=0, atol=1e-15)
