"""All that a page shows of a library, put together from what a scan found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from albumsort.catalog.thumbnails import Thumbnails
from albumsort.web.page_data import Table, page_data
from albumsort.web.thumbnail_folder import LETTERS
from albumsort.web.world import world

if TYPE_CHECKING:
    from albumsort.pipeline.scan_options import ScanResult
    from albumsort.records import Decision


@dataclass(frozen=True, slots=True)
class Shown:
    """The ``photos`` in the order of the page, and its ``data``, fit for JSON.

    ``pictures`` are the fingerprints of the photos, "" for one without a thumbnail in the file ``thumbnails``.
    """

    photos: Sequence[Decision]
    data: dict[str, Any]
    pictures: Sequence[str]
    thumbnails: Path

    def names(self) -> str:
        """The beginnings of the fingerprints, as the page's program takes them apart."""
        return "".join(one[:LETTERS] or "-" * LETTERS for one in self.pictures)


def shown_by(result: ScanResult, now: datetime) -> Shown:
    """What a page shows of a scan whose result has a scene; ``now`` is naive local time."""
    scene = result.scene
    if scene is None:
        raise ValueError("the scan was not asked for what a page shows")
    table = Table(result.decisions, result.albums)
    data = page_data(table, result.decisions, scene, acted=result.acted, now=now)
    spots = [(own.metadata.latitude, own.metadata.longitude or 0.0) for own in table.photos]
    data["world"] = world([(latitude, longitude) for latitude, longitude in spots if latitude is not None])
    fingerprints = [scene.fingerprints.get(own.photo_id or 0, "") for own in table.photos]
    with Thumbnails(scene.thumbnails) as thumbnails:
        there = thumbnails.there(one for one in fingerprints if one)
    pictures = [one if one in there else "" for one in fingerprints]
    return Shown(table.photos, data, pictures, scene.thumbnails)
