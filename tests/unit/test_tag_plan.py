"""Which file gets the tags of a photo, and which keywords they are."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from albumsort.library.xmp_tree import XmpError
from albumsort.plan.plan import Known
from albumsort.plan.tagging import Look, TagInto, make_tag_plan
from albumsort.records import Decision, Named, Occasions, Placement, Situation, Tags
from albumsort.stamps import Stamp
from albumsort.steps import Splice, Splices

from .planning import CAT, RULES, UNCLEAR, known

ROME = Situation(place="Rome", country="Italy")
TRIP = Occasions(Named("20230506-1", "2023-05-06", date(2023, 5, 6)), Named("20230506-t1", "Trip to Italy", date.min))


CHANGE = (Splice(0, b"", b"x"),)


def look(
    splices: Splices = CHANGE,
    *,
    error: Exception | None = None,
    tagged: Collection[str] = (),
    there: Collection[str] = (),
    obstacle: str = "",
) -> Look:
    def edit(*_: object) -> Splices:
        if error:
            raise error
        return splices

    return Look(edit, tagged.__contains__, there.__contains__, lambda _: obstacle)


def plan(*photos: Known, into: TagInto = "sidecar", disk: Look | None = None, **rules: Any) -> list[Decision]:
    return make_tag_plan(photos, replace(RULES, action="tag", **rules), into, disk or look())


def names(decisions: list[Decision]) -> list[str]:
    return [decision.destination for decision in decisions if decision.status == "planned"]


def tags(photo: Known, **rules: Any) -> Tags | None:
    return plan(photo, **rules)[0].to_tag


def test_category_tags_trip_and_place_are_keywords() -> None:
    photo = known("/p/cat.jpg", prediction=CAT, situation=ROME, occasions=TRIP)
    paths = (("Category", "Pets"), ("Tags", "Cats"), ("Trips", "Trip to Italy"), ("Places", "Italy", "Rome"))
    assert tags(photo) == Tags(("Pets", "Cats", "Trip to Italy", "Italy", "Rome"), paths, "Rome", "Italy")


def test_branches_have_the_language_of_the_library() -> None:
    found = tags(known("/p/cat.jpg", situation=ROME), language="zh")
    assert found is not None
    assert ("地点", "Italy", "Rome") in found.paths


@pytest.mark.parametrize(
    ("language", "name", "is_keyword"),
    [
        ("zh", "2023年5月6日", False),
        ("zh", "2023年5月", False),
        ("zh", "2023年5月6日 下午 (2)", False),
        ("zh", "2023年5月6日 罗马", True),
        ("en", "2023-05-06 (3)", False),
        ("en", "1984", True),
    ],
)
def test_an_event_that_is_called_by_its_date_alone_is_no_keyword(language: str, name: str, is_keyword: bool) -> None:
    occasions = Occasions(Named("20230506-1", name, date(2023, 5, 6)))
    found = tags(known("/p/cat.jpg", occasions=occasions), language=language)
    assert found is not None
    assert (name in found.keywords) == is_keyword


def test_an_unsorted_photo_gets_no_category() -> None:
    found = tags(known("/p/a.jpg", prediction=UNCLEAR, situation=ROME))
    assert found == Tags(("Italy", "Rome"), (("Places", "Italy", "Rome"),), "Rome", "Italy")


@pytest.mark.parametrize(
    ("beside", "destination"),
    [
        ((), "/p/a.jpg.xmp"),
        ((".xmp",), "/p/a.xmp"),
        ((".jpg.xmp",), "/p/a.jpg.xmp"),
        ((".XMP", ".CR2"), "/p/a.XMP"),
        ((".CR2.xmp", ".CR2"), "/p/a.jpg.xmp"),
        ((".MOV",), "/p/a.jpg.xmp"),
    ],
)
def test_one_sidecar_of_a_photo_is_written_the_one_that_is_there_if_any(
    beside: tuple[str, ...], destination: str
) -> None:
    assert names(plan(known("/p/a.jpg", beside=beside))) == [destination]


def test_of_two_sidecars_the_one_with_the_whole_name_is_written_and_the_other_is_named() -> None:
    decision = plan(known("/p/a.jpg", beside=(".xmp", ".jpg.xmp")))[0]
    assert decision.destination == "/p/a.jpg.xmp"
    assert decision.note == "a.xmp is there too, and stays as it is"


def test_new_sidecars_are_called_as_most_others_of_the_library() -> None:
    adobe = known("/p/a.jpg", beside=(".xmp",))
    assert names(plan(adobe, known("/p/b.jpg"))) == ["/p/a.xmp", "/p/b.xmp"]
    darktable = known("/p/c.jpg", beside=(".jpg.xmp",))
    assert names(plan(adobe, darktable, known("/p/b.jpg")))[2] == "/p/b.jpg.xmp"


def test_a_name_that_would_be_two_photos_or_is_taken_is_not_given() -> None:
    adobe = known("/p/a.jpg", beside=(".xmp",))
    twins = known("/p/IMG_1.JPG"), known("/p/IMG_1.HEIC")
    assert names(plan(adobe, *twins))[1:] == ["/p/IMG_1.JPG.xmp", "/p/IMG_1.HEIC.xmp"]
    assert names(plan(adobe, known("/p/b.jpg"), disk=look(there={"/p/b.xmp"})))[1] == "/p/b.jpg.xmp"


@pytest.mark.parametrize(
    ("disk", "note"),
    [
        (look(obstacle="it is write-protected"), "beside it, since it is write-protected"),
        (look(tagged={"/p/a.jpg.xmp"}), "its sidecar has them"),
        (look(there={"/albums/Pets/a.jpg"}), "its copy in an album"),
        (look(error=XmpError("its XMP is too large")), "beside it, since its XMP is too large"),
    ],
)
def test_tags_go_beside_a_photo_that_is_better_left(disk: Look, note: str) -> None:
    beside = look(there=["/p/a.jpg.xmp"])

    def edit(photo: str, picture_format: str, destination: str, own: Tags) -> Splices:
        return (disk if destination == photo else beside).edit(photo, picture_format, destination, own)

    def obstacle(path: str) -> str:
        return disk.obstacle(path) if path == "/p/a.jpg" else ""

    copy = Placement("/albums/Pets/a.jpg", "copy", "", Stamp(1, 1, 1))
    photo = replace(known("/p/a.jpg"), placements=[copy])
    decision = plan(photo, into="file", disk=replace(disk, edit=edit, obstacle=obstacle))[0]
    assert decision.destination == "/p/a.jpg.xmp"
    assert note in decision.note


def test_a_photo_that_has_its_tags_inside_gets_none_beside() -> None:
    decision = plan(known("/p/a.jpg"), into="file", disk=look((), tagged={"/p/a.jpg.xmp"}))[0]
    assert (decision.status, decision.note) == ("skipped", "it has its tags already")


def test_tags_go_into_formats_that_can_be_written_and_beside_others() -> None:
    raw = known("/p/a.dng")
    heic = known("/p/b.heic")
    heic = replace(heic, photo=replace(heic.photo, format="heif"))
    assert names(plan(known("/p/c.jpg"), raw, heic, into="file")) == ["/p/c.jpg", "/p/a.dng.xmp", "/p/b.heic.xmp"]


def test_a_companion_is_a_row_of_its_own_of_which_nothing_is_done() -> None:
    rows = plan(known("/p/a.jpg", beside=(".CR2",)))
    assert [(row.path, row.status, row.destination) for row in rows[1:]] == [("/p/a.CR2", "skipped", "")]


@pytest.mark.parametrize(
    ("disk", "note"),
    [
        (look((), there={"/p/a.jpg.xmp"}), "it has its tags already"),
        (look(error=XmpError("it is no XMP")), "its sidecar stays as it is, since it is no XMP: a.jpg.xmp"),
        (look(obstacle="it is write-protected"), "its sidecar stays as it is, since it is write-protected: a.jpg.xmp"),
        (look(error=PermissionError(13, "no")), "its sidecar stays as it is, since it cannot be read (no): a.jpg.xmp"),
    ],
)
def test_what_needs_nothing_or_cannot_be_written_is_left_with_the_reason(disk: Look, note: str) -> None:
    decision = plan(known("/p/a.jpg"), disk=disk)[0]
    assert (decision.status, decision.note, decision.destination) == ("skipped", note, "")


def test_a_photo_of_which_nothing_is_known_is_not_said_to_have_tags() -> None:
    into: TagInto
    for into in ("sidecar", "file"):
        decision = plan(known("/p/a.jpg", prediction=UNCLEAR), into=into, disk=look(()))[0]
        assert (decision.status, decision.note) == ("skipped", "nothing is known that could be written")


def test_a_photo_that_cannot_be_read_is_left() -> None:
    broken = known("/p/a.jpg", prediction=None)
    broken = replace(broken, photo=replace(broken.photo, problem="broken"))
    assert [(row.status, row.note) for row in plan(broken)] == [("skipped", "broken")]
