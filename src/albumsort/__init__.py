"""Sorts a directory of photographs into albums, on the user's own machine. :mod:`albumsort.api` is for programs."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from albumsort.api import Group as Group
    from albumsort.api import Library as Library
    from albumsort.api import Moment as Moment
    from albumsort.api import Plan as Plan
    from albumsort.api import Recognised as Recognised
    from albumsort.api import ScanOptions as ScanOptions
    from albumsort.api import classify as classify
    from albumsort.api import group as group
    from albumsort.errors import AlbumsortError as AlbumsortError
    from albumsort.errors import LibraryBusyError as LibraryBusyError
    from albumsort.records import Decision as Decision
    from albumsort.records import Event as Event

__version__ = "0.1.0"
__all__ = [
    "AlbumsortError",
    "Decision",
    "Event",
    "Group",
    "Library",
    "LibraryBusyError",
    "Moment",
    "Plan",
    "Recognised",
    "ScanOptions",
    "classify",
    "group",
]


def __getattr__(name: str) -> Any:
    """The names of the API, loaded when the first is used: the command line needs none of them."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from albumsort import api

    return getattr(api, name)
