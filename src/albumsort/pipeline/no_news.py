"""A night without news: a run for which nothing has changed since one that had nothing to do ends with a walk.

A scan depends on its options, the disk, the catalog and the time, and on nothing else. Where one changed neither disk
nor catalog, a further one will not either, and prints the same: what it depended on is remembered as a digest.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

import albumsort
from albumsort.apply.albums import choose_albums, is_album_folder, own_folder
from albumsort.errors import AlbumsortError
from albumsort.guards.file_systems import file_system, mount_of
from albumsort.library.tree_digest import TreeDigest
from albumsort.library.walk import walk
from albumsort.messages import locale_languages, speak
from albumsort.pipeline.scan_options import ScanOptions
from albumsort.stamps import stamp_of
from albumsort.state import check_state_place, locked
from albumsort.vision.face_weights import faces_key
from albumsort.vision.raw import can_read_raw

RECORD = "no-news.json"
"""The file in the state folder that remembers the last run that had nothing to do."""

_LOCALE = ("LC_ALL", "LC_MESSAGES", "LANG", "LANGUAGE", "TZ")


@dataclass(frozen=True, slots=True)
class _Record:
    """What such a run depended on, its ``lines``, their language, what it ``found``, and the library's album folders.

    ``digest`` holds for ``begun`` <= now < ``until`` (naive local times, ISO 8601).
    """

    digest: str
    begun: str
    until: str
    albums: list[str]
    spoken: str
    lines: list[str]
    found: dict[str, Any]


class Told(NamedTuple):
    """What a run without news tells: the ``lines`` for the screen, and what it ``found`` for programs, fit for JSON."""

    lines: list[str]
    found: dict[str, Any]


class NoNews:
    """Tells whether there is any news for a scan with these options, and remembers where there was none.

    Raises :class:`AlbumsortError` where the state folder cannot be where it is.
    """

    def __init__(self, options: ScanOptions) -> None:
        self._wants_rows = options.report is not None or options.html is not None
        self._options = replace(options, jobs=0, report=None, html=None)  # which change nothing of what is done
        self._roots = options.roots()
        self._state = options.state_folder()
        self._catalog = self._state / "catalog.sqlite"
        self._before = ""
        self._looked: tuple[list[str], str] | None = None  # album folders, and the digest with them
        check_state_place(self._state)

    def told(self) -> Told | None:
        """What the scan would tell, None where it has to be run to know.

        No file is opened but those of the state folder. Raises :class:`LibraryBusyError` as a scan does.
        """
        record = self._recall()
        if record and self._options.lang is None and not locale_languages():
            speak(record.spoken.split(":"))  # the library's own language, which the catalog need not be opened for
        if record is None or self._wants_rows:  # each photo has one
            return None
        with locked(self._state, f"scan {self._roots[0]}"):
            if not record.begun <= datetime.now().isoformat() < record.until:
                return None
            self._looked = record.albums, self._digest(record.albums)
            return Told(record.lines, record.found) if self._looked[1] == record.digest else None

    def begin(self) -> None:
        """Look at the circumstances before a run."""
        looked, self._looked, self._before = self._looked, None, ""
        with suppress(AlbumsortError):  # the run will say it
            if self._catalog.exists():
                albums = self._albums()
                self._before = looked[1] if looked and looked[0] == albums else self._digest(albums)

    def end(self, told: Told, begun: datetime, until: datetime) -> None:
        """Remember a run that had nothing to do, if what it depended on is as it was when it began.

        So it did not write to the catalog either. ``told`` is what it told; the times are naive and local.
        """
        with suppress(AlbumsortError, OSError):  # such as another run by now; the next one takes its time then
            albums = self._albums() if self._before else []
            if self._before and self._before == self._digest(albums):
                record = _Record(self._before, begun.isoformat(), until.isoformat(), albums, _spoken(), *told)
                part = self._state / (RECORD + ".part")
                part.write_text(json.dumps(asdict(record)), encoding="utf-8")
                os.replace(part, self._state / RECORD)

    def _recall(self) -> _Record | None:
        try:
            with open(self._state / RECORD, encoding="utf-8") as file:
                record = _Record(**json.load(file))
            texts = (record.digest, record.begun, record.until, record.spoken, *record.albums, *record.lines)
        except (OSError, ValueError, TypeError, RecursionError):  # none, or none that this version wrote
            return None
        return record if all(isinstance(text, str) for text in texts) and isinstance(record.found, dict) else None

    def _albums(self) -> list[str]:
        """The album folders that the catalog, which exists, knows."""
        from albumsort.catalog.catalog import Catalog

        with locked(self._state), Catalog(self._catalog) as catalog:
            return list(catalog.album_folders())

    def _digest(self, albums: Sequence[str]) -> str:
        """All that the scan depends on; "" where that cannot be told without running it, or changes as time goes by."""
        digest, options, state = TreeDigest(), self._options, str(self._state)
        met: list[str] = []
        try:
            own = choose_albums(options.to, self._roots)
            makes_none = options.action in (None, "tag") or options.dry_run
            is_ready = makes_none or is_album_folder(own)  # or it is tried what can be made
            if not is_ready or state in self._roots or _size(f"{self._catalog}-wal"):
                return ""
            folders = [*self._roots, own]
            digest.add_facts(albumsort.__version__, stamp_of(albumsort.__file__), os.geteuid(), options, folders)
            digest.add_facts([os.environ.get(name) for name in _LOCALE], time.tzname, stamp_of("/etc/localtime"))
            stamps = [stamp_of(path) for path in (str(self._catalog), options.labels, options.weights) if path]
            digest.add_facts(os.getcwd(), stamps, can_read_raw(), faces_key())
            digest.add_facts([(file_system(folder), mount_of(folder)) for folder in (*folders, state)])
            found = walk(self._roots, exclude=options.exclude, is_own_folder=own_folder(state, met))
            seen = [row.path for row in digest.add_walk(found)]
            for folder in sorted({own, *albums, *met}):
                digest.add_facts(folder, is_album_folder(folder))
                digest.add_everything(folder, but=state)
            digest.add_facts(list(map(is_album_folder, self._roots)), self._other_catalogs(seen))
        except (OSError, AlbumsortError):
            return ""
        settled_ns = time.time_ns() - int(options.settle * 1e9)
        return "" if options.settle and digest.newest_ns > settled_ns else digest.hexdigest()

    def _other_catalogs(self, seen: Sequence[str]) -> list[str]:
        """Those of other programs, which a move looks at, with their stamps."""
        if self._options.action != "move":
            return []
        from albumsort.guards.other_catalogs import where_catalogs_may_be

        return [path + stamp_of(path) for path in where_catalogs_may_be(self._roots, seen)]


def _spoken() -> str:
    """The languages that messages are in, the best first; it stands in the environment."""
    return os.environ.get("LANGUAGE", "")


def _size(path: str) -> int:
    try:
        return os.stat(path).st_size
    except FileNotFoundError:
        return 0
