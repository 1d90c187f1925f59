"""The web app: its parts, its limits, and how it says what is wrong."""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import files
from io import BytesIO
from typing import IO, Any

from flask import Flask, Request, Response
from werkzeug.exceptions import HTTPException

from albumsort.errors import AlbumsortError, LibraryBusyError
from albumsort.labels.languages import load_language
from albumsort.labels.table import LabelTable
from albumsort.pipeline.recogniser import Recogniser
from albumsort.web.correcting import correcting
from albumsort.web.doing import doing
from albumsort.web.gallery import gallery
from albumsort.web.guard import Guard
from albumsort.web.live import LiveLibrary
from albumsort.web.predict import predictions

LARGEST_UPLOAD = 64 * 1024 * 1024
"""Bytes: twice a RAW file of a large camera. So much is held in memory for each request that is worked on."""


class _InMemory(Request):
    """A request whose files are held in memory: they are looked at once, and no photo of anybody stays in a folder."""

    def _get_file_stream(self, *_args: Any, **_options: Any) -> IO[bytes]:
        return BytesIO()


def create_app(
    guard: Guard, library: LiveLibrary, recogniser: Callable[[], Recogniser], table: LabelTable, language: str
) -> Flask:
    """The app for a WSGI server. ``recogniser`` is called when it is first needed; the other arguments are ready."""
    app = Flask("albumsort.web", static_folder=None)
    app.request_class = _InMemory
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_UPLOAD
    guard.protect(app)
    app.register_blueprint(gallery(library, guard))
    app.register_blueprint(correcting(library, table))
    app.register_blueprint(doing(library))
    app.register_blueprint(predictions(recogniser, table, load_language(language).classes))
    app.add_url_rule("/openapi.yaml", view_func=openapi)
    app.register_error_handler(HTTPException, _said)
    app.register_error_handler(AlbumsortError, _failed)
    return app


def openapi() -> Response:
    """The description of what programs may ask."""
    text = files("albumsort.web").joinpath("openapi.yaml").read_text(encoding="utf-8")
    return Response(text, mimetype="application/yaml")


def _said(error: HTTPException) -> tuple[dict[str, str], int, list[tuple[str, str]]]:
    """What is wrong as JSON, under its usual code."""
    headers = [pair for pair in error.get_headers() if pair[0] not in ("Content-Type", "Content-Length")]
    return {"error": error.description or error.name}, error.code or 500, headers


def _failed(error: AlbumsortError) -> tuple[dict[str, str], int]:
    return {"error": str(error)}, 409 if isinstance(error, LibraryBusyError) else 422
