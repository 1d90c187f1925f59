"""Whether a picture shows a page of paper: much white, a little ink, hardly a colour."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

_PAPER, _INK = 170, 110  # grey levels: paper may be grey or yellowish, ink blue or pale
_COLOURED = 60  # grey levels between the channels
_MOST_COLOURED, _LEAST_PAPER, _LEAST_INK = 0.1, 0.65, 0.002  # shares of the pixels


def is_page(pixels: npt.NDArray[np.uint8]) -> bool:
    """Whether (height, width, 3) RGB looks like a scanned page; a blank page is none, nor a photo with a white rim."""
    levels = pixels.astype(np.int16)
    brightness, colour = levels.mean(axis=2), levels.max(axis=2) - levels.min(axis=2)
    paper = (brightness >= _PAPER) & (colour < _COLOURED)
    return bool(
        paper.mean() >= _LEAST_PAPER
        and (brightness < _INK).mean() >= _LEAST_INK
        and (colour >= _COLOURED).mean() <= _MOST_COLOURED
    )
