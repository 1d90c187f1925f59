"""Which language names are in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from albumsort.catalog.catalog import Catalog
from albumsort.errors import AlbumsortError
from albumsort.pipeline.language import choose_language


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    with Catalog(tmp_path / "catalog.sqlite") as catalog:
        yield catalog


@pytest.fixture(autouse=True)
def no_locale(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG", "LANGUAGE"):
        monkeypatch.delenv(name, raising=False)


def choose(catalog: Catalog, wanted: str | None = None, *, keep: bool = False) -> tuple[str, list[str]]:
    said: list[str] = []
    return choose_language(catalog, wanted, keep=keep, say=said.append), said


@pytest.mark.parametrize(
    ("locale", "language"),
    [
        ({}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "en_GB.UTF-8", "LC_MESSAGES": "zh_TW.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": ""}, "zh"),
        ({"LANG": "zh"}, "zh"),
        ({"LANG": "zh_TW.UTF-8"}, "zh"),  # in simplified characters, the nearest there is
        ({"LANG": "zh_CN.GB18030@pinyin"}, "zh"),
        ({"LANG": "de_DE.UTF-8", "LANGUAGE": "de:zh_CN:en"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LANGUAGE": "en_GB:zh"}, "en"),
        ({"LANG": "zh_CN.UTF-8", "LANGUAGE": "fr:"}, "zh"),
        ({"LANG": "C.UTF-8", "LANGUAGE": "zh"}, "en"),
        ({"LC_ALL": "POSIX", "LANG": "zh_CN.UTF-8", "LANGUAGE": "zh"}, "en"),
        ({"LANGUAGE": "zh"}, "en"),
        ({"LANG": "../zh"}, "en"),
    ],
)
def test_a_new_library_has_the_language_of_the_terminal(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch, locale: dict[str, str], language: str
) -> None:
    for name, value in locale.items():
        monkeypatch.setenv(name, value)
    assert choose(catalog) == (language, [])


def test_a_library_keeps_the_language_it_was_first_sorted_with(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    choose(catalog, keep=True)
    monkeypatch.setenv("LANG", "C")
    assert choose(catalog, keep=True) == ("zh", [])
    assert choose(catalog) == ("zh", [])


def test_a_preview_tries_another_and_a_run_that_acts_changes_it(catalog: Catalog) -> None:
    assert choose(catalog, "zh") == ("zh", [])
    choose(catalog, "en", keep=True)
    language, [said] = choose(catalog, "zh")
    assert (language, "in this preview" in said) == ("zh", True)
    assert choose(catalog) == ("en", [])
    assert choose(catalog, "zh", keep=True) == (
        "zh",
        ["Names are in 中文 instead of English from now on."],
    )
    assert choose(catalog) == ("zh", [])


@pytest.mark.parametrize("code", ["fr", "zh-TW", "ZH", "../zh"])
def test_a_language_that_there_is_not_is_refused_with_those_that_there_are(catalog: Catalog, code: str) -> None:
    with pytest.raises(AlbumsortError, match=rf"no language '{code}'; there are en \(English\), zh \(中文\)$"):
        choose(catalog, code, keep=True)
    assert catalog.setting("language") is None


def test_a_library_in_a_language_that_is_gone_does_not_quietly_begin_a_tree_in_another(catalog: Catalog) -> None:
    catalog.remember({"language": "eo"})
    with pytest.raises(AlbumsortError, match="--lang: there is no language 'eo'"):
        choose(catalog, keep=True)
    assert choose(catalog, "zh", keep=True) == ("zh", ["Names are in 中文 instead of eo from now on."])
