"""What an event shows beyond the everyday."""

from __future__ import annotations

import math
from collections.abc import Mapping

from albumsort.records import SCREENSHOTS, UNSORTED, VIDEOS

SIGHT_SHARE = 0.25
"""The least share of the photos that must show what gives the name."""
ODDS = 2.5
"""So many times the everyday odds at least: in a large event, any small difference is significant."""
EVIDENCE = 3.0
"""The least log-likelihood ratio, in nats, against the everyday: about 1 in 70 by chance."""
SECOND_SIGHT = 1 / 3
"""A second sight gives the name too if there is so much of the evidence for the first."""
PRIOR = 4.0
"""The photos of everyday life that each event is taken to have beside its own."""
FLOOR = 0.01
"""The everyday share of what was hardly ever seen; few photos cannot tell less."""

# "Other" of the shipped label table says no more than that nothing fits.
_NO_SIGHT = {UNSORTED, VIDEOS, SCREENSHOTS, "other"}


def standing_out(sights: Mapping[str, int], everyday: Mapping[str, float]) -> list[str]:
    """What an event shows beyond the everyday, the most telling first: nothing, one category, or two."""
    total = sum(sights.values())
    scores: dict[str, float] = {}
    for key in sorted(sights.keys() - _NO_SIGHT):
        usual = min(max(everyday.get(key, 0.0), FLOOR), 1 - FLOOR)
        share = (sights[key] + PRIOR * usual) / (total + PRIOR)
        if sights[key] > 1 and share >= SIGHT_SHARE and share / (1 - share) >= ODDS * usual / (1 - usual):
            others = (total - sights[key]) * math.log((1 - share) / (1 - usual))
            scores[key] = sights[key] * math.log(share / usual) + others
    found = sorted((key for key in scores if scores[key] >= EVIDENCE), key=lambda key: -scores[key])
    return [key for key in found[:2] if scores[key] >= scores[found[0]] * SECOND_SIGHT]
