"""Takes back what a run did, unit by unit, under the journal like everything else."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from albumsort.apply.albums import albums_around, clear_albums, is_album_folder, prepare_albums
from albumsort.apply.taking_back import fitted, inverse, is_gone, obstacle
from albumsort.catalog.catalog import Catalog
from albumsort.catalog.journal import Run
from albumsort.errors import AlbumsortError
from albumsort.messages import gettext as _
from albumsort.messages import reason_of
from albumsort.paths import is_in
from albumsort.pipeline.journaled import Unit, carry_out, conclude
from albumsort.pipeline.made_folders import drop_empty
from albumsort.pipeline.precautions import album_folders_around, file_system_problem
from albumsort.pipeline.settle import foresee, settle, tell_unsettled
from albumsort.pipeline.tagged_since import TaggedSince
from albumsort.state import albums_locked, locked
from albumsort.steps import Step


@dataclass(slots=True)
class Undone:
    """What an undo did, or with ``dry_run`` would do: ``back`` are the steps taken back, ``left`` those that were not,
    each with why.

    ``run`` is what was taken back: a run of the journal, or None for one known from its report alone. ``trouble`` says
    what ended the undo before its time, or "".
    """

    run: Run | None
    back: list[Step] = field(default_factory=list)
    left: list[tuple[Step, str]] = field(default_factory=list)
    stopped: bool = False
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be taken back: units of done steps, latest first, in the album folders that they are in."""

    run: Run | None
    units: Sequence[Unit]
    albums: Sequence[str]


def the_run(catalog: Catalog, number: int | None) -> Request:
    """All that run ``number`` did, or without one the last that acted and was not taken back yet.

    Raises :class:`AlbumsortError` where there is nothing to take back.
    """
    run = _choose(catalog.journal.runs(), number)
    return Request(run, catalog.journal.done_units(run.id), [run.albums] if run.albums else [])


def take_back(
    state: Path,
    choose: Callable[[Catalog], Request],
    *,
    dry_run: bool,
    confirm: Callable[[Request], bool],
    say: Callable[[str], None],
    step: Callable[[int, int], None],
    stopped: Callable[[], bool],
) -> Undone:
    """Take back what ``choose`` finds.

    ``confirm`` is asked before anything is touched; ``step`` is told the total of files and how many more are done.
    Raises :class:`AlbumsortError` where there is nothing to take back.
    """
    with ExitStack() as held:
        held.enter_context(locked(state, "undo"))
        catalog = held.enter_context(Catalog(state / "catalog.sqlite"))
        if dry_run:
            return _preview(catalog, choose, say)
        settle(catalog, say)
        try:
            request = choose(catalog)
        except AlbumsortError:
            _clear(catalog, ())
            raise
        paths = _connected(catalog, request)
        undone = Undone(request.run)
        if not confirm(request):
            undone.stopped = True
            return undone
        albums = {*filter(os.path.isdir, request.albums), *album_folders_around(catalog, paths)}
        with ExitStack() as albums_held:
            for folder in sorted(albums):
                albums_held.enter_context(albums_locked(folder, "undo"))
            _act(catalog, request, undone, step, stopped)
        _clear(catalog, request.albums)  # once the lock file is closed: some file systems keep its name until then
        return undone


def _act(
    catalog: Catalog,
    request: Request,
    undone: Undone,
    step: Callable[[int, int], None],
    stopped: Callable[[], bool],
) -> None:
    if request.run is None:  # nobody else knows any more who made the folders of these albums
        catalog.journal.add_folders(_folders_between(request))
    unmarked = [folder for folder in catalog.album_folders() if not is_album_folder(folder)]
    made = [folder for folder in unmarked if not os.path.isdir(folder)]
    try:
        _carry_out(catalog, request, undone, step, stopped)
    except sqlite3.Error as error:
        told = _("{path}: the journal cannot be written ({reason}); the next undo goes on")
        undone.trouble = told.format(path=catalog.path, reason=error)
    for folder in unmarked:  # photos that came back to an album folder which an earlier undo cleared away
        if any(is_in(done.destination, folder) for done in undone.back if done.kind == "place"):
            prepare_albums(folder, catalog.setting("library") or "", made=folder in made)


def _folders_between(request: Request) -> set[str]:
    """The folders between the album folders and what was put into them."""
    found: set[str] = set()
    for folder in {os.path.dirname(step.destination) for unit in request.units for step in unit}:
        inner = folder
        while inner not in request.albums and any(is_in(inner, albums) for albums in request.albums):
            found.add(inner)
            inner = os.path.dirname(inner)
    return found


def _choose(runs: Sequence[Run], number: int | None) -> Run:
    if number is None:
        found = next((run for run in reversed(runs) if run.undoes is None and _is_standing(run)), None)
        if found is None:
            raise AlbumsortError(_nothing(runs))
        return found
    run = next((run for run in runs if run.id == number), None)
    if run is None:
        raise AlbumsortError(_("there is no run {run}; `albumsort history` lists them").format(run=number))
    if run.action == "undo":
        raise AlbumsortError(_("run {run} took back another one; to do that again, scan again").format(run=number))
    if not run.done and not _is_standing(run):
        problem = _("nothing to take back: run {run} left nothing behind, or was taken back already")
        raise AlbumsortError(problem.format(run=number))
    return run


def _nothing(runs: Sequence[Run]) -> str:
    left = next((run for run in reversed(runs) if run.undoes is None and run.done), None)
    if left is None:
        return _("nothing to take back: no run did anything that was not taken back already")
    return _(
        "nothing to take back but {number} files of run {run}, which had to be left where they are; "
        "`albumsort undo {run}` tries them again"
    ).format(number=left.done, run=left.id)


def _is_standing(run: Run) -> bool:
    """Whether there is something of a run, if only empty folders where its undo was cut off after the last file."""
    return bool(run.done or run.undone) and not run.taken_back


def _connected(catalog: Catalog, request: Request) -> set[str]:
    """All paths of a request. Raises :class:`AlbumsortError` where the disk of one is not connected."""
    paths = {path for unit in request.units for step in unit for path in (step.source, step.destination)}
    if problem := file_system_problem(catalog, paths):
        told = _("{problem} Nothing was done. If it is meant, run `albumsort scan` once with --yes, and then undo")
        raise AlbumsortError(told.format(problem=problem))
    return paths


def _preview(catalog: Catalog, choose: Callable[[Catalog], Request], say: Callable[[str], None]) -> Undone:
    tell_unsettled(catalog, say)
    with catalog.rehearsal():
        foresee(catalog)
        request = choose(catalog)
        _connected(catalog, request)
        undone = Undone(request.run)
        tagged = TaggedSince(catalog.journal, request.run.id if request.run else None)
        for unit in request.units:
            steps, _gone, problem = _prepare(catalog, unit, tagged, read=True)
            if problem:
                undone.left += [(step, problem) for step in steps]
            else:
                undone.back += steps
    return undone


def _carry_out(
    catalog: Catalog,
    request: Request,
    undone: Undone,
    step: Callable[[int, int], None],
    stopped: Callable[[], bool],
) -> None:
    journal, failed = catalog.journal, False
    total = sum(len(unit) for unit in request.units)
    tagged = TaggedSince(catalog.journal, request.run.id if request.run else None)

    def prepared() -> Iterator[tuple[Unit, Unit]]:
        for unit in request.units:
            steps, gone, problem = _prepare(catalog, unit, tagged, read=False)
            if gone:
                conclude(catalog, [replace(original, state="undone") for original in gone])
            if problem:
                undone.left += [(inverted, problem) for inverted in steps]
            elif steps:
                yield steps, steps

    run = journal.begin("undo", request.albums[0] if request.albums else "", request.run.id if request.run else 0)
    for _steps, outcome in carry_out(catalog, run, prepared(), stopped):
        step(total, len(outcome.steps))
        undone.back += [inverted for inverted in outcome.steps if inverted.state == "done"]
        undone.left += [
            (inverted, outcome.problem or outcome.note) for inverted in outcome.steps if inverted.state == "left"
        ]
        failed = failed or outcome.failed
        if outcome.hopeless:
            undone.trouble = _("{reason}; the rest was left as it was").format(reason=outcome.problem)
            break
    undone.stopped = stopped()
    journal.end(run)
    journal.discard(run)
    if request.run and not (undone.stopped or undone.trouble or failed) and (undone.back or not undone.left):
        journal.mark_taken_back(request.run.id)


def _prepare(catalog: Catalog, unit: Unit, tagged: TaggedSince, *, read: bool) -> tuple[list[Step], list[Step], str]:
    """The steps that take back a unit; those of its own of which nothing is left; and why it has to stay, or ""."""
    gone = [step for step in unit if step.kind != "remove" and is_gone(step)]
    steps = [fitted(inverse(step)) for step in reversed(unit) if step not in gone]
    # What a later run took away is not to come back when that is undone.
    gone += [later for step in gone for later in catalog.journal.taken_away_by(step)]
    if later := next(filter(None, map(tagged.by, unit)), None):
        return steps, gone, _("run {run} wrote tags into it: undo that first").format(run=later)
    try:
        problem = next(filter(None, (obstacle(step, read=read) for step in steps)), "")
    except OSError as error:
        problem = _("it cannot be looked at: {reason}").format(reason=reason_of(error))
    return steps, gone, problem


def _clear(catalog: Catalog, more: Sequence[str]) -> None:
    """Take away the folders that albumsort made and that are empty now, and the markers of album folders.

    Of all album folders: a run that could do nothing, or an undo that was cut off, may have left some. What is open
    still needs them.
    """
    if catalog.journal.open_units():
        return
    for albums in filter(is_album_folder, dict.fromkeys((*more, *catalog.album_folders()))):
        with suppress(AlbumsortError), albums_locked(albums, "undo"):
            drop_empty(catalog, partial(_is_below, albums))
            marked = albums_around(os.path.join(albums, ""))
            if marked and clear_albums(albums) and marked.made:
                catalog.journal.add_folders([albums])
    drop_empty(catalog, lambda made: albums_around(os.path.join(made, "")) is None)


def _is_below(folder: str, path: str) -> bool:
    return path != folder and is_in(path, folder)
