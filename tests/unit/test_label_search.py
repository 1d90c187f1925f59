"""Searching a label table: classes, categories and tags, by English names and those of a language."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from albumsort.errors import AlbumsortError
from albumsort.labels.classes import class_names
from albumsort.labels.parse import load_table
from albumsort.labels.search import search

TABLE = load_table(None)


def classes(text: str, language: str = "en") -> list[int]:
    return search(text, TABLE, language)[1]


def groups(text: str, language: str = "en") -> list[str]:
    return [group.key for group in search(text, TABLE, language)[0]]


def test_a_search_prefers_the_exact_name_and_else_finds_every_name_with_the_text() -> None:
    assert classes("maillot") == [638]
    assert classes("cardigan") == [264, 474]
    assert classes("elephant") == [385, 386]
    assert classes("281") == classes(" 281 Tabby ") == [281]


def test_a_class_is_found_by_its_translated_name_too_each_once() -> None:
    assert classes("油菜花", "zh") == [984]
    assert classes("鹤", "zh") == [134]  # and not 秧鹤, since that is another's name
    assert classes("猫", "zh")[:2] == [281, 282]
    assert classes("iPod", "zh") == [605]
    assert classes("tabby", "zh") == [281]


@pytest.mark.parametrize("text", ["pets", "Pets", " PETS ", "宠物"])
def test_a_category_is_found_by_its_key_and_its_names(text: str) -> None:
    assert groups(text, "zh") == ["pets"]


def test_a_tag_is_found_beside_the_classes_with_the_text() -> None:
    assert groups("dog") == ["dogs"]
    assert all("dog" in class_names()[index].casefold() for index in classes("dog"))
    assert groups("狗", "zh") == ["dogs"]


def test_a_category_without_classes_is_found() -> None:
    assert (groups("videos"), classes("videos")) == (["videos"], [])


def test_a_search_for_nothing_or_an_unknown_word_is_refused() -> None:
    for text in ("", " ", "qqqq", "宠物"):
        with pytest.raises(AlbumsortError):
            search(text, TABLE)


@given(st.text(max_size=20))
def test_any_text_finds_something_or_is_refused(text: str) -> None:
    with suppress(AlbumsortError):
        assert any(search(text, TABLE, "zh"))
