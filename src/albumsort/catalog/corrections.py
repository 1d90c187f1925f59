"""What the catalog remembers of the user's corrections: to which category photos belong, or that none places them."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone

from albumsort.records import Photo


@dataclass(frozen=True, slots=True)
class Correction:
    """What the user said of photos, at once.

    ``category`` is a key of the label table as it was then; None says that they are never to be placed. ``made`` is in
    UTC; ``photos`` are ids, in order.
    """

    id: int
    made: datetime
    category: str | None
    photos: tuple[int, ...]


class Corrections:
    """The tables of corrections, over the connection of the catalog, which also makes the transactions."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def all(self) -> list[Correction]:
        """Those that stand, oldest first."""
        photos: defaultdict[int, list[int]] = defaultdict(list)
        for correction, photo in self._db.execute("SELECT correction, photo FROM corrected ORDER BY correction, photo"):
            photos[correction].append(photo)
        rows = self._db.execute("SELECT id, made, category FROM correction ORDER BY id")
        return [
            Correction(number, datetime.fromisoformat(made), category, tuple(photos[number]))
            for number, made, category in rows
        ]

    def add(self, category: str | None, photos: Iterable[int]) -> Correction:
        """Store a correction of photos; those that the catalog does not have are left out."""
        made = datetime.now(timezone.utc)
        row = (made.isoformat(), category)
        number = self._db.execute("INSERT INTO correction (made, category) VALUES (?, ?)", row).lastrowid or 0
        ids = sorted(set(photos))
        self._db.executemany(
            "INSERT INTO corrected SELECT ?, id FROM photo WHERE id = ?", [(number, photo) for photo in ids]
        )
        known = self._db.execute("SELECT photo FROM corrected WHERE correction = ? ORDER BY photo", (number,))
        return Correction(number, made, category, tuple(photo for (photo,) in known))

    def delete(self, number: int) -> None:
        """Forget a correction; what was said of its photos before counts again."""
        self._db.execute("DELETE FROM corrected WHERE correction = ?", (number,))
        self._db.execute("DELETE FROM correction WHERE id = ?", (number,))

    def standing(self, photos: Iterable[Photo]) -> dict[int, Correction]:
        """The correction that counts for each photo, by its id: the latest of it or of any with the same bytes."""
        contents = dict(
            self._db.execute("SELECT id, content FROM photo WHERE id IN (SELECT photo FROM corrected)").fetchall()
        )
        by_photo: dict[int, Correction] = {}
        by_content: dict[str, Correction] = {}
        for correction in self.all():
            for photo in correction.photos:
                by_photo[photo] = correction
                by_content[contents[photo]] = correction
        by_content.pop("", None)  # not known
        found = ((photo.id, by_content.get(photo.content) or by_photo.get(photo.id)) for photo in photos)
        return {photo: correction for photo, correction in found if correction}

    def filed_as(self) -> dict[int, str | None]:
        """The category of the user that photos were last filed by, by id.

        "" where they were filed by what was recognised since, None where that run was taken back.
        """
        return dict(self._db.execute("SELECT photo, category FROM filed_as").fetchall())

    def carried_out(self, photos: Mapping[int, str]) -> None:
        """These were filed by these categories of the user, or, where that is "", by what was recognised."""
        given = [(photo, category) for photo, category in photos.items() if category]
        self._db.executemany("INSERT OR REPLACE INTO filed_as VALUES (?, ?)", given)
        others = [(photo,) for photo, category in photos.items() if not category]
        self._db.executemany("UPDATE filed_as SET category = '' WHERE photo = ?", others)

    def taken_back(self, photo: int) -> None:
        """It is no longer where it was filed, if that ever was by a category of the user."""
        self._db.execute("UPDATE filed_as SET category = NULL WHERE photo = ?", (photo,))
