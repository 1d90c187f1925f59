"""Carrying out the plan: only the files that were planned for, only inside the album folder, a photo as a whole."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from albumsort.apply.apply import Outcome, carry_out_unit, folders_for, steps_for
from albumsort.catalog.catalog import Catalog
from albumsort.labels.table import LabelTable
from albumsort.pipeline.act import Act
from albumsort.plan.plan import Rules
from albumsort.records import Action, Decision, Placement
from albumsort.stamps import Stamp


def planned(path: Path, destination: Path, action: Action = "move", **fields: object) -> Decision:
    return Decision(
        path=str(path),
        status="planned",
        stamp=Stamp.of(path.lstat()),
        content=hashlib.sha256(path.read_bytes()).hexdigest(),
        action=action,
        destination=str(destination),
        **fields,  # type: ignore[arg-type]
    )


def companion(path: Path, photo: Decision) -> Decision:
    """The decision for a companion of a photo, beside it; nobody has read it so far."""
    destination = os.path.join(os.path.dirname(photo.destination), path.name)
    stamp = Stamp.of(path.lstat())
    return replace(photo, path=str(path), stamp=stamp, content="", destination=destination, companion_of=photo.path)


def placed(path: Path, action: Action) -> Placement:
    """What albumsort put there."""
    content = hashlib.sha256(path.read_bytes()).hexdigest()
    return Placement(str(path), action, content, Stamp.of(path.lstat()))


@pytest.fixture
def library(tmp_path: Path) -> Path:
    library = tmp_path / "library"
    (library / "Albums").mkdir(parents=True)
    for name in ("a.jpg", "a.xmp", "b.jpg"):
        (library / name).write_bytes(name[:1].encode())
    return library


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    with Catalog(tmp_path / "catalog.sqlite") as catalog:
        yield catalog


def run(
    catalog: Catalog, *decisions: Decision, albums: Path, stopped: Callable[[], bool] = lambda: False
) -> list[Decision]:
    """A run of the pipeline with these decisions; returns them with what came of them."""
    rules = Rules(LabelTable((), (), 0.5), (), (), str(albums), action=decisions[0].action)
    act = Act(catalog, rules, absolute_links=False, stopped=stopped)
    outcomes = act.run(decisions, lambda _: None)
    assert catalog.journal.open_units() == {}
    return outcomes


def carry_out(*unit: Decision, albums: Path) -> Outcome:
    """One photo with its companions; their steps get numbers as the journal gives them."""
    steps = steps_for(unit, str(albums), absolute_links=False)
    return carry_out_unit([replace(step, id=number) for number, step in enumerate(steps, start=1)])


def test_planned_files_are_placed_and_the_rest_passes_unchanged(library: Path, catalog: Catalog) -> None:
    albums = library / "Albums"
    skipped = Decision(str(library / "b.jpg"), "skipped")
    done, same = run(catalog, planned(library / "a.jpg", albums / "Pets" / "a.jpg"), skipped, albums=albums)
    assert (done.status, same) == ("done", skipped)
    assert (albums / "Pets" / "a.jpg").read_bytes() == b"a"
    assert (library / "b.jpg").exists()


def test_a_file_that_changed_or_went_since_the_plan_is_not_touched(library: Path, catalog: Catalog) -> None:
    albums = library / "Albums"
    changed = planned(library / "a.jpg", albums / "a.jpg")
    gone = planned(library / "b.jpg", albums / "b.jpg")
    (library / "a.jpg").write_bytes(b"other bytes")
    (library / "b.jpg").unlink()
    first, second = run(catalog, changed, gone, albums=albums)
    assert (first.status, second.status) == ("skipped", "skipped")
    assert "changed since" in first.note
    assert "gone since" in second.note
    assert (library / "a.jpg").read_bytes() == b"other bytes"
    assert list(albums.iterdir()) == []


def test_a_stop_leaves_the_rest_planned(library: Path, catalog: Catalog) -> None:
    albums = library / "Albums"
    decisions = [planned(library / name, albums / name) for name in ("a.jpg", "b.jpg")]
    first, second = run(catalog, *decisions, albums=albums, stopped=(albums / "a.jpg").exists)
    assert (first.status, second.status) == ("done", "planned")
    assert (library / "b.jpg").exists()


def test_a_place_taken_in_the_meantime_fails_alone(library: Path, catalog: Catalog) -> None:
    albums = library / "Albums"
    decisions = [planned(library / name, albums / name) for name in ("a.jpg", "b.jpg")]
    (albums / "a.jpg").write_bytes(b"precious")
    first, second = run(catalog, *decisions, albums=albums)
    assert (first.status, second.status) == ("failed", "done")
    assert "another file came to be at its place" in first.note
    assert (albums / "a.jpg").read_bytes() == b"precious"
    assert (library / "a.jpg").read_bytes() == b"a"


def test_a_full_disk_ends_the_run_with_everything_so_far_in_order(
    library: Path, catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, albums = os.link, library / "Albums"
    decisions = [planned(library / name, albums / name) for name in ("a.jpg", "b.jpg")]
    decisions.insert(1, companion(library / "a.xmp", decisions[0]))

    def no_room_for_the_companion(source: str, *args: object, **keywords: object) -> None:
        if source.endswith(".xmp"):
            raise OSError(28, "No space left on device")
        real(source, *args, **keywords)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "link", no_room_for_the_companion)
    photo, beside, rest = run(catalog, *decisions, albums=albums)
    assert (photo.status, beside.status, rest.status) == ("failed", "failed", "planned")
    assert photo.note == beside.note == "no space left for it; make room and run the same command again"
    assert sorted(entry.name for entry in library.iterdir()) == ["Albums", "a.jpg", "a.xmp", "b.jpg"]
    assert list(albums.iterdir()) == []


def test_a_link_in_the_album_folder_does_not_lead_photos_out_of_it(library: Path, catalog: Catalog) -> None:
    albums = library / "Albums"
    (library.parent / "outside").mkdir()
    (albums / "Pets").symlink_to(library.parent / "outside")
    [decision] = run(catalog, planned(library / "a.jpg", albums / "Pets" / "2023" / "a.jpg"), albums=albums)
    assert decision.status == "failed"
    assert "leads out of the album folder" in decision.note
    assert list((library.parent / "outside").iterdir()) == []


def test_a_file_where_an_album_should_be_is_named(library: Path, catalog: Catalog) -> None:
    albums = library / "Albums"
    (albums / "Pets").write_bytes(b"mine")
    [outcome] = run(catalog, planned(library / "a.jpg", albums / "Pets" / "2023" / "a.jpg"), albums=albums)
    assert outcome.status == "failed"
    assert "a file stands where the album" in outcome.note


@pytest.mark.parametrize("still_ours", [True, False])
def test_only_the_very_link_that_was_planned_for_makes_way(library: Path, still_ours: bool) -> None:
    albums = library / "Albums"
    link = albums / "a.jpg"
    link.symlink_to("../a.jpg")
    decision = planned(library / "a.jpg", link, gives_way=(placed(link, "symlink"),))
    if not still_ours:
        link.unlink()
        link.write_bytes(b"precious")
    outcome = carry_out(decision, albums=albums)
    assert bool(outcome.problem) is not still_ours
    assert link.read_bytes() == (b"a" if still_ours else b"precious")
    assert (library / "a.jpg").exists() is not still_ours


def test_a_failed_action_puts_the_link_back_that_made_way(library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **keywords: object) -> None:
        raise OSError(28, "No space left on device")

    link = library / "Albums" / "a.jpg"
    link.symlink_to("../a.jpg")
    os.utime(link, ns=(1, 123_456_789), follow_symlinks=False)
    decision = planned(library / "a.jpg", link, gives_way=(placed(link, "symlink"),))
    monkeypatch.setattr(os, "link", refuse)
    outcome = carry_out(decision, albums=library / "Albums")
    assert (outcome.failed, outcome.hopeless, outcome.problem) == (
        *(True, True),
        "no space left for it; make room and run the same command again",
    )
    assert os.readlink(link) == "../a.jpg"
    assert link.lstat().st_mtime_ns == 123_456_789


def test_a_hard_link_or_copy_at_the_place_makes_way_for_the_photo_itself(library: Path) -> None:
    for name, action in (("a.jpg", "hardlink"), ("b.jpg", "copy")):
        source, there = library / name, library / "Albums" / name
        there.hardlink_to(source) if action == "hardlink" else there.write_bytes(source.read_bytes())
        inode = source.stat().st_ino
        decision = planned(source, there, gives_way=(placed(there, action),))  # type: ignore[arg-type]
        assert carry_out(decision, albums=library / "Albums").problem == ""
        assert not source.exists()
        assert there.stat().st_ino == inode


def test_a_photo_and_its_companions_are_placed_or_none_of_them(library: Path) -> None:
    albums = library / "Albums"
    photo = planned(library / "a.jpg", albums / "Pets" / "a.jpg")
    unit = [photo, companion(library / "a.xmp", photo)]
    (albums / "Pets").mkdir()
    (albums / "Pets" / "a.xmp").write_bytes(b"precious")
    outcome = carry_out(*unit, albums=albums)
    assert {step.state for step in outcome.steps} == {"left"}
    assert "another file came to be at its place" in outcome.problem
    assert sorted(entry.name for entry in library.iterdir()) == ["Albums", "a.jpg", "a.xmp", "b.jpg"]
    assert [entry.name for entry in (albums / "Pets").iterdir()] == ["a.xmp"]
    (albums / "Pets" / "a.xmp").unlink()
    assert {step.state for step in carry_out(*unit, albums=albums).steps} == {"done"}
    assert sorted(entry.name for entry in (albums / "Pets").iterdir()) == ["a.jpg", "a.xmp"]


def test_a_companion_that_changed_keeps_its_photo_where_it_is(library: Path) -> None:
    albums = library / "Albums"
    photo = planned(library / "a.jpg", albums / "a.jpg")
    unit = [photo, companion(library / "a.xmp", photo)]
    (library / "a.xmp").write_bytes(b"rating=5")
    outcome = carry_out(*unit, albums=albums)
    assert (outcome.failed, {step.state for step in outcome.steps}) == (False, {"left"})
    assert "changed since" in outcome.problem
    assert list(albums.iterdir()) == []


def test_what_was_done_and_cannot_be_taken_back_is_said(library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real, albums = os.link, library / "Albums"
    photo = planned(library / "a.jpg", albums / "a.jpg")
    unit = [photo, companion(library / "a.xmp", photo)]

    def only_the_photo_and_not_back(*args: object, **keywords: object) -> None:
        if (albums / "a.jpg").exists():
            raise OSError(5, "Input/output error")
        real(*args, **keywords)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "link", only_the_photo_and_not_back)
    outcome = carry_out(*unit, albums=albums)
    assert (outcome.failed, [step.state for step in outcome.steps]) == (True, ["done", "left"])
    assert f"{albums / 'a.jpg'} could not be taken back" in outcome.problem
    assert (albums / "a.jpg").read_bytes() == b"a"
    assert (library / "a.xmp").read_bytes() == b"a"


def test_old_links_and_copies_elsewhere_go_once_the_new_place_holds(library: Path) -> None:
    albums, photo = library / "Albums", library / "a.jpg"
    (albums / "Food").mkdir()
    link, copy = albums / "Food" / "a.jpg", albums / "Food" / "a (2).jpg"
    link.symlink_to("../../a.jpg")
    copy.write_bytes(b"a")
    old = (placed(link, "symlink"), placed(copy, "copy"))
    outcome = carry_out(planned(photo, albums / "Pets" / "a.jpg", gives_way=old), albums=albums)
    assert (outcome.problem, outcome.note) == ("", "")
    assert [(step.kind, step.state) for step in outcome.steps] == [("place", "done"), *[("remove", "done")] * 2]
    assert list((albums / "Food").iterdir()) == []
    assert (albums / "Pets" / "a.jpg").read_bytes() == b"a"
    assert not photo.exists()


def test_an_old_copy_that_was_changed_by_hand_stays_and_is_named(library: Path) -> None:
    albums = library / "Albums"
    (albums / "Food").mkdir()
    edited = albums / "Food" / "a.jpg"
    edited.write_bytes(b"a")
    decision = planned(library / "a.jpg", albums / "Pets" / "a.jpg", "copy", gives_way=(placed(edited, "copy"),))
    edited.write_bytes(b"edited by hand")
    outcome = carry_out(decision, albums=albums)
    assert [step.state for step in outcome.steps] == ["done", "left"]
    assert (outcome.problem, outcome.note) == ("", f"{edited} was changed since albumsort made it, so it stays")
    assert edited.read_bytes() == b"edited by hand"


def test_a_copy_is_not_removed_where_the_photo_has_other_bytes_now(library: Path) -> None:
    albums = library / "Albums"
    copy = albums / "a.jpg"
    copy.write_bytes(b"a")
    decision = planned(library / "a.jpg", Path(), gives_way=(placed(copy, "copy"),), stays=True)
    decision = replace(decision, destination="", action="copy")
    (library / "a.jpg").write_bytes(b"A")
    outcome = carry_out(decision, albums=albums)
    assert outcome.problem == f"{copy} stays: {library / 'a.jpg'} is not there with the same bytes"
    assert copy.read_bytes() == b"a"


def test_of_a_photo_that_stays_only_the_old_link_goes(library: Path) -> None:
    albums = library / "Albums"
    link = albums / "a.jpg"
    link.symlink_to("../a.jpg")
    decision = planned(library / "a.jpg", Path(), "symlink", gives_way=(placed(link, "symlink"),), stays=True)
    [step] = carry_out(replace(decision, destination=""), albums=albums).steps
    assert (step.kind, step.state, step.source) == ("remove", "done", str(library / "a.jpg"))
    assert not link.is_symlink()
    assert (library / "a.jpg").read_bytes() == b"a"


@pytest.mark.parametrize("across", [False, True])
def test_the_bytes_of_a_companion_are_known_where_they_are_copied(library: Path, elsewhere: Path, across: bool) -> None:
    """Only then: a companion may be a video of gigabytes."""
    albums = elsewhere if across else library / "Albums"
    photo = planned(library / "a.jpg", albums / "a.jpg")
    beside = companion(library / "a.xmp", photo)
    for action, hashed in (("copy", True), ("move", across), ("hardlink", False), ("symlink", False)):
        unit = [replace(photo, action=action), replace(beside, action=action)]  # type: ignore[arg-type]
        _, step = steps_for(unit, str(albums), absolute_links=False)
        assert step.content == (hashlib.sha256(b"a").hexdigest() if hashed else "")


def test_folders_that_are_about_to_be_made_are_known_from_the_lowest_up(library: Path) -> None:
    albums = library / "Albums"
    steps = steps_for(
        [planned(library / "a.jpg", albums / "Pets" / "2023" / "a.jpg")], str(albums), absolute_links=True
    )
    assert folders_for(steps) == [str(albums / "Pets" / "2023"), str(albums / "Pets")]
    (albums / "Pets").mkdir()
    assert folders_for(steps) == [str(albums / "Pets" / "2023")]
    assert folders_for([replace(step, undoes=1) for step in steps]) == []
