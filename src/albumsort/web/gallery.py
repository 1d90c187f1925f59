"""The page of the web app: the albums as `scan --html` shows them, with what can be done, and the pictures for it."""

from __future__ import annotations

import threading
from contextlib import suppress
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, abort
from flask.typing import ResponseReturnValue

from albumsort.catalog.thumbnails import Thumbnails
from albumsort.errors import AlbumsortError, PictureError
from albumsort.library.formats import kind_by_suffix
from albumsort.library.read import open_photo
from albumsort.plan.columns import printable
from albumsort.web.guard import Guard
from albumsort.web.live import LiveLibrary
from albumsort.web.page import SCRIPTS, environment, static_file
from albumsort.web.shown import Shown, shown_by
from albumsort.web.thumbnail_folder import LETTERS

LARGE = 1600
"""Pixels of the longer side of a photo that is looked at alone."""
LIVE_SCRIPTS = ("ask.js", *SCRIPTS[:-1], "try.js", "right.js", "event.js", "changes.js", "make.js", "live.js")
"""The parts of the app's one program, in their order: those of the page but for its beginning, and its own."""

_FILES = {
    "app.js": (LIVE_SCRIPTS, "text/javascript"),
    "looking.js": (("ask.js", "looking.js"), "text/javascript"),
    "app.css": (("page.css", "live.css"), "text/css"),
}


class Gallery:
    """What the page shows, made anew when the library was looked at again. Any thread may ask it."""

    def __init__(self, library: LiveLibrary) -> None:
        self._library, self._lock = library, threading.Lock()
        self._version = -1
        self._shown: Shown | None = None
        self._by_name: dict[str, str] = {}
        self._paths: dict[int, tuple[str, str]] = {}

    def data(self) -> dict[str, Any] | None:
        """What the page shows, fit for JSON; None before the first look is over."""
        shown = self._look()
        return shown.data if shown else None

    def thumbnail(self, name: str) -> bytes | None:
        """The JPEG file that the page calls so; None where there is none."""
        shown = self._look()
        fingerprint = self._by_name.get(name)
        if shown is None or fingerprint is None:
            return None
        with suppress(AlbumsortError), Thumbnails(shown.thumbnails) as thumbnails:
            return thumbnails.get(fingerprint)
        return None

    def photo(self, number: int) -> bytes | None:
        """The photo of this id as a JPEG file of at most ``LARGE`` pixels; None where it cannot be shown."""
        from albumsort.vision.decode import small_picture
        from albumsort.vision.thumbnail import Whole, jpeg_of

        self._look()
        path, fingerprint = self._paths.get(number, ("", ""))
        if not path:
            return None
        try:
            with open_photo(path, kind_by_suffix(path)) as file:
                if file.fingerprint != fingerprint:
                    return None
                return jpeg_of(small_picture(file.stream, file.format, Whole(LARGE, LARGE // 2)))
        except (PictureError, OSError, MemoryError):
            return None

    def _look(self) -> Shown | None:
        with self._lock:
            seen = self._library.seen
            scene = seen.result.scene if seen else None
            if seen is None or scene is None:
                return None
            version, result = seen
            if version != self._version:
                shown = shown_by(result, datetime.now())
                ids = [own.photo_id or 0 for own in shown.photos]
                self._by_name = {one[:LETTERS]: one for one in shown.pictures if one}
                self._paths = {
                    number: (own.path, scene.fingerprints.get(number, ""))
                    for number, own in zip(ids, shown.photos, strict=True)
                }
                shown.data.update(version=version, files="thumbs", chunk=0, thumbnails=shown.names())
                shown.data.update(categories=list(scene.categories.items()), tags=dict(scene.tags))
                shown.data["photos"]["id"] = ids
                self._shown, self._version = shown, version
            return self._shown


def gallery(library: LiveLibrary, guard: Guard) -> Blueprint:
    """The part of the app that shows."""
    part, shown = Blueprint("gallery", __name__), Gallery(library)

    @part.get("/")
    def page() -> str:
        data = shown.data()
        if data is None:
            looking = environment().get_template("looking.html")
            return looking.render(csrf=guard.csrf, library=printable(library.name))
        return environment().get_template("live.html").render(csrf=guard.csrf, data=data)

    @part.get("/<name>")
    def file(name: str) -> ResponseReturnValue:
        if name not in _FILES:
            abort(404)
        parts, kind = _FILES[name]
        return Response("".join(map(static_file, parts)), mimetype=kind)

    @part.get("/thumbs/<folder>/<name>.jpg")
    def thumbnail(folder: str, name: str) -> ResponseReturnValue:
        # Its name is that of its content.
        return _picture(shown.thumbnail(folder + name), {"Cache-Control": "private, max-age=86400"})

    @part.get("/photos/<int:number>")
    def photo(number: int) -> ResponseReturnValue:
        return _picture(shown.photo(number), {})

    return part


def _picture(jpeg: bytes | None, headers: dict[str, str]) -> ResponseReturnValue:
    if jpeg is None:
        abort(404)
    return Response(jpeg, mimetype="image/jpeg", headers=headers)
