"""In which albums of events photos lie, and what the user renamed by hand."""

from __future__ import annotations

from datetime import datetime

from albumsort.pipeline.filed import renamed_by_hand, where_filed
from albumsort.plan.plan import Known
from albumsort.records import Action, CaptureTime, Event, Metadata, Photo, Placement, Situation, Stamp

STAMP, NOON = Stamp(1, 2, 3), datetime(2023, 5, 6, 12)
ZOO, TRIP = "20230506-1", "20230506-t1"
EVENTS = {
    ZOO: Event(ZOO, False, "Zoo", NOON, NOON, 1, is_special=True),
    TRIP: Event(TRIP, True, "Japan", NOON, NOON, 1, is_special=True),
}
ALBUMS = ["/photos/Albums"]


def known(path: str, *placed: str, action: Action = "move", number: int = 1) -> Known:
    photo = Photo(number, path, STAMP, "content", "jpeg", "", Metadata())
    placements = [Placement(destination, action, "content", STAMP) for destination in placed]
    return Known(photo, None, CaptureTime(), placements)


def filed(own: Known, situation: Situation) -> list[str]:
    return where_filed([own], {own.photo.id: situation}, EVENTS, ALBUMS).get(own.photo.id, [])


def test_a_photo_that_was_moved_into_the_album_of_its_event_is_filed_there() -> None:
    assert filed(known("/photos/Albums/2023/Zoo/a.jpg"), Situation(event=ZOO)) == [ZOO]


def test_a_link_in_the_album_counts_as_well() -> None:
    assert filed(known("/photos/a.jpg", "/photos/Albums/2023/Zoo/a.jpg", action="symlink"), Situation(event=ZOO)) == [
        ZOO
    ]


def test_the_trip_comes_before_the_event() -> None:
    assert filed(known("/photos/Albums/Japan/Zoo/a.jpg"), Situation(event=ZOO, trip=TRIP)) == [TRIP, ZOO]


def test_a_photo_in_the_album_of_its_category_is_not_filed_under_its_event() -> None:
    assert filed(known("/photos/Albums/Pets/2023/a.jpg"), Situation(event=ZOO)) == []


def test_a_folder_of_that_name_outside_the_albums_does_not_count() -> None:
    assert filed(known("/photos/Zoo/a.jpg"), Situation(event=ZOO)) == []


def test_the_album_of_another_event_does_not_count() -> None:
    assert filed(known("/photos/Albums/2023/Japan/a.jpg"), Situation(event=ZOO)) == []


def renamed(*photos: Known) -> dict[str, str]:
    situations = {own.photo.id: Situation(event=ZOO) for own in photos}
    return {own.id: own.name for own in renamed_by_hand(photos, situations, EVENTS, ALBUMS).values() if own.is_fixed}


def moved(to: str, number: int = 1) -> Known:
    return known(f"/photos/Albums/{to}/a.jpg", "/photos/Albums/2023/Zoo/a.jpg", number=number)


def test_an_album_folder_that_the_user_renamed_renames_the_event() -> None:
    assert renamed(moved("2023/Zoo with Anna", 1), moved("2023/Zoo with Anna", 2)) == {ZOO: "Zoo with Anna"}


def test_photos_that_were_taken_out_one_by_one_rename_nothing() -> None:
    assert renamed(moved("2023/Best of", 1), moved("2023/Zoo", 2)) == {}
    assert renamed(moved("2023/Best of", 1), moved("2023/Worst of", 2)) == {}


def test_an_album_that_was_moved_as_a_whole_keeps_its_name() -> None:
    assert renamed(moved("Holidays/Zoo")) == {}
    assert renamed(moved("Holidays/2023/Zoo")) == {}


def test_a_name_that_no_layout_could_give_is_not_taken_over() -> None:
    assert renamed(moved("2023/zoo?")) == {}
