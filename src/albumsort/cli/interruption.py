"""Ctrl-C and a polite kill: the run ends after the file in hand."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import click

from albumsort.messages import gettext as _

INTERRUPTED = 130
"""The exit code: 128 and the number of SIGINT, as shells count."""


class Interruption:
    """Whether the user asked the run to stop."""

    def __init__(self) -> None:
        self.signalled = False
        self._asking = False

    def stopped(self) -> bool:
        """Asked between files."""
        return self.signalled

    def handle(self, _number: int, _frame: FrameType | None) -> None:
        """The first signal asks; the second insists, and so does one in answer to a question."""
        if self.signalled or self._asking:
            raise KeyboardInterrupt
        self.signalled = True
        click.echo("\n" + _("Stopping after the file in hand; once more to stop at once."), err=True)

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Within the block the user is asked something, and a signal, or one that came before, ends the program."""
        self._asking = True
        try:
            if self.signalled:
                raise KeyboardInterrupt
            yield
        finally:
            self._asking = False


@contextmanager
def interruptible() -> Iterator[Interruption]:
    """Within the block SIGINT and SIGTERM set a flag instead of ending the program."""
    interruption = Interruption()
    before = {number: signal.signal(number, interruption.handle) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield interruption
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
