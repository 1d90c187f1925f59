"""Carries out a plan and remembers, file by file, what was put where."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Sequence

from albumsort.apply.albums import prepare_albums
from albumsort.apply.apply import apply
from albumsort.catalog.catalog import Catalog, Placement
from albumsort.plan.plan import Rules
from albumsort.records import Decision, Stamp


def act(
    catalog: Catalog,
    decisions: Sequence[Decision],
    rules: Rules,
    library: str,
    *,
    absolute_links: bool,
    stopped: Callable[[], bool],
    step: Callable[[], None],
) -> tuple[list[Decision], str]:
    """Carry out the plan for the library whose first directory is ``library``; ``step`` is called for each file done.

    Returns the outcomes, and what ended the run before its time, or "". Raises :class:`AlbumsortError`, with nothing
    done, where the album folder cannot be written.
    """
    prepare_albums(rules.albums, library)
    catalog.add_album_folder(rules.albums, holds_photos=rules.action == "move")
    outcomes: list[Decision] = []
    trouble: list[str] = []
    outcomes_so_far = apply(
        decisions, rules.albums, absolute_links=absolute_links, stopped=lambda: bool(trouble) or stopped()
    )
    for decision in outcomes_so_far:
        outcomes.append(decision)
        if decision.status == "done":
            step()
            try:
                _remember(catalog, decision)
            except (OSError, sqlite3.Error) as error:
                trouble.append(f"{decision.destination} is done, but cannot be remembered; the rest was left: {error}")
    return outcomes, "".join(trouble)


def _remember(catalog: Catalog, decision: Decision) -> None:
    stamp = Stamp.of(os.lstat(decision.destination))
    with catalog.transaction():
        if decision.photo_id and decision.action and decision.content:
            placement = Placement(decision.destination, decision.action, decision.content, stamp)
            catalog.put_placement(decision.photo_id, placement)
            if decision.action == "move":
                catalog.relocate(decision.photo_id, decision.destination, stamp)
