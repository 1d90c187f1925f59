"""Takes back one merge, split, new name or reset of events, so that what was known before counts again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from albumsort.catalog.catalog import Catalog
from albumsort.catalog.regroupings import Regrouping
from albumsort.errors import AlbumsortError
from albumsort.messages import gettext as _
from albumsort.pipeline.regroup import recounted
from albumsort.records import Fix


def undo_regrouping(catalog: Catalog, number: int | None = None) -> Regrouping:
    """Take back the regrouping of this number, or without one the last; returns what it was.

    The next scan with an action files its photos by what is known then. Whoever calls holds the lock of the library.
    Raises :class:`AlbumsortError` where there is none, or where a later one is about the same photos or events.
    """
    standing = catalog.regroupings.all()
    if number is None and not standing:
        raise AlbumsortError(_("no event was merged, split, renamed or reset, so there is nothing to take back"))
    found = next((own for own in reversed(standing) if number in (None, own.id)), None)
    if found is None:
        problem = _("there is no change {number} of events, or it was taken back already")
        raise AlbumsortError(problem.format(number=number))
    if later := _later(standing, found):
        problem = _("take back the later change of {events} first")
        raise AlbumsortError(problem.format(events=", ".join(later.events)))
    _restore(catalog, found)
    return found


def _later(standing: Sequence[Regrouping], own: Regrouping) -> Regrouping | None:
    """The last one that was done since to the same photos or events."""
    for other in reversed(standing):
        if other.id <= own.id:
            break
        if not other.before.said.keys().isdisjoint(own.before.said) or not set(other.events).isdisjoint(own.events):
            return other
    return None


def _restore(catalog: Catalog, own: Regrouping) -> None:
    before, situations, known = own.before, catalog.situations.all(), catalog.events.all()
    now = {
        photo: replace(situations[photo], event=event or "", trip=trip or "")
        for photo, (event, trip) in before.groups.items()
        if photo in situations
    }
    touched = {name for photo in now for name in (situations[photo].event, situations[photo].trip)}
    touched |= {name for situation in now.values() for name in (situation.event, situation.trip)}
    events = known | {event.id: event for event in before.events}
    counted = recounted(events, touched | set(own.events), situations | now)
    with catalog.transaction():
        catalog.fixes.put({photo: Fix(*pair) for photo, pair in before.said.items()})
        catalog.situations.put(now)
        catalog.events.put(counted.values())
        catalog.remember({"situations of": ""})
        catalog.regroupings.delete(own.id)
