"""Albums keep their names and their photos while a trip goes on, night after night."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from .conftest import HOME, MODEL, TOKYO, Library, take

DEPARTURE = datetime(2023, 6, 5, 9)
Night = Callable[..., Mapping[str, str]]


@pytest.fixture
def library(tmp_path: Path) -> Library:
    """Five months at home, sorted in the first night."""
    library = Library(tmp_path / "home")
    for day in range(0, 150, 5):
        take(library.photos / f"home {day}.jpg", datetime(2023, 1, 2, 12) + timedelta(days=day), "Acme Phone", HOME)
    return library


@pytest.fixture
def night(library: Library) -> Night:
    """One more night: with ``count`` photos of a day of the trip, sort what is new; returns the albums by photo."""

    def albums(day: int = 0, count: int = 0, *options: str) -> Mapping[str, str]:
        for number in range(count):
            shown = DEPARTURE + timedelta(days=day, minutes=10 * number)
            take(library.photos / f"trip {day} {number}.jpg", shown, "Acme Phone", TOKYO)
        library.scan(*MODEL, "--state", library.state, "--action", "move", *options)
        files = library.albums.rglob("*.jpg")
        return {file.stem: str(file.parent.relative_to(library.albums)) for file in files}

    return albums


def of_trip(albums: Mapping[str, str]) -> set[str]:
    return {album for photo, album in albums.items() if photo.startswith("trip")}


def test_an_album_keeps_its_name_and_its_photos_while_the_trip_goes_on(library: Library, night: Night) -> None:
    before = night()
    for day in range(3):
        albums = night(day, 6)
        assert albums.items() >= before.items()
        assert len(albums) == len(before) + 6
        before = albums
    assert len(of_trip(before)) == 1
    take(library.photos / "home again.jpg", DEPARTURE + timedelta(days=6), "Acme Phone", HOME)
    after = night()
    assert after.items() >= before.items()
    assert after["home again"] not in of_trip(after)


def test_the_name_of_a_trip_that_goes_on_does_not_tell_how_long_it_took(library: Library, night: Night) -> None:
    for day in range(3):
        take(library.photos / f"trip {day}.jpg", DEPARTURE + timedelta(days=day), "Acme Phone", TOKYO)
    [album] = of_trip(night(3, 6))
    assert album.startswith("2023/2023-06-05 Tokyo, Japan")
    assert "days" not in album
    assert of_trip(night(5, 6)) == {album}


def test_the_name_of_a_trip_that_is_over_tells_how_long_it_took(library: Library, night: Night) -> None:
    take(library.photos / "home again.jpg", DEPARTURE + timedelta(days=6), "Acme Phone", HOME)
    take(library.photos / "trip 0.jpg", DEPARTURE, "Acme Phone", TOKYO)
    [album] = of_trip(night(3, 6))
    assert album.endswith("4 days")


def test_a_photo_filed_before_its_trip_was_known_stays_until_all_is_rearranged(night: Night) -> None:
    night()
    first = night(0, 1)
    second = night(1, 6)
    assert second["trip 0 0"] == first["trip 0 0"]
    assert second["trip 1 0"] != first["trip 0 0"]
    assert of_trip(night(0, 0, "--rearrange")) == {second["trip 1 0"]}


def test_a_late_photo_of_a_trip_goes_into_its_album(library: Library, night: Night) -> None:
    night()
    night(0, 6)
    [album] = of_trip(night(1, 6))
    take(library.photos / "trip late.jpg", DEPARTURE + timedelta(hours=30), "Acme Phone", TOKYO)
    assert of_trip(night()) == {album}


def test_a_night_without_news_leaves_every_album_as_it_is(library: Library, night: Night) -> None:
    night()
    night(0, 6)
    night(1, 6)
    before = library.tree()
    night()
    assert library.tree() == before
