"""The published methods that the grouping is compared with, and the score, do what their papers say."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from albumsort.events.shots import HOUR, Shot
from tests.conftest import REPOSITORY

sys.path.append(str(REPOSITORY / "benchmarks"))

from events_library import bcubed, with_day_only
from grouping_methods import Floats, dbscan, fixed_gap, hdbscan, in_time, in_time_and_place, phototoc


def hours(*values: float) -> Floats:
    return np.array(values, dtype=np.float64)


def test_a_fixed_gap_divides_only_where_it_is_exceeded() -> None:
    assert fixed_gap(hours(0, 1, 3, 5.1), 2).tolist() == [0, 0, 0, 1]


def test_one_photo_is_one_group() -> None:
    assert fixed_gap(hours(7), 2).tolist() == phototoc(hours(7)).tolist() == [0]


def test_phototoc_divides_where_a_gap_is_long_beside_those_around_it() -> None:
    minutes = np.cumsum([0, *[1] * 12, 60, *[1] * 12]) / 60
    assert phototoc(minutes).tolist() == [0] * 13 + [1] * 13


def test_phototoc_leaves_an_even_rhythm_whole_whatever_its_pace() -> None:
    assert set(phototoc(np.arange(30.0) * 24).tolist()) == {0}


def test_phototoc_takes_the_mean_over_the_gaps_that_there_are() -> None:
    # Of two gaps, g and 1 s: log g >= log 17 + log g / 2 where g >= 17^2 s.
    assert phototoc(hours(0, 288 / 3600, 289 / 3600)).tolist() == [0, 0, 0]
    assert phototoc(hours(0, 290 / 3600, 291 / 3600)).tolist() == [0, 1, 1]


def test_noise_of_dbscan_is_a_group_each() -> None:
    labels = dbscan(hours(0, 0.5, 1, 10, 20).reshape(-1, 1), eps=1, min_samples=3).tolist()
    assert labels == [0, 0, 0, 1, 2]


def test_hdbscan_finds_two_crowds() -> None:
    points = hours(*np.linspace(0, 1, 8), *np.linspace(50, 51, 8)).reshape(-1, 1)
    labels = hdbscan(points, min_cluster_size=5, min_samples=2, eps=0.0, select="eom").tolist()
    assert len(set(labels[:8])) == len(set(labels[8:])) == 1
    assert labels[0] != labels[8]


def test_a_photo_without_a_position_is_where_the_nearest_in_time_is() -> None:
    shots = [
        Shot(0, 0.0, latitude=0.0, longitude=0.0),
        Shot(1, 1 * HOUR),
        Shot(2, 9 * HOUR),
        Shot(3, 10 * HOUR, latitude=0.0, longitude=90.0),
    ]
    points = in_time_and_place(shots, km_an_hour=6371.0088)
    assert points[:, 0].tolist() == [0, 1, 9, 10]
    assert points[:, 1:] == pytest.approx(np.array([[1, 0, 0], [1, 0, 0], [0, 1, 0], [0, 1, 0]]))


def test_without_any_position_time_alone_counts() -> None:
    shots = [Shot(0, 0.0), Shot(1, 3 * HOUR)]
    assert not in_time_and_place(shots, km_an_hour=20)[:, 1:].any()
    assert in_time(shots).tolist() == [[0], [3]]


def test_b_cubed_of_one_merged_pair() -> None:
    precision, recall, f1 = bcubed([("a", "1"), ("b", "1"), ("c", "2")])
    assert (precision, recall) == pytest.approx((2 / 3, 1))
    assert f1 == pytest.approx(0.8)


def test_a_photo_that_knows_only_its_day_goes_where_most_photos_of_the_day_are() -> None:
    noon = 12 * HOUR
    shots = [Shot(0, noon), Shot(1, noon + 1), Shot(2, noon + 2), Shot(3, 0.0, day_only=True)]
    assert with_day_only(shots, {0: 7, 1: 8, 2: 8})[3] == 8
