"""What is wrong with a photo as a photo: hardly anything can be seen, nothing is sharp, or nothing is there."""

from __future__ import annotations

from typing import Literal

from albumsort.records import Quality

Flaw = Literal["dark", "blurred", "blank"]
FLAWS: tuple[Flaw, ...] = ("dark", "blurred", "blank")

DARK = 72
"""Grey levels: where no more than a 200th of a picture is brighter, hardly anything can be seen.

A 16th of the light turns full white into 71. Of 500 photos with enough light none has less than 111 there.
"""

BLURRED = 0.4
"""Sharpness below which nothing is sharp.

98 % of 500 photos fall below it with a Gaussian blur of a 160th of their shorter side, 99.8 % of an 80th, and 0.2 % of
the same photos as they are: small pictures that were enlarged. docs/accuracy.md has the table.
"""

BLANK = 24
"""Grey levels from the darkest to the brightest below which there is nothing to see, in a picture with enough light.

Of 500 photos none has less than 97; a wall, a sheet or a lens cap has 5 to 15.
"""
_BLANK_OF_DARK = 8
"""The same in a dark picture, where all is closer together: of 500 photos with a 64th of their light none has less."""


def flaws(quality: Quality) -> tuple[Flaw, ...]:
    """The flaws of a photo, in a fixed order; a blank one is not also blurred, for there is nothing to be sharp."""
    is_dark = quality.brightest < DARK
    is_blank = quality.contrast < (_BLANK_OF_DARK if is_dark else BLANK)
    is_blurred = not is_blank and quality.sharpness < BLURRED
    found: tuple[tuple[Flaw, bool], ...] = (("dark", is_dark), ("blurred", is_blurred), ("blank", is_blank))
    return tuple(flaw for flaw, applies in found if applies)
