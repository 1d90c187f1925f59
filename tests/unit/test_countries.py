from __future__ import annotations

import pytest

from albumsort.events.countries import country_name, english_city


@pytest.mark.parametrize(
    ("code", "english", "chinese"),
    [
        ("DE", "Germany", "德国"),
        ("US", "United States", "美国"),
        ("ZA", "South Africa", "南非"),
        ("CN", "China", "中国"),
        ("RU", "Russia", "俄罗斯"),
        ("HK", "Hong Kong", "香港"),
        ("MO", "Macao", "澳门"),
    ],
)
def test_countries_have_their_everyday_names(code: str, english: str, chinese: str) -> None:
    assert (country_name(code), country_name(code, "zh")) == (english, chinese)


def test_a_regional_language_has_its_own_letters() -> None:
    assert country_name("DE", "zh-TW") == "德國"
    assert country_name("HK", "zh-CN") == "香港"


@pytest.mark.parametrize("language", ["", "xx", "no such language", "../en"])
def test_an_unknown_language_is_english(language: str) -> None:
    assert country_name("DE", language) == "Germany"


def test_an_unknown_code_stays() -> None:
    assert country_name("QQ") == "QQ"
    assert country_name("") == ""
    assert country_name("de") == "Germany"


def test_cities_are_spelled_as_english_does() -> None:
    assert english_city("Reykjavík", "IS") == "Reykjavik"
    assert english_city("Zürich", "CH") == "Zurich"


def test_other_cities_keep_their_letters() -> None:
    assert english_city("Besançon", "FR") == "Besançon"
    assert english_city("Reykjavík", "DE") == "Reykjavík"
    assert english_city("Paris", "FR") == "Paris"
