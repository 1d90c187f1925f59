"""What ``albumsort undo`` and ``albumsort history`` say is what was done, and what to type next."""

from __future__ import annotations

import os
import pty
import select
import shlex
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from .conftest import ALBUMSORT, CROWD, Library, copy_library
from .odd_library import assert_same, placed, snapshot
from .test_interruption import signalled
from .test_undo import history

CAT = "2023/cat.jpg"
ON_A_TERMINAL = """
import fcntl, os, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execv(sys.argv[1], sys.argv[1:])
"""
"""Runs a command with its stdin as its terminal, which sends it the signals of the keyboard."""


@contextmanager
def undo_on_a_terminal(library: Library, *arguments: object) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """An undo that has a keyboard, and the other end of that."""
    keyboard, stdin = pty.openpty()
    command = [sys.executable, "-c", ON_A_TERMINAL, ALBUMSORT, "undo", "--state", library.state, *arguments]
    undo = subprocess.Popen(
        [*map(str, command)],
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=library.environment,
        text=True,
        start_new_session=True,
    )
    try:
        yield undo, keyboard
    finally:
        undo.kill()
        undo.communicate()
        os.close(keyboard)
        os.close(stdin)


def read_question(undo: subprocess.Popen[str]) -> str:
    """What an undo says up to its question."""
    assert undo.stderr
    said = b""
    while b"[y/N]" not in said:
        assert select.select([undo.stderr], [], [], 60)[0], said
        said += os.read(undo.stderr.fileno(), 1000) or pytest.fail(f"it ended: {said!r}")
    return said.decode()


@pytest.fixture
def copied(library: Library) -> Library:
    """A library with copies of one photo and its companion."""
    (library.photos / "2023" / "cat.xmp").write_bytes(b"stars")
    library.scan("--state", library.state, "--action", "copy", "--exclude", "[!c]*.*", "--exclude", "c[!a]*")
    return library


@pytest.mark.parametrize(("answer", "code"), [(b"n\n", 1), (b"\n", 1), (b"y\n", 0)])
def test_a_question_is_asked_on_a_terminal_and_no_is_an_answer(copied: Library, answer: bytes, code: int) -> None:
    tree = placed(copied.albums)
    with undo_on_a_terminal(copied) as (undo, keyboard):
        assert "Take back run 1 (copy), 2 files? [y/N]" in read_question(undo)
        os.write(keyboard, answer)
        out, _ = undo.communicate(timeout=60)
    assert undo.returncode == code
    if code:
        assert out.strip() == "Nothing was done."
        assert placed(copied.albums) == tree
    else:
        assert "2 links and copies went away" in out
        assert not copied.albums.exists()


def test_yes_asks_nothing_on_a_terminal(copied: Library) -> None:
    with undo_on_a_terminal(copied, "--yes") as (undo, _):
        _, said = undo.communicate(timeout=60)
    assert undo.returncode == 0
    assert "Take back run" not in said
    assert not copied.albums.exists()


@pytest.mark.parametrize("key", ["Ctrl-C", "Ctrl-D", "SIGTERM"])
def test_an_interruption_at_the_question_ends_it_at_once_with_nothing_done(copied: Library, key: str) -> None:
    tree = placed(copied.albums)
    with undo_on_a_terminal(copied) as (undo, keyboard):
        read_question(undo)
        for _ in range(60):
            if key == "SIGTERM":
                undo.send_signal(signal.SIGTERM)
            else:
                os.write(keyboard, b"\x03" if key == "Ctrl-C" else b"\x04")
            with suppress(subprocess.TimeoutExpired):  # Python misses one just before it begins to read
                out, said = undo.communicate(timeout=1)
                break
    assert (undo.returncode, out.strip()) == (130, "")
    assert "Nothing was done." in said
    assert "Stopping" not in said
    assert placed(copied.albums) == tree
    assert history(copied)[0][4] == "done"


def test_who_interrupts_before_the_question_is_not_asked(copied: Library) -> None:
    """The signal comes while the state folder is locked."""
    tree = placed(copied.albums)
    keyboard, stdin = pty.openpty()
    try:
        command = [*signalled("SIGINT open catalog/lock 1"), "undo", "--state", str(copied.state)]
        undo = subprocess.run(
            command, stdin=stdin, env=copied.environment, capture_output=True, text=True, check=False, timeout=60
        )
    finally:
        os.close(keyboard)
        os.close(stdin)
    assert undo.returncode == 130
    assert "Take back" not in undo.stderr
    assert placed(copied.albums) == tree


def test_without_a_stdin_nobody_is_asked(copied: Library) -> None:
    copied.run("undo", "--state", copied.state, command=("sh", "-c", 'exec "$0" "$@" <&-', ALBUMSORT))
    assert not copied.albums.exists()


@pytest.mark.parametrize("named", ["run", "report"])
def test_the_command_that_goes_on_is_the_one_that_was_stopped(crowd: Library, tmp_path: Path, named: str) -> None:
    library = copy_library(crowd, tmp_path / "home")
    library.state.rename(library.home / "my state")
    options = ("--state", library.home / "my state", "--action", "symlink")
    first, second = library.home / "First", library.home / "Second"
    library.scan(*options, "--to", first)
    report = library.report.rename(library.home / "first run's.csv")
    library.scan(*options, "--to", second)
    kept = placed(second)

    which = ("1",) if named == "run" else ("--from", report, "--library", library.photos)
    stopped = library.run(
        *("undo", "--state", library.home / "my state", *which),
        code=130,
        command=signalled("SIGINT os.remove cat- 10"),
    )
    what = "run 1 (symlink)" if named == "run" else "what the report says"
    assert f"Of {what}, 10 links and copies went away." in stopped.stdout
    said, command = stopped.stdout.splitlines()[-2:]
    assert said == "Stopped; the same command takes back the rest:"
    assert len(placed(first)) == CROWD - 10
    library.run(command=shlex.split(command))
    assert not first.exists()
    assert placed(second) == kept


def test_links_that_come_back_are_no_files_that_went_back(copied: Library) -> None:
    copied.scan("--state", copied.state, "--action", "move", "--exclude", "[!c]*.*", "--exclude", "c[!a]*")
    dry = copied.run("undo", "--state", copied.state, "--dry-run").stdout
    assert dry == (
        "Of run 2 (move), 2 files would go back to where they were, 2 older links and copies would come back.\n"
    )
    assert copied.run("undo", "--state", copied.state).stdout == dry.replace("would go", "went").replace(
        "would come", "came"
    )


def test_one_is_not_many(library: Library) -> None:
    options = ("--state", library.state, "--exclude", "[!c]*.*", "--exclude", "c[!a]*")
    library.scan(*options, "--action", "symlink")
    library.scan(*options, "--action", "move")
    (library.photos / "2023").mkdir(exist_ok=True)
    (library.photos / CAT).write_bytes(b"in the way")
    left = library.run("undo", "--state", library.state, code=1).stdout.splitlines()
    assert left[:2] == ["Nothing of run 2 (move) was taken back.", "2 files could not be taken back:"]
    (library.photos / CAT).unlink()
    back = "Of run 2 (move), 1 file went back to where it was, 1 older link or copy came back.\n"
    assert library.run("undo", 2, "--state", library.state).stdout == back
    assert library.run("undo", "--state", library.state).stdout == "Of run 1 (symlink), 1 link or copy went away.\n"


def test_of_many_that_stay_a_few_are_named_and_a_command_lists_them_all(crowd: Library, tmp_path: Path) -> None:
    library = copy_library(crowd, tmp_path / "home")
    library.scan("--state", library.state, "--action", "move")
    for number in range(CROWD):
        (library.photos / f"cat-{number:03}.jpg").write_bytes(b"in the way")
    left = library.run("undo", "--state", library.state, code=1).stdout.splitlines()
    assert left[1] == f"{CROWD} files could not be taken back:"
    assert left[5:7] == [f"  and {CROWD - 3} more files for the same reason", "To see them all:"]
    listed = library.run(command=shlex.split(left[7]), code=1).stdout.splitlines()
    assert listed[0] == "Nothing of run 1 (move) would be taken back."
    assert listed[2:5] == left[2:5]
    assert len(listed) == CROWD + 2


def test_a_companion_that_stays_names_the_file_that_it_stays_with(library: Library) -> None:
    (library.photos / "2023" / "cat.jpg.xmp").write_bytes(b"stars")
    rows = library.scan("--state", library.state, "--action", "move")
    (library.photos / CAT).parent.mkdir(exist_ok=True)
    (library.photos / CAT).write_bytes(b"in the way")
    photo, companion = (rows[path]["destination"] for path in (CAT, f"{CAT}.xmp"))
    left = library.run("undo", "--state", library.state, code=1).stdout
    assert f"  {photo}: its old place {library.photos / CAT} is taken" in left
    assert f"  {companion}: stays with {photo}: its old place {library.photos / CAT} is taken" in left


def test_what_the_user_took_away_is_not_counted(copied: Library) -> None:
    for path in placed(copied.albums):
        (copied.albums / path).unlink()
    told = copied.run("undo", "--state", copied.state).stdout
    assert told == "Nothing is left to take back of run 1 (copy).\n"


def test_a_run_killed_after_its_last_file_is_taken_back_once_it_was(copied: Library) -> None:
    with sqlite3.connect(copied.state / "catalog.sqlite") as db:
        db.execute("UPDATE run SET ended = NULL")  # as such a kill leaves it
    db.close()
    before = snapshot(copied.photos)
    assert history(copied)[0][4] == "cut off"
    assert_same(before, snapshot(copied.photos))
    copied.run("undo", "--state", copied.state)
    assert history(copied)[0][4] == "taken back"
