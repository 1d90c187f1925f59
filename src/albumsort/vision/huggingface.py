"""A ResNet-18 in the layout of the Hugging Face hub (``microsoft/resnet-18``): a folder, its own names of tensors.

The names are those of ``transformers.ResNetForImageClassification``; the settings those of its image processor.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable
from typing import Any

from albumsort.errors import AlbumsortError
from albumsort.messages import gettext as _
from albumsort.vision.networks import Interpolation, Preprocessing

_WEIGHT_FILES = ("model.safetensors", "pytorch_model.bin")
_PROCESSOR = "preprocessor_config.json"
_INTERPOLATIONS: dict[int, Interpolation] = {2: "bilinear", 3: "bicubic"}  # PIL.Image.Resampling's numbers
_CROP_SHARE = 0.875
_MARK = "resnet.embedder.embedder.convolution.weight"
_PART = {"convolution": "conv", "normalization": "bn"}


def weight_file(folder: str) -> str:
    """The file of tensors in ``folder``; raises AlbumsortError where there is none."""
    for name in _WEIGHT_FILES:
        path = os.path.join(folder, name)
        if os.path.isfile(path):
            return path
    raise AlbumsortError(
        _(
            "{folder}: not a Hugging Face model folder, it has no {files}; name a weights file, or a "
            "folder such as a copy of microsoft/resnet-18"
        ).format(folder=folder, files=_(" or ").join(_WEIGHT_FILES))
    )


def processor_file(folder: str) -> str | None:
    """The image processor's settings in ``folder``, or None: those of the network hold then."""
    path = os.path.join(folder, _PROCESSOR)
    return path if os.path.isfile(path) else None


def read_processor(path: str, default: Preprocessing) -> Preprocessing:
    """How the image processor of a folder prepares pictures; what its file leaves out is as in ``default``.

    ``size`` is the side that the network sees; pictures are scaled to ``size / crop_pct`` first. Raises AlbumsortError.
    """
    try:
        with open(path, encoding="utf-8") as file:
            settings = json.load(file)
        size = settings.get("size", default.crop)
        if isinstance(size, dict):
            size = size["shortest_edge"] if "shortest_edge" in size else size["height"]
        return _checked(
            Preprocessing(
                resize=round(size / (settings.get("crop_pct") or _CROP_SHARE)),
                crop=int(size),
                interpolation=_INTERPOLATIONS[settings.get("resample", 2)],
                mean=_triple(settings.get("image_mean", default.mean)),
                std=_triple(settings.get("image_std", default.std)),
            )
        )
    except (OSError, ValueError, TypeError, KeyError, AttributeError, ArithmeticError) as error:
        raise AlbumsortError(
            _(
                "{path}: not the settings of an image processor that albumsort knows ({kind}: {reason}); "
                "download the folder again"
            ).format(path=path, kind=type(error).__name__, reason=error)
        ) from error


def _triple(values: Any) -> tuple[float, float, float]:
    red, green, blue = (float(value) for value in values)
    return red, green, blue


def _checked(preprocessing: Preprocessing) -> Preprocessing:
    if not 32 <= preprocessing.crop <= preprocessing.resize <= 1024:
        raise ValueError(f"crop {preprocessing.crop} of {preprocessing.resize} pixels")
    if min(preprocessing.std) <= 0:
        raise ValueError(f"image_std {preprocessing.std}")
    return preprocessing


def is_named_so(keys: Iterable[str]) -> bool:
    """Whether tensors have the hub's names."""
    return _MARK in keys


def torchvision_name(key: str) -> str:
    """The name in torchvision's ResNet of a tensor of the hub's; any other name comes back unchanged."""
    if found := re.fullmatch(r"resnet\.embedder\.embedder\.(convolution|normalization)\.(\w+)", key):
        part, rest = found.groups()
        return f"{_PART[part]}1.{rest}"
    if found := re.fullmatch(
        r"resnet\.encoder\.stages\.(\d)\.layers\.(\d+)\.layer\.(\d)\.(convolution|normalization)\.(\w+)", key
    ):
        stage, block, layer, part, rest = found.groups()
        return f"layer{int(stage) + 1}.{block}.{_PART[part]}{int(layer) + 1}.{rest}"
    if found := re.fullmatch(
        r"resnet\.encoder\.stages\.(\d)\.layers\.(\d+)\.shortcut\.(convolution|normalization)\.(\w+)", key
    ):
        stage, block, part, rest = found.groups()
        return f"layer{int(stage) + 1}.{block}.downsample.{0 if part == 'convolution' else 1}.{rest}"
    return re.sub(r"^classifier\.1\.", "fc.", key)
