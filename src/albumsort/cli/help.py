"""The help of the commands, in the language that is spoken."""

from __future__ import annotations

from collections.abc import Iterator

import click

from albumsort.messages import gettext as _


def translate_help(command: click.Command) -> None:
    """Put the texts of a command, of those below it and of their options into the language that is spoken."""
    for part, attribute, text in help_texts(command):
        setattr(part, attribute, _(text))


def help_texts(command: click.Command) -> Iterator[tuple[click.Command | click.Parameter, str, str]]:
    """The texts of a command, of those below it and of their options: whose each is, the attribute, and the text."""
    parts: list[click.Command | click.Parameter] = [command, *command.params]
    for part in parts:
        for attribute in ("help", "short_help", "epilog"):
            text = getattr(part, attribute, None)
            if text:
                yield part, attribute, text
    for child in command.commands.values() if isinstance(command, click.Group) else ():
        yield from help_texts(child)
