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
    return name if name.isascii() else _zone_cities(country_code).get(_plain(name), name)


@cache
def _locale(language: str) -> Locale:
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en")


@cache
def _zone_cities(country_code: str) -> dict[str, str]:
    """The cities that name the time zones of a country, by their plain letters."""
    from babel.core import get_global

    known = _locale("en").time_zones
    zones = get_global("territory_zones").get(country_code, ())
    cities = (known.get(zone, {}).get("city") or zone.rpartition("/")[2].replace("_", " ") for zone in zones)
    return {_plain(city): city for city in cities}


def _plain(name: str) -> str:
    """The letters without their accents, in lower case."""
    decomposed = unicodedata.normalize("NFKD", name)
    return "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()
