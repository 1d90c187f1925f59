"""A scan from the walk to the report: the stages in their order, for the command line and for other callers."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal, Protocol

from albumsort.apply.albums import choose_albums, is_album_folder, prepare_albums
from albumsort.apply.apply import apply
from albumsort.catalog.catalog import Catalog, Placement
from albumsort.labels.classes import class_names
from albumsort.labels.parse import load_table
from albumsort.library.times import capture_time
from albumsort.library.walk import walk
from albumsort.pipeline.intake import Intake, take_in
from albumsort.pipeline.model_choice import ModelChoice, choose_model
from albumsort.pipeline.recognise import recognise
from albumsort.plan.destination import DiskDestination
from albumsort.plan.layout import DEFAULT_LAYOUT, parse_layout
from albumsort.plan.plan import Known, Rules, make_plan
from albumsort.plan.report import check_report_place, write_report
from albumsort.records import Action, Decision, Photo, Stamp
from albumsort.state import locked, state_folder


@dataclass(frozen=True, slots=True)
class ScanOptions:
    """What the user asked for; the fields are the options of ``albumsort scan``. ``jobs`` 0 means one a CPU."""

    photos: tuple[str, ...]
    to: str | None = None
    action: Action | None = None
    dry_run: bool = False
    report: str | None = None
    model: str | None = None
    weights: str | None = None
    labels: str | None = None
    layout: str = DEFAULT_LAYOUT
    absolute_links: bool = False
    exclude: tuple[str, ...] = ()
    precision: Literal["auto", "fp32", "bf16"] = "auto"
    state: str | None = None
    jobs: int = 0


class Progress(Protocol):
    """How a scan tells what it does."""

    def say(self, message: str) -> None:
        """Something that the user should know, whatever else is shown."""

    def step(self, stage: str, total: int, done: int) -> None:
        """``done`` more of ``total`` in this stage."""


@dataclass(frozen=True, slots=True)
class ScanResult:
    """What came of a scan: decisions in path order, the album folder, files left unread by a stop, whether it acted."""

    decisions: list[Decision]
    albums: str
    unread: int
    acted: bool


def scan(options: ScanOptions, progress: Progress, stopped: Callable[[], bool] = lambda: False) -> ScanResult:
    """Run a scan. ``stopped`` is asked between files; after it says so the scan ends cleanly, its report written.

    Raises :class:`AlbumsortError` for what the user has to put right; a single file never ends a scan.
    """
    roots = [os.path.abspath(path) for path in options.photos]
    state = Path(options.state).absolute() if options.state else state_folder(roots[0])
    folders = walk(roots, exclude=options.exclude, is_own_folder=_own_folder(state))
    albums = choose_albums(options.to, roots)
    table, layout = load_table(options.labels), parse_layout(options.layout)
    if options.report:
        check_report_place(options.report)
    with locked(state), Catalog(state / "catalog.sqlite") as catalog:
        model = choose_model(catalog, options.model, options.weights, progress.say)
        for root in filter(is_album_folder, roots):
            catalog.add_album_folder(root, holds_photos=True)
        intake = take_in(catalog, model.key, folders, roots)
        _recognise(catalog, intake, model, options, progress, stopped)
        rules = Rules(table, class_names(), layout, albums, list(catalog.album_folders()), options.action)
        decisions = make_plan(_known(catalog, intake, model.key), rules, DiskDestination(intake.photos))
        acted = options.action is not None and not options.dry_run and not intake.unread
        if acted:
            decisions = _act(catalog, decisions, rules, options, progress, stopped)
        decisions += [Decision(passed.path, "skipped", passed.note) for passed in intake.passed]
        decisions.sort(key=_path_order)
        if options.report:
            write_report(options.report, decisions, roots[0])
        return ScanResult(decisions, albums, len(intake.unread), acted)


def _own_folder(state: Path) -> Callable[[str], bool]:
    """Tells the folders that albumsort made, which hold no new photos."""
    return lambda folder: is_album_folder(folder) or folder == str(state)


def _recognise(
    catalog: Catalog,
    intake: Intake,
    model: ModelChoice,
    options: ScanOptions,
    progress: Progress,
    stopped: Callable[[], bool],
) -> None:
    if intake.unread:
        total, jobs = len(intake.unread), options.jobs or os.cpu_count() or 1
        steps = recognise(
            catalog, intake, model, precision=options.precision, jobs=jobs, say=progress.say, stopped=stopped
        )
        for done in steps:
            progress.step("Recognising", total, done)


def _known(catalog: Catalog, intake: Intake, model: str) -> Iterable[Known]:
    """What is known of each photo, in path order."""
    now = datetime.now()
    for photo in sorted(intake.photos, key=_path_order):
        name = os.path.basename(photo.path)
        prediction = None if photo.problem or not photo.content else catalog.recognition(photo.content, model)
        captured = capture_time(photo.metadata, name, photo.stamp.mtime_ns, now)
        yield Known(photo, prediction, captured, catalog.placements(photo.id))


def _path_order(item: Photo | Decision) -> bytes:
    return os.fsencode(item.path)


def _act(
    catalog: Catalog,
    decisions: list[Decision],
    rules: Rules,
    options: ScanOptions,
    progress: Progress,
    stopped: Callable[[], bool],
) -> list[Decision]:
    """Carry out the plan and remember what was put where."""
    planned = sum(decision.status == "planned" for decision in decisions)
    if not planned or not rules.action:
        return decisions
    prepare_albums(rules.albums, os.path.abspath(options.photos[0]), rules.action)
    catalog.add_album_folder(rules.albums, holds_photos=rules.action == "move")
    outcomes = []
    for decision in apply(decisions, rules.albums, absolute_links=options.absolute_links, stopped=stopped):
        if decision.status == "done":
            _remember(catalog, decision)
            progress.step("Sorting", planned, 1)
        outcomes.append(decision)
    return outcomes


def _remember(catalog: Catalog, decision: Decision) -> None:
    stamp = Stamp.of(os.lstat(decision.destination))
    with catalog.transaction():
        if decision.photo_id and decision.action:
            catalog.put_placement(decision.photo_id, Placement(decision.destination, decision.action, stamp))
            if decision.action == "move":
                catalog.relocate(decision.photo_id, decision.destination, stamp)
