"""A file that the user asked for, such as a report: written in one step, and never over anything else."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

from albumsort.errors import AlbumsortError
from albumsort.messages import gettext as _
from albumsort.messages import reason_of


def check_place(path: str, option: str, what: str, is_own: Callable[[str], bool]) -> None:
    """Raise :class:`AlbumsortError` where no such file can be written at ``path``, or another one would be overwritten.

    ``option`` and ``what`` name it, as in "--report" and "report" (in the language that is spoken). ``is_own`` tells by
    the beginning of a file that is there, up to 4,096 characters, whether albumsort wrote it.
    """
    folder = os.path.dirname(os.path.abspath(path))
    if path == "-":
        raise AlbumsortError(_("{option} -: the {what} needs the name of a file").format(option=option, what=what))
    if not os.path.isdir(folder):
        problem = _("{path}: there is no folder {folder} for the {what}; make it first")
        raise AlbumsortError(problem.format(path=path, folder=folder, what=what))
    if os.path.lexists(path) and not os.path.isfile(path):
        problem = _("{path}: the {what} needs the name of a file; this is none")
        raise AlbumsortError(problem.format(path=path, what=what))
    try:
        # Nothing is worse than to learn after a move that it cannot be reported.
        with tempfile.TemporaryFile(dir=folder):
            pass
        start = _beginning(path) if os.path.lexists(path) else ""
    except OSError as error:
        problem = _("{path}: the {what} cannot be written there: {reason}")
        raise AlbumsortError(problem.format(path=path, what=what, reason=reason_of(error))) from error
    if start and not is_own(start):
        problem = _("{path}: this is not a {what} of albumsort, so it is not overwritten; choose another name")
        raise AlbumsortError(problem.format(path=path, what=what))


@contextmanager
def replaced(path: str, what: str) -> Iterator[TextIO]:
    """A text file in UTF-8 that takes the place of ``path`` when the block ends, and of nothing where that fails.

    Raises :class:`AlbumsortError` where it cannot be written.
    """
    real = os.path.realpath(path)
    folder, name = os.path.split(real)
    temporary = ""
    try:
        handle, temporary = tempfile.mkstemp(prefix=f".{name[:100]}.", suffix=".new", dir=folder)
        with open(handle, "w", encoding="utf-8", errors="surrogateescape", newline="") as file:
            yield file
        os.chmod(temporary, 0o666 & ~_umask())
        os.replace(temporary, real)
    except BaseException as error:
        if temporary and os.path.lexists(temporary):
            os.unlink(temporary)
        if not isinstance(error, OSError):
            raise
        problem = _("{path}: the {what} cannot be written: {reason}; choose another place")
        raise AlbumsortError(problem.format(path=path, what=what, reason=reason_of(error))) from error


def _beginning(path: str) -> str:
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read(4096)


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
