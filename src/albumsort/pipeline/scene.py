"""What a page or a web app shows of a library beside the decisions of a scan."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from albumsort.catalog.catalog import Catalog
from albumsort.catalog.thumbnails import FILE
from albumsort.labels.languages import name_in
from albumsort.labels.table import WITHOUT_CLASSES
from albumsort.plan.plan import Rules
from albumsort.records import Event, Photo


@dataclass(frozen=True, slots=True)
class Scene:
    """``library`` is the first photo directory; ``events`` are those known, by identifier.

    ``categories`` and ``tags`` are the names of those of the table by key, in the library's ``language``;
    ``fingerprints`` are those of photos by their id, by which the file ``thumbnails`` has pictures of them.
    """

    library: str
    events: Mapping[str, Event]
    categories: Mapping[str, str]
    tags: Mapping[str, str]
    language: str
    fingerprints: Mapping[int, str]
    thumbnails: Path


def scene_of(catalog: Catalog, photos: Iterable[Photo], rules: Rules, library: str, state: Path) -> Scene:
    """The scene of a library with this first photo directory and state folder."""
    keys = [*(own.key for own in rules.table.categories), *WITHOUT_CLASSES]
    return Scene(
        library,
        events=catalog.events.all(),
        categories={key: rules.table.folder(key, rules.language) for key in keys},
        tags={tag.key: name_in(tag.names, rules.language) for tag in rules.table.tags},
        language=rules.language,
        fingerprints={photo.id: photo.fingerprint for photo in photos if photo.fingerprint},
        thumbnails=state / FILE,
    )
