"""A digest of what is on the disk, so that a later run can tell without opening anything that nothing has changed."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterable, Iterator

from albumsort.errors import AlbumsortError
from albumsort.library.formats import kind_by_suffix
from albumsort.library.walk import Found, Passed, why_pruned
from albumsort.messages import gettext as _


class TreeDigest:
    """Digests what it is shown; ``newest_ns`` is when the newest of it changed (ns since 1970, 0: nothing has a time).

    Beside the stamp of a file it knows when its owner and permissions changed: what could not be read then may be now.
    """

    def __init__(self) -> None:
        self._digest = hashlib.sha256()
        self.newest_ns = 0

    def add_facts(self, *facts: object) -> None:
        """Whatever else the outcome depends on; the ``repr`` of each must tell all of it."""
        self._digest.update(repr(facts).encode())

    def add_walk(self, folders: Iterable[list[Found | Passed]]) -> Iterator[Found | Passed]:
        """All that a walk finds; yields what may be of other programs: their catalogs, and what was passed."""
        for rows in folders:
            facts: list[str] = []
            for row in rows:
                if isinstance(row, Passed):
                    facts += (row.path, row.note)
                    yield row
                    continue
                stamp = row.stamp
                facts.append(f"{row.path}\0{stamp.size} {stamp.mtime_ns} {stamp.inode} {row.changed_ns}")
                self.newest_ns = max(self.newest_ns, row.changed_ns)
                if row.kind == "catalog":
                    yield row
            self._digest.update(os.fsencode("\0".join((*facts, ""))))

    def add_everything(self, folder: str, *, but: str) -> None:
        """Every entry in an album folder, of whatever kind: the plan looks which names are free. ``but`` is left out.

        Raises :class:`AlbumsortError` for a symbolic link to a folder: what is behind it is not seen.
        """
        waiting = [folder]
        while waiting:
            path = waiting.pop()
            facts: list[str] = []
            folders: list[str] = []
            try:
                with os.scandir(path) as scan:
                    for entry in scan:
                        if entry.name.startswith(".") or entry.path == but:
                            continue
                        if not entry.is_dir(follow_symlinks=False):
                            facts.append(self._entry(entry))
                        else:
                            facts.append(entry.name)
                            folders += [] if why_pruned(entry.name) else [entry.path]
            except OSError as error:
                self.add_facts(path, error.errno)
            waiting += sorted(folders)
            self._digest.update(os.fsencode("\0".join((path, *sorted(facts), ""))))

    def _entry(self, entry: os.DirEntry[str]) -> str:
        try:
            status = os.lstat(entry.path)  # which entry.stat() would keep, for each file of a large folder
        except FileNotFoundError:
            return f"{entry.name}\0gone"
        if stat.S_ISLNK(status.st_mode) and kind_by_suffix(entry.name) in ("unknown", "other") and entry.is_dir():
            raise AlbumsortError(_("{path}: a symbolic link to a folder").format(path=entry.path))
        self.newest_ns = max(self.newest_ns, status.st_mtime_ns, status.st_ctime_ns)
        return (
            f"{entry.name}\0{status.st_mode} {status.st_size} {status.st_mtime_ns} {status.st_ino} {status.st_ctime_ns}"
        )

    def hexdigest(self) -> str:
        """The digest of all that was added, in its order."""
        return self._digest.hexdigest()
