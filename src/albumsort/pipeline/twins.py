"""Which photos have the same bytes: those that may have are hashed, and no others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

from albumsort.catalog.catalog import Catalog
from albumsort.pipeline.intake import content_now
from albumsort.records import Photo

_STEP = 32
"""Photos that are hashed in one transaction: a run that is stopped goes on there."""


def hash_twins(
    catalog: Catalog, photos: list[Photo], step: Callable[[int, int], None], stopped: Callable[[], bool]
) -> bool:
    """Hash the photos of one fingerprint, each once.

    Returns whether it came to its end; otherwise it is not known which are duplicates. ``photos`` are replaced by what
    is known of them then; ``step`` is told how many there are to hash, and how many more were. One that cannot be read
    is no duplicate.
    """
    often = Counter(photo.fingerprint for photo in photos)
    waiting = [
        index
        for index, photo in enumerate(photos)
        if not photo.content and photo.fingerprint and often[photo.fingerprint] > 1
    ]
    for start in range(0, len(waiting), _STEP):
        some = waiting[start : start + _STEP]
        with catalog.transaction():
            for index in some:
                if stopped():
                    return False
                if content := content_now(photos[index]):
                    photos[index] = catalog.put(replace(photos[index], content=content))
        step(len(waiting), len(some))
    return True
