"""``albumsort events``: what a scan grouped photos into, and putting it right."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import click

from albumsort.cli.command_line import command_line
from albumsort.cli.completion import folders
from albumsort.cli.which_library import state_named
from albumsort.messages import gettext as _
from albumsort.messages import ngettext

if TYPE_CHECKING:
    from pathlib import Path

    from albumsort.records import Event, Situation

UNCUT = 1000
"""Columns of a table that no terminal shows: a program that reads it wants whole names."""
PIPED = 100
"""Columns of a timeline that no terminal shows."""


class _Events(click.Group):
    """A group whose first argument may be the photo directory: then ``show`` is meant."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in self.commands and args[0] not in ctx.help_option_names:
            args = ["show", *args]
        return super().parse_args(ctx, args)

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        from albumsort.plan.columns import cells

        formatter.write_usage(ctx.command_path, "[OPTIONS] PHOTOS")
        formatter.write_usage(ctx.command_path, "COMMAND PHOTOS ...", prefix=" " * len(cells(_("Usage:") + " ")))

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The options of ``show``, which are those of the group to the user, and the commands."""
        options = [param for param in self.commands["show"].get_params(ctx) if isinstance(param, click.Option)]
        records = [option.get_help_record(ctx) for option in options]
        with formatter.section(_("Options")):
            formatter.write_dl([record for record in records if record])
        self.format_commands(ctx, formatter)


class _LocalTime(click.DateTime):
    """A day, or a day and a time, without a time zone."""

    def __init__(self) -> None:
        super().__init__(["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S"])

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter:
            problem = _("{value!r} is no time; write a day as 2023-05-06, with a time 2023-05-06T14:30.")
            self.fail(problem.format(value=value), param, ctx)


def _given(_ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    if value == "":  # an unset variable of the shell, say
        raise click.BadParameter(_("it is empty; give it a value"), param=param)
    return value


def _of_library(command: Callable[..., None]) -> Callable[..., None]:
    """The photo directory, which comes first, and the option that names its state."""
    argument = click.argument("photos", metavar="PHOTOS", shell_complete=folders, callback=_given)
    help_text = "The state folder of the library, as given to scan."
    return argument(
        click.option("--state", metavar="DIR", shell_complete=folders, callback=_given, help=help_text)(command)
    )


@click.group(cls=_Events, short_help="List events and trips, or put them right.")
def events() -> None:
    """List the trips and special events that the last scan of PHOTOS found, oldest first.

    The commands put right what it found. They touch no photo; what they say is remembered, wins over what later scans
    find, and the next scan with an --action files by it.
    """


@events.command(hidden=True)
@_of_library
@click.option("--all", "every", is_flag=True, help="Also the everyday events.")
@click.option("--timeline", is_flag=True, help="Draw each year as a line of weeks, with the names below it.")
def show(photos: str, state: str | None, every: bool, timeline: bool) -> None:
    """List the trips and special events that the last scan of PHOTOS found, oldest first."""
    from albumsort.catalog.situations import trips_of
    from albumsort.cli.event_table import in_order, is_everyday
    from albumsort.pipeline.held import opened

    with opened(_state(photos, state), photos) as catalog:
        situations = catalog.situations.all().values()
        known = {event.id: event for event in catalog.events.all().values() if event.photos}
    if not known:
        click.echo(_("No photo is in an event yet. To group those that have a time:") + f"\n  {_scan(photos, state)}")
        return
    rows = in_order(known.values(), trips_of(situations))
    everyday = [event for event, trip in rows if is_everyday(event, trip)]
    shown = rows if every else [row for row in rows if not is_everyday(*row)]
    if timeline:
        _draw([event for event, trip in shown if every or not trip], _days(situations, known))
        return
    _list(shown)
    if everyday and not every:
        _tell_hidden(everyday)


@events.command(short_help="Make one event of several, or one trip.")
@_of_library
@click.argument("identifiers", metavar="ID ID...", nargs=-1, required=True)
def merge(photos: str, state: str | None, identifiers: tuple[str, ...]) -> None:
    """Make one event of several, or one trip: the first ID takes in the others.

    ID is as `albumsort events PHOTOS` shows it. A trip takes in events too.
    """
    from albumsort.pipeline.held import held
    from albumsort.pipeline.regroup import merge as merge_events

    with held(_state(photos, state), photos, "events merge") as catalog:
        merged = merge_events(catalog, identifiers)
    _tell([merged], photos, state)


@events.command(short_help="Cut an event or a trip in two.")
@_of_library
@click.argument("identifier", metavar="ID")
@click.argument("time", metavar="TIME", type=_LocalTime())
def split(photos: str, state: str | None, identifier: str, time: datetime) -> None:
    """Cut an event or a trip in two: photos taken at TIME or later become one of their own.

    TIME is the local time of the photos: a day such as 2023-05-06, or with a time of day, 2023-05-06T14:30.
    """
    from albumsort.pipeline.held import held
    from albumsort.pipeline.regroup import split as split_event

    with held(_state(photos, state), photos, "events split") as catalog:
        parts = split_event(catalog, identifier, time)
    _tell(parts, photos, state)


@events.command(short_help="Give an event or a trip a name.")
@_of_library
@click.argument("identifier", metavar="ID")
@click.argument("name", metavar="NAME")
def rename(photos: str, state: str | None, identifier: str, name: str) -> None:
    """Give an event or a trip the name NAME, which its album has too."""
    from albumsort.pipeline.held import held
    from albumsort.pipeline.regroup import rename as rename_event

    with held(_state(photos, state), photos, "events rename") as catalog:
        renamed = rename_event(catalog, identifier, name)
    _tell([renamed], photos, state)


@events.command(short_help="Take back what was said of an event or a trip.")
@_of_library
@click.argument("identifiers", metavar="ID...", nargs=-1, required=True)
def reset(photos: str, state: str | None, identifiers: tuple[str, ...]) -> None:
    """Take back what merge, split and rename said of these events or trips.

    The next scan groups and names their photos as if nothing had been said.
    """
    from albumsort.pipeline.held import held
    from albumsort.pipeline.regroup import reset as reset_events

    with held(_state(photos, state), photos, "events reset") as catalog:
        lifted = reset_events(catalog, identifiers)
    told = ngettext(
        "Nothing is said any more of {number} photo; the next scan groups them anew.",
        "Nothing is said any more of {number} photos; the next scan groups them anew.",
        lifted,
    )
    click.echo(told.format(number=lifted))
    _tell_next(photos, state)


def _state(photos: str, state: str | None) -> Path:
    """The state folder of the library, whose language is spoken from now on."""
    from albumsort.pipeline.language import speak_as

    folder = state_named(photos, state)
    speak_as(folder)
    return folder


def _list(rows: Sequence[tuple[Event, str]]) -> None:
    from albumsort.cli.event_table import table

    for line in table(rows, _columns(UNCUT)) if rows else [_("No trips and no special events were found.")]:
        click.echo(line)
    if any(event.is_fixed for event, _trip in rows):
        click.echo(_("* a name that you gave"))


def _draw(events: Sequence[Event], days: Mapping[date, int]) -> None:
    from albumsort.cli.timeline import timeline

    first = sorted(events, key=lambda event: (not event.is_trip, not event.is_special, -event.photos, event.begin))
    lines, named = timeline(days, first, _columns(PIPED))
    click.echo("\n".join(lines))
    if named < len(events):
        told = _("{named} of {number} trips and events are named; without --timeline all are listed.")
        click.echo(told.format(named=named, number=len(events)))


def _days(situations: Iterable[Situation], known: Container[str]) -> Counter[date]:
    """How many photos of known events were taken on each day."""
    from albumsort.events.shots import DAY, naive

    days = Counter(situation.taken // DAY for situation in situations if situation.event in known)
    return Counter({naive(day * DAY).date(): count for day, count in days.items()})


def _columns(elsewhere: int) -> int:
    """The width of the terminal; that for a file or a pipe where there is none."""
    return shutil.get_terminal_size((elsewhere, 24)).columns


def _tell_hidden(everyday: Sequence[Event]) -> None:
    number = sum(event.photos for event in everyday)
    photos = ngettext("{number} photo", "{number} photos", number).format(number=number)
    told = ngettext(
        "{number} everyday event with {photos} is not shown; --all shows them.",
        "{number} everyday events with {photos} are not shown; --all shows them.",
        len(everyday),
    )
    click.echo(told.format(number=len(everyday), photos=photos))


def _tell(changed: Sequence[Event], photos: str, state: str | None) -> None:
    """What became of the events."""
    _list([(event, "") for event in changed])
    _tell_next(photos, state)


def _tell_next(photos: str, state: str | None) -> None:
    told = _("No photo was touched. The next scan with an action files by it:")
    click.echo(f"{told}\n  {_scan(photos, state, '--action', '...')}")


def _scan(photos: str, state: str | None, *more: str) -> str:
    return command_line(["scan", photos, *(["--state", state] if state else []), *more])
