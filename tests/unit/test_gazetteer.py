"""The table of towns, and its cache on disk."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from albumsort.events import gazetteer as gazetteer_module
from albumsort.events.gazetteer import Gazetteer, gazetteer
from albumsort.events.places import locate

BERLIN = (52.52, 13.405)


@pytest.fixture(scope="module", autouse=True)
def made_once() -> Gazetteer:
    """The table is made from the data in this process, or read from the cache that the tests share."""
    return gazetteer()


@pytest.fixture(autouse=True)
def read_again() -> Iterator[None]:
    """Each test reads the table as a run of its own does, and the tests of other features theirs."""
    gazetteer.cache_clear()
    yield
    gazetteer.cache_clear()


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of this test's own, empty."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "albumsort"


@pytest.fixture
def quickly_made(monkeypatch: pytest.MonkeyPatch, made_once: Gazetteer) -> list[str]:
    """The rows of the data need not be made into a table again; a call of that is noted."""
    calls: list[str] = []
    monkeypatch.setattr(gazetteer_module, "_rows", calls.append)
    monkeypatch.setattr(gazetteer_module, "_made", lambda rows: made_once)
    return calls


def only_file(cache: Path) -> Path:
    (path,) = cache.iterdir()
    return path


def same(one: Gazetteer, other: Gazetteer) -> bool:
    """Whether all columns are, of which some are lists, some arrays, and some tuples of arrays."""
    pairs = [(getattr(one, field.name), getattr(other, field.name)) for field in fields(Gazetteer)]
    return all(
        own == theirs if isinstance(own, list) else all(map(np.array_equal, own, theirs)) for own, theirs in pairs
    )


def test_the_second_time_the_same_table_comes_from_the_cache(cache: Path, quickly_made: list[str]) -> None:
    first = gazetteer()
    assert len(quickly_made) == 1
    gazetteer.cache_clear()
    second = gazetteer()
    assert len(quickly_made) == 1
    assert second is not first
    assert same(first, second)


def test_only_the_user_can_write_to_the_cache(cache: Path, quickly_made: list[str]) -> None:
    gazetteer()
    assert cache.stat().st_mode & 0o077 == 0
    assert only_file(cache).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("damage", ["cut", "flipped", "empty", "foreign"])
def test_a_damaged_table_is_made_again(cache: Path, quickly_made: list[str], damage: str) -> None:
    gazetteer()
    path = only_file(cache)
    whole = path.read_bytes()
    data = bytearray(whole)
    data[len(data) // 2] ^= 0x10
    path.write_bytes(
        {"cut": whole[: len(whole) // 2], "flipped": bytes(data), "empty": b"", "foreign": b"other"}[damage]
    )
    gazetteer.cache_clear()
    assert locate([BERLIN])[0].city == "Berlin"
    assert len(quickly_made) == 2
    assert only_file(cache).read_bytes() == whole


def test_a_cache_that_cannot_be_written_only_costs_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, quickly_made: list[str]
) -> None:
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert locate([BERLIN])[0].city == "Berlin"
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_file_that_cannot_be_replaced_leaves_nothing_behind(cache: Path, quickly_made: list[str]) -> None:
    gazetteer()
    path = only_file(cache)
    path.unlink()
    path.mkdir()
    gazetteer.cache_clear()
    assert locate([BERLIN])[0].city == "Berlin"
    assert list(cache.iterdir()) == [path]


def test_other_data_have_a_table_of_their_own_and_old_ones_go(
    cache: Path, quickly_made: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, names = tmp_path / "geocode.gz", []
    monkeypatch.setattr(gazetteer_module, "_data_file", lambda: str(data))
    for content in (b"some other towns", b"some more towns!", b"longer than they"):
        data.write_bytes(content)
        gazetteer.cache_clear()
        gazetteer()
        names.append(max(cache.iterdir(), key=lambda path: path.stat().st_mtime_ns).name)
    assert len(set(names)) == len(quickly_made) == 3
    assert {path.name for path in cache.iterdir()} == set(names[1:])


def test_two_processes_that_make_it_at_one_time_find_the_same(cache: Path, made_once: Gazetteer) -> None:
    program = (
        "import json, sys; from albumsort.events.places import locate;"
        "json.dump([place.city for place in locate([(52.52, 13.405), (35.69, 139.692)])], sys.stdout);"
        "sys.exit(any(name.partition('.')[0] in ('scipy', 'reverse_geocode') for name in sys.modules))"
    )
    running = [subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) for _ in range(2)]
    told = [(json.loads(process.communicate()[0]), process.returncode) for process in running]
    assert told == [(["Berlin", "Tokyo"], 0)] * 2
    assert only_file(cache).suffix == ".npy"
    assert same(gazetteer(), made_once)
