from __future__ import annotations

import hashlib
import io
import os
import sys
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from albumsort.errors import PictureError
from albumsort.hashing import ENDS, fingerprint_of
from albumsort.library import read
from albumsort.library.read import open_photo
from albumsort.records import Metadata
from albumsort.stamps import Stamp

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="POSIX kinds of files")


def jpeg() -> bytes:
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x9003] = "2023:05:06 12:34:56"
    stream = io.BytesIO()
    Image.effect_noise((64, 48), 80).save(stream, "JPEG", exif=exif.tobytes())
    return stream.getvalue()


def opened(path: Path) -> tuple[str, str]:
    with open_photo(str(path)) as photo:
        return photo.fingerprint, photo.content


def test_one_opening_gives_fingerprint_format_exif_and_bytes(tmp_path: Path) -> None:
    path, data = tmp_path / "a.png", jpeg() + b"behind the picture" * 20_000
    path.write_bytes(data)
    with open_photo(str(path)) as photo:
        assert photo.path == str(path)
        assert photo.stamp == Stamp.of(os.stat(path))
        ends = len(data).to_bytes(8, "big") + data[:ENDS] + data[-ENDS:]
        assert (photo.fingerprint, photo.content) == (hashlib.sha256(ends).hexdigest(), "")
        assert photo.format == "jpeg"
        assert photo.metadata == Metadata(taken_at=datetime(2023, 5, 6, 12, 34, 56))
        assert photo.stream.tell() == 0
        assert photo.stream.read() == data
        assert photo.stream.seekable()


@given(st.integers(0, 3 * ENDS), st.integers(0, 3 * ENDS), st.integers(0, 3 * ENDS))
def test_a_fingerprint_tells_sizes_beginnings_and_ends_apart(size: int, other: int, at: int) -> None:
    one, two = bytes(size), bytearray(other)
    two[at : at + 1] = b"x" * (at < other)
    same = size == other and (at >= other or ENDS <= at < other - ENDS)
    assert (fingerprint_of(io.BytesIO(one), size) == fingerprint_of(io.BytesIO(two), other)) == same


@pytest.mark.parametrize("kind", ["BMP", "TIFF"])
def test_pictures_that_may_be_uncompressed_are_told_apart_by_all_of_their_bytes(tmp_path: Path, kind: str) -> None:
    """They may differ in the middle alone."""
    black, grey = tmp_path / "black", tmp_path / "grey"
    picture = Image.new("RGB", (300, 300))
    picture.save(black, kind)
    picture.putpixel((150, 150), (128, 128, 128))
    picture.save(grey, kind)
    assert black.stat().st_size == grey.stat().st_size
    assert opened(black) == (hashlib.sha256(black.read_bytes()).hexdigest(),) * 2
    assert opened(grey) != opened(black)


@pytest.mark.skipif(not os.path.exists("/proc/self/io"), reason="the system does not count what is read")
def test_of_a_large_photo_only_what_is_needed_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(jpeg() + bytes(50_000_000))
    opened(path)  # which loads modules
    before = bytes_read()
    opened(path)
    assert bytes_read() - before < 2_000_000


def bytes_read() -> int:
    return int(Path("/proc/self/io").read_text().split()[1])


@pytest.mark.parametrize("place", [-1, 2**64])
def test_a_place_that_no_file_has_is_no_error_of_the_disk(tmp_path: Path, place: int) -> None:
    """Which would be tried again each night: a broken file may name any place."""
    path = tmp_path / "a.jpg"
    path.write_bytes(jpeg())
    with open_photo(str(path)) as photo, pytest.raises((ValueError, OverflowError)):
        photo.stream.seek(place)


@pytest.mark.parametrize("in_memory", [0, read.IN_MEMORY])
def test_a_tiff_that_names_a_place_far_behind_its_end_has_no_metadata(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, in_memory: int
) -> None:
    monkeypatch.setattr(read, "IN_MEMORY", in_memory)
    path = tmp_path / "a.tif"
    path.write_bytes(b"II+\0\x08\0\0\0" + (2**63 - 1).to_bytes(8, "little"))
    with open_photo(str(path)) as photo:
        assert (photo.format, photo.metadata) == ("tiff", Metadata())


@pytest.mark.parametrize("data", [b"", b"this is no picture\n", b"x" * 10_000_000])
def test_what_is_no_picture_is_not_read_to_its_end(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(data)
    with open_photo(str(path)) as photo:
        assert (photo.fingerprint, photo.content, photo.format, photo.stream.read()) == ("", "", "", b"")
        assert photo.metadata == Metadata()


def change_while_it_is_open(path: Path, error: Exception | None) -> None:
    with open_photo(str(path)) as photo:
        photo.stream.read()
        with path.open("ab") as file:
            file.write(b"more")
        if error:
            raise error


@pytest.mark.parametrize("error", [None, PictureError("cut off")])
def test_a_file_that_changes_while_it_is_read_waits_for_the_next_run(tmp_path: Path, error: Exception | None) -> None:
    """Whatever was made of it so far: the bytes of two versions tell nothing."""
    path = tmp_path / "a.jpg"
    path.write_bytes(jpeg())
    with pytest.raises(OSError, match="changed while it was read"):
        change_while_it_is_open(path, error)


@posix_only
def test_a_pipe_is_refused_without_waiting_for_a_writer(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.jpg")
    with pytest.raises(PictureError, match="not a regular file"), open_photo(str(tmp_path / "a.jpg")):
        pass


@posix_only
def test_a_symbolic_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "real.jpg").write_bytes(jpeg())
    os.symlink("real.jpg", tmp_path / "link.jpg")
    with pytest.raises(OSError, match="link"), open_photo(str(tmp_path / "link.jpg")):
        pass


def test_a_missing_file_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), open_photo(str(tmp_path / "a.jpg")):
        pass


@posix_only
def test_no_handle_is_left_open(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(jpeg())
    before = os.open(path, os.O_RDONLY)
    os.close(before)
    for _ in range(3):
        with open_photo(str(path)) as photo:
            photo.stream.read(10)
    after = os.open(path, os.O_RDONLY)  # the system gives the lowest number that is free
    os.close(after)
    assert after == before
