"""Pictures to probabilities, a batch at a time."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch

from albumsort.records import Prediction
from albumsort.vision.compile import choose_precision, compiled
from albumsort.vision.networks import WantedPrecision
from albumsort.vision.weights import Weights

_LEAST = 5e-4
"""Classes less probable than this are left out of a prediction, but for the likeliest three."""
_FEWEST = 3
"""Classes kept at least: the report names three."""
_MOST = 100
"""Classes kept at most."""


class Classifier:
    """A compiled network, ready for batches. ``precision`` is "fp32" or "bf16": the one that was chosen.

    ``say`` gets a line where it is not the one asked for. Raises AlbumsortError for weights that cannot be loaded.
    """

    def __init__(
        self, weights: Weights, precision: WantedPrecision = "auto", *, say: Callable[[str], None] = lambda _: None
    ) -> None:
        self.precision = choose_precision(precision, say=say)
        self._module = compiled(weights, self.precision)

    def classify(self, pictures: np.ndarray) -> list[Prediction]:
        """The likeliest classes of each picture of a batch, uint8 (n, crop, crop, 3), RGB."""
        if not len(pictures):
            return []
        # torch takes over the memory, so it must be in one piece and writable.
        batch = torch.from_numpy(np.require(pictures, np.uint8, ["C", "W"]))
        with torch.inference_mode():
            shares, classes = self._module(batch).topk(_MOST, dim=1)
        return [_prediction(*rows) for rows in zip(classes.tolist(), shares.tolist(), strict=True)]


def _prediction(classes: list[int], shares: list[float]) -> Prediction:
    count = max(_FEWEST, sum(share >= _LEAST for share in shares))
    return Prediction(tuple(classes[:count]), tuple(shares[:count]))
