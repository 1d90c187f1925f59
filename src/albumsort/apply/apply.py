"""Carries out what was planned for one photo and its companions: all of it or nothing."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from albumsort.apply.albums import albums_around
from albumsort.apply.place import link_target
from albumsort.apply.steps import UnfitError, carry_out, check, with_content
from albumsort.apply.tag import tag_step
from albumsort.apply.taking_back import inverse
from albumsort.messages import gettext as _
from albumsort.messages import reason_of
from albumsort.paths import is_in, missing_folders, nearest
from albumsort.records import Decision, Placement
from albumsort.steps import Origin, Step

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)
"""Errors after which every other file would fail as well."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a unit. ``steps`` have their states; ``problem`` says why it was not done, "" where it was.

    ``failed`` tells an error from a file that was not what had been planned for; ``hopeless`` says that the other files
    would fail as well; ``note`` names old links and copies that had to stay; ``restored`` are the steps that brought
    back those which had gone already.
    """

    steps: tuple[Step, ...]
    problem: str = ""
    failed: bool = False
    hopeless: bool = False
    note: str = ""
    restored: tuple[Step, ...] = ()


def steps_for(
    unit: Sequence[Decision], albums: str, *, absolute_links: bool, real: Callable[[str], str] = os.path.realpath
) -> list[Step]:
    """The steps that carry out the planned decisions of a unit, in their order, and nothing else.

    ``real`` tells the real path of a folder, as ``os.path.realpath`` does or has done a moment ago. Raises OSError or
    :class:`UnfitError` where a file is not what was planned for. Nothing is touched.
    """
    steps: list[Step] = []
    for decision in unit:
        if decision.action == "tag":
            steps.append(tag_step(decision))
            continue
        here = [placement for placement in decision.gives_way if placement.destination == decision.destination]
        elsewhere = [placement for placement in decision.gives_way if placement not in here]
        steps += [_removal(placement, decision, decision.path) for placement in here]
        if not decision.stays:
            _check_album(decision.destination, albums, real)
            steps.append(_placing(decision, absolute_links, real))
        source = decision.destination if decision.action == "move" and not decision.stays else decision.path
        steps += [_removal(placement, decision, source) for placement in elsewhere]
    return steps


def carry_out_unit(steps: Sequence[Step]) -> Outcome:
    """Do the steps of a unit, or none of them; only an old link or copy in another place may stay when it has to."""
    done: list[Step] = []
    notes: list[str] = []
    try:
        for step in steps:
            if _is_needed(step, steps):
                check(step)
        for step in steps:
            try:
                done.append(carry_out(step))
            except (OSError, UnfitError) as error:
                if _is_needed(step, steps):
                    raise
                done.append(replace(step, state="left"))
                notes.append(f"{step.destination}: {reason(error)}" if isinstance(error, OSError) else str(error))
    except (OSError, UnfitError) as error:
        stays, restored = roll_back(done)
        left = [replace(step, state="left") for step in steps]
        kept = {step.id: step for step in stays}
        problem = reason(error) if isinstance(error, OSError) else str(error)
        if stays:
            problem = _("{problem}; {path} could not be taken back").format(problem=problem, path=stays[0].destination)
        return Outcome(
            tuple(kept.get(step.id, step) for step in left),
            problem,
            failed=isinstance(error, OSError) or bool(stays),
            hopeless=isinstance(error, OSError) and error.errno in FULL,
            restored=tuple(restored),
        )
    return Outcome(tuple(done), note="; ".join(notes))


def _is_needed(step: Step, unit: Sequence[Step]) -> bool:
    """Whether the unit fails with this step: not that of an old link elsewhere, nor one that restores such a link."""
    if step.kind == "place":
        return step.made is None
    places = [other.destination for other in unit if other.kind == "place"]
    return step.undoes is not None or not places or step.destination in places


def roll_back(done: Sequence[Step]) -> tuple[list[Step], list[Step]]:
    """Take back steps that were done, the latest first; returns those that could not be, and what restores others."""
    stays, restored = [], []
    for step in reversed(done):
        if step.state == "done":
            try:
                back = carry_out(inverse(step))
            except (OSError, UnfitError):
                stays.append(step)
            else:
                restored += [back] if step.kind == "remove" else []
    return stays, restored


def folders_for(steps: Sequence[Step]) -> list[str]:
    """The folders that the steps make; those outside of albums that an undo brings back were the user's own."""
    brought_back: dict[str, bool] = {}
    for step in steps:
        if step.kind == "place":
            folder, is_back = os.path.dirname(step.destination), step.undoes is not None and step.made is None
            brought_back[folder] = brought_back.get(folder, True) and is_back
    missing: dict[str, None] = {}
    for folder, is_back in brought_back.items():
        if not is_back or albums_around(os.path.join(folder, "")):
            missing.update(dict.fromkeys(missing_folders(folder)))
    return list(missing)


def _placing(decision: Decision, absolute_links: bool, real: Callable[[str], str]) -> Step:
    if decision.action is None or decision.stamp is None:
        raise AssertionError(f"a decision without an action was planned: {decision.path}")
    action, source, destination = decision.action, decision.path, decision.destination
    status = _status(source)
    target = link_target(source, destination, absolute=absolute_links, real=real) if action == "symlink" else ""
    origin = Origin(decision.stamp.mtime_ns, stat.S_IMODE(status.st_mode)) if action == "move" else None
    return with_content(
        Step(
            *("place", action, source, destination, decision.stamp),
            *(decision.content, target, decision.photo_id),
            origin=origin,
        )
    )


def _removal(placement: Placement, decision: Decision, source: str) -> Step:
    target = ""
    if placement.action == "symlink":
        with suppress(OSError):
            target = os.readlink(placement.destination)
    return Step(
        *("remove", placement.action, source, placement.destination, placement.stamp),
        *(placement.content, target, decision.photo_id),
    )


def _status(path: str) -> os.stat_result:
    try:
        status = os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        raise UnfitError(_("gone since it was looked at")) from None
    if not stat.S_ISREG(status.st_mode):
        raise UnfitError(_("no regular file any more"))
    return status


def _check_album(destination: str, albums: str, real: Callable[[str], str]) -> None:
    """Raise OSError where the folder of ``destination`` is not in the album folder or cannot be one."""
    folder = os.path.dirname(destination)
    if not is_in(real(folder), real(albums)):
        raise OSError(0, _("{folder} leads out of the album folder through a symbolic link").format(folder=folder))
    if not (os.path.isdir(folder) or os.path.isdir(nearest(folder))):
        raise OSError(
            0, _("a file stands where the album {album} should be").format(album=os.path.dirname(destination))
        )


def reason(error: OSError) -> str:
    """Why a file could not be placed, in words."""
    if isinstance(error, FileExistsError):
        return _("another file came to be at its place in the meantime; nothing was done")
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return _("no space left for it; make room and run the same command again")
    return reason_of(error)
