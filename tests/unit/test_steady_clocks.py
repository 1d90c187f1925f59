"""A clock that is wrong all the time is found, by hours at home and by minutes anywhere."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from albumsort.events.clocks import corrections
from albumsort.events.shots import HOUR, Shot, naive, seconds

BERLIN = ZoneInfo("Europe/Berlin")
Behind = Callable[[float], float]


def year(behind: Behind, *, weeks: int = 52, shared: float = 0.0, camera: str = "camera", seed: int = 1) -> list[Shot]:
    """A day out each week, by phone and camera; ``shared`` of the camera's photos are of moments the phone took too."""
    draw, shots = random.Random(seed), list[Shot]()
    for week in range(weeks):
        begin = datetime(2023, 1, 7, 12) + timedelta(weeks=week)
        times = sorted(seconds(begin + timedelta(minutes=draw.uniform(0, 200))) for _ in range(16))
        phone, lone = times[::2], times[1::2]
        shots += [Shot(len(shots), time, False, 52.5, 13.4, "Europe/Berlin", "phone", True, "zoo") for time in phone]
        for time in lone:
            taken = draw.choice(phone) + draw.gauss(0, 20) if draw.random() < shared else time
            shots.append(Shot(1000 + len(shots), taken - behind(taken), device=camera, category="zoo"))
    return sorted(shots, key=lambda shot: shot.time)


def is_summer(time: float) -> bool:
    return bool(naive(time).replace(tzinfo=BERLIN).dst())


@pytest.mark.parametrize("seed", range(5))
def test_a_clock_that_is_right_is_left_alone(seed: int) -> None:
    assert corrections(year(lambda _: 0, seed=seed), []) == {}
    assert corrections(year(lambda _: 0, shared=0.3, seed=seed), []) == {}


@pytest.mark.parametrize("hours", [1, -1, 5.5, -9])
def test_a_clock_that_is_off_by_hours_all_the_time_is_put_right(hours: float) -> None:
    found = corrections(year(lambda _: hours * HOUR), [])
    assert len(found) == 52 * 8
    assert set(found.values()) == {hours * HOUR}


@pytest.mark.parametrize("behind", [lambda time: HOUR * is_summer(time), lambda time: HOUR * (is_summer(time) - 1)])
def test_a_clock_that_knows_no_summer_time_is_put_right(behind: Behind) -> None:
    shots = year(behind)
    found = corrections(shots, [])
    for shot in shots:
        assert found.get(shot.photo, 0) == behind(shot.time) * (shot.device == "camera")


@pytest.mark.parametrize("minutes", [-20, 7, 67])
def test_minutes_are_found_where_both_took_the_same_moments(minutes: int) -> None:
    found = corrections(year(lambda _: minutes * 60, shared=0.2), [])
    assert len(found) == 52 * 8
    assert {round(behind / 60) for behind in found.values()} == {minutes}


def test_minutes_are_left_where_nothing_tells_them() -> None:
    assert corrections(year(lambda _: 7 * 60), []) == {}


def test_a_minute_is_left() -> None:
    assert corrections(year(lambda _: 60, shared=0.4), []) == {}


def test_what_is_wrong_for_a_month_is_not_yet_wrong_all_the_time() -> None:
    assert corrections(year(lambda _: HOUR, weeks=4), []) == {}


def test_photos_that_do_not_say_which_camera_took_them_have_no_clock_in_common() -> None:
    assert corrections(year(lambda _: HOUR, camera=""), []) == {}


def everyday(
    phone: Callable[[random.Random], float], camera: Callable[[random.Random], float], seed: int
) -> list[Shot]:
    """A year in which the phone is used at its hour of each day, and the camera, whose clock is right, at another."""
    draw, shots = random.Random(seed), list[Shot]()
    for day in range(300):
        begin = seconds(datetime(2023, 1, 2) + timedelta(days=day))
        times = [("phone", begin + phone(draw) * HOUR) for _ in range(2)]
        times += [("camera", begin + camera(draw) * HOUR) for _ in range(4) if day % 3 == 0]
        for device, time in times:
            shots.append(Shot(len(shots), time, device=device, sure=device == "phone", category="zoo"))
    return sorted(shots, key=lambda shot: shot.time)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("hour", [7, 10, 18, 20])
def test_a_camera_that_is_used_at_hours_of_its_own_is_right(hour: int, seed: int) -> None:
    assert corrections(everyday(lambda draw: draw.gauss(13, 1.5), lambda draw: draw.gauss(hour, 0.6), seed), []) == {}


def bursts(draw: random.Random, begin: float, end: float) -> list[float]:
    """Three series of photos within seconds of each other, at any time."""
    times = []
    for time in (draw.uniform(begin, end) for _ in range(3)):
        times.append(time)
        last = time + draw.expovariate(1 / 40)
        while times[-1] < last:
            times.append(times[-1] + draw.uniform(5, 20))
    return times


@pytest.mark.parametrize("seed", range(10))
def test_series_of_photos_that_overlap_by_chance_tell_no_minutes(seed: int) -> None:
    draw, shots = random.Random(seed), list[Shot]()
    for week in range(52):
        begin = seconds(datetime(2023, 1, 7, 12) + timedelta(weeks=week))
        for time in bursts(draw, begin, begin + 3 * HOUR):
            shots.append(Shot(len(shots), time, False, 52.5, 13.4, "Europe/Berlin", "phone", True, "zoo"))
        for time in bursts(draw, begin, begin + 3 * HOUR):
            shots.append(Shot(len(shots), time, device="camera", category="zoo"))
    assert corrections(sorted(shots, key=lambda shot: shot.time), []) == {}
