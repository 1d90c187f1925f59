"""Pictures to probabilities, a batch at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np
import numpy.typing as npt
import torch
from torch.jit import ScriptModule

from albumsort.records import Prediction, Quality
from albumsort.vision.compile import calibrated, calibration_file, compiled, load_calibrated
from albumsort.vision.exposure import brightened
from albumsort.vision.networks import Precision, WantedPrecision
from albumsort.vision.precision import floating, int8_engine
from albumsort.vision.quality import measure
from albumsort.vision.sharpen import sharpened
from albumsort.vision.torchscript import store
from albumsort.vision.weights import Weights

Pixels = npt.NDArray[np.uint8]

_LEAST = 5e-4
"""Classes less probable than this are left out of a prediction, but for the likeliest three."""
_FEWEST = 3
"""Classes kept at least: the report names three."""
_MOST = 100
"""Classes kept at most."""


class Classifier:
    """A compiled network, ready for batches, in ``precision``. Several threads may use it at one time."""

    def __init__(self, module: ScriptModule, precision: Precision) -> None:
        self.precision = precision
        self._module = module

    @classmethod
    def floating(cls, weights: Weights, wanted: WantedPrecision, *, say: Callable[[str], None]) -> Classifier:
        """The network in ``wanted`` or, where that is neither fp32 nor bf16, in the better that the processor has.

        ``say`` gets a line where it is not the one asked for. Raises AlbumsortError for weights that cannot be loaded.
        """
        precision = floating(wanted, say=say)
        return cls(compiled(weights, precision), precision)

    @classmethod
    def calibrated(cls, weights: Weights, pictures: Sequence[Pixels], engine: str) -> Classifier:
        """The network in int8, made now; the arguments are as ``compile.calibrated`` takes them."""
        return cls(calibrated(weights, _improved(pictures, map(measure, pictures)), engine), "int8")

    @classmethod
    def kept(cls, weights: Weights, folder: str) -> Classifier | None:
        """The network in int8 that was kept in ``folder``; None where there is none for this processor and torch."""
        engine = int8_engine(weights.network)
        module = load_calibrated(weights, engine, calibration_file(weights, engine, folder)) if engine else None
        return cls(module, "int8") if module else None

    def keep(self, path: str) -> None:
        """Write the network to a file; of those of its kind in the folder only this one stays. Raises OSError."""
        store(self._module, path, kept=1)

    def classify(self, pictures: Sequence[Pixels] | Pixels) -> list[Prediction]:
        """The likeliest classes and the quality of each picture of a batch, uint8 (crop, crop, 3) each, RGB."""
        if not len(pictures):
            return []
        qualities = [measure(picture) for picture in pictures]
        shares, classes = self._calculated(pictures, qualities).topk(_MOST, dim=1)
        return [_prediction(*rows) for rows in zip(classes.tolist(), shares.tolist(), qualities, strict=True)]

    def probabilities(self, pictures: Sequence[Pixels] | Pixels) -> torch.Tensor:
        """The probabilities of all classes, float32 (n, 1000), for a batch as ``classify`` takes it.

        Underexposed pictures are brightened before, and blurred ones sharpened.
        """
        return self._calculated(pictures, map(measure, pictures))

    def _calculated(self, pictures: Iterable[Pixels], qualities: Iterable[Quality]) -> torch.Tensor:
        batch = torch.from_numpy(np.stack(_improved(pictures, qualities)))
        with torch.inference_mode():
            result: torch.Tensor = self._module(batch)
        return result


def _improved(pictures: Iterable[Pixels], qualities: Iterable[Quality]) -> list[Pixels]:
    pairs = zip(pictures, qualities, strict=True)
    return [sharpened(brightened(picture), quality.sharpness) for picture, quality in pairs]


def _prediction(classes: list[int], shares: list[float], quality: Quality) -> Prediction:
    count = max(_FEWEST, sum(share >= _LEAST for share in shares))
    return Prediction(tuple(classes[:count]), tuple(shares[:count]), quality=quality)
