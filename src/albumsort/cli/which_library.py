"""Which library a command is about that does not scan it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from albumsort.cli.command_line import command_line
from albumsort.cli.completion import folders
from albumsort.errors import AlbumsortError
from albumsort.messages import gettext as _
from albumsort.messages import ngettext

if TYPE_CHECKING:
    from albumsort.catalog.journal import Run


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A library that may be meant: its state folder, its directory and its runs that count, as far as is known."""

    state: Path
    directory: str
    runs: list[Run]


def of_library(command: Callable[..., None]) -> Callable[..., None]:
    """The options that name the library."""
    command = click.option(
        "--state", metavar="DIR", shell_complete=folders, help="The state folder of the library, as given to scan."
    )(command)
    return click.option(
        "--library", metavar="PHOTOS", shell_complete=folders, help="The photo directory; needed if there are several."
    )(command)


def can_take_back(number: int | None, run: Run) -> bool:
    """Whether an undo, of run ``number`` if that is not None, may be about this run."""
    if number is not None:
        return run.id == number
    return run.undoes is None and bool(run.done or run.open or (run.undone and not run.taken_back))


def state_of(library: str | None, state: str | None, counts: Callable[[Run], bool]) -> Path:
    """The state folder that the options name, or that of the only library with a run that counts.

    Raises :class:`AlbumsortError` where there is none, or several.
    """
    from albumsort.state import known_states

    if state is not None or library is not None:
        return state_named(library or "", state, option="--library ")
    folders = known_states()
    if not folders:
        raise AlbumsortError(_("no library was scanned yet; name one with --library PHOTOS or --state DIR"))
    if len(folders) == 1:
        return folders[0]
    candidates = list(_candidates(folders, counts))
    if len(candidates) > 1:
        lines = "\n".join(map(_describe, candidates))
        problem = _("there are several libraries; name one with --library PHOTOS or --state DIR:")
        raise AlbumsortError(f"{problem}\n{lines}")
    return candidates[0].state if candidates else folders[0]


def state_named(library: str, state: str | None, option: str = "") -> Path:
    """The state folder of this library, or the one that ``--state`` names; ``option`` is what ``library`` was given as.

    Raises :class:`AlbumsortError` where it is that of no library.
    """
    from albumsort.state import state_folder

    folder = Path(os.path.realpath(state)) if state else state_folder(library)
    if not (folder / "catalog.sqlite").is_file():
        named, path = ("--state ", state) if state else (option, library)
        problem = _("{path}: there is no such folder")
        if os.path.isdir(path):
            problem = _("{path}: albumsort has not scanned this library yet, or its state is elsewhere")
        raise AlbumsortError(problem.format(path=named + path))
    return folder


def _candidates(folders: Iterable[Path], counts: Callable[[Run], bool]) -> Iterable[_Candidate]:
    """The libraries with a run that counts, and those of which nobody knows, since the catalog cannot be read."""
    from albumsort.catalog.catalog import Catalog

    for folder in folders:
        try:
            with Catalog(folder / "catalog.sqlite") as catalog:
                directory, runs = catalog.setting("library") or "", catalog.journal.runs()
        except AlbumsortError:
            yield _Candidate(folder, "", [])
            continue
        if counted := list(filter(counts, runs)):
            yield _Candidate(folder, directory, counted)


def _describe(candidate: _Candidate) -> str:
    """A library, its last run that counts, and the command with its name in it."""
    from albumsort.plan.columns import printable
    from albumsort.state import state_folder

    last = _("its catalog cannot be read")
    if candidate.runs:
        run = candidate.runs[-1]
        files = run.done + run.undone
        last = ngettext(
            "run {run} ({action}) of {when}, {number} file", "run {run} ({action}) of {when}, {number} files", files
        )
        when = f"{run.started.astimezone():%Y-%m-%d %H:%M}"
        last = last.format(run=run.id, action=run.action, when=when, number=files)
    named = ["--state", str(candidate.state)]
    if candidate.directory and state_folder(candidate.directory) == candidate.state:
        named = ["--library", candidate.directory]
    command = command_line([sys.argv[1], *named, *sys.argv[2:]])
    return f"  {printable(candidate.directory or str(candidate.state))}: {last}\n    {command}"
