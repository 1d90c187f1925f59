"""Reads files and recognises pictures: threads decode ahead of the network, within bounds."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cache, cached_property, partial
from typing import TYPE_CHECKING

from albumsort.catalog.catalog import Catalog
from albumsort.errors import PictureError
from albumsort.library.read import open_photo
from albumsort.library.walk import Found
from albumsort.pipeline.intake import Intake, Unread, identify
from albumsort.pipeline.model_choice import ModelChoice
from albumsort.records import Metadata, Photo

if TYPE_CHECKING:
    import numpy as np

    from albumsort.vision.classify import Classifier
    from albumsort.vision.networks import Preprocessing, WantedPrecision
    from albumsort.vision.weights import Weights

BATCH = 32
"""Pictures a step of the network; larger ones gain nothing on a CPU."""


@dataclass(frozen=True, slots=True)
class _Read:
    """What came of reading a file: ``photo`` has no id yet; ``picture`` is None where there is nothing to recognise."""

    unread: Unread
    photo: Photo
    picture: np.ndarray | None = None


def recognise(
    catalog: Catalog,
    intake: Intake,
    model: ModelChoice,
    *,
    jobs: int,
    say: Callable[[str], None],
    stopped: Callable[[], bool],
) -> Iterator[int]:
    """Read and recognise the unread files of the intake, which become its photos; yields how many after each batch.

    Results are stored batch by batch, so that a run that is stopped goes on where it was.
    """
    weights = cache(model.weights)  # bytes that the model has seen need none
    store = _Store(catalog, intake, model.key, lambda: _load(weights(), model.precision, say))
    read_one = partial(_read, catalog, model.key, lambda: weights().preprocessing)
    batch: list[_Read] = []
    for read in _read_ahead(tuple(intake.unread), read_one, jobs, stopped):
        batch.append(read)
        if len(batch) == BATCH:
            yield store.add(batch)
            batch = []
    if batch:
        yield store.add(batch)


def _load(weights: Weights, precision: WantedPrecision, say: Callable[[str], None]) -> Classifier:
    from albumsort.vision.classify import Classifier

    return Classifier(weights, precision, say=say)


class _Store:
    """Recognises batches and puts what is known into the catalog; the network is loaded at the first picture."""

    def __init__(self, catalog: Catalog, intake: Intake, key: str, load: Callable[[], Classifier]) -> None:
        self._catalog = catalog
        self._intake = intake
        self._key = key
        self._load = load

    def add(self, batch: list[_Read]) -> int:
        """Store one batch in one transaction; returns how many files that were."""
        import numpy as np

        seen = [read for read in batch if read.picture is not None]
        predictions = (
            self._classifier.classify(np.stack([read.picture for read in seen if read.picture is not None]))
            if seen
            else []
        )
        with self._catalog.transaction():
            for read, prediction in zip(seen, predictions, strict=True):
                self._catalog.put_recognition(read.photo.fingerprint or "", self._key, prediction)
            for read in batch:
                if photo := identify(self._catalog, self._intake, read.unread, read.photo):
                    self._intake.add(photo)
        del self._intake.unread[: len(batch)]
        return len(batch)

    @cached_property
    def _classifier(self) -> Classifier:
        return self._load()


def _read_ahead(
    files: Iterable[Unread], read_one: Callable[[Unread], _Read], jobs: int, stopped: Callable[[], bool]
) -> Iterator[_Read]:
    """The files in order, read by ``jobs`` threads that are at most two batches ahead."""
    waiting: deque[Future[_Read]] = deque()
    with ThreadPoolExecutor(jobs, thread_name_prefix="read") as pool:
        for unread in files:
            if stopped():
                break
            waiting.append(pool.submit(read_one, unread))
            if len(waiting) == 2 * BATCH:
                yield waiting.popleft().result()
        while waiting and not (stopped() and waiting[0].cancel()):
            yield waiting.popleft().result()
        for future in waiting:
            future.cancel()


def _read(catalog: Catalog, key: str, preprocessing: Callable[[], Preprocessing], unread: Unread) -> _Read:
    """One open and one read of a file: format, EXIF, and the small picture unless the model has seen these bytes."""
    found = unread.found
    photo = Photo(0, found.path, found.stamp, None, "", "", Metadata())
    try:
        with open_photo(found.path) as file:
            photo = Photo(0, found.path, file.stamp, file.fingerprint, file.format, "", file.metadata, file.content)
            if not file.format:
                return _Read(unread, replace(photo, problem=_no_picture(found)))
            if catalog.has_recognition(file.fingerprint, key):
                return _Read(unread, photo)
            from albumsort.vision.decode import small_picture

            return _Read(unread, photo, small_picture(file.stream, file.format, preprocessing()))
    except PictureError as error:
        return _Read(unread, replace(photo, problem=str(error)))
    except MemoryError:
        return _Read(
            unread, replace(photo, fingerprint=None, problem="too little memory to decode it; it is tried again")
        )
    except OSError as error:
        return _Read(unread, replace(photo, fingerprint=None, problem=f"it cannot be read: {error.strerror or error}"))


def _no_picture(found: Found) -> str:
    """The problem of a file that is no picture; none where nothing had said that it should be one."""
    if not found.suffix_known:
        return ""
    return "not a picture, though its name says so" if found.stamp.size else "an empty file"
