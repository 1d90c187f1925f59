"""What a run did, from its report: for an undo without the journal."""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timezone
from typing import NamedTuple, cast, get_args

from albumsort.apply.albums import albums_around
from albumsort.errors import AlbumsortError
from albumsort.pipeline.journaled import Unit
from albumsort.records import Action, Origin, Stamp, Step

NEEDED = ("path", "action", "destination", "status", "size", "modified", "sha256")
_MODIFIED = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\.(\d{9})Z", re.ASCII)
_GOES_WITH = re.compile(r"goes with ([^/]+?)(?:; .*)?", re.DOTALL)


class Reported(NamedTuple):
    """The library that a report is about, the album folders that it names, and what was done, latest first."""

    library: str
    albums: list[str]
    units: list[Unit]


def read_done(path: str, library: str | None) -> Reported:
    """The steps that a report says were done. Without ``library`` the marker of the album folder tells which it is.

    Raises :class:`AlbumsortError` for a file that is no report, or where nobody knows what its paths are relative to.
    """
    try:
        with open(path, encoding="utf-8", errors="surrogateescape", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            if missing := set(NEEDED) - set(reader.fieldnames or ()):
                raise AlbumsortError(f"{path}: not a report of albumsort: it has no column {sorted(missing)[0]}")
            done = [row for row in reader if row["status"] == "done" and row["destination"]]
    except (csv.Error, OSError, ValueError) as error:
        raise AlbumsortError(f"{path}: the report cannot be read: {error}") from error
    marked = {found.folder: found for row in done if (found := albums_around(_plain(row["destination"])))}
    library = library or next((found.library for found in marked.values() if found.library), "")
    if done and not library and not all(os.path.isabs(_plain(row["path"])) for row in done):
        raise AlbumsortError(f"{path}: nothing says which directory its paths are in; name it with --library PHOTOS")
    units: dict[str, list[Step]] = {}
    for row in done:
        step = _step(row, library, path)
        photo = _GOES_WITH.fullmatch(_plain(row.get("note") or ""))
        unit = os.path.join(os.path.dirname(step.source), photo[1]) if photo else step.source
        units.setdefault(unit, []).append(step)
    return Reported(library, list(marked), list(reversed(units.values())))


def _step(row: Mapping[str, str], library: str, report: str) -> Step:
    source, destination = os.path.join(library, _plain(row["path"])), _plain(row["destination"])
    action = cast(Action, row["action"])
    stamp = Stamp(int(row["size"] or -1), _nanoseconds(row["modified"]), 0) if row["size"].isdigit() else None
    if action not in get_args(Action) or stamp is None or not os.path.isabs(destination):
        raise AlbumsortError(f"{report}: the row of {source} was not written by albumsort; nothing was done")
    target = ""
    if action == "symlink":
        stamp, target = _link(destination, source) or (stamp, "")
    content, origin = row["sha256"] or "", Origin(_nanoseconds(row["modified"]), None) if action == "move" else None
    step = Step("place", action, source, destination, stamp, content, target, made=stamp, state="done")
    return replace(step, origin=origin)


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


def _nanoseconds(text: str) -> int:
    match = _MODIFIED.fullmatch(text)
    if match is None:
        return -1
    time = datetime.fromisoformat(match[1]).replace(tzinfo=timezone.utc)
    return int(time.timestamp()) * 10**9 + int(match[2])
