"""Formats other than photos in JPEG: what a scan makes of them, and what it loads for them."""

from __future__ import annotations

import io
import os
from datetime import datetime, timezone
from pathlib import Path
from typing import NamedTuple

import pytest
from PIL import Image, ImageDraw

from tests.unit.media_files import dng, video

from .conftest import MODEL, Library, read_report, save

MADE = datetime(2023, 5, 6, 10, 34, 56, tzinfo=timezone.utc)
SIZE = (600, 400)


class Nights(NamedTuple):
    """A library, what a scan says of it while the extra is missing, and the reports of that and of a scan with it.

    ``named`` is the report after the event of the cat got a name.
    """

    library: Library
    said: str
    before: dict[str, dict[str, str]]
    rows: dict[str, dict[str, str]]
    named: dict[str, dict[str, str]]


def write_one_of_each(photos: Path) -> None:
    save("chelsea.png", photos / "cat.jpg", datetime(2023, 5, 6, 12, 0))
    preview = io.BytesIO()
    with Image.open(photos / "cat.jpg") as cat:
        cat.resize(SIZE).save(preview, "JPEG", quality=95)
        black = Image.new("RGB", cat.size)
        black.save(photos / "late.gif", save_all=True, append_images=[cat])
    (photos / "alone.dng").write_bytes(dng(preview.getvalue(), SIZE))
    (photos / "MVI_0001.mov").write_bytes(video(MADE, "+35.6900+139.6920/"))
    (photos / "Screen Recording 1.mp4").write_bytes(video(MADE))
    Image.new("RGB", (1170, 2532), "white").save(photos / "IMG_0815.png")
    Image.new("RGB", (800, 640), "white").save(photos / "Screenshot_20230506-121000.png")
    page = Image.new("RGB", (600, 800), "#f4f0e4")
    for line in range(20):
        ImageDraw.Draw(page).line((60, 60 + 36 * line, 540, 60 + 36 * line), fill="#222233", width=6)
    page.save(photos / "Scan0001.jpg")
    for file in photos.iterdir():
        os.utime(file, (1_600_000_000, 1_600_000_000))


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> Nights:
    pytest.importorskip("rawpy", reason="the extra raw is not installed")
    library = Library(tmp_path_factory.mktemp("formats") / "home")
    write_one_of_each(library.photos)
    where, layout, report = ("--state", library.state), ("--layout", "category"), library.home / "report.csv"
    path = without_rawpy(library.home)
    rest = [part for suffix in ("jpg", "png", "gif") for part in ("--exclude", f"*.{suffix}")]  # nothing to recognise
    first = library.run("scan", library.photos, *MODEL, *where, *layout, *rest, "--report", report, PYTHONPATH=path)
    before = read_report(report)
    rows = library.scan(*MODEL, *where, *layout)
    library.run("events", "rename", library.photos, rows["cat.jpg"]["event"], "Zoo", *where)
    return Nights(library, first.stdout, before, rows, library.scan(*MODEL, *where))


def without_rawpy(home: Path) -> str:
    """The search path of a Python that does not find the extra."""
    folder = home / "without-rawpy"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(
        "import importlib.util as u\nfind = u.find_spec\n"
        "u.find_spec = lambda name, *more: None if name == 'rawpy' else find(name, *more)\n"
    )
    return os.pathsep.join([str(folder), os.environ.get("PYTHONPATH", "")])


def test_each_format_gets_the_category_that_is_its_own(nights: Nights) -> None:
    assert {path: row["category"] for path, row in nights.rows.items()} == {
        "cat.jpg": "pets",
        "alone.dng": "pets",
        "late.gif": "pets",
        "MVI_0001.mov": "videos",
        "Screen Recording 1.mp4": "screenshots",
        "Screenshot_20230506-121000.png": "screenshots",
        "IMG_0815.png": "screenshots",
        "Scan0001.jpg": "documents",
    }
    assert nights.rows["Screen Recording 1.mp4"]["album"] == "Screenshots/2023"
    assert nights.rows["IMG_0815.png"]["confidence"] == nights.rows["Scan0001.jpg"]["confidence"] == ""


def test_videos_and_raw_files_tell_when_and_where_they_were_taken(nights: Nights) -> None:
    told = {path: (row["taken_at"], row["time_source"], row["time_zone"]) for path, row in nights.before.items()}
    assert told["alone.dng"][:2] == ("2023-05-06T12:34:56", "exif")
    assert told["MVI_0001.mov"] == ("2023-05-06T19:34:56", "container", "Asia/Tokyo")
    row = nights.rows["MVI_0001.mov"]
    assert (row["latitude"], row["longitude"]) == ("35.690000", "139.692000")


def test_a_raw_file_waits_for_the_extra_and_is_recognised_once_it_is_there(nights: Nights) -> None:
    assert "1 RAW file without a JPEG can be recognised with the extra `raw`" in nights.said
    assert nights.before["alone.dng"]["category"] == "unsorted"
    assert nights.rows["alone.dng"]["category"] == "pets"


def test_a_screenshot_is_no_picture_of_an_occasion(nights: Nights) -> None:
    """It belongs to the event of its time, and stays out of its album."""
    cat, screenshot = nights.named["cat.jpg"], nights.named["Screenshot_20230506-121000.png"]
    assert (screenshot["event"], screenshot["album"]) == (cat["event"], "Screenshots/2023")
    assert cat["album"].startswith("2023/")


def test_with_nothing_new_none_of_the_libraries_for_them_is_loaded(nights: Nights, tmp_path: Path) -> None:
    for name in ("torch", "rawpy", "exifread"):
        (tmp_path / f"{name}.py").write_text(f"raise SystemExit('{name} was imported')")
    path = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])
    library = nights.library
    library.run("scan", library.photos, "--state", library.state, "--report", tmp_path / "a.csv", PYTHONPATH=path)
