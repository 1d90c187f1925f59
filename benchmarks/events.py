"""How well photos are grouped into events, beside published methods; what each part adds; how it grows.

    python benchmarks/events.py LIBRARY... [--csv FOLDER]
    python benchmarks/events.py --scale [PHOTOS...] [--csv FOLDER]

Each LIBRARY holds truth.csv and library/ as make_library.py writes them. What a photo shows comes from the category in
LIBRARY/report.csv, made by `albumsort scan LIBRARY/library --report LIBRARY/report.csv`; where there is none, from the
truth. See events_library.py for what else stands in the truth and is known to the methods. Needs scikit-learn.
"""

from __future__ import annotations

import argparse
import csv
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import product
from pathlib import Path
from statistics import mean

from events_library import Library, Score, read_library, score, with_day_only, with_right_clocks
from events_parts import Parts, found_with
from events_scale import HEADER as SCALE
from events_scale import SIZES, scaling
from grouping_methods import Floats, Ints, dbscan, fixed_gap, hdbscan, in_time, in_time_and_place, phototoc

from albumsort.events.shots import Shot

Setting = tuple[str, Callable[[Sequence[Shot]], Ints]]
"""A method with its parameters: its name, and what groups photos that are in order of time."""

GAPS = (1, 2, 4, 6)
ONE_GAPS = (1.5, 2, 2.5, 3, 3.5, 4, 5, 6, 7)
EPS = (0.5, 1, 1.5, 2, 2.5, 3, 4, 5, 6, 8)
DBSCAN_SAMPLES = (1, 2, 3, 5)
KM_AN_HOUR = (5, 20, 80)
HDBSCAN_SIZES = (2, 3, 5)
HDBSCAN_SAMPLES = (1, 2, 5)
HDBSCAN_EPS = (0.0, 1.0, 2.0, 4.0)
HDBSCAN_SELECT = ("eom", "leaf")

GRIDS = f"""Best of a grid is the highest mean F1 on these libraries themselves, which favours what is chosen so.
  DBSCAN: eps {EPS} h, min_samples {DBSCAN_SAMPLES}
  HDBSCAN: min_cluster_size {HDBSCAN_SIZES}, min_samples {HDBSCAN_SAMPLES}, cluster_selection_epsilon {HDBSCAN_EPS} h,
    cluster_selection_method {HDBSCAN_SELECT}
  both with position: {KM_AN_HOUR} km as far as an hour
  one gap for all situations: {ONE_GAPS} h"""

HEADER = [
    *("method", "F1 mean", "F1 worst", "precision", "recall", "F1 mean, all clocks right"),
    *("trips found", "in excess", "most in excess", "wrong clocks put right", "right clocks kept"),
]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("libraries", type=Path, nargs="*", metavar="LIBRARY")
    parser.add_argument("--scale", type=int, nargs="*", metavar="PHOTOS", help=f"time and memory; {SIZES} if not given")
    parser.add_argument("--csv", type=Path, metavar="FOLDER", help="write the tables into it too")
    args = parser.parse_args()
    if not args.libraries and args.scale is None:
        parser.error("name a LIBRARY, or --scale")
    if args.libraries:
        libraries = [read_library(folder) for folder in args.libraries]
        print_libraries(libraries)
        show("methods", HEADER, methods(libraries), args.csv)
        show("parts", ["parts", *HEADER[1:]], ablation(libraries), args.csv)
    if args.scale is not None:
        show("scale", SCALE, scaling(args.scale or SIZES), args.csv)


def print_libraries(libraries: Sequence[Library]) -> None:
    photos = sum(len(library.rows) for library in libraries)
    events = sum(len({row["event"] for row in library.rows}) for library in libraries)
    sights = ", ".join(f"{source} ({count})" for source, count in Counter(one.sights for one in libraries).items())
    print(f"{len(libraries)} libraries, {photos} photos, {events} events; what they show is from: {sights}")
    print(GRIDS)


def methods(libraries: Sequence[Library]) -> Iterator[list[str]]:
    """A row a method: fixed gaps, PhotoTOC, the best settings of DBSCAN and HDBSCAN, and the program's own."""
    right = [with_right_clocks(library) for library in libraries]
    chosen = [gap_setting(hours) for hours in GAPS]
    chosen.append(("PhotoTOC (d = 10, K = log 17)", lambda shots: phototoc(in_time(shots)[:, 0])))
    for setting in chosen:
        yield published(setting, libraries, right)
    for settings in (dbscan_settings(), dbscan_with_place(), hdbscan_settings(), hdbscan_with_place()):
        yield published(best(settings, libraries), libraries, right)
    oracle = [score_parts(library, Parts(clocks=False)) for library in right]
    yield row("albumsort", [score_parts(library, Parts()) for library in libraries], oracle)
    yield row("albumsort, all clocks right", oracle, oracle)


def ablation(libraries: Sequence[Library]) -> Iterator[list[str]]:
    """Time alone, what is added to it one by one, and the whole without each."""
    nothing = Parts(situation=False, content=False, clocks=False, own_gaps=False)
    steps = {
        "time alone": nothing,
        "+ situation (home, out, trip)": nothing._replace(situation=True),
        "+ content": nothing._replace(situation=True, content=True),
        "+ clocks": nothing._replace(situation=True, content=True, clocks=True),
        "+ own gaps: the whole": Parts(),
        "whole without situation": Parts(situation=False),
        "whole without content": Parts(content=False),
        "whole without clocks": Parts(clocks=False),
        "whole without own gaps": Parts(own_gaps=False),
    }
    right = [with_right_clocks(library) for library in libraries]
    for name, parts in steps.items():
        label, chosen = (name, parts) if parts.situation else with_one_gap(name, parts, libraries)
        scores = [score_parts(library, chosen) for library in libraries]
        yield row(label, scores, [score_parts(library, chosen._replace(clocks=False)) for library in right])


def with_one_gap(name: str, parts: Parts, libraries: Sequence[Library]) -> tuple[str, Parts]:
    def fit(gap: float) -> float:
        return mean(score_parts(library, parts._replace(one_gap=gap)).f1 for library in libraries)

    gap = max(ONE_GAPS, key=fit)
    return f"{name} ({gap} h)", parts._replace(one_gap=gap)


def gap_setting(hours: float) -> Setting:
    return f"gap of {hours} h", lambda shots: fixed_gap(in_time(shots)[:, 0], hours)


def dbscan_settings() -> Iterator[Setting]:
    for eps, least in product(EPS, DBSCAN_SAMPLES):
        yield f"DBSCAN, time ({eps} h, {least})", partial(run_dbscan, in_time, eps, least)


def dbscan_with_place() -> Iterator[Setting]:
    for eps, least, km in product(EPS, DBSCAN_SAMPLES, KM_AN_HOUR):
        points = partial(in_time_and_place, km_an_hour=km)
        yield f"DBSCAN, time and position ({eps} h, {least}, {km} km/h)", partial(run_dbscan, points, eps, least)


def run_dbscan(points: Callable[[Sequence[Shot]], Floats], eps: float, least: int, shots: Sequence[Shot]) -> Ints:
    return dbscan(points(shots), eps, least)


def hdbscan_settings() -> Iterator[Setting]:
    for values in product(HDBSCAN_SIZES, HDBSCAN_SAMPLES, HDBSCAN_EPS, HDBSCAN_SELECT):
        yield f"HDBSCAN, time {values}", partial(run_hdbscan, in_time, values)


def hdbscan_with_place() -> Iterator[Setting]:
    for values in product(HDBSCAN_SIZES, HDBSCAN_SAMPLES, HDBSCAN_EPS, HDBSCAN_SELECT):
        for km in KM_AN_HOUR:
            points = partial(in_time_and_place, km_an_hour=km)
            yield f"HDBSCAN, time and position {(*values, f'{km} km/h')}", partial(run_hdbscan, points, values)


def run_hdbscan(
    points: Callable[[Sequence[Shot]], Floats], values: tuple[int, int, float, str], shots: Sequence[Shot]
) -> Ints:
    return hdbscan(points(shots), *values)


def best(settings: Iterable[Setting], libraries: Sequence[Library]) -> Setting:
    """The setting with the highest mean F1 on these libraries."""
    found: list[tuple[float, Setting]] = []
    failed = 0
    for setting in settings:
        try:
            found.append((mean(score_published(library, setting).f1 for library in libraries), setting))
        except TypeError:  # cluster_selection_epsilon of scikit-learn 1.9 breaks with numpy 2.4
            failed += 1
    (_, best_setting) = max(found, key=lambda scored: scored[0])
    if failed:
        print(f"{failed} of {failed + len(found)} settings of {best_setting[0].split(' (')[0]} fail in scikit-learn")
    return best_setting


def score_published(library: Library, setting: Setting) -> Score:
    """A photo of which only the day is known goes to the event that has most photos of that day."""
    timed = [shot for shot in library.shots if not shot.day_only]
    labels = setting[1](timed).tolist()
    events = {shot.photo: label for shot, label in zip(timed, labels, strict=True)}
    return score(library, with_day_only(library.shots, events), {}, {shot.photo: shot.time for shot in timed})


def score_parts(library: Library, parts: Parts) -> Score:
    return score(library, *found_with(library.shots, parts))


def published(setting: Setting, libraries: Sequence[Library], right: Sequence[Library]) -> list[str]:
    scores, oracle = ([score_published(one, setting) for one in some] for some in (libraries, right))
    cells = row(setting[0], scores, oracle)
    # These methods know no trips and no clocks.
    return [*cells[:6], *("-" for _ in cells[6:])]


def row(name: str, scores: Sequence[Score], oracle: Sequence[Score]) -> list[str]:
    quality = (mean(values) for values in zip(*(one[:3] for one in scores), strict=True))
    precision, recall, f1 = quality
    sums = Score(*map(sum, zip(*scores, strict=True)))
    return [
        name,
        *(f"{value:.3f}" for value in (f1, min(one.f1 for one in scores), precision, recall)),
        f"{mean(one.f1 for one in oracle):.3f}",
        f"{sums.trips_found} of {sums.trips}",
        str(sums.trips_in_excess),
        str(max(one.trips_in_excess for one in scores)),
        share(sums.put_right, sums.clocks),
        share(sums.kept, sums.kept_of),
    ]


def share(part: int, whole: int) -> str:
    return f"{part / whole:.1%} of {whole}" if whole else "-"


def show(name: str, header: Sequence[str], rows: Iterable[Sequence[str]], folder: Path | None) -> None:
    """Print a Markdown table, and write it into ``folder``."""
    print(f"\n| {' | '.join(header)} |\n{'|---' * len(header)}|", flush=True)
    done = []
    for cells in rows:
        print(f"| {' | '.join(cells)} |", flush=True)
        done.append(cells)
    if folder:
        folder.mkdir(parents=True, exist_ok=True)
        with open(folder / f"{name}.csv", "w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([header, *done])


if __name__ == "__main__":
    main()
