"""From shots to situations and events: what is found anew, and what of that has to stay as it was."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from albumsort.catalog.filed import Folders
from albumsort.pipeline.naming import Kept, Naming, describe
from albumsort.records import Event, Fix, Situation, Under

if TYPE_CHECKING:
    from albumsort.events.grouping import Grouping
    from albumsort.events.shots import Shot


@dataclass(frozen=True, slots=True)
class Memory:
    """What is remembered: situations by photo, events by identifier; by photo, what the user said, and its albums."""

    situations: Mapping[int, Situation]
    events: Mapping[str, Event]
    fixes: Mapping[int, Fix]
    filed: Mapping[int, Folders]


def find(
    shots: Sequence[Shot],
    memory: Memory,
    filed: Mapping[int, Sequence[Under]],
    naming: Naming,
    homes: Sequence[tuple[float, float]],
) -> Memory:
    """What is to be remembered from now on; ``filed`` is what the albums are called after that photos are in.

    ``homes`` (degrees), where given, are where the person lives, instead of what the photos show.

    Raises :class:`AlbumsortError` where the table of towns cannot be used.
    """
    from albumsort.events.away import stays, usual_near
    from albumsort.events.clocks import corrections, right_clocks
    from albumsort.events.gather import everyday, gather, home_country
    from albumsort.events.grouping import group
    from albumsort.events.town_names import in_language
    from albumsort.events.whereabouts import towns_of, whereabouts

    right = right_clocks(shots)
    known = [shot for shot in shots if shot.device in right]
    usual = usual_near(known, homes)
    away = stays(known, usual)
    behind = corrections(shots, away)
    corrected = [shot._replace(time=shot.time + behind.get(shot.photo, 0.0)) for shot in shots]
    corrected.sort(key=lambda shot: (shot.time, shot.photo))
    events, trips = _identifiers(corrected, group(corrected, away), memory, filed)
    towns = towns_of(corrected)
    where = whereabouts(corrected, events, towns)
    named = in_language(towns, naming.language)
    occasions = gather(corrected, events, named, usual, are_trips=False)
    occasions |= gather(corrected, trips, named, usual, are_trips=True)
    kept = _kept(memory, filed, events.keys())
    described = describe(
        occasions, events, trips, kept, everyday(corrected), home_country(corrected, towns, usual), naming
    )
    situations = {
        shot.photo: Situation(
            *(events[shot.photo], trips.get(shot.photo, ""), *where[shot.photo]),
            *(behind.get(shot.photo, 0.0), shot.time),
        )
        for shot in corrected
    }
    return replace(memory, situations={**memory.situations, **situations}, events={own.id: own for own in described})


def _kept(memory: Memory, filed: Mapping[int, Sequence[Under]], photos: Container[int]) -> Kept:
    """What is to stay; of photos that are not looked at, whatever album they were in."""
    here = {under.event for own in filed.values() for under in own}
    elsewhere = (folders for photo, folders in memory.filed.items() if photo not in photos)
    album = here | {under.event for folders in elsewhere for own in folders.values() for under in own}
    said = {identifier for fix in memory.fixes.values() for identifier in fix.said if identifier}
    return Kept(memory.events, filed, album, said)


def _identifiers(
    shots: Sequence[Shot], found: Grouping, memory: Memory, filed: Mapping[int, Sequence[Under]]
) -> tuple[dict[int, str], dict[int, str]]:
    """The identifiers of events and of trips by photo; of what lies in an album, or the user spoke of, they stay."""
    from albumsort.events.identity import TRIP, assign

    times = {shot.photo: shot.time for shot in shots}
    event_anchors: dict[int, str] = {}
    trip_anchors: dict[int, str] = {}
    for photo in times.keys() & filed.keys():
        for identifier, _ in filed[photo]:
            (trip_anchors if memory.events[identifier].is_trip else event_anchors)[photo] = identifier
    for photo in times.keys() & memory.fixes.keys():
        event, trip = memory.fixes[photo].said
        event_anchors |= {} if event is None else {photo: event}
        trip_anchors |= {} if trip is None else {photo: trip}
    before = memory.situations
    earlier_events = {photo: own.event for photo, own in before.items() if own.event}
    earlier_trips = {photo: own.trip for photo, own in before.items() if own.trip}
    events = assign(_groups(found.events, times), times, earlier_events, event_anchors)
    trips = trip_anchors | assign(_groups(found.trips, times), times, earlier_trips, trip_anchors, TRIP)
    return events, {photo: trip for photo, trip in trips.items() if trip}


def _groups(numbers: Mapping[int, int], times: Mapping[int, float]) -> list[list[int]]:
    """The photos of each number, in order of time."""
    members: dict[int, list[int]] = {}
    for photo in sorted(numbers, key=lambda photo: (times[photo], photo)):
        members.setdefault(numbers[photo], []).append(photo)
    return list(members.values())
