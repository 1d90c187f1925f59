"""When and where each photo was taken, by its own metadata and by what its sidecars say."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from albumsort.catalog.catalog import Catalog
from albumsort.library.companions import Companion
from albumsort.library.read import beginning
from albumsort.library.takeout_json import read_takeout
from albumsort.library.times import capture_time, copy_times
from albumsort.library.walk import Found
from albumsort.library.xmp import read_xmp
from albumsort.library.zones import zone_at
from albumsort.records import CaptureTime, Metadata, Photo

_READERS: Mapping[str, Callable[[bytes], Metadata]] = {".xmp": read_xmp, ".json": read_takeout}
"""What reads a sidecar by its suffix. Of several sidecars those of the first suffix come first."""

_STEP = 256
"""Sidecars that are read in one transaction: a run that is stopped goes on there."""


def learn(
    catalog: Catalog,
    photos: list[Photo],
    companions: Mapping[str, Sequence[Companion]],
    step: Callable[[int, int], None],
    stopped: Callable[[], bool],
) -> bool:
    """Read the sidecars that are new or changed, and look up the time zones of positions, each once.

    Returns whether it came to its end; otherwise times are not known yet, and nothing may be decided by them.

    ``companions`` are those of the photo with this path. ``photos`` are replaced by what is known of them then;
    ``step`` is told how many sidecars there are to read, and how many were.
    """
    sidecars = [found for photo in photos for found in _sidecars(companions.get(photo.path, ()))]
    unread = [found for found in sidecars if catalog.sidecars.get(found.path, found.stamp) is None]
    for start in range(0, len(unread), _STEP):
        if stopped():
            return False
        some = unread[start : start + _STEP]
        with catalog.transaction():
            for found in some:
                _read_sidecar(catalog, found)
        step(len(unread), start + len(some))
    nowhere = [index for index, photo in enumerate(photos) if _needs_zone(photo.metadata)]
    if nowhere:
        with catalog.transaction():
            for index in nowhere:
                photo = photos[index]
                photos[index] = catalog.put(replace(photo, metadata=_with_zone(photo.metadata)))

    return True


def captured(
    catalog: Catalog, photos: Iterable[Photo], companions: Mapping[str, Sequence[Companion]], now: datetime
) -> list[tuple[Photo, CaptureTime]]:
    """When each photo was taken, by what the catalog knows after :func:`learn`; ``now`` is naive local time.

    A photo without a position of its own comes back with that of its sidecar.
    """
    photos = list(photos)
    is_copy_time = copy_times(photo.stamp.mtime_ns for photo in photos)
    result = []
    for photo in photos:
        known = [catalog.sidecars.get(found.path, found.stamp) for found in _sidecars(companions.get(photo.path, ()))]
        told = [metadata for metadata in known if metadata]
        mtime_ns = None if is_copy_time(photo.stamp.mtime_ns) else photo.stamp.mtime_ns
        name, is_video = os.path.basename(photo.path), photo.format == "video"
        time = capture_time(photo.metadata, name, mtime_ns, now, told, is_video=is_video)
        result.append((replace(photo, metadata=_with_position(photo.metadata, told)) if told else photo, time))
    return result


def _sidecars(companions: Sequence[Companion]) -> list[Found]:
    """Those of the companions that can say when and where, in the order in which they are believed."""
    readable = [companion.found for companion in companions if _suffix(companion.found) in _READERS]
    return sorted(readable, key=lambda found: list(_READERS).index(_suffix(found)))


def _suffix(found: Found) -> str:
    return os.path.splitext(found.path)[1].lower()


def _read_sidecar(catalog: Catalog, found: Found) -> None:
    """What cannot be opened is tried again on the next run."""
    try:
        metadata = _READERS[_suffix(found)](beginning(found.path))
    except OSError:
        return
    catalog.sidecars.put(found.path, found.stamp, _with_zone(metadata))


def _needs_zone(metadata: Metadata) -> bool:
    return metadata.latitude is not None and metadata.place_zone is None


def _with_zone(metadata: Metadata) -> Metadata:
    if metadata.latitude is None or metadata.longitude is None:
        return metadata
    return replace(metadata, place_zone=zone_at(metadata.latitude, metadata.longitude))


def _with_position(metadata: Metadata, told: Sequence[Metadata]) -> Metadata:
    """The metadata with the first position: its own, else of a sidecar."""
    where = next((said for said in (metadata, *told) if said.latitude is not None), metadata)
    return replace(metadata, latitude=where.latitude, longitude=where.longitude, place_zone=where.place_zone)
