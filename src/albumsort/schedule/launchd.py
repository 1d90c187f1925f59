"""A launch agent of the user, for macOS; what the job prints goes into a file of the user's logs."""

from __future__ import annotations

import os
import plistlib
from pathlib import Path

from albumsort.messages import gettext as _
from albumsort.schedule.job import Job, check_own, check_printable, must, name_of, run, write


class Launchd:
    """A property list; a night on which the computer slept is made up for."""

    def text(self, job: Job) -> str:
        """The property list (launchd.plist(5))."""
        check_printable(job, "launchd")
        name = name_of(job.library)
        log = str(Path.home() / "Library" / "Logs" / f"{name}.log")
        agent = {
            "Label": name,
            "ProgramArguments": list(job.command),
            "StartCalendarInterval": {"Hour": job.hour, "Minute": job.minute},
            "StandardOutPath": log,
            "StandardErrorPath": log,
        }
        return plistlib.dumps(agent, sort_keys=False).decode()

    def install(self, job: Job) -> str:
        """Write it and load it, in place of an earlier one."""
        path, text, name = _path(job.library), self.text(job), name_of(job.library)
        write(path, text, _mark(name))
        run("launchctl", "bootout", f"{_domain()}/{name}")  # fails where there was none
        must("launchctl", "bootstrap", _domain(), str(path))
        return text + _("Written to {path}, and loaded.").format(path=path)

    def has(self, library: str) -> bool:
        """Whether there is a property list."""
        return os.path.lexists(_path(library))

    def remove(self, library: str) -> str:
        """Unload and delete it."""
        path, name = _path(library), name_of(library)
        check_own(path, _mark(name))
        run("launchctl", "bootout", f"{_domain()}/{name}")  # fails where it was unloaded by hand
        path.unlink()
        return _("Unloaded and deleted:") + f"\n  {path}"


def _path(library: str) -> Path:
    return Path.home() / "Library" / "LaunchAgents" / f"{name_of(library)}.plist"


def _mark(name: str) -> str:
    return f"<string>{name}</string>"


def _domain() -> str:
    return f"gui/{os.getuid()}"
