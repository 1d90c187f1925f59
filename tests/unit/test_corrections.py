"""What the user says of photos is kept under their ids, wins over what was recognised, and can be taken back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from albumsort.catalog.catalog import Catalog
from albumsort.errors import AlbumsortError
from albumsort.labels.table import LabelTable
from albumsort.pipeline.corrections import correct, never, put_right, undo
from albumsort.pipeline.filed import note_carried_out
from albumsort.plan.corrected import NEVER
from albumsort.plan.keywords import tags_of
from albumsort.plan.plan import Known, describe, make_plan
from albumsort.plan.report import COLUMNS, row
from albumsort.plan.tagging import Look, make_tag_plan
from albumsort.records import NO_OCCASIONS, Action, Decision, Metadata, Photo, Placement
from albumsort.stamps import Stamp
from albumsort.steps import Splice
from tests.unit.planning import PETS, RULES, TABLE, UNCLEAR, Disk, known

WITHOUT_FOOD = replace(TABLE, categories=TABLE.categories[:1])
MOVES = replace(RULES, action="move")


@pytest.fixture
def catalog() -> Iterator[Catalog]:
    """Photos 1 to 4 of cats; 3 and 4 have the same bytes."""
    with Catalog(Path(":memory:")) as catalog:
        fill(catalog)
        yield catalog


def fill(catalog: Catalog) -> None:
    for number, content in enumerate(("one", "two", "same", "same"), start=1):
        stamp = Stamp(1, 2, number)
        catalog.put(Photo(0, f"/photos/{number}.jpg", stamp, content, "jpeg", "", Metadata(), content))


def cats(catalog: Catalog, *beside: str) -> list[Known]:
    """What a scan knows of the photos."""
    photos = sorted(catalog.photos_with(size=1), key=lambda photo: photo.id)
    return [
        replace(known(photo.path, beside=beside), photo=photo, placements=catalog.placements.of(photo.id))
        for photo in photos
    ]


def said(catalog: Catalog, *beside: str, table: LabelTable = TABLE) -> list[Known]:
    return put_right(catalog, cats(catalog, *beside), table, lambda _: None)


def plan(catalog: Catalog, action: Action | None = "symlink", disk: Disk | None = None) -> list[Decision]:
    return make_plan(said(catalog), replace(RULES, action=action), disk or Disk())


def albums(decisions: Sequence[Decision]) -> list[str]:
    return [decision.album.partition("/")[0] for decision in decisions]


def test_a_correction_is_listed_with_its_photos_and_its_time(catalog: Catalog) -> None:
    before = datetime.now(timezone.utc)
    first, second = correct(catalog, [2, 1, 2], "food", TABLE), never(catalog, [3])
    assert catalog.corrections.all() == [first, second]
    assert (first.category, first.photos, second.category, second.photos) == ("food", (1, 2), None, (3,))
    assert before <= first.made <= second.made <= datetime.now(timezone.utc)


def test_the_category_of_the_user_is_reported_beside_what_the_network_saw(catalog: Catalog) -> None:
    correct(catalog, [1], "food", TABLE)
    corrected, other = plan(catalog)[:2]
    assert (corrected.category, corrected.album) == ("food", "Food/2023")
    assert (corrected.confidence, corrected.labels, corrected.tags) == (other.confidence, other.labels, other.tags)
    cells = dict(zip(COLUMNS, row(corrected, "/photos"), strict=True))
    assert (cells["category"], cells["note"]) == ("food", "category by you")
    assert "by you" not in "".join(row(other, "/photos"))


def test_companions_go_with_their_photo(catalog: Catalog) -> None:
    correct(catalog, [1], "food", TABLE)
    photo, companion = make_plan(said(catalog, ".xmp"), RULES, Disk())[:2]
    assert companion.companion_of == photo.path
    assert {decision.album for decision in (photo, companion)} == {"Food/2023"}


def test_the_latest_counts_and_the_one_before_it_once_that_is_taken_back(catalog: Catalog) -> None:
    first = correct(catalog, [1], "food", TABLE)
    last = never(catalog, [1])
    assert plan(catalog)[0].note == NEVER
    assert undo(catalog) == last
    assert plan(catalog)[0].category == "food"
    assert undo(catalog, first.id) == first
    assert plan(catalog)[0].category == "pets"


def test_any_listed_one_can_be_taken_back_once(catalog: Catalog) -> None:
    first = correct(catalog, [1, 2], "food", TABLE)
    never(catalog, [1])
    undo(catalog, first.id)
    assert [decision.category for decision in plan(catalog)[:2]] == ["pets", "pets"]
    assert plan(catalog)[0].note == NEVER
    with pytest.raises(AlbumsortError, match="there is no correction 1, or it was taken back already"):
        undo(catalog, first.id)


def test_a_number_is_not_used_again(catalog: Catalog) -> None:
    first = never(catalog, [1])
    undo(catalog)
    assert never(catalog, [1]).id > first.id
    undo(catalog)
    with pytest.raises(AlbumsortError, match="there is no correction to take back"):
        undo(catalog)


@pytest.mark.parametrize(
    ("photos", "category", "message"),
    [
        ([], "food", "no photo is named"),
        ([1, 99], "food", "there is no photo 99"),
        ([1], "fod", "there is no category 'fod' in the label table; is it food?"),
        ([1], "unsorted", "`albumsort labels show` lists them"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(
    catalog: Catalog, photos: list[int], category: str, message: str
) -> None:
    with pytest.raises(AlbumsortError, match=message):
        correct(catalog, photos, category, TABLE)
    assert catalog.corrections.all() == []


def test_a_correction_stays_with_a_photo_that_is_moved_and_changed(catalog: Catalog) -> None:
    correct(catalog, [1], "food", TABLE)
    photo = cats(catalog)[0].photo
    catalog.put(replace(photo, path="/photos/other/name.jpg", fingerprint="edited", content="edited"))
    first = said(catalog)[0]
    assert (first.photo.path, first.said.category) == ("/photos/other/name.jpg", "food")


def test_files_with_the_same_bytes_share_what_is_said_of_one(catalog: Catalog) -> None:
    correct(catalog, [4], "food", TABLE)
    assert [own.said.category for own in said(catalog)] == ["", "", "food", "food"]
    never(catalog, [3])
    assert [own.said.never for own in said(catalog)] == [False, False, True, True]
    gone = cats(catalog)[2].photo
    catalog.relocate("/photos/1.jpg", gone.path, Stamp(1, 2, 1))  # over the third
    assert said(catalog)[3].said.never


def test_what_could_not_be_recognised_has_a_category_by_the_user_unless_it_cannot_be_read(catalog: Catalog) -> None:
    correct(catalog, [1, 2], "food", TABLE)
    broken, unread = said(catalog)[:2]
    broken = replace(broken, photo=replace(broken.photo, problem="cut off"), prediction=None)
    unread = replace(unread, photo=replace(unread.photo, problem="no right", fingerprint=None), prediction=None)
    first, second = make_plan([broken, unread], RULES, Disk())
    assert (first.status, first.album, first.note) == ("planned", "Food/2023", "cut off")
    assert (second.status, second.category, second.note) == ("skipped", "", "no right")


def test_a_photo_that_was_unsorted_is_so_no_more(catalog: Catalog) -> None:
    correct(catalog, [1], "food", TABLE)
    [decision, *_] = make_plan([replace(own, prediction=UNCLEAR) for own in said(catalog)], RULES, Disk())
    assert (decision.status, decision.category, decision.confidence, decision.note) == ("planned", "food", 0.6, "")


def test_a_category_that_the_table_no_longer_has_is_told_and_kept(catalog: Catalog) -> None:
    correct(catalog, [1, 2], "food", TABLE)
    told: list[str] = []
    without = put_right(catalog, cats(catalog), WITHOUT_FOOD, told.append)
    assert told == [
        "You put 2 photos into food, which the label table does not have; until it does, what was recognised in them "
        "counts."
    ]
    assert (without[0].said.category, without[0].follows) == ("", False)
    cells = dict(zip(COLUMNS, row(describe(without[0], RULES), "/photos"), strict=True))
    assert (cells["category"], cells["note"]) == ("pets", "you put it into food, which the label table does not have")
    assert said(catalog)[0].said.category == "food"


def test_a_moved_photo_follows_once_and_goes_back_when_that_is_taken_back(catalog: Catalog) -> None:
    move(catalog, PETS)
    assert plan(catalog, "move")[0].note == "in an album already"
    correct(catalog, [1], "food", TABLE)
    again = plan(catalog, "move")
    assert (again[0].status, again[0].destination) == ("planned", "/albums/Food/2023/1.jpg")
    move(catalog, "/albums/Food/2023")
    note_carried_out(catalog, said(catalog), [replace(own, status="done") for own in again[:1]], MOVES)
    assert not said(catalog)[0].follows
    assert plan(catalog, "move")[0].note == "in an album already"
    undo(catalog)
    assert plan(catalog, "move")[0].destination == f"{PETS}/1.jpg"


def move(catalog: Catalog, folder: str) -> None:
    """As a run does that moves the first photo."""
    photo = cats(catalog)[0].photo
    path = f"{folder}/1.jpg"
    catalog.placements.delete(photo.path)
    catalog.relocate(photo.path, path, photo.stamp)
    catalog.placements.put(photo.id, Placement(path, "move", "", photo.stamp))


def test_a_photo_whose_run_was_taken_back_follows_again(catalog: Catalog) -> None:
    correct(catalog, [1], "food", TABLE)
    catalog.corrections.carried_out({1: "food", 2: ""})
    assert not said(catalog)[0].follows
    for photo in (1, 2):
        catalog.corrections.taken_back(photo)
    assert [own.follows for own in said(catalog)] == [True, False, False, False]


def test_links_elsewhere_do_not_count_as_the_move_that_a_moved_photo_waits_for(catalog: Catalog) -> None:
    move(catalog, PETS)
    correct(catalog, [1], "food", TABLE)
    linked = replace(plan(catalog)[0], status="done", album="Food/2023")
    note_carried_out(catalog, said(catalog), [linked], replace(RULES, albums="/links"))
    assert said(catalog)[0].follows


def test_what_was_put_elsewhere_by_hand_stays_there(catalog: Catalog) -> None:
    move(catalog, PETS)
    catalog.relocate(f"{PETS}/1.jpg", "/albums/Best of/1.jpg", Stamp(1, 2, 1))
    correct(catalog, [1], "food", TABLE)
    decision = next(own for own in plan(catalog, "move") if own.photo_id == 1)
    assert (decision.status, decision.note) == ("skipped", "in an album already")


@pytest.mark.parametrize("rearrange", [False, True])
def test_a_photo_that_is_never_to_be_placed_stays_where_it_is(catalog: Catalog, rearrange: bool) -> None:
    move(catalog, PETS)
    never(catalog, [1, 2])
    rules = replace(RULES, action="move", rearrange=rearrange)
    found = {own.photo_id: own for own in make_plan(said(catalog), rules, Disk())}
    for photo in (1, 2):
        assert (found[photo].status, found[photo].note, found[photo].destination) == ("skipped", NEVER, "")


def test_the_link_of_a_photo_that_is_never_to_be_placed_goes(catalog: Catalog) -> None:
    disk = Disk(**{f"{PETS}/1.jpg": "-> /photos/1.jpg"})
    catalog.placements.put(1, disk.placed(f"{PETS}/1.jpg", "symlink", ""))
    never(catalog, [1])
    decision = plan(catalog, disk=disk)[0]
    assert (decision.status, decision.stays, decision.destination) == ("planned", True, "")
    assert [placed.destination for placed in decision.gives_way] == [f"{PETS}/1.jpg"]


def test_keywords_are_of_the_category_of_the_user_and_none_where_it_is_never_to_be_placed(catalog: Catalog) -> None:
    correct(catalog, [1], "food", TABLE)
    never(catalog, [2])
    look = Look(lambda *_: (Splice(0, b"", b"tags"),), lambda _: False, lambda _: False, lambda _: "")
    tagged, left = make_tag_plan(said(catalog), replace(RULES, action="tag"), "sidecar", look)[:2]
    assert tagged.to_tag == tags_of(tagged, NO_OCCASIONS, TABLE, "en")
    assert "Food" in tags_of(tagged, NO_OCCASIONS, TABLE, "en").keywords
    assert (left.status, left.note, left.to_tag) == ("skipped", NEVER, None)


def test_the_user_says_what_is_a_photo_and_what_a_screenshot(catalog: Catalog) -> None:
    correct(catalog, [1], "food", TABLE)
    correct(catalog, [2], "screenshots", TABLE)
    taken, shown = said(catalog)[:2]
    assert (replace(taken, photo=replace(taken.photo, genre="screenshot")).genre, shown.genre) == ("", "screenshot")


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["pets", "food", "screenshots", "never", "undo"]),
        st.sets(st.integers(1, 4), min_size=1),
        st.integers(0, 5),
    ),
    max_size=8,
)


@settings(max_examples=40, deadline=None)
@given(STEPS, st.sampled_from(["move", "symlink", None]))
def test_corrections_that_remain_decide_whatever_was_said_and_taken_back(
    steps: list[tuple[str, set[int], int]], action: Action | None
) -> None:
    with Catalog(Path(":memory:")) as catalog, Catalog(Path(":memory:")) as other:
        fill(catalog)
        fill(other)
        remaining: list[tuple[int, str, set[int]]] = []
        for what, photos, which in steps:
            if what != "undo":
                remaining.append((say(catalog, what, photos), what, photos))
            elif remaining:
                number, *_ = remaining.pop(which % len(remaining))
                undo(catalog, number)
        for _, what, photos in remaining:
            say(other, what, photos)
        found = plan(catalog, action)
        assert found == plan(other, action)
        for decision in found:
            last = next((what for _, what, photos in reversed(remaining) if shared(photos, decision.photo_id)), "pets")
            assert decision.note == NEVER if last == "never" else decision.category == last


def say(catalog: Catalog, what: str, photos: set[int]) -> int:
    return (never(catalog, photos) if what == "never" else correct(catalog, photos, what, TABLE)).id


def shared(photos: set[int], photo: int | None) -> bool:
    """Whether that is said of the photo, or of the one that has its bytes."""
    return photo in photos or (photo in (3, 4) and not photos.isdisjoint({3, 4}))
