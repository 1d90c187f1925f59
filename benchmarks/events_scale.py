"""How time and memory of the grouping grow with the number of photos, each size in a process of its own."""

from __future__ import annotations

import json
import math
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from time import process_time
from typing import NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt
from events_parts import corrected

from albumsort.events.away import UsualPlaces, stays, usual_near
from albumsort.events.clocks import offset, right_clocks
from albumsort.events.gather import everyday, gather, home_country
from albumsort.events.grouping import Grouping, group
from albumsort.events.identity import TRIP as TRIP_MARK
from albumsort.events.identity import assign
from albumsort.events.places import Place
from albumsort.events.shots import DAY, HOUR, Shot
from albumsort.events.whereabouts import towns_of, whereabouts
from albumsort.pipeline.naming import Kept, Naming, describe

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
T = TypeVar("T")

SIZES = (10_000, 30_000, 100_000, 300_000, 1_000_000)
STAGES = ("usual places", "times away", "clocks", "events", "towns", "names", "whereabouts")
HEADER = ["photos", "years", *(f"{stage}, s" for stage in STAGES), "all, CPU s", "exponent", "peak, MiB"]
HEADER += ["of that for the photos", "us a photo", "events", "wrong clocks put right"]

HOME, NEAR, PARTY, TRIP = 0, 1, 2, 3
_PLACES = (
    (52.520, 13.405, "Europe/Berlin"),
    (52.399, 13.066, "Europe/Berlin"),
    (51.340, 12.375, "Europe/Berlin"),
    (38.717, -9.133, "Europe/Lisbon"),
    (42.805, 140.687, "Asia/Tokyo"),
    (-1.283, 36.817, "Africa/Nairobi"),
    (-33.868, 151.207, "Australia/Sydney"),
    (40.714, -74.006, "America/New_York"),
    (-12.043, -77.028, "America/Lima"),
    (45.923, 6.869, "Europe/Paris"),
)
_BEGIN = 12_000 * DAY
"""November 2002."""
_STARTS = np.array([8.0, 11.0, 20.0, 9.0]) * HOUR
_LENGTHS = np.array([10.0, 4.0, 5.5, 2.5]) * HOUR
_WEIGHTS = np.array([2.0, 12.0, 14.0, 8.0])
_CAMERA = np.array([0.0, 0.5, 0.0, 0.5])
_MESSENGER = np.array([0.3, 0.0, 0.5, 0.0])
_SPREAD_KM = np.array([1.0, 2.0, 0.3, 4.0])
_CATEGORIES = 17
# One text each, which the photos share.
_ZONES = np.array([place[2] for place in _PLACES], dtype=object)
_DEVICES = np.array(["phone", "camera", "messenger"], dtype=object)
_SIGHTS = np.array([f"sight {number}" for number in range(_CATEGORIES)], dtype=object)


class Sessions(NamedTuple):
    """Occasions of a made life, each a row. ``place`` tells the zone, ``ahead`` by how many seconds the camera errs."""

    start: Floats
    kind: Ints
    place: Ints
    latitude: Floats
    longitude: Floats
    ahead: Floats
    sight: Ints


def scaling(sizes: Sequence[int]) -> Iterator[list[str]]:
    """A row a size. The exponent is that of the time since the row before: 1 is linear."""
    before: tuple[int, float] | None = None
    for photos in sizes:
        command = [sys.executable, __file__, str(photos)]
        told = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)  # noqa: S603
        total = sum(told["seconds"])
        exponent = f"{math.log(total / before[1]) / math.log(photos / before[0]):.2f}" if before else "-"
        before = photos, total
        yield [
            f"{photos:,}",
            f"{years(photos):.0f}",
            *(f"{seconds:.2f}" for seconds in (*told["seconds"], total)),
            exponent,
            f"{told['peak']:.0f}",
            f"{told['made']:.0f}",
            f"{total / photos * 1e6:.1f}",
            f"{told['events']:,} of {told['sessions']:,}",
            f"{told['put_right']:.1%} of {told['wrong']:,}",
        ]


def years(photos: int) -> float:
    """A larger library is both of more years and of more photos a day: 10,000 in 3 years, a million in 30."""
    return 3 * math.sqrt(photos / 10_000)


def made(photos: int, seed: int = 1) -> tuple[list[Shot], dict[int, float], int]:
    """The photos of a life in the order of their clocks, the right time of each, and the number of occasions.

    With a phone that has positions, a messenger that knows only days, and a camera whose clock shows, on half of the
    trips, the time of home.
    """
    rng = np.random.default_rng(seed)
    life = _sessions(int(years(photos) * 365.25), photos, rng)
    weights = _WEIGHTS[life.kind] * rng.exponential(size=len(life.start))
    counts = 1 + rng.multinomial(photos - len(life.start), weights / weights.sum())
    of = np.repeat(np.arange(len(life.start)), counts)
    kind, place = life.kind[of], life.place[of]
    right = life.start[of] + rng.random(photos) * _LENGTHS[kind]
    draw = rng.random(photos)
    camera = draw < _CAMERA[kind]
    messenger = ~camera & (draw < _MESSENGER[kind])
    phone = ~camera & ~messenger
    placed = phone & (rng.random(photos) < 0.85)
    sure = placed | (phone & (rng.random(photos) < 0.8))
    shown = np.where(messenger, right // DAY * DAY, right + camera * life.ahead[of])
    spread = _SPREAD_KM[kind]
    lat = life.latitude[of] + rng.normal(size=photos) * spread / 111
    lon = life.longitude[of] + rng.normal(size=photos) * spread / 80
    columns = (
        *(shown, messenger, np.where(placed, lat, None), np.where(placed, lon, None)),
        *(np.where(placed, _ZONES[place], ""), _DEVICES[camera + 2 * messenger], sure, _SIGHTS[life.sight[of]]),
    )
    order = np.argsort(shown, kind="stable")
    rows = zip(*(column[order].tolist() for column in columns), strict=True)
    shots = [Shot(photo, *values) for photo, values in enumerate(rows)]
    return shots, dict(enumerate(right[order].tolist())), len(life.start)


def _sessions(days: int, most: int, rng: np.random.Generator) -> Sessions:
    rows: list[tuple[float, ...]] = []
    day = 0
    while day < days:
        draw = rng.random()
        if draw < 0.04:
            length = int(rng.integers(2, 12))
            rows += _trip(day, length, rng)
            day += length + int(rng.integers(5, 30))
            continue
        kind = NEAR if draw < 0.2 else PARTY if draw < 0.3 else HOME
        place = int(rng.integers(1, 3)) if kind == NEAR else 0
        rows.append((_start(day, kind, rng), kind, place, *_PLACES[place][:2], 0.0, int(rng.integers(_CATEGORIES))))
        day += int(rng.choice([1, 1, 2, 2, 3]))
    start, kind_, place_, lat, lon, ahead, sight = np.array(rows[:most]).T
    kinds, places, sights = (column.astype(np.int64) for column in (kind_, place_, sight))
    return Sessions(start, kinds, places, lat, lon, ahead, sights)


def _trip(day: int, length: int, rng: np.random.Generator) -> Iterator[tuple[float, ...]]:
    """Two occasions a day, each time somewhere else within some hundred km of one of the places."""
    place = int(rng.integers(3, len(_PLACES)))
    lat, lon = _PLACES[place][0] + rng.uniform(-3, 3), _PLACES[place][1] + rng.uniform(-3, 3)
    stuck = rng.random() < 0.5
    for number in range(length):
        for hours in (0.0, float(rng.choice([5.0, 10.0]))):
            start = _start(day + number, TRIP, rng) + hours * HOUR
            ahead = offset(_PLACES[0][2], start) - offset(_PLACES[place][2], start) if stuck else 0.0
            yield start, TRIP, place, lat, lon, ahead, int(rng.integers(_CATEGORIES))


def _start(day: int, kind: int, rng: np.random.Generator) -> float:
    return float(_BEGIN + day * DAY + _STARTS[kind] + rng.random() * HOUR)


def _measure(photos: int) -> dict[str, object]:
    shots, right, sessions = made(photos)
    made_mib = _peak()
    seconds: list[float] = []

    def timed(stage: Callable[[], T]) -> T:
        begin = process_time()
        result = stage()
        seconds.append(process_time() - begin)
        return result

    clocks = right_clocks(shots)
    known = [shot for shot in shots if shot.device in clocks]
    usual = timed(lambda: usual_near(known))
    away = timed(lambda: stays(known, usual))
    moved = timed(lambda: corrected(shots, away))
    found = timed(lambda: group(moved, away))
    towns = timed(lambda: towns_of(moved))
    names = timed(lambda: _names(moved, found, towns, usual))
    timed(lambda: whereabouts(moved, names, towns))
    peak = _peak()
    wrong = {shot.photo for shot in shots if not shot.day_only and abs(shot.time - right[shot.photo]) > 1}
    good = sum(abs(shot.time - right[shot.photo]) < 1 for shot in moved if shot.photo in wrong)
    return {
        "seconds": seconds,
        "made": made_mib,
        "peak": peak,
        "events": len(set(found.events.values())),
        "sessions": sessions,
        "wrong": len(wrong),
        "put_right": good / max(1, len(wrong)),
    }


def _names(shots: Sequence[Shot], found: Grouping, towns: Mapping[int, Place], usual: UsualPlaces) -> dict[int, str]:
    """The identifiers of events; that these and the trips get names is the point."""
    times = {shot.photo: shot.time for shot in shots}
    events = assign(_groups(found.events), times, {}, {})
    trips = assign(_groups(found.trips), times, {}, {}, TRIP_MARK)
    occasions = gather(shots, events, towns, usual, are_trips=False)
    occasions |= gather(shots, trips, towns, usual, are_trips=True)
    naming = Naming("en", {str(sight): str(sight) for sight in _SIGHTS})
    kept = Kept({}, {}, set(), set())
    describe(occasions, events, trips, kept, everyday(shots), home_country(shots, towns, usual), naming)
    return events


def _groups(numbers: Mapping[int, int]) -> list[list[int]]:
    groups: dict[int, list[int]] = {}
    for photo, number in numbers.items():
        groups.setdefault(number, []).append(photo)
    return list(groups.values())


def _peak() -> float:
    """The most memory this process has had, in MiB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 2**20 if sys.platform == "darwin" else peak / 2**10


if __name__ == "__main__":
    print(json.dumps(_measure(int(sys.argv[1]))))
