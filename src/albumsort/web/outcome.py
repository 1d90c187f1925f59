"""What came of a run, in lines for people."""

from __future__ import annotations

from albumsort.messages import gettext as _
from albumsort.pipeline.scan_options import ScanResult
from albumsort.pipeline.undo import Undone
from albumsort.plan.summary import summary, verb_of
from albumsort.plan.undone import lines_of_left, went
from albumsort.records import Action


def came_of(result: ScanResult, action: Action | None, read: int) -> list[str]:
    """The summary of a scan with this action, as the command line has it; ``read`` is how many files it had to read."""
    verb = verb_of(action, acted=result.acted)
    return summary(result.decisions, result.albums, "done" if result.acted else "planned", verb, read=read)


def came_of_undo(undone: Undone, *, dry_run: bool) -> list[str]:
    """What an undo took back, or would, and what has to stay."""
    lines, _hidden = lines_of_left(undone.left, every=False)
    return [went(undone.back, dry_run=dry_run) or _("Nothing is left to take back."), *lines]
