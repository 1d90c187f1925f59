"""How well dark, blurred and small photos are recognised, with and without what is done for them.

    python benchmarks/degraded.py PHOTOS [--model NAME] [--weights FILE] [--labels TABLE] [--only KIND ...]

PHOTOS holds photographs named NNN_anything.JPEG, where NNN is the ImageNet class (0 to 999) that each shows. Degraded
ones are made of them in memory, encoded as JPEG, and decoded and recognised as in a scan; "off" is as they are.
A kind is "clean", "dark" with what linear light is divided by, "blurred" with what the shorter side is divided by for
the sigma of a Gaussian, or "small": 160 pixels on the shorter side and much compressed.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from accuracy import BATCH, Ints, arguments, keys, labelled, sums
from PIL import Image, ImageFilter

from albumsort.labels.flaws import flaws
from albumsort.labels.parse import load_table
from albumsort.labels.table import LabelTable
from albumsort.vision.compile import compiled
from albumsort.vision.decode import small_picture
from albumsort.vision.exposure import brightened, linear_light, srgb
from albumsort.vision.networks import Preprocessing
from albumsort.vision.quality import measure
from albumsort.vision.sharpen import sharpened
from albumsort.vision.weights import choose_weights

Pixels = npt.NDArray[np.uint8]

KINDS = (
    *("clean", "dark2", "dark4", "dark8", "dark16", "dark32", "dark64"),
    *("blurred320", "blurred160", "blurred80", "blurred40", "blurred20", "small"),
)
DARK_QUALITY, BLURRED_QUALITY, SMALL_QUALITY = 75, 90, 15
"""Of the JPEGs, as Pillow counts."""
SMALL_SIDE = 160
"""Pixels of the shorter side."""


def main() -> None:
    parser = arguments(__doc__)
    parser.add_argument("--only", nargs="+", choices=KINDS, default=KINDS, metavar="KIND")
    args = parser.parse_args()
    table = load_table(args.labels)
    weights = choose_weights(args.model, args.weights, say=print)
    module = compiled(weights, "fp32")
    files = labelled(args.photos)
    truth = np.array([int(file.name[:3]) for file in files])
    print(f"{weights.key}, {len(files)} photos; top-1 and right category before the threshold")
    print("kind          improved    top-1  category  unsorted    dark  blurred  blank")
    for kind in args.only:
        with ThreadPoolExecutor() as pool:
            pictures = list(pool.map(partial(degraded, kind=kind, preprocessing=weights.preprocessing), files))
        qualities = [measure(picture) for picture in pictures]
        found = [flaws(quality) for quality in qualities]
        shares = [f"{sum(flaw in one for one in found) / len(found):8.1%}" for flaw in ("dark", "blurred", "blank")]
        brighter = [
            sharpened(brightened(picture), quality.sharpness)
            for picture, quality in zip(pictures, qualities, strict=True)
        ]
        changed = sum(one is not other for one, other in zip(pictures, brighter, strict=True))
        before = np.concatenate(list(probabilities(module, pictures)))
        print(f"{kind:<11} {'off':>10} {figures(before, table, truth)} {' '.join(shares)}", flush=True)
        after = np.concatenate(list(probabilities(module, brighter))) if changed else before
        print(f"{kind:<11} {changed / len(files):>10.1%} {figures(after, table, truth)}", flush=True)


def degraded(file: Path, kind: str, preprocessing: Preprocessing) -> Pixels:
    """A photo made worse, as the network would see it."""
    data = file.read_bytes()
    if kind != "clean":
        with Image.open(io.BytesIO(data)) as picture:
            worse, quality = _worse(picture.convert("RGB"), kind)
        stream = io.BytesIO()
        worse.save(stream, "JPEG", quality=quality)
        data = stream.getvalue()
    return small_picture(io.BytesIO(data), "jpeg", preprocessing)


def _worse(picture: Image.Image, kind: str) -> tuple[Image.Image, int]:
    """The picture made worse, and the quality that its JPEG is to have."""
    side = min(picture.size)
    if kind == "small":
        width, height = (round(length * SMALL_SIDE / side) for length in picture.size)
        return picture.resize((width, height), Image.Resampling.LANCZOS), SMALL_QUALITY
    name, number = kind.rstrip("0123456789"), int(kind.lstrip("abcdefghijklmnopqrstuvwxyz"))
    if name == "blurred":
        return picture.filter(ImageFilter.GaussianBlur(side / number)), BLURRED_QUALITY
    levels = np.round(255 * srgb(linear_light(np.arange(256) / 255) / number)).astype(np.uint8)
    return Image.fromarray(levels[np.asarray(picture)]), DARK_QUALITY


def probabilities(module: torch.jit.ScriptModule, pictures: Sequence[Pixels]) -> Iterator[npt.NDArray[np.float64]]:
    with torch.inference_mode():
        for start in range(0, len(pictures), BATCH):
            batch = torch.from_numpy(np.stack(pictures[start : start + BATCH]))
            yield module(batch).numpy().astype(np.float64)


def figures(likely: npt.NDArray[np.float64], table: LabelTable, truth: Ints) -> str:
    """Top-1, right category and share left unsorted, as a scan with this table would have it."""
    owner = np.array([keys(table).index(table.category_of(index).key) for index in range(1000)])
    shares = sums(likely, owner)
    taken = shares.argmax(axis=1)
    thresholds = np.array([table.threshold_of(category) for category in table.categories])
    top1, right = (likely.argmax(axis=1) == truth).mean(), (taken == owner[truth]).mean()
    unsorted = (shares.max(axis=1) < thresholds[taken]).mean()
    return f"{top1:>8.1%} {right:>9.1%} {unsorted:>9.1%}"


if __name__ == "__main__":
    main()
