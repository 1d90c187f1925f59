"""Album paths: the layouts, and what the folders of one are called for a photo."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from albumsort.errors import AlbumsortError
from albumsort.events.name_template import FIELD, clean, cut, fields_told, fill, literal_of
from albumsort.labels.languages import FolderWords, load_language
from albumsort.messages import gettext as _
from albumsort.names import MAX_BYTES, folder_name_problem, quoted
from albumsort.plan.file_names import NAME_BYTES
from albumsort.records import NO_OCCASIONS, NOWHERE, CaptureTime, Named, Occasions, Situation, Under

LAYOUTS = {"smart": "{category}/{year}", "category": "{category}/{year}", "event": "{year}/{event}"}
"""The layouts that have a name, with their templates; smart has another one for an occasion of its own."""

_OWN = "{year}/{own}"
_UNKNOWN = ("country", "place", "camera")
_DATES = {"year": 4, "month": 2, "day": 2}  # with how many digits
_FIELDS = (*_DATES, "category", "event", "trip", *_UNKNOWN)
_DATE = re.compile(r"\{(year|month|day)\}")


@dataclass(frozen=True, slots=True)
class Subject:
    """What the album of a photo is told by. ``category`` is a folder's name, "" for a photo that is unsorted."""

    category: str
    captured: CaptureTime
    occasions: Occasions = NO_OCCASIONS
    situation: Situation = NOWHERE
    camera: str = ""


@dataclass(frozen=True, slots=True)
class Layout:
    """A checked template of an album's path; ``own`` is that of photos with an occasion of its own, "" for the same."""

    template: str
    own: str = ""

    @property
    def tells_occasions(self) -> bool:
        """Whether an album's path tells of events, trips or places, or of days, which a wrong clock shifts."""
        fields = set(FIELD.findall(self.template + self.own))
        return bool(fields & {"event", "trip", "own", "country", "place", "month", "day"})

    def filed_under(self, occasions: Occasions) -> tuple[Under, ...]:
        """The event and the trip that an album is called after."""
        named, fields = _named(occasions), dict.fromkeys(FIELD.findall(self._template(occasions)))
        return tuple(Under(own.id, field == "own") for field in fields if (own := named.get(field)))

    def album(self, subject: Subject, language: str = "en") -> str | None:
        """The album, relative to the album folder; None where that needs the category of a photo that is unsorted.

        What is not known is called so in ``language``.
        """
        named = _named(subject.occasions)
        template, begin = _begun(self._template(subject.occasions), named)
        if not subject.category and "{category}" in template:
            return None
        values = _values(subject, named, begin)
        words, folders = load_language(language).folders, list[str]()
        for part in template.split("/"):
            folder, is_known = _folder(part, values, words)
            if folder and (is_known or folders[-1:] != [folder]):
                folders.append(folder)
        return os.path.join(*folders) if folders else words.no_trip

    def _template(self, occasions: Occasions) -> str:
        return self.own if self.own and occasions.own else self.template


def parse_layout(layout: str, categories: Iterable[str]) -> Layout:
    """Check the name of a layout, or a template such as ``{category}/{year}`` for these categories' folder names.

    Raises :class:`AlbumsortError` that says what is wrong.
    """
    template, option = LAYOUTS.get(layout, layout), f"--layout {quoted(layout)}"
    for part in template.split("/"):
        _check(part, option)
    if not FIELD.search(template):
        raise AlbumsortError(
            _(
                "{option}: no layout has this name, and a template needs a field, or all photos would be in "
                "one folder; the layouts are {layouts}, the fields {fields}"
            ).format(option=option, layouts=", ".join(LAYOUTS), fields=fields_told(_FIELDS))
        )
    for category in categories:
        for part in FIELD.sub("x", template.replace("{category}", category.replace("{", "x"))).split("/"):
            if len(os.fsencode(part)) > NAME_BYTES:
                raise AlbumsortError(
                    _("{option}: {part!r} would be longer than {number} bytes").format(
                        option=option, part=part, number=NAME_BYTES
                    )
                )
    return Layout(template, _OWN if layout == "smart" else "")


def _check(part: str, option: str) -> None:
    """Raise :class:`AlbumsortError` where a part of a template cannot be a folder."""
    literal = literal_of(part, _FIELDS, option, part)
    if not part:
        raise AlbumsortError(
            _("{option}: a folder name is empty; write a single / between names, and none around them").format(
                option=option
            )
        )
    if problem := folder_name_problem(literal):
        raise AlbumsortError(
            _("{option}: {part!r} cannot be a folder: {problem}").format(option=option, part=part, problem=problem)
        )


def _named(occasions: Occasions) -> dict[str, Named | None]:
    return {"event": occasions.event, "trip": occasions.trip, "own": occasions.own}


def _begun(template: str, named: Mapping[str, Named | None]) -> tuple[str, date | None]:
    """The template in which dates before the first occasion that there is are those of its begin, and that day.

    So a party at New Year is one album.
    """
    for match in FIELD.finditer(template):
        if occasion := named.get(match[1]):
            before, rest = template[: match.start()], template[match.start() :]
            return _DATE.sub(r"{begin \1}", before) + rest, occasion.day
    return template, None


def _values(subject: Subject, named: Mapping[str, Named | None], begin: date | None) -> dict[str, str]:
    """What each field is filled with, "" for what is not known. What comes from data is one folder's name."""
    found = {field: occasion.name for field, occasion in named.items() if occasion}
    found |= {"country": subject.situation.country, "place": subject.situation.place, "camera": subject.camera}
    values = {field: _one_folder(found.get(field, ""), MAX_BYTES) for field in (*named, *_UNKNOWN)}
    for prefix, day in (("", subject.captured.taken_at), ("begin ", begin)):
        for field, digits in _DATES.items():
            values[prefix + field] = f"{getattr(day, field):0{digits}}" if day else ""
    return values | {"category": subject.category}


def _folder(part: str, values: Mapping[str, str], words: FolderWords) -> tuple[str, bool]:
    """The name of a folder, and whether any of it is known; "" where it tells of a trip and there was none.

    What is not known is left out, with what separates it from its neighbours; but a date that is missing says all.
    """
    missing = [field for field in FIELD.findall(part) if not values[field]]
    if any(field in _DATES or field == "event" for field in missing):
        return words.undated, False
    filled = fill(part, values) if missing else FIELD.sub(lambda match: values[match[1]], part)
    if folder := _one_folder(filled, NAME_BYTES):
        return folder, True
    return next((words.unknown[field] for field in missing if field in _UNKNOWN), ""), False


@lru_cache(maxsize=2**16)
def _one_folder(text: str, size: int) -> str:
    """``text`` as the name of one folder of at most ``size`` bytes, as it is where it can be; "" where nothing can."""
    if not folder_name_problem(text, size):
        return text
    name = cut(clean(text), size)
    return f"_{cut(name, size - 1)}" if name and folder_name_problem(name, size) else name
