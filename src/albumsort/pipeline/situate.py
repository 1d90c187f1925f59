"""Groups what is known of the photos into events and trips, and finds out where each was taken.

A night without news finds that nothing has changed since the last time, and takes what was found then.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from albumsort.catalog.catalog import Catalog
from albumsort.errors import AlbumsortError
from albumsort.events.shots import Shot, naive, seconds
from albumsort.library.zones import local_time
from albumsort.plan.plan import Known
from albumsort.records import NOWHERE, Situation

METHOD = "1"
"""Changes when the grouping does, so that what an earlier version found is found anew."""


def situate(
    catalog: Catalog, photos: Sequence[Known], sight: Callable[[Known], str], say: Callable[[str], None]
) -> list[Known]:
    """The photos with their situations, and with the time that their clock should have shown.

    ``sight`` tells the category of what a photo shows, "" where that is not known. What is found is remembered. Where
    that fails it is said, and the photos come back as they are: they can be sorted without.
    """
    shots = _shots(photos, sight)
    news = _fingerprint(shots)
    timeless = {known.photo.id for known in photos if not known.captured.taken_at}
    before = {photo: own for photo, own in catalog.situations.all().items() if photo not in timeless}
    if catalog.setting("situations of") != news:
        try:
            before |= _find(shots, before)
        except AlbumsortError as error:
            say(f"{error} Until then events, trips and places are not known.")
            return list(photos)
        with catalog.transaction():
            catalog.situations.put(before)
            catalog.remember({"situations of": news})
    return [
        _situated(known, before.get(known.photo.id, NOWHERE)) if known.captured.taken_at else known for known in photos
    ]


def _shots(photos: Sequence[Known], sight: Callable[[Known], str]) -> list[Shot]:
    """The photos that have a time, in its order."""
    with_position = {known.photo.metadata.camera for known in photos if known.photo.metadata.latitude is not None}
    shots = [_shot(known, sight(known), with_position) for known in photos if known.captured.taken_at]
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


def _fingerprint(shots: Sequence[Shot]) -> str:
    digest = hashlib.sha256(METHOD.encode())
    for shot in shots:
        digest.update(repr(shot).encode())
    return digest.hexdigest()


def _find(shots: Sequence[Shot], before: Mapping[int, Situation]) -> dict[int, Situation]:
    from albumsort.events.away import stays, usual_near
    from albumsort.events.clocks import corrections, right_clocks
    from albumsort.events.grouping import group
    from albumsort.events.identity import identify
    from albumsort.events.whereabouts import whereabouts

    right = right_clocks(shots)
    known = [shot for shot in shots if shot.device in right]
    away = stays(known, usual_near(known))
    behind = corrections(shots, away)
    corrected = [shot._replace(time=shot.time + behind.get(shot.photo, 0.0)) for shot in shots]
    corrected.sort(key=lambda shot: (shot.time, shot.photo))
    found = group(corrected, away)
    days = {shot.photo: naive(shot.time).date() for shot in reversed(corrected)}
    named = []
    for numbers, earlier in (
        (found.events, {photo: own.event for photo, own in before.items() if own.event}),
        (found.trips, {photo: own.trip for photo, own in before.items() if own.trip}),
    ):
        groups = _members(numbers)
        identifiers = identify(groups, [min(days[photo] for photo in own) for own in groups], earlier)
        named.append({photo: name for own, name in zip(groups, identifiers, strict=True) for photo in own})
    where = whereabouts(corrected, found.events)
    return {
        shot.photo: Situation(
            named[0].get(shot.photo, ""), named[1].get(shot.photo, ""), *where[shot.photo], behind.get(shot.photo, 0.0)
        )
        for shot in corrected
    }


def _members(numbers: Mapping[int, int]) -> list[list[int]]:
    members: dict[int, list[int]] = {}
    for photo, number in numbers.items():
        members.setdefault(number, []).append(photo)
    return list(members.values())


def _situated(known: Known, situation: Situation) -> Known:
    captured = known.captured
    if captured.taken_at and situation.behind:
        captured = replace(captured, taken_at=captured.taken_at + timedelta(seconds=situation.behind))
    if situation.zone and not captured.time_zone and captured.utc:
        captured = replace(captured, taken_at=local_time(captured.utc, situation.zone) or captured.taken_at)
    if situation.zone and (situation.behind or not captured.time_zone):
        captured = replace(captured, time_zone=situation.zone)
    return replace(known, captured=captured, situation=situation)
