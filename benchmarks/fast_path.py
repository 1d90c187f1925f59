"""What decoding small and lower precision cost in accuracy: a scan's way against the textbook's, on the same photos.

    python benchmarks/fast_path.py PHOTOS --weights FILE [--enlarge N]

PHOTOS holds photographs named NNN_anything.JPEG, where NNN is the ImageNet class. The textbook decodes each as a whole,
scales it with torchvision (antialiased) and asks the network in fp32. A category is that of the shipped table,
"unsorted" being one as well. int8 is calibrated on 64 of the photos, spread over them, and judged on the others too.
With --enlarge, N of the photos are enlarged to 12 megapixels first, so that there is something to decode small.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image
from torchvision import transforms

from albumsort.labels.parse import load_table
from albumsort.library.read import open_photo
from albumsort.pipeline.calibrate import spread
from albumsort.vision.classify import Classifier
from albumsort.vision.compile import calibrated, compiled
from albumsort.vision.decode import small_picture
from albumsort.vision.precision import int8_engine
from albumsort.vision.quantize import ENOUGH
from albumsort.vision.weights import Weights, choose_weights

Pictures = npt.NDArray[np.uint8]
BATCH = 50
LONG_SIDE = 4032


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("photos", type=Path)
    parser.add_argument("--weights", required=True)
    parser.add_argument("--enlarge", type=int, default=0, metavar="N")
    args = parser.parse_args()
    files = sorted(args.photos.glob("[0-9][0-9][0-9]_*"))
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor() as pool:
        if args.enlarge:
            files = list(pool.map(partial(enlarged, Path(folder)), spread(files, args.enlarge)))
        compare(files, choose_weights(None, args.weights, say=print), pool)


def enlarged(folder: Path, file: Path) -> Path:
    with Image.open(file) as image:
        scale = LONG_SIDE / max(image.size)
        large = image.convert("RGB").resize(
            (round(image.width * scale), round(image.height * scale)), Image.Resampling.BICUBIC
        )
    path = folder / f"{file.stem}.jpg"
    large.save(path, quality=90)
    return path


def compare(files: Sequence[Path], weights: Weights, pool: ThreadPoolExecutor) -> None:
    truth = np.array([int(file.name[:3]) for file in files])
    whole = np.stack(list(pool.map(partial(textbook, weights), files)))
    small = np.stack(list(pool.map(partial(fast, weights), files)))
    chosen = spread(list(small), ENOUGH)
    exact = Classifier(compiled(weights, "fp32"), "fp32")
    ways = {
        "textbook, fp32": (whole, exact),
        "scan, fp32": (small, exact),
        "scan, bf16": (small, Classifier(compiled(weights, "bf16"), "bf16")),
    }
    if engine := int8_engine(weights.network):
        ways["scan, int8"] = (small, Classifier(calibrated(weights, chosen, engine), "int8"))
    print(f"{len(files)} photos      top-1   top-5   same category as the textbook's")
    expected: list[str] = []
    for name, (pictures, classifier) in ways.items():
        classes, categories = recognised(pictures, classifier)
        first, five = ((classes[:, :count] == truth[:, None]).any(axis=1).mean() for count in (1, 5))
        expected = expected or categories
        same = np.mean([one == other for one, other in zip(categories, expected, strict=True)])
        print(f"{name:<15} {first:>7.1%} {five:>7.1%} {same:>7.1%}")


def textbook(weights: Weights, file: Path) -> Pictures:
    preprocessing = weights.preprocessing
    mode = getattr(transforms.InterpolationMode, preprocessing.interpolation.upper())
    prepare: Callable[[Image.Image], Image.Image] = transforms.Compose(
        [transforms.Resize(preprocessing.resize, mode, antialias=True), transforms.CenterCrop(preprocessing.crop)]
    )
    with Image.open(file) as image:
        return np.asarray(prepare(image.convert("RGB")))


def fast(weights: Weights, file: Path) -> Pictures:
    with open_photo(str(file)) as photo:
        return small_picture(photo.stream, photo.format, weights.preprocessing)


def recognised(pictures: Pictures, classifier: Classifier) -> tuple[npt.NDArray[np.int64], list[str]]:
    """The likeliest five classes of each picture, and its category."""
    table = load_table(None)
    rows, categories = [], []
    for at in range(0, len(pictures), BATCH):
        probabilities = classifier.probabilities(pictures[at : at + BATCH])
        # Stable, for bfloat16 gives ties.
        rows.append(torch.sort(probabilities, dim=1, descending=True, stable=True).indices[:, :5].numpy())
        categories += [table.categorize(one).category for one in classifier.classify(pictures[at : at + BATCH])]
    return np.concatenate(rows), categories


if __name__ == "__main__":
    main()
