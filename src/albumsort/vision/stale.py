"""Whether an embedded preview still shows the photo: programs that edit a photo often leave its old preview behind."""

from __future__ import annotations

import os
from typing import BinaryIO

import numpy as np
import numpy.typing as npt
from PIL import Image

from albumsort.vision.upper_rows import upper_rows

# The strips to compare, from the top: the share of the height, and how many lines it is averaged to. A larger one is
# decoded only where the smaller shows too little, such as a clear sky.
_STRIPS = ((1 / 48, 4), (1 / 12, 8), (1 / 4, 16))
_COLUMNS = 64  # with fewer a cut of 5 % passes more often, with more the noise of small previews is taken for an edit

# By 250 photos with 15 edits each; docs/performance.md has what is found and what is missed.
_MOST_DIFFERENCE = 16.0  # mean, in grey levels
_MOST_TINT = 4.0  # grey levels between the mean colours, brightness apart
_LEAST_LIKENESS = 0.8  # a correlation
_FLAT, _PLAIN = 0.5, 2.0  # grey levels between neighbours, root mean square: noise alone, and where it hides likeness

_MOST_PIXELS = 200_000_000  # of the photo, so that a strip at 1/8 takes 3 MB at most
_SPARE = 16_384  # bytes of pixels beyond what the strip takes on average
_MOST_BYTES = 16_000_000  # of a strip: a video may follow the pixels, and looks like many of them
_MISSING = (128, (128, 128, 128))  # what libjpeg puts where pixels are missing

Floats = npt.NDArray[np.float32]


def still_shows(preview: Image.Image, stream: BinaryIO, pixels_at: int, size: tuple[int, int]) -> bool:
    """Whether a decoded preview shows the same as the top of the JPEG in ``stream``.

    ``pixels_at`` is where in the stream the pixels begin, which must be in one scan, and ``size`` the width and height
    of the photo. The upper 1/48 of the photo, decoded at 1/8, is compared with that of the preview by colour and by
    the steps from column to column; where it is too plain, 1/12 and then 1/4. False where nothing can be told.
    What was changed further below only is not seen. Raises what Pillow raises for broken pixels.
    """
    if size[0] * size[1] > _MOST_PIXELS:
        return False
    for share, lines in _STRIPS:
        rows = -(-int(size[1] * share) // 16) * 16 or 16  # whole blocks of 4:2:0
        strip = _top(stream, pixels_at, rows, share)
        verdict = None if strip is None else _alike(strip, preview, min(1.0, rows / size[1]), lines)
        if verdict is not None:
            return verdict
    return False


def _top(stream: BinaryIO, pixels_at: int, rows: int, share: float) -> Image.Image | None:
    """The upper rows of a JPEG at 1/8 of the size, from its first bytes; None where those were too few."""
    length = stream.seek(0, os.SEEK_END) - pixels_at
    picture = upper_rows(stream, pixels_at, rows, min(int(2 * length * share) + _SPARE, _MOST_BYTES))
    picture.draft(None, (1, 1))
    picture.load()
    return None if picture.getpixel((picture.width - 1, picture.height - 1)) in _MISSING else picture


def _alike(strip: Image.Image, preview: Image.Image, share: float, lines: int) -> bool | None:
    """Whether a strip shows the upper share of a preview; None where one has too little detail to tell."""
    mine, other = _mosaic(strip, strip.height, lines), _mosaic(preview, preview.height * share, lines)
    if np.abs(mine - other).mean() > _MOST_DIFFERENCE or np.abs(_tint(mine) - _tint(other)).mean() > _MOST_TINT:
        return False
    steps, other_steps = _steps(mine), _steps(other)
    detail, other_detail = _size(steps), _size(other_steps)
    least = min(detail, other_detail)
    if least >= _FLAT and float((steps * other_steps).mean()) >= _LEAST_LIKENESS * detail * other_detail:
        return True
    return None if least < _PLAIN else False


def _mosaic(picture: Image.Image, height: float, lines: int) -> Floats:
    """The upper ``height`` pixels of a picture as (lines, columns, 3) means of RGB."""
    small = picture.resize((_COLUMNS, lines), Image.Resampling.BOX, (0, 0, picture.width, height))
    return np.asarray(small.convert("RGB"), np.float32)


def _tint(colours: Floats) -> Floats:
    mean = colours.mean(axis=(0, 1))
    tint: Floats = mean - mean.mean()
    return tint


def _steps(colours: Floats) -> Floats:
    """(lines, columns, 3) to the differences of grey between neighbours in a line, which know no slow shading."""
    steps: Floats = np.diff(colours.mean(axis=2), axis=1)
    return steps


def _size(steps: Floats) -> float:
    return float(np.sqrt((steps**2).mean()))
