"""The registry of networks, and EfficientNet-Lite0's own module."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from torch.nn import functional

from albumsort.vision.download import hash_prefix
from albumsort.vision.efficientnet_lite import EfficientNetLite0, _SameConv
from albumsort.vision.networks import CLASSES, NETWORKS
from albumsort.vision.weights import packaged_file


@pytest.mark.parametrize("name", NETWORKS)
def test_a_network_turns_pictures_into_one_logit_a_class(name: str) -> None:
    network = NETWORKS[name]
    side = network.preprocessing.crop
    module = network.build()

    assert not module.training
    with torch.inference_mode():
        assert module(torch.zeros(2, 3, side, side)).shape == (2, CLASSES)


def test_the_name_of_a_download_tells_its_hash() -> None:
    for network in NETWORKS.values():
        assert not network.url or len(hash_prefix(network.url)) >= 8


def test_choosing_a_network_loads_no_torch() -> None:
    code = (
        "import sys; from albumsort.vision.weights import choose_weights;"
        "choose_weights('efficientnet-lite0', None, say=print); sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_tensor_tells_each_network_from_the_others() -> None:
    with torch.device("meta"):
        names = {name: set(network.build().state_dict()) for name, network in NETWORKS.items()}
    for network in NETWORKS.values():
        assert [name for name in names if network.mark in names[name]] == [network.name]


@pytest.fixture
def torchvision_of_another_torch(tmp_path: Path) -> dict[str, str]:
    """An environment whose torchvision cannot be imported."""
    (tmp_path / "torchvision").mkdir()
    told = 'raise RuntimeError("operator torchvision::nms does not exist")'
    (tmp_path / "torchvision" / "__init__.py").write_text(told)
    return os.environ | {"PYTHONPATH": str(tmp_path)}


def test_torchvision_that_does_not_fit_torch_is_told(torchvision_of_another_torch: dict[str, str]) -> None:
    code = "from albumsort.vision.networks import NETWORKS; NETWORKS['resnet18'].build()"
    command = [sys.executable, "-c", code]
    failed = subprocess.run(command, env=torchvision_of_another_torch, capture_output=True, text=True, check=False)
    assert failed.stderr.splitlines()[-1] == (
        "albumsort.errors.AlbumsortError: torch and torchvision do not fit together "
        "(operator torchvision::nms does not exist); reinstall both from one index, in one command; "
        "`albumsort doctor` tells whether they fit"
    )


def test_efficientnet_lite0_needs_no_torchvision(torchvision_of_another_torch: dict[str, str]) -> None:
    code = "from albumsort.vision.weights import load_state, packaged_weights; load_state(packaged_weights())"
    subprocess.run([sys.executable, "-c", code], env=torchvision_of_another_torch, check=True)


def test_efficientnet_lite0_has_the_tensors_of_the_packaged_file() -> None:
    state = torch.load(packaged_file(), weights_only=True)
    own = EfficientNetLite0().state_dict()

    assert {name: tensor.shape for name, tensor in own.items()} == {name: t.shape for name, t in state.items()}


@pytest.mark.parametrize(("kernel", "stride"), [(3, 1), (3, 2), (5, 1), (5, 2)])
def test_padding_is_that_of_tensorflow(kernel: int, stride: int) -> None:
    """TensorFlow: out = ceil(in / stride), the padding split in half, the odd pixel at the end."""
    side = 14
    conv = _SameConv(1, 1, kernel, stride)
    picture = torch.randn(1, 1, side, side)
    out = -(-side // stride)
    total = (out - 1) * stride + kernel - side
    padded = torch.zeros(1, 1, side + total, side + total)
    first = total // 2
    padded[:, :, first : first + side, first : first + side] = picture

    with torch.inference_mode():
        torch.testing.assert_close(conv(picture), functional.conv2d(padded, conv.weight, stride=stride))
