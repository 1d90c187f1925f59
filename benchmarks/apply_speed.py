"""What sorting many files costs, once it is known what is in them: against ``cp -rs`` and ``mv`` on the same tree.

    python benchmarks/apply_speed.py [--files 100000] [--in FOLDER] [--profile symlink|move]

The files are a few bytes each and no pictures, as recognising 100,000 of them would take long and is not what is
measured: the catalog is told what is in each, and a preview groups them into events. All runs use one tree, which an
undo gives back; the page cache is warm. "after the walk" begins when the files are known to be those of the catalog.
"""

from __future__ import annotations

import argparse
import cProfile
import hashlib
import json
import os
import pstats
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import redirect_stdout
from datetime import datetime, timedelta
from functools import partial
from io import StringIO
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import albumsort.pipeline.scan as stages
from albumsort.catalog.catalog import Catalog
from albumsort.cli.main import run
from albumsort.records import Metadata, Photo, Prediction
from albumsort.stamps import Stamp
from albumsort.vision.networks import NETWORKS

MODEL = "efficientnet-lite0"
FOLDERS = 400
BEGIN = datetime(2016, 1, 1)
CLASSES = (10, 281, 151, 340, 404, 468, 497, 555, 609, 628, 723, 817, 839, 852, 920, 933, 950, 970, 975, 985)
STAGES = {
    "take_in": "walk, compare with the catalog",
    "_known": "what is known",
    "_situated": "events",
    "make_plan": "plan",
    "note_albums": "note albums",
    "_carry_out": "act",
    "note_carried_out": "note what was said",
}

T = TypeVar("T")


class Cost(NamedTuple):
    """Seconds on the clock, and of the processor, in the programs and in the system for them."""

    wall: float
    processor: float


def main() -> None:
    """Make the tree, take the times and print them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=100_000)
    parser.add_argument("--in", dest="place", help="a folder on the file system that is to be measured")
    parser.add_argument("--profile", choices=["symlink", "move", "undo"], help="only this, and where the time goes")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.place) as folder:
        photos, seeded = Path(folder, "Photos"), Path(folder, "seeded")
        make(photos, seeded, options.files)
        albumsort("scan", photos, "--state", seeded)
        print(f"{options.files:,} files in {FOLDERS} folders; load {os.getloadavg()[0]:.1f}")
        if options.profile:
            profile(photos, seeded, options.profile)
        else:
            measure(photos, seeded, Path(folder))


def make(photos: Path, state: Path, files: int) -> None:
    """Write the files, and a catalog that knows what is in each."""
    draw = random.Random(1)  # noqa: S311
    state.mkdir()
    with Catalog(state / "catalog.sqlite") as catalog, catalog.transaction():
        key = "benchmark" + NETWORKS[MODEL].calibration
        catalog.remember({"library": str(photos), "model": MODEL, "weights_key": key, "precision": "auto"})
        for number in range(files):
            path = photos / f"Camera {number * FOLDERS // files:03}" / f"IMG_{number:06}.jpg"
            path.parent.mkdir(parents=True, exist_ok=True)
            data = b"photo %d" % number
            path.write_bytes(data)
            taken = BEGIN + timedelta(days=3650 * number // files, seconds=draw.randrange(7200))
            os.utime(path, (taken.timestamp(), taken.timestamp()))
            content, metadata = hashlib.sha256(data).hexdigest(), Metadata(taken, camera="Acme Phone")
            catalog.put(Photo(0, str(path), Stamp.of(path.lstat()), content, "jpeg", "", metadata))
            catalog.put_recognition(content, key, Prediction((draw.choice(CLASSES), 999), (0.9, 0.05)))


def profile(photos: Path, state: Path, what: str) -> None:
    """Print in which functions an action, or the undo of a move, spends its time."""
    scan = ("scan", photos, "--state", state, "--action")
    if what == "undo":
        albumsort(*scan, "move")
        print(albumsort("undo", "--state", state, "--yes", told="profile"))
    else:
        print(albumsort(*scan, what, told="profile"))


def measure(photos: Path, seeded: Path, folder: Path) -> None:
    """Take and print all times."""
    before, state = files_of(photos), folder / "state"
    # These stay to the end: ext4 passes over inodes that were freed some seconds ago, slowly, and the next would pay.
    links = cost(lambda: call("cp", "-rs", photos, folder / "links"))[0]
    costs: dict[str, Cost] = {}
    parts: dict[str, dict[str, Cost]] = {}
    placed: list[Path] = []
    for action in ("symlink", "move"):
        shutil.copytree(seeded, state)
        scan = partial(albumsort, "scan", photos, "--state", state, "--action", action, told="stages")
        costs[action], told = cost(scan)
        parts[action] = {stage: Cost(*own) for stage, own in json.loads(told).items()}
        placed = files_of(photos / "Albums")
        costs[f"undo of {action}"], _ = cost(partial(albumsort, "undo", "--state", state, "--yes"))
        if files_of(photos) != before:
            raise AssertionError(f"the undo of {action} did not give back the tree")
        shutil.rmtree(state)
    moves = cost(partial(move, before, placed, folder / "moved"))[0]
    print(f"{len({path.parent for path in placed})} albums; cp -rs {_told(links)}; mv {_told(moves)}\n")
    for what, own in costs.items():
        _print(what, own, links if "symlink" in what else moves)
        for stage, part in parts.get(what, {}).items():
            _print(f"  {stage}", part, links if "symlink" in what else moves)


def move(before: Sequence[Path], placed: Sequence[Path], folder: Path) -> None:
    """Move the files with ``mv``, one process an album, to the albums where albumsort had them."""
    where = {path.name: path for path in before}
    albums: dict[Path, list[Path]] = {}
    for path in placed:
        albums.setdefault(path.parent, []).append(where[path.name])
    for number, files in enumerate(albums.values()):
        album = folder / str(number)
        album.mkdir(parents=True)
        call("mv", "-t", album, *files)


def albumsort(*arguments: object, told: str = "nothing") -> str:
    """Run albumsort in a process of its own; returns what :func:`child` says."""
    return call(sys.executable, __file__, "--child", told, *arguments)


def call(*command: object) -> str:
    """Run a program that must succeed; returns its output."""
    return subprocess.run([*map(str, command)], check=True, stdout=subprocess.PIPE, text=True).stdout  # noqa: S603


def cost(work: Callable[[], T]) -> tuple[Cost, T]:
    """What the programs cost that ``work`` runs, and what it returns."""
    begin, clock = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    result = work()
    wall, end = time.perf_counter() - clock, resource.getrusage(resource.RUSAGE_CHILDREN)
    return Cost(wall, end.ru_utime + end.ru_stime - begin.ru_utime - begin.ru_stime), result


def files_of(folder: Path) -> list[Path]:
    """The photos and links in a folder, in order."""
    return sorted(folder.rglob("IMG_*"))


def child(told: str, arguments: Sequence[str]) -> None:
    """Run albumsort here, silently, and print its stages with their :class:`Cost`, or its profile."""
    costs: dict[str, Cost] = {}
    for name, stage in STAGES.items():
        setattr(stages, name, _timed(getattr(stages, name), stage, costs))
    sys.argv = ["albumsort", *arguments, "--quiet"][: None if arguments[0] == "scan" else -1]
    profiler = cProfile.Profile()
    try:
        with redirect_stdout(StringIO()):
            profiler.runcall(run) if told == "profile" else run()
    finally:
        if told == "profile":
            pstats.Stats(profiler).sort_stats("tottime").print_stats(25)
        elif told == "stages":
            print(json.dumps(costs))


def _timed(stage: Callable[..., Any], name: str, costs: dict[str, Cost]) -> Callable[..., Any]:
    def timed(*arguments: Any, **keywords: Any) -> Any:
        begin = time.perf_counter(), time.process_time()
        result = stage(*arguments, **keywords)
        result = list(result) if isinstance(result, Iterator) else result
        costs[name] = Cost(time.perf_counter() - begin[0], time.process_time() - begin[1])
        return result

    return timed


def _told(own: Cost) -> str:
    return f"{own.wall:.2f} s ({own.processor:.2f} s of the processor)"


def _print(what: str, own: Cost, than: Cost) -> None:
    multiples = f"{own.wall / than.wall:5.1f} times, of the processor {own.processor / than.processor:5.1f}"
    print(f"{what:<32} {_told(own):<38} {multiples}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        child(sys.argv[2], sys.argv[3:])
    else:
        main()
