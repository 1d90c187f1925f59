"""Clocks that were wrong are found by the photos of the phone that was there."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from albumsort.events.away import stays
from albumsort.events.clocks import corrections, offset, right_clocks
from albumsort.events.shots import HOUR, Shot, Stay, seconds

HOME, TOKYO = (52.52, 13.4, "Europe/Berlin"), (35.69, 139.69, "Asia/Tokyo")


def is_usual(latitude: float, _longitude: float, _time: float, within_km: float = 20) -> bool:
    return latitude == HOME[0]


def journey(behind: float, *, with_phone: bool = True, seed: int = 1) -> list[Shot]:
    """A week at home, a week in Japan, a week at home; the camera's clock is so many hours behind in Japan."""
    draw, shots = random.Random(seed), list[Shot]()
    for day in range(21):
        away = 7 <= day < 14
        latitude, longitude, zone = TOKYO if away else HOME
        begin = datetime(2023, 11, 1, draw.choice((9, 14, 19))) + timedelta(days=day)
        for number in range(10):
            time = seconds(begin + timedelta(minutes=draw.uniform(0, 120)))
            if number % 2 and (with_phone or not away):
                shots.append(Shot(len(shots), time, False, latitude, longitude, zone, "phone", True, "city"))
            else:
                shots.append(Shot(len(shots), time - behind * HOUR * away, device="camera", category="city"))
    return sorted(shots, key=lambda shot: shot.time)


def corrected(shots: Sequence[Shot]) -> dict[int, float]:
    return corrections(shots, stays([shot for shot in shots if shot.device == "phone"], is_usual))


@pytest.mark.parametrize("seed", range(5))
def test_a_camera_that_stayed_at_the_time_of_home_is_put_right(seed: int) -> None:
    shots = journey(8, seed=seed)
    away = {shot.photo for shot in shots if shot.device == "camera" and 70 <= shot.photo < 140}
    found = corrected(shots)
    assert found.keys() == away
    assert set(found.values()) == {8 * HOUR}


@pytest.mark.parametrize("seed", range(5))
def test_a_clock_that_was_set_on_arrival_is_left_alone(seed: int) -> None:
    assert corrected(journey(0, seed=seed)) == {}


def test_a_clock_that_is_off_by_other_hours_is_put_right() -> None:
    assert set(corrected(journey(-5)).values()) == {-5 * HOUR}


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("hour", [6, 19, 21])
def test_a_camera_that_is_used_at_hours_of_its_own_is_right(hour: int, seed: int) -> None:
    draw, begin = random.Random(seed), datetime(2023, 7, 1)
    times = [("phone", begin + timedelta(days=day, hours=draw.uniform(9, 22))) for day in range(10) for _ in range(20)]
    times += [
        ("camera", begin + timedelta(days=day, hours=draw.gauss(hour, 0.6))) for day in range(10) for _ in range(6)
    ]
    shots = [
        Shot(number, seconds(time), device=device, sure=device == "phone", category="city")
        for number, (device, time) in enumerate(sorted(times, key=lambda own: own[1]))
    ]
    stay = Stay(seconds(begin) + 9 * HOUR, seconds(begin) + (9 * 24 + 22) * HOUR, is_trip=True)
    assert corrections(shots, [stay]) == {}


def test_a_zone_that_this_machine_does_not_know_corrects_nothing() -> None:
    shots = [shot._replace(zone="America/Newzone") if shot.zone == TOKYO[2] else shot for shot in journey(0)]
    assert corrected(shots) == {}


def test_where_no_phone_was_nothing_is_known() -> None:
    shots = journey(8, with_phone=False)
    assert corrected(shots) == {}


def test_the_clocks_that_are_right_are_those_that_say_where_they_are() -> None:
    assert right_clocks(journey(8)) == {"phone"}


def test_without_any_photo_nothing_is_put_right() -> None:
    assert corrections([], []) == {}


def test_the_offset_of_a_zone_knows_summer_time() -> None:
    assert offset("Europe/Berlin", seconds(datetime(2023, 1, 1))) == HOUR
    assert offset("Europe/Berlin", seconds(datetime(2023, 7, 1))) == 2 * HOUR
