"""Carries out the plan, file by file. The only code that touches a user's file."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import replace

from albumsort.apply.place import copy, hardlink, move, symlink
from albumsort.records import Decision, Stamp


def apply(
    decisions: Iterable[Decision], albums: str, *, absolute_links: bool, stopped: Callable[[], bool]
) -> Iterator[Decision]:
    """Carry out what is planned, in order, and yield each decision with its outcome; those not planned pass unchanged.

    ``albums`` is the album folder that nothing may leave. After ``stopped()`` says so, the rest stays planned.
    """
    real_albums = os.path.realpath(albums)
    for decision in decisions:
        if decision.status != "planned" or stopped():
            yield decision
            continue
        try:
            note = _unfit(decision)
            if note:
                yield replace(decision, status="skipped", note=note)
                continue
            _make_album(os.path.dirname(decision.destination), real_albums)
            target = _take_away_link(decision)
            try:
                _place(decision, absolute_links)
            except OSError:
                if target:
                    with suppress(OSError):
                        os.symlink(target, decision.destination)
                raise
        except OSError as error:
            yield replace(decision, status="failed", note=_reason(error))
        else:
            yield replace(decision, status="done")


def _unfit(decision: Decision) -> str:
    """Why the file must not be touched, "" where it is the one that was planned for."""
    try:
        status = os.lstat(decision.path)
    except FileNotFoundError:
        return "gone since it was looked at"
    if not stat.S_ISREG(status.st_mode) or Stamp.of(status) != decision.stamp:
        return "changed since it was looked at; it is taken up on the next run"
    return ""


def _make_album(folder: str, real_albums: str) -> None:
    if os.path.commonpath([os.path.realpath(folder), real_albums]) != real_albums:
        raise OSError(0, f"{folder} leads out of the album folder through a symbolic link")
    try:
        os.makedirs(folder, exist_ok=True)
    except (FileExistsError, NotADirectoryError) as error:
        raise OSError(0, f"a file stands where the album {folder} should be") from error


def _take_away_link(decision: Decision) -> str:
    """Take away the symbolic link that makes way, if it still is the one planned for; returns where it led, or ""."""
    if decision.replaces:
        with suppress(FileNotFoundError):
            status = os.lstat(decision.destination)
            if stat.S_ISLNK(status.st_mode) and Stamp.of(status) == decision.replaces:
                target = os.readlink(decision.destination)
                os.unlink(decision.destination)
                return target
    return ""


def _place(decision: Decision, absolute_links: bool) -> None:
    source, destination = decision.path, decision.destination
    if decision.action == "move":
        move(source, destination, decision.content or "")
    elif decision.action == "copy":
        copy(source, destination, decision.content or "")
    elif decision.action == "hardlink":
        hardlink(source, destination)
    elif decision.action == "symlink":
        symlink(source, destination, absolute=absolute_links)
    else:
        raise AssertionError(f"a decision without an action was planned: {decision.path}")


def _reason(error: OSError) -> str:
    if isinstance(error, FileExistsError):
        return "another file came to be at its place in the meantime; nothing was done"
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "no space left for it; make room and run the same command again"
    return error.strerror or str(error)
