"""The plan where a photo has several places, none, or an occasion that it follows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest

from albumsort.plan.layout import parse_layout
from albumsort.plan.plan import TAKEN_OUT, Known
from albumsort.plan.seen import RAW_WAITS
from albumsort.records import Action, Decision, Named, Occasions
from albumsort.stamps import Stamp
from tests.unit.planning import PETS, UNCLEAR, Disk, known, outcome, plan

ZOO = Occasions(Named("1", "Zoo", date(2023, 5, 6)))
EVENT = "/albums/2023/Zoo"


def layouts(*names: str) -> list[object]:
    return [parse_layout(name, ["Pets", "Food"]) for name in names]


def places(decisions: Sequence[Decision]) -> list[tuple[str, str]]:
    return [outcome(decision) for decision in decisions]


def at_the_zoo(path: str = "/photos/cat.jpg", content: str = "cat", **fields: object) -> Known:
    return known(path, content, occasions=ZOO, **fields)  # type: ignore[arg-type]


BOTH = layouts("category", "event")


def test_each_layout_gives_a_photo_and_its_companions_a_place() -> None:
    decisions = plan(at_the_zoo(beside=(".xmp",)), layouts=BOTH)
    assert places(decisions) == [
        ("planned", f"{PETS}/cat.jpg"),
        ("planned", f"{PETS}/cat.xmp"),
        ("planned", f"{EVENT}/cat.jpg"),
        ("planned", f"{EVENT}/cat.xmp"),
    ]
    assert [decision.album for decision in decisions] == ["Pets/2023"] * 2 + ["2023/Zoo"] * 2


def test_layouts_that_give_one_album_give_one_place() -> None:
    assert len(plan(known("/photos/cat.jpg"), layouts=layouts("smart", "category", "PETS/{year}"))) == 1
    assert len(plan(at_the_zoo(), layouts=layouts("smart", "event"))) == 2


def test_two_photos_that_two_layouts_bring_into_one_album_get_two_names() -> None:
    zoo = Occasions(Named("1", "2023", date(2023, 5, 6)))
    decisions = plan(
        known("/photos/a/cat.jpg", occasions=zoo),
        known("/photos/b/cat.jpg"),
        layouts=layouts("{year}/{category}", "{event}/{category}"),
    )
    assert [outcome(row)[1] for row in decisions] == [
        "/albums/2023/Pets/cat.jpg",
        "/albums/2023/Pets/cat (2).jpg",
        "/albums/Undated/Pets/cat.jpg",
    ]


@pytest.mark.parametrize(("action", "there"), [("symlink", "-> "), ("hardlink", "hard link of ")])
def test_a_layout_that_is_dropped_takes_its_links_away_and_those_of_another_stay(action: Action, there: str) -> None:
    disk = Disk(**{f"{folder}/cat.jpg": f"{there}/photos/cat.jpg" for folder in (PETS, EVENT)})
    placements = [disk.placed(path, action, "cat") for path in disk.entries]
    cat = at_the_zoo(placements=placements)
    both = plan(cat, disk=disk, action=action, layouts=BOTH)
    assert [(row.status, row.gives_way) for row in both] == [("skipped", ())] * 2
    for kept, layout in enumerate(("category", "event")):
        [row] = plan(cat, disk=disk, action=action, layouts=layouts(layout))
        assert (row.status, row.stays, row.gives_way) == ("planned", True, (placements[1 - kept],))
    other, second = plan(cat, disk=disk, action=action, layouts=layouts("{year}", "event"))
    assert (outcome(other), other.gives_way) == (("planned", "/albums/2023/cat.jpg"), (placements[0],))
    assert (second.status, second.gives_way) == ("skipped", ())


def test_what_was_taken_out_of_one_album_stays_in_the_other() -> None:
    disk = Disk(**{f"{folder}/cat.jpg": "-> /photos/cat.jpg" for folder in (PETS, EVENT)})
    cat = at_the_zoo(placements=[disk.placed(path, "symlink", "cat") for path in disk.entries])
    del disk.entries[f"{EVENT}/cat.jpg"]
    first, second = plan(cat, disk=disk, layouts=BOTH)
    assert (outcome(first), first.gives_way) == (("skipped", f"{PETS}/cat.jpg"), ())
    assert (second.status, second.note, second.album) == ("skipped", TAKEN_OUT, "2023/Zoo")
    [only] = plan(cat, disk=disk, layouts=layouts("event"))
    assert [gone.destination for gone in only.gives_way] == [f"{PETS}/cat.jpg"]


def test_a_move_from_several_albums_of_links_takes_all_of_them_away() -> None:
    disk = Disk(**{f"{folder}/cat.jpg": "-> /photos/cat.jpg" for folder in (PETS, EVENT)})
    cat = at_the_zoo(placements=[disk.placed(path, "symlink", "cat") for path in disk.entries])
    [moved] = plan(cat, disk=disk, action="move", layouts=layouts("event"))
    assert outcome(moved) == ("planned", f"{EVENT}/cat.jpg")
    assert {gone.destination for gone in moved.gives_way} == set(disk.entries)


def test_an_old_link_that_cannot_be_looked_at_stays() -> None:
    class Forbidden(Disk):
        def entry(self, path: str) -> Stamp | None:
            if path.startswith(EVENT):
                raise PermissionError(13, "Permission denied")
            return super().entry(path)

    disk = Disk(**{f"{EVENT}/cat.jpg": "-> /photos/cat.jpg"})
    cat = at_the_zoo(placements=[disk.placed(f"{EVENT}/cat.jpg", "symlink", "cat")])
    [row] = plan(cat, disk=Forbidden(**disk.entries), layouts=layouts("category"))
    assert (outcome(row), row.gives_way) == (("planned", f"{PETS}/cat.jpg"), ())


def test_an_unsorted_photo_goes_with_its_event_and_into_no_category() -> None:
    rows = plan(at_the_zoo(prediction=UNCLEAR), at_the_zoo("/photos/raw.CR2", "raw"), layouts=BOTH)
    assert places(rows) == [("planned", f"{EVENT}/cat.jpg"), ("planned", f"{EVENT}/raw.CR2")]
    assert {row.category for row in rows} == {"unsorted"}
    assert [row.note for row in rows] == [
        "not sure enough: Food has 0.60, and needs 0.90",
        RAW_WAITS,
    ]
    [row] = plan(at_the_zoo(prediction=UNCLEAR), layouts=layouts("category"))
    assert (row.status, row.note) == ("skipped", "unsorted, not sure enough: Food has 0.60, and needs 0.90")


def test_an_unsorted_photo_moves_again_with_its_event() -> None:
    path = f"{PETS}/cat.jpg"
    cat = at_the_zoo(path, prediction=UNCLEAR, placements=[Disk(**{path: "cat"}).placed(path, "move", "cat")])
    [moved] = plan(cat, disk=Disk(**{path: "cat"}), action="move", rearrange=True, layouts=layouts("event"))
    assert outcome(moved) == ("planned", f"{EVENT}/cat.jpg")


def test_a_photo_that_could_not_be_read_goes_nowhere() -> None:
    [row] = plan(at_the_zoo(prediction=None), layouts=layouts("event"))
    assert outcome(row) == ("skipped", "")


@pytest.mark.parametrize("path", [f"{PETS}/cat.jpg", "/photos/cat.jpg"])
def test_a_moved_photo_follows_its_event_alone(path: str) -> None:
    """Also one that was taken out of its album."""
    before = f"{PETS}/cat.jpg"
    placements = [Disk(**{before: "cat"}).placed(before, "move", "cat")]
    disk = Disk(**{path: "cat"})
    follower = at_the_zoo(path, follows=True, placements=placements)
    [follows] = plan(follower, disk=disk, action="move", layouts=layouts("event"))
    [stays] = plan(replace(follower, follows=False), disk=disk, action="move", layouts=layouts("event"))
    assert outcome(follows) == ("planned", f"{EVENT}/cat.jpg")
    assert stays.status == "skipped"


def test_a_link_that_was_taken_out_stays_out_whatever_its_event() -> None:
    path = f"{EVENT}/cat.jpg"
    placements = [Disk(**{path: "-> /photos/cat.jpg"}).placed(path, "symlink", "cat")]
    [row] = plan(at_the_zoo(follows=True, placements=placements), layouts=layouts("event"))
    assert row.note == TAKEN_OUT
