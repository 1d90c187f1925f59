"""Reads files and recognises pictures: each thread takes some files from the disk to what the network says of them."""

from __future__ import annotations

import os
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from albumsort.catalog.catalog import Catalog
from albumsort.labels.table import LabelTable
from albumsort.pipeline.calibrate import Calibration
from albumsort.pipeline.intake import Intake, Unread, identify
from albumsort.pipeline.model_choice import ModelChoice
from albumsort.pipeline.once import once
from albumsort.pipeline.reading import BATCH, Read, read_file, recognised
from albumsort.pipeline.scan_options import Progress
from albumsort.records import Photo, Prediction

if TYPE_CHECKING:
    from albumsort.catalog.thumbnails import Thumbnails
    from albumsort.vision.classify import Classifier
    from albumsort.vision.faces import FaceDetector


_TURN = 0.0005
"""Seconds after which a thread hands on Python's lock: with the usual 5 ms, threads whose Python takes less than that
between two calls of libjpeg or the network wait for each other, and small photos take a tenth longer."""

_STORED_AT_ONCE = 64
"""Files whose results are written in one transaction; so many are read again after a crash."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """What is known of a file now; ``prediction`` is None where there was nothing to recognise."""

    unread: Unread
    photo: Photo
    prediction: Prediction | None


def recognise(
    catalog: Catalog,
    intake: Intake,
    model: ModelChoice,
    table: LabelTable,
    thumbnails: Thumbnails | None = None,
    *,
    jobs: int,
    progress: Progress,
    stopped: Callable[[], bool],
) -> Iterator[int]:
    """Read and recognise the unread files of the intake, which become its photos; yields how many were stored.

    ``jobs`` threads work at one time; ``thumbnails`` are made on the way where they are wanted. Results are stored as
    they come, so that a run that is stopped goes on where it was.
    """
    files = tuple(intake.unread)
    weights = once(model.weights)  # bytes that the model has seen need none
    detector = once(partial(_detector, progress.say))
    read = partial(read_file, catalog, model.key, lambda: weights().preprocessing, detector, thumbnails=thumbnails)
    with _short_turns(), ThreadPoolExecutor(jobs, thread_name_prefix="recognise") as pool:
        calibration = Calibration(catalog, weights, model.precision, table, progress)
        kept = calibration.prepare(files, partial(pool.map, read), stopped)
        worker = _Worker(lambda unread: kept.pop(unread.found.path, None) or read(unread), calibration.classifier)
        waiting: list[_Seen] = []
        for seen in _in_order(pool, partial(worker.look_at, stopped), files, jobs):
            waiting += seen
            if len(waiting) >= _STORED_AT_ONCE:
                yield _store(catalog, intake, model.key, waiting)
                waiting = []
        if waiting:
            yield _store(catalog, intake, model.key, waiting)


def processors() -> int:
    """How many this process may use, which a container or ``taskset`` may have limited."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def _short_turns() -> Iterator[None]:
    usual = sys.getswitchinterval()
    sys.setswitchinterval(_TURN)
    try:
        yield
    finally:
        sys.setswitchinterval(usual)


class _Worker:
    """What each thread does; the network, which all of them share, is loaded at the first picture."""

    def __init__(self, read: Callable[[Unread], Read], load: Callable[[], Classifier]) -> None:
        self._read = read
        self._network = once(load)

    def look_at(self, stopped: Callable[[], bool], files: Sequence[Unread]) -> list[_Seen]:
        """Take files from the disk to what the network says of them; fewer where it was stopped between two."""
        read = []
        for unread in files:
            if stopped():
                break
            read.append(self._read(unread))
        sights = [one.seen for one in read if one.seen]
        predictions = iter(recognised(self._network(), sights) if sights else [])
        return [_Seen(one.unread, one.photo, next(predictions) if one.seen else None) for one in read]


def _detector(say: Callable[[str], None]) -> FaceDetector | None:
    from albumsort.vision.faces import FaceDetector

    return FaceDetector.load(say=say)


def _in_order(
    pool: ThreadPoolExecutor, look_at: Callable[[Sequence[Unread]], list[_Seen]], files: Sequence[Unread], jobs: int
) -> Iterator[list[_Seen]]:
    """What comes of each few files, in their order, up to where it was stopped; threads are at most two batches ahead.

    What is under way stays bounded, however slow the disk under the catalog is.
    """
    waiting: deque[tuple[int, Future[list[_Seen]]]] = deque()
    try:
        for batch in _batches(files):
            waiting.append((len(batch), pool.submit(look_at, batch)))
            if len(waiting) == jobs + 2:
                size, future = waiting.popleft()
                yield (seen := future.result())
                if len(seen) < size:
                    return
        while waiting:
            size, future = waiting.popleft()
            yield (seen := future.result())
            if len(seen) < size:
                return
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _batches(files: Sequence[Unread]) -> Iterable[Sequence[Unread]]:
    return (files[at : at + BATCH] for at in range(0, len(files), BATCH))


def _store(catalog: Catalog, intake: Intake, model: str, seen: Sequence[_Seen]) -> int:
    """Store what is known of the next files in one transaction; returns how many that were."""
    with catalog.transaction():
        for one in seen:
            if one.prediction:
                catalog.put_recognition(one.photo.fingerprint or "", model, one.prediction)
            if photo := identify(catalog, intake, one.unread, one.photo):
                intake.add(photo)
    del intake.unread[: len(seen)]
    return len(seen)
