"""Feeds many thousand broken files to the program's own readers and says what they could not bear.

    python scripts/fuzz.py --files 100000 --keep findings

Files are changed at random, from small real ones. One in thirty is read again under a tracer; what reaches a line
of albumsort, exifread, Pillow or PyYAML for the first time, or is refused for a new reason, is changed further. A
finding is an exception that nothing expects, a crash, more than 5 s of processor time or more than 1.5 GB of memory.
Two runs with one seed see nearly the same files: which of them are traced depends on how long they take.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import re
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess

from fuzzing.seeds import seeds
from fuzzing.worker import Outcome, work

SHARES = {
    "heic": 12,
    "tiff": 10,
    "exif": 20,
    "jpeg": 14,
    "png": 12,
    "webp": 7,
    "avif": 6,
    "xmp": 4,
    "sidecar": 2,
    "table": 5,
    "gif": 3,
    "bmp": 3,
    "video": 2,
}
"""How many of a hundred files are of each kind; "exif" and "xmp" are pictures whose metadata is aimed at."""

_HANGING = 300  # seconds without an answer, after which a worker is killed
_KEPT_OF_A_SORT = 5


@dataclass
class Tally:
    """The counts of one kind; ``peak`` in bytes."""

    files: int = 0
    slowest: float = 0.0
    peak: int = 0
    sorts: Counter[str] = field(default_factory=Counter)
    findings: Counter[str] = field(default_factory=Counter)


class Run:
    """Hands the kinds to workers, starts crashed ones again, and counts."""

    def __init__(self, counts: dict[str, int], options: argparse.Namespace, folder: str) -> None:
        self.tallies = {kind: Tally() for kind in counts}
        self._counts = counts
        self._options = options
        self._folder = folder
        self._seeds = seeds(options.seeds)
        self._workers: dict[Connection, tuple[str, BaseProcess, float]] = {}

    def go(self) -> None:
        waiting = list(self._counts)
        while waiting or self._workers:
            while waiting and len(self._workers) < self._options.jobs:
                self._start(waiting.pop(0))
            ready = wait(list(self._workers), timeout=1)
            for answers in list(self._workers):
                if answers in ready:
                    self._listen(answers)
                elif time.monotonic() - self._workers[answers][2] > _HANGING:
                    self._end(answers, "hanging")

    def _start(self, kind: str) -> None:
        first, answers = self.tallies[kind].files, multiprocessing.Pipe(duplex=False)
        arguments = (kind, first, self._counts[kind], self._options.seed, list(self._seeds[kind]), self._folder)
        worker = multiprocessing.get_context("fork").Process(target=work, args=(*arguments, answers[1]))
        worker.start()
        answers[1].close()
        self._workers[answers[0]] = kind, worker, time.monotonic()

    def _listen(self, answers: Connection) -> None:
        kind, worker, _ = self._workers[answers]
        try:
            outcome = answers.recv()
        except EOFError:
            worker.join()
            if worker.exitcode is None or worker.exitcode >= 0:
                raise RuntimeError(f"the fuzzer itself failed on {kind}; its traceback is above") from None
            self._end(answers, signal.Signals(-worker.exitcode).name)
            return
        if outcome is None:
            worker.join()
            del self._workers[answers]
            print(f"{kind}: {self.tallies[kind].files:,} files read", file=sys.stderr)
            return
        self._workers[answers] = kind, worker, time.monotonic()
        self._count(kind, outcome)

    def _end(self, answers: Connection, sort: str) -> None:
        """A worker crashed or hangs: count its file and go on behind it."""
        kind, worker, _ = self._workers.pop(answers)
        worker.kill()
        worker.join()
        self._count(kind, Outcome(sort))
        if self.tallies[kind].files < self._counts[kind]:
            self._start(kind)

    def _count(self, kind: str, outcome: Outcome) -> None:
        tally = self.tallies[kind]
        tally.files += 1
        tally.slowest, tally.peak = max(tally.slowest, outcome.seconds), max(tally.peak, outcome.peak)
        tally.sorts[outcome.sort] += 1
        if outcome.sort in ("ok", "rejected"):
            return
        finding = f"{outcome.sort} {outcome.detail}".rstrip()
        tally.findings[finding] += 1
        if tally.findings[finding] <= _KEPT_OF_A_SORT and self._options.keep:
            name = f"{kind}-{tally.files}-{re.sub(r'[^A-Za-z]+', '-', finding)[:60]}"
            shutil.copyfile(os.path.join(self._folder, kind), os.path.join(self._options.keep, name))


def table(tallies: dict[str, Tally]) -> Iterator[str]:
    """The lines of the result."""
    yield "| kind | files | read | refused | slowest, s | peak, MB | findings |"
    yield "|---|--:|--:|--:|--:|--:|--:|"
    rows = {**tallies, "all": _sum(tallies)}
    for kind, tally in rows.items():
        read, refused, found = tally.sorts["ok"], tally.sorts["rejected"], tally.findings.total()
        cost = f"{tally.slowest:.2f} | {tally.peak / 1e6:,.0f}"
        yield f"| {kind} | {tally.files:,} | {read:,} | {refused:,} | {cost} | {found} |"
    for kind, tally in tallies.items():
        for finding, count in tally.findings.most_common():
            yield f"{kind}: {count} x {finding}"


def _sum(tallies: dict[str, Tally]) -> Tally:
    total = Tally()
    for tally in tallies.values():
        total.files += tally.files
        total.slowest, total.peak = max(total.slowest, tally.slowest), max(total.peak, tally.peak)
        total.sorts += tally.sorts
        total.findings += tally.findings
    return total


def main() -> int:
    parser = argparse.ArgumentParser(description="Feed broken files to the program's readers.")
    parser.add_argument("--files", type=int, default=100_000, help="how many")
    parser.add_argument("--seed", type=int, default=1, help="another number makes other files")
    parser.add_argument("--jobs", type=int, default=2, help="processes at a time")
    parser.add_argument("--kinds", nargs="+", choices=SHARES, default=list(SHARES), help="only these")
    parser.add_argument("--seeds", metavar="DIR", help="further whole pictures to begin with")
    parser.add_argument("--keep", metavar="DIR", help="where to put the files that were too much")
    options = parser.parse_args()
    if options.keep:
        os.makedirs(options.keep, exist_ok=True)
    shares = {kind: SHARES[kind] for kind in options.kinds}
    counts = {kind: -(-options.files * share // sum(shares.values())) for kind, share in shares.items()}
    with tempfile.TemporaryDirectory() as folder:
        run = Run(counts, options, folder)
        run.go()
    print("\n".join(table(run.tallies)))
    return 1 if any(tally.findings for tally in run.tallies.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
