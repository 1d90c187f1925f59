"""When and where a video was taken, by its container."""

from __future__ import annotations

import io
import shutil
import subprocess
from datetime import datetime, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from albumsort.library import container
from albumsort.library.container import read_container
from albumsort.library.times import capture_time
from albumsort.records import CaptureTime, Metadata

from .media_files import QUICKTIME_EPOCH, video

NOW = datetime(2026, 7, 1)
LOCAL, MADE = datetime(2023, 5, 6, 19, 34, 56), datetime(2023, 5, 6, 10, 34, 56, tzinfo=timezone.utc)
APPLE = {
    "com.apple.quicktime.creationdate": "2023-05-06T19:34:56+0900",
    "com.apple.quicktime.location.ISO6709": "+35.6900+139.6920+010.000/",
    "com.apple.quicktime.make": "Apple",
    "com.apple.quicktime.model": "iPhone 12",
}


def told(data: bytes) -> Metadata:
    return read_container(io.BytesIO(data))


def test_apples_time_has_the_offset_of_the_place() -> None:
    assert told(video(MADE, apple=APPLE)) == Metadata(LOCAL, "+09:00", 35.69, 139.692, "Apple iPhone 12", MADE)


def test_quicktimes_time_is_an_instant() -> None:
    assert told(video(MADE, "+35.6900+139.6920/")) == Metadata(latitude=35.69, longitude=139.692, utc=MADE)


@pytest.mark.parametrize("made", [None, QUICKTIME_EPOCH])
def test_a_clock_that_was_never_set_tells_no_time(made: datetime | None) -> None:
    captured = capture_time(told(video(made)), "MOV_1.mov", None, NOW, is_video=True)
    assert captured == CaptureTime()


@pytest.mark.parametrize(
    ("written", "position"),
    [
        ("+52.5200+013.4050+030.000/", (52.52, 13.405)),
        ("-33.8688-151.2093/", (-33.8688, -151.2093)),
        ("+00.0000+000.0000/", (None, None)),  # what devices write that do not know where they are
        ("+91.0000+013.4050/", (None, None)),
        ("+5231.20+01324.30/", (None, None)),  # degrees with minutes
        ("somewhere", (None, None)),
    ],
)
def test_a_position_is_in_degrees_or_none(written: str, position: tuple[float | None, float | None]) -> None:
    metadata = told(video(None, written))
    assert (metadata.latitude, metadata.longitude) == position


def test_the_container_comes_before_the_name_and_after_nothing() -> None:
    apple = told(video(MADE, apple=APPLE))
    assert capture_time(apple, "IMG_20200101_000000.mov", None, NOW, is_video=True) == CaptureTime(
        LOCAL, "container", time_zone="+09:00"
    )
    placed = Metadata(utc=MADE, latitude=35.69, longitude=139.692, place_zone="Asia/Tokyo")
    assert capture_time(placed, "a.mp4", None, NOW, is_video=True) == CaptureTime(
        LOCAL, "container", time_zone="Asia/Tokyo", utc=MADE
    )


@pytest.mark.parametrize("data", [b"", b"\0" * 5000, b"RIFF" * 300, b"\x1aE\xdf\xa3" * 50, video(MADE)[:-30]])
def test_what_is_no_video_or_cut_off_tells_nothing_wrong(data: bytes) -> None:
    assert told(data) in (Metadata(), Metadata(utc=MADE))


def test_an_index_that_claims_millions_of_entries_is_not_counted_through() -> None:
    """It would take minutes."""
    index = b"indx" + (32).to_bytes(4, "little") + b"\4\0\0\0" + (30 << 24).to_bytes(4, "little") + bytes(24)
    header = b"strh" + (56).to_bytes(4, "little") + b"vids" + bytes(52)
    stream = b"LIST" + (4 + len(header + index)).to_bytes(4, "little") + b"strl" + header + index
    headers = b"LIST" + (4 + len(stream)).to_bytes(4, "little") + b"hdrl" + stream
    assert told(b"RIFF" + (4 + len(headers)).to_bytes(4, "little") + b"AVI " + headers) == Metadata()


def test_a_disk_that_fails_is_no_broken_video() -> None:
    class Failing(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            raise OSError(5, "Input/output error")

    with pytest.raises(OSError, match="Input/output"):
        read_container(Failing(video(MADE)))


@given(st.text())
def test_any_text_is_a_position_or_none(text: str) -> None:
    position = container._position(text)
    assert position is None or (abs(position[0]) <= 90 and abs(position[1]) <= 180)


@pytest.mark.parametrize("suffix", ["mp4", "mov", "mkv", "avi"])
def test_what_an_encoder_writes_is_read(suffix: str, tmp_path: Path) -> None:
    if not shutil.which("ffmpeg"):
        pytest.skip("ffmpeg is not there")
    path = tmp_path / f"a.{suffix}"
    when = ["-metadata", "date=2023-05-06 10:34:56" if suffix == "avi" else "creation_time=2023-05-06T10:34:56Z"]
    source = ["-f", "lavfi", "-i", "testsrc=s=64x48:d=0.2"]
    subprocess.run(["ffmpeg", "-v", "error", *source, *when, str(path)], check=True)
    with path.open("rb") as stream:
        metadata = read_container(stream)
    clock = datetime(2023, 5, 6, 10, 34, 56)
    assert metadata == (Metadata(taken_at=clock) if suffix == "avi" else Metadata(utc=MADE))
