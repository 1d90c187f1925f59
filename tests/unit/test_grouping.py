"""Which photos are one event, and which events are one trip."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from albumsort.events.away import stays
from albumsort.events.grouping import TYPICAL, Grouping, group, longest_gap
from albumsort.events.shots import Shot, Stay, seconds
from albumsort.events.sphere import Position, distance_km

BERLIN, POTSDAM, ROME, FLORENCE = (52.52, 13.4), (52.4, 13.07), (41.9, 12.5), (43.77, 11.26)


def is_usual(latitude: float, longitude: float, _time: float, within_km: float = 20) -> bool:
    return distance_km(Position(*BERLIN), (latitude, longitude)) <= within_km


class Diary:
    """Photos that a person takes, one after the other."""

    def __init__(self) -> None:
        self.shots: list[Shot] = []

    def take(
        self, when: str, *, at: tuple[float, float] | None = BERLIN, sees: str = "", count: int = 1, minutes: float = 5
    ) -> list[int]:
        """So many photos, so many minutes apart; returns their numbers."""
        taken = []
        for number in range(count):
            time = seconds(datetime.fromisoformat(when) + timedelta(minutes=number * minutes))
            latitude, longitude = at or (None, None)
            self.shots.append(Shot(len(self.shots), time, latitude=latitude, longitude=longitude, category=sees))
            taken.append(len(self.shots) - 1)
        return taken

    def day(self, day: str, sees: str = "") -> int:
        """A photo of which only the day is known."""
        self.shots.append(Shot(len(self.shots), seconds(datetime.fromisoformat(day)), day_only=True, category=sees))
        return len(self.shots) - 1

    def stays(self) -> list[Stay]:
        return stays(sorted(self.shots, key=lambda shot: shot.time), is_usual)

    def grouped(self) -> Grouping:
        return group(self.shots, self.stays())


def events(found: Grouping, *photos: Sequence[int]) -> list[set[int]]:
    return [{found.events[photo] for photo in group} for group in photos]


def test_two_photos_of_a_quiet_sunday_are_one_event() -> None:
    diary = Diary()
    sunday = [*diary.take("2023-05-07T10:00"), *diary.take("2023-05-07T16:00")]
    monday = diary.take("2023-05-08T09:00")
    [one], [other] = events(diary.grouped(), sunday, monday)
    assert one != other


def test_a_wedding_is_one_event_though_it_ends_after_midnight() -> None:
    diary = Diary()
    wedding = diary.take("2023-06-03T11:00", count=400, minutes=2.2)
    assert datetime.fromisoformat("2023-06-03T11:00") + timedelta(minutes=399 * 2.2) > datetime(2023, 6, 4, 1)
    assert len(events(diary.grouped(), wedding)[0]) == 1


def test_on_a_trip_morning_and_evening_are_two_events_of_one_trip() -> None:
    diary = Diary()
    diary.take("2023-07-01T12:00")
    morning = diary.take("2023-07-08T09:00", at=ROME, count=5)
    evening = diary.take("2023-07-08T19:00", at=ROME, count=5)
    florence = diary.take("2023-07-10T11:00", at=FLORENCE, count=5)
    home = diary.take("2023-07-12T12:00")
    found = diary.grouped()
    assert [len(one) for one in events(found, morning, evening, florence)] == [1, 1, 1]
    assert len({*map(found.events.get, (morning[0], evening[0], florence[0]))}) == 3
    assert {found.trips.get(photo) for photo in (*morning, *evening, *florence)} == {0}
    assert found.trips.get(home[0]) is None


def test_a_day_out_is_an_event_and_no_trip() -> None:
    diary = Diary()
    out = [*diary.take("2023-05-06T11:00", at=POTSDAM), *diary.take("2023-05-06T14:00", at=POTSDAM)]
    diary.take("2023-05-06T21:00")
    found = diary.grouped()
    assert len(events(found, out)[0]) == 1
    assert found.trips == {}


def test_two_outings_near_home_on_two_days_are_no_trip() -> None:
    diary = Diary()
    diary.take("2023-05-06T11:00", at=POTSDAM)
    diary.take("2023-05-07T11:00", at=POTSDAM)
    assert diary.grouped().trips == {}


def test_a_photo_without_a_position_belongs_to_the_trip_that_it_was_taken_on() -> None:
    diary = Diary()
    diary.take("2023-07-01T12:00")
    diary.take("2023-07-08T09:00", at=ROME)
    bare = diary.take("2023-07-09T09:00", at=None)
    diary.take("2023-07-10T09:00", at=ROME)
    assert diary.grouped().trips[bare[0]] == 0


def test_of_a_long_silence_nobody_can_say_that_it_was_spent_away() -> None:
    diary = Diary()
    first = diary.take("2023-07-08T09:00", at=ROME)
    second = diary.take("2023-07-09T09:00", at=ROME)
    later = diary.take("2023-09-08T09:00", at=FLORENCE)
    found = diary.grouped()
    assert found.trips == {first[0]: 0, second[0]: 0}
    assert later[0] in found.events


def test_what_is_seen_decides_where_the_gap_does_not() -> None:
    def number_of_events(*sees: str) -> int:
        diary = Diary()
        for hour, sight in enumerate(sees):
            time = datetime(2023, 5, 6, 8) + timedelta(hours=hour * TYPICAL[0])
            diary.take(time.isoformat(), sees=sight)
        return len(set(diary.grouped().events.values()))

    assert number_of_events("food", "food") == 1
    assert number_of_events("food", "sports") == 2


def test_a_photo_of_a_day_goes_to_the_event_of_that_day_that_shows_the_same() -> None:
    diary = Diary()
    market = diary.take("2023-07-08T09:00", at=ROME, sees="food", count=5)
    diary.take("2023-07-08T19:00", at=ROME, sees="beach", count=9)
    diary.take("2023-07-09T19:00", at=ROME)
    [same, other, alone, beside] = [
        diary.day("2023-07-08", "food"),
        diary.day("2023-07-08", "beach"),
        diary.day("2023-08-01", "food"),
        diary.day("2023-08-01", "beach"),
    ]
    found = diary.grouped()
    assert found.events[same] == found.events[market[0]] != found.events[other]
    assert found.trips[same] == 0
    assert found.events[alone] == found.events[beside]
    assert alone not in found.trips


def test_the_longest_gap_lies_where_a_person_has_few() -> None:
    draw = random.Random(1)
    minutes = [draw.uniform(0.1, 1.2) for _ in range(500)] + [draw.uniform(2.4, 9) for _ in range(100)]
    assert 1.4 < longest_gap(minutes, 2.0) < 2.4
    assert longest_gap([], 2.0) == pytest.approx(2.0)


@given(st.lists(st.tuples(st.floats(0, 3e9), st.booleans(), st.none() | st.floats(-90, 90)), max_size=60))
def test_every_photo_is_in_one_event_and_the_order_does_not_matter(
    taken: list[tuple[float, bool, float | None]],
) -> None:
    shots = [
        Shot(number, time, day_only, latitude, None if latitude is None else 10.0)
        for number, (time, day_only, latitude) in enumerate(taken)
    ]
    away = stays(sorted(shots, key=lambda shot: (shot.time, shot.photo)), is_usual)
    found = group(shots, away)
    assert found.events.keys() == {shot.photo for shot in shots}
    assert found == group(shots[::-1], away)
    timed = sorted((shot for shot in shots if not shot.day_only), key=lambda shot: (shot.time, shot.photo))
    numbers = [found.events[shot.photo] for shot in timed]
    assert numbers == sorted(numbers)
