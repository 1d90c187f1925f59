"""One step of the journal on the disk: doing it, looking what came of it, and the step that takes it back."""

from __future__ import annotations

import errno
import os
import stat
from contextlib import suppress
from dataclasses import replace
from typing import Literal

from albumsort.apply.ownership import give_to_owner_of
from albumsort.apply.place import PART, content_of, copy, hardlink, move, stamp_at
from albumsort.apply.write import is_written, write
from albumsort.guards.file_systems import mount_of
from albumsort.hashing import sha256_of
from albumsort.messages import gettext as _
from albumsort.messages import gettext_noop
from albumsort.names import folded
from albumsort.paths import missing_folders
from albumsort.stamps import ABSENT, Stamp
from albumsort.steps import Step

CHANGED = gettext_noop("changed since it was looked at; it is taken up on the next run")
TOUCHED = gettext_noop("{path} was changed since albumsort made it, so it stays")


class UnfitError(Exception):
    """A file is not what the step was planned for; the message says why. Nothing was done."""


def check(step: Step) -> None:
    """Raise :class:`UnfitError` where the file is not the one that was planned for."""
    if step.kind == "remove":
        if stamp_at(step.destination) != step.stamp:
            raise UnfitError(_(TOUCHED).format(path=step.destination))
        return
    if step.kind == "write":
        if (stamp_at(step.destination) or ABSENT) != step.stamp:
            raise UnfitError(_(CHANGED))
        return
    if step.made:  # it restores what was there; its source may be about to come back, or a link lead nowhere
        return
    try:
        status = os.lstat(step.source)
    except (FileNotFoundError, NotADirectoryError):
        raise UnfitError(_("gone since it was looked at")) from None
    if not stat.S_ISREG(status.st_mode) or Stamp.of(status) != step.stamp:
        raise UnfitError(_(CHANGED))


def carry_out(step: Step) -> Step:
    """Do what the step says and return it as done. Raises OSError or :class:`UnfitError`, with nothing changed."""
    if step.kind == "remove":
        _remove(step)
        return replace(step, state="done")
    if step.kind == "write":
        return write(step)
    _make_folders(os.path.dirname(step.destination))
    if step.action == "move":
        move(step.source, step.destination, step.content, step.origin if step.undoes is not None else None)
    elif step.action == "copy":
        copy(step.source, step.destination, step.content)
    elif step.action == "hardlink":
        hardlink(step.source, step.destination)
    else:
        os.symlink(step.target, step.destination)
        give_to_owner_of(step.destination, os.path.dirname(step.destination))
        if step.made:
            with suppress(OSError, NotImplementedError):
                os.utime(step.destination, ns=(step.made.mtime_ns, step.made.mtime_ns), follow_symlinks=False)
    return replace(step, state="done", made=Stamp.of(os.lstat(step.destination)))


def with_content(step: Step) -> Step:
    """The step with the SHA-256 of its file, if that is not known yet and its bytes will be copied.

    Such as that of a companion; it has to be in the journal before anything is done. Raises OSError.
    """
    if step.kind == "place" and not step.content:
        source, destination = os.path.dirname(step.source), os.path.dirname(step.destination)
        if step.action == "copy" or (step.action == "move" and mount_of(source) != mount_of(destination)):
            return replace(step, content=content_of(step.source))
    return step


def look(step: Step) -> tuple[Literal["done", "half", "nothing"], Stamp | None]:
    """What came of a step that was begun and perhaps cut off, and the stamp of what is at its destination.

    "half": there is something that :func:`tidy` takes away, and then nothing was done.
    """
    if step.kind != "place":
        return _look_at_change(step)
    there = stamp_at(step.destination)
    if there is None:
        return "nothing", None
    if step.action == "symlink":
        return ("done" if target_of(step.destination) == step.target else "nothing"), there
    if step.action == "move":
        return _look_at_move(step, there), there
    if _is_name_holder(step):
        return "half", there
    same = is_other_name(step) if step.action == "hardlink" else same_bytes(step)
    return ("done" if same else "nothing"), there


def _look_at_change(step: Step) -> tuple[Literal["done", "nothing"], Stamp | None]:
    if step.kind == "write":
        return ("done" if is_written(step) else "nothing"), stamp_at(step.destination) or ABSENT
    return ("nothing" if stamp_at(step.destination) == step.stamp else "done"), None


def _look_at_move(step: Step, there: Stamp) -> Literal["done", "half", "nothing"]:
    source = stamp_at(step.source)
    if source is None:
        return "done" if _is_the_moved(step, there) else "nothing"
    return "half" if source == step.stamp and _is_ours(step, there) else "nothing"


def tidy(step: Step) -> None:
    """Take away the second name or the copy that a cut off move left, once it is sure that the first is intact."""
    if _is_name_holder(step) or os.path.samefile(step.source, step.destination) or same_bytes(step):
        os.unlink(step.destination)


def sweep(folder: str) -> None:
    """Take away the incomplete copies that a run which was cut off left in a folder; their originals are intact."""
    with suppress(FileNotFoundError, NotADirectoryError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith(PART[0]) and entry.name.endswith(PART[1]) and entry.is_file(follow_symlinks=False):
                os.unlink(entry.path)


def _make_folders(folder: str) -> None:
    for path in reversed(missing_folders(folder)):
        with suppress(FileExistsError):
            os.mkdir(path)
            give_to_owner_of(path, os.path.dirname(path))


def _remove(step: Step) -> None:
    """Take away a link or copy of albumsort's own; a file only once the source is there with the same bytes."""
    check(step)
    if step.action == "symlink":
        if not step.target or target_of(step.destination) != step.target:  # a file has none either
            raise UnfitError(_(TOUCHED).format(path=step.destination))
    elif not is_other_name(step) and not same_bytes(step):
        raise UnfitError(
            _("{path} stays: {source} is not there with the same bytes").format(
                path=step.destination, source=step.source
            )
        )
    os.unlink(step.destination)


def is_other_name(step: Step) -> bool:
    """Whether source and destination are two names of one file, of which one can go."""
    try:
        one, other = os.lstat(step.source), os.lstat(step.destination)
    except OSError:
        return False
    return os.path.samestat(one, other) and one.st_nlink > 1 and not _is_one_name(step)


def _is_one_name(step: Step) -> bool:
    """Whether both paths lead to one entry of one folder: through a link, or where case does not count."""
    (folder, name), (other, other_name) = os.path.split(step.source), os.path.split(step.destination)
    return folded(name) == folded(other_name) and os.path.samefile(folder, other)


def same_bytes(step: Step) -> bool:
    """Whether source and destination are two regular files with the same bytes, both read now."""
    try:
        one, other = os.lstat(step.source), os.lstat(step.destination)
        if os.path.samestat(one, other) or one.st_size != other.st_size:
            return False
        if not stat.S_ISREG(one.st_mode) or not stat.S_ISREG(other.st_mode):
            return False
        with open(step.source, "rb") as source, open(step.destination, "rb") as destination:
            return sha256_of(source) == sha256_of(destination)
    except OSError:
        return False


def _is_ours(step: Step, there: Stamp) -> bool:
    """Whether what is at the destination came there by this step, whose source is still there."""
    return is_other_name(step) or _is_name_holder(step) or (there.size == step.stamp.size and same_bytes(step))


def _is_name_holder(step: Step) -> bool:
    """The empty file that holds a name where there are no hard links."""
    try:
        status = os.lstat(step.destination)
    except OSError:
        return False
    return stat.S_ISREG(status.st_mode) and status.st_size == 0 < step.stamp.size and os.path.lexists(step.source)


def _is_the_moved(step: Step, there: Stamp) -> bool:
    """Whether the file at the destination is the one whose old name is gone."""
    if there == step.stamp:
        return True
    if not step.content:  # it had to be copied where nobody could foresee it
        return (there.size, there.mtime_ns) == (step.stamp.size, step.stamp.mtime_ns)
    return there.size == step.stamp.size and content_at(step.destination) == step.content


def content_at(path: str) -> str:
    """The SHA-256 of a file, "" where it cannot be read."""
    with suppress(OSError):
        return content_of(path)
    return ""


def target_of(path: str) -> str:
    try:
        return os.readlink(path)
    except OSError as error:
        if error.errno in (errno.EINVAL, errno.ENOENT):
            return ""
        raise
