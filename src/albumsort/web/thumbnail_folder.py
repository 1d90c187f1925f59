"""The folder of thumbnails beside a page that has too many photos to carry them: one file a photo, loaded as needed."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from contextlib import suppress

from albumsort.catalog.thumbnails import Thumbnails
from albumsort.errors import AlbumsortError
from albumsort.messages import gettext as _
from albumsort.page_folder import MARK, SUFFIX, is_page_folder

LETTERS = 20
"""So many of a fingerprint tell the thumbnails of a page apart."""

_PART, _FILE = re.compile(r"[0-9a-f]{2}"), re.compile(rf"[0-9a-f]{{{LETTERS - 2}}}\.jpg")


def folder_of(page: str) -> str:
    """The folder of thumbnails of the page at this path."""
    return os.path.splitext(page)[0] + SUFFIX


def check_folder_place(page: str) -> None:
    """Raise :class:`AlbumsortError` where what is at the place of the folder is not one of albumsort's."""
    folder = folder_of(page)
    if os.path.lexists(folder) and not is_page_folder(folder):
        problem = _(
            "{path}: thumbnails may have to go there, and this is not a folder that albumsort made; choose another "
            "name for the page"
        )
        raise AlbumsortError(problem.format(path=folder))


def write_folder(page: str, thumbnails: Thumbnails, fingerprints: Iterable[str]) -> None:
    """Make the folder hold these thumbnails: what is there already stays, what is no longer shown goes.

    Raises OSError where it cannot be written.
    """
    folder = folder_of(page)
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, MARK), "w", encoding="utf-8") as file:
        file.write("Thumbnails of a page that albumsort made. They can be deleted together with it.\n")
    there = _there(folder)
    wanted = {one[:LETTERS]: one for one in fingerprints if one}
    for name in wanted.keys() - there:
        jpeg = thumbnails.get(wanted[name])
        if jpeg:
            path = os.path.join(folder, name[:2], name[2:] + ".jpg")
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path + ".part", "wb") as picture:
                picture.write(jpeg)
            os.replace(path + ".part", path)
    _drop(folder, there - wanted.keys())


def drop_folder(page: str) -> None:
    """Take away the folder of a page that carries its thumbnails now; other files in it stay."""
    folder = folder_of(page)
    if is_page_folder(folder):
        _drop(folder, _there(folder))
        with suppress(OSError):
            if os.listdir(folder) == [MARK]:
                os.unlink(os.path.join(folder, MARK))
                os.rmdir(folder)


def _there(folder: str) -> set[str]:
    parts = [part for part in os.listdir(folder) if _PART.fullmatch(part)]
    return {
        part + name[: LETTERS - 2]
        for part in parts
        for name in os.listdir(os.path.join(folder, part))
        if _FILE.fullmatch(name)
    }


def _drop(folder: str, names: Iterable[str]) -> None:
    for name in names:
        part = os.path.join(folder, name[:2])
        os.unlink(os.path.join(part, name[2:] + ".jpg"))
        with suppress(OSError):
            os.rmdir(part)
