"""The plan: what goes where, and what stays, as a pure function of what is known and what is at the destination."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from albumsort.plan.plan import make_plan
from albumsort.records import Action, Placement
from albumsort.stamps import Stamp
from tests.unit.planning import RULES, UNCLEAR, Disk, known, outcome, plan


def test_a_photo_goes_to_its_category_and_year() -> None:
    [decision] = plan(known("/photos/cat.jpg"))
    assert outcome(decision) == ("planned", "/albums/Pets/2023/cat.jpg")
    assert decision.album == "Pets/2023"
    assert decision.category == "pets"
    assert decision.confidence == pytest.approx(0.85)
    assert decision.labels == (("class 281", 0.5), ("class 282", 0.3), ("class 900", 0.1))
    assert decision.tags == ("cats",)


def test_a_photo_below_the_threshold_of_its_category_stays_and_says_why() -> None:
    [decision] = plan(known("/photos/lunch.jpg", prediction=UNCLEAR))
    assert outcome(decision) == ("skipped", "")
    assert decision.category == "unsorted"
    assert "Food has 0.60, and needs 0.90" in decision.note


def test_a_photo_that_could_not_be_read_stays_with_its_reason() -> None:
    broken = known("/photos/broken.jpg", prediction=None)
    [decision] = plan(replace(broken, photo=replace(broken.photo, problem="cut off")))
    assert (decision.status, decision.note, decision.category) == ("skipped", "cut off", "")


def test_two_photos_of_one_name_get_two_names_in_order() -> None:
    decisions = plan(known("/photos/a/IMG_1.jpg"), known("/photos/b/IMG_1.jpg"), known("/photos/c/IMG_1.JPG"))
    assert [os.path.basename(decision.destination) for decision in decisions] == [
        "IMG_1.jpg",
        "IMG_1 (2).jpg",
        "IMG_1 (3).JPG",  # a file system that ignores case has room for it too
    ]


def test_a_photo_with_the_same_name_and_bytes_as_another_stays() -> None:
    first, second = plan(known("/photos/a/IMG_1.jpg", "same"), known("/photos/b/IMG_1.jpg", "same"))
    assert first.status == "planned"
    assert outcome(second) == ("skipped", "")
    assert second.note == "duplicate of /photos/a/IMG_1.jpg"


def test_what_is_at_the_destination_is_never_the_target() -> None:
    disk = Disk(**{"/albums/Pets/2023/cat.jpg": "another", "/albums/Pets/2023/cat (2).jpg": "-> /elsewhere"})
    [decision] = plan(known("/photos/cat.jpg"), disk=disk)
    assert outcome(decision) == ("planned", "/albums/Pets/2023/cat (3).jpg")
    assert "another file" in decision.note


@pytest.mark.parametrize("action", ["move", "copy", "hardlink", "symlink"])
def test_the_same_bytes_at_the_destination_are_said_and_left(action: Action) -> None:
    disk = Disk(**{"/albums/Pets/2023/cat.jpg": "same"})
    [decision] = plan(known("/photos/cat.jpg", "same"), disk=disk, action=action)
    assert outcome(decision) == ("skipped", "/albums/Pets/2023/cat.jpg")
    assert "same bytes" in decision.note


def test_a_photo_in_an_album_already_stays_there() -> None:
    [decision] = plan(known("/albums/Food/2021/cat.jpg"), action="move")
    assert (decision.status, decision.album, decision.note) == ("skipped", "Food/2021", "in an album already")


@pytest.mark.parametrize(("action", "status"), [("move", "skipped"), ("symlink", "planned")])
def test_a_photo_moved_to_an_earlier_album_folder_does_not_move_again(action: Action, status: str) -> None:
    rules = replace(RULES, earlier_albums=["/old"], action=action)
    [decision] = make_plan([known("/old/Pets/2023/cat.jpg")], rules, Disk())
    assert decision.status == status


def test_a_link_that_is_there_is_enough_for_a_link_but_makes_way_for_a_move() -> None:
    disk = Disk(**{"/albums/Pets/2023/cat.jpg": "-> /photos/cat.jpg"})
    there = disk.entry("/albums/Pets/2023/cat.jpg")
    assert there
    cat = known("/photos/cat.jpg", "cat", placements=[Placement("/albums/Pets/2023/cat.jpg", "symlink", "cat", there)])
    [linked] = plan(cat, disk=disk, action="symlink")
    [moved] = plan(cat, disk=disk, action="move")
    assert (linked.status, linked.gives_way) == ("skipped", ())
    assert outcome(moved) == ("planned", linked.destination)
    assert moved.gives_way == (Placement(linked.destination, "symlink", "", there),)


@pytest.mark.parametrize("action", ["move", "copy", "hardlink", "symlink"])
def test_a_link_to_something_else_is_never_taken_away(action: Action) -> None:
    disk = Disk(**{"/albums/Pets/2023/cat.jpg": "-> /photos/dog.jpg"})
    [decision] = plan(known("/photos/cat.jpg"), disk=disk, action=action)
    assert (decision.gives_way, decision.destination) == ((), "/albums/Pets/2023/cat (2).jpg")


def test_a_copy_of_a_photo_that_was_edited_since_is_not_taken_for_it() -> None:
    disk = Disk(**{"/albums/Pets/2023/cat.jpg": "before"})
    there = disk.entry("/albums/Pets/2023/cat.jpg")
    assert there
    placements = [Placement("/albums/Pets/2023/cat.jpg", "copy", "before", there)]
    [decision] = plan(known("/photos/cat.jpg", "edited", placements=placements), disk=disk, action="copy")
    assert outcome(decision) == ("planned", "/albums/Pets/2023/cat (2).jpg")


def test_a_move_that_was_cut_off_between_two_names_goes_on() -> None:
    disk = Disk(**{"/albums/Pets/2023/cat.jpg": "hard link of /photos/cat.jpg"})
    [decision] = plan(known("/photos/cat.jpg"), disk=disk, action="move")
    assert outcome(decision) == ("planned", "/albums/Pets/2023/cat.jpg")


def test_of_two_hard_links_that_are_photos_one_moves_and_the_other_stays_for_good() -> None:
    disk = Disk(**{"/albums/Pets/2023/cat.jpg": "hard link of /photos/b/cat.jpg"})
    moved = known("/albums/Pets/2023/cat.jpg", "same")
    assert plan(moved, known("/photos/b/cat.jpg", "same"), disk=disk, action="move")[1].status == "skipped"


def test_the_own_link_of_a_renamed_photo_is_renewed_in_place() -> None:
    disk = Disk(**{"/albums/Pets/2023/cat.jpg": "-> /photos/old/cat.jpg"})
    there = disk.entry("/albums/Pets/2023/cat.jpg")
    assert there
    cat = known(
        "/photos/new/cat.jpg", "cat", placements=[Placement("/albums/Pets/2023/cat.jpg", "symlink", "cat", there)]
    )
    [decision] = plan(cat, disk=disk)
    assert outcome(decision) == ("planned", "/albums/Pets/2023/cat.jpg")
    assert decision.gives_way == (Placement("/albums/Pets/2023/cat.jpg", "symlink", "", there),)


def test_a_numbered_photo_keeps_its_number_when_the_other_is_gone() -> None:
    disk = Disk(**{"/albums/Pets/2023/cat (2).jpg": "-> /photos/b/cat.jpg"})
    there = disk.entry("/albums/Pets/2023/cat (2).jpg")
    assert there
    cat = known(
        "/photos/b/cat.jpg", "cat", placements=[Placement("/albums/Pets/2023/cat (2).jpg", "symlink", "cat", there)]
    )
    assert outcome(plan(cat, disk=disk)[0]) == ("skipped", "/albums/Pets/2023/cat (2).jpg")


def test_a_path_that_would_be_too_long_is_skipped_with_the_reason() -> None:
    rules = replace(RULES, albums="/" + "/".join(["deep" * 50] * 20))
    [decision] = make_plan([known("/photos/" + "a" * 200 + ".jpg")], rules, Disk())
    assert decision.status == "skipped"
    assert "longer than 4095 bytes" in decision.note


def test_a_place_that_cannot_be_looked_at_is_said_and_does_not_hold_up_the_run() -> None:
    class Forbidden(Disk):
        def entry(self, path: str) -> Stamp | None:
            raise PermissionError(13, "Permission denied")

    [decision] = plan(known("/photos/cat.jpg"), disk=Forbidden())
    assert (decision.status, decision.destination) == ("skipped", "")
    assert decision.note == "its place in the album cannot be looked at: Permission denied"


NAMES = st.sampled_from(["cat.jpg", "CAT.jpg", "cat (2).jpg", "é.jpg", "é.jpg", "dog.jpg"])
PHOTOS = st.lists(
    st.tuples(st.integers(0, 9), NAMES, st.sampled_from(["", "x", "y"])), max_size=12, unique_by=lambda p: p[:2]
)
THERE = st.dictionaries(NAMES, st.sampled_from(["x", "other", "-> /nowhere", "-> /photos/1/cat.jpg"]), max_size=4)


@given(PHOTOS, THERE, st.sampled_from(["move", "copy", "hardlink", "symlink"]))
def test_no_two_photos_and_no_file_ever_share_a_place(
    photos: list[tuple[int, str, str]], there: dict[str, str], action: Action
) -> None:
    disk = Disk(**{f"/albums/Pets/2023/{name}": entry for name, entry in there.items()})
    items = [known(f"/photos/{folder}/{name}", content) for folder, name, content in photos]
    decisions = plan(*items, disk=disk, action=action)
    to_do = [decision for decision in decisions if decision.status == "planned"]
    planned = [decision.destination for decision in to_do]
    assert all(count == 1 for count in Counter(path.casefold() for path in planned).values())
    for decision in to_do:
        assert disk.entries.get(decision.destination) in (None, f"-> {decision.path}")
        assert [old.destination for old in decision.gives_way] == [decision.destination] * (
            decision.destination in disk.entries
        )
    assert all(path.startswith("/albums/Pets/2023/") for path in planned)
    assert decisions == plan(*items, disk=disk, action=action)


@given(PHOTOS, THERE)
def test_a_second_run_finds_nothing_to_do(photos: list[tuple[int, str, str]], there: dict[str, str]) -> None:
    disk = Disk(**{f"/albums/Pets/2023/{name}": entry for name, entry in there.items()})
    items = [known(f"/photos/{folder}/{name}", content) for folder, name, content in photos]
    for decision in plan(*items, disk=disk):
        if decision.status == "planned":
            disk.entries[decision.destination] = f"-> {decision.path}"
    assert all(decision.status == "skipped" for decision in plan(*items, disk=disk))
