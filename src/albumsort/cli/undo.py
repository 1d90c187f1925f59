"""``albumsort history`` and ``albumsort undo``: what was done, and taking it back."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from albumsort.cli.command_line import command_line
from albumsort.cli.completion import files
from albumsort.cli.interruption import INTERRUPTED, Interruption, interruptible
from albumsort.cli.numbers import Whole
from albumsort.cli.which_library import can_take_back, of_library, state_of
from albumsort.messages import gettext as _
from albumsort.messages import gettext_noop, ngettext

if TYPE_CHECKING:
    from albumsort.catalog.catalog import Catalog
    from albumsort.catalog.journal import Run
    from albumsort.pipeline.undo import Request, Undone
    from albumsort.steps import Step


@click.command(short_help="List the runs that did something, and the undos.")
@of_library
def history(library: str | None, state: str | None) -> None:
    """List the runs that moved, copied, linked or tagged photos, and the undos, oldest first."""
    from albumsort.catalog.catalog import Catalog
    from albumsort.pipeline.language import speak_as
    from albumsort.plan.columns import cells, padded

    folder = state_of(library, state, lambda _run: True)
    speak_as(folder)
    with Catalog(folder / "catalog.sqlite") as catalog:
        runs = catalog.journal.runs()
    rows = [(_("run"), _("when"), _("action"), _("files"), _("state")), *map(_row, runs)]
    widths = [max(len(cells(row[column])) for row in rows) for column in range(5)]
    for row in rows if runs else ():
        line = [
            padded(cell, width, before=column in (0, 3))
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        click.echo("  ".join(line).rstrip())
    if not runs:
        click.echo(_("No run has touched a file yet."))


@click.command(short_help="Take back a run: every file to its old place.")
@click.argument("run", type=Whole(min=1), required=False)
@of_library
@click.option(
    "--from",
    "report",
    type=click.Path(exists=True, dir_okay=False),
    metavar="REPORT.csv",
    shell_complete=files,
    help="Take back what this report of a run says was done.",
)
@click.option("--dry-run", is_flag=True, help="Show what would be taken back, and do nothing.")
@click.option("--list", "all_left", is_flag=True, help="Name all files that stay, not only the first for each reason.")
@click.option("--yes", is_flag=True, help="Do not ask; where there is no terminal, it never does.")
def undo(
    run: int | None,
    library: str | None,
    state: str | None,
    report: str | None,
    dry_run: bool,
    all_left: bool,
    yes: bool,
) -> None:
    """Take back the last run that was not taken back yet, or the run with this number.

    Every file goes back to its old place, and links and copies that albumsort made are taken away. A file that was
    changed since, or whose old place is taken, is left where it is and named.
    """
    from albumsort.cli.progress import TerminalProgress
    from albumsort.pipeline.language import speak_as
    from albumsort.pipeline.undo import take_back

    if run is not None and report is not None:
        raise click.UsageError(_("give a RUN or --from, not both"))
    progress = TerminalProgress(quiet=False)
    with interruptible() as interruption:
        try:
            folder, choose = _wanted(run, library, state, report)
            speak_as(folder)
            with _state_for(folder, dry_run=dry_run) as place:
                undone = take_back(
                    place,
                    choose,
                    dry_run=dry_run,
                    confirm=lambda request: yes or _is_meant(request, interruption),
                    say=progress.say,
                    step=lambda total, done: progress.step(gettext_noop("Taking back"), total, done),
                    stopped=interruption.stopped,
                )
        finally:
            progress.close()
    if undone.stopped and not interruption.signalled:
        click.echo(_("Nothing was done."))
    else:
        _print(undone, dry_run=dry_run, all_left=all_left)
    code = int(bool(undone.left or undone.trouble or undone.stopped))
    sys.exit(INTERRUPTED if interruption.signalled else code)


def _wanted(
    run: int | None, library: str | None, state: str | None, report: str | None
) -> tuple[Path, Callable[[Catalog], Request]]:
    """The state folder, and what finds in its catalog what is to be taken back."""
    from albumsort.pipeline.from_report import read_done
    from albumsort.pipeline.undo import Request, the_run
    from albumsort.state import state_folder

    if report is None:
        return state_of(library, state, partial(can_take_back, run)), lambda catalog: the_run(catalog, run)
    reported = read_done(report, os.path.realpath(library) if library else None)
    folder = Path(os.path.realpath(state)) if state else state_folder(reported.library)
    return folder, lambda _catalog: Request(None, reported.units, reported.albums)


@contextmanager
def _state_for(folder: Path, *, dry_run: bool) -> Iterator[Path]:
    """The state folder, or for a dry run where it was lost an empty one for the time being."""
    from tempfile import TemporaryDirectory

    if not dry_run or (folder / "catalog.sqlite").is_file():
        yield folder
    else:
        with TemporaryDirectory() as empty:
            yield Path(empty)


def _row(run: Run) -> tuple[str, str, str, str, str]:
    action: str = run.action
    if action == "undo":
        action = _("undo of {run}").format(run=run.undoes) if run.undoes else _("undo of a report")
    if run.undone or run.taken_back:
        state = _("{number} taken back").format(number=run.undone) if run.done else _("taken back")
    elif run.open or run.ended is None:
        state = _("cut off")
    else:
        state = _("done")
    files = run.done + run.undone
    return str(run.id), f"{run.started.astimezone():%Y-%m-%d %H:%M}", action, str(files), state


def _is_meant(request: Request, interruption: Interruption) -> bool:
    """Ask, where there is somebody to answer."""
    if not (sys.stdin and sys.stdin.isatty()):
        return True
    files = sum(sum(step.kind == "place" for step in unit) or len(unit) for unit in request.units)
    question = ngettext("Take back {run}, {number} file?", "Take back {run}, {number} files?", files)
    with interruption.asking():
        try:
            return click.confirm(question.format(run=_name(request.run), number=files), err=True)
        except click.Abort:
            click.echo("\n" + _("Nothing was done."), err=True)
            raise


def _name(run: Run | None) -> str:
    if run is None:
        return _("what the report says")
    return _("run {number} ({action})").format(number=run.id, action=run.action)


def _print(undone: Undone, *, dry_run: bool, all_left: bool) -> None:
    from albumsort.cli.left import lines_of_left

    told = _("Nothing is left to take back of {run}.")
    if undone.back:
        told = _("Of {run}, {files}.")
    elif undone.left or undone.stopped or undone.trouble:
        told = _("Nothing of {run} would be taken back.") if dry_run else _("Nothing of {run} was taken back.")
    click.echo(told.format(run=_name(undone.run), files=_went(undone.back, dry_run=dry_run)))
    lines, hidden = lines_of_left(undone.left, every=all_left)
    for line in lines:
        click.echo(line)
    if hidden:
        click.echo(_("To see them all:") + f"\n  {_listing(undone.run)}")
    if undone.stopped:
        click.echo(_("Stopped; the same command takes back the rest:") + f"\n  {command_line(sys.argv[1:])}")
    if undone.trouble:
        click.echo(_("Error: {text}").format(text=undone.trouble), err=True)


def _listing(run: Run | None) -> str:
    """The command that lists all that stays of this run, or of what the report of this command says."""
    first, *rest = [argument for argument in sys.argv[1:] if argument != "--dry-run"]
    number = [str(run.id)] if run and str(run.id) not in rest else []
    return command_line([first, *number, "--dry-run", "--list", *rest])


def _went(back: Sequence[Step], *, dry_run: bool) -> str:
    """What came of files that were moved, of links and copies, and of those that had made way."""
    removed = sum(step.kind == "remove" for step in back)
    moved = sum(step.kind == "place" and step.action == "move" for step in back)
    untagged = sum(step.kind == "write" for step in back)
    numbers = (moved, removed, untagged, len(back) - removed - moved - untagged)
    texts = (_would_go if dry_run else _gone)(*numbers)
    return _(", ").join(text.format(number=number) for text, number in zip(texts, numbers, strict=True) if number)


def _gone(moved: int, removed: int, untagged: int, restored: int) -> tuple[str, ...]:
    return (
        ngettext(
            "{number} file went back to where it was",
            "{number} files went back to where they were",
            moved,
        ),
        ngettext("{number} link or copy went away", "{number} links and copies went away", removed),
        ngettext("{number} file lost its tags", "{number} files lost their tags", untagged),
        ngettext("{number} older link or copy came back", "{number} older links and copies came back", restored),
    )


def _would_go(moved: int, removed: int, untagged: int, restored: int) -> tuple[str, ...]:
    return (
        ngettext(
            "{number} file would go back to where it was",
            "{number} files would go back to where they were",
            moved,
        ),
        ngettext("{number} link or copy would go away", "{number} links and copies would go away", removed),
        ngettext("{number} file would lose its tags", "{number} files would lose their tags", untagged),
        ngettext(
            "{number} older link or copy would come back",
            "{number} older links and copies would come back",
            restored,
        ),
    )
