from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from albumsort.events.homes import DayAt, find_usual
from albumsort.events.sphere import Position, distance_km

BERLIN, LEIPZIG, MUNICH, CHAMONIX, TOKYO = (
    Position(52.52, 13.405),
    Position(51.34, 12.375),
    Position(48.137, 11.575),
    Position(45.923, 6.869),
    Position(35.69, 139.692),
)
START = date(2020, 1, 6)


def day(number: int) -> date:
    return START + timedelta(days=number)


def days_at(place: Position, numbers: range | list[int], spread_km: float = 3.0, photos: int = 1) -> Iterator[DayAt]:
    rng = random.Random(7)
    for number in numbers:
        for _ in range(photos):
            north, east = rng.gauss(0, spread_km / 111), rng.gauss(0, spread_km / 80)
            yield DayAt(day(number), place.latitude + north, place.longitude + east)


def near(found: Position | None, place: Position) -> bool:
    return found is not None and distance_km(found, place) < 5


def test_home_is_where_the_days_are() -> None:
    usual = find_usual([*days_at(BERLIN, range(0, 400, 3)), *days_at(TOKYO, range(200, 214), photos=300)])
    assert near(usual.home(day(207)), BERLIN)
    assert usual.is_usual(*BERLIN, day(100))
    assert not usual.is_usual(*TOKYO, day(207))


def test_a_library_of_one_holiday_has_no_home() -> None:
    usual = find_usual(days_at(TOKYO, range(28), photos=50))
    assert usual.home(day(5)) is None
    assert not usual.is_usual(*TOKYO, day(5))


def test_no_position_no_home() -> None:
    assert find_usual([]).home(START) is None


def test_no_single_photo_decides() -> None:
    crowd = [DayAt(day(3), *CHAMONIX, photos=100_000)]
    usual = find_usual([*days_at(BERLIN, range(0, 200, 9)), *crowd])
    assert near(usual.home(day(3)), BERLIN)
    assert not usual.is_usual(*CHAMONIX, day(3))


def test_who_moves_has_two_homes_each_for_its_time() -> None:
    usual = find_usual([*days_at(BERLIN, range(0, 500, 3)), *days_at(MUNICH, range(500, 1000, 3))])
    assert [near(usual.home(day(n)), BERLIN) for n in (0, 490, 515, 990)] == [True, True, False, False]
    assert near(usual.home(day(515)), MUNICH)
    assert not usual.is_usual(*MUNICH, day(100))
    assert not usual.is_usual(*BERLIN, day(900))


def test_a_visit_to_the_old_town_is_a_journey() -> None:
    moved = [*days_at(BERLIN, range(0, 500, 3)), *days_at(MUNICH, range(500, 1500, 3))]
    usual = find_usual([*moved, *days_at(BERLIN, [900, 901, 902])])
    assert not usual.is_usual(*BERLIN, day(901))


def test_a_long_holiday_is_no_move() -> None:
    away = range(300, 340)
    usual = find_usual([*days_at(BERLIN, [n for n in range(0, 800, 4) if n not in away]), *days_at(TOKYO, away)])
    assert all(near(usual.home(day(n)), BERLIN) for n in range(0, 800, 10))


def test_a_summer_abroad_is_a_journey() -> None:
    summer = range(300, 350)
    usual = find_usual([*days_at(BERLIN, [n for n in range(0, 800, 4) if n not in summer]), *days_at(TOKYO, summer)])
    assert near(usual.home(day(325)), BERLIN)
    assert not usual.is_usual(*TOKYO, day(325))


def test_a_year_abroad_is_a_home() -> None:
    year = range(300, 650)
    usual = find_usual([*days_at(BERLIN, [n for n in range(0, 999, 3) if n not in year]), *days_at(TOKYO, year)])
    assert [near(usual.home(day(n)), TOKYO) for n in (250, 400, 700)] == [False, True, False]
    assert usual.is_usual(*TOKYO, day(400))


def test_a_place_returned_to_all_the_year_is_usual() -> None:
    usual = find_usual([*days_at(BERLIN, range(0, 700, 3)), *days_at(LEIPZIG, range(10, 700, 35))])
    assert usual.is_usual(*LEIPZIG, day(300))
    assert near(usual.home(day(300)), BERLIN)


def test_the_town_of_the_daily_work_is_usual() -> None:
    working = [n for n in range(400) if n % 7 < 5]
    usual = find_usual([*days_at(BERLIN, range(400)), *days_at(LEIPZIG, working)])
    assert usual.is_usual(*LEIPZIG, day(200))
    assert near(usual.home(day(200)), BERLIN)


def test_the_same_resort_each_winter_is_a_journey() -> None:
    weeks = [365 * year + n for year in range(8) for n in range(30, 38)]
    usual = find_usual([*days_at(BERLIN, range(0, 2900, 5)), *days_at(CHAMONIX, weeks)])
    assert not usual.is_usual(*CHAMONIX, day(32))


def test_three_holidays_at_one_resort_are_journeys() -> None:
    holidays = [*range(60, 70), *range(210, 214), *range(290, 292)]
    usual = find_usual([*days_at(BERLIN, range(0, 700, 3)), *days_at(CHAMONIX, holidays)])
    assert not usual.is_usual(*CHAMONIX, day(211))


def test_who_takes_photos_on_journeys_only_has_no_home() -> None:
    rng = random.Random(1)
    journeys = [
        at
        for number in range(0, 3000, 100)
        for at in days_at(Position(rng.uniform(-60, 60), rng.uniform(-180, 180)), range(number, number + 10))
    ]
    assert find_usual(journeys).home(day(50)) is None


def test_few_photos_over_years_still_show_the_home() -> None:
    assert near(find_usual(days_at(BERLIN, range(0, 3000, 120))).home(day(1500)), BERLIN)


def test_outliers_of_the_receiver_move_nothing() -> None:
    rng = random.Random(2)
    errors = [DayAt(day(n), rng.uniform(-90, 90), rng.uniform(-180, 180)) for n in range(0, 400, 4)]
    broken = [DayAt(day(n), *position) for n in range(400) for position in ((0, 0), (float("nan"), 5), (99, 400))]
    usual = find_usual([*days_at(BERLIN, range(0, 400, 3)), *errors, *broken])
    assert near(usual.home(day(200)), BERLIN)
    assert len(usual.moves) == 1


def test_a_given_home_is_the_home() -> None:
    usual = find_usual(days_at(BERLIN, range(0, 400, 3)), homes=[MUNICH])
    assert usual.home(day(100)) == MUNICH
    assert usual.is_usual(*MUNICH, day(100))
    assert usual.is_usual(*BERLIN, day(100))


def test_given_homes_share_the_time_as_the_days_show() -> None:
    lived = [*days_at(BERLIN, range(0, 500, 3)), *days_at(MUNICH, range(500, 1000, 3))]
    usual = find_usual(lived, homes=[MUNICH, BERLIN])
    assert (usual.home(day(10)), usual.home(day(900))) == (BERLIN, MUNICH)
    assert usual.is_usual(*BERLIN, day(900))


@pytest.mark.parametrize(
    "place",
    [Position(-16.78, 179.999), Position(-16.78, -179.999), Position(89.99, 20.0), Position(-89.99, 0.0)],
    ids=["west of the date line", "east of it", "north pole", "south pole"],
)
def test_a_home_anywhere_is_one_place(place: Position) -> None:
    rng = random.Random(3)
    days = [
        DayAt(day(n), place.latitude, (place.longitude + rng.choice([-0.01, 0.01]) + 180) % 360 - 180)
        for n in range(0, 300, 2)
    ]
    usual = find_usual(days)
    assert len(usual.moves) == 1
    assert near(usual.home(day(100)), place)


@settings(max_examples=60, deadline=None)
@given(st.floats(-90, 90), st.floats(-180, 180), st.randoms(use_true_random=False))
def test_who_stays_in_one_place_lives_there(latitude: float, longitude: float, rng: random.Random) -> None:
    days = [DayAt(day(n), latitude, longitude) for n in range(0, 200, 3)]
    rng.shuffle(days)
    usual = find_usual(days)
    assert usual.is_usual(latitude, longitude, day(rng.randrange(200))) == ((latitude, longitude) != (0, 0))


@given(st.lists(st.builds(DayAt, st.dates(), st.floats(), st.floats(), st.integers(-1, 5)), max_size=30))
def test_any_input_has_an_answer(days: list[DayAt]) -> None:
    usual = find_usual(days)
    for at in days:
        usual.is_usual(at.latitude, at.longitude, at.day)
