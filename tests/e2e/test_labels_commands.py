"""``albumsort labels`` as it is run: what it prints, where, and its exit codes."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest


def labels(*arguments: str, folder: Path, code: int = 0) -> tuple[list[str], str]:
    """Run ``albumsort labels`` in a folder; the lines of stdout, and stderr."""
    command = [sys.executable, "-m", "albumsort", "labels", *arguments]
    environment = os.environ | {"LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert (done.stderr == "") == (code == 0)
    return done.stdout.splitlines(), done.stderr


@pytest.fixture
def own_table(tmp_path: Path) -> Path:
    labels("init", "my.yaml", folder=tmp_path)
    return tmp_path / "my.yaml"


def test_the_shipped_table_and_a_fresh_copy_of_it_are_fine(own_table: Path) -> None:
    ((shipped,), _), ((copy,), _) = (labels("check", *file, folder=own_table.parent) for file in ([], ["my.yaml"]))
    assert shipped.startswith("the shipped table: fine: ")
    assert copy == shipped.replace("the shipped table", "my.yaml")


def test_check_lists_every_problem_on_stderr(own_table: Path) -> None:
    text = (
        own_table.read_text(encoding="utf-8").replace("- 151 Chihuahua", "- 151 tabby").replace("threshold", "treshold")
    )
    own_table.write_text(text, encoding="utf-8")
    out, err = labels("check", "my.yaml", folder=own_table.parent, code=2)
    assert out == []
    assert err.startswith("Error: my.yaml: ")
    assert "unknown key 'treshold'; did you mean threshold?" in err
    assert "class 151 is called Chihuahua, not 'tabby'; write 151 Chihuahua or 281 tabby" in err


def test_show_tells_the_category_the_tags_and_the_thresholds_of_a_class(tmp_path: Path) -> None:
    out, _ = labels("show", "tabby", folder=tmp_path)
    assert out[0] == "281 tabby"
    assert out[1].startswith("  category  pets (Pets), threshold 0.")
    assert "; full share, one of " in out[1]
    assert out[2].startswith("  tag       cats (Cats), threshold 0.")


def test_show_finds_classes_by_number_name_and_part_of_the_name_each_once(tmp_path: Path) -> None:
    out, _ = labels("show", "281", "Tabby", "elephant", "cardigan", folder=tmp_path)
    assert [line for line in out if not line.startswith(" ")] == [
        "281 tabby",
        "385 Indian elephant",
        "386 African elephant",
        "264 Cardigan",
        "474 cardigan",
    ]


def test_show_tells_the_classes_of_a_category_by_any_of_its_names(tmp_path: Path) -> None:
    for name in ("pets", "宠物"):
        first, *rest = labels("show", name, "--lang", "zh", folder=tmp_path)[0]
        assert first.startswith("category  pets (宠物), threshold 0.")
        assert f", {len(rest)} classes" in first
        assert "  281 tabby, 虎斑猫" in rest


def test_show_of_no_word_lists_the_categories_and_tags(tmp_path: Path) -> None:
    told, _ = labels("show", folder=tmp_path)
    assert any(line.startswith("category  pets (Pets), threshold ") for line in told)
    assert "category  videos (Videos), told by other signs than classes" in told
    assert "tag       people (With people), threshold 0.44, 0 classes; faces: at least 1" in told
    assert any(
        re.fullmatch(r"category  people .* 10 classes; faces: at least 1, with a share of 0\.\d+", line)
        for line in told
    )
    assert told[-1].startswith("tag       ")


def test_show_looks_in_the_table_that_it_is_given(own_table: Path) -> None:
    text = own_table.read_text(encoding="utf-8").replace("name: Pets\n", "threshold: 0.9\n    name: Dear ones\n")
    own_table.write_text(text, encoding="utf-8")
    out, _ = labels("show", "tabby", "--labels", "my.yaml", folder=own_table.parent)
    assert out[1].startswith("  category  pets (Dear ones), threshold 0.9; ")


def test_show_finds_a_class_by_its_name_in_a_language_and_tells_all_names_in_it(tmp_path: Path) -> None:
    out, _ = labels("show", "油菜花", "--lang", "zh", folder=tmp_path)
    assert out[0] == "984 rapeseed, 油菜花"
    assert out[1].startswith("  category  plants_garden (植物与花园), threshold 0.")
    assert out[2].startswith("  tag       flowers (花), threshold 0.")
    _, err = labels("show", "tabby", "--lang", "fr", folder=tmp_path, code=2)
    assert err == "Error: --lang: there is no language 'fr'; there are en (English), zh (中文)\n"


def test_show_of_an_unknown_class_suggests_others(tmp_path: Path) -> None:
    out, err = labels("show", "tabbi", folder=tmp_path, code=2)
    assert (out, err) == ([], "Error: there is no class 'tabbi'; did you mean 281 tabby?\n")


def test_init_says_what_to_do_next_in_words_that_a_shell_takes(tmp_path: Path) -> None:
    out, _ = labels("init", "my own.yaml", folder=tmp_path)
    assert out == [
        "Wrote my own.yaml. Edit it, then:",
        "  albumsort labels check 'my own.yaml'",
        "  albumsort scan PHOTOS --labels 'my own.yaml'",
    ]


def test_init_never_overwrites_a_file_or_writes_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("mine")
    (tmp_path / "link.yaml").symlink_to("nowhere.yaml")
    for name in ("mine.yaml", "link.yaml", "."):
        _, err = labels("init", name, folder=tmp_path, code=2)
        assert err == f"Error: {name}: exists already and is left as it is; choose another name\n"
    assert (tmp_path / "mine.yaml").read_text() == "mine"
    assert sorted(os.listdir(tmp_path)) == ["link.yaml", "mine.yaml"]


def test_init_says_when_a_file_cannot_be_written(tmp_path: Path) -> None:
    _, err = labels("init", "no/such/folder.yaml", folder=tmp_path, code=2)
    assert err.startswith("Error: no/such/folder.yaml: cannot be written: No such file or directory; ")
