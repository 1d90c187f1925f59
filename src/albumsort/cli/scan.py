"""``albumsort scan``."""

from __future__ import annotations

import signal
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from albumsort.cli.account import ScanCommand, account_of
from albumsort.cli.completion import files, folders, languages, models
from albumsort.cli.flaws import Flaws
from albumsort.cli.help import translate_help
from albumsort.cli.interruption import INTERRUPTED, interruptible
from albumsort.cli.numbers import LatLon, Seconds, Whole
from albumsort.cli.outcome import outcome
from albumsort.cli.settings import only_one_of_a_model, told_of_source, use_settings
from albumsort.errors import AlbumsortError
from albumsort.messages import gettext as _
from albumsort.messages import locale_languages, speak

if TYPE_CHECKING:
    from albumsort.cli.account import Account
    from albumsort.pipeline.no_news import NoNews, Told
    from albumsort.pipeline.scan_options import ScanOptions, ScanResult

_LARGE, _MUCH = 1000, 0.1
"""A run that placed so large a share of so many files looks again; where some come each night, that is in vain."""


def _speak(ctx: click.Context, _param: click.Parameter, lang: str | None) -> str | None:
    """Of the option --lang, which is eager: what is wrong with the others is told in this language."""
    if lang and not ctx.resilient_parsing:  # which is a shell's completion
        speak([lang, *locale_languages()])
        translate_help(ctx.command)
    return lang


@click.command(cls=ScanCommand, short_help="Sort photos into albums, or preview that.")
@click.argument(
    "photos",
    nargs=-1,
    required=True,
    metavar="PHOTOS...",
    is_eager=True,
    callback=use_settings,
    shell_complete=folders,
)
@click.option("--to", metavar="ALBUMS", shell_complete=folders, help="The album folder.  [default: PHOTOS/Albums]")
@click.option(
    "--action",
    type=click.Choice(["move", "copy", "hardlink", "symlink", "tag"]),
    help="What to do with the photos; without it nothing is touched.",
)
@click.option(
    "--tag-into",
    type=click.Choice(["sidecar", "file"]),
    help="Where tags go: beside the photos, or into those that can be written.  [default: sidecar]",
)
@click.option("--dry-run", is_flag=True, help="With an action: show exactly what it would do, and do nothing.")
@click.option(
    "--report",
    metavar="FILE.csv",
    shell_complete=files,
    help="Write one row for each photo, with where it goes and why.",
)
@click.option(
    "--html",
    metavar="FILE.html",
    shell_complete=files,
    help="Write a page that shows the albums, with pictures, a timeline and a map.",
)
@click.option(
    "--layout",
    metavar="LAYOUT",
    multiple=True,
    default=["smart"],
    show_default=True,
    help="What albums there are: smart, category, event, or a path such as {year}/{place}; links may repeat it.",
)
@click.option(
    "--event-name",
    metavar="TEMPLATE",
    help="What trips and events are called, from {date}, {place}, {country}, {sight} and {length}.  "
    "[default: as the language has it]",
)
@click.option(
    "--lang",
    metavar="CODE",
    is_eager=True,
    callback=_speak,
    shell_complete=languages,
    help="The language of names and messages, such as en or zh.  "
    "[default: the library's own, at first that of the terminal]",
)
@click.option(
    "--home",
    "homes",
    type=LatLon(),
    multiple=True,
    help="Where home is, in degrees such as 52.52,13.405, instead of finding it out; may be repeated.  "
    "[default: found from the photos]",
)
@click.option(
    "--labels",
    metavar="FILE",
    shell_complete=files,
    help="Your own label table; see `albumsort labels init`.  [default: the shipped one]",
)
@click.option(
    "--model",
    metavar="NAME",
    shell_complete=models,
    help="The network that recognises photos; `albumsort model list` has them.  [default: the library's own]",
)
@click.option(
    "--weights",
    metavar="FILE",
    shell_complete=files,
    help="Weights for it: .pth, .safetensors, or a Hugging Face folder.",
)
@click.option(
    "--precision",
    type=click.Choice(["auto", "fp32", "bf16", "int8"]),
    help="The network's arithmetic; auto is the quickest of this processor.  [default: the library's own]",
)
@click.option(
    "--exclude",
    metavar="GLOB",
    multiple=True,
    help="Leave out files and folders of this name or path; may be repeated.",
)
@click.option(
    "--duplicates",
    type=click.Choice(["once", "keep"]),
    default="once",
    show_default=True,
    help="Whether copies and links are made of one of several files with the same bytes, or of all.",
)
@click.option(
    "--set-aside",
    type=Flaws(),
    default="",
    help="Put photos that are dark, blurred or blank into an album of their own, such as blurred,dark.",
)
@click.option(
    "--settle",
    type=Seconds(min=0, max=10**9),
    metavar="SECONDS",
    default=0,
    help="Leave files that changed less than this long ago to the next run: they may still be arriving.",
)
@click.option("--rearrange", is_flag=True, help="Also move again what was moved, and put back what was taken out.")
@click.option(
    "--absolute-links/--relative-links",
    default=False,
    help="Make symbolic links with absolute targets instead of relative ones.",
)
@click.option("--yes", is_flag=True, help="Go on where albumsort would stop and ask whether it is meant.")
@click.option(
    "--state", metavar="DIR", shell_complete=folders, help="The folder for what is remembered of this library."
)
@click.option("--jobs", type=Whole(min=1), metavar="N", help="Photos decoded at once.  [default: one a processor]")
@click.option("--quiet", is_flag=True, help="Print nothing unless something is wrong.")
@click.option(
    "--log",
    metavar="FILE",
    shell_complete=files,
    help="Append what the run says and does to this file, which is renewed in time.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document instead of the summary.")
@click.pass_context
def scan(ctx: click.Context, /, **options: Any) -> None:
    """Recognise the photos in PHOTOS and sort them into albums.

    Without --action this is a preview: it shows what would go where and touches no photo. Several directories make one
    library, named by the first.
    """
    from albumsort.pipeline.no_news import NoNews
    from albumsort.pipeline.scan_options import ScanOptions

    check_given(options)
    quiet, log, as_json = (options.pop(name) for name in ("quiet", "log", "as_json"))
    only_one_of_a_model(ctx, options)
    options["jobs"] = options["jobs"] or 0
    settings = ScanOptions(**options)
    with account_of(settings, log, as_json=as_json) as account:
        try:
            news = NoNews(settings)
            told = news.told()
            code = _scan(settings, news, account, quiet=quiet, as_json=as_json) if told is None else 0
        except AlbumsortError as error:
            raise told_of_source(ctx, error) from error
        if told is not None:
            if not (quiet or as_json):
                click.echo("\n".join(told.lines))
            account.end(0, told.found)
    sys.exit(code)


def check_given(options: Mapping[str, Any]) -> None:
    """Raise ``click.UsageError`` where a value is empty: an unset variable of the shell, say."""
    for name, value in options.items():
        if value == "" or (isinstance(value, tuple) and "" in value):
            option = name.upper() if name == "photos" else "--" + name
            raise click.UsageError(_("{option} is empty; give it a value").format(option=option))


def _scan(settings: ScanOptions, news: NoNews, account: Account, *, quiet: bool, as_json: bool) -> int:
    """Run the scan, tell what came of it, and remember where a further one need not run; returns the exit code."""
    from albumsort.cli.progress import TerminalProgress
    from albumsort.pipeline.language import speak_as
    from albumsort.pipeline.scan import scan as run_scan
    from albumsort.pipeline.scan_options import RECOGNISING

    if settings.lang is None:
        speak_as(settings.state_folder())
    if settings.html:
        from albumsort.web.page import check_page_place, with_page

        check_page_place(settings.html)
    progress = TerminalProgress(quiet=quiet, hear=account.hear)
    account.begin()
    news.begin()
    with interruptible() as interruption:
        try:
            result = run_scan(settings, progress, interruption.stopped)
            if settings.html:
                result = with_page(settings.html, result, datetime.now())
        finally:
            progress.close()
    failed = any(decision.status == "failed" for decision in result.decisions)
    placed = sum(decision.status == "done" for decision in result.decisions)
    told = _told(result, settings, read=progress.done[RECOGNISING])
    code = INTERRUPTED if interruption.signalled else int(failed or bool(result.trouble))
    if code or not (quiet or as_json):
        click.echo("\n".join(told.lines), err=quiet or as_json)
    if result.trouble:
        account.hear("error", result.trouble)
        click.echo(_("Error: {text}").format(text=result.trouble), err=True)
    account.end(code, told.found, told.lines)
    if code:
        return code
    if progress.idle and result.nothing_new:
        news.end(told, result.begun, result.until)
    elif result.acted and len(result.decisions) >= _LARGE and placed >= _MUCH * len(result.decisions):
        del result  # of a large library it is large
        _look_again(settings, news)
    return 0


def _told(result: ScanResult, settings: ScanOptions, *, read: int) -> Told:
    """What came of a scan, for people and for programs; ``read`` is how many files it had to read."""
    from albumsort.cli.json_output import found_by
    from albumsort.pipeline.no_news import Told

    return Told(outcome(result, settings, read=read), found_by(result, read=read))


def _look_again(settings: ScanOptions, news: NoNews) -> None:
    """What the next run would do and print if nothing happens until then, so that it only has to look."""
    from albumsort.cli.progress import Unheard
    from albumsort.pipeline.scan import scan as run_scan

    progress = Unheard()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with suppress(AlbumsortError, OSError, KeyboardInterrupt):  # all that was asked for is done and told
        news.begin()
        result = run_scan(replace(settings, report=None, html=None), progress, stopped=lambda: True)
        if progress.idle and result.acted and result.nothing_new:
            news.end(_told(result, settings, read=0), result.begun, result.until)
