"""Events and trips are named as a person would name them, each name a folder of its own on any system."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from albumsort.errors import AlbumsortError
from albumsort.events.name_template import check_template
from albumsort.events.names import Occasion, Spot, name_all
from albumsort.events.sights import standing_out
from albumsort.names import MAX_BYTES, folded, folder_name_problem

EVERYDAY = {"pets": 0.3, "food": 0.2, "winter": 0.03, "zoo": 0.02, "beach": 0.05, "city": 0.1, "other": 0.1}
ENGLISH = {
    "pets": "Pets",
    "food": "Food and drink",
    "winter": "Winter sports",
    "zoo": "Zoo",
    "beach": "Beach",
    "city": "City and landmarks",
    "other": "Other",
}
CHINESE = {"winter": "滑雪", "zoo": "动物园", "food": "美食与饮品", "city": "城市与名胜"}
NISEKO, SAPPORO = Spot("Niseko", "JP", 80), Spot("Sapporo", "JP", 20)
POTSDAM = Spot("Potsdam", "DE", 40)
SKIING = {"winter": 70, "food": 20, "pets": 2}
ZOO = {"zoo": 20, "food": 5}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def event(begin: str, *places: Spot, sights: Mapping[str, int] | None = None, hours: float = 3) -> Occasion:
    return Occasion(at(begin), at(begin) + timedelta(hours=hours), places, sights or {})


def trip(begin: str, days: int, *places: Spot, sights: Mapping[str, int] | None = None) -> Occasion:
    return Occasion(at(begin), at(begin) + timedelta(days=days - 1, hours=2), places, sights or {}, is_trip=True)


def names(
    *occasions: Occasion, language: str = "en", template: str | None = None, taken: Sequence[str] = (), home: str = "DE"
) -> list[str]:
    return name_all(
        occasions,
        everyday=EVERYDAY,
        home_country=home,
        language=language,
        category_names=CHINESE if language.startswith("zh") else ENGLISH,
        template=template,
        taken=taken,
    )


@pytest.mark.parametrize(
    ("occasion", "name"),
    [
        (trip("2023-12-27T10:00", 2, NISEKO, SAPPORO, sights=SKIING), "2023-12-27 Niseko, Japan - Winter sports"),
        (event("2023-12-27T10:00", NISEKO, sights=SKIING), "2023-12-27 Niseko, Japan - Winter sports"),
        (trip("2023-12-27T10:00", 10, NISEKO, sights=SKIING), "2023-12-27 Niseko, Japan - Winter sports, 10 days"),
        (event("2023-05-06T10:00", POTSDAM, sights=ZOO), "2023-05-06 Potsdam - Zoo"),
        (event("2023-05-06T10:00", POTSDAM, sights={"pets": 3, "food": 2}), "2023-05-06 Potsdam"),
        (event("2023-05-06T10:00", sights=ZOO), "2023-05-06 - Zoo"),
        (event("2023-05-06T10:00"), "2023-05-06"),
        (trip("2023-07-01T10:00", 15, NISEKO._replace(photos=20), SAPPORO), "2023-07-01 Niseko, Japan - Two weeks"),
    ],
)
def test_a_name_tells_when_and_where_and_what_was_special_and_how_long(occasion: Occasion, name: str) -> None:
    assert names(occasion) == [name]


@pytest.mark.parametrize(
    ("occasion", "name"),
    [
        (trip("2023-12-27T10:00", 2, NISEKO, sights=SKIING), "2023年12月 日本 Niseko 滑雪"),
        (trip("2023-12-27T10:00", 2, NISEKO._replace(city="新雪谷"), sights=SKIING), "2023年12月 日本 新雪谷 滑雪"),
        (
            trip("2023-12-27T10:00", 8, NISEKO, sights={"winter": 9, "city": 9}),
            "2023年12月 日本 Niseko 滑雪、城市与名胜 一周",
        ),
        (event("2023-05-06T10:00", POTSDAM._replace(city="波茨坦"), sights=ZOO), "2023年5月6日 波茨坦 动物园"),
        (trip("2023-05-06T10:00", 3, Spot("", "FR", 9), Spot("", "IT", 8)), "2023年5月 法国、意大利 长周末"),
    ],
)
def test_names_in_chinese(occasion: Occasion, name: str) -> None:
    assert names(occasion, language="zh") == [name]


@pytest.mark.parametrize(
    ("places", "told"),
    [
        ([Spot("Rome", "IT", 30), Spot("Florence", "IT", 30), Spot("Pisa", "IT", 30)], "Italy"),
        ([Spot("Rome", "IT", 60), Spot("Florence", "IT", 30)], "Rome, Italy"),
        ([Spot("Rome", "IT", 30), Spot("Nice", "FR", 60)], "France and Italy"),
        ([Spot("Rome", "IT", 4), Spot("Nice", "FR", 60)], "Nice, France"),
        ([Spot(code, code, 10) for code in ("FR", "IT", "ES")], "Spain, France and Italy"),
        ([Spot(code, code, 10) for code in ("FR", "IT", "ES", "PT")], "Spain, France and more"),
        ([Spot("Berlin", "DE", 25), Spot("Rome", "IT", 75)], "Rome, Italy"),
        ([Spot("Berlin", "DE", 40), Spot("Salzburg", "AT", 60)], "Austria and Germany"),
        ([Spot("", "IT", 10)], "Italy"),
        ([Spot("Singapore", "SG", 10)], "Singapore"),
        ([Spot("Rostock", "DE", 10), Spot("Wismar", "DE", 9), Spot("Bonn", "DE", 8)], "Rostock and Wismar"),
        ([Spot("Lindau", "DE", 9, "Bavaria"), Spot("Ulm", "DE", 8), Spot("Hof", "DE", 9, "Bavaria")], "Bavaria"),
        ([Spot("Somewhere", "", 10)], "Somewhere"),
        ([Spot("Nowhere", "XX", 10)], "Nowhere, XX"),
    ],
)
def test_a_trip_is_called_after_its_main_place_or_else_after_its_countries(places: list[Spot], told: str) -> None:
    assert names(trip("2023-05-02T10:00", 2, *places)) == [f"2023-05-02 {told}"]


def test_an_event_in_two_towns_tells_both_and_none_that_was_passed_through() -> None:
    berlin, werder = Spot("Berlin", "DE", 30), Spot("Werder", "DE", 3)
    assert names(event("2023-05-06T10:00", POTSDAM, berlin, werder)) == ["2023-05-06 Potsdam and Berlin"]
    assert names(event("2023-05-06T10:00", POTSDAM, werder)) == ["2023-05-06 Potsdam"]


@pytest.mark.parametrize(
    ("begin", "days", "english", "chinese"),
    [
        ("2023-05-02", 1, "", ""),
        ("2023-05-02", 2, "", ""),
        ("2023-05-06", 2, "Weekend", "周末"),
        ("2023-05-05", 3, "Weekend", "周末"),
        ("2023-05-05", 4, "Long weekend", "长周末"),
        ("2023-05-02", 3, "3 days", "3天"),
        ("2023-05-06", 8, "A week", "一周"),
        ("2023-05-06", 9, "9 days", "9天"),
        ("2023-05-06", 15, "Two weeks", "两周"),
        ("2023-05-06", 30, "A month", "一个月"),
        ("2023-05-06", 44, "Six weeks", "六周"),
        ("2023-05-06", 92, "Three months", "三个月"),
        ("2023-05-06", 366, "A year", "一年"),
        ("2023-05-06", 365 * 12, "12 years", "12年"),
    ],
)
def test_a_length_is_said_as_people_say_it(begin: str, days: int, english: str, chinese: str) -> None:
    there = trip(f"{begin}T10:00", days, POTSDAM)
    assert names(there, template="{place} - {sight}, {length}") == [f"Potsdam - {english}" if english else "Potsdam"]
    found = names(there, template="{place} {length}", language="zh")
    assert found == [f"Potsdam {chinese}".strip()]


def test_of_what_goes_on_nobody_knows_how_long_it_takes() -> None:
    there = replace(trip("2023-05-02T10:00", 9, POTSDAM), goes_on=True)
    assert names(there) == ["2023-05-02 Potsdam"]


def test_a_night_out_is_no_trip_of_two_days() -> None:
    assert names(event("2023-05-06T20:00", POTSDAM, hours=7)) == ["2023-05-06 Potsdam"]
    assert names(event("2023-05-07T01:00", POTSDAM, hours=2)) == ["2023-05-07 Potsdam"]


@pytest.mark.parametrize(
    ("sights", "found"),
    [
        ({}, []),
        ({"pets": 30, "food": 20, "city": 15}, []),
        ({"zoo": 1}, []),
        ({"zoo": 2}, ["zoo"]),
        ({"zoo": 2, "pets": 20, "food": 10, "city": 9}, []),
        ({"zoo": 20, "beach": 18, "pets": 4}, ["zoo", "beach"]),
        ({"zoo": 30, "beach": 8, "pets": 4}, ["zoo"]),
        ({"zoo": 20, "beach": 20, "winter": 20}, ["zoo", "winter"]),
        ({"food": 9, "pets": 1}, ["food"]),
        ({"never seen before": 5}, ["never seen before"]),
        ({"other": 50, "videos": 50, "unsorted": 50}, []),
    ],
)
def test_what_is_seen_beyond_the_everyday_stands_out(sights: Mapping[str, int], found: list[str]) -> None:
    assert standing_out(sights, EVERYDAY) == found


def test_in_a_library_of_few_events_what_fills_one_of_them_stands_out_still() -> None:
    assert standing_out({"winter": 45, "food": 5}, {"winter": 0.5, "food": 0.1, "city": 0.4}) == ["winter"]
    assert standing_out({"winter": 45, "food": 5}, {"winter": 0.9, "food": 0.1}) == []


def test_events_of_one_day_and_place_are_told_apart_by_the_part_of_the_day_or_else_by_a_number() -> None:
    morning, evening, night = (event(f"2023-05-06T{hour}:30", POTSDAM, hours=1) for hour in ("09", "18", "23"))
    later = event("2023-05-06T20:30", POTSDAM, hours=1)
    assert names(evening, morning) == ["2023-05-06 Potsdam (evening)", "2023-05-06 Potsdam (morning)"]
    assert names(evening, later) == ["2023-05-06 Potsdam", "2023-05-06 Potsdam (2)"]
    assert names(night, later, evening) == [
        "2023-05-06 Potsdam (night)",
        "2023-05-06 Potsdam (evening 2)",
        "2023-05-06 Potsdam (evening)",
    ]
    assert names(morning, evening, language="zh") == ["2023年5月6日 Potsdam 上午", "2023年5月6日 Potsdam 晚上"]


def test_days_without_a_time_are_told_apart_by_a_number() -> None:
    day = event("2023-05-06T00:00", POTSDAM)
    assert names(day, event("2023-05-06T09:00", POTSDAM)) == ["2023-05-06 Potsdam", "2023-05-06 Potsdam (2)"]


def test_trips_of_one_month_and_place_are_told_apart_by_the_day() -> None:
    first, second = (trip(f"2023-12-{day}T10:00", 2, NISEKO) for day in ("05", "19"))
    assert names(first, second, language="zh") == ["2023年12月5日 日本 Niseko", "2023年12月19日 日本 Niseko"]


def test_a_name_that_another_album_has_is_not_given_again_whatever_its_case() -> None:
    occasion = event("2023-05-06T10:00", POTSDAM)
    assert names(occasion, taken=["2023-05-06 POTSDAM"]) == ["2023-05-06 Potsdam (morning)"]
    taken = ["2023-05-06 Potsdam", "2023-05-06 Potsdam (morning)"]
    assert names(occasion, taken=taken) == ["2023-05-06 Potsdam (morning 2)"]


@pytest.mark.parametrize(
    ("template", "whole", "bare"),
    [
        ("{date} {place}, {country} - {sight}", "2023-12-05 Niseko, Japan - Winter sports", "2023-12-05"),
        ("{country} - {place} ({length})", "Japan - Niseko (9 days)", "2023-12-05"),
        ("{place} ({sight}, {length}) {date}", "Niseko (Winter sports, 9 days) 2023-12-05", "2023-12-05"),
        ("{date} in {place} with {sight}!", "2023-12-05 in Niseko with Winter sports!", "2023-12-05"),
        ("Trip {country} {date}", "Trip Japan 2023-12-05", "Trip 2023-12-05"),
        ("{sight}{place} [{date}] album", "Winter sportsNiseko [2023-12-05] album", "[2023-12-05] album"),
        ("{date} (own) {sight} x", "2023-12-05 (own) Winter sports x", "2023-12-05 (own) x"),
        ("{place}", "Niseko", "2023-12-05"),
    ],
)
def test_a_template_is_filled_and_what_is_empty_goes_with_what_separates_it(
    template: str, whole: str, bare: str
) -> None:
    assert names(trip("2023-12-05T10:00", 9, NISEKO, sights=SKIING), template=template) == [whole]
    assert names(event("2023-12-05T10:00"), template=template) == [bare]


def test_only_one_separator_stays_around_what_is_empty() -> None:
    template = "{date} {place}, {country} - {sight} ({length})"
    assert names(event("2023-12-05T10:00", Spot("", "JP", 9), sights=ZOO), template=template) == [
        "2023-12-05 Japan - Zoo"
    ]
    assert names(trip("2023-12-05T10:00", 9, POTSDAM), template=template) == ["2023-12-05 Potsdam (9 days)"]


@pytest.mark.parametrize(
    ("template", "reason"),
    [
        ("{town} {date}", "there is no field {town}; the fields are {date}, {place}, {country}, {sight}, {length}"),
        ("{date", "a brace without its partner"),
        ("{date}}", "a brace without its partner"),
        ("", "write at least one of"),
        ("Album", "write at least one of"),
        ("{date}/{place}", "which would make it a path"),
        ("{date}: {place}", "Windows and many network drives"),
        ("{date}.", "ends with a dot"),
        (".{date}", "hides"),
        ("{date:%Y}", "there is no field"),
    ],
)
def test_a_template_that_cannot_work_is_refused_with_the_reason(template: str, reason: str) -> None:
    with pytest.raises(AlbumsortError) as caught:
        check_template(template, "--event-name")
    assert str(caught.value).startswith("--event-name ")
    assert reason in str(caught.value)


@pytest.mark.parametrize(
    ("city", "name"),
    [
        ("a/b\\c", "a-b-c"),
        ("../..", "2023-05-06"),
        (".hidden", "hidden"),
        ("St. Gallen.", "St. Gallen"),
        ("a\u202eb\u200f\nc", "a b c"),
        ("CON", "_CON"),
        ("nul.txt", "_nul.txt"),
        ("\u200b\u200d", "2023-05-06"),
        ("what?", "what"),
        ("\udcff", "2023-05-06"),
        ("{sight}", "{sight}"),
        ("(", "2023-05-06"),
    ],
)
def test_a_hostile_place_makes_a_harmless_folder(city: str, name: str) -> None:
    assert names(event("2023-05-06T10:00", Spot(city, "DE", 1)), template="{place}") == [name]


def test_a_name_that_is_too_long_loses_what_matters_least_and_then_ends_with_a_whole_character() -> None:
    sights = {"winter": 40, "city": 40}
    long = trip("2023-05-02T10:00", 15, Spot("x" * 50, "JP", 9), sights=sights)
    assert names(long) == [f"2023-05-02 {'x' * 50}, Japan - Winter sports, two weeks"]
    longer = trip("2023-05-02T10:00", 15, Spot("x" * 75, "JP", 9), sights=sights)
    assert names(longer) == [f"2023-05-02 {'x' * 75}, Japan"]
    family = "👨\u200d👩\u200d👧"
    (cut,) = names(event("2023-05-02T10:00", Spot(family * 9, "DE", 9)))
    assert cut == "2023-05-02 " + family * 4
    accents = "e\u0323\u0302\u0331"
    (cut,) = names(event("2023-05-02T10:00", Spot("x" + accents * 40, "DE", 9)))
    assert cut.endswith("\u0331")


TEXTS = st.text(st.characters(), max_size=60) | st.sampled_from(
    ["Potsdam", "POTSDAM", "CON", "..", "/", "Å", "A\u030a"]
)
SPOTS = st.builds(Spot, TEXTS, st.sampled_from(["DE", "JP", "it", "", "??"]) | TEXTS, st.integers(0, 50), TEXTS)
TIMES = st.datetimes() | st.sampled_from([at("2023-05-06T10:00"), at("2023-05-06T19:00"), datetime.max, datetime.min])
SIGHTS = st.dictionaries(st.sampled_from([*ENGLISH, "rare", "unsorted"]), st.integers(0, 90), max_size=5)
OCCASIONS = st.lists(st.builds(Occasion, TIMES, TIMES, st.lists(SPOTS, max_size=4), SIGHTS, st.booleans()), max_size=8)
TEMPLATES = st.none() | st.sampled_from(["{place}", "{date} ({sight}) {length}", "{country}{sight}"]) | TEXTS


@given(OCCASIONS, TEMPLATES, st.sampled_from(["en", "zh", "zh-TW", "fr", "??"]), st.lists(TEXTS), TEXTS)
@example([Occasion(datetime.max, datetime.max, (Spot("x" * 100, "DE", 1),))] * 12, "{place}", "en", [], "")
def test_any_library_has_names_that_differ_and_can_be_folders(
    occasions: list[Occasion], template: str | None, language: str, taken: list[str], category: str
) -> None:
    category_names = {**ENGLISH, "rare": category}

    def named(those: Sequence[Occasion]) -> list[str]:
        return name_all(
            those,
            everyday=EVERYDAY,
            home_country="DE",
            language=language,
            category_names=category_names,
            template=template,
            taken=taken,
        )

    try:
        check_template(template or "{date}", "--event-name")
    except AlbumsortError:
        return
    found = named(occasions)
    assert [problem for name in found if (problem := folder_name_problem(name))] == []
    assert all(len(name.encode()) <= MAX_BYTES for name in found)
    assert len({folded(name) for name in found} - {folded(name) for name in taken}) == len(occasions)
    assert sorted(named(occasions[::-1])) == sorted(found)


def test_a_town_that_is_called_as_its_country_is_named_once_in_chinese_too() -> None:
    assert names(trip("2023-05-06T10:00", 2, Spot("新加坡", "SG", 10)), language="zh") == ["2023年5月 新加坡 周末"]
