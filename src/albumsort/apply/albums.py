"""The album folder: its marker, and whether it can hold what is asked for."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Sequence
from contextlib import suppress

from albumsort.errors import AlbumsortError
from albumsort.records import Action

MARKER = ".albumsort"
"""The file that marks an album folder. A folder that holds it is not walked as new photos."""


def is_album_folder(folder: str) -> bool:
    """Whether the folder carries the marker."""
    return os.path.isfile(os.path.join(folder, MARKER))


def choose_albums(to: str | None, roots: Sequence[str]) -> str:
    """The album folder (absolute): ``--to``, or ``Albums`` in the first directory of the library.

    Raises :class:`AlbumsortError` where that would make albums of a folder that holds the user's own photos.
    """
    albums = os.path.abspath(to) if to is not None else os.path.join(roots[0], "Albums")
    if is_album_folder(albums):
        return albums
    real = os.path.realpath(albums)
    if os.path.lexists(albums) and not os.path.isdir(albums):
        raise AlbumsortError(f"{albums}: this is no folder, so albums cannot go there; name another with --to")
    real_roots = [os.path.realpath(root) for root in roots]
    if any(_is_in(root, real) for root in real_roots):
        raise AlbumsortError(
            f"{albums}: albums cannot go into the photo directory itself or one around it; "
            "name a folder in it or beside it with --to"
        )
    if any(_is_in(real, root) for root in real_roots) and _holds_something(albums):
        raise AlbumsortError(
            f"{albums}: this folder in your photos is not one that albumsort made, and it holds files; "
            "name a new or empty folder with --to" + ("" if to is None else ", or move these files first")
        )
    return albums


def prepare_albums(albums: str, library: str, action: Action) -> None:
    """Make the album folder, try the action's kind of link in it, and mark it.

    Raises :class:`AlbumsortError` where it cannot be written or does not have such links.
    """
    try:
        os.makedirs(albums, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".albumsort-try-", dir=albums) as folder:
            _try_link(folder, library, action)
        _mark(albums, library)
    except OSError as error:
        raise AlbumsortError(
            f"{albums}: the album folder cannot be written: {error.strerror}; choose another with --to"
        ) from error


def _is_in(path: str, folder: str) -> bool:
    """Whether ``path`` is ``folder`` or below it."""
    return os.path.join(path, "").startswith(os.path.join(folder, ""))


def _holds_something(folder: str) -> bool:
    with suppress(FileNotFoundError), os.scandir(folder) as entries:
        return any(True for _ in entries)
    return False


def _mark(albums: str, library: str) -> None:
    text = json.dumps(
        {
            "made by": "albumsort: do not delete this file, it keeps these albums from being sorted again",
            "library": library,
        }
    )
    with suppress(FileExistsError), open(os.path.join(albums, MARKER), "x", encoding="utf-8") as file:
        file.write(text + "\n")


def _try_link(folder: str, library: str, action: Action) -> None:
    """Raise :class:`AlbumsortError` where ``folder``, an empty one, cannot hold what the action makes."""
    target, link = os.path.join(folder, "target"), os.path.join(folder, "link")
    try:
        if action == "symlink":
            os.symlink(target, link)
        elif action == "hardlink":
            if os.stat(library).st_dev != os.stat(folder).st_dev:
                raise OSError(0, "the photos are on another file system")
            os.close(os.open(target, os.O_CREAT | os.O_EXCL))
            os.link(target, link)
    except OSError as error:
        kind = "hard links to the photos" if action == "hardlink" else "symbolic links"
        raise AlbumsortError(
            f"{os.path.dirname(folder)}: this place cannot hold {kind} ({error.strerror}); "
            "use --action copy, or choose another place with --to"
        ) from error
