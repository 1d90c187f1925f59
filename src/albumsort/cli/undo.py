"""``albumsort history`` and ``albumsort undo``: what was done, and taking it back."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from albumsort.cli.interruption import INTERRUPTED, interruptible
from albumsort.errors import AlbumsortError

if TYPE_CHECKING:
    from albumsort.catalog.journal import Run
    from albumsort.pipeline.undo import Request, Undone


def of_library(command: Callable[..., None]) -> Callable[..., None]:
    """The options that name a library for a command that does not scan it."""
    command = click.option("--state", metavar="DIR", help="The state folder of the library, as given to scan.")(command)
    return click.option("--library", metavar="PHOTOS", help="The photo directory; needed if there are several.")(
        command
    )


@click.command()
@of_library
def history(library: str | None, state: str | None) -> None:
    """List the runs that moved, copied or linked photos, and the undos, oldest first."""
    from albumsort.catalog.catalog import Catalog

    with Catalog(_state(library, state) / "catalog.sqlite") as catalog:
        runs = catalog.journal.runs()
    rows = [("run", "when", "action", "files", "state"), *map(_row, runs)]
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    for row in rows if runs else ():
        cells = [
            cell.rjust(width) if column in (0, 3) else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        click.echo("  ".join(cells).rstrip())
    if not runs:
        click.echo("No run has touched a file yet.")


@click.command()
@click.argument("run", type=click.IntRange(min=1), required=False)
@of_library
@click.option("--from", "report", metavar="REPORT.csv", help="Take back what this report of a run says was done.")
@click.option("--dry-run", is_flag=True, help="Show what would be taken back, and do nothing.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def undo(run: int | None, library: str | None, state: str | None, report: str | None, **options: Any) -> None:
    """Take back the last run that was not taken back yet, or the run with this number.

    Every file goes back to its old place, and links and copies that albumsort made are taken away. A file that was
    changed since, or whose old place is taken, is left where it is and named.
    """
    from albumsort.cli.progress import TerminalProgress
    from albumsort.pipeline.from_report import read_done
    from albumsort.pipeline.undo import Request, take_back, the_run
    from albumsort.state import state_folder

    if run is not None and report is not None:
        raise click.UsageError("give a RUN or --from, not both")
    progress = TerminalProgress(quiet=False)
    with interruptible() as interruption:
        common: dict[str, Any] = {
            "dry_run": options["dry_run"],
            "confirm": lambda request: options["yes"] or not sys.stdin.isatty() or _confirmed(request),
            "say": progress.say,
            "step": lambda total, done: progress.step("Taking back", total, done),
            "stopped": interruption.stopped,
        }
        try:
            if report is None:
                undone = take_back(_state(library, state), lambda catalog: the_run(catalog, run), **common)
            else:
                reported = read_done(report, os.path.realpath(library) if library else None)
                folder = Path(os.path.realpath(state)) if state else state_folder(reported.library)
                with _state_for(folder, dry_run=options["dry_run"]) as place:
                    undone = take_back(place, lambda _: Request(None, reported.units, reported.albums), **common)
        finally:
            progress.close()
    _print(undone, dry_run=options["dry_run"])
    sys.exit(INTERRUPTED if interruption.signalled else int(bool(undone.left or undone.trouble)))


@contextmanager
def _state_for(folder: Path, *, dry_run: bool) -> Iterator[Path]:
    """The state folder, or for a dry run where it was lost an empty one for the time being."""
    from tempfile import TemporaryDirectory

    if not dry_run or (folder / "catalog.sqlite").is_file():
        yield folder
    else:
        with TemporaryDirectory() as empty:
            yield Path(empty)


def _state(library: str | None, state: str | None) -> Path:
    """The state folder that the options name, or that of the only library there is."""
    from albumsort.state import known_states, state_folder

    if state is not None or library is not None:
        folder = Path(os.path.realpath(state)) if state else state_folder(library or "")
        if not (folder / "catalog.sqlite").is_file():
            named = f"--state {state}" if state else f"--library {library}"
            raise AlbumsortError(f"{named}: albumsort has not scanned this library yet, or its state is elsewhere")
        return folder
    folders = known_states()
    if len(folders) != 1:
        problem = "there are several libraries" if folders else "no library was scanned yet"
        raise AlbumsortError(f"{problem}; name one with --library PHOTOS or --state DIR")
    return folders[0]


def _row(run: Run) -> tuple[str, str, str, str, str]:
    action = f"undo of {run.undoes or 'a report'}" if run.action == "undo" else run.action
    if run.open or run.ended is None:
        state = "cut off"
    elif run.undone and run.done:
        state = f"{run.undone} taken back"
    elif run.undone:
        state = "taken back"
    else:
        state = "done"
    files = run.done + run.undone
    return str(run.id), f"{run.started.astimezone():%Y-%m-%d %H:%M}", action, str(files), state


def _confirmed(request: Request) -> bool:
    files = sum(len(unit) for unit in request.units)
    what = f"run {request.run.id} ({request.run.action})" if request.run else "what the report says"
    return click.confirm(f"Take back {what}, {files} files?", err=True)


def _print(undone: Undone, *, dry_run: bool) -> None:
    from albumsort.plan.summary import printable

    what = f"run {undone.run.id} ({undone.run.action})" if undone.run else "the report"
    moved = sum(step.kind == "place" for step in undone.back)
    removed = len(undone.back) - moved
    verb = "would go" if dry_run else "went"
    click.echo(f"Of {what}, {moved} files {verb} back to where they were, and {removed} links and copies {verb}.")
    if undone.left:
        click.echo(f"{len(undone.left)} {'would be' if dry_run else 'were'} left as they are:")
    for step, why in undone.left:
        click.echo(f"  {printable(step.source if step.kind == 'place' else step.destination)}: {printable(why)}")
    if undone.stopped:
        click.echo("Stopped; `albumsort undo` takes back the rest.")
    if undone.trouble:
        click.echo(f"Error: {undone.trouble}", err=True)
