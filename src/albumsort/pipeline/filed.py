"""In which albums of events and trips photos are: these keep their names and their photos."""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace

from albumsort.catalog.catalog import Catalog
from albumsort.catalog.filed import Folders
from albumsort.messages import gettext as _
from albumsort.names import folded, folder_name_problem
from albumsort.paths import is_in
from albumsort.plan.plan import TAKEN_OUT, Known, Rules
from albumsort.records import Decision, Event, Under


def where_filed(
    photos: Iterable[Known], filed: Mapping[int, Folders], events: Mapping[str, Event]
) -> dict[int, list[Under]]:
    """What the albums are called after that each photo lies or has a link in, a trip first; ``events`` are all."""
    found: dict[int, list[Under]] = {}
    for known in photos:
        if folders := filed.get(known.photo.id):
            under = {own for folder in _folders(known) for own in folders.get(folder, ()) if own.event in events}
            found[known.photo.id] = sorted(under, key=lambda own: (not events[own.event].is_trip, own))
    return found


def was_put_elsewhere(known: Known, filed: Mapping[int, Folders]) -> bool:
    """Whether the user moved a photo out of where albumsort moved it."""
    return _was_moved_by_hand(known) and os.path.dirname(known.photo.path) not in filed.get(known.photo.id, {})


def renamed_by_hand(
    photos: Iterable[Known], filed: Mapping[int, Folders], events: Mapping[str, Event], albums: Collection[str]
) -> tuple[dict[str, Event], dict[int, Folders]]:
    """The events and trips whose album folder the user gave another name, and where their photos are filed by now.

    All photos of an album must be in the other folder, and its name one that no other event has.
    """
    votes: defaultdict[str, Counter[str]] = defaultdict(Counter)
    moved: dict[int, tuple[str, str]] = {}
    for known in photos:
        here, folders = os.path.dirname(known.photo.path), filed.get(known.photo.id, {})
        by_hand = here not in folders and _was_moved_by_hand(known)
        for folder in folders if by_hand else folders.keys() & {here}:
            for event in (own.event for own in folders[folder] if own.event in events):
                if new := _name_now(events[event].name, folder, here, albums):
                    votes[event][new] += 1
                    moved[known.photo.id] = (folder, here)
    used = {folded(own.name) for own in events.values()}
    names = {event: next(iter(found)) for event, found in votes.items() if len(found) == 1}
    renamed = {
        event: replace(events[event], name=name, is_fixed=True)
        for event, name in names.items()
        if folded(name) not in used and not folder_name_problem(name)
    }
    now: dict[int, Folders] = {
        photo: {here if own == folder else own: under for own, under in filed[photo].items()}
        for photo, (folder, here) in moved.items()
        if folder != here and any(own.event in renamed for own in filed[photo][folder])
    }
    return renamed, now


def note_albums(catalog: Catalog, decisions: Iterable[Decision], rules: Rules) -> None:
    """Remember what the albums of these decisions are called after, before they are carried out: a run may be killed.

    What comes to nothing does not count, as the photo is not there then.
    """
    chosen = [own for own in decisions if own.filed_under is not None and not own.companion_of]
    if not chosen:  # as on a night without news
        return
    before = catalog.filed.all()
    now: dict[int, dict[str, tuple[Under, ...]]] = {}
    for decision in chosen:
        photo, under, folder = decision.photo_id, decision.filed_under, _album(decision, rules)
        if photo and under is not None and before.get(photo, {}).get(folder, ()) != under:
            now.setdefault(photo, dict(before.get(photo, {})))[folder] = under
    with catalog.transaction():
        catalog.filed.replace(now)


def note_carried_out(catalog: Catalog, photos: Iterable[Known], decisions: Iterable[Decision], rules: Rules) -> None:
    """Remember what the user said of photos as carried out, where what came of these decisions is that."""
    # A link elsewhere to a photo that was moved does not move it.
    following = {
        known.photo.id: known for known in photos if known.follows and (rules.action == "move" or not _moved_to(known))
    }
    followed: dict[int, list[Decision]] = {photo: [] for photo in following}
    for decision in decisions:
        if decision.photo_id in followed and not decision.companion_of:
            followed[decision.photo_id].append(decision)
    done = [photo for photo, own in followed.items() if _is_carried_out(own, rules)]
    with catalog.transaction():
        catalog.fixes.carried_out(done)
        said = {photo: following[photo].said for photo in done}
        catalog.corrections.carried_out({photo: own.category for photo, own in said.items() if not own.never})


def _is_carried_out(decisions: Iterable[Decision], rules: Rules) -> bool:
    """Whether a photo is where it belongs by what the user said of its events, or belongs nowhere."""
    return all(
        _is_there(own, rules) if own.album else bool(own.category)
        for own in decisions
        if own.note != _(TAKEN_OUT) or rules.action == "move"
    )


def _is_there(decision: Decision, rules: Rules) -> bool:
    """Whether the photo, or a link or copy, is in the album of the decision."""
    if decision.status == "done":
        return True
    lies_there = os.path.dirname(decision.path) == _album(decision, rules)
    return decision.status == "skipped" and (lies_there or bool(decision.destination))


def _album(decision: Decision, rules: Rules) -> str:
    return os.path.join(rules.albums, decision.album)


def _folders(known: Known) -> Iterator[str]:
    yield os.path.dirname(known.photo.path)
    for placement in known.placements:
        if placement.action != "move":
            yield os.path.dirname(placement.destination)


def _was_moved_by_hand(known: Known) -> bool:
    moved = _moved_to(known)
    return bool(moved) and known.photo.path not in moved


def _moved_to(known: Known) -> list[str]:
    return [placed.destination for placed in known.placements if placed.action == "move"]


def _name_now(name: str, folder: str, here: str, albums: Collection[str]) -> str:
    """What the folder ``name`` on the path of an album is called where its photos are now; "" where it is not there."""
    there, now = _below(folder, albums), _below(here, albums)
    changed = [(old, new) for old, new in zip(there, now, strict=False) if old != new]
    if len(there) != len(now) or len(changed) > 1 or name not in there:
        return ""
    return next((new for old, new in changed if old == name), "" if changed else name)


def _below(folder: str, albums: Collection[str]) -> tuple[str, ...]:
    """The folders from the album folder down, none where it is not in one."""
    album = next((own for own in albums if is_in(folder, own)), None)
    return tuple(folder[len(album) + 1 :].split(os.sep)) if album and folder != album else ()
