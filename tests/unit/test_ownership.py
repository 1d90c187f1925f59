"""Whom files belong to after a run as root: what albumsort makes, and what it copies."""

from __future__ import annotations

import hashlib
import os
import struct
from pathlib import Path

import pytest

from albumsort.apply.ownership import give_to_owner_of
from albumsort.apply.place import copy, move
from albumsort.state import ALBUM_LOCK, HOLDER, albums_locked

OWNER, GROUP, FRIEND = 12345, 23456, 34567
BYTES = bytes(range(256)) * 999
CONTENT = hashlib.sha256(BYTES).hexdigest()
ACL = "system.posix_acl_access"

as_root = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root may give files to others"
)


def acl(*entries: tuple[int, int, int]) -> bytes:
    """A POSIX ACL as Linux keeps it in an extended attribute: version 2, then tag, permissions and id of each entry."""
    return struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *entry) for entry in entries)


NOBODY = 0xFFFFFFFF
FRIEND_MAY_READ = acl((0x01, 6, NOBODY), (0x02, 4, FRIEND), (0x04, 0, NOBODY), (0x10, 4, NOBODY), (0x20, 0, NOBODY))


def owner_of(path: Path) -> tuple[int, int]:
    status = path.lstat()
    return status.st_uid, status.st_gid


@pytest.fixture
def album(tmp_path: Path) -> Path:
    folder = tmp_path / "Album"
    folder.mkdir()
    os.chown(folder, OWNER, GROUP)
    return folder


@as_root
def test_folders_files_and_links_go_to_the_owner_of_the_folder_they_are_in(album: Path, tmp_path: Path) -> None:
    folder, file, link, target = album / "2024", album / ".albumsort", album / "link", tmp_path / "photo.jpg"
    folder.mkdir()
    file.touch()
    target.touch()
    link.symlink_to(target)
    for path in (folder, file, link):
        give_to_owner_of(str(path), str(album))
        assert owner_of(path) == (OWNER, GROUP)
    assert owner_of(target) == (0, 0)


@as_root
def test_what_was_not_just_made_is_not_given_away(album: Path, tmp_path: Path) -> None:
    of_another, elsewhere = album / "another.jpg", tmp_path / "elsewhere"
    of_another.touch()
    os.chown(of_another, FRIEND, FRIEND)
    give_to_owner_of(str(of_another), str(album))
    assert owner_of(of_another) == (FRIEND, FRIEND)
    elsewhere.touch()
    (album / "second name").hardlink_to(elsewhere)
    give_to_owner_of(str(album / "second name"), str(album))
    assert owner_of(elsewhere) == (0, 0)
    give_to_owner_of(str(album / "gone"), str(album))


@as_root
def test_the_owner_of_the_albums_can_lock_them_after_root_did(album: Path) -> None:
    with albums_locked(str(album)):
        for name in (ALBUM_LOCK, ALBUM_LOCK + HOLDER):
            assert owner_of(album / name) == (OWNER, GROUP)


def test_without_root_nothing_is_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: object) -> None:
        raise AssertionError("lchown was called")

    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(os, "lchown", refuse)
    give_to_owner_of(str(tmp_path), str(tmp_path))


@as_root
@pytest.mark.parametrize("place", [copy, move])
def test_a_file_keeps_owner_group_mode_attributes_and_acl_on_another_file_system(
    tmp_path: Path, elsewhere: Path, place: object
) -> None:
    assert callable(place)
    source, destination = tmp_path / "photo.jpg", elsewhere / "photo.jpg"
    source.write_bytes(BYTES)
    os.chown(source, OWNER, GROUP)
    attributes = {ACL: FRIEND_MAY_READ, "user.rating": b"5", "trusted.note": b"root's own"}
    kept = {}
    for name, value in attributes.items():
        try:
            (elsewhere / "probe").touch()
            os.setxattr(elsewhere / "probe", name, value)
            os.setxattr(source, name, value)
        except OSError:
            continue
        kept[name] = value
    if ACL not in kept:
        pytest.skip("no ACLs on these file systems")
    assert source.stat().st_mode & 0o777 == 0o640  # the group's place shows the mask
    place(str(source), str(destination), CONTENT)
    assert destination.read_bytes() == BYTES
    assert owner_of(destination) == (OWNER, GROUP)
    assert destination.stat().st_mode & 0o777 == 0o640
    for name, value in kept.items():
        assert os.getxattr(destination, name) == value
