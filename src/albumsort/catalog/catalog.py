"""The catalog: what is known of each photo, in one SQLite file a library.

It stores records and imports no stage. A photo keeps its id when its file is moved, renamed or changed; what was
recognised is kept by fingerprint and model, so that neither a rename nor a changed label table needs the network again.
"""

from __future__ import annotations

import os
import sqlite3
import struct
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any

from albumsort.catalog.corrections import Corrections
from albumsort.catalog.events import Events, Fixes
from albumsort.catalog.filed import Filed
from albumsort.catalog.journal import Journal
from albumsort.catalog.migrations import migrate
from albumsort.catalog.placements import Placements
from albumsort.catalog.regroupings import Regroupings
from albumsort.catalog.sidecars import METADATA, Sidecars, metadata_of, row_of
from albumsort.catalog.situations import Situations
from albumsort.errors import AlbumsortError
from albumsort.messages import gettext as _
from albumsort.records import Face, Photo, Prediction, Quality
from albumsort.stamps import Stamp

PHOTO_COLUMNS = f"id, folder, name, size, mtime_ns, inode, fingerprint, content, format, problem, genre, {METADATA}"


class Catalog:
    """An open catalog, for a ``with`` block. Only :meth:`has_recognition` may be called from other threads."""

    def __init__(self, path: Path) -> None:
        """Open or make the catalog at ``path``. Raises :class:`AlbumsortError` where it cannot be used."""
        self.path = path
        self._lock = threading.Lock()
        try:
            with ExitStack() as opened:  # what was opened is closed where a later step fails
                self._db = opened.enter_context(closing(sqlite3.connect(path, isolation_level=None)))
                self._db.execute("PRAGMA journal_mode = WAL")
                self._db.execute("PRAGMA synchronous = FULL")  # what is committed to the journal survives a power cut
                migrate(self._db)
                self._reader = opened.enter_context(closing(sqlite3.connect(path, check_same_thread=False)))
                self._close = opened.pop_all().close
                self.journal = Journal(self._db)
                self.sidecars = Sidecars(self._db)
                self.situations = Situations(self._db)
                self.events = Events(self._db)
                self.fixes = Fixes(self._db)
                self.filed = Filed(self._db)
                self.placements = Placements(self._db)
                self.corrections = Corrections(self._db)
                self.regroupings = Regroupings(self._db)
        except (sqlite3.Error, ValueError) as error:
            raise self._unusable(error) from error

    def __enter__(self) -> Catalog:
        return self

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        """Close it. Raises :class:`AlbumsortError` where it failed inside the block: a full disk, a damaged file."""
        self._close()
        if isinstance(error, sqlite3.Error):
            raise self._unusable(error) from error

    def _unusable(self, error: Exception) -> AlbumsortError:
        return AlbumsortError(
            _(
                "{path}: the catalog of this library cannot be used: {reason}; free some space if the disk "
                "is full, move the file away to start a new one (photos are recognised again), or give "
                "another --state"
            ).format(path=self.path, reason=error)
        )

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; what was written is there for other connections afterwards."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    @contextmanager
    def rehearsal(self) -> Iterator[None]:
        """What is written in it is seen in it, and gone afterwards."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            self._db.execute("ROLLBACK")

    # settings

    def setting(self, key: str) -> str | None:
        """A setting of this library, None where it was never set."""
        row = self._db.execute("SELECT value FROM setting WHERE key = ?", (_key(key),)).fetchone()
        return os.fsdecode(row[0]) if row else None

    def remember(self, settings: Mapping[str, str]) -> None:
        """Store settings of this library; keys and values may hold paths, whose names need not be UTF-8.

        What is stored already is not written again: a night without news leaves the file as it is.
        """
        rows = [(_key(key), os.fsencode(value)) for key, value in settings.items()]
        self._db.executemany(
            "INSERT INTO setting VALUES (?, ?) "
            "ON CONFLICT DO UPDATE SET value = excluded.value WHERE value IS NOT excluded.value",
            rows,
        )

    def album_folders(self) -> dict[str, bool]:
        """The album folders (absolute) of this library, each with whether photos themselves were put there."""
        rows = self._db.execute("SELECT path, holds_photos FROM album_folder ORDER BY path")
        return {os.fsdecode(path): bool(holds_photos) for path, holds_photos in rows}

    def add_album_folder(self, path: str, *, holds_photos: bool) -> None:
        """Remember an album folder; what once held photos always does."""
        self._db.execute(
            "INSERT INTO album_folder VALUES (?, ?) "
            "ON CONFLICT DO UPDATE SET holds_photos = excluded.holds_photos WHERE holds_photos < excluded.holds_photos",
            (os.fsencode(path), holds_photos),
        )

    # photos

    def photos_in(self, folder: str, model: str) -> dict[str, tuple[Photo, bool]]:
        """The photos last seen in one folder by name, each with whether ``model`` has recognised it."""
        rows = self._db.execute(
            f"SELECT {PHOTO_COLUMNS}, "
            "EXISTS (SELECT 1 FROM recognition WHERE recognition.fingerprint = photo.fingerprint AND model = ?) "
            "FROM photo WHERE folder = ?",
            (model, os.fsencode(folder)),
        )
        return {os.fsdecode(row[2]): (_photo(row), bool(row[-1])) for row in rows}

    def photos_with(
        self, *, stamp: Stamp | None = None, size: int | None = None, fingerprint: str | None = None
    ) -> list[Photo]:
        """The photos of this stamp, size or fingerprint, oldest first; those that are nowhere have the path ""."""
        where: dict[str, int | str | None] = {"size": size} if fingerprint is None else {"fingerprint": fingerprint}
        if stamp:
            where = {"inode": stamp.inode, "size": stamp.size, "mtime_ns": stamp.mtime_ns}
        condition = " AND ".join(f"{column} = ?" for column in where)
        query = f"SELECT {PHOTO_COLUMNS} FROM photo WHERE {condition} ORDER BY id"
        return [_photo(row) for row in self._db.execute(query, tuple(where.values()))]

    def put(self, photo: Photo) -> Photo:
        """Store what is known of a photo, under a new id where its id is 0; returns it with its id.

        Another photo that was at its path is nowhere from now on.
        """
        folder, name = self._make_room(photo.path, photo.id)
        stamp = photo.stamp
        row = (
            *(photo.id or None, folder, name, stamp.size, stamp.mtime_ns, stamp.inode),
            *(photo.fingerprint, photo.content, photo.format, photo.problem, photo.genre, *row_of(photo.metadata)),
        )
        marks = ", ".join("?" * len(row))
        cursor = self._db.execute(f"INSERT OR REPLACE INTO photo ({PHOTO_COLUMNS}) VALUES ({marks})", row)
        return replace(photo, id=cursor.lastrowid or 0)

    def relocate(self, before: str, path: str, stamp: Stamp) -> None:
        """The file at ``before`` was moved; another photo that was at its new path is nowhere from now on."""
        self.sidecars.relocate(before, path, stamp)
        old = os.path.split(os.fsencode(before))
        query = "SELECT id, size, mtime_ns, inode FROM photo WHERE folder = ? AND name = ?"
        row = self._db.execute(query, old).fetchone()
        if row:
            place = self._make_room(path, row[0])
            self._db.execute("UPDATE photo SET folder = ?, name = ? WHERE id = ?", (*place, row[0]))
            if Stamp(*row[1:]) != stamp:  # seldom, and setting what is there already writes three indexes
                self._db.execute(
                    "UPDATE photo SET size = ?, mtime_ns = ?, inode = ? WHERE id = ?",
                    (stamp.size, stamp.mtime_ns, stamp.inode, row[0]),
                )

    def learn_content(self, path: str, stamp: Stamp, content: str) -> None:
        """The photo that is at this path, unless it changed, has this SHA-256."""
        self._db.execute(
            "UPDATE photo SET content = ? WHERE folder = ? AND name = ? AND size = ? AND mtime_ns = ? AND inode = ?",
            (content, *os.path.split(os.fsencode(path)), stamp.size, stamp.mtime_ns, stamp.inode),
        )

    def rewritten(self, photo: Photo, stamp: Stamp, fingerprint: str, content: str) -> None:
        """The file of a photo has these bytes now, and shows the same as before, which every model recognises in it."""
        self._db.execute(
            f"INSERT OR IGNORE INTO recognition (fingerprint, model, {_SEEN}) "
            f"SELECT ?, model, {_SEEN} FROM recognition WHERE fingerprint = ?",
            (fingerprint, photo.fingerprint),
        )
        self.put(replace(photo, stamp=stamp, fingerprint=fingerprint, content=content))

    def count_below(self, folder: str) -> int:
        """How many photos were last seen in this folder (absolute) and those in it."""
        query = f"SELECT count(*) FROM photo WHERE {_BELOW} AND format != ''"
        return int(self._db.execute(query, _below(folder)).fetchone()[0])

    def forget_places(self, folder: str) -> None:
        """The photos that were in this folder (absolute) and those in it are nowhere now."""
        self._db.execute(f"UPDATE photo SET folder = NULL, name = NULL WHERE {_BELOW}", _below(folder))

    def _make_room(self, path: str, photo_id: int) -> tuple[bytes, bytes]:
        """The folder and name of a path, which no other photo has any more."""
        folder, name = os.path.split(os.fsencode(path))
        self._db.execute(
            "UPDATE photo SET folder = NULL, name = NULL WHERE folder = ? AND name = ? AND id != ?",
            (folder, name, photo_id),
        )
        return folder, name

    # recognitions

    def has_recognition(self, fingerprint: str, model: str) -> bool:
        """Whether the model has seen such a picture, as of the last transaction. Safe to call from any thread."""
        with self._lock:
            query = "SELECT 1 FROM recognition WHERE fingerprint = ? AND model = ?"
            return self._reader.execute(query, (fingerprint, model)).fetchone() is not None

    def recognition(self, fingerprint: str, model: str) -> Prediction | None:
        """What the model saw in such a picture, None where it has not seen it."""
        row = self._db.execute(
            f"SELECT {_SEEN} FROM recognition WHERE fingerprint = ? AND model = ?", (fingerprint, model)
        ).fetchone()
        return _prediction(row) if row else None

    def put_recognition(self, fingerprint: str, model: str, prediction: Prediction) -> None:
        """Store what a model saw in a picture."""
        self._db.execute(
            f"INSERT OR REPLACE INTO recognition (fingerprint, model, {_SEEN}) VALUES (?, ?, ?, ?, ?, ?)",
            (
                *(fingerprint, model, _pack("H", prediction.classes), _pack("f", prediction.probabilities)),
                None if prediction.faces is None else _pack("f", [*chain.from_iterable(prediction.faces)]),
                None if prediction.quality is None else struct.pack(_QUALITY, *prediction.quality),
            ),
        )


_SEEN = "classes, probabilities, faces, quality"
_QUALITY = "<3Bf"
_BELOW = "(folder = ? OR folder >= ? AND folder < ?)"


def _key(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode()


def _below(folder: str) -> tuple[bytes, bytes, bytes]:
    """The values of :data:`_BELOW`: every path in the folder lies between its own with "/" and that with the next."""
    path = os.fsencode(folder)
    inside = os.path.join(path, b"")
    return path, inside, inside[:-1] + bytes([inside[-1] + 1])


def _photo(row: Sequence[Any]) -> Photo:
    id_, folder, name, size, mtime_ns, inode, fingerprint, content, format_, problem, genre, *metadata = row[:18]
    path = os.fsdecode(os.path.join(folder, name)) if folder is not None else ""
    stamp = Stamp(size, mtime_ns, inode)
    return Photo(id_, path, stamp, fingerprint, format_, problem, metadata_of(metadata), content, genre)


def _prediction(row: Sequence[Any]) -> Prediction:
    classes, probabilities, faces, quality = row
    return Prediction(
        _unpack("H", classes),
        _unpack("f", probabilities),
        None if faces is None else tuple(map(Face._make, struct.iter_unpack("<5f", faces))),
        None if quality is None else Quality._make(struct.unpack(_QUALITY, quality)),
    )


def _pack(kind: str, values: Sequence[float]) -> bytes:
    return struct.pack(f"<{len(values)}{kind}", *values)


def _unpack(kind: str, data: bytes) -> tuple[Any, ...]:
    return struct.unpack(f"<{len(data) // struct.calcsize(kind)}{kind}", data)
