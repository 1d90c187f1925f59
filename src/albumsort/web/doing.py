"""Having albums made, and taking that back: first what would happen, then the same and nothing else."""

from __future__ import annotations

from typing import Any, cast, get_args

from flask import Blueprint, abort
from flask.typing import ResponseReturnValue

from albumsort.catalog.journal import Run
from albumsort.messages import gettext as _
from albumsort.plan.columns import printable
from albumsort.records import Action
from albumsort.web.asked import fields, number
from albumsort.web.jobs import told
from albumsort.web.live import LiveLibrary


def doing(library: LiveLibrary) -> Blueprint:
    """The part of the app that starts, stops and follows what is done, below ``/api``."""
    part = Blueprint("doing", __name__, url_prefix="/api")

    @part.get("/job")
    def job() -> ResponseReturnValue:
        """What is being done, or was done last; ``version`` tells whether the albums are to be loaded again."""
        last = library.jobs.last
        return {"job": told(last) if last else None, "version": library.version, "agreed": library.agreed}

    @part.post("/look")
    def look() -> ResponseReturnValue:
        return told(library.look()), 202

    @part.get("/places")
    def places() -> ResponseReturnValue:
        return {"places": [printable(place) for place in library.places()]}

    @part.post("/preview")
    def preview() -> ResponseReturnValue:
        """See what an action would do with the photos, in an album folder by its number in ``/api/places``."""
        action, place = fields("action", "place")
        if action not in get_args(Action):
            abort(400, _("there is no such action"))
        return told(library.preview(cast(Action, action), number(place))), 202

    @part.post("/do")
    def do() -> ResponseReturnValue:
        """Do what a preview, by the number of its job, showed."""
        (preview,) = fields("preview")
        return told(library.do(number(preview))), 202

    @part.post("/stop")
    def stop() -> ResponseReturnValue:
        library.jobs.stop()
        return "", 204

    @part.get("/runs")
    def runs() -> ResponseReturnValue:
        return {"runs": [_row(run) for run in library.runs()]}

    @part.post("/undo")
    def undo() -> ResponseReturnValue:
        """Take back a run by its number, or see what that would do."""
        run, dry_run = fields("run", "dry_run")
        return told(library.undo(number(run), dry_run=bool(dry_run))), 202

    return part


def _row(run: Run) -> dict[str, Any]:
    return {
        "number": run.id,
        "started": run.started.isoformat(timespec="seconds"),
        "action": run.action,
        "undoes": run.undoes,
        "files": run.done + run.undone,
        "standing": run.action != "undo" and bool(run.done),
        "cut_off": bool(run.open) or run.ended is None,
    }
