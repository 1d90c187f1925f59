from __future__ import annotations

import hashlib
import io
import os
import sys
from datetime import datetime
from pathlib import Path

import pytest
from PIL import Image

from albumsort import hashing
from albumsort.errors import PictureError
from albumsort.library import read
from albumsort.library.read import open_photo
from albumsort.records import Metadata, Stamp

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="POSIX kinds of files")


def jpeg() -> bytes:
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x9003] = "2023:05:06 12:34:56"
    stream = io.BytesIO()
    Image.effect_noise((64, 48), 80).save(stream, "JPEG", exif=exif.tobytes())
    return stream.getvalue()


@pytest.fixture(params=["in memory", "from the disk"])
def any_size(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "from the disk":
        monkeypatch.setattr(read, "IN_MEMORY", 0)
        monkeypatch.setattr(hashing, "_BLOCK", 100)


@pytest.mark.usefixtures("any_size")
def test_one_opening_gives_hash_format_exif_and_bytes(tmp_path: Path) -> None:
    path, data = tmp_path / "a.png", jpeg()
    path.write_bytes(data)
    with open_photo(str(path)) as photo:
        assert photo.path == str(path)
        assert photo.stamp == Stamp.of(os.stat(path))
        assert photo.content == hashlib.sha256(data).hexdigest()
        assert photo.format == "jpeg"
        assert photo.metadata == Metadata(taken_at=datetime(2023, 5, 6, 12, 34, 56))
        assert photo.stream.tell() == 0
        assert photo.stream.read() == data
        assert photo.stream.seekable()


@pytest.mark.usefixtures("any_size")
@pytest.mark.parametrize("data", [b"", b"this is no picture\n", b"x" * 10_000_000])
def test_what_is_no_picture_is_not_read_to_its_end(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(data)
    with open_photo(str(path)) as photo:
        assert (photo.content, photo.format, photo.stream.read()) == ("", "", b"")
        assert photo.metadata == Metadata()


@pytest.mark.usefixtures("any_size")
def test_a_file_that_changes_while_it_is_read_waits_for_the_next_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(jpeg())

    class Growing:
        """SHA-256 during which another program goes on writing the file."""

        def __init__(self, data: bytes = b"") -> None:
            with path.open("ab") as file:
                file.write(b"more")

        def update(self, data: object) -> None: ...

        def hexdigest(self) -> str:
            return ""

    monkeypatch.setattr("hashlib.sha256", Growing)
    with pytest.raises(PictureError, match="changed while it was read"), open_photo(str(path)):
        pass


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
@pytest.mark.usefixtures("any_size")
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
