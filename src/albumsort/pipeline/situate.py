"""Groups what is known of the photos into events and trips, and finds out where each was taken.

A night without news finds that nothing has changed since the last time, and takes what was found then.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import chain

from albumsort.catalog.catalog import Catalog
from albumsort.events.shots import Shot, seconds
from albumsort.labels.table import WITHOUT_CLASSES, LabelTable
from albumsort.library.zones import local_time
from albumsort.pipeline.filed import renamed_by_hand, was_put_elsewhere, where_filed
from albumsort.pipeline.naming import Naming
from albumsort.pipeline.occasions import Memory, find
from albumsort.plan.plan import Known
from albumsort.records import NOWHERE, UNSORTED, CaptureTime, Event, Named, Occasions, Situation, Under

METHOD = "3"
"""Changes when the grouping does, so that what an earlier version found is found anew."""


def situate(
    catalog: Catalog,
    photos: Sequence[Known],
    table: LabelTable,
    naming: Naming,
    homes: Sequence[tuple[float, float]],
) -> list[Known]:
    """The photos with their situations and occasions, and with the time that their clock should have shown.

    The ``table`` tells the category of what a photo shows. What is found is remembered.
    Raises :class:`AlbumsortError` where the table of towns cannot be used.
    """
    shots = _shots(photos, table)
    memory = _recall(catalog, photos)
    # What was put right is not held by the album that it still lies in.
    settled = [known for known in photos if not _follows(known, memory)]
    memory = _with_folders_as_they_are(catalog, settled, memory)
    filed = where_filed(settled, memory.filed, memory.events)
    said = sorted((photo, *fix.said) for photo, fix in memory.fixes.items() if fix.said != (None, None))
    news = _fingerprint(shots, said, [naming, homes])
    if catalog.setting("situations of") != news:
        memory = find(shots, memory, filed, naming, homes)
        with catalog.transaction():
            catalog.situations.put(memory.situations)
            catalog.events.replace_all(memory.events.values())
            catalog.remember({"situations of": news})
    return [_situated(known, memory, filed) if known.captured.taken_at else known for known in photos]


def _recall(catalog: Catalog, photos: Sequence[Known]) -> Memory:
    timeless = {known.photo.id for known in photos if not known.captured.taken_at}
    situations = {photo: own for photo, own in catalog.situations.all().items() if photo not in timeless}
    return Memory(situations, catalog.events.all(), catalog.fixes.all(), catalog.filed.all())


def _with_folders_as_they_are(catalog: Catalog, photos: Sequence[Known], memory: Memory) -> Memory:
    """The memory with the names that the user gave to album folders; these are remembered."""
    renamed, filed = renamed_by_hand(photos, memory.filed, memory.events, list(catalog.album_folders()))
    if renamed:
        with catalog.transaction():
            catalog.events.put(renamed.values())
            catalog.filed.replace(filed)
    return replace(memory, events={**memory.events, **renamed}, filed={**memory.filed, **filed})


def _shots(photos: Sequence[Known], table: LabelTable) -> list[Shot]:
    """The photos that have a time, in its order."""
    with_position = {known.photo.metadata.camera for known in photos if known.photo.metadata.latitude is not None}
    shots = [_shot(known, _sight(known, table), with_position) for known in photos if known.captured.taken_at]
    return sorted(shots, key=lambda shot: (shot.time, shot.photo))


def _shot(known: Known, category: str, with_position: set[str]) -> Shot:
    meta, captured = known.photo.metadata, known.captured
    time = seconds(captured.taken_at) if captured.taken_at else 0.0
    # A camera without GPS that writes its offset writes that of the zone it was set to, wherever it is.
    sure = (
        captured.source != "exif"
        or meta.latitude is not None
        or bool(captured.time_zone and meta.camera in with_position)
    )
    return Shot(
        *(known.photo.id, time, captured.date_only, meta.latitude, meta.longitude),
        *(meta.place_zone or "", meta.camera, sure, category),
    )


def _sight(known: Known, table: LabelTable) -> str:
    """The category of what a photo shows, "" where that is not sure or it is no photo."""
    if known.said.category:
        return "" if known.said.category in WITHOUT_CLASSES else known.said.category
    shows = None if known.photo.genre else known.shows
    category = table.categorize(shows).category if shows else UNSORTED
    return "" if category == UNSORTED else category


def _fingerprint(*parts: Iterable[object]) -> str:
    digest = hashlib.sha256(METHOD.encode())
    for part in chain(*parts):
        digest.update(repr(part).encode())
    return digest.hexdigest()


def _situated(known: Known, memory: Memory, filed: Mapping[int, Sequence[Under]]) -> Known:
    photo = known.photo.id
    situation = memory.situations.get(photo, NOWHERE)
    occasions = _occasions(situation, memory.events, filed.get(photo, ()))
    if known.genre:  # what was not photographed is no picture of the occasion
        occasions = replace(occasions, own=None)
    return replace(
        known,
        captured=_put_right(known.captured, situation),
        situation=situation,
        occasions=occasions,
        follows=known.follows or _follows(known, memory),
    )


def _follows(known: Known, memory: Memory) -> bool:
    fix = memory.fixes.get(known.photo.id)
    return fix is not None and fix.follows and not was_put_elsewhere(known, memory.filed)


def _occasions(situation: Situation, events: Mapping[str, Event], filed: Sequence[Under]) -> Occasions:
    event, trip = events.get(situation.event), events.get(situation.trip)
    # What lies in the album of an event stays there, though a trip became known since.
    special = [*(events[under.event] for under in filed if under.is_own), *(own for own in (trip, event) if own)]
    own = next((own for own in special if own.is_special), None)
    return Occasions(*map(_named, (event, trip, own)))


def _named(event: Event | None) -> Named | None:
    return Named(event.id, event.name, event.day) if event else None


def _put_right(captured: CaptureTime, situation: Situation) -> CaptureTime:
    if captured.taken_at and situation.behind:
        captured = replace(captured, taken_at=captured.taken_at + timedelta(seconds=situation.behind))
    if situation.zone and not captured.time_zone and captured.utc:
        captured = replace(captured, taken_at=local_time(captured.utc, situation.zone) or captured.taken_at)
    if situation.zone and (situation.behind or not captured.time_zone):
        captured = replace(captured, time_zone=situation.zone)
    return captured
