"""What the user puts right in events and trips is remembered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from albumsort.catalog.catalog import Catalog
from albumsort.errors import AlbumsortError
from albumsort.events.shots import seconds
from albumsort.pipeline.regroup import merge, rename, reset, split
from albumsort.pipeline.regroup_undo import undo_regrouping
from albumsort.records import Event, Fix, Metadata, Photo, Situation
from albumsort.stamps import Stamp

NOON = datetime(2023, 5, 6, 12)
MORNING, EVENING, OTHER_DAY, TRIP = "20230506-1", "20230506-2", "20230510-1", "20230510-t1"


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    """Photos 1 to 3 of a morning, 4 and 5 of an evening, 6 and 7 of a trip."""
    with Catalog(tmp_path / "catalog.sqlite") as catalog:
        events = {1: MORNING, 2: MORNING, 3: MORNING, 4: EVENING, 5: EVENING, 6: OTHER_DAY, 7: OTHER_DAY}
        times = {photo: NOON + timedelta(hours=photo, days=4 * (photo > 5)) for photo in events}
        for photo in events:
            catalog.put(Photo(0, f"/photos/{photo}.jpg", Stamp(1, 2, photo), "content", "jpeg", "", Metadata()))
        catalog.situations.put(
            {
                photo: Situation(event, TRIP if event == OTHER_DAY else "", taken=seconds(times[photo]))
                for photo, event in events.items()
            }
        )
        for own in dict.fromkeys([*events.values(), TRIP]):
            members = [times[photo] for photo, event in events.items() if own in (event, TRIP * (event == OTHER_DAY))]
            first, last = members[0], members[-1]
            catalog.events.put([Event(own, own == TRIP, f"Name of {own}", first.date(), first, last, len(members))])
        yield catalog


def event_of(catalog: Catalog, *photos: int) -> set[str]:
    return {catalog.situations.all()[photo].event for photo in photos}


def test_the_first_event_takes_in_the_others(catalog: Catalog) -> None:
    merged = merge(catalog, [EVENING, MORNING])
    assert (merged.id, merged.photos, merged.begin) == (EVENING, 5, NOON + timedelta(hours=1))
    assert event_of(catalog, 1, 2, 3, 4, 5) == {EVENING}
    assert {fix.event for fix in catalog.fixes.all().values()} == {EVENING}
    assert catalog.events.all()[MORNING].photos == 0


def test_an_event_that_goes_into_one_of_a_trip_goes_on_the_trip(catalog: Catalog) -> None:
    merge(catalog, [OTHER_DAY, EVENING])
    assert {catalog.situations.all()[photo].trip for photo in (4, 5, 6, 7)} == {TRIP}
    assert catalog.fixes.all()[4] == Fix(OTHER_DAY, TRIP)
    assert catalog.fixes.all()[6] == Fix(OTHER_DAY, None, follows=False)


def test_a_trip_takes_in_an_event_which_stays_one(catalog: Catalog) -> None:
    assert merge(catalog, [TRIP, EVENING]).photos == 4
    assert catalog.situations.all()[4].trip == TRIP
    assert event_of(catalog, 4) == {EVENING}
    assert catalog.events.all()[EVENING].photos == 2


def test_what_was_merged_twice_is_one(catalog: Catalog) -> None:
    merge(catalog, [MORNING, EVENING])
    merge(catalog, [OTHER_DAY, MORNING])
    assert event_of(catalog, *range(1, 8)) == {OTHER_DAY}


def test_what_is_left_of_events_is_counted(catalog: Catalog) -> None:
    merge(catalog, [EVENING, OTHER_DAY])
    known = catalog.events.all()
    assert (known[EVENING].photos, known[OTHER_DAY].photos, known[TRIP].photos) == (4, 0, 0)
    assert known[EVENING].end == NOON + timedelta(days=4, hours=7)
    for attempt in (lambda: split(catalog, TRIP, NOON), lambda: rename(catalog, TRIP, "Japan")):
        with pytest.raises(AlbumsortError, match="there is no event or trip '20230510-t1'"):
            attempt()


def test_photos_that_are_gone_do_not_count(catalog: Catalog) -> None:
    catalog.relocate("/photos/2.jpg", "/photos/1.jpg", Stamp(1, 2, 2))  # over the first
    assert merge(catalog, [MORNING, EVENING]).photos == 4
    assert reset(catalog, [MORNING]) == 4


def test_the_album_of_the_first_stays_though_an_earlier_event_goes_into_it(catalog: Catalog) -> None:
    merged = merge(catalog, [OTHER_DAY, MORNING])
    assert (merged.day, merged.begin) == (date(2023, 5, 10), NOON + timedelta(hours=1))
    assert not catalog.fixes.all()[6].follows


def test_an_event_is_split_at_a_time(catalog: Catalog) -> None:
    early, late = split(catalog, MORNING, NOON + timedelta(hours=3))
    assert (early.id, early.photos, late.id, late.photos) == (MORNING, 2, "20230506-3", 1)
    assert event_of(catalog, 1, 2) == {MORNING}
    assert event_of(catalog, 3) == {"20230506-3"}
    assert catalog.fixes.all()[1] == Fix(MORNING, None, follows=False)
    assert catalog.fixes.all()[3].follows


def test_a_trip_is_split_without_its_events(catalog: Catalog) -> None:
    _, late = split(catalog, TRIP, NOON + timedelta(days=4, hours=7))
    assert catalog.situations.all()[7].trip == late.id == "20230510-t2"
    assert event_of(catalog, 6, 7) == {OTHER_DAY}


def test_a_name_makes_an_event_special_and_stays(catalog: Catalog) -> None:
    rename(catalog, EVENING, "Anna's birthday")
    own = catalog.events.all()[EVENING]
    assert (own.name, own.is_special, own.is_fixed) == ("Anna's birthday", True, True)
    assert catalog.fixes.all() == {4: Fix(EVENING, None), 5: Fix(EVENING, None)}


def test_what_was_said_can_be_taken_back(catalog: Catalog) -> None:
    merge(catalog, [MORNING, EVENING])
    assert reset(catalog, [MORNING]) == 5
    assert set(catalog.fixes.all().values()) == {Fix(None, None)}


def test_what_was_taken_back_can_be_put_right_again_before_the_next_scan(catalog: Catalog) -> None:
    rename(catalog, MORNING, "Breakfast")
    reset(catalog, [MORNING])
    early, late = split(catalog, MORNING, NOON + timedelta(hours=3))
    assert (early.photos, late.photos) == (2, 1)
    assert merge(catalog, [late.id, EVENING]).photos == 3


def test_a_trip_is_taken_back_without_what_was_said_of_its_events(catalog: Catalog) -> None:
    merge(catalog, [OTHER_DAY, EVENING])
    rename(catalog, TRIP, "Japan")
    reset(catalog, [TRIP])
    assert set(catalog.fixes.all().values()) == {Fix(OTHER_DAY, None)}


def test_an_event_is_taken_back_with_the_trip_that_it_was_put_on(catalog: Catalog) -> None:
    merge(catalog, [OTHER_DAY, EVENING])
    assert reset(catalog, [OTHER_DAY]) == 4
    assert set(catalog.fixes.all().values()) == {Fix(None, None)}


def test_what_was_said_of_a_trip_stays_when_an_event_of_it_is_taken_back(catalog: Catalog) -> None:
    catalog.events.put([replace(catalog.events.all()[OTHER_DAY], is_fixed=True)])
    merge(catalog, [TRIP, EVENING])
    reset(catalog, [OTHER_DAY])
    assert set(catalog.fixes.all().values()) == {Fix(None, TRIP)}


def test_the_next_scan_groups_by_it(catalog: Catalog) -> None:
    catalog.remember({"situations of": "something"})
    rename(catalog, EVENING, "Anna's birthday")
    assert catalog.setting("situations of") == ""


def test_what_cannot_be_is_told_and_changes_nothing(catalog: Catalog) -> None:
    before = catalog.situations.all(), catalog.events.all()
    for attempt, said in (
        (lambda: merge(catalog, [MORNING, "20230506-9"]), "there is no event or trip '20230506-9'; is it 20230506"),
        (lambda: merge(catalog, [MORNING, MORNING]), "name another event too"),
        (lambda: merge(catalog, [MORNING, TRIP]), "is a trip, which no event takes in"),
        (lambda: split(catalog, MORNING, NOON), "photos from 2023-05-06 13:00 to 2023-05-06 15:00"),
        (lambda: split(catalog, MORNING, NOON + timedelta(days=1)), "give a time in between"),
        (lambda: rename(catalog, MORNING, "a/b"), "it contains /"),
        (lambda: rename(catalog, MORNING, f"name of {EVENING}"), f"is the name of {EVENING}; merge the two"),
        (lambda: reset(catalog, [MORNING]), "nothing to take back"),
    ):
        with pytest.raises(AlbumsortError) as told:
            attempt()
        assert said in str(told.value)
    assert (catalog.situations.all(), catalog.events.all()) == before
    assert not catalog.fixes.all()


CHANGES: dict[str, Callable[[Catalog], object]] = {
    "merge": lambda catalog: merge(catalog, [MORNING, EVENING]),
    "split": lambda catalog: split(catalog, MORNING, NOON + timedelta(hours=3)),
    "rename": lambda catalog: rename(catalog, MORNING, "Breakfast"),
    "reset": lambda catalog: reset(catalog, [MORNING]),
}


def state_of(catalog: Catalog) -> tuple[object, ...]:
    """What is known, without events that have no photo any more."""
    events = {own.id: own for own in catalog.events.all().values() if own.photos}
    return catalog.situations.all(), events, {photo: fix.said for photo, fix in catalog.fixes.all().items()}


@pytest.mark.parametrize("kind", CHANGES)
def test_each_change_of_events_can_be_taken_back(catalog: Catalog, kind: str) -> None:
    rename(catalog, MORNING, "Early")  # so that there is something to reset, and to come back to
    CHANGES["rename"](catalog)
    before = state_of(catalog)
    CHANGES[kind](catalog)
    undone = undo_regrouping(catalog)
    assert (undone.kind, MORNING in undone.events, undone.name) == (kind, True, "Breakfast" * (kind == "rename"))
    situations, events, said = state_of(catalog)
    assert (situations, events) == before[:2]
    assert said == {1: (MORNING, None), 2: (MORNING, None), 3: (MORNING, None)} | {
        photo: (None, None) for photo in undone.before.said if photo > 3
    }
    assert all(catalog.fixes.all()[photo].follows for photo in undone.before.said)


def test_changes_of_events_are_taken_back_one_by_one(catalog: Catalog) -> None:
    before = state_of(catalog)[:2]
    for change in CHANGES.values():
        change(catalog)
    assert [own.kind for own in catalog.regroupings.all()] == list(CHANGES)
    for _ in CHANGES:
        undo_regrouping(catalog)
    assert state_of(catalog)[:2] == before
    assert {fix.said for fix in catalog.fixes.all().values()} == {(None, None)}
    with pytest.raises(AlbumsortError, match="so there is nothing to take back"):
        undo_regrouping(catalog)


def test_an_earlier_change_of_other_events_is_taken_back_alone(catalog: Catalog) -> None:
    rename(catalog, MORNING, "Breakfast")
    rename(catalog, OTHER_DAY, "Japan")
    assert undo_regrouping(catalog, catalog.regroupings.all()[0].id).events == (MORNING,)
    known = catalog.events.all()
    assert (known[MORNING].name, known[OTHER_DAY].name) == (f"Name of {MORNING}", "Japan")
    with pytest.raises(AlbumsortError, match="there is no change 1 of events, or it was taken back already"):
        undo_regrouping(catalog, 1)


def test_a_change_that_a_later_one_rests_on_waits_for_that(catalog: Catalog) -> None:
    merge(catalog, [MORNING, EVENING])
    rename(catalog, MORNING, "Long day")
    before = state_of(catalog)
    with pytest.raises(AlbumsortError, match=f"take back the later change of {MORNING} first"):
        undo_regrouping(catalog, catalog.regroupings.all()[0].id)
    assert state_of(catalog) == before


def test_what_is_refused_is_no_change_that_could_be_taken_back(catalog: Catalog) -> None:
    for attempt in (lambda: merge(catalog, [MORNING]), lambda: reset(catalog, [MORNING])):
        with pytest.raises(AlbumsortError):
            attempt()
    assert catalog.regroupings.all() == []


def test_an_event_that_a_scan_forgot_comes_back_without_photos_that_are_gone(catalog: Catalog) -> None:
    merge(catalog, [MORNING, EVENING])
    catalog.events.replace_all(own for own in catalog.events.all().values() if own.photos)  # as a scan does
    catalog.relocate("/photos/1.jpg", "/photos/5.jpg", Stamp(1, 2, 1))  # over the fifth
    undo_regrouping(catalog)
    assert {own: event.photos for own, event in catalog.events.all().items()} == {
        MORNING: 3,
        EVENING: 1,
        OTHER_DAY: 2,
        TRIP: 2,
    }
