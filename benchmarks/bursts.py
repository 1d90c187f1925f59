"""How often the frames of a burst land in the right album, each alone and with the support of the others.

    python benchmarks/bursts.py PHOTOS [--model NAME] [--weights FILE] [--labels TABLE]

PHOTOS holds photographs named NNN_anything.JPEG, where NNN is the ImageNet class (0 to 999) that each shows. Bursts of
five are made from each, recognised as in a scan. The table says what album a photo belongs to: that of its true class.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from accuracy import arguments, labelled
from PIL import Image, ImageFilter

from albumsort.labels import support
from albumsort.labels.parse import load_table
from albumsort.labels.support import supported
from albumsort.labels.table import LabelTable
from albumsort.records import UNSORTED, Prediction
from albumsort.vision.classify import Classifier
from albumsort.vision.decode import small_picture
from albumsort.vision.exposure import linear_light, srgb
from albumsort.vision.weights import Weights, choose_weights

FRAMES = 5
AT_ONCE = 20
"""Photos whose frames are held in memory at a time."""
ROUNDS = 3
"""How often the photos are shuffled where those of a burst show different things."""


def dark(photo: Image.Image) -> Image.Image:
    """A sixteenth of the light, as of an exposure four stops too short."""
    light = srgb(linear_light(np.arange(256) / 255) / 16)
    return photo.point([round(value * 255) for value in light.tolist()] * 3)


def blurred(photo: Image.Image) -> Image.Image:
    """Out of focus by a Gaussian whose sigma is an 80th of the short side."""
    return photo.filter(ImageFilter.GaussianBlur(min(photo.size) / 80))


def small(photo: Image.Image) -> Image.Image:
    """160 pixels on the short side."""
    share = 160 / min(photo.size)
    size = max(1, round(photo.width * share)), max(1, round(photo.height * share))
    return photo.resize(size, Image.Resampling.BICUBIC)


# What is done to a frame, and the quality of its JPEG.
KINDS: Mapping[str, tuple[Callable[[Image.Image], Image.Image], int]] = {
    "clean": (lambda photo: photo, 90),
    "dark": (dark, 75),
    "blurred": (blurred, 75),
    "small": (small, 15),
    "mixed": (lambda photo: small(blurred(dark(photo))), 40),
}


class Shown(NamedTuple):
    """One frame of a burst: the category that is right, what was seen, and the kind of frame."""

    truth: str
    seen: Prediction
    kind: str


Burst = list[Shown]


def main() -> None:
    args = arguments(__doc__).parse_args()
    table = load_table(args.labels)
    weights = choose_weights(args.model, args.weights, say=print)
    classes, seen = recognise(args.photos, weights)
    print(f"{weights.key}, {len(classes)} photos")
    print_all(table, [table.category_of(index).key for index in classes], seen)


def print_all(table: LabelTable, truth: Sequence[str], seen: Mapping[str, Sequence[Prediction]]) -> None:
    photos = range(len(truth))
    print("\nright, unsorted, wrong                     alone                     with support")
    for name, bursts in scenarios(truth, seen, photos).items():
        alone, together = (outcomes(table, bursts, with_support=on) for on in (False, True))
        for kind in alone if len(alone) > 2 else ["all"]:
            print(f"{name + ', ' + kind:<40} {in_percent(alone[kind])}   {in_percent(together[kind])}")
    print("\nby halves of the photos: right of one good frame and four bad ones, right of five different photos")
    print("overlap  surer   " + "".join(f"{half:<20}" for half in ("even", "odd")))
    kept = support.OVERLAP, support.SURER
    for overlap in (0.05, 0.1, 0.15, 0.2, 0.3):
        for surer in (1.0, 1.25, 1.5, 2.0):
            support.OVERLAP, support.SURER = overlap, surer
            cells = []
            for half in (photos[::2], photos[1::2]):
                found = scenarios(truth, seen, half)
                for name in ("one good of five", "five different"):
                    counts = outcomes(table, found[name], with_support=True)["all"]
                    cells.append(f"{counts['right'] / max(counts.total(), 1):>8.1%}")
            print(f"{overlap:>7} {surer:>6} " + "".join(cells[:2]) + "    " + "".join(cells[2:]))
    support.OVERLAP, support.SURER = kept


def scenarios(
    truth: Sequence[str], seen: Mapping[str, Sequence[Prediction]], photos: Sequence[int]
) -> dict[str, list[Burst]]:
    """Bursts of these photos by what happens in them."""
    names = [f"{kind} {number}" for number, kind in enumerate(KINDS)]

    def shown(photo: int, name: str) -> Shown:
        return Shown(truth[photo], seen[name][photo], name.partition(" ")[0])

    draw = random.Random(0)  # noqa: S311
    fives = list(strangers(truth, photos, FRAMES, draw))
    turned = ("clean 0", "blurred 2"), ("clean 1", "dark 1", "small 3")
    return {
        "one good of five": [[shown(photo, name) for name in names] for photo in photos],
        "five good": [[shown(photo, f"clean {number}") for number in range(FRAMES)] for photo in photos],
        "five different": [[shown(photo, "clean 0") for photo in five] for five in fives],
        "five different, one good": [
            [shown(photo, name) for photo, name in zip(five, names, strict=True)] for five in fives
        ],
        "camera turned": [
            [shown(photo, name) for photo, frames in zip(two, turned, strict=True) for name in frames]
            for two in strangers(truth, photos, 2, draw)
        ],
    }


def strangers(truth: Sequence[str], photos: Iterable[int], count: int, draw: random.Random) -> Iterator[list[int]]:
    """So many photos of as many categories at a time, each photo once in each round."""
    for _round in range(ROUNDS):
        left = list(photos)
        draw.shuffle(left)
        while left:
            group: list[int] = []
            for photo in reversed(left):
                if len(group) < count and truth[photo] not in {truth[other] for other in group}:
                    group.append(photo)
            if len(group) < count:  # those that are left are of fewer categories
                break
            left = [photo for photo in left if photo not in group]
            yield group


def outcomes(table: LabelTable, bursts: Iterable[Burst], *, with_support: bool) -> dict[str, Counter[str]]:
    """How many frames were right, unsorted and wrong, by their kind and in all."""
    counts: dict[str, Counter[str]] = {}
    for burst in bursts:
        seen = [frame.seen for frame in burst]
        for frame, now in zip(burst, supported(seen, table) if with_support else seen, strict=True):
            category = table.categorize(now).category
            outcome = "right" if category == frame.truth else "unsorted" if category == UNSORTED else "wrong"
            counts.setdefault(frame.kind, Counter())[outcome] += 1
    return counts | {"all": sum(counts.values(), Counter())}


def in_percent(counts: Counter[str]) -> str:
    return " ".join(f"{counts[outcome] / max(counts.total(), 1):>8.1%}" for outcome in ("right", "unsorted", "wrong"))


def recognise(folder: Path, weights: Weights) -> tuple[list[int], dict[str, list[Prediction]]]:
    """The classes of the photos, and what is seen in their frames, by "clean 0" to "clean 4", "dark 1" and so on.

    The number is that of the frame, each of which is moved a little another way.
    """
    files = labelled(folder)
    names = [*(f"clean {number}" for number in range(FRAMES))]
    names += [f"{kind} {number}" for number, kind in enumerate(KINDS) if number]
    classifier = Classifier.floating(weights, "fp32", say=print)

    def frames(file: Path) -> list[npt.NDArray[np.uint8]]:
        with Image.open(file) as opened:
            photo = opened.convert("RGB")
        pictures = []
        for name in names:
            kind, number = name.split()
            degrade, quality = KINDS[kind]
            stream = BytesIO()
            degrade(moved(photo, int(number))).save(stream, "JPEG", quality=quality)
            stream.seek(0)
            pictures.append(small_picture(stream, "jpeg", weights.preprocessing))
        return pictures

    found: dict[str, list[Prediction]] = {name: [] for name in names}
    with ThreadPoolExecutor() as pool:
        for start in range(0, len(files), AT_ONCE):
            for pictures in pool.map(frames, files[start : start + AT_ONCE]):
                for name, prediction in zip(names, classifier.classify(pictures), strict=True):
                    found[name].append(prediction)
    return [int(file.name[:3]) for file in files], found


def moved(photo: Image.Image, number: int) -> Image.Image:
    """The photo without up to 4 % at two edges, by the number of the frame: the hand moved between two of them."""
    left, top = (0.0, 0.01 * number) if number % 2 else (0.01 * number, 0.0)
    right, bottom = 0.04 - left, 0.04 - top
    width, height = photo.size
    box = left * width, top * height, (1 - right) * width, (1 - bottom) * height
    return photo.crop((round(box[0]), round(box[1]), round(box[2]), round(box[3])))


if __name__ == "__main__":
    main()
