"""Puts events and trips right as the user says; every later scan keeps to it. No photo is touched here."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

from albumsort.catalog.catalog import Catalog
from albumsort.catalog.regroupings import Before, Kind
from albumsort.catalog.situations import trips_of
from albumsort.errors import AlbumsortError
from albumsort.events.identity import TRIP, new_identifier
from albumsort.events.shots import naive, seconds
from albumsort.messages import gettext as _
from albumsort.names import folded, folder_name_problem, quoted
from albumsort.records import Event, Fix, Situation


def merge(catalog: Catalog, identifiers: Sequence[str]) -> Event:
    """The first of these events or trips takes in the others; a trip takes in events too. Returns what it is then.

    Raises :class:`AlbumsortError` where that cannot be.
    """
    first, *others = (_find(catalog, identifier) for identifier in dict.fromkeys(identifiers))
    if not others:
        problem = _("{id}: name another event too; the first that is named takes in the others")
        raise AlbumsortError(problem.format(id=first.id))
    if not first.is_trip and (wrong := next((own for own in others if own.is_trip), None)):
        raise AlbumsortError(_("{id} is a trip, which no event takes in; name the trip first").format(id=wrong.id))
    situations = catalog.situations.all()
    members = [photo for photo, own in situations.items() if any(map(own.belongs_to, (first.id, *_ids(others))))]
    trip = None if first.is_trip else trips_of(situations.values()).get(first.id, "")
    said: dict[int, Fix] = {}
    for photo in members:
        own = situations[photo]
        follows = not own.belongs_to(first.id)  # the album of the first stays where it is
        said[photo] = Fix(None, first.id, follows) if first.is_trip else Fix(first.id, _other(trip, own.trip), follows)
    merged = replace(first, is_special=any(own.is_special for own in (first, *others)))
    emptied = [replace(own, is_fixed=False) for own in others if own.is_trip == first.is_trip]
    with _noted(catalog, "merge", _ids([first, *others]), said):
        return _store(catalog, situations, said, [merged, *emptied])[0]


def split(catalog: Catalog, identifier: str, at: datetime) -> tuple[Event, Event]:
    """What of an event or trip was taken at this naive local time or later becomes one of its own; returns both.

    Raises :class:`AlbumsortError` where a part would be empty.
    """
    whole = _find(catalog, identifier)
    situations = catalog.situations.all()
    members = _members(situations, whole)
    late = {photo for photo in members if situations[photo].taken >= seconds(at)}
    if not members:
        raise AlbumsortError(_("{id}: its photos are not there any more").format(id=whole.id))
    if not late or len(late) == len(members):
        begin, end = (naive(edge(situations[photo].taken for photo in members)) for edge in (min, max))
        problem = _(
            "{id} has photos from {begin:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M}; give a time in between, with photos "
            "before and after it"
        )
        raise AlbumsortError(problem.format(id=whole.id, begin=begin, end=end))
    events = catalog.events.all()
    taken = {*events, *(name for own in situations.values() for name in (own.event, own.trip))}
    first_day = naive(min(situations[photo].taken for photo in late)).date()
    new = new_identifier(first_day, TRIP if whole.is_trip else "", taken)
    rest = replace(whole, id=new, name=_free_name(whole.name, events.values()), day=first_day, is_fixed=False)
    said = {photo: _fix(whole, new if photo in late else whole.id, follows=photo in late) for photo in members}
    with _noted(catalog, "split", [whole.id, new], said):
        first, second = _store(catalog, situations, said, [whole, rest])
    return first, second


def rename(catalog: Catalog, identifier: str, name: str) -> Event:
    """Give an event or trip a name, which stays. Raises :class:`AlbumsortError` for one that no folder can have."""
    own = _find(catalog, identifier)
    if problem := folder_name_problem(name):
        told = _("{name} cannot be the name of an album: {reason}")
        raise AlbumsortError(told.format(name=quoted(name), reason=problem))
    for other in catalog.events.all().values():
        if other.id != own.id and other.photos and folded(other.name) == folded(name):
            told = _("{name} is the name of {id}; merge the two, or choose another")
            raise AlbumsortError(told.format(name=quoted(name), id=other.id))
    situations = catalog.situations.all()
    named = replace(own, name=name, is_special=True, is_fixed=True)
    # Else new photos may bring them into a larger event, and the name would be lost.
    said = dict.fromkeys(_members(situations, own), _fix(own, own.id))
    with _noted(catalog, "rename", [own.id], said, name):
        return _store(catalog, situations, said, [named])[0]


def reset(catalog: Catalog, identifiers: Sequence[str]) -> int:
    """Take back what was said of these events and trips; the next scan groups their photos as if it had not been.

    Returns how many photos that is about. Raises :class:`AlbumsortError` where nothing was said of one.
    """
    situations, fixes = catalog.situations.all(), catalog.fixes.all()
    freed: dict[int, Fix] = {}
    events = [_find(catalog, identifier) for identifier in identifiers]
    for own in events:
        members = _members(situations, own)
        said = any(photo in fixes and own.id in fixes[photo].said for photo in members)
        if not said and not own.is_fixed:
            problem = _("{id}: it was not merged, split or renamed, so there is nothing to take back")
            raise AlbumsortError(problem.format(id=own.id))
        for photo in members:
            freed[photo] = _without(freed.get(photo) or fixes.get(photo, Fix(None, None)), own)
    with _noted(catalog, "reset", _ids(events), freed):
        catalog.fixes.put(freed)
        catalog.events.put(replace(own, is_fixed=False) for own in events)
        catalog.remember({"situations of": ""})
    return len(freed)


def _find(catalog: Catalog, identifier: str) -> Event:
    events = {own.id: own for own in catalog.events.all().values() if own.photos}
    if identifier not in events:
        near = difflib.get_close_matches(identifier, events, 3)
        problem = _("there is no event or trip {id}; `albumsort events PHOTOS --all` lists them")
        if near:
            problem = _("there is no event or trip {id}; is it {others}?")
        raise AlbumsortError(problem.format(id=quoted(identifier), others=_(" or ").join(near)))
    return events[identifier]


def _members(situations: Mapping[int, Situation], own: Event) -> list[int]:
    return [photo for photo, situation in situations.items() if situation.belongs_to(own.id)]


def _fix(own: Event, identifier: str, *, follows: bool = True) -> Fix:
    """What is said of a photo that belongs to an event, or a trip, of this identifier; ``own`` tells which of them."""
    return Fix(None, identifier, follows) if own.is_trip else Fix(identifier, None, follows)


def _ids(events: Iterable[Event]) -> list[str]:
    return [own.id for own in events]


def _without(fix: Fix, own: Event) -> Fix:
    """What is left of it when nothing is said of an event or trip; an event goes with the trip that it was put on."""
    if own.is_trip:
        return Fix(fix.event, None)
    return Fix(None, None if fix.event == own.id else fix.trip)


def _other(trip: str | None, than: str) -> str | None:
    return None if trip == than else trip


def _free_name(name: str, events: Iterable[Event]) -> str:
    """Until the next scan finds a better one."""
    used, number = {folded(own.name) for own in events}, 2
    while folded(f"{name} ({number})") in used:
        number += 1
    return f"{name} ({number})"


@contextmanager
def _noted(
    catalog: Catalog, kind: Kind, identifiers: Sequence[str], photos: Iterable[int], name: str = ""
) -> Iterator[None]:
    """One transaction, which also notes what was known before of these photos and events, so that it can be undone."""
    fixes, situations, events = catalog.fixes.all(), catalog.situations.all(), catalog.events.all()
    said = {photo: fixes[photo].said if photo in fixes else (None, None) for photo in photos}
    groups = {photo: (situations[photo].event, situations[photo].trip) for photo in said}
    before = Before(said, groups, [events[own] for own in identifiers if own in events])
    with catalog.transaction():
        catalog.regroupings.add(kind, identifiers, name, before)
        yield


def _store(
    catalog: Catalog, situations: Mapping[int, Situation], said: Mapping[int, Fix], events: Sequence[Event]
) -> list[Event]:
    """Remember what is said beside what was said before; the next scan groups by it. Returns the events as they are."""
    before, fixes, now = catalog.fixes.all(), {}, dict(situations)
    for photo, new in said.items():
        old = before.get(photo, Fix(None, None))
        fix = fixes[photo] = Fix(
            old.event if new.event is None else new.event,
            old.trip if new.trip is None else new.trip,
            follows=new.follows or (photo in before and old.follows),
        )
        own = situations[photo]
        now[photo] = replace(
            own,
            event=own.event if fix.event is None else fix.event,
            trip=own.trip if fix.trip is None else fix.trip,
        )
    changed = [situations[photo] for photo in said] + [now[photo] for photo in said]
    known = catalog.events.all() | {own.id: own for own in events}
    counted = recounted(known, {name for own in changed for name in (own.event, own.trip)} | set(_ids(events)), now)
    catalog.fixes.put(fixes)
    catalog.situations.put({photo: now[photo] for photo in said})
    catalog.events.put(counted.values())
    catalog.remember({"situations of": ""})
    return [counted[own.id] for own in events]


def recounted(
    events: Mapping[str, Event], identifiers: Iterable[str], situations: Mapping[int, Situation]
) -> dict[str, Event]:
    """The events of these identifiers with as many photos, and from when to when, as the situations say."""
    times: dict[str, list[float]] = {own: [] for own in identifiers if own in events}
    for situation in situations.values():
        for own in {situation.event, situation.trip} & times.keys():
            times[own].append(situation.taken)
    return {
        own: replace(
            events[own],
            photos=len(taken),
            begin=naive(min(taken)) if taken else events[own].begin,
            end=naive(max(taken)) if taken else events[own].end,
        )
        for own, taken in times.items()
    }
