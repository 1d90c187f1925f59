"""Events keep their identifiers from night to night."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from albumsort.events.identity import identify

DAY = date(2023, 5, 6)


def test_new_events_are_numbered_within_their_day() -> None:
    days = [DAY, DAY, date(2023, 5, 7)]
    assert identify([[1], [2], [3]], days, {}) == ["20230506-1", "20230506-2", "20230507-1"]


def test_an_event_that_got_more_photos_keeps_its_identifier_even_from_an_earlier_day() -> None:
    assert identify([[1, 2, 3, 4]], [date(2023, 5, 5)], {3: "20230506-1", 4: "20230506-1"}) == ["20230506-1"]


def test_the_larger_part_of_a_split_event_keeps_the_identifier() -> None:
    before = dict.fromkeys(range(5), "20230506-1")
    assert identify([[0, 1], [2, 3, 4]], [DAY, DAY], before) == ["20230506-2", "20230506-1"]


def test_of_merged_events_the_larger_gives_the_identifier() -> None:
    before = {1: "20230506-1", 2: "20230506-2", 3: "20230506-2"}
    assert identify([[1, 2, 3]], [DAY], before) == ["20230506-2"]


def test_an_identifier_that_was_given_once_never_means_another_event() -> None:
    assert identify([[2]], [DAY], {1: "20230506-1"}) == ["20230506-2"]


@given(st.lists(st.lists(st.integers(0, 30), min_size=1, unique=True), max_size=8), st.data())
def test_no_two_events_have_one_identifier_and_nothing_changes_when_asked_again(
    groups: list[list[int]], data: st.DataObject
) -> None:
    owner = {photo: number for number, group in enumerate(groups) for photo in group}
    parts = ([photo for photo in group if owner[photo] == number] for number, group in enumerate(groups))
    apart = [part for part in parts if part]
    days = [DAY] * len(apart)
    before = data.draw(st.dictionaries(st.integers(0, 30), st.sampled_from(["20230506-1", "20230506-2", "20230101-1"])))
    found = identify(apart, days, before)
    assert len(set(found)) == len(apart)
    after = {photo: identifier for group, identifier in zip(apart, found, strict=True) for photo in group}
    assert identify(apart, days, after) == found
