"""Events and trips are described for the catalog: no two albums of one name, and what exists keeps its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from albumsort.events.names import Occasion, Spot
from albumsort.pipeline.naming import Kept, Naming, describe
from albumsort.records import Event, Under

NOON = datetime(2023, 5, 6, 12)
TOKYO = [Spot("Tokyo", "JP", 9)]
DAY_OUT, OF_TRIP, TRIP = "20230506-1", "20230801-1", "20230801-t1"
OUT = Occasion(NOON, NOON + timedelta(hours=2), TOKYO, is_out=True, photos=9)
LATER = NOON + timedelta(days=87)
STAY = Occasion(LATER, LATER + timedelta(days=1), TOKYO, is_trip=True, photos=9)


def described(
    occasions: Mapping[str, Occasion],
    *before: Event,
    filed: Mapping[int, Sequence[str]] | None = None,
    said: Sequence[str] = (),
    template: str | None = "{place}",
) -> dict[str, Event]:
    """Photo 1 is of the day out, photo 2 of the trip."""
    filed = filed or {}
    album = {own for under in filed.values() for own in under}
    under = {photo: [Under(own, is_own=True) for own in events] for photo, events in filed.items()}
    kept = Kept({own.id: own for own in before}, under, album, said)
    events = {1: DAY_OUT, 2: OF_TRIP}
    naming = Naming("en", {}, template)
    return {own.id: own for own in describe(occasions, events, {2: TRIP}, kept, {}, "DE", naming)}


def test_a_trip_is_not_called_like_a_day_out_to_the_same_place() -> None:
    found = described({DAY_OUT: OUT, TRIP: STAY, OF_TRIP: Occasion(LATER, LATER, TOKYO, photos=9)})
    assert {own: event.name for own, event in found.items()} == {
        DAY_OUT: "Tokyo",
        TRIP: "Tokyo (afternoon)",
        OF_TRIP: "Tokyo (afternoon)",
    }


def test_nor_like_one_that_has_an_album_already() -> None:
    album = Event(DAY_OUT, False, "Tokyo", NOON.date(), NOON, NOON, 9, is_special=True)
    assert described({TRIP: STAY}, album, filed={1: [DAY_OUT]})[TRIP].name == "Tokyo (afternoon)"


def test_a_trip_goes_on_in_the_album_of_its_first_day() -> None:
    album = Event(OF_TRIP, False, "Tokyo at last", LATER.date(), LATER, LATER, 9, is_special=True)
    assert described({TRIP: STAY}, album, filed={2: [OF_TRIP]})[TRIP].name == "Tokyo at last"


def test_an_album_keeps_its_name_and_day_and_what_it_is_about_is_told_as_it_is() -> None:
    day = datetime(2022, 12, 31)
    album = Event(DAY_OUT, False, "New Year", day.date(), day, day, 3, is_special=True)
    own = described({DAY_OUT: OUT}, album, filed={1: [DAY_OUT]})[DAY_OUT]
    assert (own.name, own.day, own.begin, own.photos) == ("New Year", day.date(), NOON, 9)


def test_an_album_whose_photos_are_not_looked_at_is_remembered() -> None:
    album = Event("20220101-1", False, "New Year", NOON.date(), NOON, NOON, 9, is_special=True)
    found = described({DAY_OUT: OUT}, album, filed={3: [album.id]})
    assert (found[album.id].name, found[album.id].photos) == ("New Year", 0)


def test_a_part_that_the_user_cut_off_keeps_an_album_though_it_is_small() -> None:
    part = Event(DAY_OUT, False, "Zoo (2)", NOON.date(), NOON, NOON, 1, is_special=True)
    small = Occasion(NOON, NOON, photos=1)
    assert described({DAY_OUT: small}, part, said=[DAY_OUT])[DAY_OUT].is_special
    assert not described({DAY_OUT: small}, part)[DAY_OUT].is_special
