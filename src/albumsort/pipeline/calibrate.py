"""Whether a library is recognised in int8: calibrated once, on its own photos, and only if it files them alike."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from albumsort.catalog.catalog import Catalog
from albumsort.labels.table import LabelTable
from albumsort.pipeline.intake import Unread
from albumsort.pipeline.reading import Read

if TYPE_CHECKING:
    import numpy as np

    from albumsort.vision.classify import Classifier
    from albumsort.vision.networks import WantedPrecision
    from albumsort.vision.weights import Weights

_CALIBRATED_ON, _HELD_BACK = 64, 128
"""Photos that say how wide activations are, and others on which int8 is judged."""
_PAYS_BACK = 1000
"""Unread files from which on calibrating costs less than it saves: recognising 192 photos in fp32 and some seconds."""
_AGREEMENT = 0.97
"""Share of the photos held back that int8 has to put into the category of fp32."""
_GAIN = 1.2
"""How many times as quick as floating point int8 has to be; some processors have no instructions for it."""
_REFUSED = "int8 refused"
_BATCH = 8


class Calibration:
    """Finds the network that a library is recognised with, in ``wanted`` or what comes nearest to it.

    A calibrated network is kept in the library's state folder; that one was refused is remembered.
    """

    def __init__(
        self,
        catalog: Catalog,
        weights: Callable[[], Weights],
        wanted: WantedPrecision,
        table: LabelTable,
        say: Callable[[str], None],
    ) -> None:
        self._catalog = catalog
        self._weights = weights
        self._wanted = wanted
        self._table = table
        self._say = say

    def prepare(
        self,
        files: Sequence[Unread],
        read: Callable[[Iterable[Unread]], Iterable[Read]],
        stopped: Callable[[], bool],
    ) -> dict[str, Read]:
        """Calibrate int8 if it is wanted and pays back; returns by path what was read for that, to be used again.

        The photos are spread evenly over ``files``, so that the same ones are chosen again.
        """
        pictures = [unread for unread in files if unread.found.suffix_known]
        needed = _CALIBRATED_ON + _HELD_BACK
        due = self._wanted == "int8" or (self._wanted == "auto" and len(pictures) >= _PAYS_BACK)
        if not due or len(pictures) < needed:
            return {}
        kept: dict[str, Read] = {}
        for one in read([pictures[number * len(pictures) // needed] for number in range(needed)]):
            kept[one.unread.found.path] = one
            if stopped():
                return kept
        seen = [one.picture for one in kept.values() if one.picture is not None]
        if len(seen) > needed * _AGREEMENT:  # a few may be broken
            self._calibrate(seen)
        return kept

    def classifier(self) -> Classifier:
        """The network, loaded now, for threads that each calculate alone: none of them waits for another."""
        import torch

        from albumsort.vision.classify import Classifier
        from albumsort.vision.compile import load_calibrated

        torch.set_num_threads(1)
        if self._wanted in ("auto", "int8"):
            engine, path = self._engine_and_file()
            if engine and (module := load_calibrated(self._weights(), engine, path)):
                return Classifier(module, "int8")
        result = Classifier.floating(self._weights(), self._wanted, say=self._say)
        if self._wanted == "int8":
            self._say(f"There is no network in int8 for this library: recognising in {result.precision}.")
        return result

    def _engine_and_file(self) -> tuple[str, str]:
        """The engine of int8, "" where there is none, and where the calibrated network is kept."""
        from albumsort.vision.compile import calibration_file
        from albumsort.vision.precision import int8_engine

        engine = int8_engine(self._weights().network)
        return engine, calibration_file(self._weights(), engine, str(self._catalog.path.parent))

    def _calibrate(self, pictures: Sequence[np.ndarray]) -> None:
        """Make the int8 network and keep it, if it is as good as the others and quicker."""
        from albumsort.vision.classify import Classifier
        from albumsort.vision.compile import calibrated, compiled
        from albumsort.vision.torchscript import store

        engine, path = self._engine_and_file()
        if not engine or os.path.exists(path) or self._catalog.setting(_REFUSED) == os.path.basename(path):
            return
        start = time.monotonic()
        chosen, others = pictures[::3], [picture for index, picture in enumerate(pictures) if index % 3]
        module = calibrated(self._weights(), chosen, engine)
        exact = Classifier(compiled(self._weights(), "fp32"), "fp32")
        floating = Classifier.floating(self._weights(), "auto", say=self._say)
        agreement = self._agreement(Classifier(module, "int8"), exact, others)
        gain = _seconds(floating, others) / _seconds(Classifier(module, "int8"), others)
        spent = time.monotonic() - start
        if problem := self._problem(agreement, gain):
            self._catalog.remember({_REFUSED: os.path.basename(path)})
            self._say(f"int8 is not used: {problem}; finding that out took {spent:.0f} s.")
            return
        with suppress(OSError):  # it only costs time
            store(module, path, kept=1)
        self._say(
            f"Calibrated for int8 on {len(chosen)} photos of this library in {spent:.0f} s: {gain:.1f} times as quick, "
            f"and {agreement:.1%} of {len(others)} others fall into the same category."
        )

    def _agreement(self, int8: Classifier, exact: Classifier, pictures: Sequence[np.ndarray]) -> float:
        """Share of the pictures that fall into the same category, "unsorted" being one as well."""
        pairs = zip(self._categories(int8, pictures), self._categories(exact, pictures), strict=True)
        return sum(one == other for one, other in pairs) / len(pictures)

    def _categories(self, classifier: Classifier, pictures: Sequence[np.ndarray]) -> list[str]:
        batches = (classifier.classify(pictures[at : at + _BATCH]) for at in range(0, len(pictures), _BATCH))
        return [self._table.categorize(prediction).category for batch in batches for prediction in batch]

    def _problem(self, agreement: float, gain: float) -> str:
        if agreement < _AGREEMENT:
            return f"only {agreement:.1%} of {_HELD_BACK} photos fall into the same category as in fp32"
        if self._wanted == "auto" and gain < _GAIN:
            return f"it is only {gain:.1f} times as quick on this processor"
        return ""


def _seconds(classifier: Classifier, pictures: Sequence[np.ndarray]) -> float:
    """Least time of three for one batch, which has been classified before."""
    times = []
    for _ in range(4):
        start = time.perf_counter()
        classifier.classify(pictures[:_BATCH])
        times.append(time.perf_counter() - start)
    return min(times[1:])
