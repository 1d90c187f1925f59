"""Thumbnails show the whole picture, upright; they are made once, follow their photo, and do not grow for ever."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageOps

from albumsort.catalog.thumbnails import Thumbnails
from albumsort.hashing import fingerprint_of
from albumsort.library.formats import sniff
from albumsort.pipeline.thumbnails import STAGE, make_missing
from albumsort.records import Metadata, Photo
from albumsort.stamps import Stamp
from albumsort.vision.decode import small_picture, small_pictures
from albumsort.vision.networks import Preprocessing
from albumsort.vision.thumbnail import Whole, jpeg_of
from tests.conftest import REPOSITORY
from tests.unit.pictures import difference, photo, saved


class Steps:
    """Counts what was made."""

    def __init__(self) -> None:
        self.done = 0

    def say(self, message: str) -> None:
        raise AssertionError(message)

    tell = say

    def step(self, stage: str, total: int, done: int) -> None:
        assert stage == STAGE
        self.done += done


def picture_at(path: Path, data: bytes) -> Photo:
    path.write_bytes(data)
    fingerprint = fingerprint_of(io.BytesIO(data), len(data))
    return Photo(1, str(path), Stamp.of(path.stat()), fingerprint, "jpeg", "", Metadata())


def made(thumbnails: Thumbnails, *photos: Photo, stopped: bool = False) -> int:
    steps = Steps()
    make_missing(thumbnails, photos, jobs=2, progress=steps, stopped=lambda: stopped)
    return steps.done


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_thumbnail_is_upright_and_shows_the_whole_picture(orientation: int) -> None:
    upright = photo().resize((900, 600))
    turns = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored = upright.transpose(turns[orientation]) if orientation in turns else upright
    small = small_picture(io.BytesIO(saved(stored, "JPEG", quality=95, exif=exif)), "jpeg", Whole())
    assert small.shape == (160, 240, 3)
    assert difference(small, np.asarray(upright.resize((240, 160)))) < 5


def test_a_thumbnail_made_on_the_way_leaves_the_networks_picture_as_it_is() -> None:
    data = saved(photo().resize((1200, 1600)), "JPEG", quality=90)
    alone = small_picture(io.BytesIO(data), "jpeg", Preprocessing())
    beside, whole = small_pictures(io.BytesIO(data), "jpeg", (Preprocessing(), Whole()))
    assert difference(alone, beside) == 0
    assert whole.shape == (240, 180, 3)


def test_real_files_of_all_orientations_have_upright_thumbnails() -> None:
    folder = REPOSITORY.parent / "shared" / "exif" / "orientation"
    if not folder.is_dir():
        pytest.skip(f"no real files with orientations: {folder} is not there")
    for path in sorted(folder.glob("*_*.jpg")):
        with open(path, "rb") as file:
            small = small_picture(file, "jpeg", Whole())
        with Image.open(path) as picture:
            upright = ImageOps.exif_transpose(picture).convert("RGB").resize((small.shape[1], small.shape[0]))
        assert difference(small, np.asarray(upright)) < 12, path


@pytest.mark.parametrize(
    ("size", "shape"), [((1000, 10), (2, 240, 3)), ((30, 20), (20, 30, 3)), ((3000, 1), (1, 240, 3))]
)
def test_odd_shapes_have_thumbnails_and_small_pictures_are_not_enlarged(
    size: tuple[int, int], shape: tuple[int, int, int]
) -> None:
    data = saved(photo().resize(size), "PNG")
    assert small_picture(io.BytesIO(data), sniff(data[:512]), Whole()).shape == shape


def test_a_thumbnail_is_made_once_and_survives_a_move(tmp_path: Path) -> None:
    one = picture_at(tmp_path / "one.jpg", saved(photo(), "JPEG"))
    with Thumbnails(tmp_path / "t.sqlite") as thumbnails:
        assert made(thumbnails, one) == 1
    (tmp_path / "one.jpg").rename(tmp_path / "two.jpg")
    moved = picture_at(tmp_path / "two.jpg", (tmp_path / "two.jpg").read_bytes())
    with Thumbnails(tmp_path / "t.sqlite") as thumbnails:
        assert made(thumbnails, moved) == 0
        with Image.open(io.BytesIO(thumbnails.get(moved.fingerprint or "") or b"")) as small:
            assert (small.format, max(small.size)) == ("JPEG", 240)


def test_what_is_broken_changed_or_no_picture_has_none(tmp_path: Path) -> None:
    data = saved(photo(), "JPEG")
    broken = picture_at(tmp_path / "broken.jpg", data[:3000])
    changed = picture_at(tmp_path / "changed.jpg", data)
    Path(changed.path).write_bytes(saved(photo("coffee.png"), "JPEG"))
    video = Photo(2, str(tmp_path / "clip.mp4"), changed.stamp, "cd" * 32, "video", "", Metadata())
    with Thumbnails(tmp_path / "t.sqlite") as thumbnails:
        made(thumbnails, broken, changed, video)
        assert thumbnails.there(own.fingerprint or "" for own in (broken, changed, video)) == set()


def test_a_run_that_was_stopped_makes_no_more(tmp_path: Path) -> None:
    one = picture_at(tmp_path / "one.jpg", saved(photo(), "JPEG"))
    with Thumbnails(tmp_path / "t.sqlite") as thumbnails:
        assert made(thumbnails, one, stopped=True) == 0


def test_the_oldest_are_dropped_where_there_are_too_many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Later(date):
        @classmethod
        def today(cls) -> Later:
            return cls(2099, 1, 1)

    with Thumbnails(tmp_path / "t.sqlite", kept=2) as thumbnails:
        for name in "abc":
            thumbnails.put(name, b"x")
        assert thumbnails.there("abc") == set("abc")
        monkeypatch.setattr("albumsort.catalog.thumbnails.date", Later)
        thumbnails.use("bc")
        assert thumbnails.there("abc") == {"b", "c"}


def test_a_damaged_file_is_begun_anew(tmp_path: Path) -> None:
    (tmp_path / "t.sqlite").write_bytes(b"no database at all" * 1000)
    with Thumbnails(tmp_path / "t.sqlite") as thumbnails:
        thumbnails.put("a", jpeg_of(np.zeros((4, 4, 3), np.uint8)))
        assert thumbnails.there("a") == {"a"}
