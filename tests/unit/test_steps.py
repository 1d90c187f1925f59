"""One step of the journal: done, looked at and taken back, for each action, on one file system and across two."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from albumsort.apply.place import link_target
from albumsort.apply.steps import UnfitError, carry_out, check, look, sweep, tidy
from albumsort.apply.taking_back import fitted, inverse, is_gone, obstacle
from albumsort.records import Action
from albumsort.stamps import Stamp
from albumsort.steps import Step

BYTES = b"a photo" * 1000
CONTENT = hashlib.sha256(BYTES).hexdigest()
MTIME_NS = 1_683_369_296_123_456_789
ACTIONS: tuple[Action, ...] = ("move", "copy", "hardlink", "symlink")
WAYS = [(action, across) for action in ACTIONS for across in (False, True) if not (across and action == "hardlink")]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "photos" / "a.jpg"
    path.parent.mkdir()
    path.write_bytes(BYTES)
    path.chmod(0o640)
    os.utime(path, ns=(MTIME_NS, MTIME_NS))
    return path


@pytest.fixture
def destination(tmp_path: Path) -> Path:
    """A place in an album that is not there yet."""
    return tmp_path / "albums" / "Pets" / "a.jpg"


@pytest.fixture
def make(source: Path, destination: Path, request: pytest.FixtureRequest) -> Callable[..., Step]:
    """Makes the step that places the photo, on this file system or another."""

    def make(action: Action, *, across: bool = False) -> Step:
        place = request.getfixturevalue("elsewhere") / "Pets" / "a.jpg" if across else destination
        target = link_target(str(source), str(place), absolute=False) if action == "symlink" else ""
        return Step("place", action, str(source), str(place), Stamp.of(source.lstat()), CONTENT, target, id=5, unit=5)

    return make


def tree(*folders: str | Path) -> dict[str, Any]:
    """All that can be told of the files in these folders, but the numbers of those that were copied."""
    found: dict[str, Any] = {}
    for path in (entry for folder in folders for entry in Path(folder).rglob("*") if not entry.is_dir()):
        status = path.lstat()
        content = os.readlink(path) if path.is_symlink() else path.read_bytes()
        found[str(path)] = (content, status.st_mode, status.st_mtime_ns)
    return found


@pytest.mark.parametrize(("action", "across"), WAYS)
def test_a_step_that_is_done_says_what_it_made_and_is_taken_back_without_a_trace(
    make: Callable[..., Step], source: Path, action: Action, across: bool
) -> None:
    step = make(action, across=across)
    before = tree(source.parent)
    done = carry_out(step)
    assert (done.state, done.made) == ("done", Stamp.of(os.lstat(step.destination)))
    assert Path(step.destination).read_bytes() == BYTES
    assert source.exists() is (action != "move")
    back = fitted(inverse(done))
    assert (back.undoes, back.state, back.id) == (5, "open", 0)
    assert obstacle(back, read=True) == ""
    assert carry_out(back).state == "done"
    assert tree(source.parent, os.path.dirname(step.destination)) == before


@pytest.mark.parametrize("across", [False, True])
def test_a_way_back_to_another_file_system_has_the_content(make: Callable[..., Step], across: bool) -> None:
    """Nobody had to read a companion when it was moved; the disk of the albums may be another one now."""
    moved = carry_out(replace(make("move", across=across), content=""))
    assert fitted(inverse(moved)).content == (CONTENT if across else "")


@pytest.mark.parametrize(("action", "across"), WAYS)
def test_what_was_taken_away_comes_back_as_it_was(make: Callable[..., Step], action: Action, across: bool) -> None:
    if action == "move":
        return  # what was moved is no link or copy that could go
    made = carry_out(make(action, across=across))
    folder = os.path.dirname(made.destination)
    before = tree(folder)
    removal = carry_out(inverse(made))
    assert is_gone(made)
    restored = carry_out(inverse(replace(removal, id=6)))
    assert (restored.undoes, restored.state) == (6, "done")
    assert tree(folder) == before


@pytest.mark.parametrize(("action", "across"), WAYS)
def test_a_look_tells_what_was_done_from_what_was_not(make: Callable[..., Step], action: Action, across: bool) -> None:
    step = make(action, across=across)
    assert look(step) == ("nothing", None)
    done = carry_out(step)
    assert look(step) == ("done", done.made)
    back = fitted(inverse(done))
    assert look(back)[0] == "nothing"
    carry_out(back)
    assert look(back)[0] == "done"
    assert look(step) == ("nothing", None)


@pytest.mark.parametrize("across", [False, True])
def test_a_move_with_both_names_is_half_done_and_loses_the_new_one(
    make: Callable[..., Step], source: Path, across: bool
) -> None:
    step = make("move", across=across)
    os.makedirs(os.path.dirname(step.destination))
    if across:
        Path(step.destination).write_bytes(BYTES)
    else:
        os.link(source, step.destination)
    assert look(step)[0] == "half"
    tidy(step)
    assert look(step) == ("nothing", None)
    assert source.read_bytes() == BYTES


@pytest.mark.parametrize("touched", [False, True])
def test_a_move_that_was_copied_where_nobody_could_foresee_it_is_told_by_size_and_time(
    make: Callable[..., Step], source: Path, destination: Path, touched: bool
) -> None:
    """As in a pool of disks; its hash is not in the journal then."""
    step = replace(make("move"), content="")
    os.makedirs(destination.parent)
    shutil.copy2(source, destination)
    source.unlink()
    os.utime(destination, ns=(MTIME_NS, MTIME_NS + touched))
    assert look(step)[0] == ("nothing" if touched else "done")


@pytest.mark.parametrize("across", [False, True])
@pytest.mark.parametrize("edited", [False, True])
def test_a_moved_file_that_has_another_time_goes_back_where_its_bytes_are_known_to_be_the_same(
    make: Callable[..., Step], across: bool, edited: bool
) -> None:
    step = make("move", across=across)
    moved = carry_out(step if across else replace(step, content=""))
    Path(step.destination).write_bytes(bytes(len(BYTES)) if edited else BYTES)
    assert (obstacle(fitted(inverse(moved)), read=True) == "") == (across and not edited)


@pytest.mark.parametrize("action", ["move", "copy"])
def test_the_empty_file_that_holds_a_name_is_half_done_and_goes(
    make: Callable[..., Step], source: Path, destination: Path, action: Action
) -> None:
    destination.parent.mkdir(parents=True)
    destination.touch()
    assert look(make(action))[0] == "half"
    tidy(make(action))
    assert not destination.exists()
    assert source.read_bytes() == BYTES


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("kind", ["same size", "other size", "link", "folder"])
def test_what_others_put_at_the_place_is_never_taken_for_what_the_step_made(
    make: Callable[..., Step], source: Path, destination: Path, action: Action, kind: str
) -> None:
    destination.parent.mkdir(parents=True)
    if kind == "link":
        destination.symlink_to("nowhere")
    elif kind == "folder":
        destination.mkdir()
    else:
        destination.write_bytes(BYTES[::-1] if kind == "same size" else b"precious")
    step = make(action)
    assert look(step)[0] == "nothing"
    if action == "move":  # nor where the photo itself went some other way
        source.unlink()
        assert look(step)[0] == "nothing"


@pytest.mark.parametrize("change", ["bytes", "time", "replaced", "gone", "link"])
def test_a_photo_that_is_not_the_one_planned_for_does_not_fit(
    make: Callable[..., Step], source: Path, tmp_path: Path, change: str
) -> None:
    step = make("move")
    check(step)
    if change == "bytes":
        source.write_bytes(b"edited")
    elif change == "time":
        os.utime(source, ns=(MTIME_NS, MTIME_NS + 1))
    elif change == "replaced":
        (tmp_path / "new").write_bytes(BYTES)
        os.utime(tmp_path / "new", ns=(MTIME_NS, MTIME_NS))
        (tmp_path / "new").replace(source)
    else:
        source.rename(tmp_path / "away.jpg")
        if change == "link":
            source.symlink_to(tmp_path / "away.jpg")
    with pytest.raises(UnfitError, match="gone since" if change == "gone" else "changed since"):
        check(step)


@pytest.mark.parametrize("action", ["copy", "hardlink", "symlink"])
@pytest.mark.parametrize("read", [False, True])
def test_what_was_made_and_then_changed_stays(
    make: Callable[..., Step], destination: Path, action: Action, read: bool
) -> None:
    back = inverse(carry_out(make(action)))
    destination.unlink()
    destination.write_bytes(b"edited by hand")
    assert obstacle(fitted(back), read=read) == f"{destination} was changed since albumsort made it, so it stays"
    with pytest.raises(UnfitError, match="was changed since albumsort made it"):
        carry_out(back)
    assert destination.read_bytes() == b"edited by hand"


@pytest.mark.parametrize("action", ["copy", "hardlink"])
@pytest.mark.parametrize("photo", ["gone", "changed", "a link to the copy"])
def test_a_copy_or_hard_link_is_not_removed_where_the_photo_has_not_the_same_bytes(
    make: Callable[..., Step], source: Path, destination: Path, action: Action, photo: str
) -> None:
    back = inverse(carry_out(make(action)))
    source.unlink()
    if photo == "changed":
        source.write_bytes(BYTES[::-1])
    elif photo != "gone":
        source.symlink_to(destination)
    expected = f"{destination} stays: {source} is not there with the same bytes"
    assert obstacle(back, read=True) == expected
    with pytest.raises(UnfitError, match="is not there with the same bytes"):
        carry_out(back)
    assert destination.read_bytes() == BYTES


def test_the_only_name_of_a_photo_is_not_removed_as_a_hard_link_of_it(
    make: Callable[..., Step], source: Path, destination: Path, tmp_path: Path
) -> None:
    """The album leads to the folder of the photo, which has another hard link somewhere else."""
    os.link(source, tmp_path / "third.jpg")
    destination.parent.parent.mkdir()
    destination.parent.symlink_to(source.parent)
    step = replace(make("hardlink"), kind="remove")
    with pytest.raises(UnfitError, match="is not there with the same bytes"):
        carry_out(step)
    assert source.read_bytes() == BYTES


@pytest.mark.parametrize("there", ["changed", "gone", "old place taken"])
def test_a_moved_photo_that_cannot_go_back_stays_and_says_why(
    make: Callable[..., Step], source: Path, destination: Path, there: str
) -> None:
    back = inverse(carry_out(make("move")))
    if there == "changed":
        destination.write_bytes(b"edited")
        expected = f"{destination} was changed since, so it stays there"
    elif there == "gone":
        destination.unlink()
        expected = f"it is not at {destination} any more"
    else:
        source.write_bytes(b"precious")
        expected = f"its old place {source} is taken, so it stays at {destination}"
    before = tree(source.parent, destination.parent)
    assert obstacle(fitted(back), read=False) == expected
    assert tree(source.parent, destination.parent) == before


@pytest.mark.parametrize("action", ["move", "copy"])
@pytest.mark.parametrize(("same", "touched"), [(True, False), (True, True), (False, True)])
def test_what_came_back_from_a_backup_is_known_by_its_bytes(
    make: Callable[..., Step], destination: Path, action: Action, same: bool, touched: bool
) -> None:
    back = inverse(carry_out(make(action)))
    restored = destination.with_name("restored.jpg")
    restored.write_bytes(BYTES if same else BYTES[::-1])
    if not touched:
        os.utime(restored, ns=(MTIME_NS, MTIME_NS))
    restored.replace(destination)
    now = Stamp.of(destination.lstat())
    assert now != back.stamp
    assert fitted(back) == (replace(back, stamp=now) if same else back)
    assert bool(obstacle(fitted(back), read=True)) is not same


def test_only_incomplete_copies_are_swept_away(tmp_path: Path) -> None:
    kept = ["a.jpg", ".albumsort", ".albumsort-lock", "x.part", ".albumsort-x.jpg"]
    for name in (*kept, ".albumsort-1234.part"):
        (tmp_path / name).write_bytes(b"")
    (tmp_path / ".albumsort-folder.part").mkdir()
    (tmp_path / ".albumsort-link.part").symlink_to("a.jpg")
    sweep(str(tmp_path))
    sweep(str(tmp_path / "missing"))
    left = sorted(entry.name for entry in tmp_path.iterdir())
    assert left == sorted([*kept, ".albumsort-folder.part", ".albumsort-link.part"])
