"""Whom the files belong to that albumsort makes when it runs as root, as in a system's cron job."""

from __future__ import annotations

import os
import stat
from contextlib import suppress


def give_to_owner_of(path: str, like: str) -> None:
    """Give what root just made at ``path`` to the owner and group of ``like``, the folder it is in.

    Nothing happens where albumsort does not run as root, or the system refuses. A link itself is given, never what it
    leads to; what does not belong to root, or has another name too, is not what was just made, and stays as it is.
    """
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return
    with suppress(OSError):
        owner, made = os.stat(like), os.lstat(path)
        is_ours = made.st_uid == 0 and (made.st_nlink == 1 or stat.S_ISDIR(made.st_mode))
        if is_ours and (made.st_uid, made.st_gid) != (owner.st_uid, owner.st_gid):
            os.lchown(path, owner.st_uid, owner.st_gid)
