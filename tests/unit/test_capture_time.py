from __future__ import annotations

import time as clock
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from albumsort.library.times import MANY, TOGETHER_NS, capture_time, copy_times
from albumsort.library.zones import local_time, zone_at
from albumsort.records import CaptureTime, Metadata, TimeSource

NOW = datetime(2024, 6, 1, 12)
SECOND = 10**9
TOKYO = Metadata(latitude=35.69, longitude=139.69, place_zone="Asia/Tokyo")


def nanoseconds(time: datetime) -> int:
    return int(time.timestamp()) * SECOND


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=timezone.utc)  # type: ignore[arg-type,misc]


def by_name(name: str, metadata: Metadata | None = None) -> CaptureTime:
    return capture_time(metadata or Metadata(), name, None, NOW)


@pytest.fixture
def machine_in_new_york(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "America/New_York")
    clock.tzset()
    yield
    monkeypatch.undo()
    clock.tzset()


def test_the_sources_are_believed_in_their_order() -> None:
    taken, mtime = datetime(2020, 1, 2, 3, 4, 5), nanoseconds(datetime(2024, 1, 2))
    exif, gps = Metadata(taken_at=taken), Metadata(utc=utc(2021, 1, 2))
    both = Metadata(taken_at=taken, utc=utc(2021, 1, 2))
    xmp, json = Metadata(taken_at=datetime(2022, 1, 2)), Metadata(utc=utc(2023, 1, 2))
    name = "IMG_20230506_101112.jpg"
    for metadata, sidecars, source, year in (
        (both, (xmp, json), "exif", 2020),
        (exif, (xmp, json), "exif", 2020),
        (gps, (xmp, json), "gps", 2021),
        (Metadata(), (xmp, json), "sidecar", 2022),
        (Metadata(), (json,), "sidecar", 2023),
        (Metadata(), (Metadata(),), "filename", 2023),
    ):
        captured = capture_time(metadata, name, mtime, NOW, sidecars)
        assert captured.taken_at
        assert (captured.source, captured.taken_at.year) == (source, year)
    assert capture_time(Metadata(), "DSC_0001.jpg", mtime, NOW).source == "mtime"
    assert capture_time(Metadata(), "DSC_0001.jpg", None, NOW) == CaptureTime()


def test_a_clock_with_an_offset_shows_local_time_wherever_the_position_is() -> None:
    taken = datetime(2023, 5, 6, 12)
    told = Metadata(taken_at=taken, time_zone="+02:00", place_zone="Asia/Tokyo", utc=utc(2023, 5, 6, 10))
    assert by_name("a.jpg", told) == CaptureTime(taken, "exif", time_zone="+02:00")


def test_a_clock_without_an_offset_is_in_the_zone_of_its_position_or_of_its_sidecar() -> None:
    taken = datetime(2023, 5, 6, 12)
    expected = CaptureTime(taken, "exif", time_zone="Asia/Tokyo")
    assert by_name("a.jpg", Metadata(taken_at=taken, place_zone="Asia/Tokyo")) == expected
    assert capture_time(Metadata(taken_at=taken), "a.jpg", None, NOW, [Metadata(), TOKYO]) == expected
    assert by_name("IMG_20230506_120000.jpg", TOKYO) == CaptureTime(taken, "filename", time_zone="Asia/Tokyo")


def test_the_position_of_the_picture_comes_before_that_of_a_sidecar() -> None:
    told = Metadata(taken_at=datetime(2023, 5, 6, 12), place_zone="Europe/Berlin")
    assert capture_time(told, "a.jpg", None, NOW, [TOKYO]).time_zone == "Europe/Berlin"


@pytest.mark.parametrize(
    ("metadata", "name", "sidecar", "source"),
    [
        (Metadata(utc=utc(2023, 5, 6, 20), place_zone="Asia/Tokyo"), "a.jpg", Metadata(), "gps"),
        (Metadata(), "a.jpg", Metadata(utc=utc(2023, 5, 6, 20), place_zone="Asia/Tokyo"), "sidecar"),
        (Metadata(), "PXL_20230506_200000123.MP.jpg", TOKYO, "filename"),
    ],
)
def test_an_instant_is_converted_to_the_zone_of_the_position(
    metadata: Metadata, name: str, sidecar: Metadata, source: TimeSource
) -> None:
    captured = capture_time(metadata, name, None, NOW, [sidecar])
    assert captured == CaptureTime(
        datetime(2023, 5, 7, 5),
        source,
        time_zone="Asia/Tokyo",
        utc=utc(2023, 5, 6, 20),
    )


def test_an_instant_without_a_position_is_converted_by_the_offset_of_the_exif() -> None:
    broken = Metadata(taken_at=NOW + timedelta(days=400), time_zone="-03:30", utc=utc(2023, 5, 6, 20))
    assert by_name("a.jpg", broken) == CaptureTime(
        datetime(2023, 5, 6, 16, 30), "gps", time_zone="-03:30", utc=utc(2023, 5, 6, 20)
    )


@pytest.mark.usefixtures("machine_in_new_york")
def test_an_instant_of_an_unknown_place_is_told_in_the_zone_of_the_machine() -> None:
    expected = CaptureTime(datetime(2023, 5, 6, 16), "filename", utc=utc(2023, 5, 6, 20))
    assert by_name("PXL_20230506_200000123.jpg") == expected
    assert by_name("PXL_20230506_200000123.jpg", Metadata(place_zone="Moon/Tranquility")) == expected
    assert capture_time(Metadata(), "a.jpg", nanoseconds(utc(2023, 5, 6, 20)), NOW) == CaptureTime(
        datetime(2023, 5, 6, 16), "mtime", utc=utc(2023, 5, 6, 20)
    )


def test_local_time_knows_summer_time() -> None:
    assert local_time(utc(2023, 7, 1, 12), "Europe/Berlin") == datetime(2023, 7, 1, 14)
    assert local_time(utc(2023, 1, 1, 12), "Europe/Berlin") == datetime(2023, 1, 1, 13)
    assert local_time(utc(2023, 1, 1, 12), "-03:30") == datetime(2023, 1, 1, 8, 30)
    assert local_time(utc(2023, 1, 1, 12), "Nowhere/Land") is None
    assert local_time(utc(2023, 1, 1, 12), "../../etc/passwd") is None


@given(st.floats(-90, 90), st.floats(-180, 180))
def test_every_place_has_a_zone_that_this_machine_knows(latitude: float, longitude: float) -> None:
    assert local_time(utc(2023, 1, 1, 12), zone_at(latitude, longitude))


def test_a_zone_is_that_of_the_place() -> None:
    places = ((52.52, 13.405), (35.69, 139.692), (-33.868, 151.207), (40.0, -30.0))
    assert [zone_at(*place) for place in places] == ["Europe/Berlin", "Asia/Tokyo", "Australia/Sydney", "Etc/GMT+2"]


@pytest.mark.parametrize(
    "name",
    [
        "IMG_20230506_123456.jpg",
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


@pytest.mark.parametrize("name", ["PXL_20230506_123456789.jpg", "pxl_20230506_123456.mp4", "x-PXL_20230506_123456.jpg"])
def test_the_name_of_a_pixel_is_utc(name: str) -> None:
    assert by_name(name, TOKYO).taken_at == datetime(2023, 5, 6, 21, 34, 56)
    assert by_name(name).utc == utc(2023, 5, 6, 12, 34, 56)


def test_only_the_name_of_a_pixel_is_utc() -> None:
    assert by_name("IMG_20230506_123456.jpg").utc is None
    assert by_name("NOPXL_20230506_123456.jpg").utc is None
    assert by_name("PXL_20230506.jpg") == CaptureTime(datetime(2023, 5, 6), "filename", date_only=True)


def test_milliseconds_since_1970_are_read_only_where_a_program_is_known_to_write_them() -> None:
    sent = datetime(2023, 5, 6, 12, 34, 56)
    captured = by_name(f"mmexport{int(sent.timestamp())}789.jpg")
    assert captured == CaptureTime(sent, "filename", utc=sent.astimezone(timezone.utc))
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
        "20000101_000017.jpg",
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
        assert by_name("a.jpg", Metadata(taken_at=NOW + ahead)).source == source
    for ahead, source in ((timedelta(hours=23), "gps"), (timedelta(hours=25), "none")):
        assert by_name("a.jpg", Metadata(utc=(NOW + ahead).astimezone(timezone.utc))).source == source
    for ahead, source in ((timedelta(hours=23), "mtime"), (timedelta(hours=25), "none")):
        assert capture_time(Metadata(), "a.jpg", nanoseconds(NOW + ahead), NOW).source == source


@pytest.mark.parametrize(
    "unset",
    [
        *(datetime(1970, 1, 1), datetime(1970, 1, 1, 14), datetime(1969, 12, 31, 12), datetime(1970, 1, 1, 23, 59, 59)),
        *(datetime(2000, 1, 1), datetime(2000, 1, 1, 0, 0, 59)),
    ],
)
def test_a_clock_that_was_never_set_is_not_believed_whatever_tells_it(unset: datetime) -> None:
    assert by_name("a.jpg", Metadata(taken_at=unset)) == CaptureTime()
    for told in (Metadata(taken_at=unset), Metadata(utc=unset.replace(tzinfo=timezone.utc))):
        assert capture_time(Metadata(), "a.jpg", None, NOW, [told]) == CaptureTime()
    next_best = capture_time(Metadata(taken_at=unset), "a.jpg", None, NOW, [Metadata(utc=utc(2023, 5, 6))])
    assert next_best.source == "sidecar"


def test_an_unset_clock_that_was_taken_for_local_time_is_not_believed() -> None:
    """A phone in Tokyo at its 2000-01-01 00:00:30."""
    assert by_name("a.jpg", Metadata(utc=utc(1999, 12, 31, 15, 0, 30), place_zone="Asia/Tokyo")) == CaptureTime()


def test_the_first_day_of_2000_is_a_day() -> None:
    assert by_name("2000-01-01 party.jpg") == CaptureTime(datetime(2000, 1, 1), "filename", date_only=True)
    assert by_name("20000101_000100.jpg").taken_at == datetime(2000, 1, 1, 0, 1)


@pytest.mark.parametrize(
    ("time", "source"), [(utc(1980, 1, 1, 23), "none"), (utc(1980, 1, 2), "mtime"), (utc(1970, 1, 1), "none")]
)
def test_a_file_date_that_was_never_set_is_not_believed(time: datetime, source: str) -> None:
    assert capture_time(Metadata(), "a.jpg", nanoseconds(time), NOW).source == source


def test_a_satellite_before_there_were_cameras_is_not_believed() -> None:
    assert by_name("a.jpg", Metadata(utc=utc(1980, 1, 6))) == CaptureTime()
    assert by_name("a.jpg", Metadata(utc=utc(1990, 1, 1, 12))).source == "gps"


def test_a_file_time_that_many_files_share_says_when_they_were_copied() -> None:
    copied, taken = 1_700_000_000 * SECOND, 1_600_000_000 * SECOND
    spread = [copied + number * TOGETHER_NS // MANY for number in range(MANY)]
    is_copy_time = copy_times([*spread, taken])
    assert all(is_copy_time(time) for time in spread)
    assert not is_copy_time(taken)
    assert not is_copy_time(spread[0] - 1)
    assert not is_copy_time(spread[-1] + 1)
    assert not any(map(copy_times(spread[1:]), spread))
    assert copy_times([copied] * MANY)(copied)


def test_photos_taken_one_after_the_other_were_not_copied() -> None:
    a_day_of_bursts = [1_700_000_000 * SECOND + number * SECOND // 15 for number in range(1000)]
    assert not any(map(copy_times(a_day_of_bursts), a_day_of_bursts))


def test_a_long_copy_is_one_whole() -> None:
    copied = [1_700_000_000 * SECOND + number * SECOND // 30 for number in range(1000)]
    assert all(map(copy_times(copied), copied))


@given(st.lists(st.integers(0, 60 * SECOND), max_size=30), st.integers(0, 60))
def test_a_copy_time_is_one_that_lies_among_many(few: list[int], place: int) -> None:
    times = [*few, *([place * SECOND] * (MANY - 20))]
    shared = [
        (begin, begin + TOGETHER_NS)
        for begin in set(times)
        if sum(begin <= other <= begin + TOGETHER_NS for other in times) >= MANY
    ]
    is_copy_time = copy_times(times)
    for time in set(times):
        assert is_copy_time(time) == any(begin <= time <= end for begin, end in shared)


@given(
    st.none() | st.datetimes(datetime(1900, 1, 1)),
    st.text() | st.from_regex(r"[A-Z_-]{0,5}(19|20|99)\d{6}[-_ T]?\d{0,9}(\.jpg)?", fullmatch=True),
    st.none() | st.integers(-(2**63), 2**63 - 1) | st.integers(0, 2 * 10**18),
    st.none() | st.datetimes(timezones=st.just(timezone.utc)),
    st.sampled_from(["", "Asia/Tokyo", "Etc/GMT+12", None]),
)
def test_a_time_is_plausible_whatever_comes_in(
    taken_at: datetime | None, name: str, mtime_ns: int | None, instant: datetime | None, zone: str | None
) -> None:
    told = Metadata(utc=instant)
    captured = capture_time(Metadata(taken_at=taken_at, place_zone=zone), name, mtime_ns, NOW, [told])
    if captured.taken_at is None:
        assert captured == CaptureTime()
        return
    earliest = {"exif": 1900, "sidecar": 1900, "filename": 1990, "mtime": 1980}[captured.source]
    assert datetime(earliest, 1, 1) <= captured.taken_at <= NOW + timedelta(days=1)
    assert bool(captured.utc) <= (captured.source in ("sidecar", "filename", "mtime"))


@given(
    st.datetimes(datetime(1990, 1, 1), NOW),
    st.sampled_from(["IMG_%Y%m%d_%H%M%S.jpg", "%Y-%m-%d %H.%M.%S.jpg", "photo_%Y-%m-%d_%H-%M-%S.jpg", "%Y%m%d%H%M%S"]),
)
def test_a_name_made_from_a_time_gives_that_time(time: datetime, pattern: str) -> None:
    name = time.strftime(pattern)
    if time >= datetime(2000, 1, 1, 0, 1) or time < datetime(2000, 1, 1):
        assert by_name(name) == CaptureTime(time.replace(microsecond=0), "filename")
