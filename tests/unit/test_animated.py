"""Animated pictures, and photos with a video behind: what of them is looked at."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PIL import Image, features

from albumsort.vision.decode import Pixels

from .media_files import video
from .pictures import difference, photo, saved, small

SIZE = (300, 280)
BLACK, BLANK = Image.new("RGB", SIZE, "black"), Image.new("RGB", SIZE, "white")


def animated(kind: str, *frames: Image.Image, **options: Any) -> bytes:
    if kind == "AVIF" and not features.check("avif"):
        pytest.skip("this Pillow has no AVIF")
    return saved(frames[0], kind, save_all=True, append_images=frames[1:], duration=100, **options)


def still(picture: Image.Image) -> Pixels:
    """What becomes of a picture that is not animated."""
    return small(saved(picture, "BMP"))


def fade(steps: int) -> list[Image.Image]:
    """From black to the photo."""
    return [Image.blend(BLACK, photo().resize(SIZE), step / steps) for step in range(steps + 1)]


@pytest.mark.parametrize(("kind", "plain"), [("GIF", BLACK), ("PNG", BLANK), ("WEBP", BLACK), ("AVIF", BLANK)])
def test_a_plain_first_frame_is_passed_over(kind: str, plain: Image.Image) -> None:
    cat = photo().resize(SIZE)
    pixels = small(animated(kind, plain, plain, cat, cat.rotate(180)))
    assert difference(pixels, still(cat)) < 12


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP"])
def test_of_a_first_frame_that_tells_nothing_else_is_looked_at(kind: str) -> None:
    cat = photo().resize(SIZE)
    assert difference(small(animated(kind, cat, cat.rotate(180))), still(cat)) < 12


def test_a_fade_is_followed_until_it_tells_something() -> None:
    assert small(animated("GIF", *fade(10))).std() > 11


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP"])
def test_what_stays_plain_or_is_one_frame_is_as_it_is(kind: str) -> None:
    assert np.ptp(small(animated(kind, BLACK, BLACK.copy()))) < 3
    assert np.ptp(small(saved(BLANK, kind))) < 3


@pytest.mark.parametrize("kind", ["GIF", "PNG"])
def test_a_later_frame_that_is_cut_off_leaves_what_came_before(kind: str) -> None:
    data = animated(kind, BLACK, photo().resize(SIZE))
    assert small(data[: len(data) * 2 // 3]).shape == (224, 224, 3)


def test_the_pages_of_a_tiff_are_no_frames() -> None:
    assert np.ptp(small(animated("TIFF", BLACK, photo().resize(SIZE)))) == 0


def test_a_motion_photo_is_the_photo_in_front_of_its_video() -> None:
    data = saved(photo(), "JPEG") + video(None) + b"MotionPhoto_Data" + bytes(200_000)
    assert difference(small(data), still(photo())) < 5
