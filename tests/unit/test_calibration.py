"""Static int8: calibrated on a library's own photos, judged on others, used only where it is as good."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import skimage
import torch

from albumsort.catalog.catalog import Catalog
from albumsort.labels.parse import load_table
from albumsort.labels.table import LabelTable
from albumsort.library.walk import Found
from albumsort.pipeline import calibrate
from albumsort.pipeline.calibrate import Calibration
from albumsort.pipeline.intake import Unread
from albumsort.pipeline.reading import Read
from albumsort.records import Metadata, Photo
from albumsort.stamps import Stamp
from albumsort.vision import quantize
from albumsort.vision.classify import Classifier
from albumsort.vision.decode import small_picture
from albumsort.vision.networks import WantedPrecision
from albumsort.vision.precision import int8_engine
from albumsort.vision.sight import Sight
from albumsort.vision.weights import Weights, choose_weights

NAMES = ("chelsea.png", "coffee.png", "rocket.jpg", "astronaut.png")
TABLE = load_table(None)


@pytest.fixture(autouse=True)
def few_photos(monkeypatch: pytest.MonkeyPatch) -> None:
    """Twelve instead of 192 photos: what is tested does not depend on how many."""
    monkeypatch.setattr(quantize, "ENOUGH", 4)
    monkeypatch.setattr(calibrate, "_HELD_BACK", 8)
    monkeypatch.setattr(calibrate, "PAYS_BACK", 12)


@pytest.fixture(autouse=True)
def _own_threads() -> Iterator[None]:
    threads = torch.get_num_threads()
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="module")
def weights(resnet18_weights: str) -> Weights:
    chosen = choose_weights(None, resnet18_weights, say=pytest.fail)
    if not int8_engine(chosen.network):
        pytest.skip("torch has no engine for int8 on this processor")
    return chosen


@pytest.fixture(scope="module")
def pictures(weights: Weights) -> list[np.ndarray]:
    """Four photographs, as they are, mirrored and a little darker."""
    folder = os.path.join(os.path.dirname(skimage.__file__), "data")
    found = []
    for name in NAMES:
        with open(os.path.join(folder, name), "rb") as stream:
            plain = small_picture(stream, "jpeg" if name.endswith("jpg") else "png", weights.preprocessing)
        found += [plain, np.ascontiguousarray(plain[:, ::-1]), (plain * 0.8).astype(np.uint8)]
    return found


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    with Catalog(tmp_path / "catalog.sqlite") as opened:
        yield opened


class Library:
    """Files whose pictures are known, and what is said of them."""

    def __init__(
        self, catalog: Catalog, weights: Weights, pictures: Sequence[np.ndarray], table: LabelTable = TABLE
    ) -> None:
        self.table = table
        self.catalog = catalog
        self.weights = weights
        stamp = Stamp(1, 1, 1)
        self.files = [
            Unread(Found(f"/photos/{number:03}.jpg", stamp, "picture", 0), None) for number in range(len(pictures))
        ]
        sights = [Sight(picture) for picture in pictures]
        self.sights = dict(zip((file.found.path for file in self.files), sights, strict=True))
        self.read: list[str] = []
        self.said: list[str] = []

    def read_all(self, files: Sequence[Unread]) -> Iterator[Read]:
        for file in files:
            path = file.found.path
            self.read.append(path)
            yield Read(file, Photo(0, path, file.found.stamp, path, "jpeg", "", Metadata()), self.sights[path])

    def say(self, message: str) -> None:
        self.said.append(message)

    def tell(self, message: str) -> None:
        self.said.append(message)

    def step(self, stage: str, total: int, done: int) -> None: ...

    def calibrate(self, wanted: WantedPrecision = "auto") -> str:
        """Prepare and load; returns the precision that came out."""
        calibration = Calibration(self.catalog, lambda: self.weights, wanted, self.table, self)
        calibration.prepare(self.files, lambda files: self.read_all(list(files)), lambda: False)
        classifier = calibration.classifier()
        assert len(classifier.classify([sight.picture for sight in self.sights.values()][:3])) == 3
        return classifier.precision


def between_the_two(weights: Weights, pictures: Sequence[np.ndarray]) -> LabelTable:
    """The table with a threshold that one photo, as int8 has it, is on the other side of than in fp32.

    How much black photos spoil the calibration differs from processor to processor.
    """
    held_back = [picture for index, picture in enumerate(pictures) if index % 3]
    exact = Classifier.floating(weights, "auto", say=pytest.fail).classify(held_back)
    rough = Classifier.calibrated(weights, pictures[::3], int8_engine(weights.network)).classify(held_back)
    shares = [
        (TABLE.categorize(one).confidence, TABLE.categorize(other).confidence)
        for one, other in zip(exact, rough, strict=True)
    ]
    one, other = max(shares, key=lambda pair: abs(pair[0] - pair[1]))
    categories = tuple(replace(category, threshold=None) for category in TABLE.categories)
    return replace(TABLE, categories=categories, threshold=(one + other) / 2)


def int8_files(catalog: Catalog) -> list[str]:
    return [name for name in os.listdir(catalog.path.parent) if name.startswith("int8-")]


def test_a_large_library_is_calibrated_once(catalog: Catalog, weights: Weights, pictures: list[np.ndarray]) -> None:
    library = Library(catalog, weights, pictures)

    assert library.calibrate("int8") == "int8"
    (line,) = library.said
    assert line.startswith("Calibrated for int8 on 4 photos of this library in ")
    assert line.endswith("of 8 others fall into the same category.")
    (name,) = int8_files(catalog)
    made = os.stat(catalog.path.parent / name)
    assert made.st_mode & 0o077 == 0

    again = Library(catalog, weights, pictures)
    assert again.calibrate("auto") == "int8"
    assert again.said == []
    kept = os.stat(catalog.path.parent / name)
    assert (kept.st_ino, kept.st_size, kept.st_mtime_ns) == (made.st_ino, made.st_size, made.st_mtime_ns)


def test_int8_that_files_photos_otherwise_is_refused_for_good(
    catalog: Catalog, weights: Weights, pictures: list[np.ndarray]
) -> None:
    # The photos that it is calibrated on are the first of each three.
    black = [picture if index % 3 else np.zeros_like(picture) for index, picture in enumerate(pictures)]
    library = Library(catalog, weights, black, between_the_two(weights, black))

    precision = library.calibrate("auto")

    assert precision in ("fp32", "bf16")
    (line,) = library.said
    assert line.startswith("int8 is not used: only ")
    assert int8_files(catalog) == []
    again = Library(catalog, weights, pictures)
    assert again.calibrate("auto") == precision
    assert again.said == []


def test_few_photos_do_not_pay_back(catalog: Catalog, weights: Weights, pictures: list[np.ndarray]) -> None:
    library = Library(catalog, weights, pictures[:11])

    assert library.calibrate("auto") in ("fp32", "bf16")
    assert library.read == []
    assert library.said == []


def test_int8_that_cannot_be_had_is_told(catalog: Catalog, weights: Weights, pictures: list[np.ndarray]) -> None:
    library = Library(catalog, weights, pictures[:5])

    precision = library.calibrate("int8")

    assert library.said == [
        f"Recognising in {precision} instead of int8: it takes 12 new photos to calibrate and judge it, "
        "and there are 5."
    ]


def test_an_engine_that_fails_is_refused_and_the_library_recognised_all_the_same(
    catalog: Catalog, weights: Weights, pictures: list[np.ndarray], monkeypatch: pytest.MonkeyPatch
) -> None:
    library = Library(catalog, weights, pictures)
    monkeypatch.setattr("albumsort.vision.precision.int8_engine", lambda _: "no such engine")

    assert library.calibrate("auto") in ("fp32", "bf16")
    (line,) = library.said
    assert line.startswith("int8 is not used: torch cannot do it here (")


@pytest.mark.parametrize("wanted", ["fp32", "bf16"])
def test_who_asks_for_another_precision_gets_it(
    catalog: Catalog, weights: Weights, pictures: list[np.ndarray], wanted: WantedPrecision
) -> None:
    library = Library(catalog, weights, pictures)

    assert library.calibrate(wanted) in ("fp32", wanted)
    assert library.read == []
    assert int8_files(catalog) == []


def test_the_photos_are_spread_over_the_library(
    catalog: Catalog, weights: Weights, pictures: list[np.ndarray], monkeypatch: pytest.MonkeyPatch
) -> None:
    library = Library(catalog, weights, pictures * 3)
    monkeypatch.setattr(Calibration, "_judge", lambda *_: None)  # which ones is all that counts here
    monkeypatch.setattr(calibrate, "_SPARE", 0)
    calibration = Calibration(catalog, lambda: weights, "auto", TABLE, library)

    kept = calibration.prepare(library.files, lambda files: library.read_all(list(files)), lambda: False)

    assert list(kept) == library.read == [f"/photos/{number:03}.jpg" for number in range(0, 36, 3)]


def test_a_network_in_int8_says_nearly_what_it_says_in_float32(weights: Weights, pictures: list[np.ndarray]) -> None:
    from albumsort.vision.compile import calibrated, compiled

    batch = torch.from_numpy(np.stack(pictures))
    with torch.inference_mode():
        exact = compiled(weights, "fp32")(batch)
        rough = calibrated(weights, pictures, int8_engine(weights.network))(batch)

    assert rough.dtype == torch.float32
    torch.testing.assert_close(rough.sum(1), torch.ones(len(batch)))
    assert (rough - exact).abs().sum(1).mean() < 0.15  # 0.04 to 0.09 on thousands of photos
    assert not torch.equal(rough, exact)
