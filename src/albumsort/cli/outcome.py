"""What is said on the screen of a scan that has ended: its summary, and the command that goes on."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from albumsort.cli.command_line import command_line
from albumsort.messages import gettext as _
from albumsort.messages import ngettext

if TYPE_CHECKING:
    from albumsort.pipeline.scan_options import ScanOptions, ScanResult


def outcome(result: ScanResult, settings: ScanOptions, *, read: int) -> list[str]:
    """The lines for the screen; ``read`` is how many files the scan had to read."""
    from albumsort.plan.columns import printable
    from albumsort.plan.summary import summary, verb_of

    verb = verb_of(settings.action, acted=result.acted)
    lines = summary(result.decisions, result.albums, "done" if result.acted else "planned", verb, read=read)
    if not result.unread and all(decision.photo_id is None for decision in result.decisions):
        lines[0] = _("No photos were found in {folders}").format(folders=", ".join(map(printable, settings.photos)))
    if result.unread:
        told = ngettext(
            "Stopped with {number} file not read yet, and none touched; the same command goes on.",
            "Stopped with {number} files not read yet, and none touched; the same command goes on.",
            result.unread,
        )
        lines.append(told.format(number=result.unread))
    elif any(decision.status == "planned" for decision in result.decisions):
        lines.append("")
        stopped = _("Stopped; the same command does the rest:")
        lines.append(stopped if result.acted else _("Nothing was touched. To do it:"))
        lines.append(f"  {_next_command(settings)}")
    return lines


def _next_command(settings: ScanOptions) -> str:
    """The command that does what was previewed; links come first, since they leave the photos where they are."""
    arguments = [argument for argument in sys.argv[1:] if argument != "--dry-run"]
    if not settings.action:
        arguments[1:1] = ["--action", "symlink"]
    return command_line(arguments)
