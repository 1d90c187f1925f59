"""How dark, sharp and empty a picture is, measured on the few pixels that the network gets: in half a millisecond.

224 pixels are enough for what spoils a photo at a glance. Blur with a sigma below a 200th of the shorter side, 15
pixels in a photo of twelve megapixels, is not seen in them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from albumsort.records import Quality
from albumsort.vision.exposure import brightened, brightness, luma

Pixels = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.floating[Any]]

_BLOCKS = 7  # a side, of 32 pixels each in a picture of 224
_SHARPEST = 3  # which of the sharpest blocks counts: a portrait may be soft but for the eyes, and one may be noise
_FLAT = 4.0  # squared grey levels a pixel, added to the gradient: what noise and compression make of a plain area
_DIRECTIONS = ((0, 1, 1), (1, 0, 1), (1, 1, 2), (1, -1, 2))
"""Rows and columns to the next pixel, and its squared distance."""


def measure(pixels: Pixels) -> Quality:
    """The quality of a picture, RGB (height, width, 3), as it was decoded: before :func:`exposure.brightened`."""
    darkest, median, brightest = brightness(pixels, 0.5, 50, 99.5)
    return Quality(median, brightest, brightest - darkest, _sharpness(luma(brightened(pixels)).astype(np.float32)))


def _sharpness(levels: Floats) -> float:
    """The energy of the second differences over that of the first, in the blurriest direction of the sharpest blocks.

    Both grow alike with contrast, so that their ratio tells how quick brightness changes, whatever there is to see: 4
    where from pixel to pixel, less than 0.4 where over several. It is the variance of the Laplacian (J. L. Pech-Pacheco
    et al., "Diatom autofocusing in brightfield microscopy", ICPR 2000) made independent of contrast; by direction,
    because a camera that was moved blurs in one.
    """
    least = None
    twice = 2 * levels[1:-1, 1:-1]
    height, width = levels.shape
    for down, right, distance in _DIRECTIONS:
        after = levels[1 + down : height - 1 + down, 1 + right : width - 1 + right]
        before = levels[1 - down : height - 1 - down, 1 - right : width - 1 - right]
        second = after + before
        second -= twice
        ratio = _by_block(second) / (_by_block(after - before) / 4 + _FLAT) / distance
        least = ratio if least is None else np.minimum(least, ratio)
    if least is None or not least.size:
        return 0.0
    return float(np.sort(least, axis=None)[-min(_SHARPEST, least.size)])


def _by_block(values: Floats) -> Floats:
    """The mean squares of blocks: (height, width) to ``_BLOCKS`` a side, fewer where there are not so many pixels."""
    height, width = (max(1, length // _BLOCKS) for length in values.shape)
    rows, columns = values.shape[0] // height, values.shape[1] // width
    cut = values[: rows * height, : columns * width].reshape(rows, height, columns * width)
    squares = np.einsum("rhc,rhc->rc", cut, cut).reshape(rows, columns, width).sum(axis=2)
    result: Floats = squares / (height * width)
    return result
