"""The frames of a burst support each other: what one does not show well enough, a surer one of the same subject may."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

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
    frames = {frame: dict(zip(frame.classes, frame.probabilities, strict=True)) for frame in burst}
    sure = {frame: max(table.shares(frame).values()) for frame in frames}
    pooled = {frame: _with_support(frame, frames, sure) for frame in frames}
    return [pooled[frame] for frame in burst]


def _with_support(
    frame: Prediction, frames: Mapping[Prediction, Mapping[int, float]], sure: Mapping[Prediction, float]
) -> Prediction:
    surer = [
        other
        for other, shares in frames.items()
        if sure[other] > SURER * sure[frame] and _overlap(frames[frame], shares) >= OVERLAP
    ]
    if not surer:
        return frame
    weights = {other: sure[other] ** 2 for other in (frame, *surer)}
    total = math.fsum(weights.values())
    pooled = {
        index: math.fsum(weight * frames[other].get(index, 0.0) for other, weight in weights.items()) / total
        for index in {index for other in weights for index in other.classes}
    }
    likeliest = sorted(pooled, key=lambda index: (-pooled[index], index))
    return Prediction(tuple(likeliest), tuple(pooled[index] for index in likeliest))


def _overlap(one: Mapping[int, float], other: Mapping[int, float]) -> float:
    """The Bhattacharyya coefficient 0..1."""
    return math.fsum(math.sqrt(share * other[index]) for index, share in one.items() if index in other)
