"""Names of countries, and of the cities that name a time zone, as the Unicode CLDR has them (the package Babel)."""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from babel import Locale

# CLDR's own short names (alt="short"), which Babel leaves out: the long ones are statements, no names of an album.
_SHORT = {
    "en": {"HK": "Hong Kong", "MM": "Myanmar", "MO": "Macao", "PS": "Palestine"},
    "zh": {"HK": "香港", "MO": "澳门", "PS": "巴勒斯坦"},
}


def country_name(code: str, language: str = "en") -> str:
    """The name of a country by its ISO 3166 code of two letters; in English where the language is not known.

    An unknown code is given back as it is.
    """
    locale = _locale(language)
    code = code.upper()
    short = _SHORT.get(locale.language, {}) if locale.script in (None, "Hans") else {}
    return short.get(code) or locale.territories.get(code) or code


def english_city(name: str, country_code: str) -> str:
    """How English spells a city (Reykjavik, Zurich) where CLDR says so; else the name as it is."""
    return name if name.isascii() else zone_city(name, country_code, "en") or name


def zone_city(name: str, country_code: str, language: str) -> str:
    """The name in a language of a city that names a time zone of a country, by its English one; "" for others."""
    return _zone_cities(country_code, language).get(plain(name), "")


def plain(name: str) -> str:
    """The letters without their accents, in lower case."""
    decomposed = unicodedata.normalize("NFKD", name)
    return "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()


@cache
def _locale(language: str) -> Locale:
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en")


@cache
def _zone_cities(country_code: str, language: str) -> dict[str, str]:
    """The cities that name the time zones of a country, by the plain letters of their English names."""
    from babel.core import get_global

    english, wanted = _locale("en").time_zones, _locale(language).time_zones
    cities = {}
    for zone in get_global("territory_zones").get(country_code, ()):
        own = english.get(zone, {}).get("city") or zone.rpartition("/")[2].replace("_", " ")
        cities[plain(own)] = wanted.get(zone, {}).get("city") or (own if wanted is english else "")
    return cities
