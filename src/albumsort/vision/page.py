"""Whether a picture shows a page of paper: much of it bright and without colours, and darker lines upon it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

_PAPER = 170  # grey levels: paper may be grey or yellowish
_INKED = 0.85  # of the paper's brightness: in a picture as small as a network's, letters blur to light grey
_COLOURED = 60  # grey levels between the channels
_MOST_COLOURED, _LEAST_PAPER, _LEAST_INK = 0.1, 0.55, 0.005  # shares of the pixels


def is_page(pixels: npt.NDArray[np.uint8]) -> bool:
    """Whether (height, width, 3) RGB looks like a scanned page; a blank page is none, nor a photo with a white rim."""
    levels = pixels.astype(np.int16)
    brightness, colour = levels.mean(axis=2), levels.max(axis=2) - levels.min(axis=2)
    paper = np.percentile(brightness, 90)  # the median would be grey where text is dense
    is_inked = brightness < _INKED * paper
    return bool(
        paper >= _PAPER
        and (~is_inked & (colour < _COLOURED)).mean() >= _LEAST_PAPER
        and is_inked.mean() >= _LEAST_INK
        and (colour >= _COLOURED).mean() <= _MOST_COLOURED
    )
