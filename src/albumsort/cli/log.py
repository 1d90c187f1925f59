"""The log of nightly runs: a file that grows to a size, and a few older ones beside it."""

from __future__ import annotations

import logging
import os
import stat
import sys
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from typing import Literal

import click

from albumsort.errors import AlbumsortError
from albumsort.messages import gettext as _
from albumsort.messages import reason_of

Level = Literal["info", "warning", "error"]

BEGIN = "# Log of albumsort"
"""What each of its files begins with: any other file is the user's own."""
BYTES = 2_000_000
OLD_ONES = 3


class Log(RotatingFileHandler):
    """A log at ``path``; what cannot be written is told once, and ends no run.

    Raises :class:`AlbumsortError` where there can be none, or the file or one of its older ones is not a log.
    """

    def __init__(self, path: str) -> None:
        self._is_told = False
        for file in (path, *(f"{path}.{number}" for number in range(1, OLD_ONES + 1))):
            _check_place(file)
        try:
            super().__init__(path, maxBytes=BYTES, backupCount=OLD_ONES, encoding="utf-8", errors="backslashreplace")
        except OSError as error:
            raise _unwritable(path, error) from error
        self.setFormatter(logging.Formatter("%(asctime)s %(levelname)-7s %(message)s", "%Y-%m-%d %H:%M:%S%z"))

    def note(self, level: Level, text: str) -> None:
        """Append a text, each of its lines with the time."""
        from albumsort.plan.columns import printable

        number = {"info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}[level]
        for line in filter(None, text.splitlines()):
            self.handle(logging.LogRecord("albumsort", number, "", 0, printable(line), None, None))

    def _open(self) -> TextIOWrapper:
        """Open the file, never through a link, which somebody may have put there since it was looked at."""
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK
        stream = open(os.open(self.baseFilename, flags, 0o666), "a", encoding=self.encoding, errors=self.errors)  # noqa: SIM115
        if not os.fstat(stream.fileno()).st_size:
            stream.write(f"{BEGIN}; a new file is begun at {BYTES // 10**6} MB, and {OLD_ONES} old ones are kept.\n")
        return stream

    def close(self) -> None:
        """Close the file; a disk that is full says so again then."""
        try:
            super().close()
        except OSError as error:
            self._tell(error)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: ARG002, N802
        """Called by logging where a line could not be written."""
        self._tell(sys.exc_info()[1])

    def _tell(self, error: BaseException | None) -> None:
        if not self._is_told:
            self._is_told = True
            text = _("{path}: the log cannot be written: {reason}").format(path=self.baseFilename, reason=error)
            click.echo(_("Error: {text}").format(text=text), err=True)


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
