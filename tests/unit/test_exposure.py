"""Underexposed pictures are brightened for the network; others are not touched."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from PIL import Image

from albumsort.vision.decode import Pixels
from albumsort.vision.exposure import brightened, linear_light, srgb

from .pictures import difference, photo, saved, small

PHOTOS = ("chelsea.png", "coffee.png", "astronaut.png", "rocket.jpg")


def underexposed(picture: Image.Image, factor: float) -> Pixels:
    """As the network sees a photo that got so many times too little light."""
    levels = np.round(255 * srgb(linear_light(np.arange(256) / 255) / factor)).astype(np.uint8)
    return small(saved(Image.fromarray(levels[np.asarray(picture)]), "JPEG", quality=75))


@pytest.mark.parametrize("name", PHOTOS)
def test_photos_that_are_exposed_well_are_not_touched(name: str) -> None:
    pixels = small(saved(photo(name), "PNG"))
    assert brightened(pixels) is pixels


def test_a_night_with_lamps_is_not_touched() -> None:
    night = np.full((224, 224, 3), 8, np.uint8)
    night[100:120, 40:180] = (255, 220, 160)
    assert brightened(night) is night


@pytest.mark.parametrize("name", PHOTOS)
@pytest.mark.parametrize("factor", [8, 16, 32])
def test_underexposed_photos_come_near_to_what_they_should_have_been(name: str, factor: int) -> None:
    right = small(saved(photo(name), "PNG"))
    dark = underexposed(photo(name), factor)
    assert difference(brightened(dark), right) < 0.75 * difference(dark, right)


def test_the_order_of_brightness_stays() -> None:
    ramp = np.repeat(np.arange(60, dtype=np.uint8), 4)
    pixels = np.repeat(np.tile(ramp, (240, 1))[..., None], 3, axis=2)
    bright = brightened(pixels)
    assert (np.diff(bright[0, :, 0].astype(int)) >= 0).all()
    assert bright.max() > 190


@given(arrays(np.uint8, array_shapes(min_dims=2, max_dims=2, max_side=12).map(lambda shape: (*shape, 3))))
def test_any_picture_stays_a_picture(pixels: Pixels) -> None:
    before = pixels.copy()
    bright = brightened(pixels)
    assert (bright.shape, bright.dtype) == (pixels.shape, pixels.dtype)
    assert (bright >= before).all()
    assert (pixels == before).all()


@pytest.mark.parametrize("level", [0, 1, 90, 255])
def test_plain_pictures_stay_plain(level: int) -> None:
    bright = brightened(np.full((224, 224, 3), level, np.uint8))
    assert bright.min() == bright.max()


@given(st.floats(0, 1))
def test_the_transfer_functions_are_inverse(value: float) -> None:
    assert float(srgb(linear_light(np.array(value)))) == pytest.approx(value, abs=1e-6)


def test_brightening_is_part_of_the_key_of_results() -> None:
    from albumsort.vision.networks import EXPOSURE, NETWORKS

    assert all(EXPOSURE in network.calibration for network in NETWORKS.values())
