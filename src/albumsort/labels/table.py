"""The label table: which classes make which album category, and how sure it must be."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from albumsort.labels.faces import FaceRule, people_on
from albumsort.labels.flaws import Flaw, flaws
from albumsort.labels.languages import ENGLISH, name_in
from albumsort.records import DOCUMENTS, SCREENSHOTS, SET_ASIDE, UNSORTED, VIDEOS, Face, Prediction


@dataclass(frozen=True, slots=True)
class Category:
    """An album category. ``names`` by language code, always with ``en``; ``threshold`` 0..1, None for the table's.

    ``classes`` are class indices 0..999; no class stands in two categories. ``faces`` is None where they do not matter.
    """

    key: str
    names: Mapping[str, str]
    threshold: float | None
    classes: tuple[int, ...]
    faces: FaceRule | None = None


WITHOUT_CLASSES: Mapping[str, str] = {
    VIDEOS: "Videos",
    SCREENSHOTS: "Screenshots",
    DOCUMENTS: "Documents",
    SET_ASIDE: "Set aside",
}
"""Categories that other signs tell than the network's classes, with their English names where a table has none."""


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag, of which a photo may have several. Fields as in a category, but classes may be in several tags.

    ``flaw`` is what is wrong with photos that have it whatever they show, "" where it is no such tag.
    """

    key: str
    names: Mapping[str, str]
    threshold: float | None
    classes: tuple[int, ...]
    faces: FaceRule | None = None
    flaw: Flaw | Literal[""] = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a table says of one photo.

    ``likeliest`` is the key of the likeliest category and ``confidence`` its probability 0..1; ``threshold`` is what it
    needs, and ``category`` the same key, or ``unsorted`` where the confidence is below that. ``tags`` are keys in
    table order. ``people`` is the number of faces, None where nobody looked.
    """

    category: str
    likeliest: str
    confidence: float
    threshold: float
    tags: tuple[str, ...]
    people: int | None = None


@dataclass(frozen=True)
class LabelTable:
    """A checked table: every one of the 1,000 classes stands in exactly one category.

    ``threshold`` 0..1.
    """

    categories: tuple[Category, ...]
    tags: tuple[Tag, ...]
    threshold: float

    def categorize(self, prediction: Prediction) -> Verdict:
        """The category and the tags of one photo; of equally likely categories, the first in the table."""
        shares = self.shares(prediction)
        likeliest = max(shares, key=shares.__getitem__)
        confidence = shares[likeliest]
        threshold = self.threshold_of(self._by_key[likeliest])
        category = likeliest if confidence >= threshold else UNSORTED
        people = people_on(prediction)
        wrong = flaws(prediction.quality) if prediction.quality else ()
        tags = self._tags_for(prediction, people or (), wrong)
        number = None if people is None else len(people)
        return Verdict(category, likeliest, confidence, threshold, tags, number)

    def shares(self, prediction: Prediction) -> dict[str, float]:
        """The probability 0..1 of every category, in table order: the sum over its classes.

        Where faces are enough for a category to win, the classes share what these leave; a face far away takes nothing.
        """
        parts: dict[str, list[float]] = {}
        for index, probability in zip(prediction.classes, prediction.probabilities, strict=True):
            parts.setdefault(self._key_of_class[index], []).append(probability)
        shares = dict.fromkeys(self._keys, 0.0) | {key: _sum(probabilities) for key, probabilities in parts.items()}
        people = people_on(prediction)
        if not people:
            return shares
        weights = {key: rule.weight(people) for key, rule in self._face_rules}
        left = 1 - max(weights.values(), default=0.0)
        counted = {key: min(1.0, left * share + weights.get(key, 0.0)) for key, share in shares.items()}
        winner = max(counted, key=counted.__getitem__)
        return counted if weights.get(winner) and counted[winner] >= self.threshold_of(self._by_key[winner]) else shares

    def category_of(self, index: int) -> Category:
        """The category in which the class with this index stands."""
        return self._by_key[self._key_of_class[index]]

    def tags_of(self, index: int) -> tuple[Tag, ...]:
        """The tags to which the class with this index counts, in table order."""
        return tuple(tag for tag, classes in self._tag_classes if index in classes)

    def threshold_of(self, item: Category | Tag) -> float:
        """The threshold 0..1 that holds for a category or tag: its own, else the table's."""
        return self.threshold if item.threshold is None else item.threshold

    def folder(self, key: str, language: str = "en") -> str:
        """The folder name of a category in a language such as ``zh`` or ``zh-TW``."""
        return name_in(self._by_key[key].names, language)

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """The keys of all categories that a photo may have, those that other signs tell than the network's last."""
        return tuple(dict.fromkeys((*self._keys, *WITHOUT_CLASSES)))

    @cached_property
    def groups(self) -> tuple[Category | Tag, ...]:
        """The categories of all :attr:`keys`, then the tags."""
        return (*(self._by_key[key] for key in self.keys), *self.tags)

    @cached_property
    def _by_key(self) -> dict[str, Category]:
        others = (Category(key, {ENGLISH: name}, None, ()) for key, name in WITHOUT_CLASSES.items())
        return {category.key: category for category in (*others, *self.categories)}

    @cached_property
    def _keys(self) -> tuple[str, ...]:
        return tuple(category.key for category in self.categories)

    @cached_property
    def _face_rules(self) -> tuple[tuple[str, FaceRule], ...]:
        return tuple((category.key, category.faces) for category in self.categories if category.faces)

    @cached_property
    def _key_of_class(self) -> dict[int, str]:
        return {index: category.key for category in self.categories for index in category.classes}

    @cached_property
    def _tag_classes(self) -> tuple[tuple[Tag, frozenset[int]], ...]:
        return tuple((tag, frozenset(tag.classes)) for tag in self.tags)

    @cached_property
    def _tag_thresholds(self) -> tuple[tuple[str, float], ...]:
        return tuple((tag.key, self.threshold_of(tag)) for tag in self.tags)

    @cached_property
    def _tags_of_class(self) -> dict[int, list[str]]:
        return {index: [tag.key for tag in self.tags_of(index)] for index in self._key_of_class}

    def _tags_for(self, prediction: Prediction, people: Sequence[Face], wrong: Sequence[Flaw]) -> tuple[str, ...]:
        parts: dict[str, list[float]] = {}
        for index, probability in zip(prediction.classes, prediction.probabilities, strict=True):
            for key in self._tags_of_class[index]:
                parts.setdefault(key, []).append(probability)
        sums = {key: _sum(probabilities) for key, probabilities in parts.items()}
        for tag in self.tags:
            if tag.faces:
                sums[tag.key] = max(sums.get(tag.key, 0.0), tag.faces.weight(people))
            elif tag.flaw:
                sums[tag.key] = float(tag.flaw in wrong)
        return tuple(key for key, threshold in self._tag_thresholds if sums.get(key, 0.0) >= threshold)


def _sum(probabilities: Iterable[float]) -> float:
    # Rounding may carry a sum of probabilities a hair above one.
    return min(1.0, math.fsum(probabilities))
