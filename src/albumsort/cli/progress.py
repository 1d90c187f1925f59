"""Progress on a terminal, silence elsewhere."""

from __future__ import annotations

import sys
import threading
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, NoReturn

import click

from albumsort.messages import gettext as _

if TYPE_CHECKING:
    from tqdm import tqdm

    from albumsort.cli.log import Level


class TerminalProgress:
    """Messages and bars on stderr; bars only where that is a terminal, and none when quiet.

    ``hear`` is given each message, also those that quiet hides. ``done`` counts the files of each stage; ``idle`` until
    something was said or done.
    """

    def __init__(self, *, quiet: bool, hear: Callable[[Level, str], None] = lambda _level, _message: None) -> None:
        self._quiet, self._hear = quiet, hear
        self._bars = not quiet and sys.stderr.isatty()
        self._lock = threading.RLock()  # the threads that recognise photos have something to say as well
        self._bar: tqdm[NoReturn] | None = None
        self._stage = ""
        self.done: Counter[str] = Counter()
        self.idle = True

    def say(self, message: str) -> None:
        """Print a message above the bar."""
        self._print("warning", message)

    def tell(self, message: str) -> None:
        """Print a message that is no warning, unless quiet."""
        self._print("info", message)

    def _print(self, level: Level, message: str) -> None:
        with self._lock:
            self._hear(level, message)
            if self._quiet and level == "info":
                return
            self.close()
            self.idle = False
            click.echo(message, err=True)

    def step(self, stage: str, total: int, done: int) -> None:
        """``done`` more of ``total`` in this stage, an English message that is marked for translation."""
        self.done[stage] += done
        self.idle = False
        if not self._bars:
            return
        with self._lock:
            if self._bar is None or stage != self._stage:
                from tqdm import tqdm

                self.close()
                self._stage = stage
                self._bar = tqdm(total=total, desc=_(stage), unit=_("file"), dynamic_ncols=True)
            self._bar.update(done)

    def close(self) -> None:
        """Finish the bar."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None


class Unheard:
    """Nothing is shown; ``idle`` until something would have been."""

    def __init__(self) -> None:
        self.idle = True

    def say(self, _message: str) -> None:
        """Something that nobody need know now."""
        self.idle = False

    def tell(self, _message: str) -> None:
        """Something that is good to know."""
        self.idle = False

    def step(self, _stage: str, _total: int, _done: int) -> None:
        """Something was done."""
        self.idle = False
