"""Stopping a run at the worst moments: every file stays whole and in one place, and the next run goes on."""

from __future__ import annotations

import os
import shutil
import sqlite3
import sys
from collections import Counter
from pathlib import Path

import pytest

from .conftest import CROWD, MODEL, Library, copy_library, read_report
from .serving import serving

SIGNALLED = """
import os, signal, sys
from albumsort.cli.main import run

names, event, text, left = sys.argv.pop(1).split()
left = int(left)

def count(happening, arguments):
    global left
    if happening == event and any(text in os.fsdecode(a) for a in arguments if isinstance(a, (str, bytes))):
        left -= 1
        if left == 0:
            for name in names.split("+"):
                os.kill(os.getpid(), getattr(signal, name))

sys.addaudithook(count)
sys.argv[0] = "albumsort"
run()
"""
"""The command, sending itself a signal when something happens to files of some name for the n-th time."""


def signalled(when: str) -> tuple[str, ...]:
    """``when`` is a signal (or two: ``A+B``), an audit event, a part of the path that it is about, and a number."""
    return (sys.executable, "-c", SIGNALLED, when)


@pytest.fixture
def many(crowd: Library, tmp_path: Path) -> Library:
    """A copy of the crowd, read: its files are known to the catalog."""
    library = copy_library(crowd, tmp_path / "home")
    library.scan("--state", library.state)
    return library


def recognised(library: Library) -> int:
    db = sqlite3.connect(library.state / "catalog.sqlite")
    try:
        return int(db.execute("SELECT count(*) FROM recognition").fetchone()[0])
    finally:
        db.close()


def contents(library: Library) -> Counter[str]:
    """How often each content is in the library, under whatever name."""
    return Counter(content for path, content in library.tree().items() if path != "Albums/.albumsort")


def test_a_stop_while_recognising_keeps_what_was_recognised(crowd: Library, tmp_path: Path) -> None:
    library = Library(tmp_path / "home")
    shutil.copytree(crowd.photos, library.photos)
    before = library.tree()
    options = ("scan", library.photos, "--state", library.state, *MODEL, "--action", "copy", "--report", library.report)
    stopped = library.run(*options, code=130, command=signalled("SIGINT open cat- 50"))
    done = recognised(library)
    assert 0 < done < CROWD
    assert f"{done} photos recognised" in stopped.stdout
    assert f"{CROWD - done} files not read yet" in stopped.stdout
    assert library.tree() == before
    assert len(read_report(library.report)) == done

    # The next run would be killed at the first photo that it opens for the second time.
    rows = library.scan("--state", library.state, command=signalled(f"SIGKILL open cat- {CROWD - done + 1}"))
    assert Counter(row["category"] for row in rows.values()) == {"pets": CROWD}


def test_ctrl_c_ends_the_web_app_and_what_it_does(crowd: Library, tmp_path: Path) -> None:
    library = Library(tmp_path / "home")
    shutil.copytree(crowd.photos, library.photos)
    with serving(library, *MODEL, command=signalled("SIGINT open cat- 50")) as server:
        server.process.wait(timeout=60)
    assert 0 < recognised(library) < CROWD


@pytest.mark.parametrize(
    ("action", "name"),
    [("move", "SIGINT"), ("move", "SIGTERM"), ("copy", "SIGINT"), ("hardlink", "SIGINT"), ("symlink", "SIGINT")],
)
def test_a_stop_while_sorting_ends_after_the_file_in_hand(many: Library, action: str, name: str) -> None:
    before = contents(many)
    event = "os.symlink" if action == "symlink" else "os.link"
    options = ("scan", many.photos, "--state", many.state, "--action", action, "--report", many.report)
    stopped = many.run(*options, code=130, command=signalled(f"{name} {event} cat- 30"))
    rows = read_report(many.report)
    assert Counter(row["status"] for row in rows.values()) == {"done": 30, "planned": CROWD - 30}
    for path, row in rows.items():
        assert os.path.lexists(row["destination"]) == (row["status"] == "done")
        assert os.path.lexists(many.photos / path) == (row["status"] != "done" or action != "move")
    assert "Stopped; the same command does the rest" in stopped.stdout
    if action == "move":
        assert contents(many) == before

    many.run(*options)
    rows = read_report(many.report)
    assert len(list(many.albums.rglob("cat-*.jpg"))) == CROWD
    assert sum(row["status"] == "done" for row in rows.values()) == CROWD - 30
    if action == "move":
        assert contents(many) == before


@pytest.mark.parametrize("action", ["move", "copy"])
@pytest.mark.parametrize("event", ["os.link", "os.remove"])
def test_a_killed_run_loses_nothing_and_the_next_one_finishes(many: Library, action: str, event: str) -> None:
    """Killed when the 30th file gets its new name, or loses its old (a copy: its temporary) one."""
    before = contents(many)
    part = "cat-" if action == "move" or event == "os.link" else ".part"
    options = ("scan", many.photos, "--state", many.state, "--action", action)
    many.run(*options, code=-9, command=signalled(f"SIGKILL {event} {part} 30"))
    assert contents(many).keys() == before.keys()

    many.run(*options)
    assert len(list(many.albums.rglob("cat-*.jpg"))) == CROWD
    assert contents(many).keys() == before.keys()
    if action == "move":
        assert contents(many) == before
    third = many.tree()
    many.run(*options)
    assert many.tree() == third


def test_a_second_signal_stops_at_once_and_loses_nothing(many: Library) -> None:
    before = contents(many)
    options = ("scan", many.photos, "--state", many.state, "--action", "move")
    stopped = many.run(*options, code=130, command=signalled("SIGINT+SIGINT os.remove cat- 30"))
    assert "Interrupted." in stopped.stderr
    many.run(*options)
    assert contents(many) == before
    assert len(list(many.albums.rglob("cat-*.jpg"))) == CROWD


def test_a_kill_while_recognising_leaves_a_catalog_that_works(crowd: Library, tmp_path: Path) -> None:
    library = Library(tmp_path / "home")
    shutil.copytree(crowd.photos, library.photos)
    library.run(
        "scan", library.photos, "--state", library.state, *MODEL, code=-9, command=signalled("SIGKILL open cat- 75")
    )
    assert recognised(library) < CROWD
    rows = library.scan("--state", library.state)
    assert Counter(row["category"] for row in rows.values()) == {"pets": CROWD}


def test_a_stop_while_making_thumbnails_writes_the_page_and_places_nothing(many: Library) -> None:
    page, before = many.home / "page.html", contents(many)
    options = ("scan", many.photos, "--state", many.state, "--html", page, "--action", "copy")
    many.run(*options, code=130, command=signalled("SIGINT open cat- 50"))
    assert contents(many) == before
    stopped = page.read_text(encoding="utf-8").count("/9j/")
    assert 0 < stopped < CROWD
    many.run(*options)
    assert page.read_text(encoding="utf-8").count("/9j/") == CROWD
