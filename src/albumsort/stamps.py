"""What tells, without opening it, that a file is the one seen before."""

from __future__ import annotations

import os
from dataclasses import dataclass

MOST = 2**63 - 1
"""The largest number that SQLite stores: an inode, or nanoseconds since 1970, which it reaches in 2262."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What tells, without opening a file, that it is the file seen before.

    ``size`` in bytes, ``mtime_ns`` in nanoseconds since 1970, ``inode`` as ``os.stat`` gives it.
    """

    size: int
    mtime_ns: int
    inode: int

    @classmethod
    def of(cls, status: os.stat_result) -> Stamp:
        """The stamp of a file; the inode is cut to 63 bits, which is what SQLite stores."""
        return cls(status.st_size, status.st_mtime_ns, status.st_ino & MOST)


ABSENT = Stamp(0, 0, 0)
"""The stamp of a file that is not there."""


def stamp_of(path: str) -> str:
    """Tells cheaply whether a file, or a folder with what is in it, is the one seen before; "" where there is none."""
    try:
        inside = sorted(os.listdir(path)) if os.path.isdir(path) else []
        return repr([Stamp.of(os.stat(file)) for file in (path, *(os.path.join(path, name) for name in inside))])
    except OSError:
        return ""
