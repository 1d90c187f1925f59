"""A job, and what the modules of the schedulers share."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from albumsort.errors import AlbumsortError
from albumsort.messages import gettext as _
from albumsort.messages import reason_of
from albumsort.state import state_folder


@dataclass(frozen=True, slots=True)
class Job:
    """A command for the library whose first directory this is, every day at this local time.

    ``hour`` is 0 to 23, ``minute`` 0 to 59; paths are absolute.
    """

    library: str
    command: Sequence[str]
    hour: int
    minute: int


class Scheduler(Protocol):
    """What starts jobs. Each method raises :class:`AlbumsortError` for what the user has to put right."""

    def text(self, job: Job) -> str:
        """What sets the job up, line by line."""

    def install(self, job: Job) -> str:
        """Set the job up in place of an earlier one for its library; returns what was written, and where."""

    def has(self, library: str) -> bool:
        """Whether it has a job for the library."""

    def remove(self, library: str) -> str:
        """Take away the job for the library, which it has; returns what was done."""


def name_of(library: str) -> str:
    """What the job for a library is called, unlike that for any other."""
    return f"albumsort-{state_folder(library).name}"


def check_printable(job: Job, scheduler: str) -> None:
    """Raise :class:`AlbumsortError` where a path or option cannot stand in a file of this scheduler."""
    for text in job.command:
        if not text.isprintable():
            problem = _(
                "{text!a}: a file of {scheduler} cannot hold this; rename it, or, if it has no line break, use "
                "--with cron"
            )
            raise AlbumsortError(problem.format(text=text, scheduler=scheduler))


def run(*command: str, data: bytes | None = None) -> subprocess.CompletedProcess[bytes]:
    """Run a program of the system, with messages in English; raises :class:`AlbumsortError` where it is not there."""
    try:
        environment = os.environ | {"LC_ALL": "C"}
        return subprocess.run(command, input=data, env=environment, capture_output=True, check=False)  # noqa: S603
    except OSError as error:
        problem = _("{program}: {reason}; install it, or choose another with --with")
        raise AlbumsortError(problem.format(program=command[0], reason=reason_of(error))) from error


def must(*command: str, data: bytes | None = None) -> None:
    """Run a program that has to succeed; raises :class:`AlbumsortError` with what it says where it does not."""
    done = run(*command, data=data)
    if done.returncode:
        said = " ".join(os.fsdecode(done.stderr).split())
        told = said or _("it ended with exit code {code}").format(code=done.returncode)
        raise AlbumsortError(f"{' '.join(command)}: {told}")


def write(path: Path, text: str, mark: str) -> None:
    """Write a file that has this mark; raises :class:`AlbumsortError` where one without it is there, or none can be."""
    check_own(path, mark)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        problem = _("{path}: cannot be written: {reason}")
        raise AlbumsortError(problem.format(path=path, reason=reason_of(error))) from error


def check_own(path: Path, mark: str) -> None:
    """Raise :class:`AlbumsortError` where there is a file, or anything else, that has not this mark."""
    try:
        is_own = not path.is_symlink() and (not path.exists() or mark in path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        is_own = False
    if not is_own:
        problem = _("{path}: albumsort has not written this, so it is left as it is; move it away")
        raise AlbumsortError(problem.format(path=path))
