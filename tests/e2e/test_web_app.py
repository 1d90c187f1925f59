"""``albumsort serve`` in a real browser: try, look, put right, have it done, take it back."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.select import Select

from tests.e2e.browser import WIDTHS, Browser, browser
from tests.e2e.conftest import Library, copy_library
from tests.e2e.serving import MARKUP, Server, chinese, lasting, serving

__all__ = ["browser", "chinese", "lasting"]  # fixtures

NEVER = "it is never to be placed, as you said"
VIEWS = ("albums", "photos", "events", "unsorted", "unread", "try", "changes", "make")
ASKED_FOR = {"changes": "#rows-changes li", "make": "#place"}
"""What a view shows that it has to ask the server for."""


# One server for all: each test that changes something takes it back.
@pytest.fixture(scope="module")
def library(recognised: Library, tmp_path_factory: pytest.TempPathFactory) -> Library:
    return copy_library(recognised, tmp_path_factory.mktemp("web") / "home")


@pytest.fixture(scope="module")
def server(library: Library) -> Iterator[Server]:
    with serving(library) as server:
        yield server


def show(browser: Browser, server: Server, view: str) -> None:
    """Open a view, once the first look at the library is over."""
    browser.driver.get("about:blank")
    browser.driver.get(f"{server.address}#{view}")
    browser.wait(lambda: browser.all("nav a[aria-current]"))


def settled(browser: Browser, version: int) -> None:
    """Wait until the page shows what was found after a change."""
    data = "JSON.parse(document.getElementById('data')?.textContent ?? '{}')"
    script = f"return document.readyState === 'complete' && {data}.version"
    browser.wait(lambda: (browser.run(script) or 0) > version and not browser.all("#job"))


def version(browser: Browser) -> int:
    return int(browser.run("return JSON.parse(document.getElementById('data').textContent).version"))


def photo(browser: Browser, name: str) -> None:
    """Open the dialog of the photo with this name."""
    box = browser.one("#words")
    box.clear()
    box.send_keys(name)
    browser.wait(lambda: len(browser.all("#grid-photos .tile")) == 1)
    browser.click("#grid-photos .tile")
    browser.one("#photo-facts")


def event(browser: Browser, name: str) -> WebElement:
    """The button of the event with this name, in a year that may be folded up."""
    browser.run("document.querySelectorAll('.year').forEach((year) => (year.open = true))")
    return next(own for own in browser.all("#timeline button") if name in own.text)


def take_back(browser: Browser, server: Server) -> None:
    """Take the last change back, as one does on the page."""
    show(browser, server, "changes")
    before = version(browser)
    browser.click("#rows-changes button")
    settled(browser, before)


def overflow(browser: Browser) -> bool:
    """Whether the page is wider than the window."""
    return bool(browser.run("const own = document.documentElement; return own.scrollWidth > own.clientWidth"))


def text(browser: Browser, selector: str) -> str:
    """What stands in an element now; "" where it is not there, as while the page is loaded anew."""
    return str(browser.run("return document.querySelector(arguments[0])?.innerText ?? ''", selector))


def fact(browser: Browser, name: str) -> str:
    named = "[...document.querySelectorAll('#photo-facts dt')].find((own) => own.textContent === arguments[0])"
    return str(browser.run(f"return {named}?.nextSibling.innerText", name))


def test_a_picture_that_is_tried_is_shown_with_what_is_in_it(
    lasting: Server, browser: Browser, recognised: Library
) -> None:
    show(browser, lasting, "try")
    browser.one("#pictures").send_keys(str(recognised.photos / "2023" / "cat.jpg"))
    bars = browser.wait(lambda: browser.all(".bars li"))
    assert len(bars) == 3
    # Two that are nearly as likely: which one it is depends on the precision that the processor has.
    assert bars[0].text.startswith(("Egyptian cat", "tiger cat"))
    assert bars[0].text.endswith("%")
    assert "Category: Pets" in browser.one(".tried").text
    assert browser.run("return document.querySelector('.tried img').naturalWidth") > 200
    browser.one("#pictures").send_keys(str(recognised.photos / "broken.jpg"))
    assert "cut off" in browser.one(".tried .wrong").text
    assert browser.complaints()[1:] == []  # that the second was refused is one


def test_a_photo_tells_why_it_is_where_it_is(lasting: Server, browser: Browser) -> None:
    show(browser, lasting, "photos")
    photo(browser, "cat.jpg")
    assert fact(browser, "Category").startswith("Pets")
    assert "Egyptian cat" in fact(browser, "Likeliest")
    assert "from the camera's EXIF" in fact(browser, "Taken")
    wide = "return document.querySelector('#photo-picture img').naturalWidth"
    assert browser.wait(lambda: browser.run(wide) > 240)  # the photo itself, after its thumbnail
    assert browser.complaints() == []


def test_names_are_only_ever_text(lasting: Server, browser: Browser) -> None:
    show(browser, lasting, "photos")
    photo(browser, "onerror")
    assert browser.one("#photo-name").text == MARKUP
    assert "run" not in browser.driver.title
    assert browser.complaints() == []


@pytest.mark.parametrize("width", WIDTHS)
def test_every_view_is_accessible_and_fits_the_screen(lasting: Server, browser: Browser, width: int) -> None:
    browser.resize(width, dark=width == WIDTHS[1])
    show(browser, lasting, VIEWS[0])
    for view in VIEWS:
        browser.run("location.hash = arguments[0]", view)
        browser.one(f"nav a[aria-current][href='#{view}']")
        browser.one(ASKED_FOR.get(view, "main"))
        assert not overflow(browser)
        assert (view, browser.violations()) == (view, [])
    assert browser.complaints() == []


@pytest.mark.parametrize("width", WIDTHS)
def test_the_dialogs_and_the_bar_are_accessible(lasting: Server, browser: Browser, width: int) -> None:
    browser.resize(width, dark=width != WIDTHS[1])
    show(browser, lasting, "photos")
    photo(browser, "cat.jpg")
    assert not overflow(browser)
    assert browser.violations() == []
    browser.click("#close")
    browser.click("#select")
    browser.one("#grid-photos .tile").send_keys(Keys.SPACE)
    assert browser.one("#selection-told").text == "1 photo selected"
    assert not overflow(browser)
    assert browser.violations() == []
    browser.run("location.hash = 'events'")
    browser.click("#timeline button")
    browser.one("#event-new-name")
    assert not overflow(browser)
    assert browser.violations() == []


def test_a_category_that_is_put_right_counts_everywhere_until_it_is_taken_back(
    server: Server, library: Library, browser: Browser
) -> None:
    show(browser, server, "photos")
    before = version(browser)
    photo(browser, "rocket.jpg")
    Select(browser.one("#photo-category")).select_by_visible_text("Pets")
    browser.click("#photo-right .strong")
    settled(browser, before)
    photo(browser, "rocket.jpg")
    assert fact(browser, "Category").startswith("Pets")
    assert "you" in fact(browser, "Note")
    row = library.scan("--state", library.state)["rocket.jpg"]
    assert (row["category"], "Pets" in row["album"]) == ("pets", True)

    show(browser, server, "changes")
    assert "1 photo (rocket.jpg): shows Pets" in browser.one("#rows-changes").text
    take_back(browser, server)
    show(browser, server, "photos")
    photo(browser, "rocket.jpg")
    assert fact(browser, "Category").startswith("Aircraft")
    assert browser.complaints() == []


def test_photos_that_are_selected_are_put_right_together(server: Server, library: Library, browser: Browser) -> None:
    show(browser, server, "photos")
    before = version(browser)
    browser.one("#words").send_keys("coffee")
    browser.wait(lambda: len(browser.all("#grid-photos .tile")) == 2)
    browser.click("#select")
    for tile in browser.all("#grid-photos .tile"):
        tile.click()
    assert browser.one("#selection-told").text == "2 photos selected"
    browser.click("#selection-never")
    settled(browser, before)
    assert browser.one("#words").get_attribute("value") == "coffee"  # the same place as before
    rows = library.scan("--state", library.state, "--action", "move", "--dry-run")
    assert {rows[name]["note"] for name in ("2023/coffee.jpg", "Trips/coffee.jpg")} == {NEVER}
    take_back(browser, server)
    assert browser.complaints() == []


def test_an_event_gets_a_name(server: Server, library: Library, browser: Browser) -> None:
    show(browser, server, "events")
    before = version(browser)
    event(browser, "2022-08-02").click()
    name = browser.one("#event-new-name")
    name.clear()
    name.send_keys("../Beijing")
    browser.click("#event-rename button")
    assert "cannot be the name of an album" in browser.one("#event #wrong").text
    assert len(browser.complaints()) == 1  # that it was refused
    name.clear()
    name.send_keys("Our day in Beijing")
    browser.click("#event-rename button")
    settled(browser, before)
    assert event(browser, "Our day in Beijing")
    assert "Our day in Beijing" in library.scan("--state", library.state)["Trips/china.jpg"]["album"]
    show(browser, server, "changes")
    assert "An event was renamed" in browser.one("#rows-changes").text
    take_back(browser, server)
    assert browser.complaints() == []


def test_albums_are_made_as_they_were_shown_and_taken_back(server: Server, library: Library, browser: Browser) -> None:
    before = library.tree()
    show(browser, server, "make")
    browser.click("#action-move")
    browser.click("#make button")
    browser.wait(lambda: browser.all("#do"))
    assert browser.one("#action-move").is_selected()
    assert browser.driver.switch_to.active_element.get_attribute("id") == "outcome-title"
    assert browser.violations() == []
    assert "to sort into" in browser.one("#outcome-lines").text
    assert library.tree() == before
    browser.click("#do")
    browser.wait(lambda: "moved into" in text(browser, "#outcome-lines"))
    browser.one("#see")
    assert browser.violations() == []
    assert not (library.photos / "rocket.jpg").exists()
    assert len(list(library.albums.rglob("*.jpg"))) >= 4

    browser.wait(lambda: browser.all("#rows-runs button"))
    browser.click("#rows-runs button")
    browser.wait(lambda: browser.all("#take-back"))
    assert not (library.photos / "rocket.jpg").exists()
    browser.click("#take-back")
    browser.wait(lambda: "taken back" in text(browser, "#rows-runs"))
    assert library.tree() == before
    assert browser.complaints() == []


def test_the_library_is_free_while_the_page_is_open(server: Server, library: Library, browser: Browser) -> None:
    show(browser, server, "albums")
    library.run("scan", library.photos, "--state", library.state, "--action", "symlink")
    assert os.path.islink(next(path for path in library.albums.rglob("*.jpg")))
    library.run("undo", "--state", library.state)


def test_the_app_speaks_chinese(chinese: Server, browser: Browser) -> None:
    show(browser, chinese, "make")
    assert browser.run("return document.documentElement.lang") == "zh"
    assert "相册" in browser.one("nav").text
