"""Pictures for tests of decoding, and what they should become."""

from __future__ import annotations

import io
import os
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from albumsort.library.formats import sniff
from albumsort.vision.decode import Pixels, small_picture
from albumsort.vision.networks import Preprocessing

skimage = pytest.importorskip("skimage")
PLAIN = Preprocessing()


def photo(name: str = "chelsea.png") -> Image.Image:
    with Image.open(os.path.join(skimage.data_dir, name)) as picture:
        rgb: Image.Image = picture.convert("RGB")
        return rgb


def saved(picture: Image.Image, kind: str, **options: Any) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, kind, **options)
    return stream.getvalue()


def small(data: bytes, preprocessing: Preprocessing = PLAIN) -> Pixels:
    return small_picture(io.BytesIO(data), sniff(data[:512]), preprocessing)


def textbook(picture: Image.Image, preprocessing: Preprocessing = PLAIN) -> Pixels:
    """What torchvision's Resize and CenterCrop make of a picture."""
    transforms = pytest.importorskip("torchvision.transforms")
    mode = transforms.InterpolationMode(preprocessing.interpolation)
    steps = [transforms.Resize(preprocessing.resize, mode), transforms.CenterCrop(preprocessing.crop)]
    return np.asarray(transforms.Compose(steps)(picture))


def difference(one: npt.NDArray[Any], other: npt.NDArray[Any]) -> float:
    """Mean absolute difference in grey levels."""
    return float(np.abs(one.astype(float) - other).mean())
