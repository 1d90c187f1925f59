"""Puts the categories of photos right as the user says; every later scan keeps to it. No photo is touched here.

Whoever calls holds the lock of the library.
"""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from albumsort.catalog.catalog import Catalog
from albumsort.catalog.corrections import Correction
from albumsort.errors import AlbumsortError
from albumsort.labels.table import LabelTable
from albumsort.messages import gettext as _
from albumsort.messages import ngettext
from albumsort.names import quoted
from albumsort.pipeline.filed import was_put_elsewhere
from albumsort.plan.corrected import NOTHING_SAID, Said
from albumsort.plan.plan import Known


def correct(catalog: Catalog, photos: Iterable[int], category: str, table: LabelTable) -> Correction:
    """The photos of these ids, with their companions, belong to this category (a key of the table).

    Raises :class:`AlbumsortError` where the table does not have it, or the catalog one of the photos.
    """
    if category not in table.keys:
        near = difflib.get_close_matches(category, table.keys, 1)
        problem = _("there is no category {name} in the label table; `albumsort labels show` lists them")
        if near:
            problem = _("there is no category {name} in the label table; is it {near}?")
        raise AlbumsortError(problem.format(name=quoted(category), near=near[0] if near else ""))
    return _add(catalog, photos, category)


def never(catalog: Catalog, photos: Iterable[int]) -> Correction:
    """The photos of these ids, with their companions, are left alone: never placed, nor tagged.

    Raises :class:`AlbumsortError` where the catalog does not have one of them.
    """
    return _add(catalog, photos, None)


def undo(catalog: Catalog, number: int | None = None) -> Correction:
    """Take back the correction of this number, or without one the last; returns what it was.

    Raises :class:`AlbumsortError` where there is none.
    """
    standing = catalog.corrections.all()
    if number is None and not standing:
        raise AlbumsortError(_("there is no correction to take back"))
    found = next((own for own in reversed(standing) if number in (None, own.id)), None)
    if found is None:
        problem = _("there is no correction {number}, or it was taken back already")
        raise AlbumsortError(problem.format(number=number))
    with catalog.transaction():
        catalog.corrections.delete(found.id)
    return found


def put_right(catalog: Catalog, photos: Iterable[Known], table: LabelTable, say: Callable[[str], None]) -> list[Known]:
    """The photos with what the user said of them; what the table does not have is told to ``say``, and passed over."""
    photos = list(photos)
    corrections = catalog.corrections.standing(known.photo for known in photos)
    filed_as = catalog.corrections.filed_as()
    if not corrections and not filed_as:
        return photos
    said = {photo: _said(correction, table) for photo, correction in corrections.items()}
    follows = _follow(catalog, photos, said, filed_as)
    _tell_unknown(said.values(), say)
    return [
        replace(known, said=said.get(known.photo.id, NOTHING_SAID), follows=known.photo.id in follows)
        for known in photos
    ]


def _add(catalog: Catalog, photos: Iterable[int], category: str | None) -> Correction:
    wanted = set(photos)
    if not wanted:
        raise AlbumsortError(_("no photo is named"))
    with catalog.transaction():
        correction = catalog.corrections.add(category, wanted)
        if missing := wanted.difference(correction.photos):
            problem = _("there is no photo {number} in the catalog of this library")
            raise AlbumsortError(problem.format(number=min(missing)))
    return correction


def _said(correction: Correction, table: LabelTable) -> Said:
    if correction.category is None:
        return Said(never=True)
    return Said(correction.category) if correction.category in table.keys else Said(unknown=correction.category)


def _follow(
    catalog: Catalog, photos: Sequence[Known], said: Mapping[int, Said], filed_as: Mapping[int, str | None]
) -> set[int]:
    """The photos that were not filed yet by what counts now, but for those that the user put elsewhere by hand."""
    changed = []
    for known in photos:
        now = said.get(known.photo.id, NOTHING_SAID)
        stays = now.never or now.unknown
        if not stays and now.category != filed_as.get(known.photo.id, ""):
            changed.append(known)
    filed = catalog.filed.all() if changed else {}
    return {known.photo.id for known in changed if not was_put_elsewhere(known, filed)}


def _tell_unknown(said: Iterable[Said], say: Callable[[str], None]) -> None:
    for category, number in sorted(Counter(own.unknown for own in said if own.unknown).items()):
        told = ngettext(
            "You put {number} photo into {category}, which the label table does not have; until it does, what was "
            "recognised in it counts.",
            "You put {number} photos into {category}, which the label table does not have; until it does, what was "
            "recognised in them counts.",
            number,
        )
        say(told.format(number=number, category=category))
