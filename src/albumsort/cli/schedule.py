"""``albumsort schedule``: a scan of this library every night, by cron, a systemd timer or launchd."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Sequence
from dataclasses import fields
from typing import Any

import click

from albumsort.cli.completion import folders as complete_folders
from albumsort.cli.scan import check_given, scan
from albumsort.cli.settings import is_path, is_said_now, key_of, only_one_of_a_model, told_of_source
from albumsort.errors import AlbumsortError
from albumsort.messages import gettext as _

_NOT_AT_NIGHT = ("dry-run", "quiet", "json")
"""Options of a scan for somebody who looks on; ``--quiet`` is added."""
_FOLDERS = ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "TORCH_HOME")
"""Variables that say where settings, states and weights are: a job at night has none of them of its own."""


class _Time(click.ParamType):  # type: ignore[type-arg]  # older versions of click do not have one
    """A time of the day as hours and minutes."""

    name = "HH:MM"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, int]:
        if isinstance(value, tuple):  # click may convert what is converted already
            return value
        if not re.fullmatch(r"([01]?[0-9]|2[0-3]):[0-5][0-9]", value):
            self.fail(_("{value!r} is no time of the day, such as 03:00.").format(value=value), param, ctx)
        hours, minutes = value.split(":")
        return int(hours), int(minutes)


@click.command(short_help="Scan a library every night.")
@click.argument("photos", nargs=-1, required=True, metavar="PHOTOS...", shell_complete=complete_folders)
@click.option(
    "--with",
    "scheduler",
    type=click.Choice(["cron", "systemd", "launchd"]),
    help="What starts the scan.  [default: what this system has]",
)
@click.option("--at", "time", type=_Time(), default="03:00", show_default=True, help="When, each day.")
@click.option("--install", is_flag=True, help="Set it up, instead of an earlier one for this library.")
@click.option("--remove", is_flag=True, help="Take the one for this library away, whatever starts it.")
@click.pass_context
def schedule(
    ctx: click.Context,
    /,
    photos: tuple[str, ...],
    scheduler: str | None,
    time: tuple[int, int],
    install: bool,
    remove: bool,
    **_options: Any,
) -> None:
    """Show what runs `albumsort scan PHOTOS` every night; with --install, set it up.

    The options of the scan are given here, --action among them, and are checked; --quiet is added, so that cron sends a
    mail only when something is wrong.
    """
    from albumsort.schedule import schedulers
    from albumsort.schedule.job import Job

    if install and remove:
        raise click.UsageError(_("give --install or --remove, not both"))
    library = os.path.realpath(photos[0])  # by which a library is known
    if remove:
        for done in schedulers.remove(library, scheduler):
            click.echo(done)
        return
    job = Job(library, _command(ctx, photos), *time)
    chosen = scheduler or schedulers.of_this_system()
    if not install:
        _show(schedulers.SCHEDULERS[chosen].text(job))
        return
    for done in schedulers.install(job, chosen):
        _show(f"{done}\n")


def _show(text: str) -> None:
    """Names that are not UTF-8 are shown byte for byte: what is copied from here works."""
    click.echo(os.fsencode(text), nl=False)


_SCAN_OPTIONS = [
    option for option in scan.params if isinstance(option, click.Option) and key_of(option) not in _NOT_AT_NIGHT
]
schedule.params += _SCAN_OPTIONS


def _command(ctx: click.Context, photos: Sequence[str]) -> list[str]:
    """The scan as it is run at night: with absolute paths, and with what otherwise only the environment of now says.

    Raises :class:`AlbumsortError` or ``click.UsageError`` where the scan would not be understood.
    """
    only_one_of_a_model(ctx, ctx.params)
    typed = [part for option in _SCAN_OPTIONS if is_said_now(ctx, option) for part in _spelled(ctx, option)]
    check_given(
        {"photos": tuple(photos)} | {option.name or "": ctx.params[option.name or ""] for option in _SCAN_OPTIONS}
    )
    for path in photos:
        if not os.path.isdir(path):
            raise AlbumsortError(_("{path}: there is no such folder; name the photo directory").format(path=path))
    folders = [os.path.realpath(path) for path in photos]
    night = scan.make_context("scan", [*folders, *typed])
    only_one_of_a_model(night, night.params)
    if not night.params["action"]:
        raise AlbumsortError(
            _(
                "a scan without --action is only a preview; name one, such as --action symlink, which leaves the "
                "photos where they are"
            )
        )
    language = _check(night)
    said = [part for option in _SCAN_OPTIONS if is_said_now(night, option) for part in _spelled(night, option)]
    variables = [f"{name}={os.environ[name]}" for name in _FOLDERS if os.environ.get(name)]
    environment = ["/usr/bin/env", *variables] if variables else []
    return [*environment, *_program(), "scan", *folders, *said, *language, "--quiet"]


def _check(night: click.Context) -> list[str]:
    """Raise :class:`AlbumsortError` for options that each night would refuse; the option for a language, if one is due.

    Where neither an option nor the library says one, it is that of this terminal, in which the preview was.
    """
    from albumsort.labels.languages import ENGLISH
    from albumsort.pipeline.language import library_language, locale_language
    from albumsort.pipeline.scan import check_options
    from albumsort.pipeline.scan_options import ScanOptions

    known = {own.name for own in fields(ScanOptions)}
    options = ScanOptions(**{name: value for name, value in night.params.items() if name in known})
    try:
        check_options(options)
    except AlbumsortError as error:
        raise told_of_source(night, error) from error
    here = locale_language()
    is_known = here == ENGLISH or options.lang or library_language(options.state_folder())
    return [] if is_known else ["--lang", here]


def _spelled(ctx: click.Context, option: click.Option) -> list[str]:
    """The option with its value, as it is typed."""
    value = ctx.params[option.name or ""]
    if value is None:  # set aside
        return []
    if option.is_flag:
        return [option.opts[0]] if value else option.secondary_opts[:1]
    values = value if option.multiple else [value]
    return [part for each in values for part in (option.opts[0], _text(option, each))]


def _text(option: click.Option, value: Any) -> str:
    if isinstance(value, tuple):
        return ",".join(map(str, value))
    if is_path(option):
        return os.path.abspath(str(value))
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _program() -> list[str]:
    """This program by its path, which a job at night has not from a shell."""
    own = os.path.abspath(sys.argv[0])
    is_command = os.path.basename(own) == "albumsort" and os.access(own, os.X_OK)
    return [own] if is_command else [sys.executable, "-m", "albumsort"]
