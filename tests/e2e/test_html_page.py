"""``albumsort scan --html`` in a real browser: what people see, find and open."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from selenium.webdriver.common.keys import Keys

from tests.e2e.browser import WIDTHS, Browser, browser
from tests.e2e.conftest import ALBUMSORT, Library, copy_library, save

__all__ = ["browser"]  # a fixture

VIEWS = ("albums", "photos", "events", "unsorted", "unread")
MARKUP = "<img src=x onerror=document.title='run'>&amp;.jpg"
NOT_UTF8 = os.fsdecode(b"caf\xe9.jpg")


@pytest.fixture(scope="module")
def shown(recognised: Library, tmp_path_factory: pytest.TempPathFactory) -> Library:
    """A library with odd names, and the page of it."""
    library = copy_library(recognised, tmp_path_factory.mktemp("shown") / "home")
    save("chelsea.png", library.photos / "odd.jpg")
    for name in (MARKUP, NOT_UTF8, "<!--<script>.jpg"):
        (library.photos / name).write_bytes((library.photos / "odd.jpg").read_bytes() + os.fsencode(name))
    (library.photos / "odd.jpg").unlink()
    library.run("scan", library.photos, "--state", library.state, "--html", library.home / "page.html")
    return library


def page(library: Library) -> Path:
    return library.home / "page.html"


def press(browser: Browser, key: str) -> None:
    browser.driver.switch_to.active_element.send_keys(key)


def search(browser: Browser, words: str) -> list[str]:
    """The names of the photos that a search finds."""
    box = browser.one("#words")
    box.clear()
    box.send_keys(words)
    return [(own.get_attribute("aria-label") or "").partition(", ")[0] for own in browser.all("#grid-photos .tile")]


def test_albums_have_pictures_and_open_the_photos_in_them(shown: Library, browser: Browser) -> None:
    browser.open(page(shown))
    album = next(own for own in browser.all("#grid-albums .tile") if "Pets" in own.text)
    assert browser.wait(lambda: browser.run("return arguments[0].querySelector('img').naturalWidth", album)) == 240
    album.click()
    browser.wait(lambda: browser.all("#grid-photos .tile"))
    assert all("Pets" in own.text for own in browser.all("#grid-photos .tile"))
    assert browser.complaints() == []


def test_search_and_filters_find_photos_by_what_is_known_of_them(shown: Library, browser: Browser) -> None:
    browser.open(page(shown), "photos")
    assert len(search(browser, "")) == 10
    assert search(browser, "tabby egyptian trips") == []
    assert set(search(browser, "COFFEE.jpg")) == {"coffee.jpg"}
    assert "cat.jpg" in search(browser, "cat")
    assert search(browser, "Phone 2024") == ["IMG_20240102_030405.png"]
    search(browser, "")
    browser.run("const year = document.getElementById('year'); year.value = 2022; "
                "year.dispatchEvent(new Event('input', {bubbles: true}))")  # fmt: skip
    assert len(browser.all("#grid-photos .tile")) == 2
    assert browser.one("#told-photos").text == "2 of 10 photos"
    browser.one("#filter button").click()
    browser.wait(lambda: len(browser.all("#grid-photos .tile")) == 10)


def test_a_photo_opens_by_keyboard_and_tells_why_it_is_where_it_is(shown: Library, browser: Browser) -> None:
    browser.open(page(shown), "photos")
    search(browser, "coffee.jpg")
    browser.one("#grid-photos .tile").send_keys(Keys.ENTER)
    facts = browser.one("#photo-facts").text
    for told in ("Likeliest", "espresso", "Jul 8, 2023", "from the camera's EXIF", "Albums/"):
        assert told in facts
    press(browser, Keys.ARROW_RIGHT)
    assert "duplicate of" in browser.one("#photo-facts").text
    press(browser, Keys.ESCAPE)
    assert browser.all("#photo") == []
    first, second = browser.all("#grid-photos .tile")
    assert browser.driver.switch_to.active_element == second
    press(browser, Keys.ARROW_LEFT)
    assert browser.driver.switch_to.active_element == first


def test_names_are_only_ever_text(shown: Library, browser: Browser) -> None:
    browser.open(page(shown), "photos")
    assert search(browser, "onerror") == [MARKUP]
    browser.one("#grid-photos .tile").click()
    assert browser.one("#photo-name").text == MARKUP
    browser.open(page(shown), "photos")
    assert search(browser, "caf") == [r"caf\udce9.jpg"]
    assert search(browser, "script") == ["<!--<script>.jpg"]
    assert "run" not in browser.driver.title
    assert browser.complaints() == []


def test_what_could_not_be_read_is_told_with_the_reason(shown: Library, browser: Browser) -> None:
    browser.open(page(shown), "unread")
    assert "broken.jpg\nCannot be read: cut off" in browser.one("#rows-unread").text


def test_events_are_on_a_timeline_and_a_map(travelled: Library, browser: Browser) -> None:
    travelled.run("scan", travelled.photos, "--state", travelled.state, "--html", page(travelled))
    browser.open(page(travelled), "events")
    browser.one("#map canvas")
    trip = next(own for own in browser.all("#timeline button") if "Tokyo" in own.text or "Japan" in own.text)
    trip.click()
    assert len(browser.wait(lambda: browser.all("#grid-photos .tile"))) > 5
    assert browser.one("#all-events").text.startswith("Only ")
    browser.one("#all-events").click()
    assert browser.all("#all-events") == []
    assert browser.complaints() == []


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_is_accessible_and_fits_the_screen(shown: Library, browser: Browser, view: str) -> None:
    for width in WIDTHS:
        browser.resize(width, dark=width == WIDTHS[0])
        browser.open(page(shown), view)
        assert browser.run("return document.documentElement.scrollWidth") <= width
        assert width == WIDTHS[1] or browser.violations() == []
    assert browser.complaints() == []


def test_the_dialog_of_a_photo_is_accessible(shown: Library, browser: Browser) -> None:
    browser.open(page(shown), "photos")
    browser.one("#grid-photos .tile").click()
    assert browser.violations() == []


def test_thumbnails_in_a_folder_are_shown_and_are_no_photos(shown: Library, browser: Browser) -> None:
    inside = shown.photos / "page.html"
    script = "import albumsort.web.page as page; page.INSIDE = 0; from albumsort.cli.main import run; run()"
    python = [str(Path(ALBUMSORT).with_name("python")), "-c", script]
    shown.run("scan", shown.photos, "--state", shown.state, "--html", inside, command=python)
    browser.open(inside, "photos")
    image = browser.one("#grid-photos img")
    assert "page_files/" in (image.get_attribute("src") or "")
    assert browser.wait(lambda: browser.run("return arguments[0].naturalWidth", image)) == 240
    assert browser.complaints() == []
    assert not [path for path in shown.scan("--state", shown.state) if "page" in path]


def test_a_page_needs_a_place_before_anything_is_looked_at(library: Library) -> None:
    mine = library.home / "mine.html"
    mine.write_text("<p>mine")
    asked = ("scan", library.photos, "--state", library.state, "--html", mine, "--action", "symlink")
    result = library.run(*asked, code=2)
    assert (
        result.stderr
        == f"Error: {mine}: this is not a page of albumsort, so it is not overwritten; choose another name\n"
    )
    assert mine.read_text() == "<p>mine"
    assert not library.albums.exists()
