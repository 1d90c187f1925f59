"""Stops a run that would do what nobody meant: on an unmounted disk, or to the photos of another program."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence

from albumsort.apply.albums import is_album_folder
from albumsort.catalog.catalog import Catalog
from albumsort.errors import AlbumsortError
from albumsort.guards.file_systems import MEANT, file_system, moved_file_system, space_problem, suddenly_empty
from albumsort.guards.other_catalogs import catalogs_of, catalogs_problem
from albumsort.messages import gettext as _
from albumsort.paths import is_in, nearest
from albumsort.pipeline.intake import Intake
from albumsort.records import Decision

_KEY = "file system of "


def check_file_systems(catalog: Catalog, folders: Sequence[str], *, yes: bool) -> None:
    """Raise :class:`AlbumsortError` where a folder is on another file system than at the last run."""
    problem = next(filter(None, (_moved(catalog, folder) for folder in folders)), "")
    if problem and not yes:
        raise AlbumsortError(" ".join((problem, _(MEANT))))
    remember_file_systems(catalog, folders)


def file_system_problem(catalog: Catalog, paths: Iterable[str]) -> str:
    """Why one of these paths is not on the file system of the last run, "" where all are, or nothing is known."""
    return next(filter(None, (_moved(catalog, folder) for folder in _folders_around(paths))), "")


def is_away(catalog: Catalog, paths: Iterable[str]) -> bool:
    """Whether a photo directory or album folder around one of these paths is not there, or on another file system."""
    known = [folder for folder in _folders_around(paths) if catalog.setting(_KEY + folder)]
    return any(not os.path.isdir(folder) or _moved(catalog, folder) for folder in known)


def _moved(catalog: Catalog, folder: str) -> str:
    then = catalog.setting(_KEY + folder)
    problem = moved_file_system(then, file_system(folder)) if then else ""
    return f"{folder}: {problem}" if problem else ""


def _folders_around(paths: Iterable[str]) -> list[str]:
    found: dict[str, None] = {}  # as a set that keeps the order, for messages that do not change
    for path in paths:
        folder = os.path.dirname(path)
        while folder not in found:
            found[folder] = None
            folder = os.path.dirname(folder)
    return list(found)


def remember_file_systems(catalog: Catalog, folders: Iterable[str]) -> None:
    """Remember on which file systems these folders are, as far as they exist."""
    there = filter(os.path.isdir, folders)
    catalog.remember({_KEY + folder: file_system(folder).stored() for folder in there})


def album_folders_around(catalog: Catalog, paths: Iterable[str]) -> list[str]:
    """The album folders of the library, as far as they are there, in which some of these paths are."""
    around = _folders_around(paths)
    return [folder for folder in catalog.album_folders() if folder in around and is_album_folder(folder)]


def photos_below(catalog: Catalog, roots: Sequence[str]) -> dict[str, int]:
    """How many photos the catalog has in each of these directories and in the album folders that hold photos."""
    albums = [folder for folder, holds_photos in catalog.album_folders().items() if holds_photos]
    return {folder: catalog.count_below(folder) for folder in (*roots, *albums)}


def check_emptied(catalog: Catalog, before: Mapping[str, int], intake: Intake, *, yes: bool) -> None:
    """Raise :class:`AlbumsortError` where photos were (``before``, by folder) and none is now."""
    found = [
        *(photo.path for photo in intake.photos),
        *(unread.found.path for unread in intake.unread),
        *(passed.path for passed in intake.passed),
    ]
    counts = {}
    for folder, had in before.items():
        missing = had and catalog.count_below(folder)  # those that were found elsewhere are there now
        counts[folder] = (had if missing else 0, sum(is_in(path, folder) for path in found) if missing else 0)
    if not yes and (problem := suddenly_empty(counts)):
        raise AlbumsortError(problem)
    for folder, (had, has) in counts.items():
        if had and not has:
            catalog.forget_places(folder)


def check_space(decisions: Iterable[Decision], albums: str) -> str:
    """Why the copies that are planned do not fit into the album folder, "" where they do."""
    device = os.stat(nearest(os.path.realpath(albums))).st_dev
    devices: dict[str, int] = {}
    needed = 0
    for decision in decisions:
        if decision.status == "planned" and decision.stamp and not decision.stays:
            folder = os.path.dirname(decision.path)
            if decision.action == "move" and folder not in devices:
                devices[folder] = os.stat(folder).st_dev if os.path.isdir(folder) else device
            if decision.action == "copy" or devices.get(folder, device) != device:
                needed += decision.stamp.size
    return space_problem(albums, needed)


def check_other_programs(
    catalog: Catalog, intake: Intake, roots: Sequence[str], say: Callable[[str], None], *, yes: bool, acting: bool
) -> None:
    """Raise :class:`AlbumsortError` before a move of photos that another program keeps a catalog of; a preview says so.

    Who said yes once is not asked again for the same catalog: cron cannot answer.
    """
    met = [*intake.catalogs, *(passed.path for passed in intake.passed)]
    found = catalogs_of(roots, met)
    agreed = [(program, path) for program, path in found if catalog.setting(f"moves despite {program} {path}")]
    problem = catalogs_problem([entry for entry in found if entry not in agreed])
    if problem and acting and not yes:
        raise AlbumsortError(problem)
    if problem and not acting:
        say(problem)
    if yes and acting:
        catalog.remember({f"moves despite {program} {path}": "yes" for program, path in found})
