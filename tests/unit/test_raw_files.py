"""RAW files: recognised by their previews, dated by their EXIF."""

from __future__ import annotations

import io
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageOps

from albumsort.errors import PictureError
from albumsort.library.exif import read_exif
from albumsort.library.read import open_photo
from albumsort.plan.seen import RAW_WAITS
from albumsort.plan.summary import summary
from albumsort.records import Decision, Metadata
from albumsort.vision.decode import Pixels, small_picture

from .media_files import ASCII, RATIONAL, SHORT, cr3, dng, raf, tiff
from .pictures import PLAIN, difference, photo, saved, small

SIZE = (600, 400)
CAMERA = [(0x10F, ASCII, b"Acme\0"), (0x110, ASCII, b"Raw 9\0"), (0x112, SHORT, (6,))]
TAKEN = [(0x9003, ASCII, b"2023:05:06 12:34:56\0"), (0x9011, ASCII, b"+09:00\0")]
HALF_PAST = b"".join(number.to_bytes(4, "little") for number in (35, 1, 30, 1, 0, 1))  # 35 degrees, 30 minutes
PLACE = [(1, ASCII, b"S\0"), (2, RATIONAL, HALF_PAST), (3, ASCII, b"E\0"), (4, RATIONAL, HALF_PAST)]


def decoded(data: bytes) -> Pixels:
    pytest.importorskip("rawpy", reason="the extra raw is not installed")
    return small_picture(io.BytesIO(data), "raw", PLAIN)


def still(picture: Image.Image) -> Pixels:
    """What becomes of a picture without a RAW file around it."""
    return small(saved(picture, "BMP"))


def preview(size: tuple[int, int] = SIZE, orientation: int = 1) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    return saved(photo().resize(size), "JPEG", quality=95, exif=exif)


@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
@pytest.mark.parametrize("of_its_own", [1, 6])
def test_a_preview_is_turned_as_the_raw_file_says_whatever_its_own_exif_says(orientation: int, of_its_own: int) -> None:
    lying = photo().resize(SIZE)
    lying.getexif()[0x0112] = orientation
    upright = still(ImageOps.exif_transpose(lying))
    pixels = decoded(dng(preview(orientation=of_its_own), SIZE, orientation))
    assert difference(pixels, upright) < 6
    assert all(difference(pixels, other) > 15 for other in (upright[:, ::-1], upright[::-1], upright[::-1, ::-1]))


def test_a_preview_that_is_upright_already_is_not_turned_again() -> None:
    upright = photo().resize((400, 600))
    assert difference(decoded(dng(preview((400, 600)), (400, 600), 6)), still(upright)) < 6


def test_a_preview_of_many_megapixels_is_decoded_small() -> None:
    large = photo().resize((6000, 4000))
    pixels = decoded(dng(saved(large, "JPEG"), large.size))
    assert difference(pixels, still(photo().resize(SIZE))) < 6


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (dng(preview((240, 160)), (240, 160)), r"preview is too small to recognise it by: 240 x 160"),
        (dng(None, SIZE), "without a preview"),
        (b"", "not a RAW file that LibRaw can read"),
        (b"II*\0" + b"no camera wrote this" * 40, "not a RAW file that LibRaw can read: Unsupported file format"),
        (dng(preview()[:5000], SIZE), "cut off"),
    ],
)
def test_what_cannot_be_recognised_says_why(data: bytes, reason: str) -> None:
    with pytest.raises(PictureError, match=reason) as told:
        decoded(data)
    assert "\n" not in str(told.value)


def test_changed_bytes_raise_a_picture_error_or_nothing() -> None:
    data, random = dng(preview(), SIZE), np.random.default_rng(6)
    start = data.index(b"\xff\xd8") - 100
    for _ in range(60):
        broken = bytearray(data)
        for at in random.integers(start, len(data), 8):
            broken[at] = random.integers(256)
        with suppress(PictureError):
            assert decoded(bytes(broken)).shape == (224, 224, 3)


def test_a_raw_file_made_like_a_tiff_tells_its_time(tmp_path: Path) -> None:
    path = tmp_path / "a.dng"
    path.write_bytes(dng(preview(), SIZE))
    with open_photo(str(path), "raw") as file:
        assert (file.format, file.content, file.metadata) == (
            "raw",
            "",
            Metadata(datetime(2023, 5, 6, 12, 34, 56), camera="Acme Raw 9"),
        )


def test_a_canon_raw_file_tells_its_time_and_place_in_three_parts() -> None:
    data = cr3(tiff([CAMERA]), tiff([TAKEN]), tiff([PLACE]))
    assert read_exif(io.BytesIO(data), "raw") == Metadata(
        datetime(2023, 5, 6, 12, 34, 56), "+09:00", -35.5, 35.5, "Acme Raw 9"
    )


def test_a_fujifilm_raw_file_tells_its_time_in_its_jpeg() -> None:
    exif = Image.Exif()
    exif[0x0110] = "Raw 9"
    exif.get_ifd(0x8769)[0x9003] = "2023:05:06 12:34:56"
    data = raf(saved(photo(), "JPEG", exif=exif))
    assert read_exif(io.BytesIO(data), "raw") == Metadata(datetime(2023, 5, 6, 12, 34, 56), camera="Raw 9")


def test_a_cut_off_raw_file_tells_nothing() -> None:
    whole = cr3(tiff([CAMERA]), tiff([TAKEN]), tiff([[]]))
    for end in range(0, len(whole), 7):
        read_exif(io.BytesIO(whole[:end]), "raw")
    assert read_exif(io.BytesIO(b"FUJIFILMCCD-RAW"), "raw") == Metadata()
    assert read_exif(io.BytesIO(raf(b"")), "raw") == Metadata()


def test_the_summary_says_which_raw_files_wait_for_the_extra() -> None:
    rows = [
        Decision("/photos/a.nef", "planned", RAW_WAITS, photo_id=1, category="unsorted", album="2023"),
        Decision("/photos/b.nef", "skipped", f"unsorted, {RAW_WAITS}", photo_id=2, category="unsorted"),
    ]
    assert summary(rows, "/albums", "planned", "to sort", read=0)[-1] == (
        "2 RAW files without a JPEG can be recognised with the extra `raw`, such as /photos/a.nef"
    )
