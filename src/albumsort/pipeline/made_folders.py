"""Takes away folders that albumsort made, once they are empty."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable

from albumsort.apply.steps import sweep
from albumsort.catalog.catalog import Catalog
from albumsort.paths import is_in
from albumsort.pipeline.precautions import file_system_problem
from albumsort.plan.plan import Rules
from albumsort.records import Decision


def drop_emptied(catalog: Catalog, decisions: Iterable[Decision], rules: Rules) -> None:
    """Take away the albums that these decisions, which were carried out, left empty."""
    left: set[str] = set()
    for decision in decisions:
        if decision.status == "done":
            moved = [decision.path] if decision.action == "move" else []
            left |= {os.path.dirname(path) for path in (*moved, *(old.destination for old in decision.gives_way))}
    albums = (rules.albums, *rules.earlier_albums)
    for folder in [folder for folder in left if any(is_in(folder, own) for own in albums)]:
        while folder not in albums:
            left.add(folder)
            folder = os.path.dirname(folder)  # noqa: PLW2901  up to the album folder
    if left:
        drop_empty(catalog, lambda made: made in left and made not in albums)


def drop_empty(catalog: Catalog, which: Callable[[str], bool]) -> None:
    """Take away those folders that albumsort made and that are empty, of the ones that ``which`` names."""
    for folder in filter(which, catalog.journal.made_folders()):
        if not file_system_problem(catalog, [os.path.join(folder, "")]):
            _drop(catalog, folder)


def _drop(catalog: Catalog, folder: str) -> None:
    try:
        sweep(folder)
        os.rmdir(folder)
    except FileNotFoundError:
        pass
    except OSError:  # it holds something, which stays
        return
    catalog.journal.forget_folder(folder)
