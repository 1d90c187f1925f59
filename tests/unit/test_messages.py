"""The catalogs of messages: complete, fit for what they are filled with, and compiled as they are written."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import click
import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

import albumsort
from albumsort.cli.help import help_texts
from albumsort.cli.main import main
from albumsort.labels.languages import ENGLISH, languages
from albumsort.messages import DOMAIN, FOLDER

SOURCES = Path(albumsort.__file__).parent
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "gettext_noop": None}
OTHERS = sorted(set(languages()) - {ENGLISH})
OWN_LETTERS = [code for code in OTHERS if code[:2] in ("ja", "ko", "ru", "zh")]
CODE = re.compile(r"`[^`]*`|\{[^{}]*\}|--[a-z-]+|(?m:^  .*$)")
SAID_BY = {"AlbumsortError", "LibraryBusyError", "PictureError", "UsageError", "BadParameter", "ClickException"} | {
    *("XmpError", "UnfitError", "CopyError", "DownloadError", "OSError", "PermissionError", "FileExistsError"),
    *("echo", "say", "tell", "hear", "warn", "error", "note", "Passed", "_fail", "_skipped", "_replacing", "nothing"),
}


def catalog_file(language: str) -> Path:
    return Path(FOLDER, language.replace("-", "_"), "LC_MESSAGES", DOMAIN + ".po")


def catalog(language: str) -> Catalog:
    with catalog_file(language).open("rb") as file:
        return read_po(file, abort_invalid=True)


def marked() -> dict[str, str]:
    """The messages of the program, with the plural of those that have one, else ""."""
    methods = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
    found = list(extract_from_dir(str(SOURCES), methods, keywords=KEYWORDS))
    messages = {text[0]: text[1] for _, _, text, _, _ in found if isinstance(text, tuple)}
    messages.update({text: "" for _, _, text, _, _ in found if isinstance(text, str)})
    return {**messages, **{text: "" for _, _, text in help_texts(main)}}


def unmarked(source: Path) -> Iterator[str]:
    """Where English goes straight to a person: a string with words as an argument of what says it."""
    for call in ast.walk(ast.parse(source.read_text())):
        if isinstance(call, ast.Call):
            name = getattr(call.func, "attr", None) or getattr(call.func, "id", None)
            notes = [keyword.value for keyword in call.keywords if keyword.arg in ("note", "obstacle", "problem")]
            for argument in [*(call.args if name in SAID_BY else []), *notes]:
                words = argument.values if isinstance(argument, ast.JoinedStr) else [argument]
                texts = [part.value for part in words if isinstance(part, ast.Constant) and isinstance(part.value, str)]
                if any(re.search(r"[A-Za-z]{2}", text) and " " in text for text in texts):
                    yield f"{source.relative_to(SOURCES)}:{call.lineno}"


def test_what_is_said_to_people_is_marked_for_translation() -> None:
    assert [place for source in sorted(SOURCES.rglob("*.py")) for place in unmarked(source)] == []


def test_no_message_hides_in_an_f_string_where_babel_does_not_find_it() -> None:
    for source in SOURCES.rglob("*.py"):
        texts = [node for node in ast.walk(ast.parse(source.read_text())) if isinstance(node, ast.JoinedStr)]
        names = {node.id for text in texts for node in ast.walk(text) if isinstance(node, ast.Name)}
        assert not names & KEYWORDS.keys(), source


def english(message: Message) -> str:
    """The message as it is in the code, in the singular."""
    return message.id if isinstance(message.id, str) else str(message.id[0])


def translations(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string or [])


def placeholders(text: str) -> set[str]:
    """Those of :meth:`str.format`, and those that Jinja makes of its own in a block."""
    names = {name for _, name, _, _ in Formatter().parse(text) if name is not None}
    return names | set(re.findall(r"%\((\w+)\)s", text))


@pytest.mark.parametrize("language", OTHERS)
def test_every_message_is_translated(language: str) -> None:
    known = {english(message): message for message in catalog(language)}
    lacking = [text for text in marked() if text not in known or not all(translations(known[text]))]
    assert lacking == []


@pytest.mark.parametrize("language", OTHERS)
def test_no_message_is_translated_that_the_program_no_longer_has(language: str) -> None:
    of_click = extract_from_dir(str(Path(click.__file__).parent), [("**.py", "python")])
    theirs = {text if isinstance(text, str) else text[0] for _, _, text, _, _ in of_click}
    ours = {english(message) for message in catalog(language)}
    assert ours - set(marked()) - theirs - {""} == set()


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_is_filled_with_what_the_message_is_filled_with(language: str) -> None:
    for message in catalog(language):
        if message.id:
            many = message.id if isinstance(message.id, str) else message.id[1]
            assert not message.fuzzy, many
            for text in translations(message):
                assert placeholders(text) == placeholders(many), many


@pytest.mark.parametrize("language", OWN_LETTERS)
def test_no_english_is_left_in_a_language_of_other_letters(language: str) -> None:
    texts = [text for message in catalog(language) if message.id for text in translations(message)]
    assert [text for text in texts if re.search(r"\b[a-z]{2,} [a-z]{2,}", CODE.sub("", text))] == []


@pytest.mark.parametrize("language", OTHERS)
def test_the_compiled_catalog_is_that_of_the_source(language: str) -> None:
    with catalog_file(language).with_suffix(".mo").open("rb") as file:
        compiled = {english(message): translations(message) for message in read_mo(file) if message.id}
    written = {english(message): translations(message) for message in catalog(language) if message.id}
    assert compiled == written, "install albumsort again: that compiles the catalogs"
