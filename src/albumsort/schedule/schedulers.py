"""The schedulers by name, and which of them this system has."""

from __future__ import annotations

import os
import sys

from albumsort.schedule.cron import Cron
from albumsort.schedule.job import Scheduler
from albumsort.schedule.launchd import Launchd
from albumsort.schedule.systemd import Systemd

SCHEDULERS: dict[str, Scheduler] = {"cron": Cron(), "systemd": Systemd(), "launchd": Launchd()}


def of_this_system() -> str:
    """launchd on macOS, systemd where it runs (sd_booted(3)), else cron."""
    if sys.platform == "darwin":
        return "launchd"
    return "systemd" if os.path.isdir("/run/systemd/system") else "cron"
