"""A directory of photographs that say what they show: by their names, or by the folders that they are in."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass

from albumsort.errors import AlbumsortError
from albumsort.labels.classes import CLASS_COUNT, find_class
from albumsort.messages import gettext as _
from albumsort.messages import gettext_noop, reason_of

WAYS = gettext_noop(
    "name photos NNN_anything.jpg, with the number of the class, 000 to 999, "
    "or put them in a folder for each class, named by its number or name (`albumsort labels show WORD` finds both)"
)
_FILE = re.compile(r"(\d{3})_")
_WORDNET = re.compile(r"n\d{8}")


@dataclass(frozen=True, slots=True)
class Labelled:
    """``photos`` are paths with the ImageNet class that each shows, 0..999; ``problems`` say what was left out."""

    photos: tuple[tuple[str, int], ...]
    problems: tuple[str, ...]


def labelled_photos(folder: str) -> Labelled:
    """The labelled files in ``folder``, in the order of their names, and in the folders of classes that it holds.

    A file tells its class by the number that its name begins with; a folder by its own name: a number, a name that one
    class has (``_`` for a space is fine), both, or a WordNet id, if there is a folder for each of the 1,000 classes.
    Raises AlbumsortError where nothing is labelled.
    """
    try:
        files, folders = _entries(folder)
        photos = [(os.path.join(folder, name), int(found[1])) for name in files if (found := _FILE.match(name))]
        problems = [_("{name}: no class in its name").format(name=name) for name in files if not _FILE.match(name)]
        ids = [name for name in folders if _WORDNET.fullmatch(name)]
        for name in folders:
            try:
                # torchvision numbers the classes in the order of their ids, but which are missing cannot be told.
                index = ids.index(name) if len(ids) == CLASS_COUNT and name in ids else _class_of(name)
            except AlbumsortError as error:
                problems.append(f"{name}: {error}")
                continue
            path = os.path.join(folder, name)
            photos += [(os.path.join(path, file), index) for file in _entries(path)[0]]
    except OSError as error:
        problem = _("{path}: {reason}; name a folder of labelled photos")
        raise AlbumsortError(problem.format(path=error.filename, reason=reason_of(error))) from error
    if not photos:
        problem = _("{folder}: no labelled photo is in it; {ways}")
        if problems:
            problem = _("{folder}: no labelled photo is in it ({example}); {ways}")
        raise AlbumsortError(problem.format(folder=folder, example=(*problems, "")[0], ways=_(WAYS)))
    return Labelled(tuple(photos), tuple(problems))


def _entries(folder: str) -> tuple[list[str], list[str]]:
    """The names of files and of folders in ``folder``, sorted, without hidden ones and what is neither."""
    with os.scandir(folder) as entries:
        seen = sorted((entry.name, entry.is_dir(), entry.is_file()) for entry in entries if entry.name[0] != ".")
    return [name for name, _is_folder, is_file in seen if is_file], [
        name for name, is_folder, _is_file in seen if is_folder
    ]


def _class_of(folder: str) -> int:
    """Raises AlbumsortError for what names no class, or several."""
    if _WORDNET.fullmatch(folder):
        problem = _("WordNet ids are only understood where all {number:,} classes have their folder")
        raise AlbumsortError(problem.format(number=CLASS_COUNT))
    return find_class(folder.replace("_", " "))
