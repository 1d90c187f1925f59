"""Progress on a terminal, silence elsewhere."""

from __future__ import annotations

import sys
from collections import Counter
from typing import TYPE_CHECKING, NoReturn

import click

if TYPE_CHECKING:
    from tqdm import tqdm


class TerminalProgress:
    """Messages and bars on stderr; bars only where that is a terminal, and none when quiet.

    ``done`` counts the files of each stage.
    """

    def __init__(self, *, quiet: bool) -> None:
        self._bars = not quiet and sys.stderr.isatty()
        self._bar: tqdm[NoReturn] | None = None
        self._stage = ""
        self.done: Counter[str] = Counter()

    def say(self, message: str) -> None:
        """Print a message above the bar."""
        self.close()
        click.echo(message, err=True)

    def step(self, stage: str, total: int, done: int) -> None:
        """``done`` more of ``total`` in this stage."""
        self.done[stage] += done
        if not self._bars:
            return
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
