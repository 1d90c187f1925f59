"""Networks side by side: their size, speed, memory and accuracy, each measured in processes of its own."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from albumsort.errors import AlbumsortError
from albumsort.messages import gettext as _
from albumsort.pipeline.accuracy import Accuracy, measure_accuracy
from albumsort.pipeline.calibrate import spread
from albumsort.pipeline.own_process import ProcessFailed, in_own_process
from albumsort.vision import huggingface
from albumsort.vision.download import DownloadError
from albumsort.vision.measure import Speed, Stability, measure_speed, measure_stability
from albumsort.vision.networks import NETWORKS, Network, WantedPrecision
from albumsort.vision.weights import Weights, choose_weights, fetch, other_ways

if TYPE_CHECKING:
    from albumsort.vision.classify import Classifier

Photos = Sequence[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Task:
    """What to measure: ``seconds`` for each size of batch, ``minutes`` of a stability run or 0 for none.

    ``photos`` are paths with their classes, 0..999; none where accuracy is not asked for. int8 is calibrated on some of
    them, and its accuracy is that on the others.
    """

    precision: WantedPrecision
    seconds: float
    minutes: float
    photos: Photos


@dataclass(frozen=True, slots=True)
class Row:
    """What was measured of one network; None where it was not, and ``note`` says why.

    ``weights`` is a file, or "untrained"; ``first_load_seconds`` includes compiling, ``load_seconds`` is that of later
    runs; loading torch is in neither. The other fields are those of Speed, Accuracy and Stability. A contract with
    scripts, as the columns of the CSV file: new fields go at the end, before ``note``.
    """

    model: str
    weights: str = ""
    precision: str = ""
    parameters: int | None = None
    file_bytes: int | None = None
    first_load_seconds: float | None = None
    load_seconds: float | None = None
    latency_ms: float | None = None
    latency_p95_ms: float | None = None
    photos_per_second: float | None = None
    batch: int | None = None
    processors: float | None = None
    peak_memory_bytes: int | None = None
    photos: int | None = None
    top1_percent: float | None = None
    top5_percent: float | None = None
    minutes: float | None = None
    photos_per_second_first: float | None = None
    photos_per_second_last: float | None = None
    drift_percent: float | None = None
    memory_first_bytes: int | None = None
    memory_last_bytes: int | None = None
    same_outputs: bool | None = None
    note: str = ""


class _Prepared(NamedTuple):
    weights: Weights
    parameters: int
    first_load_seconds: float
    accuracy: Accuracy | None


class _Measured(NamedTuple):
    precision: str
    load_seconds: float
    speed: Speed
    stability: Stability | None


def subjects(names: Sequence[str], files: Sequence[str]) -> list[Network | Weights]:
    """What to compare: the networks named, or all, in the order of ``NETWORKS``, with the user's weights where given.

    ``files`` are weights files or Hugging Face folders, also several of one network. Raises AlbumsortError.
    """
    for name in names:
        if name not in NETWORKS:
            problem = _("--model {name}: not known; choose from {names}")
            raise AlbumsortError(problem.format(name=name, names=", ".join(NETWORKS)))
    given = [choose_weights(None, file, say=lambda _message: None) for file in files]
    chosen: list[Network | Weights] = []
    for name, network in NETWORKS.items():
        own = [weights for weights in given if weights.network.name == name]
        chosen += own or ([network] if name in names or not names else [])
    return chosen


def compare(chosen: Sequence[Network | Weights], task: Task) -> Iterator[Row]:
    """Measure one after the other; weights that are not here are downloaded or, if that fails, made up."""
    with tempfile.TemporaryDirectory(prefix="albumsort-") as cache:
        for subject in chosen:
            yield _row(subject, task, cache)


def _row(subject: Network | Weights, task: Task, cache: str) -> Row:
    network, note = (subject.network if isinstance(subject, Weights) else subject), ""
    found: Network | Weights = subject
    try:
        if isinstance(subject, Network):
            found = fetch(subject)[0]
    except DownloadError as error:
        note = _("untrained, for no weights are here ({reason}); to have them: {ways}")
        note = note.format(reason=error, ways=other_ways(network))
    except AlbumsortError as error:
        note = _("untrained: {reason}").format(reason=error)
    if isinstance(found, Weights):
        # The cache of the process that measures is another one, in which torch hub's files are not found by their name.
        found = replace(found, path=found.file, source="file")
    try:
        prepared = in_own_process(_prepare, found, task.precision, task.photos, cache)
        measured = in_own_process(_measure, prepared.weights, task, cache)
    except ProcessFailed as error:
        failed = _("not measured: {reason}").format(reason=error)
        return Row(network.name, note="; ".join(filter(None, (note, failed))))
    size = os.path.getsize(_file(prepared.weights))
    row = Row(
        network.name,
        "untrained" if note else prepared.weights.file,
        measured.precision,
        prepared.parameters,
        size,
        prepared.first_load_seconds,
        measured.load_seconds,
        **asdict(measured.speed),
        note=note,
    )
    return _with_stability(_with_accuracy(row, prepared.accuracy), measured.stability)


def _with_accuracy(row: Row, accuracy: Accuracy | None) -> Row:
    if accuracy is None:
        return row
    facts = asdict(accuracy)
    problems = facts.pop("problems")
    left_out = ""
    if problems:
        told = _("{number} photos could not be read ({example})")
        left_out = told.format(number=len(problems), example=problems[0])
    return replace(row, **facts, note="; ".join(filter(None, (row.note, left_out))))


def _with_stability(row: Row, stability: Stability | None) -> Row:
    if stability is None:
        return row
    drift = 100 * (stability.photos_per_second_last / stability.photos_per_second_first - 1)
    return replace(row, **asdict(stability), drift_percent=drift)


def _prepare(subject: Network | Weights, precision: WantedPrecision, photos: Photos, cache: str) -> _Prepared:
    """Compile a network into ``cache`` and, if it is trained, see how often it is right."""
    _use(cache)
    import torch

    from albumsort.vision.quantize import ENOUGH
    from albumsort.vision.untrained import write_untrained

    if isinstance(subject, Weights):
        weights = subject
    else:
        weights, photos = write_untrained(subject, os.path.join(cache, f"{subject.name}.pth")), ()
    with torch.device("meta"):
        parameters = sum(parameter.numel() for parameter in weights.network.build().parameters())
    start = time.perf_counter()
    if precision == "int8" and photos:
        chosen = spread(photos, ENOUGH)
        _calibrate(weights, chosen, cache)
        photos = [photo for photo in photos if photo not in chosen]  # accuracy is that on others
    classifier = _classifier(weights, precision, cache)
    seconds = time.perf_counter() - start
    accuracy = measure_accuracy(classifier, weights.preprocessing, photos) if photos else None
    return _Prepared(weights, parameters, seconds, accuracy)


def _measure(weights: Weights, task: Task, cache: str) -> _Measured:
    """Measure what was compiled into ``cache``, in a process that has done nothing else."""
    _use(cache)
    start = time.perf_counter()
    classifier = _classifier(weights, task.precision, cache)
    seconds = time.perf_counter() - start
    side = weights.preprocessing.crop
    speed = measure_speed(classifier, side, task.seconds)
    stability = measure_stability(classifier, side, speed.batch, task.minutes) if task.minutes else None
    return _Measured(classifier.precision, seconds, speed, stability)


def _calibrate(weights: Weights, photos: Photos, cache: str) -> None:
    """Put the network in int8 into ``cache`` where this processor gains by it."""
    from albumsort.pipeline.accuracy import decode
    from albumsort.vision.classify import Classifier
    from albumsort.vision.compile import calibration_file
    from albumsort.vision.precision import int8_engine

    if engine := int8_engine(weights.network):
        read = [decode(weights.preprocessing, path) for path, _right in photos]
        pictures = [picture for picture in read if not isinstance(picture, str)]
        if pictures:
            Classifier.calibrated(weights, pictures, engine).keep(calibration_file(weights, engine, cache))


def _classifier(weights: Weights, precision: WantedPrecision, cache: str) -> Classifier:
    """The network in int8 if that was calibrated, else in what comes nearest to it."""
    from albumsort.vision.classify import Classifier

    int8 = Classifier.kept(weights, cache) if precision == "int8" else None
    return int8 or Classifier.floating(weights, precision, say=lambda _message: None)


def _use(cache: str) -> None:
    """Keep compiled networks in ``cache``, where they push no library's own out."""
    os.environ["XDG_CACHE_HOME"] = cache


def _file(weights: Weights) -> str:
    return huggingface.weight_file(weights.file) if os.path.isdir(weights.file) else weights.file
