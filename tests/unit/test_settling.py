"""What a killed run left is put in order: a photo with all that goes with it is placed or not, and nothing is lost."""

from __future__ import annotations

import errno
import itertools
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from albumsort.apply.apply import carry_out_unit, steps_for
from albumsort.apply.steps import carry_out
from albumsort.apply.taking_back import inverse
from albumsort.catalog.catalog import Catalog
from albumsort.pipeline.journaled import conclude
from albumsort.pipeline.settle import settle, tell_unsettled
from albumsort.records import Action, Decision, Metadata, Photo
from albumsort.stamps import Stamp
from albumsort.steps import Step
from tests.unit.killing import killed_after

NAMES = ("a.jpg", "a.CR2", "a.xmp")
MTIME_NS = 1_683_369_296_123_456_789
Tree = dict[str, Any]
Old = Sequence[tuple[str, Action]]


class Scene(NamedTuple):
    """A photo with two companions, and what is intended for them; ``folders`` hold the photos and the albums."""

    catalog: Catalog
    run: int
    steps: Sequence[Step]
    folders: tuple[Path, Path]

    def tree(self, *, inodes: bool = False) -> Tree:
        """Every file, with its bytes, mode and time; of a link where it leads."""
        found: Tree = {}
        for number, folder in enumerate(self.folders):
            for path in (entry for entry in folder.rglob("*") if not entry.is_dir()):
                status = path.lstat()
                if path.is_symlink():
                    told: Any = path.resolve().relative_to(self.folders[0])
                else:
                    told = (path.read_bytes(), status.st_mtime_ns, status.st_mode)
                found[f"{number}/{path.relative_to(folder)}"] = (told, status.st_ino if inodes else 0)
        return found

    def settle(self) -> list[str]:
        said: list[str] = []
        settle(self.catalog, said.append)
        return said

    def done(self) -> list[Step]:
        return [step for unit in self.catalog.journal.done_units(self.run) for step in unit]


@pytest.fixture
def catalog(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Catalog]:
    """The machine itself is not cut off here, so that nobody need wait for the disk."""
    monkeypatch.setattr(os, "fsync", lambda _: None)
    with Catalog(tmp_path / "catalog.sqlite") as catalog:
        catalog._db.execute("PRAGMA synchronous = OFF")
        yield catalog


@pytest.fixture
def new_scene(catalog: Catalog, tmp_path: Path, request: pytest.FixtureRequest) -> Callable[..., Scene]:
    """Makes scenes, each in folders of its own; with ``across``, the albums are on another file system."""
    numbers = itertools.count()

    def new_scene(action: Action, *, across: bool = False, old: Old = (), undo: bool = False) -> Scene:
        number = str(next(numbers))
        albums = (request.getfixturevalue("elsewhere") if across else tmp_path / "albums") / number
        return make_scene(catalog, tmp_path / "photos" / number, albums, action, old, undo=undo)

    return new_scene


def make_scene(catalog: Catalog, photos: Path, albums: Path, action: Action, old: Old, *, undo: bool) -> Scene:
    """Photos that go to albums, where ``old`` links and copies make way; with ``undo``, that is to be taken back."""
    for folder in (photos, albums / "Pets", albums / "Food"):
        folder.mkdir(parents=True)
    for name in NAMES:
        (photos / name).write_bytes(name.encode() * 1000)
        os.utime(photos / name, ns=(MTIME_NS, MTIME_NS))
    photo = put_photo(catalog, photos / "a.jpg")
    for path, kind in old:
        decision = planned(photos / "a.jpg", albums / path, kind, photo)
        conclude(catalog, [carry_out(step) for step in steps_for([decision], str(albums), absolute_links=False)])
    decisions = [planned(photos / name, albums / "Pets" / name, action, photo) for name in NAMES]
    decisions[0] = replace(decisions[0], gives_way=tuple(catalog.placements.of(photo)))
    run = catalog.journal.begin(action, str(albums))
    [steps] = catalog.journal.intend(run, [steps_for(decisions, str(albums), absolute_links=False)])
    if undo:
        done = carry_out_unit(steps).steps
        conclude(catalog, done)
        run = catalog.journal.begin("undo", str(albums), undoes=run)
        [steps] = catalog.journal.intend(run, [[inverse(step) for step in reversed(done)]])
    return Scene(catalog, run, steps, (photos, albums))


def put_photo(catalog: Catalog, path: Path) -> int:
    return catalog.put(Photo(0, str(path), Stamp.of(path.lstat()), "fingerprint", "jpeg", "", Metadata())).id


def planned(path: Path, destination: Path, action: Action, photo: int) -> Decision:
    decision = Decision(str(path), "planned", photo_id=photo, stamp=Stamp.of(path.lstat()), action=action)
    return replace(decision, destination=str(destination))


def before_and_after(scene: Scene) -> tuple[Tree, Tree]:
    before = scene.tree()
    outcome = carry_out_unit(scene.steps)
    assert outcome.problem == ""
    conclude(scene.catalog, outcome.steps)
    return before, scene.tree()


def check_settled(scene: Scene, before: Tree, after: Tree) -> None:
    """All of the unit is done, or nothing of it, and the catalog knows the links and copies that are there now."""
    done = scene.done()
    for placement in scene.catalog.placements.of(scene.steps[0].photo_id or 0):
        assert placement.action == "move" or Stamp.of(os.lstat(placement.destination)) == placement.stamp
    assert scene.catalog.journal.open_units() == {}
    assert scene.tree() == (after if done else before)
    assert len(done) in (0, len(scene.steps))


def check_every_kill(new_scene: Callable[[], Scene]) -> None:
    """Kill the run after its first call, its second, … and settle each time what that left."""
    before, after = before_and_after(new_scene())
    for calls in itertools.count():
        scene = new_scene()
        with killed_after(calls) as was_killed:
            carry_out_unit(scene.steps)
        [said] = scene.settle()
        check_settled(scene, before, after)
        assert f"Of 1 photo that it had in hand, {len(scene.done()) // len(scene.steps)} were done" in said
        assert scene.settle() == []
        if not was_killed():
            break
    assert calls >= len(NAMES)
    assert scene.done()


PLACES: list[tuple[Action, bool]] = [
    *(("move", False), ("move", True), ("copy", False), ("copy", True)),
    *(("hardlink", False), ("symlink", False)),
]


@pytest.mark.parametrize("undo", [False, True])
@pytest.mark.parametrize(("action", "across"), PLACES)
def test_a_unit_that_was_cut_off_is_done_or_left(
    new_scene: Callable[..., Scene], action: Action, across: bool, undo: bool
) -> None:
    check_every_kill(lambda: new_scene(action, across=across, undo=undo))


@pytest.mark.parametrize("undo", [False, True])
@pytest.mark.parametrize(("action", "across"), PLACES[:4])
def test_so_it_is_where_there_are_no_hard_links(
    new_scene: Callable[..., Scene], monkeypatch: pytest.MonkeyPatch, action: Action, across: bool, undo: bool
) -> None:
    def no_links(source: str, destination: str, **_: Any) -> None:
        if os.stat(source).st_dev != os.stat(os.path.dirname(destination)).st_dev:
            raise OSError(errno.EXDEV, "Invalid cross-device link")
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", no_links)
    check_every_kill(lambda: new_scene(action, across=across, undo=undo))


@pytest.mark.parametrize(
    ("action", "across", "old", "undo"),
    [
        ("copy", False, "symlink", False),
        ("copy", False, "symlink", True),
        ("hardlink", False, "symlink", False),
        ("hardlink", False, "symlink", True),
        ("move", False, "symlink", False),
        ("move", True, "symlink", False),
        ("move", False, "symlink", True),
        ("move", True, "symlink", True),
        ("move", False, "hardlink", False),
        ("move", False, "hardlink", True),
        ("move", False, "copy", False),
        ("move", False, "copy", True),
        ("move", True, "copy", False),
        ("move", True, "copy", True),
    ],
)
def test_what_made_way_at_the_place_itself_comes_back_with_the_rest(
    new_scene: Callable[..., Scene], action: Action, across: bool, old: Action, undo: bool
) -> None:
    check_every_kill(lambda: new_scene(action, across=across, old=[("Pets/a.jpg", old)], undo=undo))


@pytest.mark.parametrize(
    ("action", "across", "undo"),
    [
        *((action, across, False) for action, across in PLACES),
        *((action, across, True) for action, across in PLACES if action != "move"),
        ("move", False, True),
        ("move", True, True),
    ],
)
def test_what_made_way_elsewhere_comes_back_with_the_rest(
    new_scene: Callable[..., Scene], action: Action, across: bool, undo: bool
) -> None:
    old: Old = [("Food/a.jpg", "symlink"), ("Food/a (2).jpg", "copy")]
    check_every_kill(lambda: new_scene(action, across=across, old=old, undo=undo))


@pytest.mark.parametrize("action", ["move", "copy"])
def test_settling_can_be_killed_as_well(new_scene: Callable[..., Scene], action: Action) -> None:
    before, after = before_and_after(new_scene(action))
    for calls, again in itertools.product(range(3, 20, 3), range(0, 12, 2)):
        scene = new_scene(action)
        with killed_after(calls):
            carry_out_unit(scene.steps)
        with killed_after(again):
            scene.settle()
        scene.settle()
        check_settled(scene, before, after)


@pytest.mark.parametrize(("action", "across"), PLACES)
def test_a_run_that_touches_nothing_only_says_what_was_cut_off(
    new_scene: Callable[..., Scene], action: Action, across: bool
) -> None:
    for calls in range(0, 30, 2):
        scene = new_scene(action, across=across)
        with killed_after(calls):
            carry_out_unit(scene.steps)
        left, said = scene.tree(inodes=True), list[str]()
        tell_unsettled(scene.catalog, said.append)
        assert scene.tree(inodes=True) == left
        assert said == [
            f"Run {scene.run} was cut off with 1 photos in hand; the next run that acts puts them in order."
        ]
        assert scene.catalog.journal.open_units() == {scene.run: [list(scene.steps)]}
        scene.settle()


def test_what_the_user_did_in_the_meantime_is_not_touched(new_scene: Callable[..., Scene]) -> None:
    """The photo was edited and a companion put back by hand; at its place in the album there is another file."""
    scene = new_scene("move")
    photos, albums = scene.folders
    for step in scene.steps:
        carry_out(step)
    (albums / "Pets" / "a.jpg").write_bytes(b"edited by hand")
    (albums / "Pets" / "a.xmp").rename(photos / "a.xmp")
    (albums / "Pets" / "a.xmp").write_bytes(b"another")
    scene.settle()
    contents = sorted(told[0][0] for told in scene.tree().values())
    assert contents == sorted([b"another", b"edited by hand", b"a.CR2" * 1000, b"a.xmp" * 1000])


def test_what_cannot_be_looked_at_is_asked_again_at_the_next_start(
    new_scene: Callable[..., Scene], monkeypatch: pytest.MonkeyPatch
) -> None:
    scene, real = new_scene("copy"), os.lstat
    carry_out_unit(scene.steps)

    def not_connected(path: str) -> os.stat_result:
        if str(path).startswith(str(scene.folders[1])):
            raise OSError(errno.EIO, "Input/output error")
        return real(path)

    monkeypatch.setattr(os, "lstat", not_connected)
    assert "1 cannot be looked at now" in scene.settle()[0]
    assert scene.catalog.journal.open_units() == {scene.run: [list(scene.steps)]}
    assert scene.catalog.journal.runs()[-1].ended is None
    monkeypatch.undo()
    scene.settle()
    assert len(scene.done()) == len(NAMES)
    assert scene.catalog.journal.runs()[-1].ended
