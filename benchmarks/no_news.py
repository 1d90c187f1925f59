"""A run with nothing new over many files, against ``find DIR -printf '%s %T@ %p\\n'`` on the same tree.

    python benchmarks/no_news.py [--files 100000] [--pictures 2000] [--action move] [--rounds 5] [--folder DIR]

Most files are videos of a few bytes: these are photos of the library like any other (moved, grouped, walked), but need
no recognition, which a run with nothing new does not repeat and which would take half an hour here. The rest are small
pictures of noise, which are recognised once.
"""
# ruff: noqa: S603  what is run is named on the command line

from __future__ import annotations

import argparse
import os
import random
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

ALBUMSORT = str(Path(sys.executable).with_name("albumsort"))
FOLDERS = 400


class Cost(NamedTuple):
    """Seconds of processor time and of the clock, and peak memory in megabytes, of one command."""

    cpu: float
    wall: float
    memory: float


def make(photos: Path, files: int, pictures: int) -> None:
    """Files in 400 folders, one every ten minutes from 2010 on; every ``files / pictures``-th is a picture."""
    from PIL import Image

    draw, moment = random.Random(1), datetime(2010, 1, 1)  # noqa: S311  no secret
    for number in range(files):
        folder = photos / f"{number * FOLDERS // files:03}"
        folder.mkdir(parents=True, exist_ok=True)
        moment += timedelta(minutes=10)
        name = f"{moment:%Y%m%d_%H%M%S}"
        if number * pictures // files != (number + 1) * pictures // files:
            noise = Image.frombytes("RGB", (8, 8), draw.randbytes(192)).resize((64, 64))
            noise.save(folder / f"IMG_{name}.jpg")
        else:
            (folder / f"VID_{name}.mp4").write_bytes(number.to_bytes(4, "big"))


def cost(command: Sequence[str]) -> Cost:
    """Run a command to its end."""
    begin = os.times().elapsed
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{command[0]} ended with {process.returncode}")
    return Cost(usage.ru_utime + usage.ru_stime, os.times().elapsed - begin, usage.ru_maxrss / 1000)


def main() -> None:
    """Make the files, sort them, and measure in alternation; the first round only warms up."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=100_000)
    parser.add_argument("--pictures", type=int, default=2_000)
    parser.add_argument("--action", default="move")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--folder", help="where to make the files  [default: a temporary folder]")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=given.folder) as home:
        photos = Path(home) / "Photos"
        make(photos, given.files, given.pictures)
        scan = (ALBUMSORT, "scan", str(photos), "--state", f"{home}/state", "--model", "efficientnet-lite0", "--quiet")
        find = ("find", str(photos), "-printf", r"%s %T@ %p\n")
        show("first run", [cost((*scan, "--action", given.action))])
        costs = [(cost(find), cost((*scan, "--action", given.action))) for _ in range(given.rounds + 1)][1:]
        show("find", [found for found, _ in costs])
        show("nothing new", [scanned for _, scanned in costs])
        for kind in ("cpu", "wall"):
            ratio = statistics.median(getattr(own, kind) / getattr(found, kind) for found, own in costs)
            print(f"nothing new / find, {kind}: {ratio:.1f}")


def show(name: str, costs: Sequence[Cost]) -> None:
    """Print the medians of several runs of a command."""
    cpu, wall, memory = (statistics.median(column) for column in zip(*costs, strict=True))
    print(f"{name:<12} {cpu:8.2f} s of CPU {wall:8.2f} s {memory:8.1f} MB", flush=True)


if __name__ == "__main__":
    main()
