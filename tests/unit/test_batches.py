"""Many files are placed in batches: how large they are, and that each looks anew at where it puts its files."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from albumsort.catalog.catalog import Catalog
from albumsort.labels.table import LabelTable
from albumsort.pipeline import journaled
from albumsort.pipeline.act import Act
from albumsort.plan.plan import Rules
from albumsort.records import Decision
from albumsort.stamps import Stamp
from albumsort.steps import Step

FIRST = journaled.AT_ONCE
MOST = journaled.MOST_AT_ONCE


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    with Catalog(tmp_path / "catalog.sqlite") as catalog:
        yield catalog


def decisions(folder: Path, album: Path, count: int) -> list[Decision]:
    """Links to so many files, which are made."""
    folder.mkdir()
    found = []
    for number in range(count):
        path = folder / f"{number:04}.jpg"
        path.write_bytes(b"%d" % number)
        stamp, place = Stamp.of(path.lstat()), str(album / path.name)
        found.append(Decision(str(path), "planned", stamp=stamp, action="symlink", destination=place))
    return found


def sizes(catalog: Catalog, units: int) -> list[int]:
    """How many units are taken before what came of them is told, batch by batch; they remove what is not there."""
    taken, told = 0, [0]

    def removals() -> Iterator[tuple[int, list[Step]]]:
        nonlocal taken
        for taken in range(1, units + 1):
            yield taken, [Step("remove", "symlink", "/photos/a.jpg", f"/albums/{taken}.jpg", Stamp(1, 1, 1))]

    for _ in journaled.carry_out(catalog, catalog.journal.begin("symlink", "/albums"), removals(), lambda: False):
        if taken != told[-1]:
            told.append(taken)
    return [after - before for before, after in pairwise(told)]


def test_quick_batches_grow_to_a_limit(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journaled, "QUICK", float("inf"))
    assert sizes(catalog, 15 * FIRST + MOST + 1) == [FIRST, 2 * FIRST, 4 * FIRST, MOST, MOST, 1]


def test_slow_batches_stay_small(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journaled, "QUICK", 0)
    assert sizes(catalog, 2 * FIRST + 1) == [FIRST, FIRST, 1]


def test_an_album_that_becomes_a_link_out_of_the_albums_gets_no_more_files(catalog: Catalog, tmp_path: Path) -> None:
    albums, outside = tmp_path / "Albums", tmp_path / "outside"
    for folder in (albums, outside):
        folder.mkdir()
    planned = decisions(tmp_path / "photos", albums / "Pets", FIRST + 3)
    rules = Rules(LabelTable((), (), 0.5), (), (), str(albums), action="symlink")

    def swap(_done: int) -> None:
        if not (albums / "Pets").is_symlink():
            (albums / "Pets").rename(albums / "Pets of before")
            (albums / "Pets").symlink_to(outside)

    done = Act(catalog, rules, absolute_links=False, stopped=lambda: False).run(planned, swap)
    assert [own.status for own in done] == ["done"] * FIRST + ["failed"] * 3
    assert "leads out of the album folder" in done[-1].note
    assert list(outside.iterdir()) == []
