"""Static int8: a network whose weights and activations are bytes, by what it calculates for some photos.

The only module that touches ``torch.ao``, which is deprecated and says so; exactly those warnings are silenced here.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np
import torch
from torch import Tensor, nn

from albumsort.vision.networks import Preprocessing

Pixels = np.ndarray

ENOUGH = 64
"""Photos to calibrate on: twice as many measured no better."""
_BATCH = 8

_DEPRECATIONS = (
    r"torch\.ao\.quantization is deprecated",
    r"torch\.quantize_per_tensor, .* are deprecated",
    r"Please use quant_min and quant_max .* reduce_range will be deprecated",
)


class Int8Network(nn.Module):
    """From uint8 pictures (n, crop, crop, 3), RGB, to float32 logits (n, 1000); made by :func:`quantized`."""

    def __init__(self, network: nn.Module, zero_point: int) -> None:
        super().__init__()
        self.network = network
        self.zero_point = zero_point

    def forward(self, pictures: Tensor) -> Tensor:
        # The bytes are taken as they are: what the preprocessing would do with them is in the first convolution.
        x = torch._make_per_tensor_quantized_tensor(pictures.permute(0, 3, 1, 2), 1.0, self.zero_point)
        logits: Tensor = self.network(x)
        return logits


def quantized(network: nn.Module, preprocessing: Preprocessing, pictures: Sequence[Pixels], engine: str) -> Int8Network:
    """``network`` in int8, calibrated on ``pictures``, uint8 (crop, crop, 3) each: post-training static quantization.

    Weights are scaled by channel (by qnnpack all alike), activations by the histograms of what the pictures make of
    them, and the last layer stays in floating point (B. Jacob et al.,
    "Quantization and Training of Neural Networks for Efficient Integer-Arithmetic-Only Inference", CVPR 2018; R.
    Krishnamoorthi, arXiv:1806.08342). ``network`` is changed. ``engine`` is as ``precision.int8_engine`` says it.
    Raises whatever torch raises for a network that it cannot quantize.
    """
    zero_point = _take_bytes(network, preprocessing)
    with quiet(), torch.inference_mode():
        from torch.ao.quantization import get_default_qconfig_mapping
        from torch.ao.quantization.backend_config import get_native_backend_config, get_onednn_backend_config
        from torch.ao.quantization.fx.custom_config import PrepareCustomConfig
        from torch.ao.quantization.quantize_fx import convert_fx, prepare_fx

        # oneDNN adds a block's input and applies ReLU within the convolution.
        config = get_onednn_backend_config() if engine == "onednn" else get_native_backend_config()
        bytes_in = PrepareCustomConfig().set_input_quantized_indexes([0])
        batches = [_as_floats(pictures[at : at + _BATCH], zero_point) for at in range(0, len(pictures), _BATCH)]
        # The last layer is a thousandth of the work and decides between classes: it stays in floating point.
        where = get_default_qconfig_mapping(engine)
        for kind in (nn.AdaptiveAvgPool2d, nn.Linear):
            where.set_object_type(kind, None)
        if engine == "fbgemm":  # its sums overflow where an input uses all eight bits, as the bytes of a picture do
            where.set_module_name(_stem(network)[0], None)
        torch.backends.quantized.engine = engine
        observed = prepare_fx(
            *(network, where, (batches[0],)),
            prepare_custom_config=bytes_in,
            backend_config=config,
        )
        for batch in batches:
            observed(batch)
        return Int8Network(convert_fx(observed, backend_config=config), zero_point)


def _take_bytes(network: nn.Module, preprocessing: Preprocessing) -> int:
    """Put the preprocessing into the first convolution, which takes bytes less the returned number from then on.

    The number is the byte that stands for zero, which pads the edges; with a mean for each colour that is off by a few
    grey levels in the outermost pixels.
    """
    stem = _stem(network)[1]
    mean, std = (255 * torch.tensor(values).view(1, 3, 1, 1) for values in (preprocessing.mean, preprocessing.std))
    zero_point = round(float(mean.mean()))
    with torch.no_grad():
        weight = stem.weight / std
        bias = (weight * (zero_point - mean)).sum((1, 2, 3))
        stem.bias = nn.Parameter(bias if stem.bias is None else bias + stem.bias)
        stem.weight = nn.Parameter(weight)
    return zero_point


def _stem(network: nn.Module) -> tuple[str, nn.Conv2d]:
    """The first convolution and its name."""
    return next((name, module) for name, module in network.named_modules() if isinstance(module, nn.Conv2d))


def _as_floats(pictures: Sequence[Pixels], zero_point: int) -> Tensor:
    batch = torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2).float() - zero_point
    return batch.contiguous(memory_format=torch.channels_last)


@contextmanager
def quiet() -> Iterator[None]:
    """Without the warnings that ``torch.ao.quantization`` and quantized tensors are deprecated."""
    with warnings.catch_warnings():
        for message in _DEPRECATIONS:
            for category in (DeprecationWarning, UserWarning):
                warnings.filterwarnings("ignore", message, category)
        yield
