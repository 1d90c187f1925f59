"""The table and the CSV file of ``albumsort model compare``."""

from __future__ import annotations

import csv
import math
from collections.abc import Sequence
from dataclasses import astuple, fields
from typing import TextIO

from albumsort.messages import gettext as _
from albumsort.pipeline.compare import Row
from albumsort.plan.columns import cells, padded, printable


def write_header(file: TextIO) -> None:
    """Begin the CSV file, which is after RFC 4180: the columns are the fields of ``Row``."""
    csv.writer(file).writerow(field.name for field in fields(Row))


def write_row(file: TextIO, row: Row) -> None:
    """Add one network to the CSV file; what was not measured is empty."""
    csv.writer(file).writerow(_plain(value) for value in astuple(row))
    file.flush()  # of an hour for each network none is lost by an interruption


def table(rows: Sequence[Row]) -> str:
    """The rows as lines of text, with a second table of the stability runs if there were any, and notes below."""
    lines = _aligned([_header(), *(_cells(row) for row in rows)])
    if any(row.minutes for row in rows):
        lines += ["", *_aligned([_stability_header(), *(_stability_cells(row) for row in rows)])]
    notes = [f"* {row.model}: {printable(row.note)}" for row in rows if row.note]
    return "\n".join([*lines, *([""] if notes else []), *notes])


def _header() -> tuple[str, ...]:
    return (
        *(_("model"), _("in"), _("params"), _("file"), _("load"), _("latency"), _("photos/s"), _("batch")),
        *(_("CPUs"), _("memory"), _("top-1"), _("top-5")),
    )


def _stability_header() -> tuple[str, ...]:
    return (
        *(_("model"), _("minutes"), _("photos/s first"), _("last"), _("drift"), _("memory first"), _("last")),
        _("outputs"),
    )


def _cells(row: Row) -> tuple[str, ...]:
    return (
        row.model + "*" * bool(row.note),
        row.precision or "-",
        _number(row.parameters, ".1f", " M", 1e6),
        _number(row.file_bytes, ".1f", " MB", 1e6),
        _number(row.load_seconds, ".2f", " s"),
        _number(row.latency_ms, ".1f", " ms"),
        _number(row.photos_per_second, ",.0f"),
        _number(row.batch, "d"),
        _number(row.processors, ".2f"),
        _number(row.peak_memory_bytes, ",.0f", " MB", 1e6),
        _number(row.top1_percent, ".1f", " %"),
        _number(row.top5_percent, ".1f", " %"),
    )


def _stability_cells(row: Row) -> tuple[str, ...]:
    return (
        row.model,
        _number(row.minutes, "g"),
        _number(row.photos_per_second_first, ",.0f"),
        _number(row.photos_per_second_last, ",.0f"),
        _number(row.drift_percent, "+.1f", " %"),
        _number(row.memory_first_bytes, ",.0f", " MB", 1e6),
        _number(row.memory_last_bytes, ",.0f", " MB", 1e6),
        {None: "-", True: _("the same"), False: _("differ")}[row.same_outputs],
    )


def _number(value: float | None, form: str, unit: str = "", scale: float = 1) -> str:
    if value is None or math.isnan(value):
        return "-"
    return f"{value if scale == 1 else value / scale:{form}}{unit}"


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """One line a row: the first column to the left, numbers to the right."""
    widths = [max(len(cells(cell)) for cell in column) for column in zip(*rows, strict=True)]
    lines = []
    for first, *others in rows:
        numbers = [padded(cell, width, before=True) for cell, width in zip(others, widths[1:], strict=True)]
        lines.append("  ".join([padded(first, widths[0]), *numbers]))
    return lines


def _plain(value: object) -> object:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return "" if math.isnan(value) else f"{value:.6g}"
    return value
