"""In which albums of events and trips photos lie already: these keep their names and their photos."""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from albumsort.names import folder_name_problem
from albumsort.paths import is_in
from albumsort.plan.plan import Known
from albumsort.records import Event, Situation


def where_filed(
    photos: Iterable[Known],
    situations: Mapping[int, Situation],
    events: Mapping[str, Event],
    albums: Collection[str],
) -> dict[int, list[str]]:
    """The identifiers of the trip and the event of each photo that it is filed under, the trip first.

    That is so where a folder of their name, or with their name in its own, is on its path within an album folder, of
    which ``albums`` are all.
    """
    found: dict[int, list[str]] = {}
    for known in photos:
        own = situations.get(known.photo.id)
        named = [events[identifier] for identifier in (own.trip, own.event) if identifier in events] if own else []
        if named:
            there = {name for folders in _folders(known, albums) for name in folders}
            if under := [event.id for event in named if _is_told(event, named, there)]:
                found[known.photo.id] = under
    return found


def renamed_by_hand(
    photos: Iterable[Known],
    situations: Mapping[int, Situation],
    events: Mapping[str, Event],
    albums: Collection[str],
) -> dict[str, Event]:
    """The events and trips whose album folder the user gave another name, with that name."""
    votes: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for known in photos:
        own = situations.get(known.photo.id)
        here = _below(known.photo.path, albums) if own else ()
        if own and here:
            for identifier in filter(events.__contains__, (own.trip, own.event)):
                votes[identifier].update(_new_name(known, events[identifier].name, here, albums))
    return {
        identifier: replace(events[identifier], name=next(iter(found)), is_fixed=True)
        for identifier, found in votes.items()
        if len(found) == 1 and not folder_name_problem(next(iter(found))) and events[identifier].name not in found
    }


def _is_told(event: Event, named: Sequence[Event], folders: Collection[str]) -> bool:
    """Whether one of these folders is that of the event, and not one that is called after another one in full."""
    others = {other.name for other in named} & set(folders) - {event.name}
    return any(event.name in folder for folder in folders if folder not in others)


def _new_name(known: Known, name: str, here: tuple[str, ...], albums: Collection[str]) -> Iterator[str]:
    """What the folder ``name`` that the photo was moved into is called now."""
    if name in here:
        yield name
        return
    for placement in known.placements:
        there = _below(placement.destination, albums) if placement.action == "move" else ()
        changed = [(old, new) for old, new in zip(there, here, strict=False) if old != new]
        if len(there) == len(here) and len(changed) == 1 and changed[0][0] == name:
            yield changed[0][1]


def _folders(known: Known, albums: Collection[str]) -> Iterator[tuple[str, ...]]:
    yield _below(known.photo.path, albums)
    for placement in known.placements:
        if placement.action != "move":
            yield _below(placement.destination, albums)


def _below(path: str, albums: Collection[str]) -> tuple[str, ...]:
    """The folders of a path from the album folder down, none where it is not in one."""
    album = next((folder for folder in albums if is_in(path, folder)), None)
    return tuple(os.path.dirname(path)[len(album) + 1 :].split(os.sep)) if album else ()
