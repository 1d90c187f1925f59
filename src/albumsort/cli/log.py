"""The log of nightly runs: a file that grows to a size, and a few older ones beside it."""

from __future__ import annotations

import itertools
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import BinaryIO, Literal

import click

from albumsort.errors import AlbumsortError
from albumsort.messages import gettext as _
from albumsort.messages import reason_of

Level = Literal["info", "warning", "error"]

BEGIN = "# Log of albumsort"
"""What each of its files begins with: any other file is the user's own."""
BYTES = 2_000_000
OLD_ONES = 3
_TRIES = 100
"""On some network file systems no file is ever told to be itself; there it is written to in the end."""
_FIRST_LINE = f"{BEGIN}; a new file is begun at {BYTES // 10**6} MB, and {OLD_ONES} old ones are kept.\n".encode()


class Log:
    """A log at ``path``, which several runs may share; what cannot be written is told once, and ends no run.

    Raises :class:`AlbumsortError` where there can be none, or the file or one of its older ones is not a log.
    """

    def __init__(self, path: str) -> None:
        self._path, self._is_told = os.path.abspath(path), False
        for file in (path, *_old_ones(path)):
            _check_place(file)
        try:
            self._append(b"")
        except OSError as error:
            raise _unwritable(path, error) from error

    def note(self, level: Level, text: str) -> None:
        """Append a text, each of its lines with the time."""
        from albumsort.plan.columns import printable

        begin = f"{datetime.now().astimezone():%Y-%m-%d %H:%M:%S%z} {level.upper():7} "
        lines = "".join(f"{begin}{printable(line)}\n" for line in filter(None, text.splitlines()))
        try:
            self._append(lines.encode("utf-8", "backslashreplace"))
        except (OSError, AlbumsortError) as error:
            self._tell(error)

    def _append(self, data: bytes) -> None:
        while True:
            with _locked(self._path) as file:
                size = os.fstat(file.fileno()).st_size
                if size <= len(_FIRST_LINE) or size + len(data) <= BYTES:
                    file.write(data)
                    return
                _rotate(self._path)

    def _tell(self, error: Exception) -> None:
        if not self._is_told:
            self._is_told = True
            text = _("{path}: the log cannot be written: {reason}").format(path=self._path, reason=error)
            click.echo(_("Error: {text}").format(text=text), err=True)


@contextmanager
def _locked(path: str) -> Iterator[BinaryIO]:
    """The file at ``path`` to append to, while no other run does; it is begun where there is none."""
    import fcntl

    # Never through a link, nor into a pipe, which somebody may have put there since it was looked at.
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK
    for tries_left in reversed(range(_TRIES)):
        with open(os.open(path, flags, 0o666), "ab") as file:
            with suppress(OSError):  # where the file system has no locks, runs at the same time are rare enough
                fcntl.flock(file, fcntl.LOCK_EX)
            if tries_left and not _is_at(path, file):  # another run has renamed it meanwhile
                continue
            if not os.fstat(file.fileno()).st_size:
                file.write(_FIRST_LINE)
                file.flush()
            yield file
            return


def _is_at(path: str, file: BinaryIO) -> bool:
    try:
        return os.path.samestat(os.fstat(file.fileno()), os.lstat(path))
    except FileNotFoundError:
        return False


def _old_ones(path: str) -> list[str]:
    """The newest first."""
    return [f"{path}.{number}" for number in range(1, OLD_ONES + 1)]


def _rotate(path: str) -> None:
    """Make the file, which is locked, the newest of the old ones; the oldest goes."""
    files = [path, *_old_ones(path)]
    for older in files[1:]:
        _check_place(older)
    for newer, older in reversed(list(itertools.pairwise(files))):
        with suppress(FileNotFoundError):
            os.replace(newer, older)


def _unwritable(path: str, error: OSError) -> AlbumsortError:
    problem = _("{path}: the log cannot be written: {reason}; choose another place")
    return AlbumsortError(problem.format(path=path, reason=reason_of(error)))


def _check_place(path: str) -> None:
    """Raise :class:`AlbumsortError` where a file is there that is not a log of albumsort."""
    try:
        status = os.lstat(path)
        start = ""
        if stat.S_ISREG(status.st_mode):
            with open(path, encoding="utf-8", errors="replace") as file:
                start = file.read(len(BEGIN))
    except FileNotFoundError:
        return
    except OSError as error:
        raise _unwritable(path, error) from error
    if not stat.S_ISREG(status.st_mode) or (status.st_size and start != BEGIN):
        problem = _("{path}: this is not a log of albumsort, so it is left as it is; choose another name")
        raise AlbumsortError(problem.format(path=path))
