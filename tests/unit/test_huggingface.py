"""ResNet-18 in the layout of the Hugging Face hub."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor

from albumsort.errors import AlbumsortError
from albumsort.vision.huggingface import torchvision_name
from albumsort.vision.networks import NETWORKS, Preprocessing
from albumsort.vision.weights import choose_weights, load_state

# As in microsoft/resnet-18.
PROCESSOR = {
    "crop_pct": 0.875,
    "do_normalize": True,
    "do_resize": True,
    "feature_extractor_type": "ConvNextFeatureExtractor",
    "image_mean": [0.485, 0.456, 0.406],
    "image_std": [0.229, 0.224, 0.225],
    "resample": 3,
    "size": 224,
}


def hub_name(key: str) -> str:
    """The hub's name of a tensor of torchvision's ResNet-18: the mapping the other way round, written out by hand."""
    parts = key.split(".")
    kinds = {"conv": "convolution", "bn": "normalization"}
    if parts[0] == "fc":
        return f"classifier.1.{parts[1]}"
    if parts[0] in ("conv1", "bn1"):
        return f"resnet.embedder.embedder.{kinds[parts[0][:-1]]}.{parts[1]}"
    block = f"resnet.encoder.stages.{int(parts[0][-1]) - 1}.layers.{parts[1]}"
    if parts[2] == "downsample":
        return f"{block}.shortcut.{['convolution', 'normalization'][int(parts[3])]}.{parts[4]}"
    return f"{block}.layer.{int(parts[2][-1]) - 1}.{kinds[parts[2][:-1]]}.{parts[3]}"


@pytest.fixture(scope="module")
def state() -> dict[str, Tensor]:
    """Untrained weights under torchvision's names."""
    torch.manual_seed(1)
    return NETWORKS["resnet18"].build().state_dict()


def model_folder(path: Path, state: dict[str, Tensor], *, file: str = "model.safetensors") -> Path:
    path.mkdir()
    tensors = {hub_name(name): tensor for name, tensor in state.items()}
    if file.endswith(".safetensors"):
        save_file(tensors, path / file)
    else:
        torch.save(tensors, path / file)
    (path / "config.json").write_text(json.dumps({"model_type": "resnet", "depths": [2, 2, 2, 2]}))
    (path / "preprocessor_config.json").write_text(json.dumps(PROCESSOR))
    return path


@pytest.mark.parametrize("file", ["model.safetensors", "pytorch_model.bin"])
def test_a_model_folder_gives_torchvisions_tensors_and_its_own_preprocessing(
    tmp_path: Path, state: dict[str, Tensor], file: str
) -> None:
    folder = model_folder(tmp_path / "resnet-18", state, file=file)

    weights = choose_weights(None, str(folder), say=pytest.fail)
    loaded = load_state(weights)

    assert weights.network.name == "resnet18"
    assert weights.preprocessing == Preprocessing(resize=256, crop=224, interpolation="bicubic")
    assert loaded.keys() == state.keys()
    assert all(torch.equal(loaded[name], state[name]) for name in state)


def test_a_bare_file_with_the_hubs_names_is_understood(tmp_path: Path, state: dict[str, Tensor]) -> None:
    folder = model_folder(tmp_path / "resnet-18", state)

    weights = choose_weights("resnet18", str(folder / "model.safetensors"), say=pytest.fail)

    assert weights.preprocessing == NETWORKS["resnet18"].preprocessing
    assert torch.equal(load_state(weights)["fc.bias"], state["fc.bias"])


def test_the_settings_are_part_of_what_results_are_kept_under(tmp_path: Path, state: dict[str, Tensor]) -> None:
    folder = model_folder(tmp_path / "resnet-18", state)
    before = choose_weights(None, str(folder), say=pytest.fail).key
    (folder / "preprocessor_config.json").write_text(json.dumps(PROCESSOR | {"resample": 2}))

    assert choose_weights(None, str(folder), say=pytest.fail).key != before


@pytest.mark.parametrize("size", [{"shortest_edge": 224}, {"height": 224, "width": 224}, 224])
def test_a_size_may_be_written_in_three_ways(tmp_path: Path, state: dict[str, Tensor], size: object) -> None:
    folder = model_folder(tmp_path / "resnet-18", state)
    (folder / "preprocessor_config.json").write_text(json.dumps({"size": size, "resample": 2}))

    assert choose_weights(None, str(folder), say=pytest.fail).preprocessing == Preprocessing()


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        '{"size": "big"}',
        '{"size": {}}',
        '{"size": 5000}',
        '{"resample": 7}',
        '{"image_mean": [0.5]}',
        '{"image_std": [0, 0, 0]}',
        '{"crop_pct": -1}',
    ],
)
def test_settings_that_make_no_sense_name_their_file(tmp_path: Path, state: dict[str, Tensor], text: str) -> None:
    folder = model_folder(tmp_path / "resnet-18", state)
    (folder / "preprocessor_config.json").write_text(text)

    with pytest.raises(AlbumsortError, match=r"preprocessor_config\.json: not the settings of an image processor"):
        choose_weights(None, str(folder), say=pytest.fail)


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AlbumsortError, match="not a Hugging Face model folder"):
        choose_weights(None, str(tmp_path), say=pytest.fail)


def test_names_that_are_not_the_hubs_stay_as_they_are() -> None:
    assert torchvision_name("pooler.weight") == "pooler.weight"
