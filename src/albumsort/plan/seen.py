"""What the network saw in a photo, as the plan and the report know it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from albumsort.labels.table import LabelTable
from albumsort.records import UNSORTED, VIDEOS, Decision, Photo, Prediction

TOP = 3
"""How many classes the report names."""


def with_seen(
    decision: Decision,
    photo: Photo,
    prediction: Prediction | None,
    table: LabelTable,
    class_names: Sequence[str],
    language: str,
) -> Decision:
    """The decision with category, confidence, classes and tags; the note says why its category is not known.

    The ``class_names`` are in this ``language`` too.
    """
    if photo.format == "video":
        return replace(decision, category=VIDEOS)
    if photo.format == "raw":
        return replace(decision, category=UNSORTED, note="a RAW file without its JPEG is not recognised yet")
    if prediction is None:
        return decision
    verdict = table.categorize(prediction)
    note = ""
    if verdict.category == UNSORTED:
        likeliest = table.folder(verdict.likeliest, language)
        note = f"not sure enough: {likeliest} has {verdict.confidence:.2f}, and needs {verdict.threshold:.2f}"
    top = zip(prediction.classes[:TOP], prediction.probabilities[:TOP], strict=True)
    return replace(
        decision,
        category=verdict.category,
        confidence=verdict.confidence,
        labels=tuple((class_names[index], probability) for index, probability in top),
        tags=verdict.tags,
        note=note,
    )
