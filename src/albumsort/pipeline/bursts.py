"""Within a burst, what the photos show is decided by all of them together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from albumsort.events.bursts import Frame, bursts
from albumsort.events.shots import seconds
from albumsort.labels.support import supported
from albumsort.labels.table import LabelTable
from albumsort.plan.plan import Known


def with_support(photos: Sequence[Known], table: LabelTable) -> list[Known]:
    """The photos with the support of their bursts, in the same order.

    Those whose device or time to the second is not known have none, nor what was not photographed, nor what the user
    gave a category: the network may have been wrong in it.
    """
    frames = [
        Frame(known.photo.metadata.camera, seconds(known.captured.taken_at), index)
        for index, known in enumerate(photos)
        if known.captured.taken_at and _takes_part(known)
    ]
    known_now = list(photos)
    for burst in bursts(frames):
        alone = [photos[index].prediction for index in burst]
        for index, prediction in zip(burst, supported(list(filter(None, alone)), table), strict=True):
            if prediction != photos[index].prediction:
                known_now[index] = replace(photos[index], supported=prediction)
    return known_now


def _takes_part(known: Known) -> bool:
    captured = known.captured
    is_precise = captured.source not in ("mtime", "none") and not captured.date_only
    photographed = known.prediction is not None and not known.photo.genre and not known.said.category
    return bool(known.photo.metadata.camera) and is_precise and photographed
