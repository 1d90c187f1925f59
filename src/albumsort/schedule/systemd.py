"""A timer of the user's systemd, and the service that it starts; what the job prints goes to the journal."""

from __future__ import annotations

import os
import re
from pathlib import Path

from albumsort.messages import gettext as _
from albumsort.schedule.job import Job, check_own, check_printable, must, name_of, write

_MARK = "# Written by albumsort schedule"
_SERVICE = """\
{mark}
[Unit]
Description=albumsort scan of {library}

[Service]
Type=oneshot
ExecStart={command}
"""
_TIMER = """\
{mark}
[Unit]
Description=albumsort scan of {library}, every night

[Timer]
OnCalendar=*-*-* {hour:02}:{minute:02}:00
Persistent=true

[Install]
WantedBy=timers.target
"""


class Systemd:
    """Two unit files; a night on which the computer was off is made up for."""

    def text(self, job: Job) -> str:
        """Both files, each below its path."""
        return "\n".join(f"# {path}\n{text}" for path, text in _units(job).items())

    def install(self, job: Job) -> str:
        """Write both and start the timer."""
        units = _units(job)
        for path in units:
            check_own(path, _MARK)
        for path, text in units.items():
            write(path, text, _MARK)
        must("systemctl", "--user", "daemon-reload")
        must("systemctl", "--user", "enable", "--now", f"{name_of(job.library)}.timer")
        told = _("Written, and the timer is started. It runs while you are logged in; for all other nights:")
        return f"{self.text(job)}\n{told}\n  loginctl enable-linger"

    def has(self, library: str) -> bool:
        """Whether one of the two is there."""
        return any(map(os.path.lexists, _paths(library)))

    def remove(self, library: str) -> str:
        """Stop the timer and delete both."""
        paths = [path for path in _paths(library) if os.path.lexists(path)]
        for path in paths:
            check_own(path, _MARK)
        must("systemctl", "--user", "disable", "--now", f"{name_of(library)}.timer")
        for path in paths:
            path.unlink()
        must("systemctl", "--user", "daemon-reload")
        return "\n".join([_("Stopped and deleted:"), *(f"  {path}" for path in paths)])


def _units(job: Job) -> dict[Path, str]:
    check_printable(job, "systemd")
    values = {
        "mark": _MARK,
        "library": job.library.replace("%", "%%"),
        "command": " ".join(map(_quoted, job.command)),
        "hour": job.hour,
        "minute": job.minute,
    }
    texts = (_SERVICE.format(**values), _TIMER.format(**values))
    return dict(zip(_paths(job.library), texts, strict=True))


def _paths(library: str) -> list[Path]:
    """The service and the timer (systemd.unit(5), "Unit Search Path")."""
    config = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    return [config / "systemd" / "user" / f"{name_of(library)}{suffix}" for suffix in (".service", ".timer")]


def _quoted(argument: str) -> str:
    """One argument of ``ExecStart``: systemd.service(5), "Command Lines", and systemd.unit(5), "Specifiers"."""
    doubled = re.sub(r"[%$]", r"\g<0>\g<0>", argument)
    if re.fullmatch(r"[\w%$,.:/=@+-]+", doubled, re.ASCII):
        return doubled
    return '"' + re.sub(r'["\\]', r"\\\g<0>", doubled) + '"'
