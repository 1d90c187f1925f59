"""The frames of a burst support each other: what one does not show well enough, a surer one of the same subject may."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from albumsort.labels.table import LabelTable
from albumsort.records import Prediction

OVERLAP = 0.15
"""The Bhattacharyya coefficient from which on two frames may show the same; 1 where their probabilities are equal."""
SURER = 1.5
"""So many times as sure a frame must be to support another: one that is sure of itself stays as it is."""


def supported(burst: Sequence[Prediction], table: LabelTable) -> list[Prediction]:
    """What each frame of a burst shows with the support of the others; the very prediction where it has none.

    A frame becomes the mean of itself and of those that overlap with it and are surer of their likeliest category,
    weighted by the squares of that category's probability (a linear opinion pool: Genest and Zidek 1986, "Combining
    Probability Distributions"). Copies count once. The order of the frames is irrelevant.
    """
    # In an order of their own, since sums depend on it in their last digits.
    distinct = sorted(set(burst), key=_in_order)
    frames = [_Frame(frame, _by_class(frame), _sure(frame, table)) for frame in distinct]
    pooled = {frame.alone: _with_support(frame, frames) for frame in frames}
    return [pooled[frame] for frame in burst]


def _in_order(frame: Prediction) -> tuple[tuple[object, ...], ...]:
    return frame.probabilities, frame.classes, frame.faces or (), frame.quality or ()


def _sure(frame: Prediction, table: LabelTable) -> float:
    """The probability of the likeliest category by classes alone: faces are on one frame and not on the next."""
    return max(table.shares(replace(frame, faces=None)).values())


class _Frame(NamedTuple):
    """A frame, its probabilities by class, and that of its likeliest category, all 0..1."""

    alone: Prediction
    shares: Mapping[int, float]
    sure: float


def _with_support(frame: _Frame, frames: Sequence[_Frame]) -> Prediction:
    surer = [
        other for other in frames if other.sure > SURER * frame.sure and _overlap(frame.shares, other.shares) >= OVERLAP
    ]
    if not surer:
        return frame.alone
    total = math.fsum(other.sure**2 for other in (frame, *surer))
    pooled: dict[int, float] = {}
    for other in (frame, *surer):
        weight = other.sure**2 / total
        for index, share in other.shares.items():
            pooled[index] = pooled.get(index, 0.0) + weight * share
    likeliest = sorted(pooled, key=lambda index: (-pooled[index], index))
    probabilities = tuple(min(pooled[index], 1.0) for index in likeliest)
    return Prediction(tuple(likeliest), probabilities, frame.alone.faces, frame.alone.quality)


def _by_class(frame: Prediction) -> dict[int, float]:
    return dict(zip(frame.classes, frame.probabilities, strict=True))


def _overlap(one: Mapping[int, float], other: Mapping[int, float]) -> float:
    """The Bhattacharyya coefficient 0..1."""
    return sum(math.sqrt(share * other[index]) for index, share in one.items() if index in other)
