"""What a run did, from its report: for an undo without the journal."""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timezone
from typing import NamedTuple, cast

from albumsort.apply.albums import albums_around
from albumsort.errors import AlbumsortError
from albumsort.messages import gettext as _
from albumsort.pipeline.journaled import Unit
from albumsort.records import Action
from albumsort.stamps import Stamp
from albumsort.steps import Origin, Step

_CELLS = {
    "path": r"[^\0]+",
    "action": "move|copy|hardlink|symlink",
    "destination": r"[^\0]+",
    "size": r"\d{1,18}",
    "modified": r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z)?",
    "sha256": "([0-9a-f]{64})?",
}
"""What albumsort writes of a file that it placed; anything may have become of a report since."""

_TIMES = range(-(2**63), 2**63)
"""The nanoseconds that the journal can hold."""

_Row = Mapping[str, str]


class Reported(NamedTuple):
    """The library that a report is about, the album folders that it names, and what was done, latest first."""

    library: str
    albums: list[str]
    units: list[Unit]


def read_done(path: str, library: str | None) -> Reported:
    """The steps that a report says were done. Without ``library`` the marker of the album folder tells which it is.

    Raises :class:`AlbumsortError` for a file that is no report or was changed, where nothing was done, and where nobody
    knows what its paths are relative to.
    """
    done = list(_rows_done(path))
    if not done:
        raise AlbumsortError(_("{path}: the report says that nothing was done; nothing to take back").format(path=path))
    marked = {found.folder: found for _line, row in done if (found := albums_around(_plain(row["destination"])))}
    library = library or next((found.library for found in marked.values() if found.library), "")
    if not library:
        problem = _("{path}: nothing says which directory its paths are in; name it with --library PHOTOS")
        raise AlbumsortError(problem.format(path=path))
    units: dict[tuple[str, str], list[Step]] = {}
    for line, row in done:
        try:
            step = _step(row, library)
        except ValueError as error:
            problem = _("{path}, line {line}: {reason}; nothing was done")
            raise AlbumsortError(problem.format(path=path, line=line, reason=error)) from error
        album = os.path.dirname(step.destination)  # links may have put a photo into several
        units.setdefault((_photo(row, step.source, library), album), []).append(step)
    return Reported(library, list(marked), list(reversed(units.values())))


def _rows_done(path: str) -> Iterator[tuple[int, _Row]]:
    """The rows of files that were placed, each with the number of the line that it ends in."""
    try:
        with open(path, encoding="utf-8", errors="surrogateescape", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            if missing := {*_CELLS, "status"} - set(reader.fieldnames or ()):
                problem = _("{path}: not a report of albumsort: it has no column {column}")
                raise AlbumsortError(problem.format(path=path, column=sorted(missing)[0]))
            for row in reader:
                if None in row or None in row.values():
                    reason = _("the row has not as many cells as there are columns")
                    problem = _("{path}, line {line}: {reason}; nothing was done")
                    raise AlbumsortError(problem.format(path=path, line=reader.line_num, reason=reason))
                if row["status"] == "done" and row["action"] == "tag":
                    problem = _(
                        "{path}: what was there before tags is in the state folder alone, not in a report; "
                        "`albumsort undo` takes tags back"
                    )
                    raise AlbumsortError(problem.format(path=path))
                if row["status"] == "done" and row["destination"]:
                    yield reader.line_num, row
    except (csv.Error, OSError, ValueError) as error:
        raise AlbumsortError(
            _("{path}: the report cannot be read: {reason}").format(path=path, reason=error)
        ) from error


def _step(row: _Row, library: str) -> Step:
    """What a row says was done. Raises ``ValueError`` where albumsort did not write it."""
    cells = {column: _plain(row[column]) for column in _CELLS}
    for column, pattern in _CELLS.items():
        if not re.fullmatch(pattern, cells[column], re.ASCII):
            problem = _("{value!r} is not what albumsort writes as {column}")
            raise ValueError(problem.format(value=row[column][:80], column=column))
    action, content = cast(Action, cells["action"]), cells["sha256"]
    source, destination = _path(os.path.join(library, cells["path"])), _path(cells["destination"])
    modified = _nanoseconds(cells["modified"])
    stamp, target = Stamp(int(cells["size"]), -1 if modified is None else modified, 0), ""
    if action == "symlink":
        stamp, target = _link(destination, source) or (stamp, "")
    origin = Origin(modified, None) if action == "move" and modified is not None else None
    return Step("place", action, source, destination, stamp, content, target, made=stamp, origin=origin, state="done")


def _photo(row: _Row, source: str, library: str) -> str:
    """What the files of one photo have in common: its path.

    Reports of before there was the column do not tell it; files with one name up to the first dot stay together then.
    """
    if "companion_of" not in row:
        folder, name = os.path.split(source)
        return os.path.join(folder, name.partition(".")[0])
    photo = _plain(row["companion_of"])
    return os.path.join(library, photo) if photo else source


def _link(destination: str, source: str) -> tuple[Stamp, str] | None:
    """The stamp and the text of a symbolic link, if it still leads to the photo."""
    try:
        target = os.readlink(destination)
        if os.path.realpath(os.path.join(os.path.dirname(destination), target)) == os.path.realpath(source):
            return Stamp.of(os.lstat(destination)), target
    except OSError:
        pass
    return None


def _plain(cell: str) -> str:
    """A cell without the apostrophe that keeps a spreadsheet from running it."""
    return cell.removeprefix("'")


def _path(path: str) -> str:
    if not os.path.isabs(path) or os.path.normpath(path) != path:
        raise ValueError(_("{value!r} is not the full path of a file").format(value=path[:200]))
    return path


def _nanoseconds(cell: str) -> int | None:
    """The time of a file, None where it was none that the report could tell."""
    if not cell:
        return None
    time = datetime.fromisoformat(cell[:19]).replace(tzinfo=timezone.utc)
    nanoseconds = int(time.timestamp()) * 10**9 + int(cell[20:29])
    if nanoseconds not in _TIMES:
        problem = _("{value!r} is not what albumsort writes as {column}")
        raise ValueError(problem.format(value=cell, column="modified"))
    return nanoseconds
