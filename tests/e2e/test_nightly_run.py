"""The cron job at night: what it reads, what it loads, what it prints, and what changed since."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock

from .conftest import ALBUMSORT, MODEL, Library, save

Scan = Callable[..., dict[str, dict[str, str]]]
CAT, ROCKET = "2023/cat.jpg", "rocket.jpg"


@pytest.fixture
def without_torch(library: Library) -> dict[str, str]:
    """An environment in which a command that imports torch fails."""
    blocked = library.home / "no-torch"
    blocked.mkdir()
    (blocked / "torch.py").write_text("raise SystemExit('torch was imported')")
    return {"PYTHONPATH": os.pathsep.join([str(blocked), os.environ.get("PYTHONPATH", "")])}


@pytest.fixture
def seen(library: Library, scan: Scan) -> Library:
    """The library once all its files have been read."""
    scan()
    return library


def opened_photos(library: Library, *arguments: object) -> set[str]:
    """Which files of the library a scan opens, by ``strace``."""
    log = library.home / "strace.log"
    strace = ("strace", "-f", "-qq", "-y", "-e", "trace=open,openat,openat2", "-e", "signal=none", "-o", str(log))
    if not shutil.which("strace") or subprocess.run([*strace, "true"], check=False).returncode:
        pytest.skip("strace is not there, or may not trace")
    library.run("scan", library.photos, "--state", library.state, *arguments, command=(*strace, ALBUMSORT))
    opened = re.findall(r'"([^"]*)", [^)]*\) = \d', log.read_text(errors="replace"))
    assert {str(library.state / "catalog.sqlite"), str(library.state / "no-news.json")} & set(opened)
    prefix = str(library.photos) + "/"
    return {path.removeprefix(prefix) for path in opened if path.startswith(prefix) and not os.path.isdir(path)}


def ids(library: Library) -> dict[str, int]:
    """The catalog's photo ids by path."""
    with sqlite3.connect(library.state / "catalog.sqlite") as db:
        rows = db.execute("SELECT folder, name, id FROM photo WHERE folder IS NOT NULL").fetchall()
    db.close()
    return {os.path.relpath(os.path.join(*map(os.fsdecode, row[:2])), library.photos): row[2] for row in rows}


def test_with_nothing_new_no_photo_is_opened(seen: Library) -> None:
    assert opened_photos(seen, "--report", seen.report) == set()


def test_moved_photos_are_not_opened_the_night_after(seen: Library, scan: Scan) -> None:
    scan("--action", "move")
    assert opened_photos(seen, "--action", "move") <= {"Albums/.albumsort"}


@pytest.mark.parametrize("action", ["copy", "hardlink", "symlink"])
def test_what_lies_in_albums_is_not_opened_the_night_after(seen: Library, scan: Scan, action: str) -> None:
    scan("--action", action)
    assert opened_photos(seen, "--action", action) <= {"Albums/.albumsort"}


def test_with_nothing_new_nothing_heavy_is_imported(seen: Library) -> None:
    command = (sys.executable, "-X", "importtime", "-m", "albumsort")
    result = seen.run("scan", seen.photos, "--state", seen.state, "--action", "symlink", command=command)
    imported = {line.rpartition("|")[2].strip().partition(".")[0] for line in result.stderr.splitlines()}
    assert "albumsort" in imported
    assert not imported & {"torch", "torchvision", "numpy", "PIL", "pi_heif", "exifread"}


def test_only_what_is_new_and_what_it_may_be_a_duplicate_of_is_opened(seen: Library) -> None:
    (seen.photos / "New").mkdir()
    shutil.copyfile(seen.photos / CAT, seen.photos / "New" / "cat.jpg")
    assert opened_photos(seen) == {"New/cat.jpg", CAT}
    assert opened_photos(seen) == set()


def test_a_photo_renamed_in_place_is_known_without_being_opened(seen: Library, without_torch: dict[str, str]) -> None:
    before = ids(seen)
    (seen.photos / CAT).rename(seen.photos / "2023" / "kitten.jpg")
    assert opened_photos(seen) == set()
    after = ids(seen)
    assert after["2023/kitten.jpg"] == before[CAT]
    assert CAT not in after


def test_a_photo_moved_to_another_folder_keeps_its_id(seen: Library, scan: Scan, without_torch: dict[str, str]) -> None:
    before = ids(seen)
    (seen.photos / CAT).rename(seen.photos / "Trips" / "cat.jpg")
    assert scan(**without_torch)["Trips/cat.jpg"]["category"] == "pets"
    assert ids(seen)["Trips/cat.jpg"] == before[CAT]


def test_a_photo_that_came_back_from_a_backup_keeps_its_id(
    seen: Library, scan: Scan, without_torch: dict[str, str]
) -> None:
    """Restoring changes inode and place; the bytes tell."""
    before = ids(seen)
    shutil.copyfile(seen.photos / CAT, seen.photos / "Trips" / "restored.jpg")
    (seen.photos / CAT).unlink()
    assert scan(**without_torch)["Trips/restored.jpg"]["category"] == "pets"
    assert ids(seen)["Trips/restored.jpg"] == before[CAT]


def test_moving_into_albums_keeps_the_id(seen: Library, scan: Scan, without_torch: dict[str, str]) -> None:
    before = ids(seen)
    scan("--action", "move", **without_torch)
    assert ids(seen)["Albums/Pets/2023/cat.jpg"] == before[CAT]


def test_a_touched_photo_is_read_but_not_recognised_again(
    seen: Library, scan: Scan, without_torch: dict[str, str]
) -> None:
    before = ids(seen)
    os.utime(seen.photos / CAT, (1_650_000_000, 1_650_000_000))
    row = scan(**without_torch)[CAT]
    assert (row["category"], row["modified"][:10]) == ("pets", "2022-04-15")
    assert ids(seen) == before


def test_an_edited_photo_is_recognised_again_under_its_id(seen: Library, scan: Scan) -> None:
    before = ids(seen)
    save("coffee.png", seen.photos / CAT, quality=50)
    assert scan()[CAT]["category"] == "food_drink"
    assert ids(seen) == before


def test_two_photos_that_swapped_names_are_told_apart(seen: Library, scan: Scan, without_torch: dict[str, str]) -> None:
    before, rows = ids(seen), scan()
    cat, rocket, aside = seen.photos / CAT, seen.photos / ROCKET, seen.photos / "aside"
    cat.rename(aside)
    rocket.rename(cat)
    aside.rename(rocket)
    swapped = scan(**without_torch)
    assert (swapped[CAT]["labels"], swapped[ROCKET]["labels"]) == (rows[ROCKET]["labels"], rows[CAT]["labels"])
    after = ids(seen)
    assert (after[CAT], after[ROCKET]) == (before[ROCKET], before[CAT])


def test_a_deleted_photo_has_no_row(seen: Library, scan: Scan, without_torch: dict[str, str]) -> None:
    (seen.photos / CAT).unlink()
    rows = scan(**without_torch)
    assert CAT not in rows
    assert ROCKET in rows


def test_a_changed_label_table_needs_no_recognition(seen: Library, scan: Scan, without_torch: dict[str, str]) -> None:
    table = seen.home / "mine.yaml"
    seen.run("labels", "init", table)
    text = table.read_text(encoding="utf-8")
    assert "name: Pets" in text
    table.write_text(text.replace("name: Pets", "name: Darlings"), encoding="utf-8")
    rows = scan("--action", "symlink", "--labels", table, **without_torch)
    assert rows[CAT]["album"] == "Darlings/2023"
    assert (seen.albums / "Darlings" / "2023" / "cat.jpg").is_symlink()


def test_a_quiet_run_prints_nothing(seen: Library) -> None:
    for action in ([], ["--action", "copy"], ["--action", "copy"]):
        result = seen.run("scan", seen.photos, "--state", seen.state, "--quiet", *action)
        assert (result.stdout, result.stderr) == ("", "")


def test_results_go_to_stdout_and_nothing_else_does(seen: Library) -> None:
    result = seen.run("scan", seen.photos, "--state", seen.state)
    assert "7 photos, none of them new" in result.stdout
    assert result.stderr == ""


def test_a_c_locale_makes_the_same_tree(seen: Library, scan: Scan) -> None:
    name = os.fsdecode(b"\xe6\xbb\x91\xe9\x9b\xaa \xff.jpg")
    (seen.photos / ROCKET).rename(seen.photos / name)
    utf8 = scan("--lang", "zh", LC_ALL="C.UTF-8")
    plain = scan("--lang", "zh", LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
    assert name in plain
    assert plain[CAT]["album"] == "宠物/2023"
    assert plain == utf8


def test_a_closed_stdin_and_no_home_are_no_obstacle(seen: Library) -> None:
    env = {key: value for key, value in seen.environment.items() if key not in ("HOME", "XDG_STATE_HOME")}
    command = f'exec "{ALBUMSORT}" scan "{seen.photos}" --state "{seen.state}" <&-'
    result = subprocess.run(command, shell=True, env=env, capture_output=True, text=True, check=False)
    assert (result.returncode, result.stderr) == (0, "")


def test_another_run_on_the_library_is_told_apart(seen: Library) -> None:
    with FileLock(seen.state / "lock"):
        result = seen.run("scan", seen.photos, "--state", seen.state, code=3)
    assert "another run" in result.stderr
    assert result.stdout == ""


def test_a_photo_directory_that_cannot_be_written_works(
    seen: Library, scan: Scan, permissions_count: tuple[str, ...]
) -> None:
    before = seen.tree()
    folders = [seen.photos, *(path for path in seen.photos.rglob("*") if path.is_dir())]
    for folder in folders:
        folder.chmod(0o555)
    try:
        rows = scan("--to", seen.home / "Elsewhere", "--action", "copy", command=permissions_count)
        assert rows[CAT]["status"] == "done"
        assert (seen.home / "Elsewhere" / "Pets" / "2023" / "cat.jpg").is_file()
        moved = scan("--to", seen.home / "Moved", "--action", "move", code=1, command=permissions_count)
        assert (moved[CAT]["status"], moved[CAT]["note"]) == ("failed", "Permission denied")
        refused = seen.run(
            "scan", seen.photos, "--state", seen.state, "--action", "copy", code=2, command=permissions_count
        )
        assert "--to" in refused.stderr
    finally:
        for folder in folders:
            folder.chmod(0o755)
    assert seen.tree() == before


@pytest.mark.parametrize("spelling", ["Photos", "./Photos/", "Photos//", "../home/Photos", "Photos/2023/.."])
def test_any_spelling_of_the_directory_names_the_same_library(seen: Library, scan: Scan, spelling: str) -> None:
    rows = scan()
    report = Path("report-2.csv")
    seen.run("scan", spelling, "--state", "catalog", "--report", report)
    assert (seen.home / report).read_bytes() == seen.report.read_bytes()
    assert CAT in rows


def test_a_directory_reached_through_a_symbolic_link_is_the_same_library(seen: Library, scan: Scan) -> None:
    before = ids(seen)
    (seen.home / "Link").symlink_to("Photos")
    seen.run("scan", "Link", "--state", seen.state, "--action", "symlink")
    assert ids(seen) == before
    assert scan("--action", "move")[CAT]["status"] == "done"


def test_each_library_has_its_own_state_folder_by_default(library: Library) -> None:
    (library.home / "Mine").mkdir()
    (library.home / "Yours").mkdir()
    for spelling in ("Mine", library.home / "Mine", "./Mine/", "Yours"):
        library.run("scan", spelling, *MODEL)
    folders = (library.home / "state" / "albumsort").iterdir()
    assert sorted(folder.name.rpartition("-")[0] for folder in folders) == ["Mine", "Yours"]
