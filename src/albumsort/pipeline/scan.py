"""A scan from the walk to the report: the stages in their order, for the command line and for other callers."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from albumsort.apply.albums import check_links, choose_albums, is_album_folder, own_folder
from albumsort.catalog.catalog import Catalog
from albumsort.catalog.thumbnails import Thumbnails
from albumsort.errors import AlbumsortError
from albumsort.events.name_template import check_template
from albumsort.labels.languages import load_language
from albumsort.labels.parse import load_table
from albumsort.labels.table import LabelTable
from albumsort.library.tagging import holds_tags, tag_edit, why_it_stays
from albumsort.library.walk import walk
from albumsort.messages import gettext as _
from albumsort.messages import gettext_noop
from albumsort.paths import is_in
from albumsort.pipeline.act import Act, prepare
from albumsort.pipeline.bursts import with_support
from albumsort.pipeline.capture import captured, learn
from albumsort.pipeline.corrections import put_right
from albumsort.pipeline.filed import note_albums, note_carried_out
from albumsort.pipeline.intake import Intake, take_in
from albumsort.pipeline.language import check_language, choose_language
from albumsort.pipeline.made_folders import drop_emptied
from albumsort.pipeline.model_choice import ModelChoice, choose_model
from albumsort.pipeline.naming import Naming
from albumsort.pipeline.precautions import (
    album_folders_around,
    check_emptied,
    check_file_systems,
    check_other_programs,
    check_space,
    photos_below,
    remember_file_systems,
)
from albumsort.pipeline.scan_options import RECOGNISING, Progress, ScanOptions, ScanResult
from albumsort.pipeline.scene import scene_of
from albumsort.pipeline.settle import settle, tell_unsettled
from albumsort.pipeline.situate import situate
from albumsort.pipeline.thumbnails import make_missing, thumbnails_of
from albumsort.pipeline.twins import hash_twins
from albumsort.plan.agreed import only_agreed
from albumsort.plan.destination import DiskDestination
from albumsort.plan.layout import parse_layout
from albumsort.plan.plan import Known, Rules, make_plan
from albumsort.plan.report import check_report_place, write_report
from albumsort.plan.tagging import Look, make_tag_plan
from albumsort.records import CaptureTime, Decision, Photo
from albumsort.state import albums_locked, check_owner, check_state_place, locked
from albumsort.vision.networks import check_model


def scan(
    options: ScanOptions,
    progress: Progress,
    stopped: Callable[[], bool] = lambda: False,
    agreed: Sequence[Decision] | None = None,
) -> ScanResult:
    """Run a scan. ``stopped`` is asked between files; after it says so the scan ends cleanly, its report written.

    Where decisions of an earlier preview are ``agreed``, no others are carried out. Raises :class:`AlbumsortError` for
    what the user has to put right; a single file never ends a scan.
    """
    roots, state, begun = options.roots(), options.state_folder(), datetime.now()
    if str(state) in roots:
        raise AlbumsortError(
            _("{state}: the state cannot lie among the photos themselves; give another folder with --state").format(
                state=state
            )
        )
    met: list[str] = []
    folders = walk(roots, exclude=options.exclude, is_own_folder=own_folder(str(state), met))
    rules = _rules(options, roots)
    met.append(rules.albums)
    acting = options.action is not None and not options.dry_run
    check_state_place(state)
    what = f"scan {roots[0]}" + (f" --action {options.action}" if options.action else "")
    with locked(state, what), Catalog(state / "catalog.sqlite") as catalog:
        check_owner(catalog.setting("library"), state, roots[0])
        catalog.remember({"library": roots[0]})
        check_file_systems(catalog, [*roots, rules.albums], yes=options.yes)
        (settle if acting else tell_unsettled)(catalog, progress.say)
        model = choose_model(catalog, options.model, options.weights, options.precision, keep=acting, say=progress.say)
        for root in filter(is_album_folder, roots):
            catalog.add_album_folder(root, holds_photos=True)
        before = photos_below(catalog, roots)
        with catalog.transaction():  # a run that is stopped here forgets nothing
            intake = take_in(catalog, model.key, folders, roots, met, settle=options.settle)
            check_emptied(catalog, before, intake, yes=options.yes)
        if options.action == "move":
            check_other_programs(catalog, intake, roots, progress.say, yes=options.yes, acting=acting)
        with thumbnails_of(state, wanted=options.makes_page) as thumbnails:
            _recognise(catalog, intake, model, rules.table, thumbnails, options, progress, stopped)
        learned = _learn(catalog, intake, progress, stopped)
        language = choose_language(catalog, options.lang, keep=acting, say=progress.say)
        rules = replace(
            rules,
            earlier_albums=tuple(filter(is_album_folder, catalog.album_folders())),
            language=language,
            class_names=load_language(language).classes,
        )
        known = put_right(catalog, _known(catalog, intake, model.key, rules.albums, begun), rules.table, progress.say)
        known = with_support(known, rules.table)
        times = [own.captured for own in known]
        if learned and not intake.unread:
            known = _situated(catalog, known, rules, options, progress)
        decisions = _plan(known, rules, intake, options)
        if agreed is not None:
            decisions = only_agreed(decisions, agreed)
        acted, trouble = acting and learned and not intake.unread, ""
        if acted:
            note_albums(catalog, decisions, rules)
        if acted and any(decision.status == "planned" for decision in decisions):
            decisions, trouble = _carry_out(catalog, decisions, rules, options, progress, stopped, what)
        if acted and rules.action != "tag":
            note_carried_out(catalog, known, decisions, rules)
        decisions += [Decision(passed.path, "skipped", passed.note) for passed in intake.passed]
        decisions.sort(key=_path_order)
        troubles = "\n".join(filter(None, (trouble, _report(options, decisions, roots[0]))))
        scene = scene_of(catalog, intake.photos, rules, roots[0], state) if options.makes_page else None
        stopped_early = not learned or bool(intake.unread)
        result = ScanResult(
            *(decisions, rules.albums, len(intake.unread), acted, troubles, begun, begun, scene, stopped_early)
        )
        return replace(result, until=_times_hold(catalog, intake, times, begun)) if result.nothing_new else result


def check_options(options: ScanOptions) -> None:
    """Raise :class:`AlbumsortError` for options that no scan would take; no photo is looked at, nothing is made."""
    _rules(replace(options, dry_run=True), options.roots())


def _rules(options: ScanOptions, roots: Sequence[str]) -> Rules:
    """All that can be wrong in the options, found out before a photo is looked at."""
    if options.lang is not None:
        check_language(options.lang)
    check_model(options.model)
    table = load_table(options.labels)
    names = [name for category in table.categories for name in category.names.values()]
    layouts = list(dict.fromkeys(parse_layout(layout, names) for layout in options.layout))
    if len(layouts) > 1 and options.action in ("move", "copy"):
        problem = _(
            "--layout: {action} puts each photo into one album, so give it one layout; several are for --action "
            "symlink and hardlink"
        )
        raise AlbumsortError(problem.format(action=options.action))
    if options.tag_into and options.action != "tag":
        raise AlbumsortError(_("--tag-into says where --action tag writes; give it with that action"))
    if options.event_name is not None:
        check_template(options.event_name, "--event-name")
    albums = choose_albums(options.to, roots)
    if options.report:
        check_report_place(options.report)
    if options.report and options.html and os.path.realpath(options.report) == os.path.realpath(options.html):
        raise AlbumsortError(_("--report and --html name one file; give each its own"))
    if options.action:
        check_links(albums, roots, options.action, try_it=not options.dry_run)
    chosen: dict[str, Any] = {
        field: getattr(options, field) for field in ("action", "rearrange", "duplicates", "set_aside")
    }
    return Rules(table, (), layouts, albums, **chosen)  # the classes have names when the language is known


def _recognise(
    catalog: Catalog,
    intake: Intake,
    model: ModelChoice,
    table: LabelTable,
    thumbnails: Thumbnails | None,
    options: ScanOptions,
    progress: Progress,
    stopped: Callable[[], bool],
) -> None:
    from albumsort.pipeline.recognise import processors, recognise

    total, jobs = len(intake.unread), options.jobs or processors()
    if total:
        for done in recognise(catalog, intake, model, table, thumbnails, jobs=jobs, progress=progress, stopped=stopped):
            progress.step(RECOGNISING, total, done)
    if thumbnails:
        make_missing(thumbnails, intake.photos, jobs=jobs, progress=progress, stopped=stopped)


def _learn(catalog: Catalog, intake: Intake, progress: Progress, stopped: Callable[[], bool]) -> bool:
    """Find out what other files say of the photos, and which have the same bytes; False where that was stopped."""
    step = partial(progress.step, gettext_noop("Reading sidecars"))
    learned = learn(catalog, intake.photos, intake.companions, step, stopped)
    step = partial(progress.step, gettext_noop("Hashing possible duplicates"))
    return hash_twins(catalog, intake.photos, step, stopped) and learned


def _known(catalog: Catalog, intake: Intake, model: str, albums: str, now: datetime) -> Iterable[Known]:
    """What is known of each photo, in path order; ``now`` is naive local time."""
    # Albums that were deleted as a whole are made anew, as if nothing had ever been put into them.
    deleted = not is_album_folder(albums)
    photos = sorted(intake.photos, key=_path_order)
    for photo, taken in captured(catalog, photos, intake.companions, now):
        prediction = None if photo.problem or not photo.fingerprint else catalog.recognition(photo.fingerprint, model)
        placements = catalog.placements.of(photo.id)
        if deleted:
            placements = [placement for placement in placements if not is_in(placement.destination, albums)]
        yield Known(photo, prediction, taken, placements, intake.companions.get(photo.path, ()))


def _times_hold(catalog: Catalog, intake: Intake, times: Sequence[CaptureTime], now: datetime) -> datetime:
    """Until when the photos have these times: one that lies in the future is not believed today, and some day is."""
    photos = sorted(intake.photos, key=_path_order)
    for days in (365, 30, 3):
        later = now + timedelta(days=days)
        if [time for _photo, time in captured(catalog, photos, intake.companions, later)] == times:
            return later
    return now


def _situated(
    catalog: Catalog, known: list[Known], rules: Rules, options: ScanOptions, progress: Progress
) -> list[Known]:
    """The photos with what is known of their events, trips and places.

    Raises :class:`AlbumsortError` where that cannot be known and photos would be filed wrongly without.
    """
    categories = {own.key: rules.table.folder(own.key, rules.language) for own in rules.table.categories}
    naming = Naming(rules.language, categories, options.event_name)
    try:
        return situate(catalog, known, rules.table, naming, options.homes)
    except AlbumsortError as error:
        if options.action and any(layout.tells_occasions for layout in rules.layouts):
            raise
        progress.say(_("{problem} Until then events, trips and places are not known.").format(problem=error))
        return known


def _plan(known: list[Known], rules: Rules, intake: Intake, options: ScanOptions) -> list[Decision]:
    if rules.action != "tag":
        return make_plan(known, rules, DiskDestination(intake.photos))
    look = Look(tag_edit, holds_tags, os.path.lexists, why_it_stays)
    return make_tag_plan(known, rules, options.tag_into or "sidecar", look)


def _carry_out(
    catalog: Catalog,
    decisions: list[Decision],
    rules: Rules,
    options: ScanOptions,
    progress: Progress,
    stopped: Callable[[], bool],
    what: str,
) -> tuple[list[Decision], str]:
    """The decisions with what came of them, and what ended it before its time, or ""."""
    albums = [] if rules.action == "tag" else [rules.albums]
    if albums:
        if trouble := check_space(decisions, rules.albums):
            return decisions, trouble
        prepare(catalog, rules, os.path.realpath(options.photos[0]))
        remember_file_systems(catalog, albums)
    planned = [decision.path for decision in decisions if decision.status == "planned"]
    with ExitStack() as held:
        for folder in sorted({*albums, *album_folders_around(catalog, planned)}):
            held.enter_context(albums_locked(folder, what))
        act = Act(catalog, rules, absolute_links=options.absolute_links, stopped=stopped)
        stage = gettext_noop("Sorting") if albums else gettext_noop("Tagging")
        decisions = act.run(decisions, lambda done: progress.step(stage, len(planned), done))
        if albums and not act.trouble:
            drop_emptied(catalog, decisions, rules)
    return decisions, act.trouble


def _path_order(item: Photo | Decision) -> bytes:
    return os.fsencode(item.path)


def _report(options: ScanOptions, decisions: Sequence[Decision], library: str) -> str:
    """Write the report; returns why it could not be written, since what was done must be told all the same."""
    try:
        if options.report:
            write_report(options.report, decisions, library)
    except AlbumsortError as error:
        return str(error)
    return ""
