"""The plan of a later run: what was placed follows the photo, what the user did stays, duplicates have one place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import pytest

from albumsort.plan.plan import TAKEN_OUT, Known
from albumsort.records import Action, CaptureTime, Placement
from albumsort.stamps import Stamp
from tests.unit.planning import LUNCH, PETS, UNCLEAR, Disk, known, outcome, outcomes, plan

FOOD = "/albums/Food/2023"
ACTIONS: list[tuple[Action, str]] = [
    *(("symlink", "-> /photos/cat.jpg"), ("hardlink", "hard link of /photos/cat.jpg"), ("copy", "cat")),
]


def placed_before(disk: Disk, action: Action, content: str = "cat", path: str = f"{PETS}/cat.jpg") -> list[Placement]:
    return [disk.placed(path, action, content)]


@pytest.mark.parametrize(("action", "there"), ACTIONS)
def test_what_was_placed_gives_way_when_the_photo_belongs_elsewhere(action: Action, there: str) -> None:
    disk = Disk(**{f"{PETS}/cat.jpg": there})
    old = placed_before(disk, action)
    [decision] = plan(known("/photos/cat.jpg", "cat", LUNCH, placements=old), disk=disk, action=action)
    assert outcome(decision) == ("planned", f"{FOOD}/cat.jpg")
    assert (list(decision.gives_way), decision.stays) == (old, False)
    assert decision.note == f"its {'copy' if action == 'copy' else 'link'} in Pets/2023 goes"


def test_a_link_follows_a_corrected_date() -> None:
    disk = Disk(**{f"{PETS}/cat.jpg": "-> /photos/cat.jpg"})
    old = placed_before(disk, "symlink")
    earlier = CaptureTime(datetime(2019, 1, 1), "exif")
    [decision] = plan(known("/photos/cat.jpg", "cat", placements=old, captured=earlier), disk=disk)
    assert outcome(decision) == ("planned", "/albums/Pets/2019/cat.jpg")
    assert list(decision.gives_way) == old


@pytest.mark.parametrize(("action", "there"), ACTIONS)
def test_what_was_placed_and_changed_by_hand_stays(action: Action, there: str) -> None:
    disk = Disk(**{f"{PETS}/cat.jpg": there})
    old = placed_before(disk, action)
    disk.entries[f"{PETS}/cat.jpg"] = "edited by hand"
    [decision] = plan(known("/photos/cat.jpg", "cat", LUNCH, placements=old), disk=disk, action=action)
    assert (*outcome(decision), decision.gives_way) == ("planned", f"{FOOD}/cat.jpg", ())


@pytest.mark.parametrize("where", ["/other/Pets/2023/cat.jpg", "/albums2/Pets/2023/cat.jpg"])
def test_what_is_in_another_album_folder_is_not_touched(where: str) -> None:
    disk = Disk(**{where: "-> /photos/cat.jpg"})
    old = placed_before(disk, "symlink", path=where)
    [decision] = plan(known("/photos/cat.jpg", "cat", LUNCH, placements=old), disk=disk)
    assert (*outcome(decision), decision.gives_way) == ("planned", f"{FOOD}/cat.jpg", ())


def test_a_photo_that_was_moved_is_never_taken_for_a_link_that_gives_way() -> None:
    disk = Disk(**{f"{PETS}/cat.jpg": "cat"})
    moved = placed_before(disk, "move")
    [decision] = plan(known("/photos/cat.jpg", "cat", LUNCH, placements=moved), disk=disk, action="copy")
    assert decision.gives_way == ()


@pytest.mark.parametrize(("action", "there"), ACTIONS)
def test_the_link_of_a_photo_that_is_unsorted_now_goes_and_the_photo_stays(action: Action, there: str) -> None:
    disk = Disk(**{f"{PETS}/cat.jpg": there})
    old = placed_before(disk, action)
    cat = known("/photos/cat.jpg", "cat", UNCLEAR, (".xmp",), placements=old)
    photo, xmp = plan(cat, disk=disk, action=action)
    assert (*outcome(photo), photo.stays, photo.category) == ("planned", "", True, "unsorted")
    assert list(photo.gives_way) == old
    assert photo.note.endswith("in Pets/2023 goes")
    assert xmp.status == "skipped"


def test_a_preview_without_an_action_takes_nothing_away() -> None:
    disk = Disk(**{f"{PETS}/cat.jpg": "-> /photos/cat.jpg"})
    cat = known("/photos/cat.jpg", "cat", UNCLEAR, placements=placed_before(disk, "symlink"))
    [decision] = plan(cat, disk=disk, action=None)
    assert (decision.status, decision.gives_way) == ("skipped", ())


def test_the_copy_of_an_earlier_version_of_a_photo_stays() -> None:
    """Perhaps nobody has these bytes any more."""
    disk = Disk(**{f"{PETS}/cat.jpg": "before"})
    old = placed_before(disk, "copy", "before")
    [decision] = plan(known("/photos/cat.jpg", "edited", placements=old), disk=disk, action="copy")
    assert (*outcome(decision), decision.gives_way) == ("planned", f"{PETS}/cat (2).jpg", ())


def taken_out(action: Action, path: str = f"{PETS}/cat.jpg") -> tuple[Disk, list[Placement]]:
    """A destination from which the user took out what had been placed."""
    disk = Disk(**{path: "cat"})
    old = placed_before(disk, action, path=path)
    disk.entries.clear()
    return disk, old


@pytest.mark.parametrize(("action", "_there"), ACTIONS)
def test_a_photo_that_was_taken_out_of_an_album_is_put_back_only_when_asked(action: Action, _there: str) -> None:
    disk, old = taken_out(action)
    cat = known("/photos/cat.jpg", "cat", beside=(".xmp",), placements=old)
    left = plan(cat, disk=disk, action=action)
    assert [(row.status, row.destination) for row in left] == [("skipped", "")] * 2
    assert left[0].note == TAKEN_OUT
    back = plan(cat, disk=disk, action=action, rearrange=True)
    assert outcomes(back) == [("planned", "cat.jpg"), ("planned", "cat.xmp")]


def test_so_it_is_with_a_number_in_its_name() -> None:
    disk, old = taken_out("symlink", f"{PETS}/cat (2).jpg")
    assert plan(known("/photos/cat.jpg", "cat", placements=old), disk=disk)[0].note == TAKEN_OUT


def test_a_photo_that_was_taken_out_of_one_album_still_goes_to_another() -> None:
    disk, old = taken_out("symlink")
    [decision] = plan(known("/photos/cat.jpg", "cat", LUNCH, placements=old), disk=disk)
    assert outcome(decision) == ("planned", f"{FOOD}/cat.jpg")


@pytest.mark.parametrize(("rearrange", "status"), [(False, "skipped"), (True, "planned")])
def test_a_moved_photo_that_was_brought_back_by_hand_stays_out_until_asked(rearrange: bool, status: str) -> None:
    disk, old = taken_out("move", f"{FOOD}/cat.jpg")
    cat = known("/photos/cat.jpg", "cat", placements=old)
    [decision] = plan(cat, disk=disk, action="move", rearrange=rearrange)
    assert (decision.status, decision.note == TAKEN_OUT) == (status, not rearrange)
    assert plan(cat, disk=disk, action="symlink")[0].status == "planned"


def test_a_photo_in_an_album_moves_again_only_when_asked() -> None:
    disk = Disk(**{f"{FOOD}/cat.jpg": "cat", f"{FOOD}/cat.xmp": "bytes of it"})
    cat = known(
        f"{FOOD}/cat.jpg", "cat", beside=(".xmp",), placements=placed_before(disk, "move", path=f"{FOOD}/cat.jpg")
    )
    stays = plan(cat, disk=disk, action="move")
    assert [(row.status, row.destination, row.album) for row in stays] == [("skipped", "", "Food/2023")] * 2
    assert stays[0].note == "in an album already"
    again = plan(cat, disk=disk, action="move", rearrange=True)
    assert [outcome(row) for row in again] == [("planned", f"{PETS}/cat.jpg"), ("planned", f"{PETS}/cat.xmp")]
    assert again[0].gives_way == ()
    assert plan(cat, disk=disk, action="copy", rearrange=True)[0].status == "skipped"


def test_a_photo_that_is_in_the_right_album_does_not_move_when_asked() -> None:
    disk = Disk(**{f"{PETS}/cat (2).jpg": "cat"})
    [decision] = plan(known(f"{PETS}/cat (2).jpg", "cat"), disk=disk, action="move", rearrange=True)
    assert (*outcome(decision), decision.note) == ("skipped", "", "in its album already")


def test_an_album_that_became_unsorted_keeps_the_photos_that_were_moved_there() -> None:
    disk = Disk(**{f"{PETS}/cat.jpg": "cat"})
    cat = known(f"{PETS}/cat.jpg", "cat", UNCLEAR, placements=placed_before(disk, "move"))
    for rearrange in (False, True):
        [decision] = plan(cat, disk=disk, action="move", rearrange=rearrange)
        assert (decision.status, decision.gives_way) == ("skipped", ())


def unhashed(item: Known, *old: Placement) -> Known:
    """As most photos are that were only linked."""
    return replace(item, photo=replace(item.photo, content=""), placements=[replace(one, content="") for one in old])


@pytest.mark.parametrize(("action", "there"), ACTIONS)
@pytest.mark.parametrize("name", ["cat.jpg", "renamed.jpg"])
def test_links_of_a_photo_that_nobody_hashed_give_way_too(action: Action, there: str, name: str) -> None:
    disk = Disk(**{f"{PETS}/cat.jpg": there.replace("/cat.jpg", f"/{name}")})
    cat = unhashed(known(f"/photos/{name}", prediction=LUNCH), *placed_before(disk, action))
    [decision] = plan(cat, disk=disk, action=action)
    assert (outcome(decision), list(decision.gives_way)) == (("planned", f"{FOOD}/{name}"), list(cat.placements))


@pytest.mark.parametrize("action", ["copy", "hardlink"])
def test_what_has_another_time_than_a_photo_that_nobody_hashed_stays(action: Action) -> None:
    """The photo was saved as a new file: perhaps nobody has the older bytes any more."""
    disk = Disk(**{f"{PETS}/cat.jpg": "before"})
    cat = unhashed(known("/photos/cat.jpg", prediction=LUNCH), *placed_before(disk, action))
    cat = replace(cat, photo=replace(cat.photo, stamp=Stamp(1, 9, 9)))
    [decision] = plan(cat, disk=disk, action=action)
    assert (outcome(decision), decision.gives_way) == (("planned", f"{FOOD}/cat.jpg"), ())


@pytest.mark.parametrize("name", ["cat", "renamed"])
@pytest.mark.parametrize("action", ["hardlink", "symlink"])
def test_a_photo_that_nobody_hashed_stays_out_of_its_album_though_its_companion_is_there(
    action: Action, name: str
) -> None:
    disk = Disk(**{f"{PETS}/cat.jpg": "cat", f"{PETS}/cat.xmp": "bytes of it"})
    old = [disk.placed(f"{PETS}/cat{suffix}", action, "") for suffix in (".jpg", ".xmp")]
    del disk.entries[f"{PETS}/cat.jpg"]
    cat = unhashed(known(f"/photos/{name}.jpg", beside=(".xmp",)), *old)
    assert plan(cat, disk=disk, action=action)[0].note == TAKEN_OUT


def test_photos_that_nobody_hashed_are_no_duplicates() -> None:
    decisions = plan(*(unhashed(known(f"/photos/{folder}/cat.jpg")) for folder in "ab"), action="copy")
    assert [(row.status, "duplicate" in row.note) for row in decisions] == [("planned", False)] * 2


def twins(*folders: str) -> Sequence[Known]:
    return [known(f"/photos/{folder}/cat.jpg", "same") for folder in folders]


@pytest.mark.parametrize("action", ["copy", "hardlink", "symlink", None])
def test_of_photos_with_the_same_bytes_the_first_is_placed_and_the_others_named(action: Action | None) -> None:
    first, *others = plan(*twins("a", "b", "c"), action=action)
    assert outcome(first) == ("planned", f"{PETS}/cat.jpg")
    assert [(*outcome(row), row.note) for row in others] == [("skipped", "", "duplicate of /photos/a/cat.jpg")] * 2
    assert {row.category for row in others} == {"pets"}


@pytest.mark.parametrize(("action", "duplicates"), [("copy", "keep"), ("symlink", "keep"), ("move", "once")])
def test_all_are_placed_when_asked_or_when_they_are_moved_and_it_is_said(action: Action, duplicates: str) -> None:
    first, second = plan(*twins("a", "b"), action=action, duplicates=duplicates)
    assert outcome(first) == ("planned", f"{PETS}/cat.jpg")
    assert outcome(second) == ("planned", f"{PETS}/cat (2).jpg")
    assert second.note.startswith("duplicate of /photos/a/cat.jpg")


def test_a_duplicate_of_a_moved_photo_is_moved_beside_it() -> None:
    disk = Disk(**{f"{PETS}/cat.jpg": "same"})
    moved = known(f"{PETS}/cat.jpg", "same")
    first, second = plan(moved, known("/photos/b/cat.jpg", "same"), disk=disk, action="move")
    assert (first.status, first.note) == ("skipped", "in an album already")
    assert outcome(second) == ("planned", f"{PETS}/cat (2).jpg")
    assert f"duplicate of {PETS}/cat.jpg" in second.note


def test_the_one_that_was_placed_before_stays_the_one_that_is_placed() -> None:
    disk = Disk(**{f"{PETS}/cat.jpg": "-> /photos/b/cat.jpg"})
    a, b = twins("a", "b")
    first, second = plan(a, replace(b, placements=placed_before(disk, "symlink", "same")), disk=disk)
    assert (first.status, first.note) == ("skipped", "duplicate of /photos/b/cat.jpg")
    assert outcome(second) == ("skipped", f"{PETS}/cat.jpg")


def test_links_to_duplicates_go_when_they_are_not_kept_any_more() -> None:
    disk = Disk(**{f"{PETS}/cat.jpg": "-> /photos/a/cat.jpg", f"{PETS}/cat (2).jpg": "-> /photos/b/cat.jpg"})
    a, b = twins("a", "b")
    a = replace(a, placements=placed_before(disk, "symlink", "same"))
    b = replace(b, placements=placed_before(disk, "symlink", "same", f"{PETS}/cat (2).jpg"))
    kept = plan(a, b, disk=disk, duplicates="keep")
    assert outcomes(kept) == [("skipped", "cat.jpg"), ("skipped", "cat (2).jpg")]
    first, second = plan(a, b, disk=disk)
    assert outcome(first) == ("skipped", f"{PETS}/cat.jpg")
    assert (second.status, second.stays, list(second.gives_way)) == ("planned", True, list(b.placements))
