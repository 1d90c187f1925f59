"""Weights that were never trained, to measure the speed of a network whose own weights are not here."""

from __future__ import annotations

import hashlib

import torch
from torch import nn

from albumsort.vision.networks import Network
from albumsort.vision.weights import Weights


def write_untrained(network: Network, path: str) -> Weights:
    """Write random weights of ``network`` to the file ``path``: they take the time and memory of its own.

    Raises OSError, and AlbumsortError where torchvision cannot be used.
    """
    torch.manual_seed(0)
    module = network.build()
    _normalise(module, network.preprocessing.crop)
    torch.save(module.state_dict(), path)
    with open(path, "rb") as file:
        sha256 = hashlib.sha256(file.read()).hexdigest()
    return Weights(network, path, sha256, network.preprocessing, "file")


def _normalise(module: nn.Module, side: int) -> None:
    """Let batch normalisation see some noise.

    Without it what passes through dozens of random layers vanishes, and processors are slow on the smallest numbers.
    """
    for part in module.modules():
        if isinstance(part, nn.BatchNorm2d):
            part.momentum = None  # the mean of all that it has seen, instead of a decaying one
    with torch.no_grad():
        module.train()(torch.randn(2, 3, side, side))
    module.eval()
