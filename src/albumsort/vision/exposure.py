"""Underexposed pictures made as bright as they should have been, for the network to see what is on them.

Networks were trained on pictures that were exposed well. What a camera records is proportional to the light, so that
too little of it is made up for by a factor on linear light, the same for every pixel and colour; a gamma or histogram
equalisation, which bend the curve, measured worse (docs/accuracy.md).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.floating[Any]]

_WHITE = 98
"""Percentile of the brightness that counts as the brightest: a few lamps or specks are left out."""
_TOO_DARK = 128  # grey levels: the brightest of 497 of 500 photos is above, of a night with lamps as well
_BRIGHT = 0.8  # of full brightness: where the brightest comes to lie; 0.7 to 1 measured within noise of each other
_LUMA = (77, 150, 29)  # 256ths of red, green and blue: ITU-R BT.601
_STEP = 2  # pixels: a quarter of them tells as much


def linear_light(values: Floats) -> Floats:
    """Light of 0..1 for sRGB values of 0..1 (IEC 61966-2-1)."""
    light: Floats = np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)
    return light


def srgb(light: Floats) -> Floats:
    """sRGB values of 0..1 for light of 0..1: the inverse of :func:`linear_light`."""
    values: Floats = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    return values


def brightened(pixels: Pixels) -> Pixels:
    """A picture, RGB (height, width, 3), with its light multiplied so that its brightest parts are nearly white.

    The same array comes back, not a copy, where these are bright enough already, and where all is black.
    """
    (brightest,) = brightness(pixels, _WHITE)
    if not 1 <= brightest < _TOO_DARK:
        return pixels
    levels = np.arange(256) / 255
    light = linear_light(levels)
    gain = linear_light(np.array(_BRIGHT)) / linear_light(np.array(brightest / 255))
    curve = np.round(255 * srgb(np.minimum(gain * light, 1))).astype(np.uint8)
    return curve.take(pixels)


def brightness(pixels: Pixels, *percentiles: float) -> tuple[int, ...]:
    """The luma 0..255 that so many percent of a picture are not above, for each of ``percentiles``, 0..100."""
    levels = luma(pixels[::_STEP, ::_STEP]).ravel()
    ranks = [round(percent / 100 * (levels.size - 1)) for percent in percentiles]
    parted = np.partition(levels, ranks)
    return tuple(int(parted[rank]) for rank in ranks)


def luma(pixels: Pixels) -> npt.NDArray[np.uint16]:
    """The brightness 0..255 of every pixel, (height, width)."""
    red, green, blue = (weight * pixels[..., channel].astype(np.uint16) for channel, weight in enumerate(_LUMA))
    levels: npt.NDArray[np.uint16] = np.right_shift(red + green + blue, 8, dtype=np.uint16)
    return levels
