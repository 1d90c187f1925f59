from __future__ import annotations

import os
import socket
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from albumsort.errors import AlbumsortError
from albumsort.library.walk import Found, Passed, walk
from albumsort.stamps import Stamp

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="POSIX file names and kinds")


def rows(*roots: Path | str, exclude: Sequence[str] = (), albums: Sequence[str] = ()) -> list[Found | Passed]:
    lists = walk([str(root) for root in roots], exclude=exclude, is_own_folder=lambda p: os.path.basename(p) in albums)
    return [row for found in lists for row in found]


def found_below(root: Path, **options: Sequence[str]) -> list[str]:
    return [os.path.relpath(row.path, root) for row in rows(root, **options) if isinstance(row, Found)]


def notes_below(root: Path, **options: Sequence[str]) -> dict[str, str]:
    return {os.path.relpath(row.path, root): row.note for row in rows(root, **options) if isinstance(row, Passed)}


def put(root: Path, *names: str) -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(b"x")


def test_picture_suffixes_count_in_any_case(tmp_path: Path) -> None:
    names = ["a.jpg", "a.JPEG", "a.jpe", "a.Jfif", "a.png", "a.webp", "a.tif", "a.TIFF", "a.gif", "a.bmp", "a.dib"]
    names += ["a.HEIC", "a.heif", "a.hif", "a.avif"]
    put(tmp_path, *names)
    found = rows(tmp_path)
    assert {os.path.basename(row.path) for row in found} == set(names)
    assert all(isinstance(row, Found) and row.suffix_known for row in found)


def test_a_suffix_that_says_nothing_is_left_to_the_content(tmp_path: Path) -> None:
    put(tmp_path, "IMG_0001", "photo.old", "scan.123")
    assert [row.suffix_known for row in rows(tmp_path) if isinstance(row, Found)] == [False, False, False]


def test_files_of_other_kinds_are_left_alone(tmp_path: Path) -> None:
    put(tmp_path, "a.mp3", "Thumbs.db", "desktop.ini", "a.txt", "a.jpg_original", "a.lrv")
    assert rows(tmp_path) == []


def test_what_may_go_with_a_photo_is_found_with_its_kind(tmp_path: Path) -> None:
    kinds = {"a.AAE": "sidecar", "a.CR2": "raw", "a.jpg": "picture", "a.lrcat": "catalog", "a.mov": "video"}
    put(tmp_path, *kinds)
    assert {os.path.basename(row.path): row.kind for row in rows(tmp_path) if isinstance(row, Found)} == kinds


def test_hidden_files_are_left_alone(tmp_path: Path) -> None:
    put(tmp_path, "._IMG_1.jpg", ".IMG_2.jpg", "IMG_3.jpg")
    assert found_below(tmp_path) == ["IMG_3.jpg"]
    assert notes_below(tmp_path) == {}


def test_a_found_file_carries_its_stamp(tmp_path: Path) -> None:
    put(tmp_path, "a.jpg")
    status = os.lstat(tmp_path / "a.jpg")
    assert rows(tmp_path) == [
        Found(str(tmp_path / "a.jpg"), Stamp.of(status), "picture", max(status.st_mtime_ns, status.st_ctime_ns))
    ]


def test_a_file_changed_when_it_was_renamed_or_written_whichever_is_later(tmp_path: Path) -> None:
    put(tmp_path, "old.jpg", "future.jpg")
    os.utime(tmp_path / "old.jpg", ns=(0, 10**18))
    os.utime(tmp_path / "future.jpg", ns=(0, time.time_ns() + 10**15))
    changed = {row.path: row.changed_ns for row in rows(tmp_path) if isinstance(row, Found)}
    assert changed == {path: os.lstat(path).st_ctime_ns for path in changed}


def test_times_that_all_lie_in_the_future_say_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, "a.jpg")
    monkeypatch.setattr(time, "time_ns", lambda: 10**18)
    assert [row.changed_ns for row in rows(tmp_path) if isinstance(row, Found)] == [0]


def test_a_time_that_cannot_be_stored_is_reported(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").touch()
    try:
        os.utime(tmp_path / "a.jpg", ns=(0, 2**63))
    except OverflowError:
        pytest.skip("this file system has no such time either")
    if (tmp_path / "a.jpg").stat().st_mtime_ns < 2**63:
        pytest.skip("this file system has no such time either")
    assert "beyond the year 2262" in notes_below(tmp_path)["a.jpg"]


def test_the_order_is_by_bytes_and_a_folder_comes_before_those_in_it(tmp_path: Path) -> None:
    put(tmp_path, "b.jpg", "B.jpg", "é.jpg", "z.jpg", "a/1.jpg", "a/b/1.jpg", "a-b/1.jpg")
    expected = ["B.jpg", "b.jpg", "z.jpg", "é.jpg", "a/1.jpg", "a/b/1.jpg", "a-b/1.jpg"]
    assert found_below(tmp_path) == expected


def test_each_folder_gives_one_list(tmp_path: Path) -> None:
    put(tmp_path, "1.jpg", "2.jpg", "a/1.jpg", "empty/other.txt")
    assert [len(found) for found in walk([str(tmp_path)], is_own_folder=lambda _: False)] == [2, 1]


@posix_only
@pytest.mark.parametrize(
    "name",
    [
        b"new\nline.jpg",
        b"-rf.jpg",
        b" lead and trail .jpg",
        "\u202egpj.exe.jpg".encode(),
        b"bad-utf8-\xff\xfe.jpg",
        b"a" * 251 + b".jpg",
        b"*?[x].jpg",
    ],
)
def test_any_name_that_the_system_allows_is_found(tmp_path: Path, name: bytes) -> None:
    try:
        (Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name))).write_bytes(b"x")
    except OSError:
        pytest.skip("this file system does not take the name")
    (found,) = rows(tmp_path)
    assert os.fsencode(os.path.basename(found.path)) == name
    assert os.path.exists(found.path)


@pytest.mark.parametrize(
    "folder",
    [
        ".hidden",
        ".stversions",
        ".thumbnails",
        "@eaDir",
        "#recycle",
        "@Recycle",
        "@Recently-Snapshot",
        "#snapshot",
        "lost+found",
        "$RECYCLE.BIN",
        "System Volume Information",
        "Photos Library.photoslibrary",
        "Catalog Previews.lrdata",
        "Old.aplibrary",
    ],
)
def test_folders_of_other_programs_get_one_row_and_are_not_entered(tmp_path: Path, folder: str) -> None:
    put(tmp_path, f"{folder}/1.jpg", f"{folder}/deep/2.jpg", "3.jpg")
    assert found_below(tmp_path) == ["3.jpg"]
    assert list(notes_below(tmp_path)) == [folder]


def test_a_marked_album_folder_is_not_entered_but_another_of_its_name_is(tmp_path: Path) -> None:
    put(tmp_path, "Sorted/1.jpg", "Albums/2.jpg")
    assert found_below(tmp_path, albums=["Sorted"]) == ["Albums/2.jpg"]
    assert notes_below(tmp_path, albums=["Sorted"]) == {}


def test_a_root_is_walked_whatever_it_is(tmp_path: Path) -> None:
    root = tmp_path / ".hidden" / "Albums"
    put(root, "1.jpg")
    assert found_below(root, albums=["Albums"]) == ["1.jpg"]


@pytest.mark.parametrize(
    ("pattern", "left"),
    [
        ("*.png", ["a/1.jpg", "a/b/1.jpg", "c/1.jpg"]),
        ("a", ["c/1.jpg", "c/2.png"]),
        ("a/b", ["a/1.jpg", "c/1.jpg", "c/2.png"]),
        ("/a/b/", ["a/1.jpg", "c/1.jpg", "c/2.png"]),
        ("a/*.jpg", ["c/1.jpg", "c/2.png"]),
        ("[ac]/1.*", ["a/b/1.jpg", "c/2.png"]),
        ("A", ["a/1.jpg", "a/b/1.jpg", "c/1.jpg", "c/2.png"]),
    ],
)
def test_exclude_matches_names_or_paths_below_the_root(tmp_path: Path, pattern: str, left: list[str]) -> None:
    put(tmp_path, "a/1.jpg", "a/b/1.jpg", "c/1.jpg", "c/2.png")
    assert found_below(tmp_path, exclude=[pattern]) == left


def test_an_excluded_folder_is_reported_an_excluded_file_is_not(tmp_path: Path) -> None:
    put(tmp_path, "raw/1.jpg", "raw.jpg")
    assert notes_below(tmp_path, exclude=["raw*"]) == {"raw": "excluded by --exclude"}
    assert found_below(tmp_path, exclude=["raw*"]) == []


@posix_only
def test_symbolic_links_are_reported_and_not_followed(tmp_path: Path) -> None:
    put(tmp_path, "real/1.jpg", "note.txt")
    for link, target in {
        "up": "..",
        "self": ".",
        "twin.jpg": "real/1.jpg",
        "dangling.jpg": "nowhere.jpg",
        "circle.jpg": "circle.jpg",
        "text": "note.txt",
        "photo.dng": "real/1.jpg",
        "photo.xmp": "real/1.jpg",
        "clip.MOV": "real/1.jpg",
    }.items():
        os.symlink(target, tmp_path / link)
    assert found_below(tmp_path) == ["real/1.jpg"]
    assert notes_below(tmp_path) == {
        "circle.jpg": "a symbolic link; not followed",
        "clip.MOV": "a symbolic link; not followed",
        "dangling.jpg": "a symbolic link; not followed",
        "photo.dng": "a symbolic link; not followed",
        "self": "a symbolic link to a folder; not followed",
        "twin.jpg": "a symbolic link; not followed",
        "up": "a symbolic link to a folder; not followed",
    }


@posix_only
def test_pipes_and_sockets_with_a_picture_suffix_are_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(tmp_path / "pipe.jpg")
    os.mkfifo(tmp_path / "pipe")
    os.mkfifo(tmp_path / "pipe.mov")
    os.mkfifo(tmp_path / "pipe.xmp")
    monkeypatch.chdir(tmp_path)  # the name of a socket is limited to about 100 bytes
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket.png")
        assert notes_below(tmp_path) == {
            "pipe.jpg": "a named pipe; never opened",
            "pipe.mov": "a named pipe; never opened",
            "socket.png": "a socket; never opened",
        }
    assert found_below(tmp_path) == []


@posix_only
def test_an_unreadable_folder_is_reported_and_passed(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may read every folder")
    put(tmp_path, "closed/1.jpg", "open/2.jpg")
    (tmp_path / "closed").chmod(0)
    try:
        assert found_below(tmp_path) == ["open/2.jpg"]
        assert notes_below(tmp_path) == {"closed": "folder cannot be read: Permission denied"}
    finally:
        (tmp_path / "closed").chmod(0o700)


def test_a_folder_that_goes_away_during_the_walk_is_reported_and_passed(tmp_path: Path) -> None:
    put(tmp_path, "1.jpg", "b/2.jpg")
    (tmp_path / "a").mkdir()
    lists = walk([str(tmp_path)], is_own_folder=lambda _: False)
    next(lists)
    (tmp_path / "a").rmdir()
    gone, b = lists
    assert gone == [Passed(str(tmp_path / "a"), "folder cannot be read: No such file or directory")]
    assert [row.path for row in b] == [str(tmp_path / "b" / "2.jpg")]


@pytest.fixture
def deep(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A library of 2,500 nested folders, longer than a path may be; taken down again, which pytest cannot."""
    monkeypatch.chdir(tmp_path)
    for _ in range(2500):
        os.mkdir("d")
        os.chdir("d")
    yield tmp_path
    for _ in range(2500):
        os.chdir("..")
        os.rmdir("d")


@posix_only
def test_a_library_can_be_deeper_than_python_recurses_and_longer_than_a_path_may_be(deep: Path) -> None:
    put(deep, "e/1.jpg")
    too_long, found = rows(deep)
    assert found.path == str(deep / "e" / "1.jpg")
    assert too_long.path.count("/d") > 1900
    assert too_long == Passed(too_long.path, "folder cannot be read: File name too long")


def test_a_root_inside_another_is_walked_once_as_its_own(tmp_path: Path) -> None:
    put(tmp_path, "1.jpg", "in/2.jpg", "in/deep/3.jpg")
    found = [
        os.path.relpath(row.path, tmp_path) for row in rows(tmp_path, tmp_path / "in", tmp_path, f"{tmp_path}/in/")
    ]
    assert found == ["1.jpg", "in/2.jpg", "in/deep/3.jpg"]


@posix_only
def test_a_root_may_be_a_symbolic_link(tmp_path: Path) -> None:
    put(tmp_path, "real/1.jpg")
    os.symlink("real", tmp_path / "link")
    assert found_below(tmp_path / "link") == ["1.jpg"]
    assert len(rows(tmp_path / "link", tmp_path / "real")) == 1


def test_paths_are_absolute_for_a_relative_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, "1.jpg")
    monkeypatch.chdir(tmp_path)
    assert [row.path for row in rows(".")] == [os.path.join(os.getcwd(), "1.jpg")]


def test_a_root_that_is_no_folder_is_an_error_that_names_it(tmp_path: Path) -> None:
    put(tmp_path, "file.jpg")
    for root in (tmp_path / "missing", tmp_path / "file.jpg"):
        with pytest.raises(AlbumsortError) as caught:
            walk([str(tmp_path), str(root)], is_own_folder=lambda _: False)
        assert str(root) in str(caught.value)
