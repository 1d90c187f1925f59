"""Real photographs are recognised: a right class is among the likeliest three."""

from __future__ import annotations

import os
from collections.abc import Callable

import numpy as np
import pytest
import skimage

from albumsort.labels.classes import class_names
from albumsort.records import Prediction
from albumsort.vision.classify import Classifier
from albumsort.vision.decode import small_picture
from albumsort.vision.networks import Preprocessing
from albumsort.vision.weights import Weights, choose_weights


def picture(name: str, format_: str, preprocessing: Preprocessing) -> np.ndarray:
    """One of the photographs that come with scikit-image, as the network sees it."""
    with open(os.path.join(os.path.dirname(skimage.__file__), "data", name), "rb") as stream:
        return small_picture(stream, format_, preprocessing)


def photographs(preprocessing: Preprocessing) -> np.ndarray:
    """A cat, a cup of coffee, a rocket."""
    names = (("chelsea.png", "png"), ("coffee.png", "png"), ("rocket.jpg", "jpeg"))
    return np.stack([picture(name, format_, preprocessing) for name, format_ in names])


def best(prediction: Prediction) -> list[str]:
    return [class_names()[index] for index in prediction.classes[:3]]


@pytest.fixture(scope="module")
def lite0() -> Weights:
    return choose_weights("efficientnet-lite0", None, say=pytest.fail)


@pytest.fixture(scope="module")
def classifier(lite0: Weights) -> Classifier:
    return Classifier.floating(lite0, "fp32", say=pytest.fail)


def check_photographs(classifier: Classifier, preprocessing: Preprocessing) -> None:
    cat, coffee, rocket = classifier.classify(photographs(preprocessing))

    assert {"tabby", "tiger cat", "Egyptian cat"} & set(best(cat))
    assert {"espresso", "cup"} & set(best(coffee))
    assert {"missile", "projectile", "space shuttle"} & set(best(rocket))


@pytest.mark.parametrize("precision", ["fp32", "bf16"])
def test_efficientnet_lite0_recognises_photographs(lite0: Weights, precision: str) -> None:
    # Where the processor has no bfloat16 this is fp32 again.
    classifier = Classifier.floating(lite0, "bf16" if precision == "bf16" else "fp32", say=print)

    check_photographs(classifier, lite0.preprocessing)


def test_resnet18_recognises_photographs(resnet18_weights: str) -> None:
    weights = choose_weights("resnet18", resnet18_weights, say=pytest.fail)

    check_photographs(Classifier.floating(weights, "auto", say=pytest.fail), weights.preprocessing)


def test_a_prediction_is_sorted_and_without_the_improbable(lite0: Weights, classifier: Classifier) -> None:
    noise = np.random.default_rng(3).integers(0, 256, (1, 224, 224, 3), dtype=np.uint8)
    for prediction in classifier.classify(np.concatenate([photographs(lite0.preprocessing), noise])):
        shares = prediction.probabilities
        assert list(shares) == sorted(shares, reverse=True)
        assert 0.5 < sum(shares) <= 1.00001
        assert min(shares) >= 5e-4
        assert len(set(prediction.classes)) == len(shares) <= 100
        assert all(isinstance(index, int) and 0 <= index < 1000 for index in prediction.classes)


def test_a_picture_is_judged_alike_in_any_batch(lite0: Weights, classifier: Classifier) -> None:
    pictures = photographs(lite0.preprocessing)
    together = classifier.classify(np.concatenate([pictures] * 5))
    alone = [classifier.classify(pictures[index : index + 1])[0] for index in range(3)]

    for index, prediction in enumerate(together):
        other = alone[index % 3]
        assert prediction.classes[0] == other.classes[0]
        assert prediction.probabilities[0] == pytest.approx(other.probabilities[0], abs=1e-4)


def _read_only(pictures: np.ndarray) -> np.ndarray:
    pictures.setflags(write=False)
    return pictures


def _strided(pictures: np.ndarray) -> np.ndarray:
    return np.asfortranarray(pictures)


@pytest.mark.parametrize("change", [_read_only, _strided])
def test_any_array_of_pictures_will_do(
    lite0: Weights, classifier: Classifier, change: Callable[[np.ndarray], np.ndarray]
) -> None:
    expected = [best(prediction) for prediction in classifier.classify(photographs(lite0.preprocessing))]

    result = classifier.classify(change(photographs(lite0.preprocessing)))

    assert [best(prediction) for prediction in result] == expected


def test_no_pictures_are_no_predictions(classifier: Classifier) -> None:
    assert classifier.classify(np.zeros((0, 224, 224, 3), np.uint8)) == []
