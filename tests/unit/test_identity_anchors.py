"""What lies in an album already, or was put right by the user, stays in its event whatever the grouping says."""

from __future__ import annotations

from datetime import date, datetime

from hypothesis import given
from hypothesis import strategies as st

from albumsort.events.identity import TRIP, assign, new_identifier
from albumsort.events.shots import HOUR, seconds

NOON = seconds(datetime(2023, 5, 6, 12))
OLD, OTHER = "20230506-1", "20230506-2"


def at(hours: list[float]) -> dict[int, float]:
    return {photo: NOON + hour * HOUR for photo, hour in enumerate(hours)}


def test_a_new_photo_of_the_group_joins_the_event_that_lies_in_an_album() -> None:
    assert assign([[0, 1, 2]], at([0, 1, 2]), {}, {0: OLD, 1: OLD}) == {0: OLD, 1: OLD, 2: OLD}


def test_where_the_grouping_sees_one_and_there_are_two_albums_a_new_photo_goes_to_the_nearer_in_time() -> None:
    found = assign([[0, 1, 2, 3]], at([0, 1, 4, 5]), {}, {0: OLD, 3: OTHER})
    assert found == {0: OLD, 1: OLD, 2: OTHER, 3: OTHER}


def test_where_the_grouping_sees_two_and_they_were_merged_both_go_on_in_one() -> None:
    found = assign([[0, 1], [2, 3]], at([0, 1, 20, 21]), {}, {0: OLD, 2: OLD})
    assert set(found.values()) == {OLD}


def test_a_group_without_such_photos_keeps_the_identifier_that_it_had_though_others_are_bound_to_it() -> None:
    assert assign([[0], [1]], at([0, 20]), {1: OLD}, {0: OLD}) == {0: OLD, 1: OLD}


def test_a_new_event_never_gets_an_identifier_that_lies_in_an_album() -> None:
    assert assign([[0], [1]], at([0, 1]), {}, {0: OLD}) == {0: OLD, 1: OTHER}


def test_a_photo_that_is_to_be_of_no_trip_does_not_end_the_trip_of_the_others() -> None:
    assert assign([[0, 1, 2]], at([0, 1, 2]), {}, {1: ""}, TRIP) == {0: "20230506-t1", 1: "", 2: "20230506-t1"}


def test_a_new_identifier_is_the_first_of_its_day_that_is_free() -> None:
    assert new_identifier(date(2023, 5, 6), "", {OLD, OTHER}) == "20230506-3"


@given(st.lists(st.integers(0, 3), min_size=1, max_size=12), st.data())
def test_every_photo_has_an_identifier_anchors_keep_theirs_and_asked_again_nothing_changes(
    numbers: list[int], data: st.DataObject
) -> None:
    groups = [[photo for photo, own in enumerate(numbers) if own == number] for number in sorted(set(numbers))]
    times = at([float(photo) for photo in range(len(numbers))])
    anchors = data.draw(st.dictionaries(st.sampled_from(range(len(numbers))), st.sampled_from([OLD, OTHER])))
    found = assign(groups, times, {}, anchors)
    assert found.keys() == times.keys()
    assert all(found[photo] == own for photo, own in anchors.items())
    assert assign(groups, times, found, anchors) == found
