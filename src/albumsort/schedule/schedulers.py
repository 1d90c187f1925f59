"""The schedulers by name, which of them this system has, and which of them has the job of a library."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import suppress

from albumsort.errors import AlbumsortError
from albumsort.messages import gettext as _
from albumsort.schedule.cron import Cron
from albumsort.schedule.job import Job, Scheduler
from albumsort.schedule.launchd import Launchd
from albumsort.schedule.systemd import Systemd

SCHEDULERS: dict[str, Scheduler] = {"systemd": Systemd(), "launchd": Launchd(), "cron": Cron()}
"""cron last: where its table cannot be read, the others have been looked at."""


def of_this_system() -> str:
    """launchd on macOS, systemd where it runs (sd_booted(3)), else cron."""
    if sys.platform == "darwin":
        return "launchd"
    return "systemd" if os.path.isdir("/run/systemd/system") else "cron"


def install(job: Job, name: str) -> Iterator[str]:
    """Set the job up with this scheduler, in place of an earlier one with any; yields what was done.

    Raises :class:`AlbumsortError` for what the user has to put right.
    """
    yield SCHEDULERS[name].install(job)
    for other, scheduler in SCHEDULERS.items():
        is_there = False
        with suppress(AlbumsortError):  # who may not use crontab has no job there
            is_there = other != name and scheduler.has(job.library)
        if is_there:
            yield scheduler.remove(job.library)


def remove(library: str, name: str | None) -> Iterator[str]:
    """Take away the job of the library with this scheduler, None for whichever has it; yields what was done.

    Raises :class:`AlbumsortError` for what the user has to put right.
    """
    is_found = False
    for own in [name] if name else SCHEDULERS:
        if SCHEDULERS[own].has(library):
            is_found = True
            yield SCHEDULERS[own].remove(library)
    if not is_found:
        named = name or ", ".join(SCHEDULERS)
        yield _("{schedulers}: no job of albumsort for {library}").format(schedulers=named, library=library)
