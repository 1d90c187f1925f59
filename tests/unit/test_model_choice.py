"""A library keeps its model until the user names another, or a new version calibrates it otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from albumsort.catalog.catalog import Catalog
from albumsort.errors import AlbumsortError
from albumsort.pipeline.model_choice import choose_model
from albumsort.vision.networks import NETWORKS

LITE0 = "efficientnet-lite0"


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    with Catalog(tmp_path / "catalog.sqlite") as catalog:
        yield catalog


def silent(message: str) -> None:
    raise AssertionError(f"nothing was to be said: {message}")


def test_the_first_choice_is_kept(catalog: Catalog) -> None:
    first = choose_model(catalog, LITE0, None, silent)
    again = choose_model(catalog, None, None, silent)
    assert again.key == first.key
    assert again.weights().network.name == LITE0


def test_the_same_model_named_again_changes_nothing(catalog: Catalog) -> None:
    first = choose_model(catalog, LITE0, None, silent)
    assert choose_model(catalog, LITE0, None, silent).key == first.key


def test_another_model_is_told_and_kept_from_then_on(catalog: Catalog, resnet18_weights: Path) -> None:
    first = choose_model(catalog, LITE0, None, silent)
    messages: list[str] = []
    second = choose_model(catalog, None, str(resnet18_weights), messages.append)
    assert second.key.startswith("resnet18:")
    assert len(messages) == 1
    assert first.key in messages[0]
    assert second.key in messages[0]
    assert choose_model(catalog, None, None, silent).key == second.key
    assert choose_model(catalog, None, str(resnet18_weights), silent).key == second.key


def test_weights_that_were_exchanged_are_not_mixed_with_the_old(catalog: Catalog) -> None:
    choose_model(catalog, LITE0, None, silent)
    key = f"{LITE0}:0123456789abcdef{NETWORKS[LITE0].calibration}"
    catalog.remember({"model_key": key})
    choice = choose_model(catalog, None, None, silent)
    assert choice.key == key
    with pytest.raises(AlbumsortError, match="not the weights that this library was recognised with"):
        choice.weights()


def test_a_new_calibration_is_taken_up_and_told(catalog: Catalog) -> None:
    current = choose_model(catalog, LITE0, None, silent)
    catalog.remember({"model_key": current.key.replace(NETWORKS[LITE0].calibration, ":t9")})
    messages: list[str] = []
    assert choose_model(catalog, None, None, messages.append).key == current.key
    assert "recognised again" in messages[0]


def test_a_model_that_does_not_exist_is_named(catalog: Catalog) -> None:
    with pytest.raises(AlbumsortError, match="--model vgg16: not known"):
        choose_model(catalog, "vgg16", None, silent)
