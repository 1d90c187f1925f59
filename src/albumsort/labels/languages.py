"""The languages of names: each is a file, ``labels/languages/CODE.yaml``, and nothing else knows which there are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from albumsort.errors import AlbumsortError
from albumsort.labels.classes import CLASS_COUNT, class_names, data_file, reference
from albumsort.messages import gettext as _

ENGLISH = "en"
"""The language of the label table and of the classes, which stands in for what another one lacks."""

_FOLDER = "languages"


@dataclass(frozen=True, slots=True)
class FolderWords:
    """What folders are called that stand for something missing; ``unknown`` by field of a layout."""

    undated: str
    no_trip: str
    unknown: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class EventWords:
    """What events and trips are called by.

    ``template`` is that of names where the user gives none; ``day`` is a date, ``month`` one where the month says
    enough. ``days`` to ``years`` say 1, 2, 3 and so on of them, the last of each every higher number, ``{}``. ``comma``
    and ``before_last`` join places, ``more`` ends a list of which not all is told. ``parts_of_day`` are morning,
    afternoon, evening and night; ``told_apart`` ends a name by ``part_of_day``, ``number`` or ``both``.
    """

    template: str
    day: str
    month: str
    weekend: str
    long_weekend: str
    days: Sequence[str]
    weeks: Sequence[str]
    months: Sequence[str]
    years: Sequence[str]
    comma: str
    before_last: str
    more: str
    parts_of_day: Sequence[str]
    told_apart: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class KeywordBranches:
    """What the branches are called that keywords are below in the programs that show them as a tree."""

    category: str
    tags: str
    trips: str
    events: str
    places: str


@dataclass(frozen=True, slots=True)
class Language:
    """The words of one language.

    ``name`` is what it calls itself, ``names`` are those of categories and tags by their English ones, ``classes``
    those of the 1,000 classes by index.
    """

    name: str
    names: Mapping[str, str]
    classes: tuple[str, ...]
    folders: FolderWords
    keywords: KeywordBranches
    events: EventWords


@cache
def languages() -> tuple[str, ...]:
    """The codes of the languages there are, such as ``en`` and ``zh``, sorted."""
    return tuple(sorted(path.stem for path in data_file(f"{_FOLDER}/{ENGLISH}.yaml").parent.glob("*.yaml")))


def nearest(code: str) -> str:
    """The language that there is for a code such as ``zh-TW``: that, else ``zh``; "" where there is neither."""
    return next((near for near in (code, code.partition("-")[0]) if near in languages()), "")


def load_language(code: str) -> Language:
    """The words of the nearest language that there is, else the English ones.

    Raises AlbumsortError where the program's own file is missing or damaged.
    """
    return _load(nearest(code) or ENGLISH)


@cache
def _load(code: str) -> Language:
    import yaml

    path = data_file(f"{_FOLDER}/{code}.yaml")
    try:
        loader = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader  # in a tenth of the time
        words: dict[str, Any] = yaml.load(path.read_bytes(), Loader=loader)  # noqa: S506 - both are safe
        classes = words.get("classes", {})
        return Language(
            words["name"],
            {**words.get("categories", {}), **words.get("tags", {})},
            tuple(classes.get(reference(index), class_names()[index]) for index in range(CLASS_COUNT)),
            FolderWords(**words["folders"]),
            KeywordBranches(**words["keywords"]),
            EventWords(**words["events"]),
        )
    except (OSError, yaml.YAMLError, UnicodeError, KeyError, TypeError, AttributeError) as error:
        reason = " ".join(str(error).split())
        raise AlbumsortError(
            _("{path}: not a language file: {reason}; install albumsort again").format(path=path, reason=reason)
        ) from error


def name_in(names: Mapping[str, str], language: str) -> str:
    """The name of a category or tag, of which the label table has these ``names``, in a language such as ``zh-TW``.

    What the table says counts: the name in that language, else in ``zh``. Else it is the language file's word for the
    English name, else the English name.
    """
    own = names.get(language) or names.get(language.partition("-")[0])
    return own or load_language(language).names.get(names[ENGLISH], names[ENGLISH])
