"""The command in another language: what is in it, what is not, and how one is added."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from .conftest import Library

Scan = Callable[..., dict[str, dict[str, str]]]
ROOT = Path(__file__).parents[2]
CAT = "2023/cat.jpg"

ESPERANTO = """
name: Esperanto
categories: {Pets: Dorlotbestoj}
tags: {}
classes: {281 tabby: tigrokata}
"""


def test_classes_and_albums_of_a_report_are_in_the_language_and_its_keys_are_not(scan: Scan) -> None:
    english, chinese = (scan("--lang", code)[CAT] for code in ("en", "zh"))
    differ = {column for column in english if english[column] != chinese[column]}
    assert differ == {"labels", "album", "destination"}
    names, chinese_names = ([cell.split("=")[0] for cell in row["labels"].split("; ")] for row in (english, chinese))
    assert {"tabby", "tiger cat", "Egyptian cat"} >= set(names)
    assert {"虎斑猫", "狸花猫", "埃及猫"} >= set(chinese_names)
    assert (chinese["category"], chinese["album"], chinese["tags"]) == ("pets", "宠物/2023", "cats")


def test_a_chinese_report_undoes_its_run_where_all_else_is_lost(library: Library, scan: Scan) -> None:
    before = library.tree()
    moved = scan("--lang", "zh", "--action", "move", "--layout", "category")
    assert (library.albums / "宠物" / "2023" / "cat.jpg").is_file()
    assert "=" in moved[CAT]["labels"]
    shutil.rmtree(library.state)
    library.run("undo", "--from", library.report)
    assert library.tree() == before


def test_a_library_that_changes_its_language_recognises_nothing_again(library: Library, scan: Scan) -> None:
    options = ("--layout", "category", "--action", "symlink")
    english = scan(*options, "--lang", "en")
    scan(*options, "--lang", "zh")
    assert not (library.albums / "Pets" / "2023" / "cat.jpg").is_symlink()
    told = library.run("scan", library.photos, "--state", library.state, *options, "--lang", "en")
    assert ", none of them new, " in told.stdout
    assert "Names are in English instead of 中文 from now on." in told.stderr
    again = scan(*options)
    assert {path: row["labels"] for path, row in again.items()} == {
        path: row["labels"] for path, row in english.items()
    }
    assert (library.albums / "Pets" / "2023" / "cat.jpg").is_symlink()


def test_an_unknown_language_is_told_with_those_that_there_are_before_a_photo_is_looked_at(library: Library) -> None:
    done = library.run("scan", library.photos, "--lang", "fr", code=2)
    assert done.stderr == "Error: --lang: there is no language 'fr'; there are en (English), zh (中文)\n"
    assert not (library.home / "state").exists()


@pytest.fixture
def with_esperanto(tmp_path: Path) -> Path:
    """The program with one more file."""
    for folder in ("src", "labels"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    languages = tmp_path / "labels" / "languages"
    english = (languages / "en.yaml").read_text("utf-8")
    rest = "folders:" + english.partition("\nfolders:")[2].replace("Undated", "Sen dato")
    (languages / "eo.yaml").write_text(ESPERANTO + rest, encoding="utf-8")
    return tmp_path


def show(program: Path, *classes: str, code: int = 0) -> tuple[list[str], str]:
    """Run ``albumsort labels show`` on a terminal in Esperanto."""
    command = [sys.executable, "-m", "albumsort", "labels", "show", *classes]
    environment = os.environ | {"PYTHONPATH": str(program / "src"), "LC_ALL": "eo.UTF-8", "PYTHONUTF8": "1"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == code
    return done.stdout.splitlines(), done.stderr


def test_a_language_is_added_by_adding_its_file_and_what_that_lacks_is_english(with_esperanto: Path) -> None:
    told, _ = show(with_esperanto, "tigrokata", "984")
    assert told[0] == "281 tabby, tigrokata"
    assert told[1].startswith("  category  pets (Dorlotbestoj), ")
    assert told[2].startswith("  tag       cats (Cats), ")
    assert told[3] == "984 rapeseed"


@pytest.mark.parametrize(
    "damaged", ["", "[", "- a list", "name: Esperanto", "name: E\nfolders: {}\nevents: {}", "classes: \xff"]
)
def test_a_damaged_language_file_is_told_in_one_line(with_esperanto: Path, damaged: str) -> None:
    file = with_esperanto / "labels" / "languages" / "eo.yaml"
    file.write_bytes(damaged.encode("latin-1"))
    _, error = show(with_esperanto, "tabby", code=2)
    assert error.startswith(f"Error: {file}: not a language file: ")
    assert error.count("\n") == 1
