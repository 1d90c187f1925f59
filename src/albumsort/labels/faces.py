"""Which of the faces that were found count, and what they say of a photo's category and tags."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from albumsort.records import Face, Prediction

_SURE = 0.75
"""How sure the detector has to be of a face; with the next, measured on 484 photos (docs/people.md)."""
_SURE_AMONG_ANIMALS = 0.89
"""The same where all that the network sees is an animal: the faces of dogs and monkeys are the usual false alarms."""
_ANIMALS = range(398)
"""The classes of ImageNet that are animals."""


@dataclass(frozen=True, slots=True)
class FaceRule:
    """What a category or tag says of faces: ``least`` is how many there have to be.

    ``share`` is the share 0..1 of the picture that they take together where they count as much as all else in it; None
    where any that are there decide.
    """

    least: int = 1
    share: float | None = None

    def weight(self, faces: Sequence[Face]) -> float:
        """How much these faces count, 0..1, against what the network saw."""
        if len(faces) < self.least:
            return 0.0
        if not self.share:
            return 1.0
        together = min(1.0, sum(face.share for face in faces))
        return together / (together + self.share)


def people_on(prediction: Prediction) -> tuple[Face, ...] | None:
    """The faces of people among those that were found; None where nobody looked for any."""
    if prediction.faces is None:
        return None
    needed = score_needed(prediction)
    return tuple(face for face in prediction.faces if face.score >= needed)


def score_needed(prediction: Prediction) -> float:
    """How sure the detector has to be, 0..1, that what it found on this photo is the face of a person."""
    pairs = zip(prediction.classes, prediction.probabilities, strict=True)
    animal = sum(probability for index, probability in pairs if index in _ANIMALS)
    return _SURE + (_SURE_AMONG_ANIMALS - _SURE) * min(1.0, animal)
