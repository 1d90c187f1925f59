"""Opens the catalog of a library that was scanned before, to look something up or to put something right."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from albumsort.catalog.catalog import Catalog
from albumsort.state import check_owner, locked


@contextmanager
def opened(state: Path, library: str) -> Iterator[Catalog]:
    """The catalog in the state folder of the library whose first directory this is.

    Raises :class:`AlbumsortError` where it is that of another library, or cannot be used.
    """
    with Catalog(state / "catalog.sqlite") as catalog:
        check_owner(catalog.setting("library"), state, os.path.realpath(library))
        yield catalog


@contextmanager
def held(state: Path, library: str, what: str) -> Iterator[Catalog]:
    """The catalog, as :func:`opened` has it, while no other run holds the library; ``what`` is told to those who wait.

    Raises :class:`LibraryBusyError` at once where another run does.
    """
    with locked(state, what), opened(state, library) as catalog:
        yield catalog
