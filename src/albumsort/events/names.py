"""Names events and trips as a person would: when, where, what was special, how long."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from albumsort.events.countries import country_name
from albumsort.events.name_template import clean, cut, fill
from albumsort.events.shots import day_of, seconds
from albumsort.events.sights import standing_out
from albumsort.events.wording import Wording, part_of_day, span
from albumsort.labels.languages import load_language
from albumsort.names import MAX_BYTES, folded, folder_name_problem

MAIN_SHARE = 0.5
"""A trip is called after one place from this share of its photos on."""
COUNTRY_SHARE = 0.15
"""A country with less of a trip's photos was passed through."""
HOME_SHARE = 1 / 3
"""One's own country is where a journey abroad begins and ends; as one of its countries it needs more photos."""
SECOND_SHARE = 1 / 3
"""An event has a second place in its name from this share of its photos on."""
MOST_COUNTRIES = 3


class Spot(NamedTuple):
    """How many photos were taken in a town: its name, ISO 3166 code (two letters) and region, "" where not known."""

    city: str
    country_code: str
    photos: int
    region: str = ""


@dataclass(frozen=True, slots=True)
class Occasion:
    """An event or a trip, its times naive and local.

    ``sights`` are photos by category key; ``places`` are left empty where a name should not tell them, as at home;
    ``photos`` is how many there are in all; ``is_out`` tells an event that led away from the usual places;
    ``goes_on`` tells the one with the last photo of all, whose length nobody knows yet.
    """

    begin: datetime
    end: datetime
    places: Sequence[Spot] = ()
    sights: Mapping[str, int] = field(default_factory=dict)
    is_trip: bool = False
    is_out: bool = False
    photos: int = 0
    goes_on: bool = False


def name_all(
    occasions: Sequence[Occasion],
    *,
    everyday: Mapping[str, float],
    home_country: str,
    language: str,
    category_names: Mapping[str, str],
    template: str | None = None,
    taken: Iterable[str] = (),
) -> list[str]:
    """The names of events and trips, each the name of one folder, and no two of them or of those ``taken`` the same.

    ``everyday`` is the share 0..1 of each category in the whole library, ``category_names`` their names in the
    ``language`` (English dates where there is no such one); a ``template`` has been checked.
    """
    words = load_language(language).events
    template = words.template if template is None else template
    namer = _Namer(Wording(words), language, home_country.upper(), everyday, category_names, template)
    order = sorted(range(len(occasions)), key=lambda index: _order(occasions[index]))
    drafts = [_Draft(occasion, namer) for occasion in (occasions[index] for index in order)]
    names = dict(zip(order, _told_apart(drafts, {folded(name) for name in taken}), strict=True))
    return [names[index] for index in range(len(occasions))]


@dataclass(frozen=True, slots=True)
class _Namer:
    """Finds what the name of an occasion can tell."""

    words: Wording
    language: str
    home: str
    everyday: Mapping[str, float]
    category_names: Mapping[str, str]
    template: str

    def fillings(self, occasion: Occasion, with_day: bool) -> Iterator[str]:
        """The name, then shorter and shorter ones in case it is too long for a folder."""
        day = occasion.begin.date()
        place, country = self._where(occasion)
        keys = standing_out(occasion.sights, self.everyday)
        sights = [name for key in keys if (name := clean(self.category_names.get(key, "")))]
        length = "" if occasion.goes_on else self.words.length(*span(day, _days(occasion)))
        values = {"date": self.words.date(day, with_day), "place": clean(place), "country": clean(country)}
        for shown, how_long in ((sights, length), (sights[:1], length), (sights[:1], ""), ([], "")):
            said = how_long if shown or "{sight}" not in self.template else how_long[:1].upper() + how_long[1:]
            values |= {"sight": self.words.sights(shown), "length": said}
            yield clean(fill(self.template, values)) or self.words.date(day, True)

    def _where(self, occasion: Occasion) -> tuple[str, str]:
        """The place and the country, "" for what the name does not tell."""
        by_country = _count(occasion.places, lambda spot: spot.country_code.upper())
        countries = self._countries(by_country)
        if len(countries) > 1:
            more = len(countries) > MOST_COUNTRIES
            named = countries[: MOST_COUNTRIES - 1] if more else countries
            return "", self.words.places([country_name(code, self.language) for code in named], more)
        code = countries[0] if countries else ""
        here = [spot for spot in occasion.places if spot.country_code.upper() == code]
        abroad = bool(code) and code != self.home
        place = self._town(here, occasion.is_trip, abroad)
        country = country_name(code, self.language) if abroad else ""
        return ("" if abroad and folded(place) in map(folded, (country, country_name(code))) else place), country

    def _countries(self, photos: Counter[str]) -> list[str]:
        """The countries worth naming, the one with most photos first."""
        ranked = _ranked(photos)
        total = photos.total()
        named = [
            code for code in ranked if photos[code] >= total * (HOME_SHARE if code == self.home else COUNTRY_SHARE)
        ]
        return named or ranked[:1]

    def _town(self, here: Sequence[Spot], is_trip: bool, abroad: bool) -> str:
        photos = _count(here, lambda spot: spot.city)
        ranked = _ranked(photos)
        total = photos.total()
        if not ranked:
            return ""
        if not is_trip:
            second = [city for city in ranked[1:2] if photos[city] >= total * SECOND_SHARE]
            return self.words.places([ranked[0], *second], False)
        if photos[ranked[0]] >= total * MAIN_SHARE:
            return ranked[0]
        # The country says enough of a journey abroad; at home, the region does, or else two towns.
        regions = _count(here, lambda spot: spot.region)
        main = [region for region in _ranked(regions)[:1] if regions[region] >= total * MAIN_SHARE]
        return "" if abroad else self.words.places(main or ranked[:2], False)


class _Draft:
    """An occasion whose name is being found."""

    def __init__(self, occasion: Occasion, namer: _Namer) -> None:
        self.part_of_day = part_of_day(occasion.begin)
        self._occasion, self._namer = occasion, namer
        # In Chinese one says in which month a journey was.
        self._begin(with_day=not occasion.is_trip)

    def name(self, with_part_of_day: bool = False, number: int = 1) -> str:
        """The name as a folder can have it, with what tells it from others."""
        tail = self._namer.words.tail(self.part_of_day if with_part_of_day else -1, number)
        if tail not in self._names:
            self._names[tail] = self._with_tail(tail)
        return self._names[tail]

    def _with_tail(self, tail: str) -> str:
        room = MAX_BYTES - len(tail.encode())
        text = next((text for text in self._fillings() if len(text.encode()) <= room), None)
        text = cut(self._made[-1], room) if text is None else text
        name = text + tail
        # All that is left by now is the name of a device, or nothing at all.
        return f"_{cut(text, room - 1)}{tail}" if folder_name_problem(name) else name

    def tell_the_day(self) -> None:
        """Put the day into the name, where it had only the month."""
        self._begin(with_day=True)

    def _begin(self, with_day: bool) -> None:
        self._names: dict[str, str] = {}
        self._made: list[str] = []
        self._shorter = self._namer.fillings(self._occasion, with_day)

    def _fillings(self) -> Iterator[str]:
        yield from self._made
        for text in self._shorter:
            self._made.append(text)
            yield text


def _told_apart(drafts: Sequence[_Draft], used: set[str]) -> Iterator[str]:
    """A name for each draft, in order: equal ones get the day, then the part of the day, then a number."""
    for same in _alike(drafts, used):
        for draft in same:
            draft.tell_the_day()
    groups = _alike(drafts, used)
    apart = {draft for same in groups if _differ(same) for draft in same}
    # A name that needs nothing added goes before one that gets it: their order does not matter then.
    unique = set(drafts).difference(*groups)
    used = used | {folded(draft.name()) for draft in unique}
    last: Counter[str] = Counter()
    for draft in drafts:
        name = draft.name(draft in apart)
        key = folded(name)
        while draft not in unique and folded(name) in used:
            last[key] += 1
            name = draft.name(draft in apart, last[key] + 1)
        used.add(folded(name))
        yield name


def _alike(drafts: Iterable[_Draft], used: set[str]) -> list[list[_Draft]]:
    """The drafts whose names are those of others or used already, by name."""
    groups: defaultdict[str, list[_Draft]] = defaultdict(list)
    for draft in drafts:
        groups[folded(draft.name())].append(draft)
    return [same for name, same in groups.items() if len(same) > 1 or name in used]


def _differ(same: Sequence[_Draft]) -> bool:
    """Whether the part of the day tells these apart; one alone has the name of another album, and it may."""
    parts = {draft.part_of_day for draft in same}
    return -1 not in parts and (len(parts) > 1 or len(same) == 1)


def _days(occasion: Occasion) -> int:
    """How many days it took; a day ends in the small hours of the next."""
    begin = occasion.begin.replace(hour=12, minute=0, second=0, microsecond=0)
    return max(1, day_of(seconds(occasion.end)) - day_of(seconds(begin)) + 1)


def _order(occasion: Occasion) -> tuple[object, ...]:
    return occasion.begin, occasion.end, tuple(map(tuple, occasion.places)), sorted(occasion.sights.items())


def _count(spots: Iterable[Spot], key: Callable[[Spot], str]) -> Counter[str]:
    """The photos by something that is known of their spots."""
    counted: Counter[str] = Counter()
    for spot in spots:
        if key(spot):
            counted[key(spot)] += spot.photos
    return counted


def _ranked(counted: Counter[str]) -> list[str]:
    return sorted(counted, key=lambda name: (-counted[name], name))
