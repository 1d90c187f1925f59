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

from albumsort.apply.ownership import give_to_owner_of
from albumsort.apply.place import (
    BAD_COPY,
    BLOCK,
    PART,
    CopyError,
    content_of,
    drop_inherited_acl,
    give_name,
    read_back,
    sync_folder,
)
from albumsort.records import ABSENT, Edit, Origin, Splices, Stamp, Step

CHANGED = "it changed since it was looked at; its tags are written on the next run"
TOUCHED = "was changed since its tags were written, so it stays as it is"


def write(step: Step) -> Step:
    """Change, make or remove the file of a step, and return it as done. Raises OSError; then nothing was changed."""
    edit, path = _edit(step), step.destination
    if stamp_now(path) != step.stamp:
        raise CopyError(errno.EAGAIN, CHANGED)
    if not edit.after:
        if content_of(path) != edit.before:
            raise CopyError(errno.EAGAIN, f"{path} {TOUCHED}")
        os.unlink(path)
        return replace(step, state="done", made=ABSENT)
    folder, is_new = os.path.dirname(path), step.stamp == ABSENT
    handle, temporary = tempfile.mkstemp(prefix=PART[0], suffix=PART[1], dir=folder)
    try:
        with open(handle, "w+b") as writer:
            for block in _changed(path, edit.splices, is_new=is_new):
                writer.write(block)
            writer.flush()
            os.fsync(writer.fileno())
            if read_back(writer) != edit.after:
                raise CopyError(errno.EIO, BAD_COPY)
        _dress(step, temporary)
        if is_new:
            give_name(temporary, path)
            give_to_owner_of(path, folder)
        else:
            if stamp_now(path) != step.stamp:
                raise CopyError(errno.EAGAIN, CHANGED)
            os.replace(temporary, path)
    finally:
        with suppress(OSError):  # one that stays is hidden, and goes when the run is settled
            os.unlink(temporary)
    sync_folder(folder)
    return replace(step, state="done", made=stamp_now(path))


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
    if not after:
        return stamp_now(step.destination) == ABSENT
    with suppress(FileNotFoundError):
        return content_of(step.destination) == after
    return False


def content_with(path: str, splices: Splices, *, is_new: bool) -> str:
    """The SHA-256 that a file is to have after a change. Raises OSError where it has not the bytes that it is of."""
    digest = hashlib.sha256()
    for block in _changed(path, splices, is_new=is_new):
        digest.update(block)
    return digest.hexdigest()


def stamp_now(path: str) -> Stamp:
    """The stamp of what is there, not following a link, :data:`ABSENT` where nothing is."""
    try:
        return Stamp.of(os.lstat(path))
    except (FileNotFoundError, NotADirectoryError):
        return ABSENT


def refitted(step: Step) -> Step:
    """The step with the stamp that its file has now, where that has the bytes that it is to change."""
    edit = _edit(step)
    now = stamp_now(step.destination)
    if edit.before and now not in (ABSENT, step.stamp) and now.size == step.stamp.size:
        with suppress(OSError):
            return replace(step, stamp=now) if content_of(step.destination) == edit.before else step
    return step


def _edit(step: Step) -> Edit:
    if step.edit is None:
        raise AssertionError(f"step {step.id} writes nothing")
    return step.edit


def _changed(path: str, splices: Splices, *, is_new: bool) -> Iterator[bytes]:
    """The bytes of a file with changes in them. Raises OSError where it has not the bytes that they are of."""
    with open(os.devnull if is_new else path, "rb") as reader:
        for begin, old, new in splices:
            while (left := begin - reader.tell()) > 0 and (block := reader.read(min(left, BLOCK))):
                yield block
            if reader.tell() != begin or reader.read(len(old)) != old:
                raise CopyError(errno.EAGAIN, CHANGED)
            yield new
        while block := reader.read(BLOCK):
            yield block


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
        with suppress(PermissionError):
            os.chown(temporary, status.st_uid, status.st_gid)
        shutil.copystat(old, temporary)
        drop_inherited_acl(old, temporary)
    if step.origin:
        os.utime(temporary, ns=(status.st_atime_ns, step.origin.mtime_ns))
    elif step.source != step.destination:
        os.utime(temporary)
