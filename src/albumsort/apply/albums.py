"""The album folder: its marker, and whether it can hold what is asked for."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from albumsort.apply.ownership import give_to_owner_of
from albumsort.errors import AlbumsortError
from albumsort.guards.file_systems import mount_of
from albumsort.messages import gettext as _
from albumsort.messages import reason_of
from albumsort.page_folder import is_page_folder
from albumsort.paths import is_in, nearest
from albumsort.records import Action
from albumsort.state import ALBUM_LOCK_FILES, remove_album_lock

MARKER_SIZE = 1 << 16
MARKER = ".albumsort"
"""The file that marks an album folder. A folder that holds it is not walked as new photos."""


def is_album_folder(folder: str) -> bool:
    """Whether the folder carries the marker."""
    return os.path.isfile(os.path.join(folder, MARKER))


def own_folder(state: str, met: list[str]) -> Callable[[str], bool]:
    """Tells the folders that albumsort made, which hold no new photos; ``met`` gets the album folders among them.

    ``state`` is the state folder of the library.
    """

    def is_own(folder: str) -> bool:
        marked = is_album_folder(folder)
        if marked:
            met.append(folder)
        return marked or folder == state or is_page_folder(folder)

    return is_own


def choose_albums(to: str | None, roots: Sequence[str]) -> str:
    """The album folder (a real path): ``--to``, or ``Albums`` in the first directory, or that if it is one itself.

    ``roots`` are real paths. Raises :class:`AlbumsortError` where that would make albums of a folder that holds the
    user's own files.
    """
    own = roots[0] if is_album_folder(roots[0]) else os.path.join(roots[0], "Albums")
    named = own if to is None else to
    albums = os.path.realpath(named)
    try:
        os.lstat(albums)
    except (FileNotFoundError, NotADirectoryError) as error:
        if os.path.islink(named):
            raise AlbumsortError(
                _("{named} leads to {albums}, which is not there; is its disk connected?").format(
                    named=named, albums=albums
                )
            ) from error
    except OSError as error:
        raise AlbumsortError(
            _("{albums}: the album folder cannot be looked at: {reason}; choose another with --to").format(
                albums=albums, reason=reason_of(error)
            )
        ) from error
    if is_album_folder(albums):
        return albums
    place = nearest(albums)
    if not os.path.isdir(place):
        raise AlbumsortError(
            _("{albums}: albums cannot go there, since {place} is no folder; name another with --to").format(
                albums=albums, place=place
            )
        )
    if any(is_in(root, albums) for root in roots):
        raise AlbumsortError(
            _(
                "{albums}: albums cannot go into the photo directory itself or one around it; name a folder "
                "of its own, such as Albums in it, with --to"
            ).format(albums=albums)
        )
    if _holds_something(albums):
        message = _(
            "{albums}: this folder is not one that albumsort made, and it holds files; name a new or empty folder with "
            "--to, or move these files first"
        )
        if to is None:
            message = _(
                "{albums}: this folder is not one that albumsort made, and it holds files; name a new or empty folder "
                "with --to"
            )
        raise AlbumsortError(message.format(albums=albums))
    return albums


def check_links(albums: str, roots: Sequence[str], action: Action, *, try_it: bool) -> None:
    """Raise :class:`AlbumsortError` where the place of the albums, which need not exist yet, lacks the action's links.

    Without ``try_it``, and where albums have been made before, nothing is written and only what can be seen is checked.
    """
    place = nearest(albums)
    try:
        if action == "hardlink":
            for root in roots:
                if mount_of(root) != mount_of(place):
                    raise OSError(0, _("the photos of {root} are on another file system").format(root=root))
        if try_it and not is_album_folder(albums) and action in ("hardlink", "symlink"):
            with tempfile.TemporaryDirectory(prefix=".albumsort-try-", dir=place) as folder:
                _try_link(folder, action)
    except OSError as error:
        message = _(
            "{albums}: this place cannot hold symbolic links ({reason}); use --action copy, or choose another place "
            "with --to"
        )
        if action == "hardlink":
            message = _(
                "{albums}: this place cannot hold hard links to the photos ({reason}); use --action copy, or choose "
                "another place with --to"
            )
        raise AlbumsortError(message.format(albums=albums, reason=reason_of(error))) from error


def prepare_albums(albums: str, library: str, *, made: bool) -> None:
    """Make the album folder and mark it; ``made`` tells whether albumsort makes it or the user did.

    Raises :class:`AlbumsortError` where it cannot be written.
    """
    try:
        os.makedirs(albums, exist_ok=True)
        _mark(albums, library, made=made)
    except OSError as error:
        raise AlbumsortError(
            _("{albums}: the album folder cannot be written: {reason}; choose another with --to").format(
                albums=albums, reason=reason_of(error)
            )
        ) from error


def _holds_something(folder: str) -> bool:
    with suppress(FileNotFoundError), os.scandir(folder) as entries:
        return any(True for entry in entries)
    return False


@dataclass(frozen=True, slots=True)
class Marked:
    """A marked album folder: the library that it belongs to, and whether albumsort made the folder itself."""

    folder: str
    library: str
    made: bool


def albums_around(path: str) -> Marked | None:
    """The marked album folder that ``path`` lies in."""
    folder = os.path.dirname(path)
    while not is_album_folder(folder):
        folder, below = os.path.dirname(folder), folder
        if folder == below:
            return None
    marker = _marker(folder)
    return Marked(folder, str(marker.get("library", "")), bool(marker.get("made")))


def clear_albums(albums: str) -> bool:
    """Take the marker, and before it the lock, off an album folder that holds nothing else; returns whether it did.

    Only who holds the lock may do that. One that was cut off in between finds the marker again.
    """
    try:
        if not is_album_folder(albums) or set(os.listdir(albums)) - {MARKER, *ALBUM_LOCK_FILES}:
            return False
        remove_album_lock(albums)
        os.unlink(os.path.join(albums, MARKER))
    except OSError:  # it stays; nothing depends on it
        return False
    return True


def _marker(folder: str) -> dict[str, object]:
    try:
        with open(os.path.join(folder, MARKER), encoding="utf-8", errors="surrogateescape") as file:
            marker = json.loads(file.read(MARKER_SIZE))
    except (OSError, ValueError, RecursionError):
        return {}
    return marker if isinstance(marker, dict) else {}


def _mark(albums: str, library: str, *, made: bool) -> None:
    text = json.dumps(
        {
            "made by": "albumsort: do not delete this file, it keeps these albums from being sorted again",
            "library": library,
            "made": made,
        }
    )
    marker = os.path.join(albums, MARKER)
    with suppress(FileExistsError), open(marker, "x", encoding="utf-8") as file:
        file.write(text + "\n")
        if made:
            give_to_owner_of(albums, os.path.dirname(albums))
        give_to_owner_of(marker, albums)


def _try_link(folder: str, action: Action) -> None:
    target, link = os.path.join(folder, "target"), os.path.join(folder, "link")
    if action == "symlink":
        os.symlink(target, link)
    else:
        os.close(os.open(target, os.O_CREAT | os.O_EXCL))
        os.link(target, link)
