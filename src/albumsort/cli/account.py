"""The account of one scan: what it said, found and did, and how it ended, for its log and its JSON document."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from albumsort.cli.command_line import command_line
from albumsort.cli.ending import ending
from albumsort.errors import AlbumsortError
from albumsort.messages import gettext as _

if TYPE_CHECKING:
    from albumsort.cli.log import Level, Log
    from albumsort.pipeline.scan_options import ScanOptions


class ScanCommand(click.Command):
    """A command with an account also of a command line or settings that it cannot understand."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        account = Account(as_json="--json" in args)
        try:
            return super().parse_args(ctx, args)
        except (click.UsageError, AlbumsortError) as error:
            code, text = ending(error)
            account.end(code, error=text)
            raise


class Account:
    """Keeps what is worth telling until the run has ended, and has it written to the log at once."""

    def __init__(self, options: ScanOptions | None = None, *, as_json: bool = False) -> None:
        self.log: Log | None = None
        self._options, self._as_json = options, as_json
        self._begun = datetime.now().astimezone()
        self._messages: list[tuple[str, str]] = []
        self._is_logged = self._has_ended = False

    def hear(self, level: Level, message: str) -> None:
        """Something that the run said."""
        self._messages.append((level, message))
        self._note(level, message)

    def begin(self) -> None:
        """There is something to do: say in the log what was asked for, in case that nothing else is ever said."""
        if not self._is_logged:
            self._is_logged = True
            told = _("begins in {folder}: {command}")
            self._note("info", told.format(folder=self._library(), command=command_line(sys.argv[1:])))

    def end(self, code: int, found: dict[str, Any] | None = None, lines: Sequence[str] = (), error: str = "") -> None:
        """The run has ended with this exit code; ``lines`` are its summary, ``error`` is what ended it before its time.

        Only the first end counts: what goes wrong after it is no longer of the run.
        """
        if self._has_ended:
            return
        self._has_ended = True
        if code:
            self.begin()
        self._note("info", "\n".join(lines))
        self._note("error", error)
        self._note("error" if code else "info", self._how_it_ended(code))
        if self._as_json:
            from albumsort.cli.json_output import document

            told = document(
                begun=self._begun,
                options=self._options,
                messages=self._messages,
                found=found,
                exit_code=code,
                error=error,
            )
            click.echo(told)

    def _library(self) -> str:
        """The path by which the library is known; "" where the command line was not understood."""
        return os.path.realpath(self._options.photos[0]) if self._options else ""

    def _how_it_ended(self, code: int) -> str:
        told = _("ended with exit code {code}") if self._is_logged else _("nothing new in {folder}; exit code {code}")
        return told.format(code=code, folder=self._library())

    def _note(self, level: Level, text: str) -> None:
        if self.log:
            self.log.note(level, text)


@contextmanager
def account_of(options: ScanOptions, log: str | None, *, as_json: bool) -> Iterator[Account]:
    """The account of the run within the block, which is told also where an error ends that.

    Raises :class:`AlbumsortError` where the log cannot be begun.
    """
    account = Account(options, as_json=as_json)
    try:
        if log:
            from albumsort.cli.log import Log

            account.log = Log(log)
        yield account
    except BaseException as error:
        code, text = ending(error)
        account.end(code, error=text)
        raise
