"""Every call that writes made to fail in turn: no byte is lost, the run says so, the next one completes, undo works.

In the process one call in a few fails with one of the errors, and really, with strace, one a case; with ``--soak`` all
with all.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from .conftest import Library
from .faults import ERRORS, Server, Traced, skip_without_strace
from .odd_library import make_odd
from .recovery import CASES, Case, Recovery, Result, recovery

EVERY = 8
"""One call in so many fails in the process, of all that a run makes; not a multiple of the number of errors."""
FEW = 1
"""Calls that fail really, a case."""


@pytest.fixture(scope="session")
def tiny(crowd: Library, tmp_path_factory: pytest.TempPathFactory) -> Library:
    """Three photos of one name with companions."""
    return make_odd(crowd, tmp_path_factory.mktemp("tiny") / "home", 3)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_no_call_that_fails_loses_anything(
    case: Case, tiny: Library, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    soak, seed = (request.config.getoption(name) for name in ("--soak", "--soak-seed"))
    with recovery(tiny, tmp_path / "home", case) as subject, Server(subject.library, folders(subject)) as server:
        subject.command = server.run
        subject.prepare()
        server.run(subject.disturbed)
        calls = server.calls()
        assert calls
        subject.recover()
        for place, call in enumerate(calls):
            if place % EVERY != seed % EVERY and not soak:
                continue
            for error in ERRORS if soak else ERRORS[place % len(ERRORS) :][:1]:
                subject.prepare()
                check(subject, server.run(subject.disturbed, call, error), f"{call} failed with {error}")
                subject.recover(undo_first=place // EVERY % 2 == 0, go_on=place // EVERY % 2 == 1)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_no_system_call_that_fails_loses_anything(
    case: Case, tiny: Library, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    skip_without_strace()
    soak, seed = (request.config.getoption(name) for name in ("--soak", "--soak-seed"))
    with recovery(tiny, tmp_path / "home", case) as subject, Server(subject.library) as server:
        subject.command = server.run  # what comes before and after the run that is disturbed
        traced = Traced(subject.library, folders(subject))
        subject.prepare()
        assert traced.run(subject.disturbed).code == 0
        faults = [(call, error) for call in traced.calls() for error in ERRORS]
        assert faults
        subject.recover()
        for call, error in faults if soak else random.Random(f"{seed} {case}").sample(faults, FEW):
            subject.prepare()
            check(subject, traced.run(subject.disturbed, call, error), f"{call} failed with {error}")
            subject.recover()


def folders(subject: Recovery) -> Sequence[Path]:
    """Where calls that fail matter."""
    return (subject.library.photos, subject.library.state, subject.albums)


def check(subject: Recovery, result: Result, what: str) -> None:
    """Whatever failed, the command ends in order, and where it did not do everything says which file or folder."""
    print(what, result)
    assert result.code in (0, 1, 2), result.output
    assert "Traceback" not in result.output
    # Where removing it is what failed: a hidden copy beside a restored file, or the folder where links were tried.
    for leftover in hidden_leftovers(subject):
        assert "os.r" in what or "rmdir" in what or "unlink" in what, leftover
        shutil.rmtree(leftover) if leftover.is_dir() else leftover.unlink()
    if result.code:
        names = {Path(path).name for path in subject.before}
        assert any(name in result.output for name in {str(subject.library.home), str(subject.albums), *names})


def hidden_leftovers(subject: Recovery) -> list[Path]:
    """What albumsort left outside the albums, where an undo sweeps."""
    found = {*subject.library.photos.rglob(".albumsort-*"), *subject.albums.parent.glob(".albumsort-*")}
    return [path for path in found if subject.albums not in path.parents]
