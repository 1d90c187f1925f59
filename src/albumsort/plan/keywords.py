"""What other programs are to know of a photo: its category, tags, event, trip and place, as keywords."""

from __future__ import annotations

from collections.abc import Iterator

from albumsort.events.wording import Wording
from albumsort.labels.languages import load_language, name_in
from albumsort.labels.table import LabelTable
from albumsort.records import UNSORTED, Decision, Occasions, Tags


def tags_of(decision: Decision, occasions: Occasions, table: LabelTable, language: str) -> Tags:
    """The tags of a photo in a language such as ``zh``; what is not known, or not sure, is left out."""
    paths = tuple(dict.fromkeys(_paths(decision, occasions, table, language)))
    keywords = (part for path in paths for part in path[1:])
    where = decision.situation
    return Tags(tuple(dict.fromkeys(keywords)), paths, where.place, where.country)


def _paths(decision: Decision, occasions: Occasions, table: LabelTable, language: str) -> Iterator[tuple[str, ...]]:
    """Each keyword below its branch; a city below its country."""
    words = load_language(language)
    says, wording = words.keywords, Wording(words.events)
    if decision.category not in ("", UNSORTED):
        yield says.category, table.folder(decision.category, language)
    names = {tag.key: name_in(tag.names, language) for tag in table.tags}
    yield from ((says.tags, names[key]) for key in decision.tags)
    for branch, occasion in ((says.trips, occasions.trip), (says.events, occasions.event)):
        if occasion and not wording.is_date(occasion.name, occasion.day):  # programs have the date anyway
            yield branch, occasion.name
    if place := tuple(filter(None, (decision.situation.country, decision.situation.place))):
        yield says.places, *place
