"""The timeline of events in text."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from albumsort.cli.event_table import in_order, table
from albumsort.cli.timeline import BLOCKS, LANES, TRIED, timeline
from albumsort.plan.columns import cells
from albumsort.records import Event

MONTHS = "Jan Feb Mar Apr  May Jun Jul  Aug Sep  Oct Nov Dec"


def event(day: date, name: str, *, days: int = 0, photos: int = 1) -> Event:
    begin = datetime(day.year, day.month, day.day, 12)
    return Event(f"{day:%Y%m%d}-1", days > 0, name, day, begin, begin + timedelta(days=days), photos)


def lines_of(photos: Mapping[date, int], *events: Event, room: int = 80) -> list[str]:
    """The lines between the months above and those below."""
    lines, _ = timeline(photos, events, room)
    assert lines[0].split() == lines[-2].split()
    return lines[1:-2]


def test_each_year_is_a_line_of_weeks_whose_height_is_the_square_root_of_their_photos() -> None:
    photos = {date(2022, 1, 1): 16, date(2022, 1, 7): 48, date(2022, 1, 8): 16, date(2022, 12, 31): 1}
    lines, named = timeline(photos | {date(2023, 2, 1): 4}, [], 80)
    assert lines == [
        " " * 10 + MONTHS,
        "2022  81  █▄" + " " * 50 + "▁",
        "2023   4      ▂",
        " " * 10 + MONTHS,
        "A block is a week: █ is 50 photos or more, half as high a quarter of that.",
    ]
    assert named == 0


def test_one_week_of_a_wrong_date_does_not_flatten_the_others() -> None:
    photos = {date(2021, 1, 1) + timedelta(weeks=week): 10 for week in range(104)}
    first, _ = lines_of(photos | {date(2022, 6, 1): 100_000})
    assert set(first.split()[-1]) == {BLOCKS[-1]}


def test_a_name_begins_below_the_week_of_its_event() -> None:
    lines = lines_of({date(2023, 1, 1): 5}, event(date(2023, 1, 20), "2023-01-20 Rome, Italy - a week"))
    assert lines == ["2023  5  █", "           └ Rome, Italy - a week"]


def test_names_that_would_run_into_each_other_go_to_lines_of_their_own() -> None:
    names = [event(date(2023, 1, 20), "Rome"), event(date(2023, 2, 20), "Oslo"), event(date(2023, 7, 20), "Bath")]
    assert lines_of({date(2023, 1, 1): 5}, event(date(2023, 1, 2), "Berlin and Potsdam"), *names)[1:] == [
        "         │ │    └ Oslo" + " " * 15 + "└ Bath",
        "         │ └ Rome",
        "         └ Berlin and Potsdam",
    ]


def test_names_of_one_week_hang_on_one_line() -> None:
    day = date(2023, 1, 20)
    lines = lines_of({day: 5}, event(day, "Rome"), event(day, "Oslo"))
    assert [line.strip() for line in lines[1:]] in (["├ Rome", "└ Oslo"], ["├ Oslo", "└ Rome"])


def test_of_too_many_names_the_first_are_shown() -> None:
    names = [f"name {number:02}" for number in range(LANES + 3)]
    lines, named = timeline({}, [event(date(2023, 3, 1), name) for name in names], 80)
    assert named == LANES
    assert {line[-7:] for line in lines if "name" in line} == set(names[:LANES])


def test_chinese_names_take_two_columns_a_character() -> None:
    names = [event(date(2023, 1, 1), "2023年1月 日本 滑雪"), event(date(2023, 3, 26), "Oslo")]
    assert lines_of({date(2023, 1, 1): 5}, *names)[1:] == ["         └ 日本 滑雪 └ Oslo"]


def test_years_without_photos_are_left_out() -> None:
    assert [line.split()[0] for line in lines_of({date(1826, 5, 1): 1, date(2022, 1, 1): 1, date(2023, 1, 1): 1})] == [
        *["1826", "⋮", "2022", "2023"]
    ]


def test_a_narrow_terminal_has_several_weeks_in_a_column() -> None:
    photos = {date(2023, 1, 1) + timedelta(days=day): 1 for day in range(365)}
    lines, _ = timeline(photos, [], 45)
    assert len(lines[1]) <= 45
    assert lines[1].split()[2] == BLOCKS[-1] * 26 + BLOCKS[2]
    assert lines[-1].startswith("A block is 2 weeks:")


def test_the_many_events_of_a_long_life_are_drawn_at_once() -> None:
    first = date(1970, 1, 1)
    events = [event(first + timedelta(days=day), f"day {day}") for day in range(0, 20_000, 2)]
    lines, named = timeline({first + timedelta(days=day): 25 for day in range(20_000)}, events, 100)
    assert len(lines) <= 55 * (LANES + 1) + 3
    assert 55 <= named <= 55 * TRIED


DAYS = st.dates(date(1, 1, 1), date(9999, 12, 30))
NAMES = st.text(st.characters(codec="utf-8") | st.sampled_from("日本語\u0301🎉é"), max_size=60)
EVENTS = st.lists(st.builds(event, DAYS | st.dates(date(2020, 1, 1), date(2021, 12, 31)), NAMES, days=st.just(0)))


@given(st.dictionaries(DAYS, st.integers(1, 10**6)), EVENTS, st.integers(1, 150))
def test_no_line_is_ever_wider_than_the_terminal(photos: dict[date, int], events: list[Event], room: int) -> None:
    lines, named = timeline(photos, events, room)
    lines += table(in_order(events, {}), room)
    assert all(len(cells(line)) <= room and "".join(cells(line)) == line for line in lines)
    assert named <= len(events)
