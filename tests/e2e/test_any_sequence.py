"""Any sequence of runs, stops, crashes, undos and edits: no photo is lost, and undo restores or reports.

In one process, so that many sequences take seconds. The photos are a few bytes that say JPEG, and what they show is in
the catalog beforehand. ``--soak 1000`` tries 1,000 sequences of each kind.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import cache, partial
from io import BytesIO
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from albumsort.apply.albums import MARKER
from albumsort.catalog.catalog import Catalog
from albumsort.errors import AlbumsortError
from albumsort.hashing import fingerprint_of
from albumsort.labels.parse import load_table
from albumsort.pipeline import scan as scan_module
from albumsort.pipeline.from_report import read_done
from albumsort.pipeline.model_choice import results_key
from albumsort.pipeline.scan import scan
from albumsort.pipeline.scan_options import ScanOptions, ScanResult
from albumsort.pipeline.undo import Request, Undone, take_back, the_run
from albumsort.records import Decision, Prediction
from albumsort.state import ALBUM_LOCK, locked
from albumsort.steps import Step
from albumsort.vision import weights

from .odd_library import Snapshot, assert_same, snapshot

CONTENTS = [b"\xff\xd8\xff" + kind + b" %03d" % number for kind in (b"cat", b"cup", b"???") for number in range(120)]
SEEN = {b"cat": Prediction((281,), (0.9,)), b"cup": Prediction((504,), (0.9,)), b"???": Prediction((504,), (0.1,))}
FOLDERS = ("", "2001", "2001/deep", "Phone")
NAMES = ("a.jpg", "b.jpg", "b (2).jpg", "a.CR2", "a.MOV", "b.xmp", "a.jpg.xmp", "b.jpg.json", "clip.mp4", "c.JPG")
TIMES = (1_000_000_000, 1_100_000_000)
LAYOUTS = ("category", "{category}", "{year}", "smart", "event")
FAST = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
"""Where flushing to the disk costs nothing, if there is such a place."""
CALLS = ("link", "unlink", "symlink", "rename", "mkdir", "rmdir", "utime", "chmod", "fsync")
"""The calls that a crash may come before or after."""

_SAME_NAME = st.sampled_from(FOLDERS), st.sampled_from(NAMES)
_DISTURBANCES = st.one_of(
    st.none(), st.tuples(st.sampled_from(("stop", "crash before", "crash after")), st.integers(1, 30))
)


class Crash(BaseException):
    """The process ends here: nothing that it has still in mind is done any more."""


class Silent:
    """Progress for nobody."""

    def say(self, message: str) -> None: ...
    def tell(self, message: str) -> None: ...

    def step(self, stage: str, total: int, done: int) -> None: ...


class Runs(RuleBasedStateMachine):
    """Runs with any options, stops and crashes, and undos: in the end everything is as it was."""

    def __init__(self) -> None:
        super().__init__()
        self.home = Path(os.path.realpath(tempfile.mkdtemp(prefix="any-sequence-", dir=FAST)))
        self.photos, self.state = self.home / "Photos", self.home / "state"
        self.numbers = count()
        self.reports: list[Path] = []
        self.edited = False
        self.in_order = True
        self.places: set[str | None] = set()
        self.crashed = False
        for folder in FOLDERS:
            (self.photos / folder).mkdir(parents=True, exist_ok=True)
        with locked(self.state), Catalog(self.state / "catalog.sqlite") as catalog, catalog.transaction():
            own = weights.packaged_weights().key
            key = results_key(own, "auto")
            model = {"model": weights.PACKAGED, "weights": "", "weights_key": own, "weights_stamp": ""}
            catalog.remember(model | {"precision": "auto"})
            for content in CONTENTS:
                catalog.put_recognition(fingerprint_of(BytesIO(content), len(content)), key, SEEN[content[3:6]])

    def teardown(self) -> None:
        try:
            self.undo_everything()
        finally:
            shutil.rmtree(self.home)

    @initialize(
        files=st.lists(
            st.tuples(*_SAME_NAME, st.integers(0, 2), st.integers(0, 1)),
            min_size=1,
            max_size=8,
            unique_by=lambda file: file[:2],
        )
    )
    def fill(self, files: list[tuple[str, str, int, int]]) -> None:
        """A library; a third of the photos may be duplicates."""
        for folder, name, kind, year in files:
            self.write(self.photos / folder / name, kind, year)
        self.mine = {path.lstat().st_ino: path.read_bytes() for path in self.files()}
        self.first = self.tree()

    def write(self, path: Path, kind: int, year: int) -> None:
        """A file whose bytes and time no other has, unless ``kind`` is 2: then it is one of three duplicates."""
        number = next(self.numbers)
        content = CONTENTS[kind * 120 + number % (3 if kind == 2 else 120)]
        if kind == 2:
            content = CONTENTS[number % 2]
        path.write_bytes(content)
        time = TIMES[year] * 10**9 + number
        os.utime(path, ns=(time, time))
        path.chmod((0o644, 0o600, 0o444)[number % 3])

    def files(self) -> list[Path]:
        """All regular files that are photos or belong to them, in the library and in albums elsewhere."""
        return [
            Path(path)
            for path, entry in self.tree().items()
            if entry.kind == "file" and not os.path.basename(path).startswith(".albumsort")
        ]

    def tree(self) -> Snapshot:
        """All that there is, but for the state, the reports and the locks."""
        places = [self.photos, self.home / "Elsewhere"]
        return {path: entry for path, entry in snapshot(*places).items() if not is_lock(path)}

    @rule(
        action=st.sampled_from(("move", "copy", "hardlink", "symlink")),
        layouts=st.lists(st.sampled_from(LAYOUTS), min_size=1, max_size=3, unique=True),
        to=st.sampled_from((None, "Elsewhere")),
        rearrange=st.booleans(),
        duplicates=st.sampled_from(("once", "keep")),
        disturbed=_DISTURBANCES,
    )
    def scan(self, to: str | None, layouts: list[str], disturbed: tuple[str, int] | None, **chosen: Any) -> None:
        """A run that acts, after a dry run that said what it would do."""
        report = self.home / f"report-{len(self.reports)}.csv"
        chosen["layout"] = tuple(layouts if chosen["action"] in ("hardlink", "symlink") else layouts[:1])
        self.places.add(to)
        options = partial(
            ScanOptions, (str(self.photos),), to=to and str(self.home / to), state=str(self.state), yes=True, **chosen
        )
        try:
            planned = scan(options(dry_run=True), Silent()).decisions
        except AlbumsortError as error:  # see test_photos_that_come_back_to_an_album_folder_find_it_marked
            if (self.in_order and len(self.places) == 1) or "not one that albumsort made" not in str(error):
                raise
            return
        told = self.run(disturbed, lambda stopped: scan(options(report=str(report)), Silent(), stopped))
        if isinstance(told, ScanResult):
            self.reports.append(report)
            assert not told.trouble
            assert not [decision for decision in told.decisions if decision.status == "failed"]
            if not disturbed and not self.crashed:
                assert [said(decision) for decision in told.decisions] == [said(decision) for decision in planned]
            self.crashed = False

    @precondition(lambda self: self.runs())
    @rule(number=st.integers(0, 5), disturbed=_DISTURBANCES)
    def undo(self, number: int, disturbed: tuple[str, int] | None) -> None:
        """Undo of a run, the last one as a rule."""
        runs = [None, *reversed(self.runs())]
        self.in_order = self.in_order and number % len(runs) == 0
        self.take_back(runs[number % len(runs)], disturbed)

    @precondition(lambda self: self.reports)
    @rule(number=st.integers(0, 5), disturbed=_DISTURBANCES)
    def undo_from_report(self, number: int, disturbed: tuple[str, int] | None) -> None:
        """Undo of what a report says."""
        self.in_order = False
        try:
            done = read_done(str(self.reports[::-1][number % len(self.reports)]), str(self.photos))
        except AlbumsortError as error:
            if "nothing was done" not in str(error):
                raise
            return
        undo = partial(take_back, self.state, lambda _: Request(None, done.units, done.albums), **self.quietly())
        told = self.run(disturbed, lambda stopped: undo(dry_run=False, stopped=stopped))
        self.check_undone(told)

    def take_back(self, number: int | None, disturbed: tuple[str, int] | None = None) -> None:
        undo = partial(take_back, self.state, lambda catalog: the_run(catalog, number), **self.quietly())
        preview: Undone | None = None
        is_same = not disturbed
        with suppress(AlbumsortError):
            preview = undo(dry_run=True, stopped=lambda: False)
        try:
            told = self.run(disturbed, lambda stopped: undo(dry_run=False, stopped=stopped))
        except AlbumsortError as error:
            if "nothing to take back" not in str(error):
                raise
            return
        self.check_undone(told)
        if is_same and preview and isinstance(told, Undone):
            assert steps(preview) == steps(told)

    def check_undone(self, told: object) -> None:
        """What an undo says is true: what went back is there, what was left is still where it was."""
        if isinstance(told, Undone):
            assert not told.trouble
            brought = {step.destination for step in told.back if step.kind == "place"}
            for step in told.back:
                assert os.path.lexists(step.destination) == (step.destination in brought), step
            for step, why in told.left:
                assert why, step
            self.crashed = False

    def undo_everything(self) -> None:
        """Undo run after run, the last first, until nothing goes back any more."""
        before: Snapshot = {}
        while before != (before := self.tree()):
            for number in (*reversed(self.runs()), None):
                self.take_back(number)
        if self.edited:
            return
        now = self.tree()
        if len(self.places) > 1:  # an album folder that was cleared away, and that photos came back to, is not marked
            now = {path: entry for path, entry in now.items() if path in self.first or entry.kind != "folder"}
            now = {path: entry for path, entry in now.items() if os.path.basename(path) != MARKER}
        if not self.in_order:  # an old link may be left, which a later run took away and its undo brought back
            now = {path: entry for path, entry in now.items() if path in self.first}
        assert_same(self.first, now)

    def runs(self) -> list[int]:
        """The numbers of the runs that may be taken back."""
        with Catalog(self.state / "catalog.sqlite") as catalog:
            return [run.id for run in catalog.journal.runs() if run.undoes is None]

    def quietly(self) -> dict[str, Any]:
        return {"confirm": lambda _: True, "say": lambda _: None, "step": lambda total, done: None}

    def run(self, disturbed: tuple[str, int] | None, act: Callable[[Callable[[], bool]], object]) -> object:
        """What ``act`` returns, or None where it crashed; whatever happens, no photo is lost."""
        what, when = disturbed or ("", 0)
        told: object = None
        asked = count(1)
        try:
            with crashing(what, when, self.home):
                told = act(lambda: what == "stop" and next(asked) >= when)
        except Crash:
            self.crashed = True
        self.check_nothing_lost()
        return told

    def check_nothing_lost(self) -> None:
        """Every file that is the user's is there, under one name or another, the same file with the same bytes."""
        now = {path.lstat().st_ino: path for path in self.files()}
        for inode, content in self.mine.items():
            assert inode in now, f"lost: {content!r}"
            assert now[inode].read_bytes() == content


class RunsAndEdits(Runs):
    """What the user does between runs may keep albumsort from taking something back, but no photo is ever lost."""

    @rule(where=st.tuples(*_SAME_NAME), kind=st.integers(0, 2), year=st.integers(0, 1))
    def add(self, where: tuple[str, str], kind: int, year: int) -> None:
        path = self.photos.joinpath(*where)
        path.parent.mkdir(parents=True, exist_ok=True)
        if not os.path.lexists(path):
            self.write(path, kind, year)
            self.now_mine(path)

    @rule(which=st.integers(0, 30), in_place=st.booleans())
    def edit(self, which: int, in_place: bool) -> None:
        """A file has other bytes of the same size, in the same file or in a new one of its name."""
        path = self.choose(which)
        self.mine.pop(path.lstat().st_ino, None)
        path.chmod(0o644)
        if not in_place:
            path.unlink()
        self.write(path, 0, 1)
        self.now_mine(path)

    @rule(which=st.integers(0, 30))
    def delete(self, which: int) -> None:
        """A file or link is deleted; a file that has another name stays under that."""
        path = self.choose(which, links=True)
        status = path.lstat()
        path.unlink()
        if status.st_nlink == 1:
            self.mine.pop(status.st_ino, None)
        self.edited = True

    @rule(which=st.integers(0, 30), name=st.sampled_from(NAMES), folder=st.integers(0, 10))
    def rename(self, which: int, name: str, folder: int) -> None:
        """A file or link gets another name, in its folder or another, in an album or not."""
        path = self.choose(which, links=True)
        folders = [path.parent, *(Path(path) for path, entry in self.tree().items() if entry.kind == "folder")]
        new = folders[folder % len(folders)] / name
        if not os.path.lexists(new):
            path.rename(new)
        self.edited = True

    @rule(folder=st.integers(0, 10), name=st.sampled_from(("new", "2001")))
    def make_folder(self, folder: int, name: str) -> None:
        folders = [Path(path) for path, entry in self.tree().items() if entry.kind == "folder"]
        (folders[folder % len(folders)] / name).mkdir(exist_ok=True)
        self.edited = True

    def choose(self, which: int, *, links: bool = False) -> Path:
        """One of the files that there are."""
        found = self.files() + [Path(path) for path, entry in self.tree().items() if links and entry.kind == "link"]
        if not found:
            self.write(self.photos / "a.jpg", 0, 0)
            found = [self.photos / "a.jpg"]
            self.now_mine(found[0])
        return found[which % len(found)]

    def now_mine(self, path: Path) -> None:
        self.mine[path.lstat().st_ino] = path.read_bytes()
        self.edited = True


@contextmanager
def crashing(what: str, when: int, home: Path) -> Iterator[None]:
    """Within the block, the ``when``-th of :data:`CALLS` on files of the library ends the process, as far as it can."""
    calls = count(1)
    dead = False

    def wrap(call: Callable[..., Any]) -> Callable[..., Any]:
        def crash_or_call(*args: Any, **keywords: Any) -> Any:
            nonlocal dead
            if isinstance(args[0], int) or concerns(args[0], home):
                is_it = next(calls) == when
                if dead or (is_it and what == "crash before"):
                    dead = True
                    raise Crash
                if is_it:
                    call(*args, **keywords)
                    dead = True
                    raise Crash
            return call(*args, **keywords)

        return crash_or_call

    with pytest.MonkeyPatch.context() as patch:
        if what.startswith("crash"):
            for name in CALLS:
                patch.setattr(os, name, wrap(getattr(os, name)))
        yield


def concerns(path: object, home: Path) -> bool:
    """Whether a path is of the library, and no lock, which a system takes from the dead, nor a try of the links."""
    text = os.fspath(path) if isinstance(path, (str, os.PathLike)) else ""
    is_own = is_lock(text) or ".albumsort-try-" in text
    return text.startswith((f"{home}/Photos", f"{home}/Elsewhere")) and not is_own


def is_lock(path: str) -> bool:
    return os.path.basename(path).startswith(ALBUM_LOCK)


def said(decision: Decision) -> tuple[object, ...]:
    """What a decision says, alike before and after it was carried out."""
    status = "done" if decision.status == "planned" else decision.status
    return decision.path, status, decision.destination, decision.album, decision.gives_way


def steps(undone: Undone) -> tuple[set[tuple[str, ...]], set[tuple[str, ...]]]:
    """What an undo takes back and what it leaves, without the old links and copies that it can or cannot bring back."""

    def named(steps: Iterable[Step]) -> set[tuple[str, ...]]:
        kept = (step for step in steps if step.kind == "remove" or step.action == "move")
        return {(step.kind, step.action, step.source, step.destination) for step in kept}

    return named(undone.back), named(step for step, _ in undone.left)


@pytest.mark.parametrize("machine", [Runs, RunsAndEdits])
def test_after_any_sequence_nothing_is_lost_and_undo_restores_or_reports(
    machine: type[Runs], request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scan_module, "load_table", cache(load_table))
    monkeypatch.setattr(weights, "packaged_weights", cache(weights.packaged_weights))
    examples = request.config.getoption("--soak") or 25
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=12,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            derandomize=examples == 25,
        ),
    )
