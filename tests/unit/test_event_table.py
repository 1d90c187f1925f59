"""The table of trips and events on the screen."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from albumsort.catalog.situations import trips_of
from albumsort.cli.event_table import in_order, is_everyday, table, when
from albumsort.plan.columns import cells, cut
from albumsort.records import Event, Situation

NOON = datetime(2023, 5, 6, 12)
UNCUT = 1000


def event(id_: str, begin: datetime = NOON, hours: float = 1, *, photos: int = 3, name: str = "") -> Event:
    return Event(id_, "-t" in id_, name or id_, begin.date(), begin, begin + timedelta(hours=hours), photos)


def test_an_event_is_on_the_trip_that_most_of_its_photos_are_on() -> None:
    situations = [
        *[Situation("1", "a"), Situation("1", "b"), Situation("1", "b")],
        *[Situation("2", ""), Situation("2", ""), Situation("2", "a")],
        *[Situation("3", ""), Situation("3", "a")],
    ]
    assert trips_of(situations) == {"1": "b", "2": "", "3": "a"}


def test_events_come_in_order_of_time_and_those_of_a_trip_below_it() -> None:
    before, after = event("20230505-1", NOON - timedelta(days=1)), event("20230507-2", NOON + timedelta(days=1))
    trip = event("20230506-t1", hours=72)
    first, second = event("20230506-1"), event("20230508-1", NOON + timedelta(days=2))
    trips = {first.id: trip.id, second.id: trip.id, after.id: "", before.id: "20200101-t1"}
    rows = in_order([after, second, trip, first, before], trips)
    assert rows == [(before, ""), (trip, ""), (first, trip.id), (second, trip.id), (after, "")]


def test_what_is_neither_a_trip_nor_on_one_nor_special_is_everyday() -> None:
    special = Event("20230506-1", False, "party", NOON.date(), NOON, NOON, 3, is_special=True)
    assert is_everyday(event("20230506-2"), "")
    assert not is_everyday(event("20230506-2"), "20230506-t1")
    assert not is_everyday(event("20230506-t1"), "")
    assert not is_everyday(special, "")


def test_columns_are_in_line_and_events_of_a_trip_are_indented() -> None:
    trip = event("20230506-t1", hours=72, photos=1200, name="罗马 一周")
    inside = Event("20230506-1", False, "Forum", NOON.date(), NOON, NOON + timedelta(hours=2), 7, is_fixed=True)
    assert table([(trip, ""), (inside, trip.id)], UNCUT) == [
        "id            when                    photos   name",
        "20230506-t1   2023-05-06 - 05-09        1200   罗马 一周",
        "  20230506-1  2023-05-06 12:00-14:00       7 * Forum",
    ]


def test_names_give_way_in_a_narrow_terminal() -> None:
    rows = [(event("20230506-1", name="x" * 100), "")]
    for line in table(rows, 60):
        assert len(line) <= 60
    assert table(rows, 60)[1].endswith("x…")
    assert table(rows, UNCUT)[1].endswith("x" * 100)


def test_a_name_cannot_command_the_terminal() -> None:
    [_, line] = table([(event("20230506-1", name="a\x1b[2Jb\nc"), "")], UNCUT)
    assert line.endswith("a\\x1b[2Jb\\nc")


@pytest.mark.parametrize(
    ("begin", "end", "told"),
    [
        ("2023-05-06T12:00:05", "2023-05-06T14:30", "2023-05-06 12:00-14:30"),
        ("2023-05-06T12:00:05", "2023-05-06T12:00:50", "2023-05-06 12:00"),
        ("2023-12-31T20:00", "2024-01-01T03:10", "2023-12-31 20:00-03:10"),
        ("2023-05-06T00:00", "2023-05-06T00:00", "2023-05-06"),
        ("2023-05-06T12:00", "2023-05-08T11:00", "2023-05-06 - 05-08"),
        ("2023-12-30T12:00", "2024-01-08T11:00", "2023-12-30 - 2024-01-08"),
        ("0023-05-06T12:00", "0023-05-06T13:00", "0023-05-06 12:00-13:00"),
    ],
)
def test_the_time_is_told_as_short_as_it_can_be(begin: str, end: str, told: str) -> None:
    times = datetime.fromisoformat(begin), datetime.fromisoformat(end)
    assert when(Event("1", False, "", times[0].date(), *times, 1)) == told


@pytest.mark.parametrize(("hours", "told"), [(2, "2023-05-06"), (26, "2023-05-06 - 05-07")])
def test_of_a_trip_the_days_are_told(hours: float, told: str) -> None:
    assert when(event("20230506-t1", hours=hours)) == told


@pytest.mark.parametrize(
    ("room", "shown"), [(0, ""), (1, "…"), (2, "…"), (3, "日…"), (4, "日…"), (5, "日本…"), (6, "日本国")]
)
def test_wide_characters_are_never_halved(room: int, shown: str) -> None:
    assert cut("日本国", room) == shown


def test_an_accent_of_its_own_takes_no_column() -> None:
    assert len(cells("e\u0301a")) == 2
    assert cut("日\u0301本", 3) == "日\u0301…"
