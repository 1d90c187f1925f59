"""Does a library that is sorted night by night end with the same albums as one that is sorted in one run?

    python benchmarks/thirty_nights.py LIBRARY... [--cut equal days thirds] [--nights 30] [--work FOLDER] [--unseeded]
                                       [-- OPTIONS OF EACH SCAN]

Each LIBRARY holds truth.csv and library/ as make_library.py writes them, and is only read. Photos arrive in the order
in which they were taken, with their companions and copies, and after each arrival `albumsort scan --action move` runs.
The cuts: `equal`, parts of as many photos each, which end anywhere, in the middle of a party or of a trip; `days`, all
but the last days with photos in the first night and then one by one, as a cron job at three in the morning has it;
`thirds` of the time.

A preview recognises the whole library before, and what it saw is put into the catalog of each run (which keeps results
of the network by content and model), so that no night runs the network. --unseeded does without; the table is to be
the same. --work keeps the libraries as they ended, a report a night, left.csv with each photo that left an album, and
elsewhere.csv with each that is elsewhere.

Where a photo ended is read from the disk, by the hashes of files. Elsewhere "by path" is in an album of another path;
"by content" the same after albums are matched one to one by what they have in common, so that names count for nothing.
"""

# ruff: noqa: S603  what is run is this project's own command

from __future__ import annotations

import argparse
import csv
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from statistics import mean
from typing import NamedTuple

from events_library import Library, Score, read_library, score
from nights_albums import Hashes, Photo, albums_of, elsewhere, files_of, harm, in_albums, with_names_of
from nights_cuts import CUTS, Unit, parts, units_of

SCRIPT = str(Path(sys.executable).with_name("albumsort"))
HEADER = [
    *("library", "cut", "photos", "elsewhere by path", "by content", "photos that left", "albums that vanished"),
    *("files lost", "albums, nights / one run", "event F1", "trips found", "trips in excess"),
]
SAID = ("category", "taken_at", "event", "trip", "note")
WAYS = ("filed", "nights", "one run")
ELSEWHERE = [
    *("path", "by content", "filed", "album of the nights", "album of the one run"),
    *(f"{name}, {way}" for way in WAYS for name in SAID),
]


class Asked(NamedTuple):
    """How each run is done."""

    options: Sequence[str]
    is_seeded: bool
    nights: int


Mark = tuple[str, str]
"""Size and time of a file, as a report has them."""


class Home(NamedTuple):
    """A folder in which a library is sorted."""

    folder: Path

    @property
    def photos(self) -> Path:
        return self.folder / "library"

    @property
    def state(self) -> Path:
        return self.folder / "state"

    def report(self, night: int) -> Path:
        return self.folder / f"night-{night:02}.csv"


class Result(NamedTuple):
    """Of one library, or the sum; pairs are of the nights and of the one run."""

    photos: int
    by_path: int
    by_content: int
    left: int
    vanished: int
    lost: int
    albums: tuple[int, int]
    scores: tuple[Score, Score]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("libraries", type=Path, nargs="+", metavar="LIBRARY")
    parser.add_argument("--cut", nargs="+", choices=CUTS, default=["equal", "days"])
    parser.add_argument("--nights", type=int, default=30)
    parser.add_argument("--work", type=Path, metavar="FOLDER")
    parser.add_argument("--unseeded", action="store_true")
    end = sys.argv.index("--") if "--" in sys.argv else len(sys.argv)
    args = parser.parse_args(sys.argv[1:end])
    asked = Asked(sys.argv[end + 1 :], not args.unseeded, args.nights)
    results: defaultdict[str, list[Result]] = defaultdict(list)
    print(f"| {' | '.join(HEADER)} |\n{'|---' * len(HEADER)}|", flush=True)
    with tempfile.TemporaryDirectory() as temporary:
        for folder in args.libraries:
            for cut, result in compare(folder, args.cut, asked, (args.work or Path(temporary)) / folder.name):
                results[cut].append(result)
                print_row(folder.name, cut, [result])
    if len(args.libraries) > 1:
        for cut, own in results.items():
            print_row("all", cut, own)


def compare(folder: Path, cuts: Iterable[str], asked: Asked, work: Path) -> Iterator[tuple[str, Result]]:
    """Sort the library in one run, and in nights cut each way."""
    library, source, units = read_library(folder), folder / "library", units_of(folder)
    seen = Home(work / "seen")
    if asked.is_seeded:
        seen.folder.mkdir(parents=True, exist_ok=True)
        scan(source, seen, asked)
    one = begin(work / "one", seen, asked)
    list(sort_by_night(one, source, [units], asked))
    for cut in cuts:
        home = begin(work / cut, seen, asked)
        yield (
            cut,
            measure(library, source, one, home, sort_by_night(home, source, parts(units, cut, asked.nights), asked)),
        )


def begin(folder: Path, seen: Home, asked: Asked) -> Home:
    """An empty library, whose catalog knows what the network sees in the photos to come."""
    home = Home(folder)
    shutil.rmtree(folder, ignore_errors=True)
    home.photos.mkdir(parents=True)
    if asked.is_seeded:
        scan(home.photos, home, asked)
        catalog = sqlite3.connect(home.state / "catalog.sqlite")
        catalog.execute("ATTACH ? AS seen", (str(seen.state / "catalog.sqlite"),))
        catalog.execute("INSERT INTO recognition SELECT * FROM seen.recognition")
        catalog.commit()
        catalog.close()
    return home


def scan(photos: Path, home: Home, asked: Asked, *options: str) -> None:
    command = [SCRIPT, "scan", str(photos), "--state", str(home.state), "--quiet", *asked.options, *options]
    subprocess.run(command, check=True)


def sort_by_night(home: Home, source: Path, nights: Sequence[Sequence[Unit]], asked: Asked) -> Iterator[int]:
    """Let each night's photos arrive and sort them; yields the number of the night."""
    for night, units in enumerate(nights, start=1):
        for path in (path for unit in units for path in unit.paths):
            (home.photos / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source / path, home.photos / path)
        scan(home.photos, home, asked, "--action", "move", "--report", str(home.report(night)))
        yield night


def measure(library: Library, source: Path, one: Home, home: Home, nights: Iterable[int]) -> Result:
    """Watch the albums from night to night, and compare the last ones with those of the one run."""
    hashes = Hashes()
    numbers = {hashes.of(source / row["path"]): number for number, row in enumerate(library.rows)}
    marks = {hashes.of(source / row["path"]): mark for mark, row in read_report(one.report(1)).items()}
    known = {marks[digest]: number for digest, number in numbers.items() if digest in marks}
    history = [_of(numbers, albums_of(home.photos, hashes)) for _ in nights]
    whole, last = _of(numbers, albums_of(one.photos, hashes)), history[-1]
    harms = [harm(before, after) for before, after in pairwise(history)]
    by_path, by_content = elsewhere(whole, last), elsewhere(whole, with_names_of(last, whole))
    paths = {photo: library.rows[numbers[photo[0]]]["path"] for photo in whole}
    left = [
        (night, paths[photo], *move)
        for night, damage in enumerate(harms, start=2)
        for photo, move in damage.left.items()
    ]
    write(home.folder / "left.csv", ("night", "path", "from", "to"), left)
    filed = {photo: night for night in range(len(history), 0, -1) for photo in in_albums(history[night - 1])}
    rows = (
        (paths[photo], photo in by_content, filed.get(photo, ""), last.get(photo, "lost"), whole[photo], *said)
        for photo, said in what_was_said(sorted(by_path | by_content), filed, marks, len(history), home, one)
    )
    write(home.folder / "elsewhere.csv", ELSEWHERE, rows)
    return Result(
        *(len(whole), len(by_path), len(by_content), len(left), sum(len(damage.vanished) for damage in harms)),
        lost=len(files_of(source, hashes) - files_of(home.photos, hashes)),
        albums=(len({*in_albums(last).values()}), len({*in_albums(whole).values()})),
        scores=(scored(library, known, home.report(len(history))), scored(library, known, one.report(1))),
    )


def _of(numbers: Mapping[str, int], albums: Mapping[Photo, str]) -> dict[Photo, str]:
    """Of the photos alone: all sidecars have the same bytes."""
    return {photo: album for photo, album in albums.items() if photo[0] in numbers}


def what_was_said(
    photos: Iterable[Photo], filed: Mapping[Photo, int], marks: Mapping[str, Mark], nights: int, home: Home, one: Home
) -> Iterator[tuple[Photo, list[str]]]:
    """With each photo what the reports say of it: of the night on which it was filed, the last, and the one run."""
    reports = {night: read_report(home.report(night)) for night in {*filed.values(), nights}}
    whole = read_report(one.report(1))
    for photo in photos:
        rows = (
            report.get(marks[photo[0]], {}) for report in (reports[filed.get(photo, nights)], reports[nights], whole)
        )
        yield photo, [row.get(name, "") for row in rows for name in SAID]


def scored(library: Library, numbers: Mapping[Mark, int], report: Path) -> Score:
    names: dict[str, int] = {}
    groups: dict[str, dict[int, int]] = {"event": {}, "trip": {}}
    for mark, row in read_report(report).items():
        for kind, found in groups.items():
            if mark in numbers and row[kind]:
                found[numbers[mark]] = names.setdefault(row[kind], len(names))
    return score(library, groups["event"], groups["trip"], {})


def read_report(path: Path) -> dict[Mark, dict[str, str]]:
    """The rows of files by what a move does not change."""
    with open(path, encoding="utf-8", errors="surrogateescape", newline="") as file:
        return {(row["size"], row["modified"]): row for row in csv.DictReader(file) if row["size"]}


def write(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with open(path, "w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])


def print_row(name: str, cut: str, results: Sequence[Result]) -> None:
    counts = zip(*(result[:6] for result in results), strict=True)
    albums = zip(*(result.albums for result in results), strict=True)
    ways = list(zip(*(result.scores for result in results), strict=True))
    cells = [
        *(name, cut, *(str(sum(column)) for column in counts)),
        *(
            " / ".join(str(sum(way)) for way in albums),
            " / ".join(f"{mean(one.f1 for one in way):.3f}" for way in ways),
        ),
        " / ".join(f"{sum(one.trips_found for one in way)} of {sum(one.trips for one in way)}" for way in ways),
        " / ".join(str(sum(one.trips_in_excess for one in way)) for way in ways),
    ]
    print(f"| {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
