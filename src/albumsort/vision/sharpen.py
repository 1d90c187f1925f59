"""Blurred pictures sharpened for the network, which was trained on sharp ones."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter

Pixels = npt.NDArray[np.uint8]

_SOFT = (0.17, 0.4)
"""Sharpness between which it helps. Photos that are softer still get into wrong albums by it instead of staying
unsorted: it adds edges, not what was there (docs/accuracy.md)."""
_MASK = ImageFilter.UnsharpMask(radius=3, percent=150, threshold=0)
"""Pixels of the Gaussian, and how much of the difference to it is added; 400 percent were no better."""


def sharpened(pixels: Pixels, sharpness: float) -> Pixels:
    """A picture, RGB (height, width, 3), by unsharp masking where it is a little blurred, else the same array.

    ``sharpness`` is that of its :class:`~albumsort.records.Quality`.
    """
    if not _SOFT[0] <= sharpness < _SOFT[1]:
        return pixels
    return np.array(Image.fromarray(pixels).filter(_MASK))
