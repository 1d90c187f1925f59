"""Which weights are chosen, and what is said of a file that is none."""

from __future__ import annotations

import hashlib
import os
import pickle
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor

from albumsort.errors import AlbumsortError
from albumsort.vision.networks import EXPOSURE, NETWORKS
from albumsort.vision.weights import (
    cached_weights,
    choose_weights,
    fetch,
    hub_file,
    load_state,
    packaged_file,
)

RESNET18 = NETWORKS["resnet18"]


@pytest.fixture(scope="module")
def state() -> dict[str, Tensor]:
    """Untrained weights of ResNet-18."""
    return RESNET18.build().state_dict()


@pytest.fixture
def in_hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, state: dict[str, Tensor]) -> Path:
    """Untrained weights in torch hub's cache, under a name that promises their hash."""
    file = tmp_path / "weights.pth"
    torch.save(state, file)
    name = f"resnet18-{hashlib.sha256(file.read_bytes()).hexdigest()[:8]}.pth"
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    monkeypatch.setitem(NETWORKS, "resnet18", replace(RESNET18, url=f"https://example.org/{name}"))
    path = tmp_path / "torch" / "hub" / "checkpoints" / name
    path.parent.mkdir(parents=True)
    file.rename(path)
    return path


def saved(path: Path, data: Any) -> str:
    torch.save(data, path)
    return str(path)


def refusal(path: str, model: str | None = None) -> str:
    """What the user reads who names these weights: one line that begins with the file."""
    with pytest.raises(AlbumsortError) as caught:
        choose_weights(model, path, say=pytest.fail)
    message = str(caught.value)
    assert message.startswith(path)
    assert "\n" not in message
    return message


# What is chosen


def test_with_nothing_here_the_packaged_network_is_used_and_one_line_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    lines: list[str] = []

    weights = choose_weights(None, None, say=lines.append)

    assert (weights.network.name, weights.source, weights.path) == ("efficientnet-lite0", "package", "")
    assert weights.file == packaged_file()
    (line,) = lines
    assert "\n" not in line
    for part in ("Using EfficientNet-Lite0", "Connection refused", "albumsort model fetch", "--weights"):
        assert part in line


def test_weights_in_torch_hubs_cache_come_first(in_hub: Path) -> None:
    weights = choose_weights(None, None, say=pytest.fail)

    assert (weights.network.name, weights.source, weights.file) == ("resnet18", "hub", str(in_hub))
    assert weights.sha256 == hashlib.sha256(in_hub.read_bytes()).hexdigest()
    assert load_state(weights).keys() == RESNET18.build().state_dict().keys()


def test_a_choice_is_found_again_by_name_and_path(in_hub: Path, tmp_path: Path) -> None:
    copy = str(tmp_path / "copy.pth")
    shutil.copy(in_hub, copy)
    for model, path in ((None, None), ("efficientnet-lite0", None), (None, copy)):
        first = choose_weights(model, path, say=pytest.fail)
        assert choose_weights(first.network.name, first.path, say=pytest.fail) == first


def test_a_damaged_file_in_the_cache_is_not_used(in_hub: Path) -> None:
    data = bytearray(in_hub.read_bytes())
    data[20_000_000] ^= 1
    in_hub.write_bytes(data)

    assert cached_weights(NETWORKS["resnet18"]) is None
    with pytest.raises(AlbumsortError, match="Connection refused"):
        fetch(NETWORKS["resnet18"])
    assert in_hub.read_bytes() == data


def test_a_network_that_is_asked_for_is_never_replaced_by_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))

    with pytest.raises(AlbumsortError, match=r"--model resnet18: no weights here .*albumsort model fetch"):
        choose_weights("resnet18", None, say=pytest.fail)


def test_an_unknown_network_is_refused_with_the_names_of_the_known() -> None:
    with pytest.raises(AlbumsortError, match="--model vgg: not known; choose one of resnet18, mobilenet_v2, "):
        choose_weights("vgg", None, say=pytest.fail)


def test_the_cache_is_where_torch_hub_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    for home, cache in (("/a/b", "/c"), ("~/torch", None), (None, "/c"), (None, None)):
        for name, value in (("TORCH_HOME", home), ("XDG_CACHE_HOME", cache)):
            if value is None:
                monkeypatch.delenv(name, raising=False)
            else:
                monkeypatch.setenv(name, value)
        assert os.path.dirname(hub_file(RESNET18)) == os.path.join(torch.hub.get_dir(), "checkpoints")


def test_the_key_changes_with_the_weights_and_with_the_calibration() -> None:
    weights = choose_weights("efficientnet-lite0", None, say=pytest.fail)
    warmer = replace(weights, network=replace(weights.network, temperature=2.5))
    others = replace(weights, sha256="0" * 64)

    assert weights.key.startswith(f"efficientnet-lite0:{weights.sha256[:16]}:{EXPOSURE}:t")
    assert warmer.key.endswith(":t2.5")
    assert len({weights.key, warmer.key, others.key}) == 3


# What a file may be


def _half(state: dict[str, Tensor]) -> dict[str, Tensor]:
    return {name: t.half() if t.is_floating_point() else t for name, t in state.items()}


def _wrapped(state: dict[str, Tensor]) -> dict[str, Any]:
    return {"epoch": 90, "state_dict": {f"module.{name}": tensor for name, tensor in state.items()}}


def _without_counters(state: dict[str, Tensor]) -> dict[str, Tensor]:
    return {name: tensor for name, tensor in state.items() if "num_batches" not in name}


@pytest.mark.parametrize("change", [dict, _half, _wrapped, _without_counters])
def test_state_dicts_as_people_save_them_are_understood(
    tmp_path: Path, state: dict[str, Tensor], change: Callable[[dict[str, Tensor]], Any]
) -> None:
    weights = choose_weights(None, saved(tmp_path / "net.pth", change(state)), say=pytest.fail)
    loaded = load_state(weights)

    assert (weights.network.name, weights.source) == ("resnet18", "file")
    assert loaded.keys() == state.keys()
    for name, tensor in state.items():
        torch.testing.assert_close(loaded[name], tensor, rtol=1e-3, atol=1e-4)


def test_safetensors_are_understood(tmp_path: Path, state: dict[str, Tensor]) -> None:
    path = tmp_path / "net.safetensors"
    save_file(state, path)

    assert torch.equal(load_state(choose_weights(None, str(path), say=pytest.fail))["fc.bias"], state["fc.bias"])


def test_the_network_is_told_by_the_file() -> None:
    assert choose_weights(None, packaged_file(), say=pytest.fail).network.name == "efficientnet-lite0"


# What a file may not be


def test_a_pickle_that_would_run_code_is_not_loaded(tmp_path: Path) -> None:
    trace = tmp_path / "it ran"

    class Hostile:
        def __reduce__(self) -> tuple[Any, ...]:
            return os.system, (f"touch '{trace}'",)

    for legacy in (False, True):
        path = str(tmp_path / f"hostile-{legacy}.pth")
        torch.save({"fc.bias": Hostile()}, path, _use_new_zipfile_serialization=not legacy)
        assert "not loaded, because loading it would run code" in refusal(path)
    plain = tmp_path / "plain.pth"
    plain.write_bytes(pickle.dumps(Hostile()))
    assert "not a weights file" in refusal(str(plain))
    assert not trace.exists()


def test_a_whole_module_instead_of_its_tensors_is_not_loaded(tmp_path: Path) -> None:
    path = saved(tmp_path / "module.pth", torch.nn.Linear(1, 1))

    assert "torch.nn.modules.linear.Linear" in refusal(path)


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("net.pth", b"", "the file is empty"),
        ("net.pth", b"\n<!DOCTYPE html><html>404</html>", "a web page"),
        ("net.safetensors", b"<html>Sign in</html>", "a web page"),
        ("net.pth", b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "Git LFS pointer"),
        ("net.pth", b"hello", "not a weights file; name a .pth"),
        ("preview.csv", b"path,category\n", "not a weights file; name a .pth"),
        ("net.pth", b"PK\x03\x04" + bytes(1000), "damaged, cut short"),
        ("net.safetensors", bytes(1000), "damaged, cut short"),
    ],
)
def test_what_a_failed_download_leaves_is_told(tmp_path: Path, name: str, data: bytes, words: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)

    assert words in refusal(str(path))


def test_a_file_that_was_cut_short_is_told(tmp_path: Path, state: dict[str, Tensor]) -> None:
    save_file(state, tmp_path / "whole.safetensors")
    torch.save(state, tmp_path / "whole.pth")
    torch.save(state, tmp_path / "legacy.pth", _use_new_zipfile_serialization=False)
    for path in list(tmp_path.iterdir()):
        os.truncate(path, path.stat().st_size // 2)
        assert "cut short" in refusal(str(path))


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert "No such file" in refusal(str(tmp_path / "absent.pth"))


def test_weights_of_another_network_are_told_with_what_differs(tmp_path: Path) -> None:
    from torchvision.models import resnet34, resnet50

    for build, words in ((resnet34, "are not its own (layer1.2."), (resnet50, "are not its own (layer1.0.bn3.")):
        with torch.device("meta"):
            names = build().state_dict()
        path = saved(tmp_path / "net.pth", {name: torch.zeros(1) for name in names})
        message = refusal(path)
        assert (
            "not the weights of ResNet-18, MobileNet V2, ShuffleNet V2 x1.0, EfficientNet-B0 or EfficientNet-Lite0"
            in message
        )
        assert words in message


def test_another_number_of_classes_is_told(tmp_path: Path, state: dict[str, Tensor]) -> None:
    own = {"fc.weight": torch.zeros(37, 512), "fc.bias": torch.zeros(37)}

    assert "tells 37 classes apart, not the 1,000" in refusal(saved(tmp_path / "net.pth", state | own))


def test_a_tensor_of_another_shape_is_told(tmp_path: Path, state: dict[str, Tensor]) -> None:
    path = saved(tmp_path / "net.pth", state | {"conv1.weight": torch.zeros(64, 1, 7, 7)})

    assert "conv1.weight has the shape (64, 1, 7, 7) instead of (64, 3, 7, 7)" in refusal(path)


@pytest.mark.parametrize(
    ("tensor", "words"),
    [
        (torch.full((1000,), float("nan")), "fc.bias holds infinite numbers or NaN"),
        (torch.full((1000,), float("inf")), "fc.bias holds infinite numbers or NaN"),
        (torch.zeros(1000, dtype=torch.int8), "fc.bias holds torch.int8"),
    ],
)
def test_numbers_that_no_network_has_are_told(
    tmp_path: Path, state: dict[str, Tensor], tensor: Tensor, words: str
) -> None:
    assert words in refusal(saved(tmp_path / "net.pth", state | {"fc.bias": tensor}))


@pytest.mark.parametrize("data", [[1, 2], {"epoch": 3}, torch.zeros(3)])
def test_data_that_are_no_named_tensors_are_told(tmp_path: Path, data: Any) -> None:
    assert "something else than named tensors" in refusal(saved(tmp_path / "net.pth", data))


def test_an_empty_state_dict_is_told(tmp_path: Path) -> None:
    assert "are missing" in refusal(saved(tmp_path / "net.pth", {}))


def test_a_model_that_contradicts_the_file_is_told(tmp_path: Path, state: dict[str, Tensor]) -> None:
    path = saved(tmp_path / "net.pth", state)

    assert "weights of ResNet-18, but --model says efficientnet-lite0" in refusal(path, "efficientnet-lite0")
