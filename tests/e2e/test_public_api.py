"""``import albumsort``: the examples of its documentation, and what it does to the disk."""

from __future__ import annotations

import doctest
import os
import re
import subprocess
import sys
from datetime import datetime, timezone
from pathlib import Path

import pytest

import albumsort
from albumsort import api
from albumsort.plan.agreed import NOT_AGREED
from tests.e2e.conftest import ALBUMSORT

ROOT = Path(__file__).parents[2]


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """The demo library."""
    subprocess.run([sys.executable, ROOT / "scripts" / "make_demo.py", tmp_path / "Photos"], check=True)
    return tmp_path / "Photos"


@pytest.fixture
def library(photos: Path) -> albumsort.Library:
    state = str(photos.parent / "state")
    options = albumsort.ScanOptions(photos=(str(photos),), state=state, model="efficientnet-lite0")
    return albumsort.Library(options)


def test_the_examples_hold(photos: Path) -> None:
    names = {"photos": str(photos), "state": str(photos.parent / "state"), "os": os, "datetime": datetime}
    guide = (ROOT / "docs" / "api.md").read_text()
    example = "\n".join(re.findall(r"^```pycon\n(.*?)^```", guide, re.DOTALL | re.MULTILINE))
    runner, parser = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE), doctest.DocTestParser()
    tests = doctest.DocTestFinder().find(api, globs=vars(api) | names)
    runner.run(parser.get_doctest(example, dict(names), "docs/api.md", "docs/api.md", 0))
    for test in tests:
        runner.run(test)
    assert runner.summarize(verbose=False).failed == 0
    assert sum(len(test.examples) for test in tests) >= 5


def test_the_names_of_the_api_are_all_there_and_cost_nothing_until_used() -> None:
    assert all(getattr(albumsort, name) is getattr(api, name) for name in albumsort.__all__)
    code = "import albumsort, sys; print(len([name for name in sys.modules if name.startswith('albumsort')]))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "1\n"
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        albumsort.nothing  # noqa: B018


def test_a_plan_touches_nothing_and_applying_it_is_undone_by_the_command(
    library: albumsort.Library, photos: Path
) -> None:
    before = {path: path.stat().st_mtime_ns for path in photos.rglob("*")}
    plan = library.plan("move")
    assert {path: path.stat().st_mtime_ns for path in photos.rglob("*")} == before
    planned = {own.path: own.destination for own in plan.decisions if own.status == "planned"}
    done = library.apply(plan)
    assert {own.path: own.destination for own in done.decisions if own.status == "done"} == planned
    assert all(os.path.isfile(destination) and not os.path.exists(path) for path, destination in planned.items())
    state = str(photos.parent / "state")
    subprocess.run([ALBUMSORT, "undo", "--state", state, "--yes"], capture_output=True, check=True)
    assert {path: path.stat().st_mtime_ns for path in photos.rglob("*") if path.is_file()} == {
        path: time for path, time in before.items() if path.is_file()
    }


def test_what_changed_since_it_was_planned_waits(library: albumsort.Library, photos: Path) -> None:
    plan = library.plan("move")
    cat, rocket = photos / "Phone" / "IMG_0023.jpg", photos / "Camera" / "DSC_0533.jpg"
    cat.with_suffix(".xmp").write_text(
        "<x:xmpmeta xmlns:x='adobe:ns:meta/'/>"
    )  # a companion that nobody agreed to move
    with rocket.open("ab") as file:
        file.write(b"edited")
    done = {own.path: own for own in library.apply(plan).decisions}
    for path in (str(cat), str(cat.with_suffix(".xmp")), str(rocket)):
        assert (done[path].status, done[path].note) == ("skipped", NOT_AGREED)
        assert os.path.isfile(path)
    assert sum(own.status == "done" for own in done.values()) > 5


def test_a_plan_without_an_action_is_not_carried_out(library: albumsort.Library, photos: Path) -> None:
    scanned = library.scan()
    with pytest.raises(ValueError, match=r"Library\.plan"):
        library.apply(scanned)
    assert not (photos / "Albums").exists()


def test_a_picture_that_cannot_be_read_says_why(tmp_path: Path) -> None:
    broken = tmp_path / "broken.jpg"
    broken.write_text("no picture")
    found = list(albumsort.classify([str(broken), str(tmp_path / "gone.jpg")], model="efficientnet-lite0"))
    assert [own.category for own in found] == ["", ""]
    assert found[0].problem == "broken.jpg: not a picture"
    assert found[1].problem == "gone.jpg: No such file or directory"


def test_what_the_caller_can_put_right_is_one_kind_of_error(library: albumsort.Library, tmp_path: Path) -> None:
    with pytest.raises(albumsort.AlbumsortError, match="--model nothing: not known"):
        next(albumsort.classify([], model="nothing"), None)
    gone = albumsort.Library(albumsort.ScanOptions(photos=(str(tmp_path / "gone"),), state=library.options.state))
    with pytest.raises(albumsort.AlbumsortError, match="gone"):
        gone.scan()


@pytest.mark.parametrize(
    ("moment", "message"),
    [
        (albumsort.Moment(datetime(2024, 5, 1), float("nan"), 13.4), "is no place"),
        (albumsort.Moment(datetime(2024, 5, 1), 100.0, 13.4), "is no place"),
        (albumsort.Moment(datetime(2024, 5, 1), 52.5), "is no place"),
        (albumsort.Moment(datetime(2024, 5, 1, tzinfo=timezone.utc)), "time zone"),
    ],
)
def test_moments_that_make_no_sense_are_refused(moment: albumsort.Moment, message: str) -> None:
    with pytest.raises(albumsort.AlbumsortError, match=message):
        albumsort.group([moment])


def test_an_action_that_there_is_not_is_refused(library: albumsort.Library) -> None:
    with pytest.raises(albumsort.AlbumsortError, match=r"delete: there is no such action; choose one of move, copy"):
        library.plan("delete")  # type: ignore[arg-type]


def test_moments_are_grouped_into_a_trip_away_from_the_homes() -> None:
    home, abroad = (52.52, 13.405), (35.69, 139.692)
    moments = [albumsort.Moment(datetime(2024, 3, 1, 9), *home)]
    moments += [albumsort.Moment(datetime(2024, 3, day, 12), *abroad, device="phone") for day in (4, 5, 6)]
    groups = albumsort.group(moments, homes=[home], language="zh")
    trips = [own for own in groups if own.event.is_trip]
    assert [(own.event.name, own.moments) for own in trips] == [("2024年3月 日本 东京", (1, 2, 3))]
