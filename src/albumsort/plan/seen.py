"""What the network saw in a photo, as the plan and the report know it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from albumsort.labels.flaws import Flaw, flaws
from albumsort.labels.table import LabelTable
from albumsort.messages import gettext as _
from albumsort.messages import gettext_noop
from albumsort.records import DOCUMENTS, SCREENSHOTS, SET_ASIDE, UNSORTED, VIDEOS, Decision, Genre, Photo, Prediction

TOP = 3
"""How many classes the report names."""

RAW_WAITS = gettext_noop("a RAW file without its JPEG is not recognised without the extra `albumsort[raw]`")
"""The note of a RAW file where rawpy is not installed."""

GENRES: Mapping[str, Genre] = {SCREENSHOTS: "screenshot", DOCUMENTS: "document"}
"""What was not photographed, by its category."""
_TOLD: Mapping[Flaw, str] = {
    "dark": gettext_noop("dark"),
    "blurred": gettext_noop("blurred"),
    "blank": gettext_noop("blank"),
}
_CATEGORIES = {genre: category for category, genre in GENRES.items()}


def likeliest_classes(prediction: Prediction, class_names: Sequence[str]) -> tuple[tuple[str, float], ...]:
    """The names of the likeliest classes with their probabilities 0..1, likeliest first."""
    top = zip(prediction.classes[:TOP], prediction.probabilities[:TOP], strict=True)
    return tuple((class_names[index], probability) for index, probability in top)


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
        return replace(decision, category=_CATEGORIES.get(photo.genre, VIDEOS))
    if photo.format == "raw" and prediction is None:
        return replace(decision, category=UNSORTED, note=photo.problem or _(RAW_WAITS))
    if prediction is None:
        return decision
    # A white page is no blank photo.
    verdict = table.categorize(replace(prediction, quality=None) if photo.genre else prediction)
    labels = likeliest_classes(prediction, class_names)
    if photo.genre:  # told by other signs, so the network's confidence says nothing of it
        category = _CATEGORIES[photo.genre]
        return replace(decision, category=category, labels=labels, tags=verdict.tags, people=verdict.people)
    note = ""
    if verdict.category == UNSORTED:
        likeliest = table.folder(verdict.likeliest, language)
        note = _("not sure enough: {category} has {confidence:.2f}, and needs {threshold:.2f}").format(
            category=likeliest, confidence=verdict.confidence, threshold=verdict.threshold
        )
    return replace(
        decision,
        category=verdict.category,
        confidence=verdict.confidence,
        labels=labels,
        tags=verdict.tags,
        note=note,
        people=verdict.people,
    )


def as_in_burst(
    decision: Decision, alone: Prediction, table: LabelTable, class_names: Sequence[str], language: str
) -> Decision:
    """The decision for a photo that its burst supports, with the classes of itself ``alone``; the category stays.

    It tells where that is another than the photo has alone.
    """
    verdict = table.categorize(alone)
    category, told = verdict.category, ""
    if category == UNSORTED != decision.category:
        told = _("by its burst; alone it would be unsorted")
    elif category != decision.category:
        told = _("by its burst; alone it would be in {category}").format(category=table.folder(category, language))
    labels = likeliest_classes(alone, class_names)
    return replace(decision, labels=labels, people=verdict.people, by_burst=told)


def aside(decision: Decision, prediction: Prediction, unwanted: Collection[Flaw]) -> Decision:
    """The decision for a photo, which is set aside if it has one of the ``unwanted`` flaws; a scan is not."""
    found = [flaw for flaw in flaws(prediction.quality) if flaw in unwanted] if prediction.quality else []
    if not found or decision.category in GENRES:
        return decision
    told = _("set aside: {flaws}").format(flaws=", ".join(_(_TOLD[flaw]) for flaw in found))
    return replace(decision, category=SET_ASIDE, confidence=None, note=told, by_burst="")
