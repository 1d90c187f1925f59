"""How a command ends that an error ended: its exit code, and the error in words."""

from __future__ import annotations

import click

from albumsort.cli.interruption import INTERRUPTED
from albumsort.errors import AlbumsortError
from albumsort.messages import gettext as _
from albumsort.messages import reason_of

BROKEN = 2
"""The exit code where the installation is incomplete."""


def ending(error: BaseException) -> tuple[int, str]:
    """The exit code, and one line for people."""
    if isinstance(error, (KeyboardInterrupt, click.Abort)):
        return INTERRUPTED, _("interrupted")
    if isinstance(error, click.ClickException):
        return error.exit_code, error.format_message()
    if isinstance(error, AlbumsortError):
        return error.exit_code, str(error)
    if isinstance(error, ImportError):  # of a library with compiled parts, since our own modules are there
        reason = " ".join(str(error).split())[:300]
        told = _("the installation is incomplete: {reason}; `albumsort doctor` looks what is missing")
        return BROKEN, told.format(reason=reason)
    if isinstance(error, OSError):  # of the screen or a file of our own: what goes wrong with a photo has a row
        where = error.filename or _("output")
        return 1, f"{where}: {reason_of(error)}"
    return 1, f"{type(error).__name__}: {error}"
