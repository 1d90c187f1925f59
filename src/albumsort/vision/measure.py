"""How fast a compiled network is, what it takes of the machine, and whether that stays so for an hour."""

from __future__ import annotations

import os
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

    from albumsort.vision.classify import Classifier

BATCHES = (1, 8, 16, 32, 64)
"""Pictures a step that are tried, the smallest first: the peak memory of one is not to hide in that of a larger."""
_WARM_UPS = 2
"""TorchScript compiles in its first two runs."""
_SLICES = 10
"""Parts of a stability run: the first is compared with the last."""


@dataclass(frozen=True, slots=True)
class Speed:
    """``latency_ms`` is the median time of one picture alone, in milliseconds, ``latency_p95_ms`` the 95th percentile.

    The rest is of the batch with the highest throughput: ``processors`` is CPU seconds a second, ``peak_memory_bytes``
    that of the whole process until then.
    """

    latency_ms: float
    latency_p95_ms: float
    photos_per_second: float
    batch: int
    processors: float
    peak_memory_bytes: int


@dataclass(frozen=True, slots=True)
class Stability:
    """Photos a second and resident memory in bytes in the first and in the last tenth of a long run of ``minutes``.

    ``same_outputs`` says whether each batch gave the same probabilities as the first, bit for bit.
    """

    minutes: float
    photos_per_second_first: float
    photos_per_second_last: float
    memory_first_bytes: int
    memory_last_bytes: int
    same_outputs: bool


@dataclass(frozen=True, slots=True)
class _Timing:
    """``times`` are the seconds that each step took."""

    batch: int
    times: list[float]
    processors: float
    peak_memory_bytes: int

    @property
    def photos_per_second(self) -> float:
        return self.batch * len(self.times) / sum(self.times)


def measure_speed(classifier: Classifier, side: int, seconds: float) -> Speed:
    """Measure each of ``BATCHES`` for ``seconds`` on pictures of side x side; the last is one that takes longer."""
    import numpy as np

    timings: list[_Timing] = []
    for batch in BATCHES:
        timings.append(_time(classifier, _noise(batch, side), seconds))
        if min(timings[-1].times) > seconds:
            break
    latency, p95 = np.percentile(timings[0].times, [50, 95]).tolist()
    best = max(timings, key=lambda timing: timing.photos_per_second)
    return Speed(
        1000 * latency, 1000 * p95, best.photos_per_second, best.batch, best.processors, best.peak_memory_bytes
    )


def measure_stability(classifier: Classifier, side: int, batch: int, minutes: float) -> Stability:
    """Recognise the same ``batch`` pictures of side x side over and over for ``minutes``."""
    import torch

    pictures = _noise(batch, side)
    for _ in range(_WARM_UPS):
        expected = classifier.probabilities(pictures)
    rates, memory, same = [], [], True
    for _ in range(_SLICES):
        steps, start, now = 0, time.perf_counter(), 0.0
        while now < minutes * 60 / _SLICES:
            same &= torch.equal(classifier.probabilities(pictures), expected)
            steps += 1
            now = time.perf_counter() - start
        rates.append(batch * steps / now)
        memory.append(_resident_memory())
    return Stability(minutes, rates[0], rates[-1], memory[0], memory[-1], same)


def _time(classifier: Classifier, pictures: np.ndarray, seconds: float) -> _Timing:
    for _ in range(_WARM_UPS):
        classifier.classify(pictures)
    times: list[float] = []
    cpu, start = time.process_time(), time.perf_counter()
    before = start
    while not times or before - start < seconds:
        classifier.classify(pictures)
        after = time.perf_counter()
        times.append(after - before)
        before = after
    return _Timing(len(pictures), times, (time.process_time() - cpu) / (before - start), _peak_memory())


def _noise(count: int, side: int) -> np.ndarray:
    """Random pictures: what a network takes does not depend on what it is shown."""
    import numpy as np

    return np.random.default_rng(0).integers(0, 256, (count, side, side, 3), dtype=np.uint8)


def _resident_memory() -> int:
    """Bytes of this process that are in memory now."""
    if os.path.exists("/proc/self/status"):
        return _status("VmRSS")
    import psutil

    return int(psutil.Process().memory_info().rss)


def _peak_memory() -> int:
    """Bytes of this process that were in memory at most."""
    if os.path.exists("/proc/self/status"):
        return _status("VmHWM")  # what getrusage says begins, on Linux, with the peak of the process before exec
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def _status(name: str) -> int:
    """A size that Linux tells of this process, in bytes."""
    with open("/proc/self/status", encoding="ascii", errors="replace") as file:
        return next(1024 * int(line.split()[1]) for line in file if line.startswith(name))
