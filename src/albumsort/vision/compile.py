"""Networks compiled for bytes in and probabilities out; those in floating point are kept in a cache on disk."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from contextlib import suppress

import numpy as np
import torch
from torch import Tensor, nn
from torch.jit import ScriptModule

from albumsort import cache_file
from albumsort.vision import torchscript
from albumsort.vision.networks import Precision, Preprocessing
from albumsort.vision.quantize import Int8Network, quantized, quiet
from albumsort.vision.weights import Weights, load_state

_DTYPES: dict[Precision, torch.dtype] = {"fp32": torch.float32, "bf16": torch.bfloat16}

_KEPT = 4
"""Cache files to keep, the newest ones: a few networks and precisions, and not those of every torch there ever was."""


def compiled(weights: Weights, precision: Precision) -> ScriptModule:
    """The network for uint8 pictures (n, crop, crop, 3) that gives float32 probabilities (n, 1000), in fp32 or bf16.

    Taken from the cache, else built and put there; a cache that cannot be written only costs time. Raises
    AlbumsortError for weights that cannot be loaded.
    """
    path = _cache_file(weights, precision)
    module = torchscript.load(path)
    if module is None:
        network = _FloatNetwork(_with_weights(weights), weights.preprocessing, _DTYPES[precision])
        module = torchscript.scripted(_Recogniser(network, weights.network.temperature))
        with suppress(OSError):
            torchscript.store(module, path, kept=_KEPT)
    return module


def calibrated(weights: Weights, pictures: Sequence[np.ndarray], engine: str) -> ScriptModule:
    """As :func:`compiled`, in int8 by what the network makes of ``pictures``, uint8 (crop, crop, 3) each.

    ``engine`` is as ``precision.int8_engine`` says it. Raises AlbumsortError for weights that cannot be loaded.
    """
    network = quantized(_with_weights(weights), weights.preprocessing, pictures, engine)
    return _warmed_up(torchscript.scripted(_Recogniser(network, weights.network.temperature)), weights)


def calibration_file(weights: Weights, engine: str, folder: str) -> str:
    """Where in ``folder`` the int8 network is kept, on this processor and with this torch."""
    return os.path.join(folder, torchscript.file_name("int8", engine, *_facts(weights)))


def load_calibrated(weights: Weights, engine: str, path: str) -> ScriptModule | None:
    """The module that was stored at ``path``; None where there is none, or one that does not run here."""
    torch.backends.quantized.engine = engine
    with quiet():
        module = torchscript.load(path)
    with suppress(RuntimeError):
        return module and _warmed_up(module, weights)
    return None


class _Recogniser(nn.Module):
    """A network with its calibration: from bytes to probabilities."""

    def __init__(self, network: _FloatNetwork | Int8Network, temperature: float) -> None:
        super().__init__()
        self.network = network
        self.temperature = temperature

    def forward(self, pictures: Tensor) -> Tensor:
        logits = self.network(pictures)
        return torch.softmax(logits / self.temperature, dim=1)


class _FloatNetwork(nn.Module):
    """A network with its preprocessing: from uint8 pictures (n, crop, crop, 3) to float32 logits (n, 1000)."""

    def __init__(self, network: nn.Module, preprocessing: Preprocessing, dtype: torch.dtype) -> None:
        super().__init__()
        self.network = network.to(dtype).to(memory_format=torch.channels_last)
        self.dtype = dtype
        self.mean = nn.Parameter(255 * torch.tensor(preprocessing.mean).view(1, 3, 1, 1), requires_grad=False)
        self.std = nn.Parameter(255 * torch.tensor(preprocessing.std).view(1, 3, 1, 1), requires_grad=False)

    def forward(self, pictures: Tensor) -> Tensor:
        # Bytes come as rows of RGB pixels, which is channels_last already.
        x = pictures.permute(0, 3, 1, 2)
        x = ((x.to(torch.float32) - self.mean) / self.std).to(self.dtype)
        logits: Tensor = self.network(x).to(torch.float32)
        return logits


def _with_weights(weights: Weights) -> nn.Module:
    with torch.device("meta"):
        network = weights.network.build()
    network.load_state_dict(load_state(weights), assign=True)
    return network


def _warmed_up(module: ScriptModule, weights: Weights) -> ScriptModule:
    """The module after a first picture, at which torch says that quantized tensors are deprecated."""
    side = weights.preprocessing.crop
    with quiet(), torch.inference_mode():
        module(torch.zeros((1, side, side, 3), dtype=torch.uint8))
    return module


def _cache_file(weights: Weights, precision: Precision) -> str:
    """Where the compiled module lies; its name covers all that changes the module."""
    name = torchscript.file_name("compiled", precision, *_facts(weights))
    return os.path.join(cache_file.cache_folder(), name)


def _facts(weights: Weights) -> tuple[object, ...]:
    """What changes a module besides its precision."""
    network = weights.network
    machine = (torch.backends.cpu.get_cpu_capability(), platform.machine())
    return (network.name, weights.sha256, weights.preprocessing, network.temperature, *machine)
