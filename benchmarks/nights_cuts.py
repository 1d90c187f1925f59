"""In which parts the photos of a library arrive."""

from __future__ import annotations

import csv
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from events_library import SIDECAR

CUTS = ("equal", "days", "thirds")
CRON = timedelta(hours=3)
"""The hour at which each night's run is, and a day ends."""


class Unit(NamedTuple):
    """A photo with what arrives with it: its companions, its copies; paths relative to the library."""

    taken: datetime
    paths: tuple[str, ...]


def units_of(folder: Path) -> list[Unit]:
    """In order of time; a photo that does not say when it was taken comes after the one before it in the truth."""
    with open(folder / "truth.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    paths: defaultdict[str, list[str]] = defaultdict(list)
    taken: dict[str, datetime] = {}
    last = ""
    for row in rows:
        last = row["local_time"] or last
        taken.setdefault(row["group"], datetime.fromisoformat(last))
        sidecar = row["path"] + SIDECAR
        paths[row["group"]] += [row["path"], *([sidecar] if (folder / "library" / sidecar).exists() else [])]
    units = [Unit(taken[group], tuple(own)) for group, own in paths.items()]
    return sorted(units, key=lambda unit: unit.taken)


def parts(units: Sequence[Unit], cut: str, nights: int) -> list[Sequence[Unit]]:
    """The arrivals, of which none is empty."""
    if cut == "equal":
        return [units[begin:end] for begin, end in pairwise(len(units) * part // nights for part in range(nights + 1))]
    if cut == "days":
        days = [(unit.taken - CRON).date() for unit in units]
        last = sorted({*days})[-nights:]
        number = [bisect_right(last, day) for day in days]
    else:
        third: timedelta = (units[-1].taken - units[0].taken) / 3
        number = [min(2, (unit.taken - units[0].taken) // third) for unit in units]
    return [[unit for unit, own in zip(units, number, strict=True) if own == part] for part in sorted({*number})]
