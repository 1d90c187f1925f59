"""Which photo is this file? Matches what the walk found with what the catalog remembers."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from albumsort.apply.albums import is_album_folder
from albumsort.catalog.catalog import Catalog
from albumsort.library.walk import Found, Passed, walk
from albumsort.records import Photo, Stamp


@dataclass(frozen=True, slots=True)
class Unread:
    """A file to be read; ``before`` is the photo that the catalog last saw at its path."""

    found: Found
    before: Photo | None


@dataclass(slots=True)
class Intake:
    """What a walk brought in: photos that need no reading, files to read, and what was passed over."""

    photos: list[Photo] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    passed: list[Passed] = field(default_factory=list)
    seen: set[int] = field(default_factory=set)

    def add(self, photo: Photo) -> None:
        """A photo is there; files remembered as no pictures at all are not photos."""
        self.seen.add(photo.id)
        if photo.format or photo.problem:
            self.photos.append(photo)


def take_in(
    catalog: Catalog, model: str, folders: Iterable[list[Found | Passed]], roots: Sequence[str], albums: Sequence[str]
) -> Intake:
    """Take in what the walk of the library finds, and the photos that were moved into its album folders.

    ``model`` is the key of the model that is to recognise them; ``roots`` are the directories that were walked, and
    ``albums`` album folders that the walk met, which may have a new name since the photos were moved there.
    """
    intake = Intake()
    for entries in folders:
        intake.passed += [entry for entry in entries if isinstance(entry, Passed)]
        _match(catalog, model, intake, [entry for entry in entries if isinstance(entry, Found)], strangers=True)
    known = [folder for folder, holds_photos in catalog.album_folders().items() if holds_photos]
    for album_folder in dict.fromkeys([*known, *albums] if known else []):
        if album_folder not in roots and is_album_folder(album_folder):
            catalog.add_album_folder(album_folder, holds_photos=True)
            for entries in walk([album_folder], is_own_folder=lambda _: False):
                found = [entry for entry in entries if isinstance(entry, Found)]
                _match(catalog, model, intake, found, strangers=False)
    return intake


def identify(catalog: Catalog, intake: Intake, unread: Unread, read: Photo) -> Photo:
    """Give a file that was just read the id of the photo it is, by its bytes, else by its path, else a new one."""
    same = (
        [photo for photo in catalog.photos_with(content=read.content) if photo.id not in intake.seen]
        if read.content
        else []
    )
    here = [photo for photo in same if photo.path == read.path]
    moved = [photo for photo in same if not is_there(photo)]
    edited = [unread.before] if unread.before and unread.before.id not in intake.seen else []
    photo = next(iter(here + moved + edited), None)
    return catalog.put(replace(read, id=photo.id if photo else 0))


def is_there(photo: Photo) -> bool:
    """Whether the file is where the catalog last saw it, unchanged."""
    try:
        return bool(photo.path) and Stamp.of(os.lstat(photo.path)) == photo.stamp
    except OSError:
        return False


def _match(catalog: Catalog, model: str, intake: Intake, files: Iterable[Found], *, strangers: bool) -> None:
    """Match the files of one folder; in an album folder strangers (links, copies, other files) are none of ours."""
    files = list(files)
    if not files:
        return
    remembered = catalog.photos_in(os.path.dirname(files[0].path), model)
    for found in files:
        photo, recognised = remembered.get(os.path.basename(found.path), (None, False))
        if photo is None or photo.stamp != found.stamp:
            renamed = _renamed(catalog, intake, found)
            if renamed is None:
                if strangers or photo:
                    intake.unread.append(Unread(found, photo))
                continue
            photo = renamed
            recognised = bool(photo.content and catalog.has_recognition(photo.content, model))
        if photo.content is not None and (recognised or photo.problem or not photo.format):
            intake.add(photo)
        else:
            intake.unread.append(Unread(found, photo))


def _renamed(catalog: Catalog, intake: Intake, found: Found) -> Photo | None:
    """The photo whose file this is under a new name, told by size, mtime and inode without opening it.

    Where the old name is still there, this is a hard link: a photo of its own.
    """
    for photo in catalog.photos_with(stamp=found.stamp):
        if photo.content is not None and photo.id not in intake.seen:
            if not is_there(photo):
                return catalog.put(replace(photo, path=found.path))
            return catalog.put(replace(photo, id=0, path=found.path))
    return None
