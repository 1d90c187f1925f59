"""A library keeps its model until the user names another, or a new version calibrates it otherwise."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from albumsort.catalog.catalog import Catalog
from albumsort.errors import AlbumsortError
from albumsort.pipeline.model_choice import ModelChoice, choose_model, results_key
from albumsort.vision.face_weights import faces_key
from albumsort.vision.networks import NETWORKS, WantedPrecision

LITE0 = "efficientnet-lite0"


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    with Catalog(tmp_path / "catalog.sqlite") as catalog:
        yield catalog


def silent(message: str) -> None:
    raise AssertionError(f"nothing was to be said: {message}")


def choose(
    catalog: Catalog,
    model: str | None = None,
    weights: str | None = None,
    precision: WantedPrecision | None = None,
    *,
    keep: bool = True,
    say: Callable[[str], None] = silent,
) -> ModelChoice:
    return choose_model(catalog, model, weights, precision, keep=keep, say=say)


def test_the_first_choice_is_kept(catalog: Catalog) -> None:
    first = choose(catalog, LITE0, keep=False)
    again = choose(catalog)
    assert again.key == first.key
    assert again.weights().network.name == LITE0


def test_the_same_model_named_again_changes_nothing(catalog: Catalog) -> None:
    first = choose(catalog, LITE0)
    assert choose(catalog, LITE0).key == first.key


def test_another_model_is_told_and_kept_from_then_on(catalog: Catalog, resnet18_weights: str) -> None:
    choose(catalog, LITE0)
    messages: list[str] = []
    second = choose(catalog, weights=resnet18_weights, say=messages.append)
    assert second.key.startswith("resnet18:")
    assert messages == [
        f"Photos that it has not seen yet are recognised again: with ResNet-18 ({resnet18_weights}) "
        "instead of EfficientNet-Lite0 from now on."
    ]
    assert choose(catalog).key == second.key
    assert choose(catalog, weights=resnet18_weights).key == second.key


def test_a_preview_with_another_model_leaves_the_library_its_own(catalog: Catalog, resnet18_weights: str) -> None:
    first = choose(catalog, LITE0)
    messages: list[str] = []
    preview = choose(catalog, weights=resnet18_weights, keep=False, say=messages.append)
    assert preview.key != first.key
    assert "the library keeps its own model" in messages[0]
    assert choose(catalog).key == first.key


def test_a_further_preview_with_another_file_does_not_look_into_it_again(
    catalog: Catalog, resnet18_weights: str
) -> None:
    choose(catalog, LITE0)
    preview = choose(catalog, weights=resnet18_weights, keep=False, say=lambda _: None)
    code = (
        "import sys; from pathlib import Path; from albumsort.catalog.catalog import Catalog\n"
        "from albumsort.pipeline.model_choice import choose_model\n"
        "with Catalog(Path(sys.argv[1])) as catalog:\n"
        "    print(choose_model(catalog, None, sys.argv[2], None, keep=False, say=lambda _: None).key)\n"
        "assert 'torch' not in sys.modules\n"
    )
    command = [sys.executable, "-c", code, str(catalog.path), resnet18_weights]
    assert subprocess.check_output(command, text=True).strip() == preview.key
    with pytest.raises(AlbumsortError, match="but --model says"):
        choose(catalog, LITE0, resnet18_weights)
    assert choose(catalog).key.startswith(LITE0)


def test_a_precision_that_was_asked_for_is_kept_and_has_results_of_its_own(catalog: Catalog) -> None:
    first = choose(catalog, LITE0)
    messages: list[str] = []
    exact = choose(catalog, precision="fp32", say=messages.append)
    assert "EfficientNet-Lite0 in fp32 instead of EfficientNet-Lite0 from now on" in messages[0]
    assert exact.precision == "fp32"
    assert exact.key == results_key(first.key.removesuffix(faces_key()), "fp32") != first.key
    assert choose(catalog).key == exact.key
    assert choose(catalog, precision="auto", keep=False, say=messages.append).key == first.key
    assert choose(catalog).key == exact.key


def test_weights_that_were_exchanged_are_not_mixed_with_the_old(catalog: Catalog) -> None:
    choose(catalog, LITE0)
    key = f"{LITE0}:0123456789abcdef{NETWORKS[LITE0].calibration}"
    catalog.remember({"weights_key": key})
    choice = choose(catalog)
    assert choice.key == results_key(key, "auto")
    with pytest.raises(AlbumsortError, match="not the weights that it was\nThis library is recognised with"):
        choice.weights()


@pytest.mark.parametrize("folder", [False, True])
def test_weights_that_changed_where_they_are_named_again_are_looked_into(
    catalog: Catalog, resnet18_weights: str, tmp_path: Path, folder: bool
) -> None:
    weights = tmp_path / "weights.pth"
    if folder:
        weights.mkdir()
        (weights / "pytorch_model.bin").symlink_to(resnet18_weights)
    else:
        weights.symlink_to(resnet18_weights)
    choose(catalog, weights=str(weights))
    changed = weights / "pytorch_model.bin" if folder else weights
    changed.unlink()
    changed.write_bytes(b"no weights any more")
    assert choose(catalog).key.startswith("resnet18:")
    with pytest.raises(AlbumsortError):
        choose(catalog, weights=str(weights))


def test_the_name_of_a_network_alone_means_its_official_weights(catalog: Catalog, resnet18_weights: str) -> None:
    choose(catalog, weights=resnet18_weights)
    with pytest.raises(AlbumsortError, match="--model resnet18: no weights here"):
        choose(catalog, "resnet18")


def test_weights_that_are_gone_are_asked_for(catalog: Catalog, resnet18_weights: str, tmp_path: Path) -> None:
    weights = tmp_path / "w.pth"
    weights.symlink_to(resnet18_weights)
    choose(catalog, weights=str(weights))
    weights.unlink()
    with pytest.raises(AlbumsortError, match=r"This library is recognised with ResNet-18 \(.*w\.pth\): put"):
        choose(catalog).weights()


def test_a_new_calibration_is_taken_up_and_told(catalog: Catalog) -> None:
    current = choose(catalog, LITE0)
    catalog.remember({"weights_key": current.key.replace(NETWORKS[LITE0].calibration, ":t9")})
    messages: list[str] = []
    assert choose(catalog, say=messages.append).key == current.key
    assert "recognised again" in messages[0]


def test_a_model_that_does_not_exist_is_named(catalog: Catalog) -> None:
    with pytest.raises(AlbumsortError, match="--model vgg16: not known"):
        choose(catalog, "vgg16")
    catalog.remember(dict.fromkeys(("model", "weights_key", "precision"), "from a newer version"))
    with pytest.raises(AlbumsortError, match="--model from a newer version: not known"):
        choose(catalog)
