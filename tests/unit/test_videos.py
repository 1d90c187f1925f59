"""When and where a video was taken, by its container."""

from __future__ import annotations

import io
import shutil
import struct
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

from .media_files import QUICKTIME_EPOCH, avchd, avi, box, chunk, video

NOW = datetime(2026, 7, 1)
LOCAL, MADE = datetime(2023, 5, 6, 19, 34, 56), datetime(2023, 5, 6, 10, 34, 56, tzinfo=timezone.utc)
APPLE = {
    "com.apple.quicktime.creationdate": "2023-05-06T19:34:56+0900",
    "com.apple.quicktime.location.ISO6709": "+35.6900+139.6920+010.000/",
    "com.apple.quicktime.make": "Apple",
    "com.apple.quicktime.model": "iPhone 12",
}
WHOLE = video(MADE, "+35.6900+139.6920/", APPLE)
SPITEFUL = [bytes(4), b"\0\0\0\1", b"\xff" * 4, b"\x7f\xff\xff\xff", b"\0\0\0\x08", b"moov", b"meta", b"ilst", b"\x80"]
LARGE = 5 * 2**30


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


@pytest.mark.parametrize(
    ("dates", "clock"),
    [
        (chunk(b"IDIT", b"Sat May  6 19:34:56 2023\n\0"), LOCAL),
        (chunk(b"IDIT", b"2023:05:06 19:34:56\0") + chunk(b"ICRD", b"2024-01-01 00:00:00\0"), LOCAL),
        (chunk(b"ICRD", b"2023-05-06 19:34:56"), LOCAL),
        (chunk(b"IDIT", b"SAT MAY 06 19:34:56 2023\n\0"), LOCAL),
        (chunk(b"IDIT", b"2023/05/06/ 19:34\0"), LOCAL.replace(second=0)),
        (chunk(b"IDIT", b"2023/ 5/ 6  7:34PM\0"), LOCAL.replace(second=0)),
        (chunk(b"IDIT", b"2023/ 5/ 6 12:04 am"), LOCAL.replace(hour=0, minute=4, second=0)),
        (chunk(b"IDIT", b"2023/ 5/ 6  7:34:56PM\0"), LOCAL),
        (chunk(b"IDIT", b"2023/13/ 6  7:34PM\0"), None),
        (chunk(b"IDIT", b"2023/ 5/ 6 99:34PM\0"), None),
        (chunk(b"IDIT", b"Sat anF  6 19:34:56 2023\n\0"), None),
        (chunk(b"ICRD", b"2023-05-06"), None),
        (chunk(b"IDIT", b"Sat Foo 66 19:34:56 2023\n\0"), None),
        (b"IDIT", None),
        (b"", None),
    ],
)
def test_an_avi_tells_a_clocks_time(dates: bytes, clock: datetime | None) -> None:
    assert told(avi(dates)) == Metadata(clock)


@pytest.mark.parametrize("prefix", [b"", b"time", b"\x47ime"])
def test_a_camcorder_tells_its_clock_among_the_pictures(prefix: bytes) -> None:
    assert told(avchd(bytes.fromhex("20230506193456"), prefix)) == Metadata(LOCAL)
    assert told(avchd(bytes.fromhex("ffffffffffffff"), prefix)) == Metadata()


def test_an_instant_in_the_metadata_is_no_local_time() -> None:
    apple = {"com.apple.quicktime.creationdate": "2023-05-06T10:34:56Z"}
    assert told(video(None, apple=apple)) == Metadata(utc=MADE)


def test_an_mp4_has_its_metadata_below_the_users_data() -> None:
    day = box(b"\xa9day", box(b"data", struct.pack(">II", 1, 0) + b"2023-05-06T19:34:56+09:00"))
    cover = box(b"covr", box(b"data", struct.pack(">II", 13, 0) + b"2024-01-01"))
    meta = box(b"meta", bytes(4) + box(b"hdlr", bytes(25)) + box(b"ilst", cover + day))
    assert told(box(b"moov", box(b"udta", meta))) == Metadata(LOCAL, "+09:00")


@pytest.mark.parametrize("name", [b"", b"Tokyo", b"Tokyo" * 300])
def test_an_mp4_may_have_its_place_as_numbers(name: bytes) -> None:
    numbers = struct.pack(">iii", int(139.692 * 65536), int(-35.69 * 65536), 0)
    loci = bytes(4) + b"\x15\xc7" + name + b"\0\0" + numbers + b"earth\0\0"
    metadata = told(box(b"moov", box(b"udta", box(b"loci", loci))))
    if len(name) > 1000:
        assert metadata == Metadata()
    else:
        assert (metadata.latitude, metadata.longitude) == pytest.approx((-35.69, 139.692), abs=0.00003)


def test_a_movie_behind_more_than_4_gb_of_pictures_is_found() -> None:
    class Large(io.BytesIO):
        """``movie`` as the end of a file in which nothing else but the head of a box is."""

        def read(self, size: int | None = -1, /) -> bytes:
            at = self.tell()
            head = struct.pack(">I4sQ", 1, b"mdat", LARGE)
            return (head if at < LARGE else movie[at - LARGE :])[: size if size and size > 0 else None]

        def seek(self, target: int, whence: int = 0, /) -> int:
            return super().seek(LARGE + len(movie) if whence else target)

    whole = video(MADE)
    movie = whole[whole.index(b"moov") - 4 :]
    assert read_container(Large()) == Metadata(utc=MADE)


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


class Counted(io.BytesIO):
    """Counts how often and how much is read."""

    reads, size = 0, 0

    def read(self, size: int | None = -1, /) -> bytes:
        data = super().read(size)
        self.reads, self.size = self.reads + 1, self.size + len(data)
        return data


@given(st.lists(st.tuples(st.integers(0, len(WHOLE) - 1), st.sampled_from(SPITEFUL)), max_size=20))
def test_a_damaged_video_costs_few_reads_and_raises_nothing(changes: list[tuple[int, bytes]]) -> None:
    damaged = bytearray(WHOLE)
    for at, data in changes:
        damaged[at : at + len(data)] = data
    stream = Counted(damaged)
    read_container(stream)
    assert stream.reads <= 100
    assert stream.size <= 4 * len(WHOLE)


def test_of_very_many_boxes_only_some_are_looked_at() -> None:
    empty = box(b"free", b"") * 5_000
    meta = box(b"meta", empty + box(b"keys", bytes(9)) + box(b"ilst", box(b"\0\0\0\1", box(b"data", b"")) * 5_000))
    stream = Counted(box(b"moov", meta + box(b"udta", meta + empty) + empty))
    assert read_container(stream) == Metadata()
    assert stream.reads <= 3_000


@given(st.binary(max_size=300))
def test_any_bytes_behind_the_head_of_a_video_are_read_or_passed_over(data: bytes) -> None:
    for whole in (box(b"moov", data), box(b"moov", box(b"udta", data)), avi(data), b"\x47" + data, data):
        read_container(io.BytesIO(whole))


@pytest.mark.parametrize("suffix", ["mp4", "mov", "avi", "mkv"])
def test_what_an_encoder_writes_is_read(suffix: str, tmp_path: Path) -> None:
    if not shutil.which("ffmpeg"):
        pytest.skip("ffmpeg is not there")
    path = tmp_path / f"a.{suffix}"
    when = ["-metadata", "date=2023-05-06 19:34:56" if suffix == "avi" else "creation_time=2023-05-06T10:34:56Z"]
    source = ["-f", "lavfi", "-i", "testsrc=s=64x48:d=0.2"]
    subprocess.run(["ffmpeg", "-v", "error", *source, *when, str(path)], check=True)
    with path.open("rb") as stream:
        metadata = read_container(stream)
    # Matroska is not read.
    assert metadata == {"avi": Metadata(LOCAL), "mkv": Metadata()}.get(suffix, Metadata(utc=MADE))
