"""Finds faces: where on a picture they are and how sure that is. Whose they are, nobody asks and nothing keeps."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from math import exp

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image
from torch import nn
from torch.jit import ScriptModule

from albumsort.cache_file import cache_folder
from albumsort.messages import gettext as _
from albumsort.records import Face
from albumsort.vision import torchscript
from albumsort.vision.face_weights import face_weights
from albumsort.vision.thumbnail import Whole
from albumsort.vision.yunet import STRIDES, trained

_LEAST = 0.6
"""Faces less sure than this are none to anyone."""
_SURE = 0.9
"""Of faces less sure than this a second look is taken (docs/people.md tells what it is worth)."""
_AROUND = 3
"""Sides of a face that the second look takes in; 2 sees as much, less surely."""
_CLOSE = 160
"""Pixels of the second look's side; at 96 most faces look like one."""
_SAME = 0.3
"""Two boxes that share so much of their area are of one face."""
_MOST = 100
"""Faces kept at most; a crowd is a crowd."""
_MULTIPLE = 32
_FARTHEST = 10.0
"""Strides, and logarithms of them, that a box may reach; none of a face comes near."""


class FaceDetector:
    """The compiled network. Several threads may use it at one time."""

    view = Whole(longest=384, least=224, interpolation="bilinear")
    """The picture in which it looks: at 256 pixels it finds fewer faces, at 480 hardly more (docs/people.md).

    Its shorter side may be no more than the network needs, for many a HEIC has a thumbnail of 320 x 240 pixels.
    """

    def __init__(self, module: ScriptModule) -> None:
        self._module = module

    @classmethod
    def load(cls, *, say: Callable[[str], None]) -> FaceDetector | None:
        """The detector, from the cache or compiled now; None where it is not installed or, which is said, broken."""
        weights = face_weights()
        if weights is None:
            return None
        path = os.path.join(cache_folder(), torchscript.file_name("faces", weights.digest))
        module = torchscript.load(path)
        if module is None:
            try:
                network = trained(weights).to(memory_format=torch.channels_last)
            except ValueError as error:
                say(_("People are not recognised: {reason}").format(reason=error))
                return None
            module = torchscript.scripted(_Bytes(network))
            with suppress(OSError):
                torchscript.store(module, path, kept=2)
        return cls(module)

    def find(self, pixels: npt.NDArray[np.uint8]) -> tuple[Face, ...]:
        """The faces on an upright picture, RGB (height, width, 3), the surest first."""
        faces = (face if face.score >= _SURE else self._again(face, pixels) for face in self._seen(pixels))
        return tuple(sorted((face for face in faces if face.score >= _LEAST), reverse=True))

    def _again(self, face: Face, pixels: npt.NDArray[np.uint8]) -> Face:
        """The face with the mean of both scores, after a second look at its surroundings, in another size, mirrored.

        What looks like a face by accident seldom does so twice.
        """
        height, width = pixels.shape[:2]
        wide, high = face.width * width, face.height * height
        side = _AROUND * max(wide, high)
        left, top = face.left * width + (wide - side) / 2, face.top * height + (high - side) / 2
        extent = (left + side, top, left, top + side)  # from right to left
        near = Image.fromarray(pixels).transform(
            (_CLOSE, _CLOSE), Image.Transform.EXTENT, extent, Image.Resampling.BILINEAR
        )
        expected = Face(face.score, 0.5 - wide / side / 2, 0.5 - high / side / 2, wide / side, high / side)
        seen = (other.score for other in self._seen(np.asarray(near)) if _overlap(expected, other) >= _SAME)
        return face._replace(score=(face.score + max(seen, default=0.0)) / 2)

    def _seen(self, pixels: npt.NDArray[np.uint8]) -> tuple[Face, ...]:
        """What looks like a face at first sight."""
        height, width = pixels.shape[:2]
        padded = np.zeros((-(-height // _MULTIPLE) * _MULTIPLE, -(-width // _MULTIPLE) * _MULTIPLE, 3), np.uint8)
        padded[:height, :width] = pixels
        with torch.inference_mode():
            levels = self._module(torch.from_numpy(padded))
        found: list[Face] = []
        for stride, (scores, boxes) in zip(STRIDES, levels, strict=True):
            found += _faces(scores[0, 0].numpy(), boxes[0].numpy(), stride, width, height)
        return _apart(found)


class _Bytes(nn.Module):
    """The network for one RGB picture of bytes, (height, width, 3)."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, picture: torch.Tensor) -> list[tuple[torch.Tensor, torch.Tensor]]:
        x = picture.to(torch.float32).permute(2, 0, 1).unsqueeze(0)
        result: list[tuple[torch.Tensor, torch.Tensor]] = self.network(x)
        return result


def _faces(
    scores: npt.NDArray[np.float32], boxes: npt.NDArray[np.float32], stride: int, width: int, height: int
) -> list[Face]:
    """Every place of one level that may be a face's, with scores (rows, columns) and boxes (4, rows, columns)."""
    faces = []
    for row, column in np.argwhere(scores >= _LEAST).tolist():
        right, down, log_width, log_height = np.clip(boxes[:, row, column], -_FARTHEST, _FARTHEST).tolist()
        wide, high = stride * exp(log_width), stride * exp(log_height)
        left, top = (column + right) * stride - wide / 2, (row + down) * stride - high / 2
        faces.append(Face(float(scores[row, column]), left / width, top / height, wide / width, high / height))
    return faces


def _apart(faces: list[Face]) -> tuple[Face, ...]:
    """Of boxes that overlap, the surest."""
    kept: list[Face] = []
    for face in sorted(faces, reverse=True):
        if len(kept) < _MOST and all(_overlap(face, other) < _SAME for other in kept):
            kept.append(face)
    return tuple(kept)


def _overlap(one: Face, other: Face) -> float:
    """The common area of two boxes as a share 0..1 of what both take."""
    width = min(one.left + one.width, other.left + other.width) - max(one.left, other.left)
    height = min(one.top + one.height, other.top + other.height) - max(one.top, other.top)
    common = max(width, 0.0) * max(height, 0.0)
    return common / (one.share + other.share - common)
