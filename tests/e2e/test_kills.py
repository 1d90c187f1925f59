"""SIGKILL at random moments of real runs: no byte is lost, the next run goes on, and undo gives back the exact tree.

Each case is killed once or twice. ``--soak 2000`` kills 2,000 runs, spread over the cases, and ``--soak-seed`` gives
other moments.
"""

from __future__ import annotations

import math
import os
import random
import signal
import subprocess
import time
from pathlib import Path

import pytest

from .conftest import ALBUMSORT, Library
from .faults import Server
from .odd_library import make_odd
from .recovery import CASES, Case, Recovery, recovery

PHOTOS = 70
TRIES = 10
"""So often a kill may come too early or too late to count, in a row."""


@pytest.fixture(scope="session")
def odd(crowd: Library, tmp_path_factory: pytest.TempPathFactory) -> Library:
    """About 150 files."""
    return make_odd(crowd, tmp_path_factory.mktemp("odd") / "home", PHOTOS)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_killed_run_loses_nothing_and_can_be_finished_and_undone(
    case: Case, odd: Library, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    soak, seed = (request.config.getoption(name) for name in ("--soak", "--soak-seed"))
    if case.action == "tag" and case.undo and not soak:
        pytest.skip("writing and taking back are one code: killed with --soak only")
    kills = soak // len(CASES) + 1 if soak else 1 if case.undo or case.action == "tag" else 2
    moments = random.Random(f"{seed} {case}")
    with recovery(odd, tmp_path / "home", case) as subject, Server(subject.library) as server:
        subject.command = server.run  # what comes before and after the run that is killed, without starting Python anew
        subject.prepare()
        window = run(subject)
        if not case.undo:
            subject.assert_complete()
        subject.recover()
        for number in range(kills):
            for _ in range(TRIES):
                subject.prepare()
                moment, by_time = moments.random(), moments.random() < 0.5
                run(subject, moment * window if by_time else 0, 0 if by_time else int(moment * len(subject.complete)))
                count = subject.count()
                counts = 0 < count < len(subject.complete)
                print(
                    f"kill {number} of {case} at {moment:.3f} of the {'time' if by_time else 'files'}: {count} placed"
                )
                subject.recover(undo_first=moments.random() < 0.3)
                if counts:
                    break
            else:
                raise AssertionError(f"no kill in {TRIES} came while files were being placed")


def run(subject: Recovery, seconds: float = math.inf, files: int = 0) -> float:
    """Run what is to be disturbed; kill it so many seconds after it touched the first file, and so many files.

    Returns how long it went on to touch files from then.
    """
    with subprocess.Popen(
        [ALBUMSORT, *map(str, subject.disturbed)],
        env=subject.library.environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        begin = count = subject.count()
        first = last = 0.0
        while process.poll() is None:
            now, before, count = time.monotonic(), count, subject.count()
            if count != before:
                first, last = first or now, now
            if first and now - first >= seconds and abs(count - begin) >= files:
                os.killpg(process.pid, signal.SIGKILL)
                break
            time.sleep(0.0005)
        process.wait()
        return last - first
