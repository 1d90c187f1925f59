"""``albumsort scan --html``: the albums, photos and events of a scan as a page that needs no server."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from albumsort.catalog.thumbnails import Thumbnails
from albumsort.errors import AlbumsortError
from albumsort.messages import gettext as _
from albumsort.messages import ngettext, reason_of, spoken
from albumsort.output_file import check_place, replaced
from albumsort.web.embedding import embedded, source_hash
from albumsort.web.shown import shown_by
from albumsort.web.thumbnail_folder import check_folder_place, drop_folder, folder_of, write_folder

if TYPE_CHECKING:
    from jinja2 import Environment

    from albumsort.pipeline.scan_options import ScanResult

BEGIN = "<!doctype html>\n<!-- A page of albumsort. -->"
"""What each page begins with: any other file is the user's own."""
INSIDE = 3_000
"""So many photos have their thumbnails in the page itself, 12 KB each; with more they lie in a folder beside it."""
CHUNK = 100
"""Thumbnails in one element of the page, which is read when the first of them is shown."""

SCRIPTS = ("data.js", "facts.js", "grid.js", "dialog.js", "timeline.js", "map.js", "page.js", "begin.js")
"""The parts of the page's one program, in their order."""


def check_page_place(path: str) -> None:
    """Raise :class:`AlbumsortError` where no page can be written at ``path``, or it would overwrite something else."""
    check_place(path, "--html", _("page"), lambda start: start.startswith(BEGIN))
    check_folder_place(path)


def with_page(path: str, result: ScanResult, now: datetime) -> ScanResult:
    """Write the page of a scan whose result has a scene; where that fails the result's trouble says so.

    ``now`` is naive local time.
    """
    try:
        check_page_place(path)
        _write(path, result, now)
    except AlbumsortError as error:
        return replace(result, trouble="\n".join(filter(None, (result.trouble, str(error)))))
    return result


def _write(path: str, result: ScanResult, now: datetime) -> None:
    shown = shown_by(result, now)
    data = shown.data
    with Thumbnails(shown.thumbnails) as thumbnails:
        inside = len(shown.pictures) <= INSIDE
        data["chunk"] = CHUNK if inside else 0
        data["files"] = "" if inside else quote(folder_of(path).rpartition("/")[2])
        data["thumbnails"] = "" if inside else shown.names()
        try:
            if not inside:
                write_folder(path, thumbnails, shown.pictures)
            with replaced(path, _("page")) as file:
                file.writelines(_page(data, _chunks(thumbnails, shown.pictures) if inside else iter(())))
            if inside:
                drop_folder(path)
        except OSError as error:
            problem = _("{path}: the {what} cannot be written: {reason}; choose another place")
            raise AlbumsortError(problem.format(path=path, what=_("page"), reason=reason_of(error))) from error


def _chunks(thumbnails: Thumbnails, fingerprints: Sequence[str]) -> Iterator[list[str]]:
    """The JPEG files of the photos as base64, "" for none, a chunk at a time."""
    for begin in range(0, len(fingerprints), CHUNK):
        part = fingerprints[begin : begin + CHUNK]
        yield [base64.b64encode(thumbnails.get(one) or b"").decode() if one else "" for one in part]


def _page(data: dict[str, Any], chunks: Iterator[list[str]]) -> Iterator[str]:
    """The text of the page, in parts: with its thumbnails it is large."""
    script = "".join(static_file(name) for name in SCRIPTS)
    style = static_file("page.css")
    policy = (
        f"default-src 'none'; script-src {source_hash(script)}; style-src {source_hash(style)}; "
        "img-src data: 'self'; base-uri 'none'; form-action 'none'"
    )
    template = environment().get_template("page.html")
    return template.generate(
        begin=BEGIN, policy=policy, style=style, script=script, data=data, chunks=map(embedded, chunks), live=False
    )


@cache
def static_file(name: str) -> str:
    """The text of a style or script of the web pages."""
    return resources.files("albumsort.web").joinpath(f"static/{name}").read_text(encoding="utf-8")


@cache
def environment() -> Environment:
    """The templates, whose texts go through gettext."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    made = Environment(
        loader=PackageLoader("albumsort.web"),
        extensions=["jinja2.ext.i18n"],
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.install_gettext_callables(_, ngettext, newstyle=True)  # type: ignore[attr-defined]
    made.globals["spoken"] = spoken
    made.filters["embedded"] = embedded
    return made
