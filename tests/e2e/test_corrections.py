"""What the user puts right in the categories of photos wins on every later run, and can be taken back."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from albumsort.catalog.catalog import Catalog
from albumsort.errors import LibraryBusyError
from albumsort.labels.classes import data_file
from albumsort.labels.parse import load_table
from albumsort.pipeline.corrections import correct, never, undo
from albumsort.pipeline.held import held, opened
from albumsort.pipeline.no_news import RECORD
from albumsort.pipeline.regroup import rename
from albumsort.pipeline.regroup_undo import undo_regrouping
from albumsort.state import locked

from .conftest import Library, copy_library

Rows = dict[str, dict[str, str]]
Scan = Callable[..., Rows]


@pytest.fixture
def scan(library: Library) -> Scan:
    """Scan the library, which was seen once: its photos are known at their paths."""
    scan = partial(library.scan, "--state", library.state)
    scan()
    return scan


def photo_at(catalog: Catalog, path: Path) -> int:
    return catalog.photos_in(str(path.parent), "")[path.name][0].id


def put_right(library: Library, category: str, *paths: str) -> None:
    """Say of photos (relative) that they belong to a category, or are never to be placed."""
    with held(library.state, str(library.photos), "correct") as catalog:
        photos = [photo_at(catalog, library.photos / path) for path in paths]
        if category == "never":
            never(catalog, photos)
        else:
            correct(catalog, photos, category, load_table(None))


def take_back(library: Library) -> None:
    with held(library.state, str(library.photos), "correct") as catalog:
        undo(catalog)


def albums(library: Library) -> list[str]:
    """What is in the albums; links that lead nowhere are missing."""
    return sorted(str(path.relative_to(library.albums)) for path in library.albums.rglob("*.*") if path.is_file())


def test_a_moved_photo_goes_to_the_album_of_the_user_and_back(library: Library, scan: Scan) -> None:
    (library.photos / "2023" / "cat.xmp").write_text("<x:xmpmeta xmlns:x='adobe:ns:meta/'/>")
    put_right(library, "food_drink", "2023/cat.jpg")
    put_right(library, "never", "rocket.jpg")
    table = library.home / "other.yaml"
    table.write_text(data_file("categories.yaml").read_text().replace("food_drink:", "meals:"))
    passed_over = library.run("scan", library.photos, "--state", library.state, "--labels", table)
    assert "You put 1 photo into food_drink, which the label table does not have" in passed_over.stderr
    rows = scan("--action", "move")
    cat, companion = rows["2023/cat.jpg"], rows["2023/cat.xmp"]
    assert (cat["category"], cat["album"], cat["note"]) == ("food_drink", "Food and drink/2023", "category by you")
    assert "cat" in cat["labels"]
    assert companion["destination"] == str(library.albums / "Food and drink/2023/cat.xmp")
    rocket = rows["rocket.jpg"]
    assert (rocket["status"], rocket["note"]) == ("skipped", "it is never to be placed, as you said")
    assert (library.photos / "rocket.jpg").exists()
    sorted_ = library.tree()
    put_right(library, "pets", "Albums/Food and drink/2023/cat.jpg")
    scan("--action", "move")
    assert {"Pets/2023/cat.jpg", "Pets/2023/cat.xmp"} <= set(albums(library))
    library.run("undo", "--state", library.state, "--yes")
    assert library.tree() == sorted_
    take_back(library)
    assert not [row for row in scan("--action", "move").values() if row["status"] == "done"]
    assert library.tree() == sorted_


def test_links_and_keywords_follow_the_user(library: Library, scan: Scan) -> None:
    scan("--action", "tag")
    scan("--action", "symlink")
    before, sidecar = albums(library), library.photos / "2023" / "cat.jpg.xmp"
    assert "Pets" in sidecar.read_text()
    put_right(library, "food_drink", "2023/cat.jpg")
    put_right(library, "never", "2023/coffee.jpg")  # of which there is another one with the same bytes
    rows = scan("--action", "symlink")
    assert "Food and drink/2023/cat.jpg" in albums(library)
    assert "Pets/2023/cat.jpg" not in albums(library)
    assert not [path for path in albums(library) if "coffee" in path]
    assert {rows[f"{folder}/coffee.jpg"]["album"] for folder in ("2023", "Trips")} == {""}
    scan("--action", "tag")
    assert "Food and drink" in sidecar.read_text()
    assert "Pets" not in sidecar.read_text()
    for _ in range(2):
        take_back(library)
    scan("--action", "symlink")
    assert albums(library) == before


@pytest.mark.usefixtures("scan")
def test_a_run_without_news_notices_what_was_put_right(library: Library) -> None:
    run = partial(library.run, "scan", library.photos, "--state", library.state, "--action", "move")
    for _ in range(2):
        run()
    assert (library.state / RECORD).exists()
    put_right(library, "food_drink", "Albums/Pets/2023/cat.jpg")
    assert "1 moved into 1 album" in run().stdout


def test_nothing_is_put_right_while_a_run_holds_the_library(library: Library) -> None:
    with locked(library.state, "scan"), pytest.raises(LibraryBusyError):
        put_right(library, "food_drink", "2023/cat.jpg")
    with opened(library.state, str(library.photos)) as catalog:
        assert catalog.corrections.all() == []


def test_photos_of_a_trip_follow_what_is_said_of_them_and_of_the_trip_and_back(
    travelled: Library, tmp_path: Path
) -> None:
    library = copy_library(travelled, tmp_path / "home")
    scan = partial(library.scan, "--state", library.state, "--action", "move")
    moved = {row["destination"]: row["trip"] for row in scan().values() if row["trip"]}
    food, screen = (str(Path(path).relative_to(library.photos)) for path in sorted(moved)[:2])
    before = library.tree()
    put_right(library, "food_drink", food)
    put_right(library, "screenshots", screen)
    with held(library.state, str(library.photos), "rename") as catalog:
        rename(catalog, moved[str(library.photos / food)], "Japan")
    rows = scan()
    assert (rows[food]["category"], rows[food]["album"]) == ("food_drink", "2023/Japan")
    assert "category by you" in rows[food]["note"]  # the album is that of the trip all the same
    assert rows[screen]["album"] == "Screenshots/2023"
    with held(library.state, str(library.photos), "undo") as catalog:
        assert undo_regrouping(catalog).name == "Japan"
        for _ in range(2):
            undo(catalog)
    scan()
    assert library.tree() == before
