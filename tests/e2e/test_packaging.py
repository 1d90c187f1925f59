"""The wheel and the source distribution hold what they must and nothing else."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import click
import pytest

from albumsort.cli.main import main
from tests.e2e.conftest import commands_of_the_program

ROOT = Path(__file__).parents[2]
TREE = ("src", "tests", "labels", "docs", "benchmarks", "scripts")
FILES = (
    *("pyproject.toml", "Makefile", "hatch_build.py", "README.md", "CHANGELOG.md", "LICENSE", ".gitignore"),
    *("Dockerfile", ".dockerignore"),
)
INFO = {"METADATA", "WHEEL", "RECORD", "entry_points.txt", "licenses/LICENSE"}
LABELS = {"categories.yaml", "classes.txt", "languages/en.yaml", "languages/zh.yaml"}
MAN_PAGES = ".data/data/share/man/man1/"


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel and the sdist, built from a copy of the tree so that nothing is written into it."""
    copy = tmp_path_factory.mktemp("tree")
    for folder in TREE:
        shutil.copytree(ROOT / folder, copy / folder)
    for file in FILES:
        shutil.copy(ROOT / file, copy)
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-t", "sdist", "-d", "dist"]
    done = subprocess.run(command, cwd=copy, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return copy / "dist"


@pytest.fixture(scope="module")
def wheel(dist: Path) -> Path:
    return next(dist.glob("*.whl"))


def test_the_wheel_holds_the_modules_the_label_data_the_catalogs_of_messages_and_nothing_else(wheel: Path) -> None:
    sources = ROOT / "src"
    expected = {file.relative_to(sources).as_posix() for file in (sources / "albumsort").rglob("*.py")}
    for kind in ("static", "templates"):
        expected |= {f"albumsort/web/{kind}/{name}" for name in os.listdir(sources / "albumsort" / "web" / kind)}
    for catalog in (file.relative_to(sources) for file in (sources / "albumsort" / "locale").rglob("*.po")):
        expected |= {catalog.as_posix(), catalog.with_suffix(".mo").as_posix()}
    expected |= {"albumsort/py.typed", "albumsort/web/openapi.yaml"} | {
        f"albumsort/labels/data/{name}" for name in LABELS
    }
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    info = {name for name in names if name.split("/")[0].endswith(".dist-info")}
    assert names - info - {name for name in names if MAN_PAGES in name} == expected
    assert {name.split("/", 1)[1] for name in info} == {
        "METADATA",
        "WHEEL",
        "RECORD",
        "entry_points.txt",
        "licenses/LICENSE",
    }


def test_each_command_has_a_man_page_that_names_its_options(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        pages = {name.split("/")[-1]: archive.read(name).decode() for name in archive.namelist() if MAN_PAGES in name}
    named = commands_of_the_program(main)
    commands = {name.replace(" ", "-"): command for name, command in named if not command.hidden}
    assert pages.keys() == {f"{name}.1" for name in commands}
    for name, command in commands.items():
        page = pages[f"{name}.1"].replace("\\-", "-")
        assert "..." not in page.partition(".SH SYNOPSIS")[0], f"the short help of {name} is cut off"
        options = [
            spelling for option in command.params if isinstance(option, click.Option) for spelling in option.opts
        ]
        assert [spelling for spelling in options if spelling not in page] == []
    if groff := shutil.which("groff"):
        for name, page in pages.items():
            (tmp_path / name).write_text(page)
        checked = subprocess.run([groff, "-man", "-ww", "-z", *tmp_path.iterdir()], capture_output=True, check=True)
        assert checked.stderr == b""


def test_the_unpacked_wheel_finds_its_label_table_and_languages(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    code = (
        "import albumsort.labels.parse as p; from albumsort.labels.languages import languages;"
        "print(p.__file__, len(p.load_table(None).categories), *languages())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    file, categories, *languages = done.stdout.split()
    assert Path(file).is_relative_to(tmp_path)
    assert int(categories) >= 20
    assert languages == ["en", "zh"]


def test_the_source_distribution_can_be_tested(dist: Path) -> None:
    with tarfile.open(next(dist.glob("*.tar.gz"))) as archive:
        names = {name.split("/", 1)[1] for name in archive.getnames()}
    needed = {
        "Makefile",
        "Dockerfile",
        ".dockerignore",
        "scripts/make_demo.py",
        "tests/e2e/test_packaging.py",
        "docs/safety.md",
    }
    assert needed | {f"labels/{name}" for name in LABELS} <= names
