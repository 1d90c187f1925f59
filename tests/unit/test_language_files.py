"""Each language file is complete. It is read as plain YAML, so that a fault of the program cannot hide one here."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
import yaml

from albumsort.labels.languages import ENGLISH, languages
from albumsort.labels.parse import load_table
from albumsort.labels.table import WITHOUT_CLASSES, Category, Tag
from albumsort.names import folder_name_problem

LABELS = Path(__file__).parents[2] / "labels"
OTHERS = sorted(path.stem for path in (LABELS / "languages").glob("*.yaml") if path.stem != ENGLISH)
EACH = pytest.mark.parametrize("code", OTHERS)

LATIN_IN_CHINESE = {"iPod", "T恤", "CD播放机", "福特T型车"}
"""The brand, and what a Chinese writes so too."""


@cache
def words(code: str) -> dict[str, Any]:
    loaded = yaml.load((LABELS / "languages" / f"{code}.yaml").read_bytes(), Loader=yaml.CSafeLoader)
    assert isinstance(loaded, dict)
    return loaded


@cache
def classes() -> list[str]:
    names = (LABELS / "classes.txt").read_text(encoding="utf-8").splitlines()
    return [f"{index} {name}" for index, name in enumerate(names)]


def english(part: str) -> list[str]:
    table = load_table(None)
    entries: tuple[Category, ...] | tuple[Tag, ...] = table.tags if part == "tags" else table.categories
    return [entry.names[ENGLISH] for entry in entries] + ([] if part == "tags" else list(WITHOUT_CLASSES.values()))


def twice(names: list[str]) -> list[str]:
    return [name for name, count in Counter(map(str.casefold, names)).items() if count > 1]


def form(value: object) -> object:
    """What two languages have in common: the keys, and what texts are filled with; there may be more or fewer forms."""
    if isinstance(value, dict):
        return {key: form(of) for key, of in value.items()}
    if isinstance(value, list):
        assert all(isinstance(text, str) and text for text in value)
        return list
    assert isinstance(value, str)
    return {field for _, field, _, _ in Formatter().parse(value) if field}


def test_the_files_are_the_languages() -> None:
    assert sorted(languages()) == sorted([ENGLISH, *OTHERS])
    assert "zh" in OTHERS


@EACH
def test_a_language_says_what_it_is_called_and_has_no_unknown_part(code: str) -> None:
    assert set(words(code)) == {"name", "categories", "tags", "folders", "keywords", "events", "classes"}
    assert words(code)["name"] not in ("", words(ENGLISH)["name"])


@EACH
@pytest.mark.parametrize("part", ["categories", "tags"])
def test_every_category_and_tag_has_a_name_of_its_own_that_can_be_a_folder(code: str, part: str) -> None:
    names = words(code)[part]
    assert sorted(names) == sorted(english(part))
    assert {name: problem for name in names.values() if (problem := folder_name_problem(name))} == {}
    assert twice(list(names.values())) == []


@EACH
def test_a_name_that_is_a_category_s_and_a_tag_s_is_translated_alike(code: str) -> None:
    categories, tags = words(code)["categories"], words(code)["tags"]
    assert {name for name in categories.keys() & tags.keys() if categories[name] != tags[name]} == set()


@EACH
def test_every_class_has_a_name_of_its_own(code: str) -> None:
    names = words(code)["classes"]
    assert list(names) == classes()
    assert [key for key, name in names.items() if not isinstance(name, str) or name != name.strip() or not name] == []
    assert twice(list(names.values())) == []


@EACH
def test_a_class_can_stand_in_the_report_among_others(code: str) -> None:
    assert [name for name in words(code)["classes"].values() if re.search(r"[;=,\"\n]", name)] == []


@EACH
def test_the_words_of_folders_and_events_are_there_with_what_they_are_filled_with(code: str) -> None:
    for part in ("folders", "events"):
        # A month may be told with the day, as in English, or without.
        ours, english_ones = (
            {key: form(value) for key, value in words(of)[part].items() if key != "month"} for of in (code, ENGLISH)
        )
        assert ours == english_ones
    assert words(code)["events"]["month"].format(year=2023, month=7, day=5)
    assert len(words(code)["events"]["parts_of_day"]) == 4
    assert [unit for unit in ("days", "weeks", "months", "years") if "{}" not in words(code)["events"][unit][-1]] == []


@EACH
def test_the_words_of_folders_can_be_folders(code: str) -> None:
    folders = words(code)["folders"]
    names = [folders["undated"], folders["no_trip"], *folders["unknown"].values()]
    assert [name for name in names if folder_name_problem(name)] == []


def test_of_the_1000_chinese_names_only_that_of_a_brand_is_the_english_one() -> None:
    names = words("zh")["classes"]
    assert [name for key, name in names.items() if key.split(" ", 1)[1].casefold() == name.casefold()] == ["iPod"]


def test_chinese_names_have_no_latin_letters_but_where_a_chinese_writes_them() -> None:
    chinese = words("zh")
    names = [*chinese["categories"].values(), *chinese["tags"].values(), *chinese["classes"].values()]
    assert {name for name in names if re.search("[A-Za-z]", name)} == LATIN_IN_CHINESE


@pytest.mark.parametrize(
    ("reference", "name"),
    [
        ("984 rapeseed", "油菜花"),  # the photos show fields in flower, not seeds
        ("970 alp", "雪山"),
        ("795 ski", "滑雪"),
        ("21 kite", "鸢"),  # the bird
        ("134 crane bird", "鹤"),
        ("517 crane", "起重机"),
        ("264 Cardigan", "卡迪根柯基犬"),
        ("474 cardigan", "针织开衫"),
        ("542 drumstick", "鼓槌"),  # not the leg of a chicken
        ("673 mouse", "鼠标"),
        ("999 toilet tissue", "卫生纸"),
        ("383 Madagascar cat", "环尾狐猴"),  # a lemur
        ("714 pick", "吉他拨片"),
        ("726 plane", "刨子"),  # of a carpenter
        ("553 file", "文件柜"),  # a cabinet
        ("724 pirate", "海盗船"),
        ("840 swab", "拖把"),
        ("581 grille", "进气格栅"),  # of a car
        ("989 hip", "蔷薇果"),  # of a rose
        ("998 ear", "玉米棒"),  # of corn
        ("417 balloon", "热气球"),
        ("458 brass", "纪念铜牌"),  # a plaque
    ],
)
def test_a_class_with_a_misleading_name_is_called_what_its_photos_show(reference: str, name: str) -> None:
    assert words("zh")["classes"][reference] == name
