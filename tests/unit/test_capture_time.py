from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from albumsort.library.times import capture_time
from albumsort.records import CaptureTime, Metadata

NOW = datetime(2024, 6, 1, 12)
NO_MTIME = -(10**18)


def nanoseconds(time: datetime) -> int:
    return int(time.timestamp()) * 1_000_000_000


def by_name(name: str) -> CaptureTime:
    return capture_time(Metadata(), name, NO_MTIME, NOW)


def test_exif_comes_first_then_the_name_then_the_file() -> None:
    taken, edited = datetime(2020, 1, 2, 3, 4, 5), datetime(2022, 7, 8, 9, 10, 11)
    name, mtime = "IMG_20210506_101112.jpg", nanoseconds(edited)
    assert capture_time(Metadata(taken_at=taken), name, mtime, NOW) == CaptureTime(taken, "exif")
    assert capture_time(Metadata(), name, mtime, NOW) == CaptureTime(datetime(2021, 5, 6, 10, 11, 12), "filename")
    assert capture_time(Metadata(), "DSC_0001.jpg", mtime, NOW) == CaptureTime(edited, "mtime")
    assert capture_time(Metadata(), "DSC_0001.jpg", NO_MTIME, NOW) == CaptureTime(None, "none")


@pytest.mark.parametrize(
    "name",
    [
        "IMG_20230506_123456.jpg",
        "PXL_20230506_123456789.jpg",
        "PXL_20230506_123456789.MP.jpg",
        "VID_20230506_123456.jpg",
        "20230506_123456.jpg",
        "20230506_123456(0).heic",
        "20230506123456.jpg",
        "IMG20230506123456.jpg",
        "Screenshot_20230506-123456.png",
        "Screenshot_20230506-123456_Maps.png",
        "Screenshot_2023-05-06-12-34-56-789_com.app.png",
        "Screenshot 2023-05-06 at 12.34.56.png",
        "Screen Shot 2023-05-06 at 12.34.56 2.png",
        "WhatsApp Image 2023-05-06 at 12.34.56.jpeg",
        "signal-2023-05-06-123456.jpg",
        "signal-2023-05-06-12-34-56-789.jpg",
        "photo_2023-05-06_12-34-56.jpg",
        "2023-05-06 12.34.56.jpg",
        "2023-05-06T12:34:56.jpg",
        "2023-05-06_12-34-56_party.jpg",
    ],
)
def test_a_time_in_a_name_is_read(name: str) -> None:
    assert by_name(name) == CaptureTime(datetime(2023, 5, 6, 12, 34, 56), "filename")


@pytest.mark.parametrize(
    "name",
    ["IMG-20230506-WA0001.jpg", "2023-05-06.jpg", "2023-05-06 Berlin 12.jpg", "20230506.jpg", "scan 2023.05.06.png"],
)
def test_a_day_in_a_name_is_read_without_an_hour(name: str) -> None:
    assert by_name(name) == CaptureTime(datetime(2023, 5, 6), "filename", date_only=True)


def test_a_day_with_an_impossible_hour_is_still_a_day() -> None:
    assert by_name("20230506_996199.jpg") == CaptureTime(datetime(2023, 5, 6), "filename", date_only=True)


def test_milliseconds_since_1970_are_read_only_where_a_program_is_known_to_write_them() -> None:
    sent = datetime(2023, 5, 6, 12, 34, 56)
    assert by_name(f"mmexport{int(sent.timestamp())}789.jpg") == CaptureTime(sent, "filename")
    assert by_name(f"{int(sent.timestamp())}789.jpg") == CaptureTime()


@pytest.mark.parametrize(
    "name",
    [
        "IMG_1234.jpg",
        "DSC120230506.jpg",
        "9920230506_123456.jpg",
        "202305061.jpg",
        "20231306_123456.jpg",
        "20230230.jpg",
        "2023-05_06.jpg",
        "19891231_120000.jpg",
        "20240603_120000.jpg",
        "30001212.jpg",
        "٢٠٢٣٠٥٠٦.jpg",
        "mmexport9999999999999.jpg",
        "123456789012345_n.jpg",
    ],
)
def test_digits_that_are_no_plausible_day_are_not_believed(name: str) -> None:
    assert by_name(name) == CaptureTime()


def test_a_clock_may_be_a_day_ahead_but_not_more() -> None:
    for ahead, source in ((timedelta(hours=23), "exif"), (timedelta(hours=25), "none")):
        assert capture_time(Metadata(taken_at=NOW + ahead), "a.jpg", NO_MTIME, NOW).source == source
    for ahead, source in ((timedelta(hours=23), "mtime"), (timedelta(hours=25), "none")):
        assert capture_time(Metadata(), "a.jpg", nanoseconds(NOW + ahead), NOW).source == source


def test_a_file_date_that_was_never_set_is_not_believed() -> None:
    assert capture_time(Metadata(), "a.jpg", 0, NOW) == CaptureTime()


@given(
    st.none() | st.datetimes(datetime(1900, 1, 1)),
    st.text() | st.from_regex(r"[A-Z_-]{0,5}(19|20|99)\d{6}[-_ T]?\d{0,9}(\.jpg)?", fullmatch=True),
    st.integers(-(2**63), 2**63 - 1) | st.integers(0, 2 * 10**18),
)
def test_a_time_is_plausible_whatever_comes_in(taken_at: datetime | None, name: str, mtime_ns: int) -> None:
    captured = capture_time(Metadata(taken_at=taken_at), name, mtime_ns, NOW)
    if captured.taken_at is None:
        assert captured == CaptureTime()
        return
    earliest = {"exif": 1900, "filename": 1990, "mtime": 1980}[captured.source]
    assert datetime(earliest, 1, 1) <= captured.taken_at <= NOW + timedelta(days=1)


@given(
    st.datetimes(datetime(1990, 1, 1), NOW),
    st.sampled_from(["IMG_%Y%m%d_%H%M%S.jpg", "%Y-%m-%d %H.%M.%S.jpg", "photo_%Y-%m-%d_%H-%M-%S.jpg", "%Y%m%d%H%M%S"]),
)
def test_a_name_made_from_a_time_gives_that_time(time: datetime, pattern: str) -> None:
    name = time.strftime(pattern)
    assert by_name(name) == CaptureTime(time.replace(microsecond=0), "filename")
