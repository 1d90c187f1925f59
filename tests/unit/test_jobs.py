"""What the web app has the library do: one thing at a time, told whatever comes of it; nothing that was not shown."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path

import pytest

from albumsort.errors import AlbumsortError, LibraryBusyError
from albumsort.labels.parse import load_table
from albumsort.pipeline import corrections
from albumsort.pipeline.scan_options import ScanOptions
from albumsort.web.app import create_app
from albumsort.web.guard import CSRF_HEADER, Guard
from albumsort.web.jobs import MOST_MESSAGES, Job, Jobs, told
from albumsort.web.live import LiveLibrary
from tests.unit.media_files import video

PATIENCE = 60  # seconds


def ended(jobs: Jobs) -> Job:
    """The last job, once it is over."""
    until = time.monotonic() + PATIENCE
    while not jobs.last or jobs.last.running:
        assert time.monotonic() < until, "it does not end"
        time.sleep(0.005)
    return jobs.last


def raising(error: Exception) -> Callable[[Job], list[str]]:
    def work(_job: Job) -> list[str]:
        raise error

    return work


def until_stopped(job: Job) -> list[str]:
    until = time.monotonic() + PATIENCE
    while not job.stopped():
        assert time.monotonic() < until, "nobody stops it"
        time.sleep(0.005)
    return ["stopped"]


def test_what_came_of_a_job_is_kept() -> None:
    jobs = Jobs()
    assert jobs.start("look", lambda job: [f"number {job.number}"]).number == 1
    assert ended(jobs).lines == ["number 1"]
    assert jobs.start("do", lambda _job: []).number == 2


def test_one_thing_is_done_at_a_time() -> None:
    jobs, may_end = Jobs(), threading.Event()
    jobs.start("do", lambda _job: [str(may_end.wait(PATIENCE))])
    with pytest.raises(AlbumsortError, match="already"):
        jobs.start("look", lambda _job: [])
    may_end.set()
    assert ended(jobs).kind == "do"
    jobs.start("look", lambda _job: [])
    assert ended(jobs).kind == "look"


def test_a_job_is_stopped_and_one_that_has_ended_is_not() -> None:
    jobs = Jobs()
    jobs.stop()
    jobs.start("do", until_stopped)
    jobs.stop()
    assert ended(jobs).lines == ["stopped"]
    assert jobs.last
    assert jobs.last.stopping
    jobs.start("do", lambda _job: [])
    assert not ended(jobs).stopping
    jobs.stop()
    assert not jobs.last.stopping  # or the page would say that what was done whole was stopped


def test_the_end_of_all_waits_for_the_job() -> None:
    jobs = Jobs()
    jobs.end()
    jobs.start("do", until_stopped)
    jobs.end()
    assert jobs.last
    assert (jobs.last.running, jobs.last.lines) == (False, ["stopped"])


@pytest.mark.parametrize(
    ("error", "trouble"),
    [
        (AlbumsortError("the disk is away"), "the disk is away"),
        (OSError(28, "No space left on device", "/photos/x"), "/photos/x: No space left on device"),
        (OSError(5, "Input/output error"), "Input/output error"),
    ],
)
def test_what_ends_a_job_before_its_time_is_told(error: Exception, trouble: str) -> None:
    jobs = Jobs()
    jobs.start("do", raising(error))
    assert ended(jobs).trouble == trouble


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_defect_is_told_on_the_page_and_in_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[BaseException | None] = []
    monkeypatch.setattr(threading, "excepthook", lambda told: seen.append(told.exc_value))
    jobs = Jobs()
    jobs.start("do", raising(ZeroDivisionError("by zero")))
    assert "ZeroDivisionError: by zero" in ended(jobs).trouble
    jobs.end()
    assert isinstance(seen[0], ZeroDivisionError)
    jobs.start("do", lambda _job: ["goes on"])
    assert ended(jobs).lines == ["goes on"]


def test_a_job_counts_within_its_stage_and_keeps_what_it_says_short() -> None:
    job = Job(1, "look")
    job.step("Recognising", 10, 4)
    job.step("Recognising", 10, 3)
    assert (job.done, job.total, job.read) == (7, 10, 7)
    job.step("Placing", 5, 1)
    assert (job.done, job.total, job.read) == (1, 5, 7)
    for number in range(MOST_MESSAGES + 10):
        job.say(f"message {number}")
    assert len(told(job)["said"]) == MOST_MESSAGES


@pytest.fixture
def options(tmp_path: Path) -> ScanOptions:
    """Those of a library of three videos, which no network looks at."""
    photos = tmp_path / "Photos"
    photos.mkdir()
    for day in (1, 2, 3):
        (photos / f"day {day}.mov").write_bytes(video(datetime(2023, 3 * day, day, tzinfo=timezone.utc)))
    return ScanOptions(photos=(str(photos),), state=str(tmp_path / "state"), model="efficientnet-lite0")


@pytest.fixture
def library(options: ScanOptions) -> Iterator[LiveLibrary]:
    """The library, after its first look."""
    library = LiveLibrary(options)
    library.look()
    assert not ended(library.jobs).trouble
    yield library
    library.jobs.end()


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*.mov") if path.is_symlink() or path.is_file())


def test_a_look_shows_what_would_be_and_touches_nothing(library: LiveLibrary) -> None:
    photos = Path(library.name)
    assert library.seen
    assert [decision.status for decision in library.seen.result.decisions] == ["planned"] * 3
    assert library.version == 1
    assert sorted(path.name for path in photos.iterdir()) == ["day 1.mov", "day 2.mov", "day 3.mov"]
    assert not library.agreed
    with pytest.raises(AlbumsortError, match="look at it again"):
        library.do(0)


def test_only_what_was_shown_is_done_and_undo_takes_it_back(library: LiveLibrary) -> None:
    photos = Path(library.name)
    shown = library.preview("move", 0).number
    assert ended(library.jobs).lines
    assert library.agreed == shown
    assert not (photos / "Albums").exists()
    (photos / "day 4.mov").write_bytes(
        video(datetime(2023, 6, 4, tzinfo=timezone.utc))
    )  # comes between the look and the deed
    library.do(shown)
    assert not ended(library.jobs).trouble
    assert names_in(photos / "Albums") == ["day 1.mov", "day 2.mov", "day 3.mov"]
    assert (photos / "day 4.mov").is_file()
    with pytest.raises(AlbumsortError, match="look at it again"):
        library.do(shown)

    (run,) = library.runs()
    library.undo(run.id, dry_run=True)
    ended(library.jobs)
    assert len(names_in(photos / "Albums")) == 3
    library.undo(run.id, dry_run=False)
    ended(library.jobs)
    assert names_in(photos / "Albums") == []
    assert len(names_in(photos)) == 4


def test_an_album_folder_is_chosen_from_those_that_there_are(library: LiveLibrary) -> None:
    assert library.places() == [str(Path(library.name) / "Albums")]
    for place in (-1, 1, 2**62):
        with pytest.raises(AlbumsortError, match="no such album folder"):
            library.preview("copy", place)


def test_what_is_put_right_while_it_looks_is_looked_at_again(library: LiveLibrary, options: ScanOptions) -> None:
    assert library.seen
    photo = library.seen.result.decisions[0].photo_id
    assert photo
    library.look()  # it may be anywhere when the change comes
    library.put_right(lambda catalog: corrections.never(catalog, [photo]))
    assert not ended(library.jobs).trouble
    assert [decision.status for decision in library.seen.result.decisions] == ["skipped", "planned", "planned"]

    again = LiveLibrary(replace(options, action="move"))  # of these options the action does not count
    again.look()
    ended(again.jobs)
    assert again.seen
    assert [decision.status for decision in again.seen.result.decisions] == ["skipped", "planned", "planned"]


def test_what_another_window_looked_at_since_is_not_what_is_done(library: LiveLibrary) -> None:
    mine = library.preview("symlink", 0).number
    ended(library.jobs)
    others = library.preview("move", 0).number
    ended(library.jobs)
    with pytest.raises(AlbumsortError, match="look at it again"):
        library.do(mine)
    library.look()  # while something is done nothing else is, and what was agreed to stays
    with suppress(AlbumsortError):
        library.do(others)
    ended(library.jobs)
    assert library.agreed in (others, 0)


def test_a_look_that_is_stopped_shows_nothing(library: LiveLibrary, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Job, "stopped", lambda _job: True)
    (Path(library.name) / "day 5.mov").write_bytes(video(datetime(2023, 7, 4, tzinfo=timezone.utc)))
    library.look()
    ended(library.jobs)
    assert library.version == 1


def test_nothing_is_put_right_while_albums_are_made(library: LiveLibrary) -> None:
    may_end = threading.Event()
    library.jobs.start("do", lambda _job: [str(may_end.wait(PATIENCE))])
    with pytest.raises(AlbumsortError, match="already"):
        library.look()
    with pytest.raises(AlbumsortError, match="already"):
        library.put_right(lambda _catalog: pytest.fail("it is put right all the same"))
    may_end.set()
    assert ended(library.jobs).lines == ["True"]


@contextmanager
def another_run(state: Path) -> Iterator[None]:
    """A process that holds the library."""
    script = (
        "import sys; from pathlib import Path; from albumsort.state import locked\n"
        "with locked(Path(sys.argv[1]), 'scan'): print('held', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", script, str(state)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdin
        assert process.stdout.readline() == "held\n"
        yield
        process.stdin.close()


def test_a_library_that_another_run_holds_is_left_to_it(library: LiveLibrary, options: ScanOptions) -> None:
    guard = Guard("")
    app = create_app(guard, library, lambda: pytest.fail("nothing is recognised"), load_table(None), "en")
    client, headers = app.test_client(), {"Host": "localhost", CSRF_HEADER: guard.csrf}
    assert library.seen
    photos = [library.seen.result.decisions[0].photo_id]
    with another_run(options.state_folder()):
        answer = client.post("/api/never", json={"photos": photos}, headers=headers)
        assert answer.status_code == 409
        assert "another" in answer.get_json()["error"]
        with pytest.raises(LibraryBusyError):
            library.put_right(lambda _catalog: pytest.fail("it is held by another"))
        library.look()
        assert "another" in ended(library.jobs).trouble
        assert client.get("/api/changes", headers=headers).json == {"changes": []}  # looking is free
    assert client.post("/api/never", json={"photos": photos}, headers=headers).status_code == 204
    assert not ended(library.jobs).trouble
