"""The networks of torchvision with weights that were never trained: written, read, compiled and run."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from albumsort.vision.compile import compiled
from albumsort.vision.networks import NETWORKS
from albumsort.vision.untrained import write_untrained
from albumsort.vision.weights import choose_weights, load_state


@pytest.mark.parametrize("name", ["mobilenet_v2", "efficientnet_b0"])
def test_a_compiled_network_calculates_what_the_plain_one_does(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    weights = write_untrained(NETWORKS[name], str(tmp_path / "untrained.pth"))
    assert choose_weights(None, weights.file, say=pytest.fail) == weights
    pictures = torch.randint(0, 256, (2, 96, 96, 3), dtype=torch.uint8, generator=torch.Generator().manual_seed(7))
    mean, std = (torch.tensor(values) for values in (weights.preprocessing.mean, weights.preprocessing.std))
    network = weights.network.build()
    network.load_state_dict(load_state(weights))

    with torch.inference_mode():
        expected = torch.softmax(network(((pictures / 255 - mean) / std).permute(0, 3, 1, 2)), 1)
        result = compiled(weights, "fp32")(pictures)

    assert expected.std() > 1e-6  # what noise does to the classes has not vanished on the way
    torch.testing.assert_close(result, expected, rtol=1e-2, atol=1e-4)
