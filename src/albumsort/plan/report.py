"""The CSV report: one row a photo and place, in path order, after RFC 4180."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable
from datetime import datetime, timezone

from albumsort.messages import gettext as _
from albumsort.output_file import check_place, replaced
from albumsort.records import CaptureTime, Decision

COLUMNS = (
    *("path", "category", "confidence", "labels", "taken_at", "time_source", "time_zone", "latitude", "longitude"),
    *("place", "country", "event", "trip", "album", "action", "destination", "status", "note"),
    *("size", "modified", "sha256", "tags", "people", "companion_of"),
)
"""A contract with scripts: new columns go at the end."""

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "'")
"""What a spreadsheet takes for a formula (OWASP, CSV injection), and the apostrophe, so that one can be taken off."""


def write_report(path: str, decisions: Iterable[Decision], library: str) -> None:
    """Write the report in one step: whoever reads ``path`` sees the old report or the new one.

    ``library`` is the directory that paths are relative to. Raises :class:`AlbumsortError` where it cannot be written.
    """
    check_report_place(path)
    with replaced(path, _("report")) as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows(row(decision, library) for decision in decisions)


def check_report_place(path: str) -> None:
    """Raise :class:`AlbumsortError` where ``path`` is not a report of albumsort: a photo named by mistake, say."""
    check_place(path, "--report", _("report"), lambda start: start.startswith(",".join(COLUMNS[:4])))


def row(decision: Decision, library: str) -> list[str]:
    """The cells of one decision, in the order of :data:`COLUMNS`."""
    meta, stamp = decision.metadata, decision.stamp
    cells = {
        "path": _text(_relative(decision.path, library)),
        "category": _text(decision.category),
        "confidence": _number(decision.confidence, 3),
        "labels": _text("; ".join(f"{name}={probability:.2f}" for name, probability in decision.labels)),
        "taken_at": _taken_at(decision.captured),
        "time_source": decision.captured.source,
        "time_zone": _text(decision.captured.time_zone),
        "latitude": _number(meta.latitude, 6),
        "longitude": _number(meta.longitude, 6),
        "place": _text(decision.situation.place),
        "country": _text(decision.situation.country),
        "event": _text(decision.situation.event),
        "trip": _text(decision.situation.trip),
        "album": _text(decision.album),
        "action": decision.action or "",
        # Where it stays, what is there may be the user's own, and an undo is not to take that for albumsort's.
        "destination": "" if decision.stays else _text(decision.destination),
        "status": decision.status,
        "note": _text(note_of(decision)),
        "size": str(stamp.size) if stamp else "",
        "modified": _modified(stamp.mtime_ns) if stamp else "",
        "sha256": decision.content,
        "tags": _text("; ".join(decision.tags)),
        "people": "" if decision.people is None else str(decision.people),
        "companion_of": _text(_relative(decision.companion_of, library)),
    }
    return [cells.get(column, "") for column in COLUMNS]


def note_of(decision: Decision) -> str:
    """All that there is to say of a decision, in words."""
    return "; ".join(
        filter(None, (decision.note, decision.said or decision.by_burst, _clock(decision.situation.behind)))
    )


def _clock(behind: float) -> str:
    if not behind:
        return ""
    hours, minutes = divmod(round(abs(behind) / 60), 60)
    units = ((hours, _("{number} h")), (minutes, _("{number} min")))
    by = " ".join(unit.format(number=number) for number, unit in units if number)
    told = _("its clock was {by} behind") if behind > 0 else _("its clock was {by} ahead")
    return told.format(by=by)


def _text(value: str) -> str:
    return "'" + value if value.startswith(FORMULA_STARTS) else value


def _number(value: float | None, digits: int) -> str:
    return "" if value is None else f"{value:.{digits}f}"


def _relative(path: str, library: str) -> str:
    inside = os.path.join(library, "")
    return path[len(inside) :] if path.startswith(inside) else path


def _taken_at(captured: CaptureTime) -> str:
    if captured.taken_at is None:
        return ""
    text = captured.taken_at.isoformat(timespec="seconds")
    return text[:10] if captured.date_only else text


def _modified(mtime_ns: int) -> str:
    """ISO 8601 in UTC with nanoseconds, which ``datetime`` does not carry; "" outside its years 1 to 9999."""
    seconds, nanoseconds = divmod(mtime_ns, 10**9)
    try:
        time = datetime.fromtimestamp(seconds, timezone.utc)
    except (OverflowError, OSError, ValueError):
        return ""
    return f"{time:%Y-%m-%dT%H:%M:%S}.{nanoseconds:09d}Z"
