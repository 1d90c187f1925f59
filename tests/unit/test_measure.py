"""Measuring a compiled network: on pictures of 32 x 32 pixels, which take it little time."""

from __future__ import annotations

import pytest

from albumsort.vision.classify import Classifier
from albumsort.vision.measure import BATCHES, measure_speed, measure_stability
from albumsort.vision.weights import packaged_weights


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return Classifier.floating(packaged_weights(), "fp32", say=print)


def test_the_fastest_batch_is_found(classifier: Classifier) -> None:
    speed = measure_speed(classifier, 32, 0.2)

    assert speed.batch in BATCHES
    assert speed.photos_per_second > 0
    assert 0 < speed.latency_ms <= speed.latency_p95_ms
    assert speed.processors > 0
    assert 50e6 < speed.peak_memory_bytes < 50e9


def test_no_batch_is_tried_after_one_that_takes_longer(classifier: Classifier) -> None:
    assert measure_speed(classifier, 32, 0).batch == 1


def test_a_long_run_compares_its_end_with_its_beginning(classifier: Classifier) -> None:
    stability = measure_stability(classifier, 32, 2, 0.001)

    assert stability.minutes == 0.001
    assert stability.same_outputs
    assert min(stability.photos_per_second_first, stability.photos_per_second_last) > 0
    assert min(stability.memory_first_bytes, stability.memory_last_bytes) > 50e6


def test_outputs_that_change_are_noticed(classifier: Classifier, monkeypatch: pytest.MonkeyPatch) -> None:
    steady = classifier.probabilities
    results = iter([0.0] * 5)
    monkeypatch.setattr(classifier, "probabilities", lambda pictures: steady(pictures) + next(results, 1e-7))

    assert not measure_stability(classifier, 32, 1, 0.001).same_outputs
