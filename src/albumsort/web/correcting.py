"""Putting right what was recognised and grouped. It is remembered, wins on every later run, and can be taken back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from flask import Blueprint, abort
from flask.typing import ResponseReturnValue

from albumsort.catalog.catalog import Catalog
from albumsort.catalog.corrections import Correction
from albumsort.catalog.regroupings import Regrouping
from albumsort.labels.table import LabelTable
from albumsort.messages import gettext as _
from albumsort.pipeline import corrections
from albumsort.pipeline.regroup import merge, rename, split
from albumsort.pipeline.regroup_undo import undo_regrouping
from albumsort.web.asked import fields, listed, number, text
from albumsort.web.live import LiveLibrary

NAMED = 3
"""Photos or events that a change is shown with; the others are only counted."""


def correcting(library: LiveLibrary, table: LabelTable) -> Blueprint:
    """The part of the app that changes what is known of photos and events, below ``/api``."""
    part = Blueprint("correcting", __name__, url_prefix="/api")

    @part.post("/category")
    def category() -> ResponseReturnValue:
        """These photos belong to this category, a key of the label table."""
        photos, key = fields("photos", "category")
        return _change(lambda catalog: corrections.correct(catalog, _ids(photos), text(key), table))

    @part.post("/never")
    def never() -> ResponseReturnValue:
        """These photos are left alone."""
        (photos,) = fields("photos")
        return _change(lambda catalog: corrections.never(catalog, _ids(photos)))

    @part.post("/events/merge")
    def merge_events() -> ResponseReturnValue:
        (events,) = fields("events")
        return _change(lambda catalog: merge(catalog, [text(event) for event in listed(events)]))

    @part.post("/events/split")
    def split_event() -> ResponseReturnValue:
        event, time = fields("event", "time")
        return _change(lambda catalog: split(catalog, text(event), _time(time)))

    @part.post("/events/rename")
    def rename_event() -> ResponseReturnValue:
        event, name = fields("event", "name")
        return _change(lambda catalog: rename(catalog, text(event), text(name)))

    @part.get("/changes")
    def changes() -> ResponseReturnValue:
        """What was put right and stands, the latest first."""
        return {"changes": library.read(partial(_changes, library.names())) or []}

    @part.post("/changes/undo")
    def undo() -> ResponseReturnValue:
        """Take back one of ``/api/changes``, by its kind and number."""
        kind, which = fields("kind", "number")
        take_back = {"photos": corrections.undo, "events": undo_regrouping}.get(text(kind))
        if take_back is None:
            abort(400, _("there is no such kind of change"))
        chosen, wanted = take_back, number(which)
        return _change(lambda catalog: chosen(catalog, wanted))

    def _change(work: Any) -> ResponseReturnValue:
        library.put_right(work)
        return "", 204

    return part


def _ids(photos: Any) -> list[int]:
    return [number(photo) for photo in listed(photos)]


def _time(value: Any) -> datetime:
    try:
        time = datetime.fromisoformat(text(value))
    except ValueError:
        abort(400, _("a time such as 2023-05-06T14:30 is needed"))
    return time.replace(tzinfo=None)


def _changes(names: Mapping[int, str], catalog: Catalog) -> list[dict[str, Any]]:
    """What was put right, each with the names of the first photos or events that it is about; ``names`` by photo."""
    known = catalog.events.all()
    rows = []
    for own in catalog.corrections.all():
        about = [names.get(photo, "") for photo in own.photos[:NAMED]]
        rows.append((own.made, _row("photos", own, own.category or "never", len(own.photos), about)))
    for change in catalog.regroupings.all():
        about = [change.name] if change.name else [known[own].name for own in change.events[:NAMED] if own in known]
        rows.append((change.made, _row("events", change, change.kind, len(change.events), about)))
    return [row for _made, row in sorted(rows, key=lambda pair: pair[0], reverse=True)]


def _row(kind: str, own: Correction | Regrouping, what: str, count: int, about: Sequence[str]) -> dict[str, Any]:
    return {
        "kind": kind,
        "number": own.id,
        "made": own.made.isoformat(timespec="seconds"),
        "what": what,
        "count": count,
        "about": ", ".join(filter(None, about)),
    }
