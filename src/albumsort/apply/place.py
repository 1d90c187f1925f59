"""The four ways to put a photo at a place that must be free. None of them ever replaces anything.

Every function raises ``OSError`` where the system refuses; the source is then where it was, with its bytes, and nothing
of ours is left at the destination.
"""

from __future__ import annotations

import errno
import os
import shutil
import stat
import tempfile
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from typing import BinaryIO

from albumsort.hashing import sha256_of
from albumsort.messages import gettext as _
from albumsort.messages import gettext_noop
from albumsort.stamps import Stamp
from albumsort.steps import Origin

BLOCK = 1 << 20
PART = (".albumsort-", ".part")
"""Beginning and end of the names of copies that are not complete yet."""
NO_HARD_LINKS = {errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EACCES}
"""What file systems answer that have no hard links (FAT, exFAT, many network shares)."""


_ACL = "system.posix_acl_access"

CHANGED = gettext_noop("it changed since it was recognised; it is taken up on the next run")
ACROSS = gettext_noop("the system makes no hard links between these two folders; use --action copy")
BAD_COPY = gettext_noop("the copy does not have the bytes of the original; the disk may be failing")


class CopyError(OSError):
    """The bytes that arrived are not those that were read before."""


def move(source: str, destination: str, content: str, origin: Origin | None = None) -> None:
    """Give the file its new name; across file systems copy it, compare, and only then remove the old one.

    ``content`` is the SHA-256 that the file is known to have; ``origin`` are the time and permissions that it is to
    have, if not those that it has now. Both are needed only across file systems; some, such as pools of disks, copy
    where nobody could foresee it, and what is not known is then read here.
    """
    try:
        os.link(source, destination, follow_symlinks=False)
    except OSError as error:
        if error.errno == errno.EXDEV:
            if not os.access(os.path.dirname(source), os.W_OK):  # known before gigabytes are copied in vain
                raise PermissionError(
                    errno.EACCES, _("its old name cannot be removed from a read-only folder")
                ) from error
            before = Stamp.of(os.lstat(source))
            copy(source, destination, content or content_of(source), origin)
            _drop_old_name(source, destination, unchanged=Stamp.of(os.lstat(source)) == before)
        elif error.errno in NO_HARD_LINKS:
            _rename(source, destination)
        else:
            raise
    else:
        _drop_old_name(source, destination, unchanged=os.path.samestat(os.lstat(source), os.lstat(destination)))


def copy(source: str, destination: str, content: str, origin: Origin | None = None) -> None:
    """Copy with times, mode, owner where allowed, extended attributes; read back and compared before it is named."""
    if not content:
        raise CopyError(errno.EINVAL, _("it is not copied: nothing tells which bytes it should have"))
    folder = os.path.dirname(destination)
    handle, temporary = tempfile.mkstemp(prefix=PART[0], suffix=PART[1], dir=folder)
    try:
        with open(source, "rb") as reader, open(handle, "w+b") as writer:
            shutil.copyfileobj(reader, writer, BLOCK)
            writer.flush()
            os.fsync(writer.fileno())
            if read_back(writer) != content:
                reader.seek(0)
                raise CopyError(errno.EIO, _(BAD_COPY if sha256_of(reader) == content else CHANGED))
            status = os.fstat(reader.fileno())
        with suppress(PermissionError):
            os.chown(temporary, status.st_uid, status.st_gid)
        shutil.copystat(source, temporary)
        drop_inherited_acl(source, temporary)
        if origin:
            os.utime(temporary, ns=(status.st_atime_ns, origin.mtime_ns))
            if origin.mode is not None:
                os.chmod(temporary, origin.mode)
        give_name(temporary, destination)
    finally:
        with suppress(OSError):  # one that stays is hidden, and goes with the folder when the run is undone
            os.unlink(temporary)
    sync_folder(folder)


def drop_inherited_acl(source: str, copied: str) -> None:
    """Take away the access list that a folder gave the copy by default, where the original has none."""
    with suppress(OSError, AttributeError):
        if _ACL in os.listxattr(copied) and _ACL not in os.listxattr(source):
            os.removexattr(copied, _ACL)
            os.chmod(copied, stat.S_IMODE(os.lstat(source).st_mode))


def hardlink(source: str, destination: str) -> None:
    """A second name for the same file."""
    try:
        os.link(source, destination, follow_symlinks=False)
    except OSError as error:
        if error.errno == errno.EXDEV:
            raise OSError(errno.EXDEV, _(ACROSS)) from error
        raise


def link_target(source: str, destination: str, *, absolute: bool, real: Callable[[str], str] = os.path.realpath) -> str:
    """The text of a symbolic link, relative to where its folder really is, so that the whole tree can be moved.

    ``real`` tells the real path of a folder.
    """
    folder, name = os.path.split(source)
    if absolute:
        return os.path.join(real(folder), name)
    between = _way(real(folder), real(os.path.dirname(destination)))
    return name if between == os.curdir else os.path.join(between, name)


_way = lru_cache(maxsize=4096)(os.path.relpath)
"""From the second of two real paths to the first: thousands of links take the same one."""


def give_name(temporary: str, destination: str) -> None:
    try:
        os.link(temporary, destination)
    except OSError as error:
        if error.errno not in NO_HARD_LINKS:
            raise
        _rename(temporary, destination)


def _drop_old_name(source: str, destination: str, *, unchanged: bool) -> None:
    """Finish a move whose file is at its destination; where the old name cannot go, or is another file now, undo it."""
    try:
        if not unchanged:
            raise CopyError(errno.EAGAIN, _("it changed while it was moved; it stays where it is"))
        os.unlink(source)
    except OSError:
        os.unlink(destination)
        raise


def _rename(source: str, destination: str) -> None:
    """Rename where there are no hard links: an empty file of our own holds the name, and is the only thing replaced."""
    handle = os.open(destination, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    held = os.fstat(handle)
    os.close(handle)
    now = os.lstat(destination)
    if not os.path.samestat(held, now) or now.st_size:
        raise FileExistsError(errno.EEXIST, _("another program took the name at this moment"), destination)
    try:
        os.rename(source, destination)
    except OSError:
        os.unlink(destination)
        raise


def stamp_at(path: str) -> Stamp | None:
    """The stamp of what is there, not following a link; None where nothing is. Raises OSError where nobody can tell."""
    try:
        return Stamp.of(os.lstat(path))
    except (FileNotFoundError, NotADirectoryError):
        return None


def content_of(path: str) -> str:
    """The SHA-256 of a file."""
    with open(path, "rb") as file:
        return sha256_of(file)


def read_back(file: BinaryIO) -> str:
    """SHA-256 of what was written, from the disk rather than from memory where the system lets one ask for that."""
    if hasattr(os, "posix_fadvise"):
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    file.seek(0)
    return sha256_of(file)


def sync_folder(folder: str) -> None:
    """Make the names in a folder durable; some file systems cannot sync folders, and then order by themselves."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):
            os.fsync(handle)
    finally:
        os.close(handle)
