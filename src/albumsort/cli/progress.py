"""Progress on a terminal, silence elsewhere."""

from __future__ import annotations

import sys
import threading
from collections import Counter
from typing import TYPE_CHECKING, NoReturn

import click

if TYPE_CHECKING:
    from tqdm import tqdm


class TerminalProgress:
    """Messages and bars on stderr; bars only where that is a terminal, and none when quiet.

    ``done`` counts the files of each stage; ``idle`` until something was said or done.
    """

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet
        self._bars = not quiet and sys.stderr.isatty()
        self._lock = threading.RLock()  # the threads that recognise photos have something to say as well
        self._bar: tqdm[NoReturn] | None = None
        self._stage = ""
        self.done: Counter[str] = Counter()
        self.idle = True

    def say(self, message: str) -> None:
        """Print a message above the bar."""
        with self._lock:
            self.close()
            self.idle = False
            click.echo(message, err=True)

    def tell(self, message: str) -> None:
        """Print a message that is no warning, unless quiet."""
        if not self._quiet:
            self.say(message)

    def step(self, stage: str, total: int, done: int) -> None:
        """``done`` more of ``total`` in this stage."""
        self.done[stage] += done
        self.idle = False
        if not self._bars:
            return
        with self._lock:
            if self._bar is None or stage != self._stage:
                from tqdm import tqdm

                self.close()
                self._stage = stage
                self._bar = tqdm(total=total, desc=stage, unit="file", dynamic_ncols=True)
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
