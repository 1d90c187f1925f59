"""Searching a label table for classes, categories and tags, by their names in English and in another language."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TypeVar

from albumsort.labels.classes import class_names, find_class
from albumsort.labels.languages import ENGLISH, load_language, name_in
from albumsort.labels.table import Category, LabelTable, Tag

_Named = TypeVar("_Named")


def search(text: str, table: LabelTable, language: str = ENGLISH) -> tuple[list[Category | Tag], list[int]]:
    """The categories and tags, in table order, and the indices of the classes that ``text`` means.

    It is a number of a class, with or without its name, or a name: what is called so or, where nothing of its kind is,
    what has it in its name; a category or tag is called by its key too. Case does not count. Raises AlbumsortError,
    with suggestions, where there is nothing.
    """
    if re.match(r"\s*[0-9]{1,9}(\s|$)", text):
        return [], [find_class(text)]
    wanted = text.strip().casefold()
    found = _called(
        wanted, ((group, (group.key, group.names[ENGLISH], name_in(group.names, language))) for group in table.groups)
    )
    classes = _called(wanted, enumerate(zip(class_names(), load_language(language).classes, strict=True)))
    return found, classes or ([] if found else [find_class(text)])


def _called(wanted: str, named: Iterable[tuple[_Named, Iterable[str]]]) -> list[_Named]:
    """Those with just this name, else those with it in one of their names; none for an empty one."""
    folded = [(one, [name.casefold() for name in names]) for one, names in named] if wanted else []
    exact = [one for one, names in folded if wanted in names]
    return exact or [one for one, names in folded if any(wanted in name for name in names)]
