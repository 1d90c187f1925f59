"""Which file system a folder is on, whether that is the one of the last run, and whether there is room on it."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from albumsort.messages import gettext as _
from albumsort.messages import gettext_noop, ngettext
from albumsort.paths import is_in, nearest

# fmt: off
_NETWORK = frozenset((
    "9p", "afpfs", "afs", "beegfs", "blobfuse", "blobfuse2", "ceph", "ceph-fuse", "cifs", "coda", "curlftpfs",
    "cvmfs2", "davfs", "davfs2", "fuse-nfs", "gcsfuse", "gfs2", "glusterfs", "google-drive-ocamlfuse", "goofys",
    "gpfs", "gvfsd-fuse", "juicefs", "kio-fuse", "lizardfs", "lustre", "mfs", "ncpfs", "nfs", "nfs4", "ocfs2",
    "onedriver", "rclone", "s3fs", "seaweedfs", "smb2", "smb3", "smbfs", "smbnetfs", "sshfs", "vmhgfs-fuse",
    "webdav",
))
# fmt: on
"""Types that other computers may use at the same time. All others are taken for local, ``fuse.mergerfs``, ``fuseblk``
and ``exfat`` among them: a wrong guess here would keep a user out of a good disk."""

_SAME = {"nfs4": "nfs", "smb2": "cifs", "smb3": "cifs", "smbfs": "cifs", "ntfs3": "fuseblk", "ntfs": "fuseblk"}
"""Types that one share or disk may have from one mount to the next."""

MOUNTS = "/proc/self/mountinfo"
"""Where Linux tells what is mounted. Read in a fifth of a millisecond; importing psutil takes fifteen."""

RESERVE = 64_000_000
"""Bytes that copies leave free, or a hundredth of the disk if that is less: for the catalog and for others."""

MEANT = gettext_noop("Nothing was done or forgotten. If it is meant, run once with --yes")


class FileSystem(NamedTuple):
    """Where a file system is mounted, its type as the system names it, and the device or share; "" if unknown."""

    mount_point: str
    type: str
    source: str = ""

    @property
    def is_network(self) -> bool:
        """Whether other computers may use it at the same time."""
        return self.type.lower().removeprefix("fuse.") in _NETWORK

    def stored(self) -> str:
        """As a text, for :func:`moved_file_system` at the next run."""
        return json.dumps(self)


def file_system(path: str) -> FileSystem:
    """The file system that holds ``path``, or would hold it: the path need not exist yet."""
    real = nearest(os.path.realpath(path))
    return _from_kernel(real) if os.path.exists(MOUNTS) else _from_psutil(real)


@lru_cache(maxsize=1024)
def mount_of(folder: str) -> tuple[int, str]:
    """The device of a folder, which need not exist yet, and on Linux its mount point: files move only within both.

    Two bind mounts of one disk, as containers have them, share the device; two subvolumes share the mount. Asked for
    file after file, so it is remembered for a while.
    """
    there = nearest(os.path.realpath(folder))
    return os.stat(there).st_dev, _from_kernel(there).mount_point if os.path.exists(MOUNTS) else ""


def moved_file_system(before: str | None, now: FileSystem) -> str:
    """Say in words why a folder is not on the file system where it was (``FileSystem.stored()`` then), "" if it is.

    Numbers of devices are not compared: they change from one start of the system to the next.
    """
    if before is None or not now.type:
        return ""
    then = FileSystem(*json.loads(before))
    same_type = _SAME.get(then.type, then.type) == _SAME.get(now.type, now.type)
    # A service may see a folder of a disk as a mount of its own; names such as "tmpfs" say nothing.
    same_source = then.source == now.source and "/" in now.source
    if not then.type or (same_type and (then.mount_point == now.mount_point or same_source)):
        return ""
    return _(
        "it was on the file system at {before} ({type_before}) at the last run, and is on that at "
        "{now} ({type_now}) now; is its disk or share connected?"
    ).format(before=then.mount_point, type_before=then.type, now=now.mount_point, type_now=now.type)


def suddenly_empty(photos: Mapping[str, tuple[int, int]]) -> str:
    """Say which folders lost all their photos, "" if none did.

    ``photos`` has for each folder how many the catalog knew in it when the run began and how many files the walk found,
    both without those that albumsort itself put elsewhere.
    """
    for folder, (before, now) in photos.items():
        if before and not now:
            return ngettext(
                "{folder}: {number:,} photo was here at the last run and none is now; is its disk connected? {more}",
                "{folder}: {number:,} photos were here at the last run and none is now; is its disk connected? {more}",
                before,
            ).format(folder=folder, number=before, more=_(MEANT))
    return ""


def space_problem(albums: str, bytes_needed: int) -> str:
    """Say in words that copies of so many bytes do not fit, "" if they do or the system does not tell.

    ``albums`` need not exist yet. Of the free bytes the smaller of :data:`RESERVE` and 1 % of the file system is left.
    Quotas are not seen; a copy that they stop is reported and leaves nothing behind.
    """
    total, _used, free = shutil.disk_usage(nearest(os.path.realpath(albums)))
    if not bytes_needed or not total or bytes_needed + min(RESERVE, total // 100) <= free:
        return ""
    return _(
        "{albums}: the copies need {needed}, and {free} are free there; make room, choose another "
        "place with --to, or use --action symlink, which needs none"
    ).format(albums=albums, needed=human_size(bytes_needed), free=human_size(free))


def human_size(size: int) -> str:
    """A number of bytes as people read it: ``512 bytes``, ``1.5 MB``, ``12.3 GB``."""
    if size < 1000:
        return _("{number} bytes").format(number=size)
    value = size / 1000
    for unit in ("kB", "MB", "GB"):
        if value < 999.95:
            return f"{value:.1f} {unit}"
        value /= 1000
    return f"{value:.1f} TB"


def _from_kernel(path: str) -> FileSystem:
    """By the number of the mount, so that mounts over mounts and mounts that come on demand are told rightly."""
    try:
        # The dot makes a mount on demand happen, which looking at its folder alone does not.
        handle = os.open(os.path.join(path, ".") if os.path.isdir(path) else path, os.O_PATH)
        try:
            with open(f"/proc/self/fdinfo/{handle}", encoding="ascii") as file:
                number = next(line.split()[1] for line in file if line.startswith("mnt_id:"))
        finally:
            os.close(handle)
        with open(MOUNTS, "rb") as file:
            for line in file:
                fields, _dash, rest = line.partition(b" - ")
                mount_id, _parent, _device, _root, mount_point = fields.split(b" ")[:5]
                if mount_id.decode("ascii") == number:
                    kind, source = rest.split(b" ")[:2]
                    return FileSystem(_unescaped(mount_point), _unescaped(kind), _unescaped(source))
    except (OSError, ValueError, StopIteration):  # no /proc, or one of another container
        pass
    return FileSystem("", "")


def _unescaped(field: bytes) -> str:
    """The kernel writes space, tab, newline and backslash as three octal digits."""
    return os.fsdecode(re.sub(rb"\\([0-7]{3})", lambda match: bytes([int(match[1], 8) & 255]), field))


def _from_psutil(path: str) -> FileSystem:
    try:
        import psutil

        mounts = [FileSystem(part.mountpoint, part.fstype, part.device) for part in psutil.disk_partitions(all=True)]
    except (ImportError, OSError):
        mounts = []
    around = [mount for mount in mounts if is_in(path, mount.mount_point)]
    # Of two mounts at one place the later one is seen.
    return max(reversed(around), key=lambda mount: len(mount.mount_point), default=FileSystem("", ""))
