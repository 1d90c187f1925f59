"""Where a library's state lies, and the locks that keep two runs apart: one on the library, one on its albums."""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

from albumsort.errors import AlbumsortError, LibraryBusyError
from albumsort.messages import gettext as _
from albumsort.messages import reason_of

if TYPE_CHECKING:
    from filelock import BaseFileLock

STATE_LOCK = "lock"
ALBUM_LOCK = ".albumsort-lock"
HOLDER = ".holder"
"""Added to the name of a lock: the file that says who holds it. Whoever takes a lock may empty the lock file itself."""
PART = ".part"
"""Added to the name of that file while it is written."""
ALBUM_LOCK_FILES = (ALBUM_LOCK + HOLDER + PART, ALBUM_LOCK + HOLDER, ALBUM_LOCK)


def state_folder(library: str) -> Path:
    """The state folder of the library whose first directory this is: its name and a hash of its real path."""
    from platformdirs import user_state_path

    real = os.path.realpath(library)
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", os.path.basename(real)).strip("-.")[:40] or "library"
    digest = hashlib.sha256(os.fsencode(real)).hexdigest()[:12]
    return user_state_path("albumsort") / f"{name}-{digest}"


def known_states() -> list[Path]:
    """The state folders of all libraries that were scanned, except those that were named with ``--state``."""
    from platformdirs import user_state_path

    return sorted(catalog.parent for catalog in user_state_path("albumsort").glob("*/catalog.sqlite"))


def check_owner(owner: str | None, state: Path, library: str) -> None:
    """Raise :class:`AlbumsortError` where a state folder belongs to another library than this real path.

    One whose directory is gone was moved and keeps its state.
    """
    if owner and owner != library and os.path.isdir(owner):
        raise AlbumsortError(
            _("{state}: this is the state of the library {owner}; give another folder with --state").format(
                state=state, owner=owner
            )
        )


def check_state_place(state: Path) -> None:
    """Raise :class:`AlbumsortError` where the state, which need not exist yet, would lie on a network file system.

    The catalog is kept in SQLite's write-ahead mode, which needs memory that all its users share: one machine.
    """
    from albumsort.guards.file_systems import file_system

    place = file_system(str(state))
    if place.is_network:
        raise AlbumsortError(
            _(
                "{state}: the state folder cannot be on a network file system ({type} at {mount_point}), where the "
                "catalog could be damaged; name a folder on a disk of this computer with --state DIR"
            ).format(state=state, type=place.type, mount_point=place.mount_point)
        )


@contextmanager
def locked(state: Path, what: str = "") -> Iterator[None]:
    """Make the state folder and hold it; ``what`` is the command, for the message to those who find it held.

    Raises :class:`LibraryBusyError` at once where another run holds it. The system lets go of the lock when the process
    ends, however it ends.
    """
    advice = _("name a folder that can be written with --state")
    try:
        state.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        problem = _("{state}: the state folder cannot be used: {reason}; {advice}")
        raise AlbumsortError(problem.format(state=state, reason=reason_of(error), advice=advice)) from error
    with _held(str(state), STATE_LOCK, what, advice):
        yield


@contextmanager
def albums_locked(albums: str, what: str = "") -> Iterator[None]:
    """Hold an album folder, which exists, as :func:`locked` holds the state: its lock is seen by other computers too.

    The lock file stays when the lock is let go: on a share another computer may have opened it already, and would then
    hold a file that is no more. (Versions 3.21 to 3.32 of filelock remove it all the same.) For an album folder that
    goes itself there is :func:`remove_album_lock`.
    """
    with _held(albums, ALBUM_LOCK, what, _("choose another album folder with --to")):
        yield


def remove_album_lock(albums: str) -> None:
    """Remove the lock file of an album folder that is about to be removed; only its holder may do that."""
    for name in ALBUM_LOCK_FILES:
        with suppress(FileNotFoundError):
            os.unlink(os.path.join(albums, name))


@contextmanager
def _held(folder: str, name: str, what: str, advice: str) -> Iterator[None]:
    from filelock import Timeout

    path = os.path.join(folder, name)
    try:
        lock = _acquire(path)
    except Timeout as error:
        problem = _("{folder}: another run of albumsort is at work there{holder}; wait until it is done")
        raise LibraryBusyError(problem.format(folder=folder, holder=_who_holds(path + HOLDER))) from error
    except (OSError, NotImplementedError) as error:  # the latter from filelock, where the file system has no locks
        reason = reason_of(error) if isinstance(error, OSError) else str(error)
        problem = _("{folder}: a lock cannot be made in this folder: {reason}; {advice}")
        raise AlbumsortError(problem.format(folder=folder, reason=reason, advice=advice)) from error
    try:
        _write_holder(path + HOLDER, what)
        yield
    finally:
        with suppress(OSError):
            os.unlink(path + HOLDER)
        lock.release()


def _acquire(path: str) -> BaseFileLock:
    """Take the lock; where its file was removed between opening and locking it, take the one that is there now."""
    from filelock import FileLock

    for _try in range(3):  # file systems that number a file anew at each look give up the check, not the lock
        before = _make_lock_file(path)
        lock = FileLock(path, mode=stat.S_IMODE(before.st_mode) | 0o600)
        lock.acquire(timeout=0)
        with suppress(FileNotFoundError):
            if os.path.samestat(before, os.lstat(path)):
                break
        lock.release()
    else:
        lock.acquire(timeout=0)
    return lock


def _make_lock_file(path: str) -> os.stat_result:
    """Make the lock file unless it is there; those who may write to its folder may lock it."""
    from albumsort.apply.ownership import give_to_owner_of

    folder = os.path.dirname(path)
    # Never a link: taking the lock may empty the file that it leads to.
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK, 0o600)
    try:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode) or status.st_nlink > 1:
            raise OSError(0, _("{name} is not a lock file").format(name=os.path.basename(path)))
        with suppress(PermissionError):  # of a file that another user made
            os.fchmod(handle, 0o600 | os.stat(folder).st_mode & 0o066)
        give_to_owner_of(path, folder)
        return os.fstat(handle)
    finally:
        os.close(handle)


def _write_holder(path: str, what: str) -> None:
    """Say who holds the lock. That this cannot be written is no reason not to work."""
    from getpass import getuser

    from albumsort.apply.ownership import give_to_owner_of

    user = ""
    with suppress(KeyError, OSError):  # a user without a name, in a container
        user = getuser()
    since = datetime.now(timezone.utc).isoformat(timespec="seconds")
    holder = {"pid": os.getpid(), "host": os.uname().nodename, "user": user, "command": what, "since": since}
    temporary = path + PART
    with suppress(OSError):
        with suppress(FileNotFoundError):
            os.unlink(temporary)
        with open(temporary, "x", encoding="utf-8") as file:
            file.write(json.dumps(holder) + "\n")
        give_to_owner_of(temporary, os.path.dirname(path))
        os.replace(temporary, path)


def _who_holds(path: str) -> str:
    """Who holds a lock that is held, in words, or "" where that cannot be told.

    What a killed run left is not believed; nor need the file on a share be one that albumsort wrote.
    """
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        try:
            holder = json.loads(os.read(handle, 1 << 16))
        finally:
            os.close(handle)
        pid, host, user, what = int(holder["pid"]), _shown(holder["host"]), _shown(holder["user"]), holder["command"]
        since = datetime.fromisoformat(holder["since"]).astimezone()
        if host == os.uname().nodename:
            _check_alive(pid)
    except (OSError, ValueError, TypeError, KeyError, OverflowError, RecursionError):
        return ""
    when = since.strftime("%H:%M" if since.date() == datetime.now().date() else "%Y-%m-%d %H:%M")
    command = f" ({_shown(what)})" if what else ""
    told = (
        _(": process {pid} of {user} on {host} since {when}") if user else _(": process {pid} on {host} since {when}")
    )
    return told.format(pid=pid, user=user, host=host, when=when) + command


def _check_alive(pid: int) -> None:
    with suppress(PermissionError):  # it is another user's
        os.kill(pid, 0)


def _shown(text: Any) -> str:
    """Text of a file that anybody may have written, fit for a terminal."""
    return "".join(character if character.isprintable() else "?" for character in str(text)[:300])
