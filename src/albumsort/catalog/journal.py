"""The journal: what is about to be done to files, written before, and what came of it, written afterwards."""

from __future__ import annotations

import json
import os
import sqlite3
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from typing import Any

from albumsort.stamps import Stamp
from albumsort.steps import Edit, Origin, Splice, Step

_STEP = (
    "id, run, unit, state, kind, action, source, destination, size, mtime_ns, inode, content, target, photo, undoes, "
    "made_size, made_mtime_ns, made_inode, origin_mtime_ns, origin_mode, edit"
)


@dataclass(frozen=True, slots=True)
class Run:
    """A run that acted, or took back the run ``undoes``.

    ``started`` and ``ended`` in UTC; ``ended`` is None where it was cut off, or still goes on. ``done``, ``undone`` and
    ``open`` count its files by the state of their steps; ``taken_back`` is set once an undo of it came to its end,
    whatever it had to leave.
    """

    id: int
    started: datetime
    ended: datetime | None
    action: str
    albums: str
    undoes: int | None
    taken_back: bool
    done: int
    undone: int
    open: int


class Journal:
    """The tables of the journal, over the connection of the catalog, which also makes the transactions."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def begin(self, action: str, albums: str, undoes: int | None = None) -> int:
        """Note the begin of a run on an album folder; ``undoes`` 0 stands for a report. Returns its number."""
        row = (_now(), action, os.fsencode(albums), undoes)
        cursor = self._db.execute("INSERT INTO run (started, action, albums, undoes) VALUES (?, ?, ?, ?)", row)
        return cursor.lastrowid or 0

    def end(self, run: int) -> None:
        """Note that a run came to its end in order, stopped or not."""
        self._db.execute("UPDATE run SET ended = ? WHERE id = ?", (_now(), run))

    def end_settled(self) -> None:
        """Note the end of runs that were cut off, once nothing of them is open any more."""
        self._db.execute(
            "UPDATE run SET ended = ? WHERE ended IS NULL AND id NOT IN (SELECT run FROM step WHERE state = 'open')",
            (_now(),),
        )
        self._db.execute("DELETE FROM run WHERE id NOT IN (SELECT run FROM step)")

    def discard(self, run: int) -> None:
        """Forget a run that did nothing at all."""
        self._db.execute("DELETE FROM run WHERE id = ? AND id NOT IN (SELECT run FROM step)", (run,))

    def mark_taken_back(self, run: int) -> None:
        """An undo of this run came to its end."""
        self._db.execute("UPDATE run SET undone = 1 WHERE id = ?", (run,))

    def runs(self) -> list[Run]:
        """All runs, oldest first."""
        # An old link that made way is no file of its own, unless nothing else was done for its photo.
        alone = "unit NOT IN (SELECT unit FROM step WHERE kind = 'place')"
        is_file = f"(kind = 'place' OR run.undoes IS NOT NULL OR {alone})"
        rows = self._db.execute(
            "SELECT run.id, started, ended, run.action, albums, run.undoes, undone, "
            f"coalesce(sum({is_file} AND state = 'done'), 0), coalesce(sum({is_file} AND state = 'undone'), 0), "
            "coalesce(sum(state = 'open'), 0) "
            "FROM run LEFT JOIN step ON step.run = run.id GROUP BY run.id ORDER BY run.id"
        )
        return [
            Run(
                *(row[0], datetime.fromisoformat(row[1]), datetime.fromisoformat(row[2]) if row[2] else None),
                *(row[3], os.fsdecode(row[4]), row[5], bool(row[6]), *row[7:]),
            )
            for row in rows
        ]

    def intend(self, run: int, units: Iterable[Sequence[Step]]) -> list[list[Step]]:
        """Write what is about to be done; it is durable when the transaction around this ends. Returns it with ids."""
        last = self._db.execute("SELECT coalesce(max(id), 0) FROM step").fetchone()[0]
        written: list[list[Step]] = []
        for unit in units:
            first = last + 1
            last += len(unit)
            written.append([replace(step, id=first + index, unit=first) for index, step in enumerate(unit)])
        marks = ", ".join("?" * 21)
        rows = (_row(step, run) for unit in written for step in unit)
        self._db.executemany(f"INSERT INTO step ({_STEP}) VALUES ({marks})", rows)
        return written

    def conclude(self, *steps: Step) -> None:
        """Write what came of steps, and that those which they took back are undone."""
        self._db.executemany(
            "UPDATE step SET state = ?, made_size = ?, made_mtime_ns = ?, made_inode = ? WHERE id = ?",
            ((step.state, *_made(step), step.id) for step in steps),
        )
        taken_back = ((step.undoes,) for step in steps if step.undoes and step.state == "done")
        self._db.executemany("UPDATE step SET state = 'undone' WHERE id = ?", taken_back)

    def open_units(self) -> dict[int, list[list[Step]]]:
        """By run, the units that were begun and of which it is not known what came of them, in the order written."""
        found: dict[int, list[list[Step]]] = {}
        of_open = "unit IN (SELECT unit FROM step WHERE state = 'open')"
        query = f"SELECT {_STEP} FROM step WHERE {of_open} ORDER BY run, unit, id"
        for row in self._db.execute(query):
            step = _step(row)
            units = found.setdefault(row[1], [])
            if not units or units[-1][0].unit != step.unit:
                units.append([])
            units[-1].append(step)
        return found

    def done_units(self, run: int) -> list[list[Step]]:
        """The units of a run with their steps that are done and not taken back, latest first, steps in their order."""
        units: dict[int, list[Step]] = {}
        query = f"SELECT {_STEP} FROM step WHERE run = ? AND state = 'done' ORDER BY id"
        for row in self._db.execute(query, (run,)):
            step = _step(row)
            units.setdefault(step.unit, []).append(step)
        return list(reversed(units.values()))

    def taken_away_by(self, step: Step) -> list[Step]:
        """The steps of later runs that took away what a step had placed, and were not taken back themselves."""
        rows = self._db.execute(
            f"SELECT {_STEP} FROM step WHERE id > ? AND destination = ? "
            "AND kind = 'remove' AND state = 'done' AND undoes IS NULL",
            (step.id, os.fsencode(step.destination)),
        )
        return [_step(row) for row in rows]

    def written_after(self, run: int) -> list[tuple[int, str, str]]:
        """What later runs wrote tags into: the run, the photo, and the file, oldest first.

        Without what was taken back, and what an undo of that run had to leave.
        """
        rows = self._db.execute(
            "SELECT run, source, destination FROM step JOIN run ON run.id = step.run "
            "WHERE run > ? AND kind = 'write' AND state = 'done' AND step.undoes IS NULL AND NOT undone ORDER BY run",
            (run,),
        )
        return [(number, os.fsdecode(photo), os.fsdecode(file)) for number, photo, file in rows]

    def add_folders(self, paths: Iterable[str]) -> None:
        """Note folders that are about to be made."""
        self._db.executemany("INSERT OR IGNORE INTO made_folder VALUES (?)", [(os.fsencode(path),) for path in paths])

    def made_folders(self) -> list[str]:
        """The folders that albumsort made, those inside others first."""
        paths = [os.fsdecode(row[0]) for row in self._db.execute("SELECT path FROM made_folder")]
        return sorted(paths, key=lambda path: (-path.count(os.sep), path))

    def forget_folder(self, path: str) -> None:
        """A folder that was made is gone."""
        self._db.execute("DELETE FROM made_folder WHERE path = ?", (os.fsencode(path),))


def _now() -> str:
    return datetime.now(timezone.utc).isoformat(timespec="seconds")


def _row(step: Step, run: int) -> tuple[Any, ...]:
    return (
        step.id,
        run,
        step.unit,
        "open",
        step.kind,
        step.action,
        os.fsencode(step.source),
        os.fsencode(step.destination),
        step.stamp.size,
        step.stamp.mtime_ns,
        step.stamp.inode,
        step.content,
        os.fsencode(step.target),
        step.photo_id,
        step.undoes,
        *_made(step),
        *(step.origin or (None, None)),
        _packed(step.edit),
    )


def _made(step: Step) -> tuple[int, int, int] | tuple[None, None, None]:
    return (step.made.size, step.made.mtime_ns, step.made.inode) if step.made else (None, None, None)


def _step(row: Sequence[Any]) -> Step:
    id_, _run, unit, state, kind, action, source, destination, size, mtime_ns, inode, content, target, *rest = row
    photo, undoes, *made, origin_mtime_ns, origin_mode, edit = rest
    return Step(
        kind=kind,
        action=action,
        source=os.fsdecode(source),
        destination=os.fsdecode(destination),
        stamp=Stamp(size, mtime_ns, inode),
        content=content,
        target=os.fsdecode(target),
        photo_id=photo,
        made=Stamp(*made) if made[0] is not None else None,
        undoes=undoes,
        origin=Origin(origin_mtime_ns, origin_mode) if origin_mtime_ns is not None else None,
        edit=_unpacked(edit),
        id=id_,
        unit=unit,
        state=state,
    )


def _packed(edit: Edit | None) -> bytes | None:
    """Compressed: a sidecar may be long, and its old text is much like the new one."""
    if edit is None:
        return None
    splices = [[own.begin, own.old.hex(), own.new.hex()] for own in edit.splices]
    return zlib.compress(json.dumps([splices, edit.before, edit.after]).encode())


def _unpacked(packed: bytes | None) -> Edit | None:
    if packed is None:
        return None
    splices, before, after = json.loads(zlib.decompress(packed))
    return Edit(
        tuple(Splice(begin, bytes.fromhex(old), bytes.fromhex(new)) for begin, old, new in splices), before, after
    )
