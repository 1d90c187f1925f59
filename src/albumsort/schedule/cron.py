"""A line of the user's crontab; cron mails what the job prints."""

from __future__ import annotations

import os
import re
import shlex
import shutil

from albumsort.errors import AlbumsortError
from albumsort.messages import gettext as _
from albumsort.schedule.job import Job, must, run

_MARK = "# albumsort schedule: "
_MOST_BYTES = 900
"""Cron takes commands of up to 999 bytes (Vixie cron, MAX_COMMAND); the rest of the line has room beside it."""


class Cron:
    """The line, below one that says which library it is for."""

    def text(self, job: Job) -> str:
        """Both lines."""
        return f"{_MARK}{job.library}\n{job.minute} {job.hour} * * * {_command(job)}\n"

    def install(self, job: Job) -> str:
        """Put them at the end of the crontab; all other lines stay as they are."""
        text, before = self.text(job), _crontab()
        others = _without(before, job.library)
        _write(others + "\n" * bool(others and not others.endswith("\n")) + text)
        return _("In your crontab:") + f"\n{text.rstrip()}"

    def has(self, library: str) -> bool:
        """Whether the crontab, if there is one, has them."""
        crontab = _crontab() if shutil.which("crontab") else ""
        return _without(crontab, library) != crontab

    def remove(self, library: str) -> str:
        """Take them out of the crontab."""
        _write(_without(_crontab(), library))
        return _("Taken out of your crontab: the job for {library}.").format(library=library)


def _command(job: Job) -> str:
    command = shlex.join(job.command)
    if any(character in command for character in "\n\r\\\0"):
        problem = _(
            "{command!a}: cron cannot be given a name with a line break or a backslash; rename it, or, if it has no "
            "line break, use another with --with"
        )
        raise AlbumsortError(problem.format(command=command))
    command = command.replace("%", r"\%")  # which would end the command; crontab(5)
    if len(os.fsencode(command)) > _MOST_BYTES:
        raise AlbumsortError(
            _("the command is too long for cron; put its options into albumsort.toml (docs/settings.md)")
        )
    return command


def _crontab() -> str:
    """The user's crontab, "" where there is none."""
    done = run("crontab", "-l")
    said = os.fsdecode(done.stderr)
    if done.returncode and "no crontab" not in said and "No such file" not in said:
        raise AlbumsortError(": ".join(("crontab -l", " ".join(said.split()))))
    return "" if done.returncode else os.fsdecode(done.stdout)


def _write(crontab: str) -> None:
    must("crontab", "-", data=os.fsencode(crontab))


def _without(crontab: str, library: str) -> str:
    """The crontab without the lines for this library, of which the second is the job, unless the user took it out."""
    kept: list[str] = []
    is_marked, photos = False, shlex.quote(library).replace("%", r"\%")
    for line in re.split(r"(?<=\n)", crontab):  # a name may have what else ends a line for str.splitlines
        if not (is_marked and f" scan {photos} " in line):
            kept.append(line)
        if is_marked := line.rstrip("\n") == _MARK + library:
            kept.pop()
    return "".join(kept)
