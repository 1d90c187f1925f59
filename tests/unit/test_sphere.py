from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from albumsort.events.grid import CELL_KM, cell_of, cells_within
from albumsort.events.sphere import EARTH_KM, Position, arc_km, chord, distance_km, of_vector, unit_vector, unit_vectors

POSITIONS = st.builds(Position, st.floats(-90, 90), st.floats(-180, 180))
NEAR_POLES = st.builds(Position, st.floats(89, 90) | st.floats(-90, -89), st.floats(-180, 180))


def test_a_known_distance() -> None:
    assert distance_km((52.52, 13.405), (48.857, 2.352)) == pytest.approx(878, abs=2)


@given(POSITIONS, POSITIONS)
def test_distances_hold_both_ways_and_within_half_the_earth(one: Position, other: Position) -> None:
    assert distance_km(one, other) == pytest.approx(distance_km(other, one), abs=1e-6)
    assert 0 <= distance_km(one, other) <= math.pi * EARTH_KM + 1e-6


@given(POSITIONS, POSITIONS)
def test_the_straight_line_gives_the_same_distance(one: Position, other: Position) -> None:
    a, b = unit_vectors([one, other])
    assert arc_km(np.array([math.dist(a, b)]))[0] == pytest.approx(distance_km(one, other), abs=0.01)


@given(st.floats(0, 20_000))
def test_a_chord_has_its_arc(km: float) -> None:
    assert arc_km(np.array([chord(km)]))[0] == pytest.approx(km, abs=0.01)


@given(POSITIONS)
def test_a_vector_leads_back_to_its_position(position: Position) -> None:
    assert distance_km(of_vector(*unit_vector(*position)), position) < 1e-5


@given(POSITIONS)
def test_a_cell_lies_around_its_positions(position: Position) -> None:
    assert distance_km(cell_of(*position).centre, position) <= 1.2 * CELL_KM


@settings(max_examples=500)
@given(POSITIONS | NEAR_POLES, st.floats(0, 2 * math.pi), st.floats(0, 8.0))
def test_cells_nearby_are_found_across_any_line(middle: Position, bearing: float, km: float) -> None:
    a = km / EARTH_KM
    lat, lon = math.radians(middle.latitude), math.radians(middle.longitude)
    north = math.asin(
        max(-1.0, min(1.0, math.sin(lat) * math.cos(a) + math.cos(lat) * math.sin(a) * math.cos(bearing)))
    )
    east = lon + math.atan2(
        math.sin(bearing) * math.sin(a) * math.cos(lat), math.cos(a) - math.sin(lat) * math.sin(north)
    )
    cell = cell_of(math.degrees(north), math.degrees(math.remainder(east, 2 * math.pi)))
    assert list(cells_within({cell}, middle, 8.0 + 1.2 * CELL_KM)) == [cell]
