"""The page of a large library: how large it is, and how long people wait for pictures and for what they search.

    python benchmarks/html_page.py FOLDER [--photos 50000]

FOLDER is made, and holds the page afterwards. The photos are made up; their thumbnails are noise as large as real ones.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import resource
import shutil
import statistics
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
from selenium import webdriver

from albumsort.catalog.thumbnails import Thumbnails
from albumsort.labels.classes import class_names
from albumsort.pipeline.scan_options import ScanResult
from albumsort.pipeline.scene import Scene
from albumsort.records import CaptureTime, Decision, Event, Metadata, Situation
from albumsort.vision.thumbnail import jpeg_of
from albumsort.web.page import with_page
from albumsort.web.thumbnail_folder import folder_of

TOWNS = (("Berlin", 52.52, 13.4), ("Nice", 43.7, 7.27), ("Kyoto", 35.01, 135.77), ("Lima", -12.05, -77.04))
CATEGORIES = ("pets", "wildlife", "food", "landmarks", "vehicles", "plants", "unsorted")
SEARCHES = ("kyoto", "tabby", "img_2019", "pets nice", "nothing like it")
AN_EVENT = 25


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--photos", type=int, default=50_000)
    options = arguments.parse_args()
    options.folder.mkdir()
    page = options.folder / "page.html"
    result = made(options.photos, options.folder / "thumbnails.sqlite")
    for what in ("first page", "page again"):
        begun = cpu()
        trouble = with_page(str(page), result, datetime.now()).trouble
        assert not trouble, trouble
        print(f"{what}: {cpu() - begun:.1f} s of CPU")
    print(f"page: {page.stat().st_size / 1e6:.1f} MB")
    beside = [path.stat().st_size for path in Path(folder_of(str(page))).rglob("*.jpg")]
    print(f"folder: {len(beside):,} files, {sum(beside) / 1e6:.0f} MB")
    look(page)


def cpu() -> float:
    """Seconds that this process has calculated, user and system."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def made(photos: int, thumbnails: Path) -> ScanResult:
    """A scan that found so many photos, with an event for every 25."""
    draw, names = random.Random(1), class_names()  # noqa: S311  no secret
    decisions = list(decisions_of(photos, draw, names))
    noise = np.random.default_rng(1)
    pictures = [jpeg_of(noise.integers(96, 160, (160, 240, 3), dtype=np.uint8)) for _ in range(20)]
    prints = {number: hashlib.sha256(str(number).encode()).hexdigest() for number in range(photos)}
    with Thumbnails(thumbnails) as kept:
        for number, fingerprint in prints.items():
            kept.put(fingerprint, pictures[number % len(pictures)])
    day = datetime(2020, 1, 1)
    events = {
        own.situation.event: Event(
            own.situation.event, False, f"A day in {own.situation.place}", day.date(), day, day, 1
        )
        for own in decisions
    }
    categories = {key: key.title() for key in CATEGORIES if key != "unsorted"}
    scene = Scene("/home/someone/Photos", events, categories, {}, "en", prints, thumbnails)
    return ScanResult(decisions, "/home/someone/Photos/Albums", 0, False, "", day, day, scene)


def decisions_of(photos: int, draw: random.Random, names: tuple[str, ...]) -> Iterator[Decision]:
    taken = datetime(2008, 1, 1)
    for number in range(photos):
        if number % AN_EVENT == 0:
            taken += timedelta(days=draw.uniform(0.5, 5))
            town, latitude, longitude = draw.choice(TOWNS)
        taken += timedelta(minutes=draw.uniform(0, 20))
        name = f"IMG_{taken:%Y%m%d_%H%M%S}_{number}.jpg"
        category, share = draw.choice(CATEGORIES), draw.uniform(0.2, 1)
        place = (latitude + draw.gauss(0, 0.05), longitude + draw.gauss(0, 0.05))
        yield Decision(
            os.path.join(f"/home/someone/Photos/{taken:%Y/%m}", name),
            "skipped" if category == "unsorted" else "planned",
            note=f"not sure enough: Pets has {share:.2f}, and needs 0.50" if category == "unsorted" else "",
            photo_id=number,
            metadata=Metadata(None, "", *place),
            captured=CaptureTime(taken, "exif", time_zone="+02:00"),
            situation=Situation(f"{number // AN_EVENT:05}", "", town, "Somewhere"),
            category=category,
            confidence=share,
            labels=tuple((draw.choice(names), part) for part in (share, share / 8, share / 16)),
            album="" if category == "unsorted" else f"{category.title()}/{taken:%Y}",
            destination=""
            if category == "unsorted"
            else f"/home/someone/Photos/Albums/{category.title()}/{taken:%Y}/{name}",
        )


def look(page: Path) -> None:
    """What Chromium needs, in milliseconds of the clock: the median of five pages, and of each search."""
    options = webdriver.ChromeOptions()
    for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--window-size=1440,1000"):
        options.add_argument(argument)
    driver = webdriver.Chrome(options, webdriver.ChromeService(shutil.which("chromedriver")))
    first, nodes = [], 0
    try:
        for _ in range(5):
            driver.get("about:blank")
            driver.get(page.as_uri() + "#photos")
            first.append(driver.execute_async_script(FIRST_PICTURE))
            time.sleep(0.5)
        nodes = driver.execute_script("return document.querySelectorAll('*').length")
        print(f"first picture: {statistics.median(first):.0f} ms after the page was asked for; {nodes} elements")
        for words in SEARCHES:
            times = [driver.execute_script(SEARCH, words) for _ in range(5)]
            print(f"search {words!r}: {statistics.median(own[0] for own in times):.0f} ms, finds {times[0][1]}")
        for field, value in (("category", "1"), ("year", "2015"), ("album", "7")):
            times = [driver.execute_script(CHOICE, field, value) for _ in range(5)]
            print(f"filter by {field}: {statistics.median(own[0] for own in times):.0f} ms, finds {times[0][1]}")
        scroll = [driver.execute_async_script(SCROLL, share) for share in (0.2, 0.5, 0.8, 0.35, 0.95)]
        print(f"picture after a leap: {statistics.median(scroll):.0f} ms")
    finally:
        driver.quit()


FIRST_PICTURE = """
const done = arguments[0];
const look = () => {
  const image = document.querySelector("#grid-photos img");
  image && image.complete && image.naturalWidth ? done(performance.now()) : setTimeout(look, 2);
};
look();
"""
_MEASURED = """
field.dispatchEvent(new Event("input", { bubbles: true }));
document.body.getBoundingClientRect();
const took = performance.now() - begun;
const told = document.getElementById("told-photos").textContent;
field.value = "";
field.dispatchEvent(new Event("input", { bubbles: true }));
return [took, told];
"""
SEARCH = "const field = document.getElementById('words'); field.value = arguments[0]; const begun = performance.now();"
SEARCH += _MEASURED
CHOICE = (
    "const field = document.getElementById(arguments[0]); field.value = arguments[1]; const begun = performance.now();"
)
CHOICE += _MEASURED
SCROLL = """
const done = arguments[1], begun = performance.now();
scrollTo(0, document.documentElement.scrollHeight * arguments[0]);
const look = () => {
  const seen = [...document.querySelectorAll("#grid-photos img")].filter((image) => {
    const { top } = image.getBoundingClientRect();
    return top > 0 && top < innerHeight;
  });
  seen.length > 6 && seen.every((image) => image.complete) ? done(performance.now() - begun) : setTimeout(look, 2);
};
requestAnimationFrame(look);
"""

if __name__ == "__main__":
    main()
