"""``albumsort scan --json``: what came of a run, as one JSON document."""

from __future__ import annotations

import base64
import json
import os
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import albumsort

if TYPE_CHECKING:
    from albumsort.pipeline.scan_options import ScanOptions, ScanResult
    from albumsort.records import Decision

SCHEMA = 1
"""Raised when something in the document changes its meaning or goes away, not when something is added."""
_FOUND = ("albums", "acted", "recognised", "unread", "counts", "by_album", "failed", "unreadable", "trouble")


def document(
    *,
    begun: datetime,
    options: ScanOptions | None,
    messages: Sequence[tuple[str, str]],
    found: Mapping[str, Any] | None,
    exit_code: int,
    error: str,
) -> str:
    """The document, one line of ASCII; null stands for what is not known. Its fields are told in docs/json.md.

    ``begun`` is aware; ``options`` are None where the command line was not understood; ``found`` is what
    :func:`found_by` gave, None where the run ended before; ``error`` is "" where none ended it.
    """
    fields = {
        "schema": SCHEMA,
        "albumsort": albumsort.__version__,
        "photos": [path_fields(os.path.abspath(path)) for path in options.photos] if options else None,
        "action": options.action if options else None,
        "dry_run": options.dry_run if options else None,
        "begun": begun.isoformat(timespec="seconds"),
        "ended": datetime.now().astimezone().isoformat(timespec="seconds"),
        "exit_code": exit_code,
        "error": _text(error) or None,
        "messages": [{"level": level, "text": _text(text)} for level, text in messages],
        **(found or dict.fromkeys(_FOUND)),
    }
    return json.dumps(fields)  # ASCII, whatever the encoding of the screen or pipe is


def found_by(result: ScanResult, *, read: int) -> dict[str, Any]:
    """What a scan found and did; ``read`` is how many files it had to recognise."""
    decisions = result.decisions
    status = "done" if result.acted else "planned"
    placed = [own for own in decisions if own.status == status and own.category and not own.companion_of]
    albums = Counter(own.album for own in placed if not own.stays)
    unread = [own for own in decisions if own.photo_id is not None and not own.category and not own.companion_of]
    statuses = Counter(own.status for own in decisions)
    values = (
        path_fields(result.albums),
        result.acted,
        read,
        result.unread,
        {status: statuses[status] for status in ("planned", "done", "skipped", "failed")},
        [{"album": _text(album), "photos": number} for album, number in sorted(albums.items())],
        [_noted(own) for own in decisions if own.status == "failed"],
        [_noted(own) for own in unread],
        _text(result.trouble) or None,
    )
    return dict(zip(_FOUND, values, strict=True))


def path_fields(path: str) -> dict[str, str]:
    """A path; where its name is not UTF-8, which JSON cannot hold, with the exact bytes beside it."""
    shown = _text(path)
    return {"path": shown} if shown == path else {"path": shown, "base64": base64.b64encode(os.fsencode(path)).decode()}


def _noted(decision: Decision) -> dict[str, str]:
    return {**path_fields(decision.path), "note": _text(decision.note)}


def _text(text: str) -> str:
    """The text, with U+FFFD for each byte of a name that is not UTF-8: no strict reader takes half a surrogate pair."""
    return "".join("\ufffd" if "\ud800" <= char <= "\udfff" else char for char in text)
