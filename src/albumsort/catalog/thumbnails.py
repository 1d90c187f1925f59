"""The thumbnails of a library, by fingerprint: a file beside the catalog, which can be deleted at any time."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path

from albumsort.errors import AlbumsortError
from albumsort.messages import gettext as _

FILE = "thumbnails.sqlite"
KEPT = 250_000
"""So many are kept, those last used; of 9 KB each they take 2.2 GB."""

_AT_ONCE = 200
"""Thumbnails written in one transaction, and names in one query."""
_TABLES = """
    CREATE TABLE IF NOT EXISTS thumbnail (fingerprint TEXT PRIMARY KEY, jpeg BLOB NOT NULL);
    -- Beside the pictures, which would be written anew with each change of their row: the day, counted from year 1.
    CREATE TABLE IF NOT EXISTS used (fingerprint TEXT PRIMARY KEY, day INTEGER NOT NULL) WITHOUT ROWID;
"""


class Thumbnails:
    """The open file of thumbnails, for a ``with`` block; any thread may call it.

    What goes wrong with it spoils no run: a damaged file is begun anew, and on a full disk nothing is kept.
    """

    def __init__(self, path: Path, kept: int = KEPT) -> None:
        """Open or make it. Raises :class:`AlbumsortError` where neither is possible."""
        self._lock, self._kept = threading.RLock(), kept
        self._waiting: dict[str, bytes] = {}
        try:
            self._db = _opened_anew(path)
        except (sqlite3.Error, OSError) as error:
            problem = _("{path}: thumbnails cannot be kept: {reason}")
            raise AlbumsortError(problem.format(path=path, reason=error)) from error

    def __enter__(self) -> Thumbnails:
        return self

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._write()
            self._db.close()

    def put(self, fingerprint: str, jpeg: bytes) -> None:
        """Keep the thumbnail of a photo."""
        with self._lock:
            self._waiting[fingerprint] = jpeg
            if len(self._waiting) >= _AT_ONCE:
                self._write()

    def get(self, fingerprint: str) -> bytes | None:
        """The thumbnail of a photo, a JPEG file; None where there is none."""
        with self._lock, suppress(sqlite3.Error):
            self._write()
            row = self._db.execute("SELECT jpeg FROM thumbnail WHERE fingerprint = ?", (fingerprint,)).fetchone()
            return bytes(row[0]) if row else None
        return None

    def there(self, fingerprints: Iterable[str]) -> set[str]:
        """Those of the fingerprints of which there is a thumbnail."""
        with self._lock, suppress(sqlite3.Error):
            self._write()
            wanted = set(fingerprints)
            return {one for (one,) in self._db.execute("SELECT fingerprint FROM thumbnail") if one in wanted}
        return set()

    def use(self, fingerprints: Iterable[str]) -> None:
        """These are in use today; of the others the oldest are dropped where there are too many."""
        today = date.today().toordinal()
        rows = [(one, today) for one in sorted(fingerprints)]
        drop = "SELECT fingerprint FROM used ORDER BY day DESC, fingerprint LIMIT -1 OFFSET ?"
        with self._lock, suppress(sqlite3.Error):
            self._write()
            self._db.execute("BEGIN")
            with self._db:
                self._db.executemany("INSERT OR REPLACE INTO used VALUES (?, ?)", rows)
                old = [row[0] for row in self._db.execute(drop, (self._kept,))]
                for part in _parts(old):
                    marks = ", ".join("?" * len(part))
                    self._db.execute(f"DELETE FROM thumbnail WHERE fingerprint IN ({marks})", part)
                    self._db.execute(f"DELETE FROM used WHERE fingerprint IN ({marks})", part)
            if old:
                self._db.execute("VACUUM")

    def _write(self) -> None:
        if not self._waiting:
            return
        used = [(one, date.today().toordinal()) for one in self._waiting]
        with suppress(sqlite3.Error):
            self._db.execute("BEGIN")
            with self._db:
                self._db.executemany("INSERT OR REPLACE INTO thumbnail VALUES (?, ?)", self._waiting.items())
                self._db.executemany("INSERT OR REPLACE INTO used VALUES (?, ?)", used)
        self._waiting.clear()


def _parts(rows: list[str]) -> Iterator[list[str]]:
    return (rows[at : at + _AT_ONCE] for at in range(0, len(rows), _AT_ONCE))


def _opened_anew(path: Path) -> sqlite3.Connection:
    """The file, or a new one in its place where it is damaged."""
    try:
        return _opened(path)
    except sqlite3.OperationalError:  # it is locked, or cannot be read now
        raise
    except sqlite3.DatabaseError:
        for end in ("", "-wal", "-shm"):
            path.with_name(path.name + end).unlink(missing_ok=True)
        return _opened(path)


def _opened(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    try:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")  # a power cut may lose the last ones, which are made again
        db.executescript(_TABLES)
        db.execute("SELECT fingerprint FROM thumbnail LIMIT 1").fetchone()
    except BaseException:
        db.close()
        raise
    return db
