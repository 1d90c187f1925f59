"""Finding photos and the files that go with them, without opening one."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from albumsort.errors import AlbumsortError
from albumsort.library.formats import Kind, kind_by_suffix
from albumsort.messages import gettext as _
from albumsort.messages import reason_of
from albumsort.stamps import MOST, Stamp

_PRUNED_NAMES = frozenset(
    (
        "#recycle",
        "#snapshot",
        "$recycle.bin",
        "@eadir",
        "@recently-snapshot",
        "@recycle",
        "lost+found",
        "system volume information",
    )
)
_PRUNED_SUFFIXES = (
    ".aplibrary",
    ".cocatalog",
    ".lrcat-data",
    ".lrdata",
    ".lrlibrary",
    ".migratedaplibrary",
    ".migratedphotolibrary",
    ".photolibrary",
    ".photoslibrary",
)
_REPORTED: frozenset[Kind] = frozenset(("picture", "raw", "video"))
"""The kinds whose links and special files get a row: a user would miss them in the report."""


@dataclass(frozen=True, slots=True)
class Found:
    """A regular file of any kind but "other".

    ``path`` is absolute; of kind "unknown" only its content can tell whether it is a picture. ``changed_ns`` is when it
    was last written or renamed, as far as its times can tell: the later of mtime and ctime in nanoseconds since 1970,
    without those that lie in the future, which say nothing; 0 where both do.
    """

    path: str
    stamp: Stamp
    kind: Kind
    changed_ns: int

    @property
    def suffix_known(self) -> bool:
        """Whether its name says that it is a picture."""
        return self.kind == "picture"


@dataclass(frozen=True, slots=True)
class Passed:
    """What was not entered or opened, and why, in words."""

    path: str
    note: str


def walk(
    roots: Sequence[str], *, exclude: Sequence[str] = (), is_own_folder: Callable[[str], bool]
) -> Iterator[list[Found | Passed]]:
    """Yield one list a folder, entries in byte order of their names, a folder before the folders in it.

    Symbolic links are not followed; hidden folders, folders of NAS systems and libraries of other programs are not
    entered, nor, without a word, those that albumsort made (``is_own_folder``); a root always is. A root inside another
    root is walked once, as its own. A pattern of ``exclude`` with a slash is matched against the path below the root,
    one without against the name; ``*`` matches slashes too, case counts. Raises AlbumsortError for a root that is no
    folder.
    """
    ids: dict[tuple[int, int] | str, str] = {}
    for root in roots:
        path = os.path.abspath(root)
        try:
            folder_id = _folder_id(path)
        except OSError as error:
            raise AlbumsortError(
                _("{path}: {reason}; give a folder that exists").format(path=path, reason=reason_of(error))
            ) from None
        if not os.path.isdir(path):
            raise AlbumsortError(_("{path}: not a folder; give the folder that the photos are in").format(path=path))
        ids.setdefault(folder_id, path)
    walker = _Walker(frozenset(ids), [pattern.strip("/") for pattern in exclude], is_own_folder)
    return (rows for path in ids.values() for rows in walker.walk_root(path))


def why_pruned(name: str) -> str:
    """Why a folder of this name is entered nowhere, in words; "" where it is."""
    name = name.lower()
    if name.startswith("."):
        return _("a hidden folder; not entered")
    if name in _PRUNED_NAMES:
        return _("a folder of the system, not of photos; not entered")
    if name.endswith(_PRUNED_SUFFIXES):
        return _("the library of another program; not entered")
    return ""


def _folder_id(path: str) -> tuple[int, int] | str:
    """What tells two names of one folder; the path itself on file systems that do not number their files."""
    status = os.stat(path)
    return (status.st_dev, status.st_ino) if status.st_ino else os.path.realpath(path)


class _Walker:
    def __init__(
        self, root_ids: frozenset[tuple[int, int] | str], exclude: list[str], is_own_folder: Callable[[str], bool]
    ) -> None:
        self.root_ids = root_ids
        self.exclude = exclude
        self.is_own_folder = is_own_folder

    def walk_root(self, root: str) -> Iterator[list[Found | Passed]]:
        above: list[tuple[int, int] | str] = []  # the folders on the way from the root to the one in hand
        waiting = [(root, 0)]
        while waiting:
            folder, depth = waiting.pop()
            del above[depth:]
            try:
                folder_id = _folder_id(folder)
                if depth and folder_id in self.root_ids and folder_id not in above:
                    continue
                if folder_id in above:  # a bind mount of a folder inside itself
                    yield [Passed(folder, _("the same folder as one above it; not entered"))]
                    continue
                with os.scandir(folder) as scan:
                    entries = sorted(scan, key=lambda entry: os.fsencode(entry.name))
            except OSError as error:
                yield [Passed(folder, _("folder cannot be read: {reason}").format(reason=reason_of(error)))]
                continue
            above.append(folder_id)
            rows, folders = self._sort_out(entries, root)
            waiting += [(path, depth + 1) for path in reversed(folders)]
            if rows:
                yield rows

    def _sort_out(self, entries: list[os.DirEntry[str]], root: str) -> tuple[list[Found | Passed], list[str]]:
        rows: list[Found | Passed] = []
        folders: list[str] = []
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                note = self._why_pruned(entry, root)
                if note:
                    rows.append(Passed(entry.path, note))
                elif not self.is_own_folder(entry.path):
                    folders.append(entry.path)
            elif not entry.name.startswith(".") and not self._is_excluded(entry, root):
                row = _look_at_file(entry)
                if row is not None:
                    rows.append(row)
        return rows, folders

    def _why_pruned(self, entry: os.DirEntry[str], root: str) -> str:
        if note := why_pruned(entry.name):
            return note
        return _("excluded by --exclude") if self._is_excluded(entry, root) else ""

    def _is_excluded(self, entry: os.DirEntry[str], root: str) -> bool:
        if not self.exclude:
            return False
        below = os.path.relpath(entry.path, root).replace(os.sep, "/")
        return any(fnmatchcase(below if "/" in pattern else entry.name, pattern) for pattern in self.exclude)


def _look_at_file(entry: os.DirEntry[str]) -> Found | Passed | None:
    kind = kind_by_suffix(entry.name)
    if entry.is_symlink():
        return _look_at_link(entry, is_reported=kind in _REPORTED)
    if kind == "other":
        return None
    try:
        status = os.lstat(entry.path)  # which entry.stat() would keep, for each file of a large folder
    except OSError as error:  # for example: removed since the folder was listed
        note = _("cannot be looked at: {reason}").format(reason=reason_of(error))
        return Passed(entry.path, note) if kind in _REPORTED else None
    if status.st_mtime_ns > MOST:
        return Passed(entry.path, _("its time of change lies beyond the year 2262; give it another one"))
    if stat.S_ISREG(status.st_mode):
        return Found(entry.path, Stamp.of(status), kind, _changed_ns(status))
    return Passed(entry.path, _special(status.st_mode)) if kind in _REPORTED else None


def _changed_ns(status: os.stat_result) -> int:
    later, earlier = sorted((status.st_mtime_ns, status.st_ctime_ns), reverse=True)
    now = time.time_ns()
    return later if later <= now else earlier if earlier <= now else 0


def _look_at_link(entry: os.DirEntry[str], *, is_reported: bool) -> Passed | None:
    try:
        if entry.is_dir():
            return Passed(entry.path, _("a symbolic link to a folder; not followed"))
    except OSError:  # a link that leads in a circle
        pass
    return Passed(entry.path, _("a symbolic link; not followed")) if is_reported else None


def _special(mode: int) -> str:
    if stat.S_ISFIFO(mode):
        return _("a named pipe; never opened")
    if stat.S_ISSOCK(mode):
        return _("a socket; never opened")
    return _("a device; never opened")
