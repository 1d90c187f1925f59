"""The journal: what is about to be done is durable before it is done, and afterwards so is what came of it."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from albumsort.catalog.catalog import Catalog
from albumsort.catalog.journal import Journal
from albumsort.catalog.migrations import MIGRATIONS
from albumsort.errors import AlbumsortError
from albumsort.pipeline.tagged_since import TaggedSince
from albumsort.records import Placement
from albumsort.stamps import Stamp
from albumsort.steps import Step

STAMP = Stamp(10, 1_700_000_000_123_456_789, 2**63 - 1)
MADE = Stamp(10, -1, 8)
MOVE = Step("place", "move", "/photos/bad-\udcff.jpg", "/albums/new\nline.jpg", STAMP, "ab" * 32, photo_id=7)
LINK = Step("place", "symlink", "/photos/滑雪.xmp", "/albums/滑雪.xmp", STAMP, target="../photos/\udcfe", made=MADE)
REMOVAL = Step("remove", "copy", "/photos/a.jpg", "/albums/old/a.jpg", STAMP, "cd" * 32)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "catalog.sqlite"


@pytest.fixture
def catalog(path: Path) -> Iterator[Catalog]:
    with Catalog(path) as catalog:
        yield catalog


@pytest.fixture
def journal(catalog: Catalog) -> Journal:
    return catalog.journal


def test_what_is_about_to_be_done_comes_back_exactly_from_another_process(path: Path) -> None:
    with Catalog(path) as catalog, catalog.transaction():
        run = catalog.journal.begin("move", "/albums/\udcff")
        written = catalog.journal.intend(run, [[MOVE, LINK], [REMOVAL]])
    with Catalog(path) as catalog:
        assert catalog.journal.open_units() == {run: written}
        assert catalog.journal.runs()[0].albums == "/albums/\udcff"
    first, second = written
    assert [replace(step, id=0, unit=0) for step in (*first, *second)] == [MOVE, LINK, REMOVAL]
    assert [step.unit for step in first] == [first[0].id] * 2
    assert second[0].unit == second[0].id not in (step.id for step in first)


def test_an_intent_survives_a_kill_as_soon_as_its_transaction_has_ended(path: Path, tmp_path: Path) -> None:
    """What lies on the disk at that moment, before anything is closed, is what a killed run leaves."""
    with Catalog(path) as catalog:
        run = catalog.journal.begin("move", "/albums")
        with catalog.transaction():
            written = catalog.journal.intend(run, [[MOVE]])
        (tmp_path / "after").mkdir()
        for file in tmp_path.glob("catalog.sqlite*"):
            shutil.copy(file, tmp_path / "after")
        with catalog.transaction():
            catalog.journal.conclude(replace(written[0][0], state="done", made=MADE))
    with Catalog(tmp_path / "after" / "catalog.sqlite") as catalog:
        assert catalog.journal.open_units() == {run: written}
        assert catalog.journal.runs()[0].ended is None


def test_every_commit_is_flushed_to_the_disk(path: Path, catalog: Catalog) -> None:
    assert catalog._db.execute("PRAGMA synchronous").fetchone() == (2,)  # FULL: survives a power cut too
    assert catalog._db.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_an_intent_whose_transaction_failed_is_none(catalog: Catalog) -> None:
    def fail_in_the_middle() -> None:
        with catalog.transaction():
            catalog.journal.intend(catalog.journal.begin("move", "/albums"), [[MOVE]])
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_in_the_middle()
    assert (catalog.journal.open_units(), catalog.journal.runs()) == ({}, [])


def test_a_unit_is_open_as_long_as_one_of_its_steps_is(journal: Journal) -> None:
    run = journal.begin("copy", "/albums")
    [[move, link], [removal]] = journal.intend(run, [[MOVE, LINK], [REMOVAL]])
    done = replace(move, state="done", made=MADE)
    journal.conclude(done)
    journal.conclude(replace(removal, state="left"))
    assert journal.open_units() == {run: [[done, link]]}
    journal.conclude(replace(link, state="left"))
    assert journal.open_units() == {}


def test_open_units_come_by_run_in_the_order_they_were_written(journal: Journal) -> None:
    first, second = journal.begin("move", "/albums"), journal.begin("copy", "/albums")
    late = journal.intend(second, [[LINK]])
    early = journal.intend(first, [[MOVE], [REMOVAL]])
    assert list(journal.open_units().items()) == [(first, early), (second, late)]


def test_what_was_done_comes_back_latest_first_without_what_was_left_or_taken_back(journal: Journal) -> None:
    run = journal.begin("move", "/albums")
    units = journal.intend(run, [[MOVE, LINK], [REMOVAL], [replace(MOVE, source="/b")], [replace(MOVE, source="/c")]])
    [[move, link], [removal], [taken_back], [left]] = units
    for step in (move, link, removal, taken_back):
        journal.conclude(replace(step, state="done", made=MADE))
    journal.conclude(replace(left, state="left"))
    undo = journal.begin("undo", "/albums", undoes=run)
    [[back]] = journal.intend(undo, [[replace(MOVE, undoes=taken_back.id)]])
    journal.conclude(replace(back, state="done", made=STAMP))
    done = [[(step.id, step.made) for step in unit] for unit in journal.done_units(run)]
    assert done == [[(removal.id, MADE)], [(move.id, MADE), (link.id, MADE)]]


def test_a_step_that_could_not_be_taken_back_is_still_done(journal: Journal) -> None:
    run = journal.begin("move", "/albums")
    [[move]] = journal.intend(run, [[MOVE]])
    journal.conclude(replace(move, state="done", made=MADE))
    [[back]] = journal.intend(journal.begin("undo", "/albums", undoes=run), [[replace(MOVE, undoes=move.id)]])
    journal.conclude(replace(back, state="left"))
    assert [[step.id for step in unit] for unit in journal.done_units(run)] == [[move.id]]


def test_runs_say_what_was_done_and_how_they_ended(journal: Journal) -> None:
    run = journal.begin("move", "/albums")
    [[move, link, removal], [rest]] = journal.intend(run, [[MOVE, LINK, REMOVAL], [replace(MOVE, source="/b")]])
    [cut_off] = journal.runs()
    assert (cut_off.id, cut_off.action, cut_off.albums, cut_off.undoes) == (run, "move", "/albums", None)
    assert (cut_off.ended, cut_off.taken_back) == (None, False)
    assert (cut_off.done, cut_off.undone, cut_off.open) == (0, 0, 4)
    for step in (move, link, removal):
        journal.conclude(replace(step, state="done", made=MADE))
    journal.conclude(replace(rest, state="left"))
    journal.end(run)
    [ended] = journal.runs()
    assert ended.ended
    assert ended.started <= ended.ended
    assert (ended.done, ended.undone, ended.open) == (2, 0, 0)  # the old copy that made way is no file of the run
    undo = journal.begin("undo", "/albums", undoes=run)
    [[back]] = journal.intend(undo, [[replace(MOVE, undoes=move.id)]])
    journal.conclude(replace(back, state="done"))
    journal.mark_taken_back(run)
    taken_back, undoing = journal.runs()
    assert (taken_back.taken_back, taken_back.done, taken_back.undone) == (True, 1, 1)
    assert (undoing.undoes, undoing.done, undoing.taken_back) == (run, 1, False)


def test_an_old_link_that_only_goes_is_a_file_of_its_run(journal: Journal) -> None:
    run = journal.begin("copy", "/albums")
    [[removal], _] = journal.intend(run, [[REMOVAL], [MOVE]])
    journal.conclude(replace(removal, state="done"))
    assert journal.runs()[0].done == 1


def test_a_run_that_did_nothing_is_forgotten_and_its_number_is_not_given_again(journal: Journal) -> None:
    empty = journal.begin("copy", "/albums")
    journal.discard(empty)
    assert journal.runs() == []
    run = journal.begin("copy", "/albums")
    journal.intend(run, [[MOVE]])
    journal.discard(run)
    assert [found.id for found in journal.runs()] == [run]
    assert run > empty


def test_folders_that_were_made_are_known_those_inside_others_first(path: Path) -> None:
    with Catalog(path) as catalog:
        catalog.journal.add_folders(["/a", "/a/\udcff", "/a/\udcff/2023", "/b"])
        catalog.journal.add_folders(["/a"])
    with Catalog(path) as catalog:
        assert catalog.journal.made_folders() == ["/a/\udcff/2023", "/a/\udcff", "/a", "/b"]
        catalog.journal.forget_folder("/a/\udcff")
        assert catalog.journal.made_folders() == ["/a/\udcff/2023", "/a", "/b"]


def make_first_version(path: Path, *more: str) -> None:
    """A catalog as the first version left it, with one photo that was moved."""
    connection = sqlite3.connect(path)
    connection.executescript(MIGRATIONS[0])
    row = (7, b"/albums", b"bad-\xff.jpg", 10, 11, 12, "ab" * 32, "jpeg", "", None, "", None, None, "")
    connection.execute(f"INSERT INTO photo VALUES ({', '.join('?' * len(row))})", row)
    placement = (b"/albums/bad-\xff.jpg", 7, "move", "ab" * 32, 10, 11, 12)
    connection.execute("INSERT INTO placement VALUES (?, ?, ?, ?, ?, ?, ?)", placement)
    for statement in (*more, "PRAGMA user_version = 1"):
        connection.execute(statement)
    connection.commit()
    connection.close()


def test_a_catalog_of_the_first_version_keeps_all_and_gets_a_journal(path: Path) -> None:
    make_first_version(path)
    for _ in range(2):
        with Catalog(path) as catalog:
            [photo] = catalog.photos_in("/albums", "model").values()
            assert photo[0].id == 7
            assert catalog.placements.of(7) == [
                Placement("/albums/bad-\udcff.jpg", "move", "ab" * 32, Stamp(10, 11, 12))
            ]
            assert catalog.journal.runs() == []
    with Catalog(path) as catalog:
        run = catalog.journal.begin("move", "/albums")
        written = catalog.journal.intend(run, [[MOVE]])
        assert catalog.journal.open_units() == {run: written}


def test_a_migration_that_fails_leaves_the_catalog_as_it_was(path: Path) -> None:
    make_first_version(path, "CREATE TABLE step (id INTEGER)")
    with pytest.raises(AlbumsortError, match="step already exists"):
        Catalog(path)
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA user_version").fetchone() == (1,)
    assert connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'run'").fetchone() == (0,)
    assert connection.execute("SELECT count(*) FROM photo").fetchone() == (1,)
    connection.close()


def test_a_run_waits_for_the_later_one_that_tagged_its_files_until_that_was_taken_back(journal: Journal) -> None:
    photo, sidecar = MOVE.destination, MOVE.destination + ".xmp"
    first, second = journal.begin("move", "/albums"), journal.begin("tag", "")
    journal.intend(first, [[MOVE]])
    ((tag,),) = journal.intend(second, [[Step("write", "tag", photo, sidecar, STAMP)]])
    journal.conclude(replace(tag, state="done"))
    since = TaggedSince(journal, first)
    assert since.by(MOVE) == since.by(replace(MOVE, destination=sidecar)) == second
    copy = replace(MOVE, action="copy", source=photo)
    assert [since.by(step) for step in (copy, replace(copy, action="symlink", source=sidecar), LINK)] == [None] * 3
    assert since.by(replace(copy, source=sidecar)) == second
    journal.mark_taken_back(second)
    assert TaggedSince(journal, first).by(MOVE) is None
