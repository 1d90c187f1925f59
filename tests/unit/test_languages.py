"""What things are called in a language: by the table's own names, by those of the language's file, or in English."""

from __future__ import annotations

import pytest

from albumsort.labels.classes import class_names
from albumsort.labels.languages import load_language, name_in
from albumsort.labels.parse import load_table
from albumsort.records import VIDEOS


def test_the_shipped_categories_and_tags_have_their_names_from_the_language() -> None:
    table = load_table(None)
    assert (table.folder("pets"), table.folder("pets", "zh")) == ("Pets", "宠物")
    assert (table.folder(VIDEOS), table.folder(VIDEOS, "zh")) == ("Videos", "视频")
    assert [name_in(tag.names, "zh") for tag in table.tags if tag.key == "dogs"] == ["狗"]


@pytest.mark.parametrize(
    ("names", "name"),
    [
        ({"en": "Pets"}, "宠物"),
        ({"en": "Pets", "zh": "爱宠"}, "爱宠"),
        ({"en": "Our cats"}, "Our cats"),
        ({"en": "我家的猫"}, "我家的猫"),
    ],
)
def test_what_a_table_says_itself_goes_before_the_word_for_its_english_name(names: dict[str, str], name: str) -> None:
    assert name_in(names, "zh") == name


@pytest.mark.parametrize("code", ["zh-TW", "zh-Hant-HK"])
def test_a_language_of_a_region_is_that_without_it(code: str) -> None:
    assert load_language(code) is load_language("zh")


@pytest.mark.parametrize("code", ["fr", "", "../en", "zhx", "ZH"])
def test_one_that_there_is_not_is_english(code: str) -> None:
    assert load_language(code) is load_language("en")


def test_classes_have_their_names_by_index() -> None:
    assert load_language("en").classes == class_names()
    assert [load_language("zh").classes[index] for index in (0, 281, 984, 999)] == [
        "丁鱥",
        "虎斑猫",
        "油菜花",
        "卫生纸",
    ]
