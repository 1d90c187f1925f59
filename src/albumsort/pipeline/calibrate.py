"""Whether a library is recognised in int8: calibrated once, on its own photos, and only if it files them alike."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar

from albumsort.catalog.catalog import Catalog
from albumsort.labels.table import LabelTable
from albumsort.messages import gettext as _
from albumsort.pipeline.intake import Unread
from albumsort.pipeline.reading import BATCH, Read
from albumsort.pipeline.scan_options import Progress

if TYPE_CHECKING:
    import numpy as np

    from albumsort.vision.classify import Classifier
    from albumsort.vision.networks import WantedPrecision
    from albumsort.vision.weights import Weights

T = TypeVar("T")

_HELD_BACK = 256
"""Photos on which int8 is judged, beside those that it is calibrated on."""
_SPARE = 8
"""Photos more that are read, since some may be broken."""
PAYS_BACK = 1500
"""Unread files from which on calibrating costs less than it saves: recognising 330 photos in fp32 and some seconds."""
_AGREEMENT = 0.97
"""Share of the photos held back that int8 has to put into the category of fp32."""
_GAIN = 1.2
"""How many times as quick as floating point int8 has to be; some processors have no instructions for it."""
_REFUSED = "int8 refused"


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
        progress: Progress,
    ) -> None:
        self._catalog = catalog
        self._weights = weights
        self._wanted = wanted
        self._table = table
        self._progress = progress
        self._int8: Classifier | None = None
        self._why_not = ""

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
        if self._wanted not in ("auto", "int8") or (self._wanted == "auto" and len(pictures) < PAYS_BACK):
            return {}
        from albumsort.vision.precision import int8_engine
        from albumsort.vision.quantize import ENOUGH

        engine, needed = int8_engine(self._weights().network), ENOUGH + _HELD_BACK
        if not engine:
            told = _("{network} does not gain by it on this processor")
            self._why_not = told.format(network=self._weights().network.title)
        elif len(pictures) < needed:
            told = _("it takes {needed} new photos to calibrate and judge it, and there are {number}")
            self._why_not = told.format(needed=needed, number=len(pictures))
        elif self._catalog.setting(_REFUSED) == os.path.basename(self._file(engine)):
            self._why_not = _("it was tried with this library and refused")
        elif not os.path.exists(self._file(engine)):
            return self._calibrate(engine, spread(pictures, needed + _SPARE), read, stopped)
        return {}

    def classifier(self) -> Classifier:
        """The network, loaded now, for threads that each calculate alone: none of them waits for another."""
        import torch

        from albumsort.vision.classify import Classifier

        torch.set_num_threads(1)
        if self._wanted in ("auto", "int8") and self._int8 is None:
            self._int8 = Classifier.kept(self._weights(), self._folder)
        if self._int8:
            return self._int8
        result = Classifier.floating(self._weights(), self._wanted, say=self._progress.say)
        if self._wanted == "int8":
            told = _("Recognising in {precision} instead of int8: {reason}.")
            self._progress.say(told.format(precision=result.precision, reason=self._why_not))
        return result

    @property
    def _folder(self) -> str:
        return str(self._catalog.path.parent)

    def _file(self, engine: str) -> str:
        from albumsort.vision.compile import calibration_file

        return calibration_file(self._weights(), engine, self._folder)

    def _calibrate(
        self,
        engine: str,
        chosen: Sequence[Unread],
        read: Callable[[Iterable[Unread]], Iterable[Read]],
        stopped: Callable[[], bool],
    ) -> dict[str, Read]:
        """Read the photos chosen, and make the int8 network of them; returns what was read."""
        from albumsort.vision.quantize import ENOUGH

        kept: dict[str, Read] = {}
        for one in read(chosen):
            kept[one.unread.found.path] = one
            if stopped():
                return kept
        pictures = [one.seen.picture for one in kept.values() if one.seen]
        mine = spread(pictures, ENOUGH) if len(pictures) >= ENOUGH + _HELD_BACK else []
        if mine:
            others = [picture for picture in pictures if all(picture is not own for own in mine)]
            self._judge(engine, mine, others[:_HELD_BACK])
        else:
            told = _("only {usable} of {number} photos could be used to calibrate it")
            self._why_not = told.format(usable=len(pictures), number=len(chosen))
        return kept

    def _judge(self, engine: str, mine: Sequence[np.ndarray], others: Sequence[np.ndarray]) -> None:
        """Calibrate the int8 network and keep it, if it is as good as the others and quicker."""
        from albumsort.vision.classify import Classifier
        from albumsort.vision.compile import compiled

        start = time.monotonic()
        exact = Classifier(compiled(self._weights(), "fp32"), "fp32")
        try:
            int8 = Classifier.calibrated(self._weights(), mine, engine)
            agreement = self._agreement(int8, exact, others)
            gain = self._gain(int8, others)
        except Exception as error:  # torch raises many kinds where an engine lacks something
            problem = _("torch cannot do it here ({reason})").format(reason=str(error).partition("\n")[0][:200])
            self._refuse(engine, problem, start)
            return
        if agreement < _AGREEMENT:
            problem = _("only {share:.1%} of {number} photos fall into the same category as in fp32")
            self._refuse(engine, problem.format(share=agreement, number=len(others)), start)
        elif self._wanted == "auto" and gain < _GAIN:
            problem = _("it is only {gain:.1f} times as quick on this processor").format(gain=gain)
            self._refuse(engine, problem, start)
        else:
            self._int8 = int8
            with suppress(OSError):  # the next run calibrates it again then
                int8.keep(self._file(engine))
            told = _(
                "Calibrated for int8 on {number} photos of this library in {seconds:.0f} s: {gain:.1f} times as quick, "
                "and {share:.1%} of {others} others fall into the same category."
            )
            figures = {"seconds": time.monotonic() - start, "gain": gain, "share": agreement}
            self._progress.tell(told.format(number=len(mine), others=len(others), **figures))

    def _refuse(self, engine: str, problem: str, start: float) -> None:
        """Say that int8 is not used, and why, and remember it."""
        self._why_not = problem
        self._catalog.remember({_REFUSED: os.path.basename(self._file(engine))})
        told = _("int8 is not used: {reason}; finding that out took {seconds:.0f} s.")
        self._progress.tell(told.format(reason=problem, seconds=time.monotonic() - start))

    def _gain(self, int8: Classifier, pictures: Sequence[np.ndarray]) -> float:
        """How many times as quick as floating point int8 is, with one thread as in a scan."""
        import torch

        from albumsort.vision.classify import Classifier

        floating = Classifier.floating(self._weights(), "auto", say=self._progress.say)
        threads = torch.get_num_threads()
        torch.set_num_threads(1)
        try:
            return _seconds(floating, pictures) / _seconds(int8, pictures)
        finally:
            torch.set_num_threads(threads)

    def _agreement(self, int8: Classifier, exact: Classifier, pictures: Sequence[np.ndarray]) -> float:
        """Share of the pictures that fall into the same category, "unsorted" being one as well."""
        pairs = zip(self._categories(int8, pictures), self._categories(exact, pictures), strict=True)
        return sum(one == other for one, other in pairs) / len(pictures)

    def _categories(self, classifier: Classifier, pictures: Sequence[np.ndarray]) -> list[str]:
        batches = (classifier.classify(pictures[at : at + BATCH]) for at in range(0, len(pictures), BATCH))
        return [self._table.categorize(prediction).category for batch in batches for prediction in batch]


def spread(items: Sequence[T], count: int) -> list[T]:
    """``count`` of the items, or all of them, at even distances."""
    count = min(count, len(items))
    return [items[number * len(items) // count] for number in range(count)]


def _seconds(classifier: Classifier, pictures: Sequence[np.ndarray]) -> float:
    """Least time of three for one batch, which has been classified before."""
    times = []
    for _turn in range(4):
        start = time.perf_counter()
        classifier.classify(pictures[:BATCH])
        times.append(time.perf_counter() - start)
    return min(times[1:])
