"""One run at a time: locks that a killed process cannot leave behind, and that say who holds them."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from albumsort.errors import AlbumsortError, LibraryBusyError
from albumsort.guards import file_systems
from albumsort.guards.file_systems import FileSystem
from albumsort.state import ALBUM_LOCK, HOLDER, albums_locked, check_state_place, locked, remove_album_lock

WHAT = "scan /home/anna/Photos --action move"
HOLD = """
import sys
from pathlib import Path
from albumsort.errors import LibraryBusyError
from albumsort.state import albums_locked, locked
kind, folder, what = sys.argv[1:]
try:
    with locked(Path(folder), what) if kind == "state" else albums_locked(folder, what):
        print("held", flush=True)
        sys.stdin.read()
except LibraryBusyError as error:
    print(error, flush=True)
    sys.exit(error.exit_code)
"""


def begin(kind: str, folder: Path, what: str = WHAT) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", HOLD, kind, str(folder), what], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def first_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    return process.stdout.readline().rstrip("\n")


@contextmanager
def other_process(kind: str, folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the folder; it lets go at the end unless it was killed."""
    with begin(kind, folder) as process:
        assert first_line(process) == "held"
        yield process


def hold(kind: str, folder: Path) -> AbstractContextManager[None]:
    return locked(folder, WHAT) if kind == "state" else albums_locked(str(folder), WHAT)


@pytest.mark.parametrize("kind", ["state", "albums"])
def test_the_second_run_is_told_at_once_who_works_there(tmp_path: Path, kind: str) -> None:
    with other_process(kind, tmp_path) as process, pytest.raises(LibraryBusyError) as caught, hold(kind, tmp_path):
        pass
    message = str(caught.value)
    assert caught.value.exit_code == 3
    assert message.startswith(f"{tmp_path}: another run of albumsort is at work there: process {process.pid} of ")
    since = r"(\d{4}-\d\d-\d\d )?\d\d:\d\d"  # with its date after midnight
    assert re.search(rf" on {re.escape(os.uname().nodename)} since {since} \({re.escape(WHAT)}\); wait", message)
    with hold(kind, tmp_path):
        pass


@pytest.mark.parametrize("kind", ["state", "albums"])
def test_a_killed_run_leaves_nothing_locked(tmp_path: Path, kind: str) -> None:
    with other_process(kind, tmp_path) as process:
        process.send_signal(signal.SIGKILL)
        process.wait()
    holder = next(tmp_path.glob(f"*{HOLDER}"))
    assert json.loads(holder.read_text())["pid"] == process.pid
    with hold(kind, tmp_path):
        assert json.loads(holder.read_text())["pid"] == os.getpid()
    assert not holder.exists()


def test_what_a_killed_run_left_is_not_blamed_on_another(tmp_path: Path) -> None:
    with other_process("state", tmp_path) as process:
        process.kill()
        process.wait()
    stale = (tmp_path / f"lock{HOLDER}").read_bytes()
    with other_process("state", tmp_path):
        (tmp_path / f"lock{HOLDER}").write_bytes(stale)
        with pytest.raises(LibraryBusyError, match="is at work there; wait"), locked(tmp_path):
            pass


def test_of_many_runs_started_together_one_gets_in(tmp_path: Path) -> None:
    processes = [begin("albums", tmp_path) for _ in range(6)]
    lines = [first_line(process) for process in processes]
    for process in processes:
        process.communicate()
    assert lines.count("held") == 1
    assert sorted(process.returncode for process in processes) == [0, 3, 3, 3, 3, 3]


def test_a_run_holds_its_folder_against_itself_too(tmp_path: Path) -> None:
    with locked(tmp_path), pytest.raises(LibraryBusyError), locked(tmp_path):
        pass


def test_the_lock_is_let_go_when_the_run_fails(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), albums_locked(str(tmp_path)):
        raise ZeroDivisionError
    with albums_locked(str(tmp_path)):
        pass


def test_an_album_folder_keeps_at_most_an_empty_lock_file(tmp_path: Path) -> None:
    with albums_locked(str(tmp_path), WHAT):
        assert {path.name for path in tmp_path.iterdir()} == {ALBUM_LOCK, ALBUM_LOCK + HOLDER}
    left = [(path.name, path.stat().st_size) for path in tmp_path.iterdir()]
    assert left in ([(ALBUM_LOCK, 0)], [])  # some versions of filelock remove it


def test_an_album_folder_can_go_while_it_is_held(tmp_path: Path) -> None:
    albums = tmp_path / "Albums"
    albums.mkdir()
    with albums_locked(str(albums)):
        remove_album_lock(str(albums))
        albums.rmdir()
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(AlbumsortError, match="No such file"), albums_locked(str(albums)):
        pass


def test_a_lock_file_that_went_while_it_was_taken_is_not_the_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flock, others = fcntl.flock, list[AbstractContextManager[object]]()

    def late_flock(handle: int, operation: int) -> None:
        if not others:  # the file is open; now the holder removes it and lets go, and another run makes it anew
            (tmp_path / ALBUM_LOCK).unlink()
            others.append(other_process("albums", tmp_path))
            others[0].__enter__()
        flock(handle, operation)

    monkeypatch.setattr(fcntl, "flock", late_flock)
    with pytest.raises(LibraryBusyError), albums_locked(str(tmp_path)):
        pass
    others[0].__exit__(None, None, None)


def test_a_folder_that_cannot_be_written_cannot_be_locked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: object, **_options: object) -> int:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(AlbumsortError, match=r"cannot be made in this folder: Read-only file system; .*--to"):
        albums_locked(str(tmp_path)).__enter__()
    with pytest.raises(AlbumsortError, match=r"Read-only file system; .*--state"):
        locked(tmp_path).__enter__()


@pytest.mark.parametrize("lead", ["link", "pipe", "second name"])
def test_a_file_that_is_no_lock_file_is_left_alone(tmp_path: Path, lead: str) -> None:
    precious, lock = tmp_path / "precious", tmp_path / ALBUM_LOCK
    precious.write_text("a photo")
    make: dict[str, Callable[[], None]] = {
        "link": lambda: lock.symlink_to(precious),
        "pipe": lambda: os.mkfifo(lock),
        "second name": lambda: lock.hardlink_to(precious),
    }
    make[lead]()
    with pytest.raises(AlbumsortError, match="a lock cannot be made"), albums_locked(str(tmp_path)):
        pass
    assert precious.read_text() == "a photo"


@pytest.mark.parametrize(
    "holder",
    [
        b"",
        b"[]",
        b'{"pid": 1}',
        b"\xff\xfe",
        b'{"pid": 1e999, "host": "", "user": "", "command": "", "since": ""}',
        b'{"pid": 1, "host": "nas", "user": "", "command": "", "since": "yesterday"}',
        b'{"pid": 1, "host": "nas", "user": "", "command": "", "since": "0001-01-01T00:00:00+23:00"}',
        b"[" * 60_000,
    ],
)
def test_a_holder_that_cannot_be_read_is_not_named(tmp_path: Path, holder: bytes) -> None:
    with other_process("albums", tmp_path):
        (tmp_path / (ALBUM_LOCK + HOLDER)).write_bytes(holder)
        with pytest.raises(LibraryBusyError, match="is at work there; wait"), albums_locked(str(tmp_path)):
            pass


def test_a_holder_on_another_computer_is_named_without_its_control_characters(tmp_path: Path) -> None:
    since = datetime.now(timezone.utc) - timedelta(days=3)
    holder = {"pid": 4711, "host": "nas", "user": "", "command": "scan \x1b[2J/x", "since": since.isoformat()}
    with other_process("albums", tmp_path):
        (tmp_path / (ALBUM_LOCK + HOLDER)).write_text(json.dumps(holder))
        with pytest.raises(LibraryBusyError) as caught, albums_locked(str(tmp_path)):
            pass
    when = f"{since.astimezone():%Y-%m-%d %H:%M}"
    assert str(caught.value).endswith(f": process 4711 on nas since {when} (scan ?[2J/x); wait until it is done")


def test_members_of_a_group_that_shares_the_albums_can_all_lock_them(tmp_path: Path) -> None:
    for mode, expected in ((0o770, 0o660), (0o755, 0o644), (0o700, 0o600)):
        folder = tmp_path / oct(mode)
        folder.mkdir()
        folder.chmod(mode)
        with albums_locked(str(folder)):
            assert (folder / ALBUM_LOCK).stat().st_mode & 0o777 == expected


def test_the_state_is_private_where_the_lock_makes_it(tmp_path: Path) -> None:
    with locked(tmp_path / "new" / "state"):
        assert (tmp_path / "new" / "state").stat().st_mode & 0o777 == 0o700


def test_state_on_a_network_file_system_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    check_state_place(tmp_path / "not" / "there" / "yet")
    monkeypatch.setattr(file_systems, "file_system", lambda path: FileSystem("/home", "nfs4", "server:/home"))
    with pytest.raises(AlbumsortError, match=r"\(nfs4 at /home\).*--state DIR") as caught:
        check_state_place(tmp_path)
    assert caught.value.exit_code == 2
