"""Other programs that keep a catalog of the photos, and would not find them after a move.

Their files are only ever read; whatever cannot be read there says nothing.
"""

from __future__ import annotations

import glob
import os
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from typing import TYPE_CHECKING

from albumsort.guards.file_systems import file_system
from albumsort.messages import gettext as _
from albumsort.messages import ngettext
from albumsort.paths import is_in

if TYPE_CHECKING:
    import sqlite3

MAX_STEPS = 1000
"""Times ten thousand instructions of SQLite: enough for a million rows; a file made to keep us busy ends there."""

DISKS = "/dev/disk/by-uuid"
"""Where Linux names its disks by their UUID."""

_APPLE_DATABASE = ("database", "Photos.sqlite")
_CONFIG_FOLDERS = (".var/app/org.kde.digikam/config", ".var/app/org.darktable.Darktable/config")
"""Below the home folder, beside the usual one: where these programs keep their settings when they come as Flatpaks."""


def catalogs_of(roots: Sequence[str], met: Sequence[str]) -> list[tuple[str, str]]:
    """The programs that keep a catalog of photos in ``roots`` (real paths), each with the path of that.

    ``met`` are paths that the walk came by; of these, and of the places where the programs usually keep their catalogs,
    the ones that concern the roots are returned. A catalog of Lightroom or digiKam among the photos always does.
    """
    found: dict[str, str] = {}
    for program, path, is_sure in _candidates(roots, met):
        real = os.path.realpath(path)
        if real not in found and (is_sure or _keeps(program, real, roots)):
            found[real] = program
    return sorted((program, path) for path, program in found.items())


def where_catalogs_may_be(roots: Sequence[str], met: Sequence[str]) -> list[str]:
    """All paths that :func:`catalogs_of` may read, whether they are there or not."""
    paths = [path for _, path, _ in _candidates(roots, met)]
    return [*paths, *(os.path.join(path, *_APPLE_DATABASE) for path in paths)]


def catalogs_problem(catalogs: Sequence[tuple[str, str]]) -> str:
    """What to tell before a move of photos that these catalogs list, "" where there is none."""
    kept = _("{program} keeps a catalog of these photos ({path})")
    said = [kept.format(program=program, path=path) for program, path in catalogs]
    if not said:
        return ""
    return ngettext(
        "{catalogs}; after a move it would not find them. Use --action symlink or copy, or add --yes if you mean it.",
        "{catalogs}; after a move they would not find them. Use --action symlink or copy, or add --yes if you mean it.",
        len(said),
    ).format(catalogs="; ".join(said))


def _candidates(roots: Sequence[str], met: Sequence[str]) -> Iterator[tuple[str, str, bool]]:
    """Program, path, and whether it lies among the photos and lists what is around it."""
    for path in met:
        name = os.path.basename(path).lower()
        if name.endswith(".lrcat"):
            yield "Lightroom", path, True
        elif name == "digikam4.db":
            yield "digiKam", path, True
        elif name.endswith(".photoslibrary"):
            yield "Apple Photos", path, False
    for home in _homes(roots):
        pictures = os.path.join(glob.escape(home), "Pictures")
        for path in glob.glob(os.path.join(pictures, "Lightroom*", "*.lrcat")):
            yield "Lightroom", path, False
        for path in glob.glob(os.path.join(pictures, "*.photoslibrary")):
            yield "Apple Photos", path, False
    for config in _config_folders(roots):
        yield "darktable", os.path.join(config, "darktable", "library.db"), False
        for path in _named_by_digikam(os.path.join(config, "digikamrc")):
            yield "digiKam", path, False


def _homes(roots: Sequence[str]) -> list[str]:
    """The home of the user; of a run as root, those of whoever the photos belong to as well."""
    homes = [os.path.expanduser("~")]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        import pwd

        with suppress(OSError, KeyError):
            homes += [pwd.getpwuid(os.stat(root).st_uid).pw_dir for root in roots]
    return list(dict.fromkeys(homes))


def _config_folders(roots: Sequence[str]) -> list[str]:
    homes = _homes(roots)
    own = os.environ.get("XDG_CONFIG_HOME") or os.path.join(homes[0], ".config")
    others = [os.path.join(home, ".config") for home in homes[1:]]
    return [own, *others, *(os.path.join(home, folder) for home in homes for folder in _CONFIG_FOLDERS)]


def _named_by_digikam(settings: str) -> Iterator[str]:
    """The SQLite file that digiKam's settings name, as a file or as its folder; none where it keeps them in MySQL."""
    section = ""
    if not os.path.isfile(settings):
        return
    with suppress(OSError), open(settings, encoding="utf-8", errors="surrogateescape") as file:
        for line in file:
            if line.startswith("["):
                section = line.strip()
            entry = re.match(r"Database Name\s*(\[\$e\])?\s*=(.*)", line)
            if entry and section == "[Database Settings]":
                path = os.path.expandvars(entry[2].strip()) if entry[1] else entry[2].strip()
                if os.path.isabs(path):
                    yield path if path.endswith(".db") else os.path.join(path, "digikam4.db")


def _keeps(program: str, path: str, roots: Sequence[str]) -> bool:
    """Whether a catalog, which need not exist, lists photos of the roots, as far as that can be read."""
    if program == "Lightroom":
        folders = _column(path, "SELECT absolutePath FROM AgLibraryRootFolder")
        return any(_overlap(folder, root) for folder in folders for root in roots)
    if program == "digiKam":
        collections = _digikam_folders(path, roots)
        return any(_overlap(folder, root) for folder in collections for root in roots)
    if program == "darktable":
        folders = _column(path, "SELECT folder FROM film_rolls")
        return any(_really_in(folder, root) for folder in folders for root in roots)
    # Apple Photos has most photos inside its library, which is not entered; to these it only refers.
    files = _column(os.path.join(path, *_APPLE_DATABASE), "SELECT ZPATHRELATIVETOVOLUME FROM ZFILESYSTEMBOOKMARK")
    below = tuple(os.path.join(os.path.relpath(root, top), "") for root in roots for top in ("/", _mount_point(root)))
    return any(file.lstrip("/").startswith(below) for file in files)


def _digikam_folders(path: str, roots: Sequence[str]) -> Iterator[str]:
    """The folders of digiKam's collections. They are known by path, or by the UUID of a disk and the path on it."""
    for row in _column(
        path, "SELECT coalesce(identifier, '') || char(10) || coalesce(specificPath, '') FROM AlbumRoots"
    ):
        identifier, _, below = row.partition("\n")
        kind, _, value = identifier.partition("&")[0].partition("=")
        if kind == "volumeid:?uuid":
            on_it = (_mount_point(root) for root in roots if _may_be_on(root, value))
            yield from (os.path.join(mount_point, below.strip("/")) for mount_point in on_it)
        elif kind in ("volumeid:?path", "networkshareid:?mountpath"):
            # Versions before 5 wrote %2F for the slash.
            from urllib.parse import unquote_to_bytes

            base = value if value.startswith("/") else os.fsdecode(unquote_to_bytes(os.fsencode(value)))
            yield os.path.join(base, below.strip("/"))


def _may_be_on(root: str, uuid: str) -> bool:
    """Whether a root is on the disk of this UUID; it may be where the system does not list its disks."""
    try:
        named = [name for name in os.listdir(DISKS) if name.lower() == uuid.lower()]
        device = os.path.join(DISKS, named[0]) if named else ""
        return bool(device) and (
            os.path.realpath(device) == os.path.realpath(file_system(root).source)
            or os.stat(device).st_rdev == os.stat(root).st_dev
        )
    except OSError:
        return True


def _mount_point(root: str) -> str:
    return file_system(root).mount_point or "/"


def _really_in(path: str, folder: str) -> bool:
    """Whether ``path`` really is ``folder``, a real path, or below it."""
    return os.path.isabs(path) and is_in(os.path.realpath(path), folder)


def _overlap(path: str, root: str) -> bool:
    return _really_in(path, root) or (os.path.isabs(path) and _really_in(root, os.path.realpath(path)))


def _column(path: str, query: str) -> Iterator[str]:
    """The texts that a query gives, none where it cannot be asked. The file is opened so that nothing is written."""
    if not os.path.isfile(path):  # not a pipe either, which would be waited for
        return
    import sqlite3
    from urllib.parse import quote

    uri = f"file:{quote(os.fsencode(path))}?mode=ro&immutable=1"
    with suppress(sqlite3.Error), closing(sqlite3.connect(uri, uri=True)) as database:
        _limit(database)
        for (value,) in database.execute(query):
            if isinstance(value, bytes) and b"\0" not in value:
                yield os.fsdecode(value)


def _limit(database: sqlite3.Connection) -> None:
    """Whatever stands in the file, neither time nor memory without bounds is spent on it."""
    import sqlite3

    steps = iter(range(MAX_STEPS))
    database.set_progress_handler(lambda: int(next(steps, None) is None), 10_000)
    if sys.version_info >= (3, 11):
        database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 1_000_000)
    database.text_factory = bytes
