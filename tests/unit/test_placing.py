"""Moving, copying and linking: nothing is ever replaced or lost, on one file system or across two."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from albumsort.apply.place import CopyError, copy, hardlink, link_target, move

BYTES = bytes(range(256)) * 9000
CONTENT = hashlib.sha256(BYTES).hexdigest()
MTIME_NS = 1_683_369_296_123_456_789


def make_photo(folder: Path, name: str = "photo.jpg") -> Path:
    path = folder / name
    path.write_bytes(BYTES)
    path.chmod(0o640)
    with suppress(OSError):
        os.setxattr(path, "user.rating", b"5")
    os.utime(path, ns=(MTIME_NS, MTIME_NS))
    return path


def symlink(source: str, destination: str, *, absolute: bool) -> None:
    os.symlink(link_target(source, destination, absolute=absolute), destination)


def check_photo(path: Path) -> None:
    status = path.stat()
    assert path.read_bytes() == BYTES
    assert status.st_mtime_ns == MTIME_NS
    assert status.st_mode & 0o777 == 0o640


def test_a_move_keeps_the_file_itself(tmp_path: Path) -> None:
    source, destination = make_photo(tmp_path), tmp_path / "moved.jpg"
    inode = source.stat().st_ino
    move(str(source), str(destination), CONTENT)
    check_photo(destination)
    assert destination.stat().st_ino == inode
    assert [entry.name for entry in tmp_path.iterdir()] == ["moved.jpg"]


def test_a_move_across_file_systems_keeps_bytes_times_mode_and_attributes(tmp_path: Path, elsewhere: Path) -> None:
    source, destination = make_photo(tmp_path), elsewhere / "moved.jpg"
    with suppress(OSError):
        os.setxattr(source, "user.rating", b"5")
    attributes = {name: os.getxattr(source, name) for name in os.listxattr(source)}
    move(str(source), str(destination), CONTENT)
    check_photo(destination)
    assert not source.exists()
    assert [entry.name for entry in elsewhere.iterdir()] == ["moved.jpg"]
    with suppress(OSError):
        os.setxattr(destination, "user.albumsort-test", b"1")
        assert {name: os.getxattr(destination, name) for name in attributes} == attributes


def test_a_move_that_nobody_could_know_to_cross_file_systems_is_a_copy_too(tmp_path: Path, elsewhere: Path) -> None:
    """Pools of disks and quotas of projects refuse a hard link between two folders of one mount."""
    source, destination = make_photo(tmp_path), elsewhere / "moved.jpg"
    move(str(source), str(destination), "")
    check_photo(destination)
    assert not source.exists()
    assert [entry.name for entry in elsewhere.iterdir()] == ["moved.jpg"]


def test_a_copy_of_which_nothing_tells_the_bytes_is_refused(tmp_path: Path) -> None:
    source = make_photo(tmp_path)
    with pytest.raises(CopyError, match="nothing tells which bytes it should have"):
        copy(str(source), str(tmp_path / "copy.jpg"), "")
    assert [entry.name for entry in tmp_path.iterdir()] == ["photo.jpg"]


def test_a_hard_link_that_cannot_be_says_what_else_can(tmp_path: Path, elsewhere: Path) -> None:
    with pytest.raises(OSError, match="use --action copy"):
        hardlink(str(make_photo(tmp_path)), str(elsewhere / "link.jpg"))
    assert list(elsewhere.iterdir()) == []


def test_a_copy_is_equal_and_independent(tmp_path: Path) -> None:
    source, destination = make_photo(tmp_path), tmp_path / "copy.jpg"
    copy(str(source), str(destination), CONTENT)
    check_photo(source)
    check_photo(destination)
    assert source.stat().st_ino != destination.stat().st_ino


def test_a_hard_link_is_the_same_file(tmp_path: Path) -> None:
    source, destination = make_photo(tmp_path), tmp_path / "link.jpg"
    hardlink(str(source), str(destination))
    assert destination.stat().st_ino == source.stat().st_ino


@pytest.mark.parametrize(
    "name", ["photo.jpg", "new\nline.jpg", "-rf.jpg", "\u202egpj.exe", "bad-\udcff.jpg", "a" * 255]
)
def test_a_relative_link_reaches_its_photo_and_moves_with_the_tree(tmp_path: Path, name: str) -> None:
    library = tmp_path / "library"
    albums = library / "Albums" / "Pets"
    albums.mkdir(parents=True)
    source = make_photo(library, name)
    symlink(str(source), str(albums / name), absolute=False)
    assert not os.path.isabs(os.readlink(albums / name))
    library.rename(tmp_path / "renamed")
    assert (tmp_path / "renamed" / "Albums" / "Pets" / name).read_bytes() == BYTES


def test_a_link_in_an_album_folder_behind_a_link_reaches_its_photo(tmp_path: Path) -> None:
    (tmp_path / "disk" / "deep" / "albums").mkdir(parents=True)
    (tmp_path / "albums").symlink_to("disk/deep/albums")
    source = make_photo(tmp_path)
    symlink(str(source), str(tmp_path / "albums" / "photo.jpg"), absolute=False)
    assert (tmp_path / "albums" / "photo.jpg").read_bytes() == BYTES


def test_an_absolute_link_is_absolute(tmp_path: Path) -> None:
    source = make_photo(tmp_path)
    symlink(str(source), str(tmp_path / "link.jpg"), absolute=True)
    assert os.readlink(tmp_path / "link.jpg") == str(source.resolve())


def do(action: str, source: Path, destination: Path) -> None:
    if action == "move":
        move(str(source), str(destination), CONTENT)
    elif action == "copy":
        copy(str(source), str(destination), CONTENT)
    elif action == "hardlink":
        hardlink(str(source), str(destination))
    else:
        symlink(str(source), str(destination), absolute=False)


@pytest.mark.parametrize("action", ["move", "copy", "hardlink", "symlink"])
@pytest.mark.parametrize("kind", ["file", "folder", "dangling link", "link to a file"])
def test_nothing_at_the_destination_is_ever_replaced(tmp_path: Path, action: str, kind: str) -> None:
    source, destination = make_photo(tmp_path), tmp_path / "there"
    other = tmp_path / "other"
    other.write_bytes(b"other")
    if kind == "file":
        destination.write_bytes(b"precious")
    elif kind == "folder":
        destination.mkdir()
    else:
        destination.symlink_to("nowhere" if kind == "dangling link" else "other")
    before = sorted((entry.name, entry.lstat().st_ino) for entry in tmp_path.iterdir())
    with pytest.raises(FileExistsError):
        do(action, source, destination)
    assert sorted((entry.name, entry.lstat().st_ino) for entry in tmp_path.iterdir()) == before
    check_photo(source)
    assert other.read_bytes() == b"other"


def test_a_move_across_file_systems_replaces_nothing(tmp_path: Path, elsewhere: Path) -> None:
    source, destination = make_photo(tmp_path), elsewhere / "there"
    destination.write_bytes(b"precious")
    with pytest.raises(FileExistsError):
        move(str(source), str(destination), CONTENT)
    check_photo(source)
    assert destination.read_bytes() == b"precious"
    assert [entry.name for entry in elsewhere.iterdir()] == ["there"]


def test_a_move_onto_its_own_hard_link_keeps_both_names(tmp_path: Path) -> None:
    source, destination = make_photo(tmp_path), tmp_path / "link.jpg"
    os.link(source, destination)
    with pytest.raises(FileExistsError):
        move(str(source), str(destination), CONTENT)
    check_photo(source)
    check_photo(destination)


def test_a_move_onto_itself_under_another_path_does_not_remove_the_photo(tmp_path: Path) -> None:
    (tmp_path / "library").mkdir()
    (tmp_path / "alias").symlink_to("library")
    source = make_photo(tmp_path / "library")
    with pytest.raises(FileExistsError):
        move(str(source), str(tmp_path / "alias" / "photo.jpg"), CONTENT)
    check_photo(source)
    os.link(source, tmp_path / "another name")
    with pytest.raises(FileExistsError):
        move(str(source), str(tmp_path / "alias" / "photo.jpg"), CONTENT)
    check_photo(source)


def test_a_photo_that_is_replaced_while_it_is_moved_stays_as_it_is_now(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, destination = make_photo(tmp_path), tmp_path / "moved.jpg"
    real = os.link

    def link_and_save_again(*args: Any, **keywords: Any) -> None:
        real(*args, **keywords)
        (tmp_path / "new").write_bytes(b"an edited version")
        (tmp_path / "new").replace(source)

    monkeypatch.setattr(os, "link", link_and_save_again)
    with pytest.raises(OSError, match="changed while it was moved"):
        move(str(source), str(destination), CONTENT)
    assert source.read_bytes() == b"an edited version"
    assert not destination.exists()


@pytest.mark.parametrize("across", [False, True])
def test_a_move_that_cannot_remove_the_old_name_takes_the_new_one_back(
    tmp_path: Path, elsewhere: Path, monkeypatch: pytest.MonkeyPatch, across: bool
) -> None:
    source, destination = make_photo(tmp_path), (elsewhere if across else tmp_path) / "moved.jpg"
    real = os.unlink

    def refuse(path: str) -> None:
        if str(path) == str(source):
            raise PermissionError(errno.EACCES, "Permission denied")
        real(path)

    monkeypatch.setattr(os, "unlink", refuse)
    with pytest.raises(PermissionError):
        move(str(source), str(destination), CONTENT)
    monkeypatch.undo()
    check_photo(source)
    assert not destination.exists()


def test_a_file_with_other_bytes_than_were_recognised_is_not_copied(tmp_path: Path) -> None:
    source, destination = make_photo(tmp_path), tmp_path / "copy.jpg"
    with pytest.raises(OSError, match="changed since it was recognised"):
        copy(str(source), str(destination), "0" * 64)
    assert [entry.name for entry in tmp_path.iterdir()] == ["photo.jpg"]


FAULTS = ["fsync", "link", "copystat", "fstat"]


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("action", ["move", "copy"])
def test_a_fault_at_any_step_leaves_the_original_and_nothing_else(
    tmp_path: Path, elsewhere: Path, monkeypatch: pytest.MonkeyPatch, action: str, fault: str
) -> None:
    source, destination = make_photo(tmp_path), elsewhere / "moved.jpg"

    def fail(*args: Any, **keywords: Any) -> Any:
        if fault == "link" and os.stat(args[0]).st_dev != elsewhere.stat().st_dev:
            raise OSError(errno.EXDEV, "another file system")
        raise OSError(errno.ENOSPC, "no space left")

    monkeypatch.setattr(shutil if fault == "copystat" else os, fault, fail)
    with pytest.raises(OSError, match="no space left"):
        do(action, source, destination)
    monkeypatch.undo()
    check_photo(source)
    assert list(elsewhere.iterdir()) == []


def test_a_copy_that_does_not_read_back_the_same_is_thrown_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, destination = make_photo(tmp_path), tmp_path / "copy.jpg"
    monkeypatch.setattr(os, "fsync", lambda handle: os.pwrite(handle, b"a failing disk", 5000))
    with pytest.raises(OSError, match="does not have the bytes of the original"):
        copy(str(source), str(destination), CONTENT)
    monkeypatch.undo()
    assert [entry.name for entry in tmp_path.iterdir()] == ["photo.jpg"]
    check_photo(source)


@pytest.mark.parametrize("action", ["move", "copy"])
def test_where_there_are_no_hard_links_files_still_get_their_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, action: str
) -> None:
    def no_links(*args: Any, **keywords: Any) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    source, destination = make_photo(tmp_path), tmp_path / "moved.jpg"
    monkeypatch.setattr(os, "link", no_links)
    do(action, source, destination)
    check_photo(destination)
    assert source.exists() is (action == "copy")
    destination.unlink()
    destination.write_bytes(b"precious")
    if action == "copy":
        with pytest.raises(FileExistsError):
            do(action, source, destination)
    assert destination.read_bytes() == b"precious"
