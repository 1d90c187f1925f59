"""``albumsort undo`` and ``albumsort history``: everything as it was, or a word about what had to stay."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock

from .conftest import CROWD, Library, copy_library
from .odd_library import Snapshot, assert_same, snapshot
from .test_interruption import signalled

ACTIONS = ["move", "copy", "hardlink", "symlink"]
CAT, COFFEE = "2023/cat.jpg", "2023/coffee.jpg"
ODD_NAMES = (
    "=1+1.jpg",
    "'=1.jpg",
    "@SUM(A1).jpg",
    "-rf.jpg",
    "line\nbreak.jpg",
    "\tTab.jpg",
    os.fsdecode(b"bad \xff.jpg"),
)

Undo = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def kept(library: Library) -> Library:
    """A library with companions, odd names, times to the nanosecond, modes, an empty folder and the user's own link."""
    photos = library.photos
    for number, path in enumerate(sorted(path for path in photos.rglob("*") if path.is_file())):
        os.utime(path, ns=(1, 1_500_000_000_123_456_789 + number))
        path.chmod((0o644, 0o600, 0o444, 0o755)[number % 4])
    for name in ("cat.jpg.xmp", "cat.CR2", "cat.MOV"):
        (photos / "2023" / name).write_bytes(name.encode())
    (photos / "Empty" / "folder").mkdir(parents=True, mode=0o700)
    (photos / "a link.jpg").symlink_to(CAT)
    (photos / "Odd").mkdir()
    for name in ODD_NAMES:
        shutil.copy2(photos / CAT, photos / "Odd" / name)
        with open(photos / "Odd" / name, "ab") as file:
            file.write(name.encode(errors="surrogateescape"))
    return library


@pytest.fixture
def undo(library: Library) -> Undo:
    """Undo on the library with its own state folder."""
    return lambda *arguments, **options: library.run("undo", "--state", library.state, *arguments, **options)


def scan(library: Library, action: str, *arguments: object) -> dict[str, dict[str, str]]:
    """Scan with an action; returns the rows of what was done."""
    rows = library.scan("--state", library.state, "--action", action, *arguments)
    done = {path: row for path, row in rows.items() if row["status"] == "done"}
    assert done
    return done


def own_files(library: Library) -> list[str]:
    """What albumsort made for itself and left among the photos."""
    return [str(path) for path in library.photos.rglob(".albumsort*")]


def history(library: Library) -> list[list[str]]:
    """The cells of what ``albumsort history`` prints, without its head."""
    shown = library.run("history", "--state", library.state).stdout.splitlines()
    return [re.split(r" {2,}", line.strip()) for line in shown[1:]]


@pytest.mark.parametrize("action", ACTIONS)
def test_undo_gives_back_the_exact_tree(kept: Library, undo: Undo, action: str) -> None:
    before = snapshot(kept.photos)
    done = scan(kept, action)
    assert {CAT, "2023/cat.CR2", "Odd/=1+1.jpg"} <= done.keys()
    result = undo()
    assert_same(before, snapshot(kept.photos))
    assert own_files(kept) == []
    went = "files went back to where they were" if action == "move" else "links and copies went away"
    assert result.stdout == f"Of run 1 ({action}), {len(done)} {went}.\n"


@pytest.mark.parametrize("action", ACTIONS)
def test_undo_goes_back_run_by_run_and_then_finds_nothing(kept: Library, undo: Undo, action: str) -> None:
    trees = [snapshot(kept.photos)]
    for arguments in (("--exclude", "Odd"), (), ("--rearrange", "--layout", "{year}/{month}")):
        scan(kept, action, *arguments)
        trees.append(snapshot(kept.photos))
    for tree in reversed(trees[:-1]):
        undo()
        assert_same(without_own(tree), without_own(snapshot(kept.photos)))
    assert_same(trees[0], snapshot(kept.photos))
    assert "nothing to take back" in undo(code=2).stderr
    assert_same(trees[0], snapshot(kept.photos))


def without_own(tree: Snapshot) -> Snapshot:
    """A tree without what albumsort makes for itself."""
    return {path: entry for path, entry in tree.items() if ".albumsort" not in path}


def test_a_run_that_is_named_is_taken_back_and_the_others_stay(kept: Library, undo: Undo) -> None:
    before, elsewhere = snapshot(kept.photos), kept.home / "Elsewhere"
    scan(kept, "copy")
    scan(kept, "symlink", "--to", elsewhere)
    linked = snapshot(elsewhere)
    undo(1)
    assert_same(before, snapshot(kept.photos))
    assert_same(linked, snapshot(elsewhere))
    assert "nothing to take back: run 1" in undo(1, code=2).stderr
    assert "there is no run 9" in undo(9, code=2).stderr
    assert "Of run 2" in undo().stdout
    assert not elsewhere.exists()


def test_runs_may_be_taken_back_in_any_order(kept: Library, undo: Undo) -> None:
    before = snapshot(kept.photos)
    scan(kept, "symlink", "--layout", "{year}")
    scan(kept, "symlink", "--layout", "{category}")
    undo(1)
    undo(2)
    assert_same(before, snapshot(kept.photos))


def test_photos_that_come_back_to_an_album_folder_find_it_marked(kept: Library, undo: Undo) -> None:
    elsewhere = kept.home / "Elsewhere"
    moved = scan(kept, "move", "--to", elsewhere)
    scan(kept, "move", "--rearrange")
    scan(kept, "copy", "--to", elsewhere, "--layout", "{year}")
    undo()
    undo()
    assert Path(moved[CAT]["destination"]).is_file()
    assert (elsewhere / ".albumsort").is_file()


def test_links_that_made_way_for_a_move_come_back(kept: Library, undo: Undo) -> None:
    scan(kept, "symlink")
    linked = snapshot(kept.photos)
    scan(kept, "move")
    undo()
    assert_same(linked, snapshot(kept.photos))


@pytest.mark.parametrize("action", ["copy", "hardlink", "symlink"])
def test_a_run_that_only_took_old_links_away_is_taken_back(kept: Library, undo: Undo, action: str) -> None:
    done = scan(kept, action)
    linked = snapshot(kept.photos)
    table = kept.home / "strict.yaml"
    kept.run("labels", "init", table)
    table.write_text(re.sub("threshold: .*", "threshold: 1.0", table.read_text(encoding="utf-8")), encoding="utf-8")
    assert scan(kept, action, "--labels", table).keys() <= done.keys()
    assert not os.path.lexists(done[CAT]["destination"])
    assert history(kept)[1][3:] == [str(len(done)), "done"]
    assert undo().stdout == f"Of run 2 ({action}), {len(done)} older links and copies came back.\n"
    assert_same(linked, snapshot(kept.photos))


def test_folders_that_an_undo_makes_again_go_with_the_next(kept: Library, undo: Undo) -> None:
    scan(kept, "move", "--layout", "{year}")
    scan(kept, "move", "--layout", "{category}", "--rearrange")
    shutil.copy2(kept.albums / "Pets" / "cat.jpg", kept.photos / "again.jpg")
    scan(kept, "copy", "--layout", "{category}", "--duplicates", "keep")
    for _ in range(3):
        undo()
    assert (kept.photos / CAT).is_file()
    assert not kept.albums.exists()


def test_a_link_is_known_by_where_it_leads(kept: Library, undo: Undo) -> None:
    before = snapshot(kept.photos)
    link = scan(kept, "symlink")[CAT]["destination"]
    text = os.readlink(link)
    os.unlink(link)
    os.symlink(text, link)
    undo()
    assert_same(before, snapshot(kept.photos))


def test_a_folder_for_albums_that_the_user_made_stays_and_so_do_files_of_the_user(kept: Library, undo: Undo) -> None:
    elsewhere = kept.home / "made by hand"
    elsewhere.mkdir(mode=0o750)
    before = snapshot(kept.photos, kept.home / "made by hand")
    done = scan(kept, "move", "--to", elsewhere)
    album = Path(done[CAT]["destination"]).parent
    (album / "mine.txt").write_text("mine")
    (elsewhere / "list.txt").write_text("mine too")
    undo()
    after = snapshot(kept.photos, elsewhere)
    assert (album / "mine.txt").read_text() == "mine"
    mine = {str(path) for path in (album / "mine.txt", elsewhere / "list.txt", album, album.parent)}
    assert_same(before, {path: entry for path, entry in without_own(after).items() if path not in mine})
    scan(kept, "move", "--to", elsewhere)


def test_an_empty_folder_for_albums_that_the_user_made_stays(kept: Library, undo: Undo) -> None:
    kept.albums.mkdir(mode=0o750)
    before = snapshot(kept.photos)
    scan(kept, "copy")
    undo()
    assert_same(before, snapshot(kept.photos))


def edit(path: Path) -> None:
    """Other bytes, and as many."""
    data = path.read_bytes()
    path.chmod(0o644)
    path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))


def replace(path: Path) -> None:
    """Another file is there now."""
    path.parent.mkdir(exist_ok=True)
    path.unlink(missing_ok=True)
    path.write_bytes(b"another")


@pytest.mark.parametrize(
    ("action", "what", "where", "why"),
    [
        ("move", edit, "destination", "was changed since"),
        ("move", replace, "destination", "was changed since"),
        ("move", Path.unlink, "destination", "is not at"),
        ("move", replace, "path", "is taken"),
        ("copy", edit, "destination", "was changed since"),
        ("copy", edit, "path", "not there with the same bytes"),
        ("copy", Path.unlink, "path", "not there with the same bytes"),
        ("hardlink", Path.unlink, "path", "not there with the same bytes"),
        ("hardlink", replace, "path", "not there with the same bytes"),
        ("symlink", replace, "destination", "was changed since"),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_what_the_user_changed_since_is_left_and_named_and_the_rest_goes_back(
    kept: Library, undo: Undo, action: str, what: Callable[[Path], None], where: str, why: str
) -> None:
    before = snapshot(kept.photos)
    done = scan(kept, action)
    what(kept.photos / done[COFFEE][where])
    changed = snapshot(kept.photos)
    dry = undo("--dry-run", code=1)
    assert_same(changed, snapshot(kept.photos))
    real = undo(code=1)
    after = snapshot(kept.photos)
    for path in (str(kept.photos / COFFEE), done[COFFEE]["destination"]):
        assert after.get(path) == changed.get(path)
    place = os.path.relpath(done[COFFEE]["destination"], kept.photos)
    touched = {str(kept.photos / path) for path in (COFFEE, place, *map(str, Path(place).parents))}
    assert_same(
        *({path: e for path, e in without_own(tree).items() if path not in touched} for tree in (before, after))
    )
    [line] = [line for line in real.stdout.splitlines() if why in line]
    assert "coffee.jpg" in line
    assert dry.stdout.replace("would go", "went") == real.stdout


def test_what_was_left_goes_back_once_that_is_possible(kept: Library, undo: Undo) -> None:
    before = snapshot(kept.photos)
    scan(kept, "move")
    (kept.photos / COFFEE).parent.mkdir(exist_ok=True)
    (kept.photos / COFFEE).write_bytes(b"in the way")
    undo(code=1)
    (kept.photos / COFFEE).unlink()
    undo(1)
    assert_same(before, snapshot(kept.photos))


@pytest.mark.parametrize("action", ["move", "copy"])
def test_a_dry_run_touches_nothing_and_says_what_the_undo_then_does(kept: Library, undo: Undo, action: str) -> None:
    scan(kept, action)
    tree = snapshot(kept.photos)
    dry = undo("--dry-run")
    assert_same(tree, snapshot(kept.photos))
    assert undo().stdout == dry.stdout.replace("would go", "went")


@pytest.mark.parametrize(("action", "event"), [("move", "os.link"), ("copy", "os.remove"), ("symlink", "os.remove")])
def test_an_undo_that_was_stopped_is_finished_by_the_next(
    crowd: Library, tmp_path: Path, action: str, event: str
) -> None:
    library = copy_library(crowd, tmp_path / "home")
    before = snapshot(library.photos)
    scan(library, action)
    placed = len(list(library.albums.rglob("*.jpg")))
    options = ("undo", "--state", library.state)
    stopped = library.run(*options, code=130, command=signalled(f"SIGINT {event} cat- 30"))
    assert "Stopped" in stopped.stdout
    assert placed == CROWD
    assert len(list(library.albums.rglob("*.jpg"))) == CROWD - 30
    library.run(*options)
    assert_same(before, snapshot(library.photos))


@pytest.mark.parametrize(
    ("action", "named"), [("move", True), ("move", False), ("copy", False), ("hardlink", True), ("symlink", False)]
)
def test_with_the_state_lost_a_report_is_enough(kept: Library, action: str, named: bool) -> None:
    before = snapshot(kept.photos)
    scan(kept, action)
    shutil.rmtree(kept.state)
    library = ("--library", kept.photos) if named else ()
    changed = snapshot(kept.photos)
    dry = kept.run("undo", "--from", kept.report, "--dry-run", *library)
    assert_same(changed, snapshot(kept.photos))
    real = kept.run("undo", "--from", kept.report, *library)
    assert real.stdout == dry.stdout.replace("would go", "went")
    assert_same(before, snapshot(kept.photos))
    assert own_files(kept) == []


@pytest.mark.parametrize("action", ACTIONS)
def test_an_undo_from_a_report_leaves_what_was_changed(kept: Library, action: str) -> None:
    done = scan(kept, action, "--to", kept.home / "Elsewhere")
    shutil.rmtree(kept.state)
    replace(Path(done[COFFEE]["destination"]))
    result = kept.run("undo", "--from", kept.report, "--library", kept.photos, code=1)
    assert "coffee.jpg" in result.stdout
    assert Path(done[COFFEE]["destination"]).read_bytes() == b"another"
    assert (kept.photos / CAT).is_file()
    assert not os.path.lexists(done[CAT]["destination"])


@pytest.mark.parametrize("action", ["copy", "hardlink", "symlink"])
def test_an_old_report_takes_back_no_photo_that_has_come_to_the_place_of_its_link(
    kept: Library, undo: Undo, action: str
) -> None:
    scan(kept, action)
    report = kept.report.rename(kept.home / "old report.csv")
    undo()
    scan(kept, "move")
    moved = snapshot(kept.photos)
    undo("--from", report, code=1)
    assert_same(without_own(moved), without_own(snapshot(kept.photos)))


def test_what_is_back_already_is_no_trouble(kept: Library, undo: Undo) -> None:
    before = snapshot(kept.photos)
    moved = scan(kept, "move")
    Path(moved[CAT]["destination"]).rename(kept.photos / CAT)
    kept.run("undo", "--from", kept.report)
    assert_same(before, snapshot(kept.photos))
    undo()
    assert "nothing to take back: no run did anything" in undo(code=2).stderr
    assert_same(before, snapshot(kept.photos))


def test_after_an_undo_from_a_report_there_is_nothing_left_to_take_back(kept: Library, undo: Undo) -> None:
    before = snapshot(kept.photos)
    done = scan(kept, "copy")
    undo("--from", kept.report)
    assert_same(before, snapshot(kept.photos))
    assert scan(kept, "copy").keys() == done.keys()
    undo()
    assert undo().stdout == "Nothing is left to take back of run 1 (copy).\n"
    assert_same(before, snapshot(kept.photos))


@pytest.mark.parametrize(
    "content",
    ["", "a,b\n1,2\n", "\x00\xff", "path,action,destination,status,size,modified,sha256\nx,move,relative,done,1,,\n"],
)
def test_what_is_no_report_is_refused(kept: Library, undo: Undo, content: str) -> None:
    kept.report.write_text(content, errors="surrogateescape")
    before = snapshot(kept.photos)
    assert str(kept.report) in undo("--from", kept.report, "--library", kept.photos, code=2).stderr
    assert str(kept.report) in undo("--from", kept.home / "none.csv", code=2).stderr.replace("none", "report")
    assert_same(before, snapshot(kept.photos))


@pytest.mark.parametrize("lock", ["catalog/lock", "Photos/Albums/.albumsort-lock"])
def test_a_second_run_at_once_is_told_apart(kept: Library, undo: Undo, lock: str) -> None:
    scan(kept, "copy")
    tree = snapshot(kept.photos)
    with FileLock(kept.home / lock):
        assert "another run" in undo(code=3).stderr
    assert_same(without_own(tree), without_own(snapshot(kept.photos)))
    undo()


def test_history_lists_what_was_done_and_taken_back(kept: Library, undo: Undo) -> None:
    assert "No run has touched a file yet" in kept.run("history", "--state", kept.state).stdout
    copied = scan(kept, "copy", "--to", kept.home / "Elsewhere", "--exclude", "Odd")
    moved = scan(kept, "move")
    edit(Path(moved[COFFEE]["destination"]))
    undo(code=1)
    rows = history(kept)
    assert [[row[0], *row[2:]] for row in rows] == [
        ["1", "copy", str(len(copied)), "done"],
        ["2", "move", str(len(moved)), f"{len(moved) - 1} taken back"],
        ["3", "undo of 2", str(len(moved) - 1), "done"],
    ]
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d", row[1]) for row in rows)
    assert kept.run("history", "--state", kept.state, "--library", "nowhere").stdout
    assert "run 3 took back another one" in undo(3, code=2).stderr


def test_history_tells_a_run_that_was_killed(crowd: Library, tmp_path: Path) -> None:
    library = copy_library(crowd, tmp_path / "home")
    options = ("scan", library.photos, "--state", library.state, "--action", "symlink")
    library.run(*options, code=-9, command=signalled("SIGKILL os.symlink cat- 30"))
    assert history(library)[0][4] == "cut off"
    dry = library.run("undo", "--state", library.state, "--dry-run")
    assert "29 links and copies would go" in dry.stdout
    assert library.run("undo", "--state", library.state, "--dry-run").stdout == dry.stdout
    result = library.run("undo", "--state", library.state)
    assert "Run 1 was cut off" in result.stderr
    assert history(library)[0][4] == "taken back"
    assert not library.albums.exists()


def test_undo_and_history_load_nothing_heavy(kept: Library) -> None:
    blocked = kept.home / "blocked"
    blocked.mkdir()
    for module in ("torch", "numpy", "PIL", "exifread"):
        (blocked / f"{module}.py").write_text("raise SystemExit('it was imported')")
    scan(kept, "symlink")
    kept.run("history", "--state", kept.state, PYTHONPATH=str(blocked))
    kept.run("undo", "--state", kept.state, PYTHONPATH=str(blocked))
