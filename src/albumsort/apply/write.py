"""Writing tags into a photo or its sidecar: the file is replaced in one step, by one that was read back before."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from typing import BinaryIO

from albumsort.apply.ownership import give_to_owner_of
from albumsort.apply.place import (
    BAD_COPY,
    BLOCK,
    CHANGED,
    PART,
    CopyError,
    content_of,
    drop_inherited_acl,
    give_name,
    read_back,
    stamp_at,
    sync_folder,
)
from albumsort.library.tagging import check_rewritten
from albumsort.library.xmp_tree import XmpError
from albumsort.messages import gettext as _
from albumsort.messages import gettext_noop
from albumsort.stamps import ABSENT
from albumsort.steps import Edit, Origin, Splices, Step

TOUCHED = gettext_noop("{path} was changed since its tags were written, so it stays as it is")


def write(step: Step) -> Step:
    """Change, make or remove the file of a step, and return it as done. Raises OSError; then nothing was changed."""
    edit, path = _edit(step), step.destination
    _check_untouched(step)
    if not edit.after:
        if content_of(path) != edit.before:
            raise CopyError(errno.EAGAIN, _(TOUCHED).format(path=path))
        os.unlink(path)
        return replace(step, state="done", made=ABSENT)
    folder, is_new = os.path.dirname(path), step.stamp == ABSENT
    handle, temporary = tempfile.mkstemp(prefix=PART[0], suffix=PART[1], dir=folder)
    try:
        with open(handle, "w+b") as writer:
            _fill(writer, step, edit)
        _dress(step, temporary)
        if is_new:
            give_name(temporary, path)
            give_to_owner_of(path, folder)
        else:
            _check_untouched(step)
            os.replace(temporary, path)
    finally:
        with suppress(OSError):  # one that stays is hidden, and goes when the run is settled
            os.unlink(temporary)
    sync_folder(folder)
    return replace(step, state="done", made=stamp_at(path))


def _fill(writer: BinaryIO, step: Step, edit: Edit) -> None:
    """Write the new bytes and prove them: by their hash, and those of a photo by what they are."""
    for _old, new in _changed(step.destination, edit.splices, is_new=step.stamp == ABSENT):
        writer.write(new)
    writer.flush()
    os.fsync(writer.fileno())
    if read_back(writer) != edit.after:
        raise CopyError(errno.EIO, _(BAD_COPY))
    if step.source == step.destination and step.undoes is None:
        try:
            check_rewritten(step.source, writer, edit.splices)
        except XmpError as error:
            raise CopyError(errno.EINVAL, _("it stays as it is: {reason}").format(reason=error)) from error


def _check_untouched(step: Step) -> None:
    if (stamp_at(step.destination) or ABSENT) != step.stamp:
        raise CopyError(errno.EAGAIN, _(CHANGED))


def unwrite(step: Step) -> Step:
    """The step that takes back one which is done: the bytes, the time and the absence that were there before."""
    if step.made is None:
        raise AssertionError(f"step {step.id} is done, but what it made is not known")
    back, origin = _edit(step).reversed(), Origin(step.stamp.mtime_ns, None)
    step = replace(step, stamp=step.made, undoes=step.id, origin=origin, edit=back)
    return replace(step, id=0, unit=0, state="open", made=None)


def is_written(step: Step) -> bool:
    """Whether the file is what the step makes of it. Raises OSError where that cannot be told."""
    after = _edit(step).after
    if not after:  # without its photo it was moved rather than removed
        return stamp_at(step.destination) is None and os.path.lexists(step.source)
    with suppress(FileNotFoundError):
        return content_of(step.destination) == after
    return False


def digests(path: str, splices: Splices, *, is_new: bool) -> tuple[str, str]:
    """The SHA-256 that a file has before a change, "" where it is new, and after it.

    Raises OSError where it has not the bytes that are to change.
    """
    before, after = hashlib.sha256(), hashlib.sha256()
    for old, new in _changed(path, splices, is_new=is_new):
        before.update(old)
        after.update(new)
    return "" if is_new else before.hexdigest(), after.hexdigest()


def refitted(step: Step) -> Step:
    """The step with the stamp that its file has now, where that has the bytes that it is to change."""
    edit = _edit(step)
    now = stamp_at(step.destination)
    if edit.before and now and now != step.stamp and now.size == step.stamp.size:
        with suppress(OSError):
            return replace(step, stamp=now) if content_of(step.destination) == edit.before else step
    return step


def _edit(step: Step) -> Edit:
    if step.edit is None:
        raise AssertionError(f"step {step.id} writes nothing")
    return step.edit


def _changed(path: str, splices: Splices, *, is_new: bool) -> Iterator[tuple[bytes, bytes]]:
    """The bytes of a file, each piece with what it becomes. Raises OSError where it has not those that change."""
    with open(os.devnull if is_new else path, "rb") as reader:
        for begin, old, new in splices:
            while (left := begin - reader.tell()) > 0 and (block := reader.read(min(left, BLOCK))):
                yield block, block
            if reader.tell() != begin or reader.read(len(old)) != old:
                raise CopyError(errno.EAGAIN, _(CHANGED))
            yield old, new
        while block := reader.read(BLOCK):
            yield block, block


def _dress(step: Step, temporary: str) -> None:
    """Give the new file what the old one has: mode, owner, extended attributes, access list, and the time.

    A sidecar that is changed gets the time of now, by which other programs see that they should read it again.
    """
    is_new = step.stamp == ABSENT
    old = step.source if is_new else step.destination
    status = os.stat(old)
    if is_new:
        os.chmod(temporary, (stat.S_IMODE(status.st_mode) & 0o666) | 0o600)
    else:
        _give_owner(status, temporary)
        shutil.copystat(old, temporary)
        drop_inherited_acl(old, temporary)
    if step.origin:
        os.utime(temporary, ns=(status.st_atime_ns, step.origin.mtime_ns))
    elif step.source != step.destination:
        os.utime(temporary)


def _give_owner(status: os.stat_result, temporary: str) -> None:
    """The owner and group of the old file. Raises OSError where they cannot be given: whose it was would lose it."""
    now = os.stat(temporary)
    if (now.st_uid, now.st_gid) != (status.st_uid, status.st_gid):
        try:
            os.chown(temporary, status.st_uid, status.st_gid)
        except PermissionError as error:
            raise CopyError(errno.EPERM, _("it belongs to another user or group, and stays as it is")) from error
