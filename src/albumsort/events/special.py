"""Which events are out of the ordinary, and which are everyday life.

Ten photos of a birthday are much for one person and nothing for another, so at home an event is held against what is
usual there. Away from home, any event that was worth a few photos is one to remember.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median

from albumsort.events.names import Occasion
from albumsort.events.sights import standing_out

OUT_PHOTOS = 5
"""A day out with fewer photos is an errand or a lunch."""
HOME_PHOTOS = 10
"""At home, an event with fewer photos is everyday life, however few are usual."""
SIGHT_PHOTOS = 6
"""The same for an event that shows something else than the everyday does."""
TIMES_USUAL = 4.0
"""An event at home has so many times the photos that are usual there."""
SIGHT_TIMES_USUAL = 2.0
"""The same for an event that shows something else than the everyday does."""
USUAL_PHOTOS = 3.0
"""What is usual at home while there are too few events to tell."""
_FEW_EVENTS = 10


def special(occasions: Sequence[Occasion], everyday: Mapping[str, float]) -> list[bool]:
    """Whether each of these is out of the ordinary; trips always are.

    ``everyday`` is the share 0..1 of each category in the whole library.
    """
    at_home = [occasion.photos for occasion in occasions if not occasion.is_trip and not occasion.is_out]
    usual = median(at_home) if len(at_home) >= _FEW_EVENTS else USUAL_PHOTOS
    return [_is_special(occasion, usual, everyday) for occasion in occasions]


def _is_special(occasion: Occasion, usual: float, everyday: Mapping[str, float]) -> bool:
    if occasion.is_trip:
        return True
    if occasion.is_out:
        return occasion.photos >= OUT_PHOTOS
    if occasion.photos >= max(HOME_PHOTOS, TIMES_USUAL * usual):
        return True
    return occasion.photos >= max(SIGHT_PHOTOS, SIGHT_TIMES_USUAL * usual) and bool(
        standing_out(occasion.sights, everyday)
    )
