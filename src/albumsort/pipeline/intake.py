"""Which photo is this file? Matches what the walk found with what the catalog remembers."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from albumsort.apply.albums import is_album_folder
from albumsort.catalog.catalog import Catalog
from albumsort.hashing import sha256_of
from albumsort.library.companions import Companion, units
from albumsort.library.walk import Found, Passed, walk
from albumsort.messages import gettext as _
from albumsort.records import Photo
from albumsort.stamps import Stamp
from albumsort.vision.raw import can_read_raw


@dataclass(frozen=True, slots=True)
class Unread:
    """A file to be read; ``before`` is the photo that the catalog last saw at its path.

    A ``stranger`` in an album folder is a photo only if its bytes are those of one that is missing.
    """

    found: Found
    before: Photo | None
    stranger: bool = False


@dataclass(slots=True)
class Intake:
    """What a walk brought in: photos that need no reading, files to read, and what was passed over.

    ``companions`` are those of the photo with this path; ``catalogs`` are files of other programs.
    """

    photos: list[Photo] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    passed: list[Passed] = field(default_factory=list)
    seen: set[int] = field(default_factory=set)
    companions: dict[str, tuple[Companion, ...]] = field(default_factory=dict)
    catalogs: list[str] = field(default_factory=list)

    def add(self, photo: Photo) -> None:
        """A photo is there; files remembered as no pictures at all are not photos."""
        self.seen.add(photo.id)
        if photo.format or photo.problem:
            self.photos.append(photo)


def take_in(
    catalog: Catalog,
    model: str,
    folders: Iterable[list[Found | Passed]],
    roots: Sequence[str],
    albums: Sequence[str],
    *,
    settle: float = 0,
) -> Intake:
    """Take in what the walk of the library finds, and the photos that were moved into its album folders.

    ``model`` is the key of the model that is to recognise them; ``roots`` are the directories that were walked, and
    ``albums`` album folders that the walk met, which may have a new name since the photos were moved there. Files that
    changed less than ``settle`` seconds ago may still be arriving and wait, with their companions.
    """
    intake = Intake()
    settled_ns = time.time_ns() - int(settle * 1e9) if settle else None
    for entries in folders:
        intake.passed += [entry for entry in entries if isinstance(entry, Passed)]
        _match(catalog, model, intake, _mains(intake, entries, settled_ns), strangers=True)
    known = [folder for folder, holds_photos in catalog.album_folders().items() if holds_photos]
    candidates = dict.fromkeys([*known, *albums] if known else [])
    marked = [folder for folder in candidates if folder not in roots and is_album_folder(folder)]
    for folder in marked:
        catalog.add_album_folder(folder, holds_photos=True)
    for entries in walk(marked, is_own_folder=lambda _path: False):
        # Links are albumsort's own, mostly; a folder that cannot be read may hold photos.
        intake.passed += [entry for entry in entries if isinstance(entry, Passed) and not os.path.islink(entry.path)]
        _match(catalog, model, intake, _mains(intake, entries, settled_ns), strangers=False)
    return intake


def _mains(intake: Intake, entries: Sequence[Found | Passed], settled_ns: int | None) -> list[Found]:
    """The photos among the files of one folder; their companions are noted, and what may still be arriving."""
    files = [entry for entry in entries if isinstance(entry, Found)]
    intake.catalogs += [file.path for file in files if file.kind == "catalog"]
    mains = []
    for unit in units(files):
        members = [unit.main, *(companion.found for companion in unit.companions)]
        if settled_ns is not None and any(file.changed_ns > settled_ns for file in members):
            intake.passed += [
                Passed(file.path, _("it may still be arriving; the next run takes it up")) for file in members
            ]
            continue
        if unit.companions:
            intake.companions[unit.main.path] = unit.companions
        mains.append(unit.main)
    return mains


def identify(catalog: Catalog, intake: Intake, unread: Unread, read: Photo) -> Photo | None:
    """Give a file that was just read the id of the photo it is, by its bytes, else by its path, else a new one.

    Fingerprints tell whose bytes they are, and hashes as well where that of the other is known. None for a stranger
    that is no photo of this library.
    """
    same = catalog.photos_with(fingerprint=read.fingerprint) if read.fingerprint else []
    same = [photo for photo in same if photo.id not in intake.seen]
    edited = [unread.before] if unread.before and unread.before.id not in intake.seen else []
    if read.fingerprint and not read.content:
        read = replace(read, content=_content(read, unread.before, same + edited))
    here = [photo for photo in same if photo.path == read.path]
    moved = [photo for photo in same if photo.content in ("", read.content) and not is_there(photo)]
    photo = next(iter(here + moved + edited), None)
    if photo is None and unread.stranger:
        return None
    return catalog.put(replace(read, id=photo.id if photo else 0))


def _content(read: Photo, before: Photo | None, others: Sequence[Photo]) -> str:
    """The SHA-256 of a file, "" where none of those that it may be has one: what needed it once, as copies, does again.

    It is known of one that did not change since ``before``, and is read for another model, say.
    """
    if before and before.content and before.stamp == read.stamp:
        return before.content
    return content_now(read) if any(photo.content for photo in others) else ""


def content_now(photo: Photo) -> str:
    """The SHA-256 of the file of a photo, "" where it cannot be read or is not as it was last seen."""
    with suppress(OSError):
        if is_there(photo):
            with open(photo.path, "rb") as file:
                content = sha256_of(file)
            return content if is_there(photo) else ""
    return ""


def is_there(photo: Photo) -> bool:
    """Whether the file is where the catalog last saw it, unchanged."""
    try:
        return bool(photo.path) and Stamp.of(os.lstat(photo.path)) == photo.stamp
    except OSError:
        return False


def _match(catalog: Catalog, model: str, intake: Intake, files: Sequence[Found], *, strangers: bool) -> None:
    """Match the files of one folder; in an album folder strangers (copies, other files) are none of ours."""
    if not files:
        return
    remembered = catalog.photos_in(os.path.dirname(files[0].path), model)
    for found in files:
        photo, recognised = remembered.get(os.path.basename(found.path), (None, False))
        if photo and photo.id in intake.seen and photo.stamp == found.stamp:
            continue  # the same file, met on two ways; with another stamp it took the name of a renamed photo
        if photo is None or photo.stamp != found.stamp:
            renamed = _renamed(catalog, intake, found, strangers=strangers)
            if renamed is None:
                _take_up(catalog, intake, found, photo, strangers=strangers)
                continue
            photo = renamed
            recognised = bool(photo.fingerprint and catalog.has_recognition(photo.fingerprint, model))
        known = recognised or photo.problem or not is_recognised(photo.format)
        if photo.fingerprint is not None and known:
            intake.add(photo)
        else:
            intake.unread.append(Unread(found, photo))


def _take_up(catalog: Catalog, intake: Intake, found: Found, before: Photo | None, *, strangers: bool) -> None:
    """A new or changed file is to be read, unless it is none of ours."""
    stranger = not strangers and before is None and not catalog.placements.was_moved_to(found.path)
    if not stranger or _may_be_missing(catalog, intake, found):
        intake.unread.append(Unread(found, before, stranger))


def is_recognised(format: str) -> bool:  # noqa: A002  the name that sniff's result has everywhere
    """Whether the pixels of such a file are looked at: not those of a video, those of a RAW file with the extra."""
    return can_read_raw() if format == "raw" else format not in ("", "video")


def _renamed(catalog: Catalog, intake: Intake, found: Found, *, strangers: bool) -> Photo | None:
    """The photo whose file this is under a new name, told by size, mtime and inode without opening it.

    Where the old name is still there, this is a hard link: a photo of its own, or in an album folder a stranger.
    """
    for photo in catalog.photos_with(stamp=found.stamp):
        if photo.fingerprint is not None and photo.id not in intake.seen:
            if not is_there(photo):
                return catalog.put(replace(photo, path=found.path))
            return catalog.put(replace(photo, id=0, path=found.path)) if strangers else None
    return None


def _may_be_missing(catalog: Catalog, intake: Intake, found: Found) -> bool:
    """Whether a file in an album folder could be a photo that is not where it was: a moved one, restored or copied."""
    same_size = catalog.photos_with(size=found.stamp.size)
    return any(photo.fingerprint and photo.id not in intake.seen and not is_there(photo) for photo in same_size)
