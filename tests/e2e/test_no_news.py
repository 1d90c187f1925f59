"""A night without news ends with a look: what it prints and leaves is what a run that does everything would."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache
from itertools import count
from pathlib import Path

import pytest
from click.testing import CliRunner
from filelock import FileLock
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from albumsort.apply.albums import MARKER
from albumsort.catalog.catalog import Catalog
from albumsort.cli import scan as scan_cli
from albumsort.cli.events import events
from albumsort.cli.scan import scan
from albumsort.cli.undo import undo
from albumsort.labels.parse import load_table
from albumsort.pipeline import scan as scan_module
from albumsort.pipeline.model_choice import results_key
from albumsort.pipeline.no_news import RECORD
from albumsort.state import ALBUM_LOCK, locked
from albumsort.vision import weights

from .conftest import MODEL, Library, copy_library
from .odd_library import Snapshot, snapshot
from .test_any_sequence import CONTENTS, FAST, SEEN
from .test_nightly_run import opened_photos

NAMES = ("a.jpg", "b.jpg", "b.xmp", "IMG_20010203_040506.jpg", "b.CR2", "clip.mp4", "c.JPG", "IMG_20990101_000000.jpg")
FOLDERS = ("", "2001", "Phone/deep", "Album")
OPTIONS: tuple[tuple[str, ...], ...] = (
    ("--action", "move"),
    ("--action", "move", "--layout", "event"),
    ("--action", "symlink"),
    ("--action", "symlink", "--layout", "event", "--layout", "category", "--to", "{home}/Elsewhere"),
    ("--action", "copy", "--exclude", "Phone"),
    ("--action", "hardlink", "--labels", "{home}/labels.yaml"),
    ("--action", "symlink", "--settle", "1"),
    ("--action", "move", "--dry-run"),
    ("--action", "move", "--rearrange"),
    (),
)
XMP = '<x:xmpmeta xmlns:x="adobe:ns:meta/" photoshop:DateCreated="200{}-05-06T10:00:00"/>'
CHOSEN = st.integers(0, 10**6)
taken: Counter[str] = Counter()
"""How many runs only looked, and how many did everything."""


class Nights(RuleBasedStateMachine):
    """Whatever happens between two runs: one that only looks is compared with one that does everything."""

    def __init__(self) -> None:
        super().__init__()
        self.home = Path(os.path.realpath(tempfile.mkdtemp(prefix="no-news-", dir=FAST)))
        self.photos, self.state = self.home / "Photos", self.home / "state"
        self.numbers, self.command, self.options = count(), CliRunner(), OPTIONS[0]
        shutil.copy(Path(weights.__file__).parents[3] / "labels" / "categories.yaml", self.home / "labels.yaml")
        for folder in FOLDERS:
            (self.photos / folder).mkdir(parents=True, exist_ok=True)
        with locked(self.state), Catalog(self.state / "catalog.sqlite") as catalog, catalog.transaction():
            own = weights.packaged_weights().key
            key = results_key(own, "auto")
            model = {"model": weights.PACKAGED, "weights": "", "weights_key": own, "weights_stamp": ""}
            catalog.remember(model | {"precision": "auto"})
            for content in CONTENTS:
                catalog.put_recognition(hashlib.sha256(content).hexdigest(), key, SEEN[content[3:6]])

    def teardown(self) -> None:
        shutil.rmtree(self.home)

    @initialize(files=st.sets(st.tuples(st.sampled_from(FOLDERS), st.sampled_from(NAMES)), min_size=2, max_size=8))
    def fill(self, files: set[tuple[str, str]]) -> None:
        for folder, name in sorted(files):
            self.add(folder, name)

    # what happens between two runs

    @rule(folder=st.sampled_from(FOLDERS), name=st.sampled_from(NAMES))
    def add(self, folder: str, name: str) -> None:
        self.write(self.photos / folder / name)

    def write(self, path: Path) -> None:
        number = next(self.numbers)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)  # a link leads to a photo
        if path.suffix == ".xmp":
            path.write_text(XMP.format(number % 10), encoding="utf-8")
        else:
            path.write_bytes(CONTENTS[number % len(CONTENTS)])
            os.utime(path, (1_000_000_000 + number, 1_000_000_000 + number))

    def chosen(self, number: int, *, links: bool = False, inside: str = "") -> Path | None:
        """One of the photos, or one of the links."""
        paths = [path for path in (self.photos / inside).rglob("*") if path.is_symlink() == links and not path.is_dir()]
        paths = sorted(path for path in paths if not path.name.startswith(".albumsort"))
        return paths[number % len(paths)] if paths else None

    @rule(
        number=CHOSEN,
        how=st.sampled_from(("edit", "touch", "delete", "rename", "keep", "forbid")),
        inside=st.sampled_from(("", "Albums")),
    )
    def change_file(self, number: int, how: str, inside: str) -> None:
        path = self.chosen(number, inside=inside)
        if path and how == "edit":
            self.write(path)
        elif path and how == "touch":
            os.utime(path, (1_200_000_000 + number, 1_200_000_000 + number))
        elif path and how == "delete":
            path.unlink()
        elif path and how == "rename":
            path.rename(path.with_name(f"{number % 5}{path.suffix}"))
        elif path and how == "keep":
            shutil.copy2(path, path.with_name(f"kept {path.name}"))
        elif path:
            path.chmod(0o400)

    @rule(number=CHOSEN, how=st.sampled_from(("delete", "file", "nowhere")))
    def change_link(self, number: int, how: str) -> None:
        if path := self.chosen(number, links=True):
            path.unlink()
            if how == "file":
                self.write(path)
            elif how == "nowhere":
                path.symlink_to("nowhere")

    @rule(number=CHOSEN, how=st.sampled_from(("rename", "empty", "pruned", "aside", "link")))
    def change_folder(self, number: int, how: str) -> None:
        folders = sorted(path for path in self.photos.rglob("*") if path.is_dir() and not path.is_symlink())
        path = folders[number % len(folders)] if folders else self.photos
        new = path / f"new {number % 3}"
        if how == "rename" and path != self.photos:
            path.rename(path.with_name(f"{path.name[:9]} {next(self.numbers)}"))
        elif how == "empty":
            new.mkdir(exist_ok=True)
        elif how == "pruned":
            (path / "@eaDir").mkdir(exist_ok=True)
            self.write(path / "@eaDir" / "a.jpg")
        elif how == "aside" and path != self.photos:
            path.rename(self.home / f"aside {next(self.numbers)}")
        elif how == "link" and not os.path.lexists(new):
            (self.home / "behind").mkdir(exist_ok=True)
            new.symlink_to(self.home / "behind")

    @rule(number=CHOSEN, name=st.sampled_from(("notes.txt", ".hidden.jpg", "digikam4.db", "a.jpg", "no suffix")))
    def put_into_an_album(self, number: int, name: str) -> None:
        folders = sorted(path for path in (self.photos / "Albums").rglob("*") if path.is_dir())
        if folders:
            self.write(folders[number % len(folders)] / name)

    @rule(whole=st.booleans())
    def delete_the_albums(self, whole: bool) -> None:
        if whole:
            shutil.rmtree(self.photos / "Albums", ignore_errors=True)
        else:
            (self.photos / "Albums" / MARKER).unlink(missing_ok=True)

    @rule(name=st.sampled_from(("Darlings", "Pets")))
    def change_the_label_table(self, name: str) -> None:
        path = self.home / "labels.yaml"
        path.write_text(re.sub("en: (Pets|Darlings)", f"en: {name}", path.read_text("utf-8")), encoding="utf-8")

    @rule(number=CHOSEN)
    def rename_an_event(self, number: int) -> None:
        with Catalog(self.state / "catalog.sqlite") as catalog:
            found = list(catalog.events.all())
        if found:
            self.invoke(events, "rename", str(self.photos), found[number % len(found)], f"Party {number % 3}")

    @rule()
    def take_back(self) -> None:
        self.invoke(undo, "--yes")

    @rule(options=st.sampled_from(OPTIONS))
    def mean_something_else(self, options: tuple[str, ...]) -> None:
        self.options = options

    # runs

    def invoke(self, command: object, *arguments: str) -> tuple[int, str, str]:
        result = self.command.invoke(command, [*arguments, "--state", str(self.state)])  # type: ignore[arg-type]
        return result.exit_code, f"{result.exception!r}"[:200], result.output

    def tree(self) -> Snapshot:
        """All that there is, but for the state and the locks; links as they are."""
        found = snapshot(self.home).items()
        return {path: entry for path, entry in found if "/state/" not in path and ALBUM_LOCK not in path}

    @invariant()
    def look_or_run(self) -> None:
        """A run, and now and then another: what only looks, changes nothing, and prints what a run would."""
        arguments = [str(self.photos), *(text.format(home=self.home) for text in self.options)]
        for _ in range(1 + (next(self.numbers) % 3 == 0)):
            before, catalog = self.tree(), (self.state / "catalog.sqlite").stat()
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(scan_module, "scan", no_scan)
                looked = self.invoke(scan, *arguments)
            taken["everything" if looked[0] == 99 else "looked"] += 1
            if looked[0] != 99:
                assert self.tree() == before
                assert (self.state / "catalog.sqlite").stat() == catalog
                (self.state / RECORD).unlink()
            done = self.invoke(scan, *arguments)
            if looked[0] != 99:
                assert done == looked
                assert self.tree() == before


def no_scan(*_arguments: object, **_options: object) -> None:
    raise SystemExit(99)


def test_a_run_that_only_looks_prints_and_leaves_what_one_that_does_everything_would(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scan_cli, "_LARGE", 0)
    monkeypatch.setattr(scan_module, "load_table", cache_by_content)
    monkeypatch.setattr(weights, "packaged_weights", cache(weights.packaged_weights))
    monkeypatch.delenv("TZ", raising=False)
    taken.clear()
    examples = request.config.getoption("--soak") or 12
    run_state_machine_as_test(
        Nights,
        settings=settings(
            max_examples=examples,
            stateful_step_count=10,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            derandomize=examples == 12,
        ),
    )
    assert min(taken["looked"], taken["everything"]) > examples


def cache_by_content(path: str | None) -> object:
    return _table(path, Path(path).read_bytes() if path else b"")


@cache
def _table(path: str | None, _content: bytes) -> object:
    return load_table(path)


@pytest.fixture(scope="module")
def sorted_once(recognised: Library, tmp_path_factory: pytest.TempPathFactory) -> Library:
    """A library that was sorted by links, and in which a later run had nothing to do."""
    library = copy_library(recognised, tmp_path_factory.mktemp("sorted") / "home")
    for _ in range(2):
        library.run("scan", *arguments(library))
    return library


@pytest.fixture
def sorted_library(sorted_once: Library) -> Iterator[Library]:
    """It has no news for any of these tests, whatever they do to the record."""
    text = record(sorted_once).read_text("utf-8")
    yield sorted_once
    record(sorted_once).write_text(text, encoding="utf-8")


def arguments(library: Library) -> tuple[object, ...]:
    return (library.photos, "--state", library.state, "--action", "symlink")


def record(library: Library) -> Path:
    return library.state / RECORD


@pytest.mark.parametrize("is_large", [True, False])
def test_a_run_that_placed_much_of_a_large_library_looks_again_itself(
    recognised: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_large: bool
) -> None:
    library = copy_library(recognised, tmp_path / "home")
    monkeypatch.setattr(scan_cli, "_LARGE", 1 if is_large else 1000)

    first = CliRunner().invoke(scan, [*map(str, arguments(library))])
    assert first.exit_code == 0
    assert record(library).exists() == is_large

    second = CliRunner().invoke(scan, [*map(str, arguments(library))])
    assert "a symbolic link to it is there already" in second.output
    assert record(library).exists()


def test_a_run_after_one_without_news_opens_no_catalog_and_prints_what_a_run_does(sorted_library: Library) -> None:
    command = (sys.executable, "-X", "importtime", "-m", "albumsort")
    looked = sorted_library.run("scan", *arguments(sorted_library), command=command)
    imported = {line.rpartition("|")[2].strip().partition(".")[0] for line in looked.stderr.splitlines()}
    assert "albumsort" in imported
    assert not imported & {"torch", "numpy", "PIL", "yaml", "sqlite3", "exifread"}
    record(sorted_library).unlink()
    assert sorted_library.run("scan", *arguments(sorted_library)).stdout == looked.stdout
    assert "a symbolic link to it is there already" in looked.stdout
    assert sorted_library.run("scan", *arguments(sorted_library), "--quiet").stdout == ""


def test_a_run_that_only_looks_opens_nothing_of_the_library(sorted_library: Library) -> None:
    assert opened_photos(sorted_library, *arguments(sorted_library)[3:]) == set()


def test_a_run_that_only_looks_waits_for_no_other_run_either(sorted_library: Library) -> None:
    with FileLock(sorted_library.state / "lock"):
        assert "another run" in sorted_library.run("scan", *arguments(sorted_library), code=3).stderr


def test_a_report_has_all_rows_though_there_is_no_news(sorted_library: Library) -> None:
    assert len(sorted_library.scan(*arguments(sorted_library)[1:])) == 8


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"digest": 1}', "no text", "\udcff", "[" * 100_000])
def test_a_damaged_record_means_a_run_and_is_made_anew(sorted_library: Library, damage: str) -> None:
    fields = json.loads(record(sorted_library).read_text("utf-8"))
    text = json.dumps(fields | {"begun": 3}) if damage == "no text" else damage
    record(sorted_library).write_text(text, encoding="utf-8", errors="surrogateescape")
    command = CliRunner().invoke(scan, [*map(str, arguments(sorted_library)), "--quiet"])
    assert (command.exit_code, command.output) == (0, "")
    assert json.loads(record(sorted_library).read_text("utf-8"))["lines"] == fields["lines"]


def test_a_record_holds_until_a_time_that_lies_in_the_future_is_believed(library: Library) -> None:
    later = datetime.now() + timedelta(days=20)
    (library.photos / "rocket.jpg").rename(library.photos / f"IMG_{later:%Y%m%d}_120000.jpg")
    for _ in range(2):
        library.run("scan", *arguments(library))
    fields = json.loads(record(library).read_text("utf-8"))
    assert datetime.now() < datetime.fromisoformat(fields["until"]) < later
    record(library).write_text(json.dumps(fields | {"until": fields["begun"], "lines": ["Old."]}))
    assert "Old." not in library.run("scan", *arguments(library)).stdout


def test_files_that_wait_are_looked_at_until_they_have_settled(library: Library) -> None:
    library.run("scan", *arguments(library), "--settle", 3600)
    library.run("scan", *arguments(library), "--settle", 3600)
    assert not record(library).exists()


def test_what_arrives_during_a_run_is_news_for_the_next(
    sorted_library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    def scan_and_then_a_photo_arrives(*given: object, **options: object) -> object:
        result = real(*given, **options)  # type: ignore[arg-type]
        (sorted_library.photos / "new.jpg").write_bytes(CONTENTS[0])
        return result

    real = scan_module.scan
    monkeypatch.setattr(scan_module, "scan", scan_and_then_a_photo_arrives)
    record(sorted_library).unlink()
    assert CliRunner().invoke(scan, [*map(str, arguments(sorted_library))]).exit_code == 0
    assert not record(sorted_library).exists()
    (sorted_library.photos / "new.jpg").unlink()


def test_another_time_zone_or_language_of_the_terminal_means_a_run(sorted_library: Library) -> None:
    fields = json.loads(record(sorted_library).read_text("utf-8"))
    record(sorted_library).write_text(json.dumps(fields | {"lines": ["As before."]}))
    assert sorted_library.run("scan", *arguments(sorted_library)).stdout == "As before.\n"
    assert "As before." not in sorted_library.run("scan", *arguments(sorted_library), TZ="Asia/Tokyo").stdout
    record(sorted_library).write_text(json.dumps(fields | {"lines": ["As before."]}))
    assert "As before." not in sorted_library.run("scan", *arguments(sorted_library), LANG="zh_CN.UTF-8").stdout
    record(sorted_library).write_text(json.dumps(fields | {"lines": ["As before."]}))
    assert sorted_library.run("scan", *arguments(sorted_library), *MODEL).stdout != "As before.\n"
