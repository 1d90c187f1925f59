"""The frame of an animated picture that shows what it is about: many begin black or blank."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PIL import Image, ImageStat
from PIL.ImageFile import ImageFile

ANIMATED = frozenset(("gif", "webp", "png", "avif"))
"""Formats that may have several frames one after the other; the pages of a TIFF are none."""

_TELLING = 12.0  # grey levels, standard deviation: of a plain frame 0 to 5, of photos 20 and more
_MOST_FRAMES, _MOST_PIXELS = 60, 24_000_000  # a fade lasts a second or two; of large frames fewer are decoded


def telling_frame(picture: ImageFile, shrink: Callable[[Image.Image], Sequence[Image.Image]]) -> Sequence[Image.Image]:
    """What ``shrink`` makes of the first frame that is not plain, else of the one with most contrast.

    Where the first frame of ``picture`` tells enough no other is decoded; of several things that ``shrink`` makes of a
    frame the first counts. Raises what Pillow raises for broken pixels of the first frame; a later one that is broken
    ends the search.
    """
    best = shrink(picture)
    most = _contrast(best[0])
    frames = min(_MOST_FRAMES, _MOST_PIXELS // (picture.width * picture.height))
    for number in range(1, frames):
        if most >= _TELLING:
            break
        try:
            picture.seek(number)
            small = shrink(picture)
        except Exception as error:  # EOFError behind the last frame, and nearly anything for broken data
            if isinstance(error, MemoryError) or (isinstance(error, OSError) and error.errno):
                raise
            break
        if (contrast := _contrast(small[0])) > most:
            best, most = small, contrast
    return best


def _contrast(small: Image.Image) -> float:
    """Grey levels, as a standard deviation; what is transparent counts as white."""
    if small.mode == "RGBA":
        white = Image.new("RGBA", small.size, "white")
        white.alpha_composite(small)
        small = white
    return float(ImageStat.Stat(small.convert("L")).stddev[0])
