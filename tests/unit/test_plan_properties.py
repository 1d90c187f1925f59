"""Whatever a library, its albums, a table and a template hold: nothing leaves ``--to``, and one run is enough."""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import groupby
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from albumsort.apply.albums import MARKER, is_album_folder
from albumsort.catalog.catalog import Catalog
from albumsort.errors import AlbumsortError
from albumsort.hashing import fingerprint_of
from albumsort.labels.checks import Problems, read_names
from albumsort.labels.table import Category, LabelTable
from albumsort.labels.yaml_tree import Text
from albumsort.library.walk import walk
from albumsort.names import folded
from albumsort.pipeline.act import Act, prepare
from albumsort.pipeline.intake import identify, take_in
from albumsort.pipeline.twins import hash_twins
from albumsort.plan.destination import DiskDestination
from albumsort.plan.file_names import names_under
from albumsort.plan.layout import parse_layout
from albumsort.plan.plan import Known, Rules, make_plan
from albumsort.records import (
    NO_OCCASIONS,
    Action,
    CaptureTime,
    Decision,
    Metadata,
    Named,
    Occasions,
    Photo,
    Placement,
    Prediction,
)
from albumsort.stamps import Stamp
from tests.unit.planning import CAT, LUNCH, RULES, TAKEN, UNCLEAR, Disk, known

MTIME_NS = 1_683_369_296_123_456_789
SEEN = {"cat": CAT, "lunch": LUNCH, "fog": UNCLEAR}
NAMES = st.sampled_from(
    [
        *("a.jpg", "A.JPG", "a.heic", "a.CR2", "a.xmp", "a.jpg.xmp", "a.jpg.json", "a.mov", "a (2).jpg", "a (2).xmp"),
        *(
            "a (2).jpg.xmp",
            "IMG_1234.JPG",
            "IMG_E1234.JPG",
            "IMG_1234.AAE",
            "é.jpg",
            "e\u0301.jpg",
            "clip.mp4",
            "b.CR2",
        ),
    ]
)
FILES = st.dictionaries(st.tuples(st.sampled_from("xyz"), NAMES), st.sampled_from([*SEEN, "cat 2"]), max_size=9)
THERE = st.dictionaries(NAMES, st.sampled_from(["cat", "mine", "-> nowhere", "-> x/a.jpg"]), max_size=4)
SLOW = settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow])
Files = dict[tuple[str, str], str]
ACTIONS = st.sampled_from(["move", "copy", "hardlink", "symlink"])
ZOO, PARTY = Named("1", "Zoo", date(2023, 5, 6)), Named("2", "Party", date(2022, 12, 31))
JOURNEY = Named("t1", "2023", date(2023, 5, 1))
OCCASIONS = {"cat": Occasions(ZOO), "lunch": Occasions(PARTY, JOURNEY, JOURNEY), "fog": Occasions(PARTY, own=PARTY)}
LAYOUTS = st.lists(
    st.sampled_from(["category", "event", "smart", "{year}/{trip}", "Pets/{year}", "{trip}/{category}"]),
    min_size=1,
    max_size=3,
)


@dataclass
class World:
    """A library on the disk; what a picture shows is told by its bytes, and ``mine`` is what the user had in it."""

    folder: Path
    catalog: Catalog
    rules: Rules
    seen: dict[str, Prediction] = field(default_factory=lambda: dict(SEEN))
    occasions: dict[str, Occasions] = field(default_factory=lambda: dict(OCCASIONS))
    mine: Counter[str] = field(default_factory=Counter)

    @property
    def photos(self) -> Path:
        return self.folder / "photos"

    @property
    def albums(self) -> Path:
        return self.folder / "albums"

    def look(self) -> tuple[list[Known], DiskDestination]:
        """Everything that a plan is made of, as a scan finds it."""
        folders = walk([str(self.photos)], is_own_folder=is_album_folder)
        with self.catalog.transaction():
            intake = take_in(self.catalog, "", folders, [str(self.photos)], [str(self.albums)])
            for unread in intake.unread:
                with open(unread.found.path, "rb") as file:
                    fingerprint = fingerprint_of(file, unread.found.stamp.size)
                read = Photo(0, unread.found.path, unread.found.stamp, fingerprint, "jpeg", "", Metadata())
                photo = identify(self.catalog, intake, unread, read)
                if photo:
                    intake.add(photo)
        assert hash_twins(self.catalog, intake.photos, lambda *_: None, lambda: False)
        photos = sorted(intake.photos, key=lambda photo: os.fsencode(photo.path))
        return [
            Known(
                *(photo, self.predict(photo), TAKEN, self.catalog.placements.of(photo.id)),
                intake.companions.get(photo.path, ()),
                occasions=self.occasions.get(pictured(photo), NO_OCCASIONS),
            )
            for photo in photos
        ], DiskDestination(intake.photos)

    def predict(self, photo: Photo) -> Prediction | None:
        return self.seen.get(pictured(photo)) if photo.format == "jpeg" else None

    def sort_by(self, action: Action, layouts: Sequence[str]) -> None:
        """The action and the layouts of the next run; what is no link has one place."""
        found = [parse_layout(layout, ["Pets", "Food"]) for layout in layouts]
        count = len(found) if action in ("hardlink", "symlink") else 1
        self.rules = replace(self.rules, action=action, layouts=found[:count])

    def plan(self, **rules: object) -> list[Decision]:
        items, destination = self.look()
        chosen = replace(self.rules, **rules)  # type: ignore[arg-type]
        decisions = make_plan(items, chosen, destination)
        assert decisions == make_plan(items, chosen, destination)
        check_units(items, decisions)
        if chosen.action == "move":
            check_whole(items, decisions)
        return decisions

    def run(self, **rules: object) -> list[Decision]:
        """A whole run, after which every file of the user is somewhere, as often as before."""
        decisions = self.plan(**rules)
        check_destinations(decisions, self.albums)
        prepare(self.catalog, self.rules, str(self.photos))
        act = Act(self.catalog, self.rules, absolute_links=False, stopped=lambda: False)
        outcomes = act.run(decisions, lambda _: None)
        assert act.trouble == ""
        assert self.mine <= self.contents()
        return outcomes

    def contents(self) -> Counter[str]:
        folders = (self.photos, self.albums)
        files = (path for folder in folders for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
        return Counter(path.read_text() for path in files if path.name != MARKER)


def pictured(photo: Photo) -> str:
    return Path(photo.path).read_text().partition(" ")[0]


def check_units(items: Sequence[Known], decisions: Sequence[Decision]) -> None:
    """There is a row for each file and place, and those of a unit have one number or no place."""
    by_photo = [list(rows) for _, rows in groupby(decisions, lambda row: row.companion_of or row.path)]
    assert len(by_photo) == len(items)
    for item, rows in zip(items, by_photo, strict=True):
        paths = [item.photo.path, *(companion.found.path for companion in item.companions)]
        units = [rows[start : start + len(paths)] for start in range(0, len(rows), len(paths))]
        assert all([row.path for row in unit] == paths for unit in units)
        assert len({unit[0].album for unit in units}) == len(units)
        for unit in units:
            assert [row.companion_of for row in unit] == ["", *[item.photo.path] * len(item.companions)]
            assert len({os.path.dirname(row.destination) for row in unit}) == 1
            names = [os.path.basename(row.destination) for row in unit]
            if any(names):
                numbered = (names_under(number, os.path.basename(paths[0]), item.companions) for number in range(1, 50))
                assert names in numbered


def check_whole(items: Sequence[Known], decisions: Sequence[Decision]) -> None:
    """A photo moves with all its companions, or none of them moves."""
    moves = {row.path: row.status == "planned" and not row.stays for row in decisions}
    for item in items:
        paths = [item.photo.path, *(companion.found.path for companion in item.companions)]
        assert len({moves[path] for path in paths}) == 1


def check_destinations(decisions: Sequence[Decision], albums: Path) -> None:
    """What is planned has a place in the albums that nobody else has."""
    planned = [row.destination for row in decisions if row.status == "planned" and not row.stays]
    assert all(os.path.normpath(path) == path and path.startswith(f"{albums}/") for path in planned)
    assert all(count == 1 for count in Counter(map(folded, planned)).values())
    gone = [old.destination for row in decisions for old in row.gives_way]
    assert len(set(gone)) == len(gone)
    assert all(path.startswith(f"{albums}/") for path in gone)


@contextmanager
def world(files: Mapping[tuple[str, str], str], there: Mapping[str, str], action: Action) -> Iterator[World]:
    with tempfile.TemporaryDirectory() as name, pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda _: None)
        folder = Path(os.path.realpath(name))
        pets = folder / "albums" / "Pets" / "2023"
        for made in (folder / "photos", pets):
            made.mkdir(parents=True)
        (folder / "albums" / MARKER).touch()
        for (sub, own), content in files.items():
            path = folder / "photos" / sub / own
            path.parent.mkdir(exist_ok=True)
            is_picture = own.lower().endswith((".jpg", ".heic"))
            path.write_text(content if is_picture else f"beside {content} {own}")
            os.utime(path, ns=(MTIME_NS, MTIME_NS))
        for own, content in there.items():
            if content.startswith("-> "):
                (pets / own).symlink_to(folder / "photos" / content[3:])
            else:
                (pets / own).write_text(content)
        with Catalog(folder / "catalog.sqlite") as catalog:
            catalog._db.execute("PRAGMA synchronous = OFF")
            library = World(folder, catalog, replace(RULES, albums=str(folder / "albums"), action=action))
            library.mine = library.contents()
            yield library


def left_to_do(decisions: Sequence[Decision]) -> list[Decision]:
    return [decision for decision in decisions if decision.status == "planned"]


@SLOW
@given(FILES, THERE, ACTIONS, LAYOUTS, st.sampled_from(["once", "keep"]))
def test_one_run_is_enough(
    files: Files, there: dict[str, str], action: Action, layouts: list[str], duplicates: str
) -> None:
    with world(files, there, action) as library:
        library.sort_by(action, layouts)
        library.rules = replace(library.rules, duplicates=duplicates)  # type: ignore[arg-type]
        outcomes = library.run()
        assert all(row.status in ("done", "skipped") for row in outcomes)
        assert left_to_do(library.plan()) == []


SUFFIXES = (".jpg", ".CR2", ".jpg.xmp", ".xmp")
LINKED = ("copy", "hardlink", "symlink")
LEFT = st.tuples(  # whose, the number and the suffix that it has in the album, what it is
    st.sampled_from(["/photos/x/cat", "/photos/y/cat"]),
    st.sampled_from(["", " (2)"]),
    st.sampled_from(SUFFIXES),
    st.sampled_from([*LINKED, *(f"{action}, taken out" for action in LINKED), "stranger", "other bytes"]),
)
BESIDE = st.lists(st.sampled_from(SUFFIXES[1:]), unique=True)


@given(
    st.lists(LEFT, max_size=8, unique_by=lambda left: left[1:3]),
    BESIDE,
    BESIDE,
    st.sets(st.sampled_from(SUFFIXES)),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)
def test_a_move_tears_no_companion_from_its_photo(
    left: Sequence[tuple[str, str, str, str]],
    beside_x: Sequence[str],
    beside_y: Sequence[str],
    edited: set[str],
    are_twins: bool,
    are_hashed: bool,
    rearrange: bool,
) -> None:
    """Whatever an earlier run or the user left in the album: links, copies, or nothing where something was."""
    disk, placements = Disk(), dict[str, list[Placement]]({"/photos/x/cat": [], "/photos/y/cat": []})
    contents = {stem: "twin" if are_twins else stem for stem in placements}
    for stem, number, suffix, what in left:
        path, own = f"/albums/Pets/2023/cat{number}{suffix}", stem + suffix
        action, _, is_out = what.partition(", ")
        kept = contents[stem] if suffix == ".jpg" else f"bytes of {own}"
        links = {"hardlink": f"hard link of {own}", "symlink": f"-> {own}", "other bytes": "of somebody else"}
        disk.entries[path] = links.get(action, kept)
        if action in LINKED:
            placements[stem].append(disk.placed(path, action, contents[stem] if suffix == ".jpg" else "its hash"))  # type: ignore[arg-type]
        if is_out:
            del disk.entries[path]
    items = []
    for (stem, placed), beside in zip(placements.items(), (beside_x, beside_y), strict=True):
        cat = known(f"{stem}.jpg", contents[stem] + " edited" * (".jpg" in edited), beside=beside, placements=placed)
        companions = (
            replace(file, found=replace(file.found, stamp=Stamp(1, 9, 9))) if file.rest in edited else file
            for file in cat.companions
        )
        if not are_hashed:
            unhashed = [replace(own, content="") for own in placed]
            cat = replace(cat, photo=replace(cat.photo, content=""), placements=unhashed)
        items.append(replace(cat, companions=tuple(companions)))
    decisions = make_plan(items, replace(RULES, action="move", rearrange=rearrange), disk)
    check_units(items, decisions)
    check_whole(items, decisions)
    check_destinations(decisions, Path(RULES.albums))


EDITS = st.lists(st.tuples(st.sampled_from(["edit", "rename", "remove", "replace"]), st.integers(0, 99)), max_size=3)


def edit(library: World, edits: Sequence[tuple[str, int]]) -> None:
    """What a user does: saves a file anew or renames it, takes one out of an album, or puts another in its place."""
    for number, (what, index) in enumerate(edits):
        folder = library.albums if what in ("remove", "replace") else library.folder
        paths = (path for path in folder.rglob("*.*") if not path.name.startswith((MARKER, "catalog")))
        files = sorted(path for path in paths if path.is_file() or path.is_symlink())
        if not files:
            continue
        path = files[index % len(files)]
        if what == "edit" and path.exists():
            path.write_text(f"lunch edited {number}")
        elif what == "rename":
            path.rename(path.with_name(f"{number} {path.name}"))
        elif what in ("remove", "replace"):
            path.unlink()
        if what == "replace":
            path.write_text(f"cat put there {number}")
    photos = (path for path in library.photos.rglob("*.*") if path.is_file())
    library.mine = Counter(path.read_text() for path in photos)


@SLOW
@given(FILES, THERE, ACTIONS, LAYOUTS, LAYOUTS, st.permutations(list(SEEN)))
def test_one_run_is_enough_when_all_that_was_seen_changes(
    files: Files, there: dict[str, str], action: Action, layouts: list[str], then: list[str], seen: list[str]
) -> None:
    """And where it was, and the layouts."""
    with world(files, there, action) as library:
        library.sort_by(action, layouts)
        library.run()
        library.seen = {name: SEEN[other] for name, other in zip(SEEN, seen, strict=True)}
        library.occasions = {name: OCCASIONS[other] for name, other in zip(SEEN, seen, strict=True)}
        library.sort_by(action, then)
        library.run()
        assert left_to_do(library.plan()) == []


@SLOW
@given(FILES, THERE, ACTIONS, LAYOUTS, st.permutations(list(SEEN)), EDITS, ACTIONS)
@example(  # one of two hard links was taken out, so that the photo stays, and the other one goes
    files={("x", "a.jpg"): "lunch", ("x", "IMG_1234.JPG"): "lunch"},
    there={},
    action="hardlink",
    layouts=["category", "event"],
    seen=["cat", "lunch", "fog"],
    edits=[("remove", 1), ("edit", 0)],
    then="move",
)
def test_the_albums_come_to_rest_after_edits_by_hand_and_another_action(
    files: Files,
    there: dict[str, str],
    action: Action,
    layouts: list[str],
    seen: list[str],
    edits: list[tuple[str, int]],
    then: Action,
) -> None:
    """Not always after one run: a name that the user or an old copy leaves may go to another photo first."""
    with world(files, there, action) as library:
        library.sort_by(action, layouts)
        library.run()
        edit(library, edits)
        library.seen = {name: SEEN[other] for name, other in zip(SEEN, seen, strict=True)}
        library.sort_by(then, layouts)
        for rearrange in (False, True, False):
            for _ in range(4):
                library.run(rearrange=rearrange)
            assert left_to_do(library.plan(rearrange=rearrange)) == []


def table_of(names: Sequence[str]) -> LabelTable:
    """A table of categories with these names, which are checked as those of a file are."""
    problems, share = Problems("my.yaml"), 1000 // len(names) + 1
    categories = [
        Category(f"c{number}", read_names(problems, Text(1, name, plain=False), ""), None, tuple(classes))
        for number, name in enumerate(names)
        if (classes := range(1000)[number * share :][:share])
    ]
    problems.raise_if_any()
    return LabelTable(tuple(categories), (), 0.1)


FIELDS = st.sampled_from(["{category}", "{year}", "{month}", "{day}", "/", "..", ".", "~", " ", "CON", "é"])
FILE_NAMES = st.one_of(
    st.binary(min_size=1, max_size=255).filter(lambda name: not set(name) & set(b"/\0")).map(os.fsdecode),
    st.sampled_from(["-rf.jpg", "..jpg", "new\nline.jpg", "\u202egpj.jpg", "a" * 251 + ".jpg"]),
)


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(
    st.lists(st.text(max_size=12), min_size=1, max_size=2),
    st.lists(FIELDS | st.text(max_size=5), max_size=5).map("".join),
    st.lists(st.tuples(FILE_NAMES, st.none() | st.datetimes()), max_size=4),
    ACTIONS,
)
def test_no_table_template_or_name_leads_out_of_the_album_folder(
    categories: list[str], template: str, photos: list[tuple[str, datetime | None]], action: Action
) -> None:
    try:
        table = table_of(categories)
        layout = parse_layout(template, [table.folder(category.key) for category in table.categories])
    except AlbumsortError:
        assume(False)
    items = [
        replace(known(f"/photos/{number}/{name}"), captured=CaptureTime(taken, "exif" if taken else "none"))
        for number, (name, taken) in enumerate(photos)
        if name not in (".", "..")
    ]
    decisions = make_plan(items, replace(RULES, table=table, layouts=[layout], action=action), Disk())
    check_units(items, decisions)
    check_destinations(decisions, Path(RULES.albums))
    assert all(len(os.fsencode(os.path.basename(row.destination))) <= 255 for row in decisions)
