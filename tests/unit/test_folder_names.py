from __future__ import annotations

import unicodedata
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from albumsort.names import MAX_BYTES, folder_name_problem, quoted


@pytest.mark.parametrize(
    "name",
    ["Pets", "宠物", "Food & drink", "R.E.M.s", "Café", "Cafe\u0301", "👩\u200d🚀", "console", "con art", "-", "~"],
)
def test_ordinary_names_pass(name: str) -> None:
    assert folder_name_problem(name) == ""


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("", "empty"),
        ("  ", "empty"),
        (".", "one above"),
        ("..", "one above"),
        ("../x", "/"),
        ("a/b", "/"),
        ("a\\b", "\\"),
        ("C:", ":"),
        ("what?", "Windows and many network drives"),
        ("a*b", "Windows and many network drives"),
        ('"quoted"', "Windows and many network drives"),
        ("a|b", "Windows and many network drives"),
        ("<a>", "Windows and many network drives"),
        ("a\nb", "control character U+000A"),
        ("a\x00b", "control character U+0000"),
        ("a\x85b", "control character U+0085"),
        ("a\u2028b", "control character U+2028"),
        ("a\u202egpj", "U+202E, which turns the direction"),
        ("\udcff", "not valid text"),
        ("\u200b", "no visible character"),
        (" Pets", "space"),
        ("Pets ", "space"),
        ("Pets\u3000", "space"),
        ("Pets.", "ends with a dot"),
        (".pets", "hides"),
        ("con", "device"),
        ("NUL.txt", "device"),
        ("com1", "device"),
        ("Lpt9.tar.gz", "device"),
        ("COM¹", "device"),
        ("aux .x", "device"),
        ("宠" * 34, "102 bytes long and at most 100"),
    ],
)
def test_names_that_cannot_be_one_visible_folder_are_refused_with_the_reason(name: str, reason: str) -> None:
    assert reason in folder_name_problem(name)


def test_a_name_may_have_as_many_bytes_as_the_limit_and_no_more() -> None:
    assert folder_name_problem("x" * MAX_BYTES) == ""
    assert folder_name_problem("x" * (MAX_BYTES + 1)) != ""


@settings(deadline=None)
@given(st.text(st.characters(), max_size=120))
@example("a/../../b")
def test_a_name_that_passes_makes_exactly_one_folder_inside_its_parent(name: str) -> None:
    if folder_name_problem(name):
        return
    with TemporaryDirectory() as folder:
        parent = Path(folder) / "albums"
        parent.mkdir()
        (parent / name).mkdir()
        # A file system may write accents in its own way.
        made = [unicodedata.normalize("NFC", path.name) for path in parent.iterdir()]
        assert made == [unicodedata.normalize("NFC", name)]
        assert [path.name for path in Path(folder).iterdir()] == ["albums"]


def test_a_quoted_name_is_short_and_shows_what_is_invisible() -> None:
    assert quoted("a\u202eb\n") == r"'a\u202eb\n'"
    assert len(quoted("x" * 5000)) < 70
