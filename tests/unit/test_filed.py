"""In which albums of events photos are, and what the user renamed by hand."""

from __future__ import annotations

from datetime import datetime

from albumsort.pipeline.filed import renamed_by_hand, was_put_elsewhere, where_filed
from albumsort.plan.plan import Known
from albumsort.records import Action, CaptureTime, Event, Metadata, Photo, Placement, Under
from albumsort.stamps import Stamp

STAMP, NOON = Stamp(1, 2, 3), datetime(2023, 5, 6, 12)
ZOO, TRIP = "20230506-1", "20230505-t1"
EVENTS = {
    ZOO: Event(ZOO, False, "Zoo", NOON.date(), NOON, NOON, 1, is_special=True),
    TRIP: Event(TRIP, True, "Japan", NOON.date(), NOON, NOON, 1, is_special=True),
}
ALBUMS = ["/photos/Albums"]
IN_ZOO = "/photos/Albums/2023/Zoo"


def known(path: str, *placed: str, action: Action = "move", number: int = 1) -> Known:
    photo = Photo(number, path, STAMP, "content", "jpeg", "", Metadata())
    placements = [Placement(destination, action, "content", STAMP) for destination in placed]
    return Known(photo, None, CaptureTime(), placements)


def filed(own: Known, folder: str, *events: str) -> list[str]:
    under = tuple(map(Under, events))
    return [found.event for found in where_filed([own], {own.photo.id: {folder: under}}, EVENTS)[own.photo.id]]


def test_a_photo_that_lies_in_the_album_of_its_event_is_filed_there() -> None:
    assert filed(known(f"{IN_ZOO}/a.jpg"), IN_ZOO, ZOO) == [ZOO]


def test_one_that_was_taken_out_is_not() -> None:
    assert filed(known("/photos/a.jpg", f"{IN_ZOO}/a.jpg"), IN_ZOO, ZOO) == []


def test_a_link_in_the_album_counts_as_well() -> None:
    assert filed(known("/photos/a.jpg", f"{IN_ZOO}/a.jpg", action="symlink"), IN_ZOO, ZOO) == [ZOO]


def test_the_trip_comes_before_the_event() -> None:
    assert filed(known("/photos/Albums/Japan/Zoo/a.jpg"), "/photos/Albums/Japan/Zoo", ZOO, TRIP) == [TRIP, ZOO]


def test_an_event_that_nobody_knows_any_more_does_not_count() -> None:
    assert filed(known(f"{IN_ZOO}/a.jpg"), IN_ZOO, "20230506-9") == []


def test_who_moved_a_photo_is_told_by_where_it_is() -> None:
    there = {1: {IN_ZOO: (Under(ZOO),)}}
    assert was_put_elsewhere(known("/photos/Albums/Best of/a.jpg", f"{IN_ZOO}/a.jpg"), there)
    assert not was_put_elsewhere(known(f"{IN_ZOO}/a.jpg", f"{IN_ZOO}/a.jpg"), there)
    assert not was_put_elsewhere(known(f"{IN_ZOO}/a.jpg", "/photos/Albums/2023/Old name/a.jpg"), there)
    assert not was_put_elsewhere(known("/photos/a.jpg"), {})


def renamed(*photos: Known) -> dict[str, str]:
    before = {own.photo.id: {IN_ZOO: (Under(ZOO),)} for own in photos}
    events, now = renamed_by_hand(photos, before, EVENTS, ALBUMS)
    assert all(own.is_fixed for own in events.values())
    if events:
        assert {folder for folders in now.values() for folder in folders} == {photos[0].photo.path.rpartition("/")[0]}
    return {own.id: own.name for own in events.values()}


def moved(to: str, number: int = 1) -> Known:
    return known(f"/photos/Albums/{to}/a.jpg", f"{IN_ZOO}/a.jpg", number=number)


def test_an_album_folder_that_the_user_renamed_renames_the_event() -> None:
    assert renamed(moved("2023/Zoo with Anna", 1), moved("2023/Zoo with Anna", 2)) == {ZOO: "Zoo with Anna"}


def test_photos_that_were_taken_out_one_by_one_rename_nothing() -> None:
    assert renamed(moved("2023/Best of", 1), moved("2023/Zoo", 2)) == {}
    assert renamed(moved("2023/Best of", 1), moved("2023/Worst of", 2)) == {}


def test_an_album_that_was_moved_as_a_whole_keeps_its_name() -> None:
    assert renamed(moved("Holidays/Zoo")) == {}
    assert renamed(moved("Holidays/2023/Zoo")) == {}


def test_a_photo_that_an_undo_brought_back_renames_nothing() -> None:
    back = known("/photos/Albums/2023/Pets/a.jpg", "/photos/Albums/2023/Pets/a.jpg")
    assert renamed(back) == {}


def test_photos_that_were_put_into_the_album_of_another_event_do_not_rename_theirs() -> None:
    assert renamed(moved("2023/Japan")) == {}


def test_a_name_that_no_layout_could_give_is_not_taken_over() -> None:
    assert renamed(moved("2023/zoo?")) == {}
