"""Libraries with a known truth, as make_library.py writes them: what the program may know of them, and the score."""

from __future__ import annotations

import csv
import json
import re
import zlib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timezone
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from albumsort.events.shots import DAY, Shot, seconds

Row = Mapping[str, str]

PHOTOS = ("phone", "camera", "whatsapp")
"""The kinds of files that are scored: no screenshots, copies or companions."""
SIDECAR = ".supplemental-metadata.json"
_IN_NAME = re.compile(r"IMG_(\d{8})_(\d{6})|IMG-(\d{8})-WA")


class Library(NamedTuple):
    """The photos of a library in order of time, numbered as in ``rows`` of the truth, and where the sights are from.

    A photo that says nothing of its time is in ``rows`` only. ``right`` is the true local time by photo, in seconds.
    """

    name: str
    rows: Sequence[Row]
    shots: Sequence[Shot]
    right: Mapping[int, float]
    sights: str


class Score(NamedTuple):
    """Of one library. ``clocks`` are the photos that a wrong clock took, ``put_right`` those whose time is right now.

    ``kept`` of ``kept_of`` photos of right clocks still have their time.
    """

    precision: float
    recall: float
    f1: float
    trips: int = 0
    trips_found: int = 0
    trips_in_excess: int = 0
    clocks: int = 0
    put_right: int = 0
    kept_of: int = 0
    kept: int = 0


def read_library(folder: Path) -> Library:
    """The photos of ``folder``, which holds truth.csv and library/, and report.csv where a scan has been made."""
    rows = [row for row in _read(folder / "truth.csv") if row["kind"] in PHOTOS]
    report = folder / "report.csv"
    sights = _sights_of_report(report, folder / "library") if report.exists() else {}
    shots = shots_of(folder, rows, sights or {row["path"]: row["theme"] for row in rows})
    right = {number: _time(row["local_time"]) for number, row in enumerate(rows) if row["local_time"]}
    return Library(folder.name, rows, shots, right, "report" if sights else "truth")


def shots_of(folder: Path, rows: Sequence[Row], sights: Mapping[str, str]) -> list[Shot]:
    """What the files say, taken from the truth instead of from them: what the devices wrote, not what is true.

    Time: ``exif_time``, which of a camera whose clock stayed at home is not the local time; without it that of a
    phone's file name, of a messenger's JSON sidecar, or the day in a messenger's file name. Position: the GPS that the
    phone wrote, or the sidecar's. Zone: the true one, only where there is a position to look it up by. Device: the
    kind. The truth does not tell which phone photos without a position wrote their offset from UTC: make_library.py
    writes it into four of five, so four of five are taken to have it, by a hash of the path. What a photo shows
    (``sights``, by path) is the category of the report, or the true theme where there is none, which no program
    knows so well.
    """
    shots = []
    for number, row in enumerate(rows):
        sidecar = folder / "library" / (row["path"] + SIDECAR)
        shot = _from_sidecar(sidecar, row) if row["kind"] == "whatsapp" and sidecar.exists() else _from_file(row)
        if shot is not None:
            shots.append(shot._replace(photo=number, device=row["kind"], category=sights.get(row["path"], "")))
    return sorted(shots, key=lambda shot: (shot.time, shot.photo))


def _from_sidecar(sidecar: Path, row: Row) -> Shot:
    told = json.loads(sidecar.read_text(encoding="utf-8"))
    utc = datetime.fromtimestamp(int(told["photoTakenTime"]["timestamp"]), timezone.utc)
    local = utc.astimezone(ZoneInfo(row["time_zone"])).replace(tzinfo=None)
    where = told["geoData"]
    return Shot(0, seconds(local), False, where["latitude"], where["longitude"], row["time_zone"], sure=True)


def _from_file(row: Row) -> Shot | None:
    time, day_only = _time(row["exif_time"]) if row["exif_time"] else None, False
    if time is None and (name := _IN_NAME.search(row["path"])):
        digits, day_only = (name[1] + name[2], False) if name[1] else (name[3] + "000000", True)
        time = seconds(datetime.strptime(digits, "%Y%m%d%H%M%S"))
    if time is None:
        return None
    if row["latitude"]:
        return Shot(0, time, day_only, float(row["latitude"]), float(row["longitude"]), row["time_zone"], sure=True)
    wrote_offset = row["kind"] == "phone" and zlib.crc32(row["path"].encode()) % 5 < 4
    return Shot(0, time, day_only, sure=wrote_offset)


def with_right_clocks(library: Library) -> Library:
    """The same, had every clock been right."""
    shots = [
        shot if shot.day_only else shot._replace(time=library.right.get(shot.photo, shot.time))
        for shot in library.shots
    ]
    return library._replace(shots=sorted(shots, key=lambda shot: (shot.time, shot.photo)))


def with_day_only(shots: Sequence[Shot], events: Mapping[int, int]) -> dict[int, int]:
    """``events`` with the photos of which only the day is known, each in the event that has most photos of that day."""
    by_day: defaultdict[int, Counter[int]] = defaultdict(Counter)
    for shot in shots:
        if not shot.day_only:
            by_day[int(shot.time // DAY)][events[shot.photo]] += 1
    found = dict(events)
    for shot in shots:
        if shot.day_only:
            day = int(shot.time // DAY)
            found[shot.photo] = by_day[day].most_common(1)[0][0] if day in by_day else -1 - day
    return found


def score(library: Library, events: Mapping[int, int], trips: Mapping[int, int], times: Mapping[int, float]) -> Score:
    """``events``, ``trips`` and ``times`` are by photo; a photo without an event is an event of its own."""
    rows = library.rows
    pairs = [(row["event"], str(events.get(number, f"alone {number}"))) for number, row in enumerate(rows)]
    return Score(*bcubed(pairs), *_trips(rows, trips), *_clocks(library, times))


def bcubed(pairs: Sequence[tuple[str, str]]) -> tuple[float, float, float]:
    """B-cubed precision, recall and F1 (Bagga & Baldwin 1998) of (true, found) labels."""
    true, found = Counter(pair[0] for pair in pairs), Counter(pair[1] for pair in pairs)
    both = Counter(pairs)
    precision = sum(count * count / found[pair[1]] for pair, count in both.items()) / len(pairs)
    recall = sum(count * count / true[pair[0]] for pair, count in both.items()) / len(pairs)
    return precision, recall, 2 * precision * recall / (precision + recall)


def _trips(rows: Sequence[Row], trips: Mapping[int, int]) -> tuple[int, int, int]:
    """True trips of two nights or more; those of them that were found; found ones that are no trip.

    Found is a trip of which more than half (intersection over union) is the same.
    """
    true: defaultdict[str, set[int]] = defaultdict(set)
    days: defaultdict[str, list[date]] = defaultdict(list)
    found: defaultdict[int, set[int]] = defaultdict(set)
    for number, row in enumerate(rows):
        if number in trips:
            found[trips[number]].add(number)
        if row["trip"]:
            true[row["trip"]].add(number)
            if row["local_time"]:
                days[row["trip"]].append(date.fromisoformat(row["local_time"][:10]))
    long = [photos for trip, photos in true.items() if days[trip] and (max(days[trip]) - min(days[trip])).days >= 2]
    hit = sum(any(_same(photos, other) for other in found.values()) for photos in long)
    excess = sum(not any(_same(photos, other) for photos in true.values()) for other in found.values())
    return len(long), hit, excess


def _same(one: set[int], other: set[int]) -> bool:
    return len(one & other) >= 0.5 * len(one | other)


def _clocks(library: Library, times: Mapping[int, float]) -> tuple[int, int, int, int]:
    wrong: list[bool] = []
    kept: list[bool] = []
    for number, row in enumerate(library.rows):
        if row["local_time"] and row["exif_time"]:
            is_right = abs(times.get(number, float("inf")) - library.right[number]) < 1
            (kept if row["exif_time"] == row["local_time"] else wrong).append(is_right)
    return len(wrong), sum(wrong), len(kept), sum(kept)


def _sights_of_report(report: Path, library: Path) -> dict[str, str]:
    """By path in the library; no category says that none was likely enough, and a photo that is not there says none."""
    found = {}
    for row in _read(report):
        path = Path(row["path"])
        if path.is_absolute() and path.is_relative_to(library.resolve()):
            path = path.relative_to(library.resolve())
        found[str(path)] = "" if row["category"] == "unsorted" else row["category"]
    return found


def _read(file: Path) -> list[dict[str, str]]:
    with open(file, encoding="utf-8", errors="surrogateescape", newline="") as stream:
        return list(csv.DictReader(stream))


def _time(text: str) -> float:
    return seconds(datetime.fromisoformat(text))
