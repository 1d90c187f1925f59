"""``albumsort config``: the settings of a library's scans, and where each comes from."""

from __future__ import annotations

import os
import re

import click

from albumsort.cli.completion import folders
from albumsort.cli.scan import scan
from albumsort.cli.settings import key_of, places, read_settings, settable
from albumsort.errors import AlbumsortError
from albumsort.messages import gettext as _

_TOLD = re.compile(r"\[[^]:：]+[:：] ?(.*)\]$")
"""The default in the help of an option, in any language."""


@click.command(short_help="Show the settings of a library, and where each comes from.")
@click.argument("photos", required=False, default="", shell_complete=folders)
def config(photos: str) -> None:
    """Show what `albumsort scan PHOTOS` takes for each option that its command line does not name.

    A setting comes from an environment variable, else from the library's albumsort.toml, else from the user's. Without
    PHOTOS only those of the user are shown.
    """
    from albumsort.plan.columns import cells, padded, printable

    if photos and not os.path.isdir(photos):
        raise AlbumsortError(_("{path}: there is no such folder; name the photo directory").format(path=photos))
    settings = read_settings(scan, photos)
    rows = [(_("setting"), _("value"), _("from"))]
    for option in settable(scan).values():
        setting = settings.get(option.name or "")
        shown = _shown(setting.value) if setting else _default(option)
        rows.append((key_of(option), printable(shown), printable(setting.source) if setting else _("default")))
    first, second = (max(len(cells(row[column])) for row in rows) for column in range(2))
    for key, value, source in rows:
        click.echo(f"{padded(key, first)}  {padded(value, second)}  {source}")
    click.echo("\n" + _("Looked for in:"))
    for file in places(photos):
        click.echo(f"  {printable(file)}" + ("" if os.path.lexists(file) else "  " + _("(not there)")))


def _shown(value: object) -> str:
    if isinstance(value, (list, tuple)):
        return "; ".join(map(_shown, value))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value)


def _default(option: click.Option) -> str:
    """The default; where it depends on something, the words of the help."""
    if told := _TOLD.search(option.help or ""):
        return told[1]
    default = option.default
    return _shown(default) if isinstance(default, (bool, int, str, list)) else _("none")
