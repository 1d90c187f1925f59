"""What is looked at before a run: whether the disks are those of the last run, and the room on them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from albumsort.guards import file_systems
from albumsort.guards.file_systems import (
    FileSystem,
    file_system,
    human_size,
    mount_of,
    moved_file_system,
    space_problem,
    suddenly_empty,
)

NAS = FileSystem("/mnt/nas", "nfs4", "nas:/photos")
DISK = FileSystem("/", "ext4", "/dev/sda2")


# file systems


def test_the_file_system_of_a_folder_is_the_one_mounted_around_it(tmp_path: Path) -> None:
    for folder in (str(tmp_path), "/", "/proc/self", "/dev"):
        found = file_system(folder)
        assert os.path.ismount(found.mount_point)
        assert os.stat(found.mount_point).st_dev == os.stat(folder).st_dev
    assert file_system("/proc/self") == FileSystem("/proc", "proc", "proc")


def test_a_folder_that_is_not_there_yet_is_on_the_file_system_of_the_one_above(tmp_path: Path) -> None:
    assert file_system(str(tmp_path / "a" / "b")) == file_system(str(tmp_path))


def test_files_move_only_within_one_mount(tmp_path: Path, elsewhere: Path) -> None:
    (tmp_path / "link").symlink_to(elsewhere)
    assert mount_of(str(tmp_path / "a" / "b")) == mount_of(str(tmp_path))
    assert mount_of(str(tmp_path / "link" / "a")) == mount_of(str(elsewhere)) != mount_of(str(tmp_path))


def test_a_link_is_on_the_file_system_that_it_leads_to(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("/proc")
    assert file_system(str(tmp_path / "link" / "x")).type == "proc"


def test_the_way_of_other_systems_finds_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folders = [str(tmp_path), "/", "/proc"]
    by_kernel = [file_system(folder) for folder in folders]
    monkeypatch.setattr(file_systems, "MOUNTS", str(tmp_path / "nothing"))
    assert [file_system(folder) for folder in folders] == by_kernel


def test_names_of_mounts_are_read_as_the_kernel_writes_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    handle = os.open(tmp_path, os.O_PATH)
    number = next(line for line in Path(f"/proc/self/fdinfo/{handle}").read_text().splitlines() if "mnt_id" in line)
    os.close(handle)
    row = f"{number.split()[1]} 27 8:1 / /mnt/a\\040b\\134c\xff rw shared:1 - fuse.sshfs me@nas:/x\\011y rw\n"
    (tmp_path / "mountinfo").write_bytes(b"1 1 0:1 / / rw - ext4 /dev/sda rw\n" + row.encode("latin-1"))
    monkeypatch.setattr(file_systems, "MOUNTS", str(tmp_path / "mountinfo"))
    assert file_system(str(tmp_path)) == FileSystem("/mnt/a b\\c\udcff", "fuse.sshfs", "me@nas:/x\ty")


def test_a_mount_that_is_not_listed_is_unknown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mountinfo").write_bytes(b"nonsense\n")
    monkeypatch.setattr(file_systems, "MOUNTS", str(tmp_path / "mountinfo"))
    assert file_system(str(tmp_path)) == FileSystem("", "")
    assert not FileSystem("", "").is_network


@pytest.mark.parametrize("kind", ["nfs", "nfs4", "cifs", "smb3", "9p", "fuse.sshfs", "fuse.rclone", "afpfs", "davfs"])
def test_network_file_systems_are_known(kind: str) -> None:
    assert FileSystem("/mnt", kind).is_network


@pytest.mark.parametrize(
    "kind", ["ext4", "btrfs", "zfs", "fuseblk", "ntfs3", "exfat", "vfat", "apfs", "tmpfs", "fuse.mergerfs", "overlay"]
)
def test_local_file_systems_are_not_taken_for_shares(kind: str) -> None:
    assert not FileSystem("/mnt", kind).is_network


# where the photos were the last time


def test_a_share_that_is_not_mounted_is_noticed() -> None:
    problem = moved_file_system(NAS.stored(), DISK)
    assert problem == (
        "it was on the file system at /mnt/nas (nfs4) at the last run, and is on that at / (ext4) now; "
        "is its disk or share connected?"
    )


@pytest.mark.parametrize(
    ("before", "now"),
    [
        (None, NAS),
        (NAS, NAS),
        (NAS, NAS._replace(type="nfs", source="nas.local:/photos")),  # another version of the protocol, another name
        (DISK, DISK._replace(source="/dev/sdb2")),  # disks are numbered in the order in which they are found
        (DISK, DISK._replace(mount_point="/home")),  # as a service sees it that may write there only
        (NAS, FileSystem("", "")),
        (FileSystem("", ""), DISK),
    ],
)
def test_what_changes_from_day_to_day_is_no_problem(before: FileSystem | None, now: FileSystem) -> None:
    assert moved_file_system(before and before.stored(), now) == ""


def test_two_file_systems_in_memory_are_told_apart() -> None:
    before, now = FileSystem("/run/photos", "tmpfs", "tmpfs"), FileSystem("/run", "tmpfs", "tmpfs")
    assert moved_file_system(before.stored(), now)


@given(st.builds(FileSystem, *[st.text(st.characters(blacklist_characters="\0"), min_size=1)] * 3))
def test_a_file_system_survives_being_stored(place: FileSystem) -> None:
    assert moved_file_system(place.stored(), place) == ""


def test_a_directory_that_lost_all_its_photos_is_named() -> None:
    counts = {"/home/anna/Photos": (12345, 0), "/home/anna/Phone": (3, 1)}
    assert suddenly_empty(counts).startswith(
        "/home/anna/Photos: 12,345 photos were here at the last run and none is now; is its disk connected?"
    )
    assert suddenly_empty({"/p": (1, 0)}).startswith("/p: 1 photo was here")


def test_a_directory_that_was_empty_or_lost_some_is_no_problem() -> None:
    assert suddenly_empty({"/a": (0, 0), "/b": (0, 5), "/c": (500, 1)}) == ""


# free space


def test_copies_that_do_not_fit_are_announced_with_sizes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: (500_000_000_000, 0, 4_500_000_000))
    problem = space_problem(str(tmp_path / "Albums"), 12_345_678_901)
    assert problem.startswith(f"{tmp_path}/Albums: the copies need 12.3 GB, and 4.5 GB are free there; make room,")
    assert "--to" in problem
    assert space_problem(str(tmp_path), 4_436_000_000) == ""
    assert space_problem(str(tmp_path), 4_436_000_001) != ""


def test_a_small_disk_is_not_kept_empty_for_the_reserve(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: (1_000_000_000, 0, 60_000_000))
    assert space_problem(str(tmp_path), 50_000_000) == ""
    assert space_problem(str(tmp_path), 50_000_001) != ""


def test_where_nothing_is_copied_or_the_system_does_not_tell_there_is_no_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert space_problem(str(tmp_path), 1) == ""
    assert space_problem(str(tmp_path), 1 << 62) != ""
    monkeypatch.setattr("shutil.disk_usage", lambda _: (1_000_000, 1_000_000, 0))
    assert space_problem(str(tmp_path), 0) == ""
    monkeypatch.setattr("shutil.disk_usage", lambda _: (0, 0, 0))
    assert space_problem(str(tmp_path), 1 << 40) == ""


@pytest.mark.parametrize(
    ("size", "text"),
    [
        *[(0, "0 bytes"), (999, "999 bytes"), (1000, "1.0 kB"), (999_949, "999.9 kB"), (999_950, "1.0 MB")],
        *[(12_345_678_901, "12.3 GB"), (10**15, "1000.0 TB")],
    ],
)
def test_sizes_are_written_for_people(size: int, text: str) -> None:
    assert human_size(size) == text
