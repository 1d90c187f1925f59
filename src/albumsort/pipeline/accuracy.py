"""How often a network recognises labelled photographs, which are decoded as in a scan."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from albumsort.errors import PictureError
from albumsort.library.read import open_photo
from albumsort.messages import gettext as _
from albumsort.messages import reason_of

if TYPE_CHECKING:
    import numpy as np

    from albumsort.vision.classify import Classifier
    from albumsort.vision.faces import FaceDetector
    from albumsort.vision.networks import Preprocessing
    from albumsort.vision.sight import Sight

_BATCH = 32


@dataclass(frozen=True, slots=True)
class Accuracy:
    """Of ``photos`` that could be read, the percentage whose class is the likeliest, or one of the likeliest five.

    ``problems`` are of those that could not.
    """

    photos: int
    top1_percent: float
    top5_percent: float
    problems: tuple[str, ...]


def measure_accuracy(
    classifier: Classifier, preprocessing: Preprocessing, photos: Sequence[tuple[str, int]]
) -> Accuracy:
    """Recognise ``photos``, paths with their classes, 0..999; the percentages are NaN where none can be read."""
    import numpy as np

    problems: list[str] = []
    ranks: list[int] = []  # of the right class among the likeliest five; 5 where it is none of them
    with ThreadPoolExecutor() as pool:
        for start in range(0, len(photos), _BATCH):
            batch = photos[start : start + _BATCH]
            pictures = list(pool.map(partial(decode, preprocessing), (path for path, _right in batch)))
            problems += [picture for picture in pictures if isinstance(picture, str)]
            seen = [(picture, right) for picture, (_path, right) in zip(pictures, batch, strict=True)]
            readable = [(picture, right) for picture, right in seen if not isinstance(picture, str)]
            if readable:
                probabilities = classifier.probabilities(np.stack([picture for picture, _right in readable]))
                # Stable, for bfloat16 gives ties.
                likeliest = probabilities.argsort(dim=1, descending=True, stable=True)[:, :5]
                for five, (_picture, right) in zip(likeliest.tolist(), readable, strict=True):
                    ranks.append(five.index(right) if right in five else 5)
    shares = [100 * sum(rank < best for rank in ranks) / len(ranks) if ranks else float("nan") for best in (1, 5)]
    return Accuracy(len(ranks), shares[0], shares[1], tuple(problems))


def decode(preprocessing: Preprocessing, path: str) -> np.ndarray | str:
    """The picture as the network sees it, or why there is none."""
    seen = look_at(preprocessing, path)
    return seen if isinstance(seen, str) else seen.picture


def look_at(preprocessing: Preprocessing, path: str, detector: FaceDetector | None = None) -> Sight | str:
    """The picture as the network sees it, with its faces if there is a detector, or why there is none."""
    from albumsort.vision.sight import look

    try:
        with open_photo(path) as photo:
            if photo.format:
                return look(photo.stream, photo.format, preprocessing, detector)
        reason = _("not a picture")
    except OSError as error:
        reason = reason_of(error)
    except (PictureError, MemoryError) as error:
        reason = str(error) or _("too little memory to decode it")
    return f"{os.path.basename(path)}: {reason}"
