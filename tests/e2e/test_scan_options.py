"""The options of ``albumsort scan``: what each does, and a clear message with exit code 2 for what cannot be."""

from __future__ import annotations

import os
import pickle
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from .conftest import ALBUMSORT, MODEL, Library, read_report

Scan = Callable[..., dict[str, dict[str, str]]]
CAT = "2023/cat.jpg"


@pytest.fixture
def other_file_system() -> Iterator[Path]:
    """An empty folder on another file system than the tests' own."""
    memory = Path("/dev/shm")
    if not os.access(memory, os.W_OK) or memory.stat().st_dev == Path(tempfile.gettempdir()).stat().st_dev:
        pytest.skip("no other file system here that can be written")
    with tempfile.TemporaryDirectory(dir=memory) as folder:
        yield Path(folder)


def refused(library: Library, *arguments: object) -> str:
    """The message of a scan with wrong options, which must end before it touches anything."""
    before = library.tree()
    result = library.run("scan", library.photos, "--state", library.state, *arguments, code=2)
    assert result.stdout == ""
    assert library.tree() == before
    assert not library.albums.exists()
    return result.stderr


def test_several_directories_make_one_library(library: Library, scan: Scan) -> None:
    (library.photos / "Phone").rename(library.home / "Phone")
    rows = scan(library.home / "Phone", "--action", "symlink")
    outside = str(library.home / "Phone" / "IMG_20240102_030405.png")
    assert rows[outside]["destination"] == str(library.albums / "Pets" / "2024" / "IMG_20240102_030405.png")
    assert rows[CAT]["destination"] == str(library.albums / "Pets" / "2023" / "cat.jpg")


def test_a_directory_inside_another_is_taken_once(library: Library, scan: Scan) -> None:
    alone = scan()
    nested = scan(library.photos / "2023", library.photos, str(library.photos / "Trips") + "/")
    assert nested == alone


def test_excluded_names_and_paths_are_left_out(library: Library, scan: Scan) -> None:
    rows = scan("--exclude", "Trips", "--exclude", "*.png", "--exclude", "2023/coff*")
    assert rows.keys() == {CAT, "rocket.jpg", "broken.jpg", "Trips"}
    assert rows["Trips"]["note"] == "excluded by --exclude"


def test_links_are_absolute_when_that_is_asked_for(library: Library, scan: Scan) -> None:
    rows = scan("--action", "symlink", "--absolute-links")
    assert os.readlink(rows[CAT]["destination"]) == str(library.photos / CAT)


def test_relative_links_hold_when_the_whole_tree_is_moved(library: Library, scan: Scan) -> None:
    scan("--action", "symlink")
    library.photos.rename(library.home / "Moved")
    assert (library.home / "Moved" / "Albums" / "Pets" / "2023" / "cat.jpg").is_file()


@pytest.mark.parametrize(
    ("layout", "album"),
    [
        ("{category}", "Pets"),
        ("{year}/{year}-{month}/{year}-{month}-{day} {category}", "2023/2023-05/2023-05-06 Pets"),
        ("相册/{category} ({year})", "相册/Pets (2023)"),
    ],
)
def test_a_layout_names_the_albums(library: Library, scan: Scan, layout: str, album: str) -> None:
    rows = scan("--layout", layout, "--action", "copy")
    assert rows[CAT]["album"] == album
    assert (library.albums / album / "cat.jpg").is_file()


@pytest.mark.parametrize(
    "layout", ["", "/{category}", "../{category}", "{category}/", "{placee}", "evnet", "{year", "a//b", "CON"]
)
def test_a_layout_that_cannot_be_is_refused(library: Library, layout: str) -> None:
    assert "--layout" in refused(library, "--layout", layout, "--action", "copy")


@pytest.mark.parametrize(
    "arguments",
    [
        ["--model", "vgg16"],
        ["--precision", "fp8"],
        ["--jobs", "0"],
        ["--jobs", "many"],
        ["--settle", "abc"],
        ["--settle", "nan"],
        ["--settle", "inf"],
        ["--settle", "-1"],
        ["--action", "delete"],
        ["--lang", "fr"],
        ["--home", "Berlin"],
        ["--home", "52,52,13,40"],
        ["--home", "nan,13.4"],
        ["--home", ""],
        ["--no-such-option"],
        ["--labels", "no-such-table.yaml"],
        ["--weights", "no-such-weights.pth"],
        ["nowhere"],
        ["report.csv"],
        [""],
        ["--to", ""],
        ["--state", ""],
        ["--report", ""],
        ["--report", "nowhere/report.csv"],
        ["--report", "."],
        ["--report", "Photos/rocket.jpg"],
        ["--to", "report.csv"],
        ["--to", "report.csv/albums"],
        ["--to", "Photos"],
        ["--to", "Photos/Trips"],
        ["--to", "."],
        ["--to", "/"],
        ["--state", "report.csv"],
        ["--state", "/dev/null/state"],
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_touched(library: Library, arguments: list[str]) -> None:
    library.report.write_text("path,category,confidence,labels\n")
    message = refused(library, "--action", "copy", *arguments)
    assert "Error: " in message
    assert os.path.abspath(library.home / arguments[-1]) in message or arguments[-1] in message


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--settle", "abc", " is not a valid number of seconds"),
        ("--jobs", "many", " is not a valid whole number"),
        ("--home", "52.52", " is not a latitude and a longitude in degrees, such as 52.52,13.405."),
        ("--home", "39.9,216.4", ": a longitude lies between -180 and 180."),
        ("--home", "116.4,39.9", ": a latitude lies between -90 and 90. Latitude comes first: 39.9,116.4?"),
    ],
)
def test_what_is_no_number_is_told_in_plain_words(library: Library, option: str, value: str, said: str) -> None:
    assert f"'{value}'{said}" in refused(library, option, value)


def test_folders_have_chinese_names_where_that_is_asked_for_or_the_terminal_is_chinese(
    library: Library, scan: Scan
) -> None:
    options = ("--layout", "{category}/{year}", "--action", "symlink")
    assert scan(*options, "--dry-run", LC_ALL="zh_CN.UTF-8")[CAT]["album"] == "宠物/2023"
    rows = scan(*options, "--lang", "zh", LC_ALL="C")
    assert (rows[CAT]["album"], rows[CAT]["category"]) == ("宠物/2023", "pets")
    assert (library.albums / "宠物" / "2023" / "cat.jpg").is_symlink()
    assert scan(*options, LC_ALL="C")[CAT]["album"] == "宠物/2023"
    assert scan(*options, "--dry-run", "--lang", "en")[CAT]["album"] == "Pets/2023"
    assert scan(*options)[CAT]["album"] == "宠物/2023"
    scan(*options, "--lang", "en")
    assert not (library.albums / "宠物" / "2023" / "cat.jpg").is_symlink()
    assert scan(*options)[CAT]["album"] == "Pets/2023"


def test_a_folder_without_photos_is_told(library: Library) -> None:
    (library.home / "Empty").mkdir()
    told = library.run("scan", "Empty", *MODEL, "--action", "move").stdout
    assert told == "No photos were found in Empty\n"


def test_a_run_says_how_many_photos_are_new_and_how_many_files_they_are(library: Library) -> None:
    options = ("scan", library.photos, "--state", library.state)
    assert library.run(*options).stdout.startswith("7 photos recognised, 6 to sort")
    assert library.run(*options).stdout.startswith("7 photos, none of them new, 6 to sort")
    (library.photos / "2023" / "cat.jpg.xmp").write_bytes(b"stars")
    shutil.copy2(library.photos / CAT, library.photos / "new.jpg")
    with open(library.photos / "new.jpg", "ab") as file:
        file.write(b"another")
    told = library.run(*options, "--action", "copy").stdout
    assert told.startswith("8 photos, 1 of them new, 7 (8 files) copied into")


def test_weights_that_are_a_web_page_are_refused(library: Library) -> None:
    (library.home / "page.pth").write_bytes(b"<!DOCTYPE html><title>Moved</title>")
    message = refused(library, "--weights", "page.pth")
    assert "page.pth: a web page" in message


class Runs:
    """What runs a command when it is unpickled."""

    def __init__(self, command: str) -> None:
        self.command = command

    def __reduce__(self) -> tuple[Callable[[str], int], tuple[str]]:
        return os.system, (self.command,)


def test_weights_that_would_run_code_do_not(library: Library) -> None:
    victim = library.home / "victim"
    (library.home / "evil.pth").write_bytes(pickle.dumps(Runs(f"touch {victim}")))
    message = refused(library, "--weights", "evil.pth")
    assert "evil.pth" in message
    assert message.count("\n") == 1
    assert not victim.exists()


def test_a_photo_is_never_overwritten_by_a_report(library: Library) -> None:
    message = refused(library, "--report", library.photos / "rocket.jpg")
    assert "not a report of albumsort" in message


def test_a_damaged_catalog_is_named_and_kept(library: Library) -> None:
    catalog = library.state / "catalog.sqlite"
    data = bytearray(catalog.read_bytes())
    data[4096:] = b"\xaa" * (len(data) - 4096)
    catalog.write_bytes(data)
    assert "catalog.sqlite" in refused(library)
    assert catalog.read_bytes()[:4096] == data[:4096]


def test_a_state_folder_that_cannot_be_written_is_named(library: Library, permissions_count: tuple[str, ...]) -> None:
    closed = library.home / "closed"
    closed.mkdir(mode=0o555)
    options = ("--state", closed / "state")
    assert "--state" in library.run("scan", library.photos, *options, code=2, command=permissions_count).stderr


def test_a_report_that_cannot_be_written_is_told_before_anything_is_done(
    library: Library, permissions_count: tuple[str, ...]
) -> None:
    closed = library.home / "closed"
    closed.mkdir(mode=0o555)
    options = ("--state", library.state, "--action", "move", "--report", closed / "report.csv")
    before = library.tree()
    assert "report.csv" in library.run("scan", library.photos, *options, code=2, command=permissions_count).stderr
    assert library.tree() == before


def test_hard_links_across_file_systems_are_refused(library: Library, scan: Scan, other_file_system: Path) -> None:
    assert "on another file system" in refused(library, "--action", "hardlink", "--to", other_file_system)
    assert list(other_file_system.iterdir()) == []


@pytest.mark.parametrize("action", ["move", "copy", "symlink"])
def test_the_other_actions_reach_another_file_system(
    library: Library, scan: Scan, other_file_system: Path, action: str
) -> None:
    original = library.photos / CAT
    data, status = original.read_bytes(), original.stat()
    rows = scan("--action", action, "--to", other_file_system)
    placed = other_file_system / "Pets" / "2023" / "cat.jpg"
    assert rows[CAT]["destination"] == str(placed)
    assert placed.read_bytes() == data
    assert placed.stat().st_mtime_ns == status.st_mtime_ns
    assert original.exists() == (action != "move")
    after = (library.tree(), library.tree(other_file_system))
    assert {row["status"] for row in scan("--action", action, "--to", other_file_system).values()} == {"skipped"}
    assert (library.tree(), library.tree(other_file_system)) == after


def test_the_model_that_a_library_was_begun_with_is_kept(library: Library, scan: Scan) -> None:
    """No option names it; had it been chosen anew, the download that is tried first would have said something."""
    result = library.run("scan", library.photos, "--state", library.state)
    assert result.stderr == ""
    assert scan("--model", "efficientnet-lite0") == scan()


def test_the_number_of_jobs_changes_nothing_in_what_is_done(library: Library, scan: Scan) -> None:
    shutil.copytree(library.state, library.home / "other")
    assert scan("--jobs", "1") == library.scan("--state", library.home / "other", "--jobs", "7")


def test_a_reader_that_goes_away_is_no_error_to_see(library: Library) -> None:
    pipe = subprocess.Popen(
        [ALBUMSORT, "scan", "--help"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=library.environment
    )
    assert pipe.stdout
    assert pipe.stderr
    pipe.stdout.close()
    assert pipe.stderr.read() == b""
    pipe.stderr.close()
    pipe.wait()


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full here")
def test_a_full_disk_under_the_output_is_told(library: Library) -> None:
    with open("/dev/full", "w") as full:
        command = [ALBUMSORT, "scan", str(library.photos), "--state", str(library.state)]
        result = subprocess.run(
            command, stdout=full, stderr=subprocess.PIPE, text=True, env=library.environment, check=False
        )
    assert result.returncode == 1
    assert result.stderr == "Error: output: No space left on device\n"


def test_the_module_runs_as_the_command_does(library: Library) -> None:
    arguments = ("scan", library.photos, "--state", library.state)
    path = os.path.dirname(ALBUMSORT) + os.pathsep + os.environ["PATH"]  # so that both show one next command
    library.run(*arguments, PATH=path)
    module = library.run(*arguments, command=(sys.executable, "-m", "albumsort"), PATH=path)
    assert module.stdout == library.run(*arguments, PATH=path).stdout


@pytest.mark.parametrize("on_path", [True, False])
def test_the_command_that_is_shown_does_what_was_previewed(library: Library, on_path: bool) -> None:
    path = os.pathsep.join([os.path.dirname(ALBUMSORT), "/usr/bin", "/bin"] if on_path else ["/usr/bin", "/bin"])
    shutil.move(library.photos, library.home / "My 'best' photos")
    options = ("scan", "My 'best' photos", "--state", library.state, "--report", library.report)
    preview = library.run(*options, PATH=path)
    planned = read_report(library.report)
    shown = preview.stdout.splitlines()[-1].strip()
    python = rf"{re.escape(os.path.dirname(sys.executable))}/python[\d.]* -m "
    assert re.match(("" if on_path else python) + "albumsort scan ", shown)
    environment = library.environment | {"PATH": path}
    done = subprocess.run(shown, shell=True, cwd=library.home, env=environment, capture_output=True, check=True)
    assert b"linked" in done.stdout
    for path, row in read_report(library.report).items():
        assert (row["status"] == "done") == (planned[path]["status"] == "planned")
        assert row["status"] != "done" or os.path.islink(row["destination"])
