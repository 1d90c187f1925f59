"""The help of the commands in Chinese: lines that fit the terminal, and texts that stay whole."""

from __future__ import annotations

from collections.abc import Iterator

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from albumsort.cli.help import HelpFormatter, broken, help_texts, translate_help
from albumsort.cli.main import main
from albumsort.messages import gettext, speak
from albumsort.plan.columns import cells, padded

TEXTS = st.text(st.sampled_from(list("ab 照片，。（）“”-1\n")), max_size=60)
ROWS = [
    ("--to ALBUMS", "相册文件夹，" * 9),
    ("--action [move|copy|hardlink|symlink]", "对照片做什么。"),
    ("--yes", "Go on."),
]


@pytest.fixture
def chinese(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("LANGUAGE", "")
    speak(["zh"])
    yield
    speak([])


@given(TEXTS, st.integers(min_value=8, max_value=40))
def test_a_text_is_broken_into_lines_that_fit_and_nothing_of_it_is_lost(text: str, columns: int) -> None:
    lines = broken(text, columns)
    assert "".join("".join(lines).split()) == "".join(text.split())
    for line in lines:
        assert "\n" not in line
        assert len(cells(line)) <= columns or broken(line, 1) == [line]


def test_lines_break_between_chinese_characters_but_not_before_a_mark_or_within_a_word() -> None:
    assert broken("将照片整理成相册，或预览。", 16) == ["将照片整理成相", "册，或预览。"]
    assert broken("见 `albumsort labels init`。", 12) == ["见", "`albumsort", "labels", "init`。"]


def test_what_options_mean_stands_beside_them_or_below_where_they_are_long() -> None:
    formatter = HelpFormatter(width=60)
    formatter.write_dl(ROWS)
    lines = formatter.getvalue().splitlines()
    assert lines[0].startswith("--to ALBUMS" + " " * 21 + "相册文件夹")
    assert lines[-3:] == [
        "--action [move|copy|hardlink|symlink]",
        " " * 32 + "对照片做什么。",
        "--yes".ljust(32) + "Go on.",
    ]
    assert max(len(cells(line)) for line in lines) <= 60


@pytest.mark.parametrize("text", ["One.\n\nTwo.", "\b\nas it\n  is"])
def test_english_is_left_to_click(text: str) -> None:
    ours, theirs = HelpFormatter(width=60), click.HelpFormatter(width=60)
    for formatter in (ours, theirs):
        formatter.write_text(text)
        formatter.write_dl([("--yes", "Go on.")])
    assert ours.getvalue() == theirs.getvalue()


@pytest.mark.usefixtures("chinese")
def test_every_text_of_the_commands_is_translated_as_it_is_written_in_the_source() -> None:
    assert [text for _part, _attribute, text in help_texts(main) if gettext(text) == text] == []


@pytest.mark.usefixtures("chinese")
def test_the_help_of_a_command_is_put_into_the_language_that_is_spoken() -> None:
    command = click.Command(
        "look", help="Look at the installation.", params=[click.Option(["--all"], help="Also the everyday events.")]
    )
    translate_help(command)
    assert command.get_help(click.Context(command, info_name="look", terminal_width=80)).startswith(
        "用法: look [OPTIONS]\n\n  检查安装情况。\n\n选项:"
    )


def test_columns_are_filled_by_what_a_terminal_shows() -> None:
    assert (padded("照片", 6), padded("照片", 6, before=True), padded("照片", 3)) == ("照片  ", "  照片", "照片")
