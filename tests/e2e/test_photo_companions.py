"""A photo and the files that go with it: recognised once, placed together or not at all, taken back together."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from .conftest import Library
from .odd_library import assert_same, snapshot

Scan = Callable[..., dict[str, dict[str, str]]]
CAT = "2023/cat.jpg"
COMPANIONS = ("cat.CR2", "cat.MOV", "cat.jpg.json", "cat.jpg.xmp")


@pytest.fixture
def together(library: Library) -> Library:
    """A photo with a RAW file, the video of a Live Photo, and two sidecars."""
    for name in COMPANIONS:
        (library.photos / "2023" / name).write_bytes(f"{name} goes with the cat".encode())
    return library


@pytest.mark.parametrize("action", ["move", "copy", "hardlink", "symlink"])
def test_they_are_placed_and_taken_back_together(together: Library, scan: Scan, action: str) -> None:
    before = snapshot(together.photos)
    rows = scan("--action", action)
    album = together.albums / "Pets" / "2023"
    for name in COMPANIONS:
        row = rows[f"2023/{name}"]
        assert (row["status"], row["note"], row["destination"]) == ("done", "goes with cat.jpg", str(album / name))
        assert (album / name).read_bytes() == f"{name} goes with the cat".encode()
        assert (together.photos / "2023" / name).exists() == (action != "move")
        assert (album / name).is_symlink() == (action == "symlink")
    again = scan("--action", action)
    assert {row["status"] for row in again.values()} == {"skipped"}
    together.run("undo", "--state", together.state)
    assert_same(before, snapshot(together.photos))


def test_they_are_renamed_together_where_one_name_is_taken(together: Library, scan: Scan) -> None:
    album = together.albums / "Pets" / "2023"
    album.mkdir(parents=True)
    (together.albums / ".albumsort").write_text("{}")
    (album / "cat.MOV").write_bytes(b"another film")
    rows = scan("--action", "move")
    names = {os.path.basename(rows[path]["destination"]) for path in (CAT, *(f"2023/{name}" for name in COMPANIONS))}
    assert names == {"cat (2).jpg", "cat (2).CR2", "cat (2).MOV", "cat (2).jpg.json", "cat (2).jpg.xmp"}
    assert (album / "cat.MOV").read_bytes() == b"another film"
    again = scan("--action", "move")
    assert {row["status"] for row in again.values()} == {"skipped"}


def test_photos_of_one_name_keep_their_own_companions(together: Library, scan: Scan) -> None:
    other = together.photos / "Phone" / "cat.png"
    (together.photos / "Phone" / "IMG_20240102_030405.png").rename(other)
    (together.photos / "Phone" / "cat.png.xmp").write_bytes(b"of the other")
    rows = scan("--action", "move", "--layout", "{category}")
    placed = Path(rows["Phone/cat.png"]["destination"])
    assert placed.name != "cat.png"
    assert placed.with_name(placed.name + ".xmp").read_bytes() == b"of the other"
    assert Path(rows["2023/cat.jpg.xmp"]["destination"]).read_bytes() == b"cat.jpg.xmp goes with the cat"


@pytest.mark.parametrize("action", ["move", "copy"])
def test_if_one_cannot_be_placed_none_is(
    together: Library, scan: Scan, permissions_count: tuple[str, ...], action: str
) -> None:
    """Nobody may read the film: it cannot be copied to another file system, nor can the rest be without it."""
    memory = Path("/dev/shm")
    if not os.access(memory, os.W_OK) or memory.stat().st_dev == together.home.stat().st_dev:
        pytest.skip("no other file system here that can be written")
    albums = memory / f"albumsort-{os.getpid()}"
    before = snapshot(together.photos)
    (together.photos / "2023" / "cat.MOV").chmod(0)
    try:
        rows = scan("--to", albums, "--action", action, code=1, command=permissions_count)
        placed = [path.name for path in albums.rglob("cat.*")]
    finally:
        shutil.rmtree(albums, ignore_errors=True)
        (together.photos / "2023" / "cat.MOV").chmod(0o644)
    assert placed == []
    for path in (CAT, *(f"2023/{name}" for name in COMPANIONS)):
        assert rows[path]["status"] == "failed"
        assert "Permission denied" in rows[path]["note"]
        assert snapshot(together.photos)[str(together.photos / path)] == before[str(together.photos / path)]
    assert rows["2023/coffee.jpg"]["status"] == "done"


def test_a_companion_that_comes_later_follows_its_link(library: Library, scan: Scan) -> None:
    scan("--action", "symlink")
    (library.photos / "2023" / "cat.xmp").write_bytes(b"late")
    rows = scan("--action", "symlink")
    assert (rows["2023/cat.xmp"]["status"], rows[CAT]["status"]) == ("done", "skipped")
    assert (library.albums / "Pets" / "2023" / "cat.xmp").read_bytes() == b"late"


def moved(library: Library, scan: Scan, *names: str) -> None:
    """Move, and check that the photo and its companions are under these names in the album, and no more at home."""
    before = snapshot(library.photos)
    scan("--action", "move")
    home, album = library.photos / "2023", library.albums / "Pets" / "2023"
    assert [path.name for path in home.glob("cat.*")] == []
    assert sorted(path.name for path in album.glob("cat*")) == sorted(names)
    assert not any(path.is_symlink() for path in album.iterdir())
    after = snapshot(library.photos)
    assert {row["status"] for row in scan("--action", "move").values()} == {"skipped"}
    assert_same(after, snapshot(library.photos))
    library.run("undo", "--state", library.state)
    assert_same(before, snapshot(library.photos))


@pytest.mark.parametrize("action", ["copy", "hardlink", "symlink"])
@pytest.mark.parametrize("name", ["cat.CR2", "cat.jpg.xmp"])
def test_a_companion_whose_link_was_taken_out_moves_with_its_photo(
    together: Library, scan: Scan, action: str, name: str
) -> None:
    scan("--action", action)
    (together.albums / "Pets" / "2023" / name).unlink()
    assert scan("--action", action)[f"2023/{name}"]["note"] == "goes with cat.jpg; it was taken out of the album"
    moved(together, scan, "cat.jpg", *COMPANIONS)


@pytest.mark.parametrize("action", ["copy", "hardlink"])
def test_a_photo_moves_with_its_edited_sidecar_and_the_earlier_one_stays(
    together: Library, scan: Scan, action: str
) -> None:
    scan("--action", action)
    xmp, album = together.photos / "2023" / "cat.jpg.xmp", together.albums / "Pets" / "2023"
    before = (album / "cat.jpg.xmp").read_bytes()
    (together.home / "new.xmp").write_bytes(b"five stars")
    os.replace(together.home / "new.xmp", xmp)
    numbered = [f"cat (2){name.removeprefix('cat')}" for name in ("cat.jpg", *COMPANIONS)]
    moved(together, scan, *numbered, "cat.jpg.xmp")
    assert (xmp.read_bytes(), (album / "cat.jpg.xmp").read_bytes()) == (b"five stars", before)
    rows = scan("--action", "move")
    assert (album / "cat (2).jpg.xmp").read_bytes() == b"five stars"
    assert (album / "cat.jpg.xmp").read_bytes() == before
    assert rows[CAT]["note"].endswith(f"its {'copy' if action == 'copy' else 'link'} in Pets/2023 goes")


def stays(library: Library, scan: Scan) -> None:
    """Move twice, and check that the photo and its companions are where they were."""
    home, album = library.photos / "2023", library.albums / "Pets" / "2023"
    before = {path: path.read_bytes() for folder in (home, album) for path in folder.glob("cat*")}
    for _ in range(2):
        rows = scan("--action", "move")
        assert {path: path.read_bytes() for folder in (home, album) for path in folder.glob("cat*")} == before
        why = "the same bytes are there already"
        assert (rows[CAT]["status"], rows[CAT]["note"]) == ("skipped", why)
        for name in COMPANIONS:
            row = rows[f"2023/{name}"]
            note = f"goes with cat.jpg; stays with its photo: {why}"
            assert (row["status"], row["note"]) == ("skipped", note)


def test_companions_stay_with_a_photo_that_the_user_copied_into_the_album(together: Library, scan: Scan) -> None:
    scan("--action", "symlink")
    copied = together.albums / "Pets" / "2023" / "cat.jpg"
    for link in copied.parent.glob("cat.*"):
        link.unlink()
    shutil.copy2(together.photos / CAT, copied)
    stays(together, scan)


def test_companions_stay_with_a_photo_of_whose_copy_nothing_is_known_any_more(library: Library, scan: Scan) -> None:
    shutil.copytree(library.state, library.home / "before")
    scan("--action", "copy")
    shutil.rmtree(library.state)
    os.rename(library.home / "before", library.state)
    for name in COMPANIONS:
        (library.photos / "2023" / name).write_bytes(b"came later")
    stays(library, scan)


def test_what_belongs_to_nothing_stays_where_it_is(library: Library, scan: Scan) -> None:
    for name in ("alone.xmp", "alone.json", "notes.txt", "settings.xml"):
        (library.photos / "2023" / name).write_text(name)
    rows = scan("--action", "move")
    for name in ("alone.xmp", "alone.json", "notes.txt", "settings.xml"):
        assert (library.photos / "2023" / name).read_text() == name
        assert rows.get(f"2023/{name}", {}).get("status") != "done"


def test_a_video_alone_is_sorted_by_its_date(library: Library, scan: Scan) -> None:
    (library.photos / "VID_20190203_040506.mp4").write_bytes(b"a film")
    row = scan("--action", "move")["VID_20190203_040506.mp4"]
    assert (row["status"], row["category"], row["album"]) == ("done", "videos", "Videos/2019")
    assert (library.albums / "Videos" / "2019" / "VID_20190203_040506.mp4").read_bytes() == b"a film"
    assert scan("--action", "move")["Albums/Videos/2019/VID_20190203_040506.mp4"]["status"] == "skipped"


def test_the_companions_of_a_photo_that_is_not_sorted_stay_with_it(library: Library, scan: Scan) -> None:
    (library.photos / "broken.xmp").write_bytes(b"of a broken photo")
    rows = scan("--action", "move")
    assert (rows["broken.jpg"]["status"], rows["broken.xmp"]["status"]) == ("skipped", "skipped")
    assert (library.photos / "broken.xmp").read_bytes() == b"of a broken photo"
