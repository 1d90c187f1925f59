"""Reading changed files one after another, in a process of its own, and measuring what each of them costs."""

from __future__ import annotations

import contextlib
import os
import re
import resource
import shutil
import signal
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random
from types import CodeType, FrameType
from typing import Any

from albumsort.errors import AlbumsortError, PictureError
from fuzzing.mutations import mutate
from fuzzing.seeds import PHOTOS_OF_SIDECARS, SIDECARS, choose_weights

LONGEST, LARGEST = 5.0, 1_500_000_000
_ADDRESS_SPACE = 8_000_000_000  # what keeps a finding from taking the whole machine
_TRACED = re.compile(r"/(albumsort|exifread|yaml|pi_heif)/|/PIL/(Image|ImageFile|\w+Plugin)\.py$")


class TooSlow(BaseException):
    """A file takes too long; no ``except Exception`` in a decoder can catch it."""


@dataclass
class Outcome:
    """What came of one file. ``sort`` is "ok", "rejected" or the name of a finding, ``detail`` the reason."""

    sort: str
    detail: str = ""
    seconds: float = 0.0
    peak: int = 0


def read_picture(path: str) -> str:
    """Read a file as a run of the program does; returns the reason for which it was refused, or ""."""
    from albumsort.library.read import open_photo
    from albumsort.vision.decode import small_picture
    from albumsort.vision.networks import Preprocessing

    try:
        with open_photo(path) as file:
            if not file.format:
                return "not a picture"
            assert small_picture(file.stream, file.format, Preprocessing()).shape == (224, 224, 3)
    except PictureError as error:
        return repr(str(error))
    return ""


def read_video(path: str) -> str:
    """Read the container of a video; returns why it tells nothing, or ""."""
    from albumsort.library.read import open_photo

    with open_photo(path, "video") as file:
        return "" if file.metadata.taken_at or file.metadata.utc else "no time"


def read_table(path: str) -> str:
    """Read a label table; returns what is wrong with it, or ""."""
    from albumsort.labels.parse import load_table

    try:
        load_table(path)
    except AlbumsortError as error:
        return str(error)
    return ""


def read_sidecars(path: str) -> str:
    """Read a file as the XMP and as the JSON of photos that only what is inside can tell apart."""
    from albumsort.library.companions import units
    from albumsort.library.walk import Found, walk

    folder = Path(path + " photos")
    folder.mkdir(exist_ok=True)
    for name in (*PHOTOS_OF_SIDECARS, *SIDECARS):
        shutil.copyfile(path, folder / name)
    files = [entry for rows in walk([str(folder)], is_own_folder=lambda _: False) for entry in rows]
    found = units([file for file in files if isinstance(file, Found)])
    owners = {companion.found.path: unit.main.path for unit in found for companion in unit.companions}
    named = (owners.get(str(folder / sidecar)) == str(folder / photo) for sidecar, photo in SIDECARS.items())
    return "" if any(named) else "names no photo"


READERS: dict[str, Callable[[str], str]] = {"table": read_table, "sidecar": read_sidecars, "video": read_video}
"""What reads the files of a kind; those of all others are pictures."""


def examine(read: Callable[[str], str], path: str) -> Outcome:
    """Read one file and measure it."""
    _reset_peak()
    signal.setitimer(signal.ITIMER_PROF, LONGEST)
    start = time.process_time()
    try:
        reason = read(path)
        outcome = Outcome("rejected" if reason else "ok", reason)
    except TooSlow as error:
        outcome = Outcome("slow", _place(error))
    except Exception as error:
        outcome = Outcome(type(error).__name__, _place(error))
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    outcome.seconds, outcome.peak = time.process_time() - start, _peak()
    if outcome.seconds > LONGEST and outcome.sort in ("ok", "rejected"):
        outcome.sort = "slow"
    elif outcome.peak > LARGEST:
        outcome.sort = "large"
    return outcome


def _place(error: BaseException) -> str:
    """Where an exception comes from, on one line."""
    frames = traceback.extract_tb(error.__traceback__)[-3:]
    return " < ".join(f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in reversed(frames)) + f": {error}"[:200]


def _reset_peak() -> None:
    with contextlib.suppress(OSError):  # Linux only; elsewhere the peak is that of the worker so far
        Path("/proc/self/clear_refs").write_text("5")


def _peak() -> int:
    with contextlib.suppress(OSError):
        found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
        if found:
            return int(found[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


class Lines:
    """The lines that were reached so far."""

    def __init__(self) -> None:
        self._reached: set[tuple[CodeType, int]] = set()
        self._wanted: dict[CodeType, bool] = {}

    def has_new(self, read: Callable[[str], str], path: str) -> bool:
        """Whether reading the file reaches a new line."""
        before = len(self._reached)
        sys.settrace(self._call)
        try:
            with contextlib.suppress(Exception):
                read(path)
        finally:
            sys.settrace(None)
        return len(self._reached) > before

    def _call(self, frame: FrameType, _event: str, _arg: object) -> Callable[..., Any] | None:
        code = frame.f_code
        if code not in self._wanted:
            self._wanted[code] = bool(_TRACED.search(code.co_filename))
        return self._line if self._wanted[code] else None

    def _line(self, frame: FrameType, _event: str, _arg: object) -> Callable[..., Any]:
        self._reached.add((frame.f_code, frame.f_lineno))
        return self._line


def work(kind: str, start: int, end: int, seed: int, corpus: list[bytes], folder: str, answers: Connection) -> None:
    """Make and read the files ``start`` to ``end`` of a kind; each is in ``folder`` while it is read."""
    # What native decoders say of broken files would fill the screen; Python's own messages still get there.
    sys.stderr = os.fdopen(os.dup(2), "w")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    signal.signal(signal.SIGPROF, _too_slow)
    resource.setrlimit(resource.RLIMIT_AS, (_ADDRESS_SPACE, _ADDRESS_SPACE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    read = READERS.get(kind, read_picture)
    path, rng, lines = f"{folder}/{kind}", Random(f"{seed} {kind} {start}"), Lines()  # noqa: S311
    reasons: set[str] = set()
    for data in corpus:
        _write(path, data)
        lines.has_new(read, path)
    weights, seeds = choose_weights(corpus), len(corpus)
    for _ in range(start, end):
        whole = rng.random() < 0.5  # broken files bred from broken ones soon get no further than the header
        one, other = rng.choices(corpus[:seeds] if whole else corpus, weights[:seeds] if whole else weights, k=2)
        data = mutate(rng, kind, one, other)
        _write(path, data)
        outcome = examine(read, path)
        reason = re.sub(r"\d+|'.*?'", "", outcome.detail)
        is_new = reason not in reasons
        reasons.add(reason)
        traced = rng.random() < 0.03 and outcome.seconds < 0.05 and outcome.sort in ("ok", "rejected")
        if is_new or (traced and lines.has_new(read, path)):
            corpus.append(data)
            weights += choose_weights([data])
        answers.send(outcome)
    answers.send(None)


def _too_slow(_number: int, _frame: FrameType | None) -> None:
    raise TooSlow


def _write(path: str, data: bytes) -> None:
    with open(path, "wb") as file:
        file.write(data)
