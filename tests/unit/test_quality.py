"""Dark, blurred and blank pictures are told from those on which something can be seen."""

from __future__ import annotations

from importlib import import_module

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from PIL import Image, ImageFilter

from albumsort.labels.flaws import flaws
from albumsort.vision.decode import Pixels
from albumsort.vision.exposure import linear_light, srgb
from albumsort.vision.quality import measure
from albumsort.vision.sharpen import sharpened

from .pictures import photo, saved, small

PHOTOS = ("chelsea.png", "coffee.png", "astronaut.png", "rocket.jpg", "china.jpg", "flower.jpg")


def picture_of(name: str) -> Image.Image:
    """A photograph of scikit-image or of scikit-learn."""
    if name in ("china.jpg", "flower.jpg"):
        pytest.importorskip("sklearn")
        return Image.fromarray(import_module("sklearn.datasets").load_sample_image(name))
    return photo(name)


def flaws_of(picture: Image.Image) -> tuple[str, ...]:
    """As of a JPEG."""
    return flaws(measure(small(saved(picture, "JPEG", quality=75))))


@pytest.mark.parametrize("name", PHOTOS)
def test_photos_have_no_flaws_at_any_size(name: str) -> None:
    picture = picture_of(name)
    assert flaws_of(picture) == ()
    assert flaws_of(picture.resize((picture.width * 3 // 4, picture.height * 3 // 4))) == ()


@pytest.mark.parametrize("name", PHOTOS)
@pytest.mark.parametrize("part", [80, 40])
def test_blurred_photos(name: str, part: int) -> None:
    picture = picture_of(name)
    assert flaws_of(picture.filter(ImageFilter.GaussianBlur(min(picture.size) / part))) == ("blurred",)


@pytest.mark.parametrize("name", PHOTOS)
def test_a_photo_with_one_sharp_part_is_not_blurred(name: str) -> None:
    picture = picture_of(name)
    soft = picture.filter(ImageFilter.GaussianBlur(min(picture.size) / 40))
    side = min(picture.size) // 3
    left, top = (picture.width - side) // 2, (picture.height - side) // 2
    box = (left, top, left + side, top + side)
    soft.paste(picture.crop(box), box)
    assert flaws_of(soft) == ()


@pytest.mark.parametrize("name", PHOTOS)
def test_underexposed_photos_are_dark_and_not_blurred(name: str) -> None:
    levels = np.round(255 * srgb(linear_light(np.arange(256) / 255) / 20)).astype(np.uint8)
    assert flaws_of(Image.fromarray(levels[np.asarray(picture_of(name))])) == ("dark",)


def test_a_night_with_lamps_is_not_dark() -> None:
    night = np.full((224, 224, 3), 6, np.uint8)
    night[60:170:22, 20:200:20] = night[61:170:22, 21:200:20] = 255
    night[180:190, 30:60] = (120, 90, 40)
    assert "dark" not in flaws(measure(night))


@pytest.mark.parametrize(("level", "found"), [(0, ("dark", "blank")), (128, ("blank",)), (255, ("blank",))])
def test_blank_pictures(level: int, found: tuple[str, ...]) -> None:
    noise = np.random.default_rng(0).normal(level, 1, (300, 400, 3))
    assert flaws_of(Image.fromarray(np.clip(noise, 0, 255).astype(np.uint8))) == found


def test_brightness_and_contrast_are_in_grey_levels() -> None:
    half = np.full((224, 224, 3), 50, np.uint8)
    half[:100] = 200
    quality = measure(half)
    assert (quality.brightness, quality.brightest, quality.contrast) == (50, 200, 150)


@given(arrays(np.uint8, array_shapes(min_dims=2, max_dims=2, max_side=12).map(lambda shape: (*shape, 3))))
def test_any_picture_can_be_measured(pixels: Pixels) -> None:
    quality = measure(pixels)
    assert np.isfinite(quality).all()
    assert 0 <= quality.brightness <= quality.brightest <= 255
    assert 0 <= quality.contrast <= 255
    assert quality.sharpness >= 0
    flaws(quality)


@given(st.integers(0, 255), st.integers(1, 300), st.integers(1, 300))
def test_a_plain_picture_of_any_size_is_blank(level: int, height: int, width: int) -> None:
    assert "blank" in flaws(measure(np.full((height, width, 3), level, np.uint8)))


@pytest.mark.parametrize("name", PHOTOS)
def test_only_photos_that_are_a_little_blurred_are_sharpened_for_the_network(name: str) -> None:
    sharp = small(saved(picture_of(name), "JPEG", quality=75))
    assert sharpened(sharp, measure(sharp).sharpness) is sharp
    little, much = (np.array(Image.fromarray(sharp).filter(ImageFilter.GaussianBlur(sigma))) for sigma in (1.3, 6))
    before = measure(little).sharpness
    assert measure(sharpened(little, before)).sharpness > before
    assert sharpened(much, measure(much).sharpness) is much
