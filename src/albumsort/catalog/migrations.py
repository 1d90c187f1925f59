"""The versions of the catalog's tables.

A migration never changes once it was released: a catalog of any age is brought up to date by running, in order, those
that it has not had. ``PRAGMA user_version`` holds the number it has had.
"""

from __future__ import annotations

import sqlite3

from albumsort.messages import gettext as _

MIGRATIONS = (
    """
    CREATE TABLE setting (key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;

    -- One row a photo for as long as the library exists. Paths are bytes: a name need not be UTF-8.
    -- folder and name are NULL while the photo is nowhere (its place was taken by another file).
    -- content is NULL where the file could not be read, which is tried again, and '' where it is no picture. Without a
    -- problem, too, that is a file whose name never said so; it is remembered so that it is not opened again.
    CREATE TABLE photo (
        id INTEGER PRIMARY KEY,
        folder BLOB, name BLOB,
        size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, inode INTEGER NOT NULL,
        content TEXT,
        format TEXT NOT NULL, problem TEXT NOT NULL,
        taken_at TEXT, time_zone TEXT NOT NULL, latitude REAL, longitude REAL, camera TEXT NOT NULL,
        UNIQUE (folder, name)
    );
    CREATE INDEX photo_inode ON photo (inode, size, mtime_ns);
    CREATE INDEX photo_size ON photo (size);
    CREATE INDEX photo_content ON photo (content);

    -- What a model saw belongs to the bytes, not to the file: uint16 classes and float32 probabilities, little-endian.
    CREATE TABLE recognition (
        content TEXT NOT NULL, model TEXT NOT NULL, classes BLOB NOT NULL, probabilities BLOB NOT NULL,
        PRIMARY KEY (content, model)
    ) WITHOUT ROWID;

    -- Where albumsort put a photo, with what bytes, and the stamp of what it put there.
    CREATE TABLE placement (
        destination BLOB PRIMARY KEY,
        photo INTEGER NOT NULL REFERENCES photo (id),
        action TEXT NOT NULL, content TEXT NOT NULL,
        size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, inode INTEGER NOT NULL
    ) WITHOUT ROWID;
    CREATE INDEX placement_photo ON placement (photo);

    CREATE TABLE album_folder (path BLOB PRIMARY KEY, holds_photos INTEGER NOT NULL) WITHOUT ROWID;
    """,
    """
    -- The journal. A run that acts, or takes back another; ended is NULL until it has ended in order.
    CREATE TABLE run (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        started TEXT NOT NULL, ended TEXT,
        action TEXT NOT NULL, albums BLOB NOT NULL,
        undoes INTEGER REFERENCES run (id), undone INTEGER NOT NULL DEFAULT 0
    );
    -- What is done to one file: written before as "open", afterwards as "done" or "left", later perhaps "undone".
    CREATE TABLE step (
        id INTEGER PRIMARY KEY,
        run INTEGER NOT NULL REFERENCES run (id), unit INTEGER NOT NULL, state TEXT NOT NULL,
        kind TEXT NOT NULL, action TEXT NOT NULL, source BLOB NOT NULL, destination BLOB NOT NULL,
        size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, inode INTEGER NOT NULL,
        content TEXT NOT NULL, target BLOB NOT NULL, photo INTEGER, undoes INTEGER REFERENCES step (id),
        made_size INTEGER, made_mtime_ns INTEGER, made_inode INTEGER, origin_mtime_ns INTEGER, origin_mode INTEGER
    );
    CREATE INDEX step_run ON step (run);
    CREATE INDEX step_destination ON step (destination);
    CREATE INDEX step_open ON step (run) WHERE state = 'open';
    -- Folders that albumsort made, and takes away again where an undo leaves them empty.
    CREATE TABLE made_folder (path BLOB PRIMARY KEY) WITHOUT ROWID;
    """,
    """
    -- utc is an instant, and place_zone the time zone at the position, NULL until it was looked up.
    ALTER TABLE photo ADD COLUMN utc TEXT;
    ALTER TABLE photo ADD COLUMN place_zone TEXT;
    -- Pictures that may have a GPS time and no other are read again.
    UPDATE photo SET content = NULL
    WHERE content != '' AND taken_at IS NULL AND latitude IS NOT NULL AND folder IS NOT NULL;
    -- What each sidecar says of its photo, so that it is opened once.
    CREATE TABLE sidecar (
        path BLOB PRIMARY KEY,
        size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, inode INTEGER NOT NULL,
        taken_at TEXT, time_zone TEXT NOT NULL, latitude REAL, longitude REAL, camera TEXT NOT NULL,
        utc TEXT, place_zone TEXT
    ) WITHOUT ROWID;
    """,
    """
    -- Where, and on which occasion, each photo was taken; what of it is not known is empty.
    CREATE TABLE situation (
        photo INTEGER PRIMARY KEY REFERENCES photo (id),
        event TEXT NOT NULL, trip TEXT NOT NULL,
        place TEXT NOT NULL, country TEXT NOT NULL, zone TEXT NOT NULL,
        behind REAL NOT NULL
    );
    """,
    """
    -- The local time that came out, in seconds since 1970-01-01T00:00 of that clock; grouped anew to find it.
    ALTER TABLE situation ADD COLUMN taken REAL NOT NULL DEFAULT 0;
    DELETE FROM setting WHERE key = 'situations of';
    -- Events and trips, with the names that their albums have.
    CREATE TABLE event (
        id TEXT PRIMARY KEY, is_trip INTEGER NOT NULL, name TEXT NOT NULL, day TEXT NOT NULL,
        begin TEXT NOT NULL, end TEXT NOT NULL, photos INTEGER NOT NULL,
        is_special INTEGER NOT NULL, is_fixed INTEGER NOT NULL
    ) WITHOUT ROWID;
    -- The albums that photos were put into or have links in, with the events and trips that these are called after; one
    -- is an occasion's own where all others go by category. What was taken out again since is in here still.
    CREATE TABLE filed (
        photo INTEGER NOT NULL REFERENCES photo (id), folder BLOB NOT NULL,
        event TEXT NOT NULL, is_own INTEGER NOT NULL,
        PRIMARY KEY (photo, folder, event)
    ) WITHOUT ROWID;
    -- What the user said of the event and the trip of a photo; NULL where nothing was said.
    CREATE TABLE fix (
        photo INTEGER PRIMARY KEY REFERENCES photo (id),
        event TEXT, trip TEXT, follows INTEGER NOT NULL
    );
    """,
    """
    -- A fingerprint tells photos apart without reading all of them; content is the SHA-256, '' until it is needed.
    -- fingerprint is NULL where the file could not be read, and '' where it is no picture or not looked at.
    ALTER TABLE photo ADD COLUMN fingerprint TEXT;
    UPDATE photo SET fingerprint = CASE WHEN format IN ('video', 'raw') THEN '' ELSE content END,
        content = ifnull(content, '');
    DROP INDEX photo_content;
    CREATE INDEX photo_fingerprint ON photo (fingerprint);
    ALTER TABLE recognition RENAME COLUMN content TO fingerprint;
    """,
    """
    -- What is no photo: 'screenshot' or 'document'.
    ALTER TABLE photo ADD COLUMN genre TEXT NOT NULL DEFAULT '';
    -- Videos and RAW files, which were not opened, are read; and again what no camera says that it has taken.
    UPDATE photo SET fingerprint = NULL
    WHERE folder IS NOT NULL AND (format IN ('video', 'raw') OR format != '' AND problem = '' AND camera = '');
    """,
    """
    -- The bytes that a step changes in a file, before and after: what takes it back. NULL where it changes none.
    ALTER TABLE step ADD COLUMN edit BLOB;
    """,
    """
    -- What the user said of photos: their category, NULL where they are never to be placed. The latest one counts; one
    -- that was taken back is gone, and its number is not used again.
    CREATE TABLE correction (id INTEGER PRIMARY KEY AUTOINCREMENT, made TEXT NOT NULL, category TEXT);
    CREATE TABLE corrected (
        correction INTEGER NOT NULL REFERENCES correction (id), photo INTEGER NOT NULL REFERENCES photo (id),
        PRIMARY KEY (correction, photo)
    ) WITHOUT ROWID;
    -- The category of the user that a photo was last filed by; '' where it went by what was recognised since, NULL
    -- where the run that filed it was taken back.
    CREATE TABLE filed_as (photo INTEGER PRIMARY KEY REFERENCES photo (id), category TEXT);
    -- What the user did to events and trips, and as JSON what was known of them before.
    CREATE TABLE regrouping (
        id INTEGER PRIMARY KEY AUTOINCREMENT, made TEXT NOT NULL,
        kind TEXT NOT NULL, events TEXT NOT NULL, name TEXT NOT NULL, before TEXT NOT NULL
    );
    """,
    """
    -- The faces in it, five float32 each, and its quality, three bytes and a float32, little-endian; NULL where nobody
    -- looked for them.
    ALTER TABLE recognition ADD COLUMN faces BLOB;
    ALTER TABLE recognition ADD COLUMN quality BLOB;
    """,
)


def migrate(connection: sqlite3.Connection) -> None:
    """Bring the tables up to date; each step is one transaction.

    Raises ``ValueError`` where the catalog was written by a newer version.
    """
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > len(MIGRATIONS):
        raise ValueError(
            _("it was written by a newer albumsort (catalog version {version}, this one knows {known})").format(
                version=version, known=len(MIGRATIONS)
            )
        )
    for number, script in enumerate(MIGRATIONS[version:], start=version + 1):
        connection.executescript(f"BEGIN; {script} PRAGMA user_version = {number}; COMMIT;")
