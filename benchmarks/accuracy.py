"""How often the right album is found, which rule finds it, and how far its confidence can be believed.

    python benchmarks/accuracy.py PHOTOS [--model NAME] [--weights FILE] [--labels TABLE] [--precision fp32]

PHOTOS holds photographs named NNN_anything.JPEG, where NNN is the ImageNet class (0 to 999) that each shows. The table
says what album a photo belongs to: that of its true class.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from albumsort.labels.parse import load_table
from albumsort.labels.table import LabelTable
from albumsort.library.read import open_photo
from albumsort.vision.compile import compiled
from albumsort.vision.decode import small_picture
from albumsort.vision.networks import WantedPrecision
from albumsort.vision.precision import floating
from albumsort.vision.weights import Weights, choose_weights

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

BINS = 10
"""Equal bins of confidence for the expected calibration error (Guo et al. 2017, section 2)."""
FOLDS = 5
BATCH = 50


@dataclass(frozen=True)
class Run:
    """What a model says of n photos: ``logits`` (n, 1000) up to a constant a row, ``truth`` (n,) classes."""

    logits: Floats
    truth: Ints


def main() -> None:
    parser = arguments(__doc__)
    parser.add_argument("--precision", choices=["auto", "fp32", "bf16"], default="fp32")
    args = parser.parse_args()
    table = load_table(args.labels)
    weights = choose_weights(args.model, args.weights, say=print)
    run = recognise(args.photos, weights, args.precision)
    owner = np.array([keys(table).index(table.category_of(index).key) for index in range(1000)])
    truth = owner[run.truth]

    print(f"{weights.key}, {len(truth)} photos")
    print_top(run)
    for temperature in (1.0, weights.network.temperature):
        print_rules(softmax(run.logits / temperature), owner, truth, temperature)
    print_calibration(run, owner, truth)
    shares = sums(softmax(run.logits / weights.network.temperature), owner)
    print_thresholds(shares, truth)
    print_categories(table, shares, truth)


def recognise(folder: Path, weights: Weights, precision: WantedPrecision) -> Run:
    """Decode and recognise as a scan does."""
    files = labelled(folder)
    module = compiled(weights, floating(precision, say=print))

    def decode(file: Path) -> npt.NDArray[np.uint8]:
        with open_photo(str(file)) as photo:
            return small_picture(photo.stream, photo.format, weights.preprocessing)

    import torch

    rows = []
    with ThreadPoolExecutor() as pool, torch.inference_mode():
        for start in range(0, len(files), BATCH):
            pictures = np.stack(list(pool.map(decode, files[start : start + BATCH])))
            rows.append(module(torch.from_numpy(pictures)).numpy().astype(np.float64))
    probabilities = np.concatenate(rows)
    logits = np.log(np.maximum(probabilities, 1e-30)) * weights.network.temperature
    return Run(logits, np.array([int(file.name[:3]) for file in files]))


def arguments(description: str | None) -> argparse.ArgumentParser:
    """Those of every benchmark that recognises labelled photos: which, by what, and what album each belongs to."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("photos", type=Path)
    parser.add_argument("--model")
    parser.add_argument("--weights")
    parser.add_argument("--labels")
    return parser


def labelled(folder: Path) -> list[Path]:
    """The photos whose names begin with a class."""
    return sorted(file for file in folder.iterdir() if re.match(r"\d{3}_", file.name))


def keys(table: LabelTable) -> list[str]:
    return [category.key for category in table.categories]


def softmax(logits: Floats) -> Floats:
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    result: Floats = powers / powers.sum(axis=1, keepdims=True)
    return result


def sums(probabilities: Floats, owner: Ints) -> Floats:
    """(n, 1000) class probabilities to (n, categories), summed."""
    member: Floats = (owner[:, None] == np.arange(owner.max() + 1)).astype(np.float64)
    result: Floats = probabilities @ member
    return result


def print_top(run: Run) -> None:
    order = np.argsort(-run.logits, axis=1, kind="stable")  # bfloat16 gives ties
    top1, top5 = ((order[:, :k] == run.truth[:, None]).any(axis=1).mean() for k in (1, 5))
    print(f"classes: top-1 {top1:.1%}, top-5 {top5:.1%}")


def print_rules(probabilities: Floats, owner: Ints, truth: Ints, temperature: float) -> None:
    likeliest = np.full((len(truth), owner.max() + 1), -1.0)
    for category in range(owner.max() + 1):
        likeliest[:, category] = probabilities[:, owner == category].max(axis=1)
    rules = {
        "sum": sums(probabilities, owner),
        "sum of squares": sums(probabilities**2, owner),
        "likeliest class": likeliest,
    }
    print(f"\nat temperature {temperature}  right album   within three")
    for name, shares in rules.items():
        order = np.argsort(-shares, axis=1)
        first, three = ((order[:, :k] == truth[:, None]).any(axis=1).mean() for k in (1, 3))
        print(f"{name:<18} {first:>11.1%} {three:>14.1%}")


def print_calibration(run: Run, owner: Ints, truth: Ints) -> None:
    """Fit the temperature that makes the true album likeliest (Guo et al. 2017), judged on photos held out."""
    folds = np.random.default_rng(0).permutation(len(truth)) % FOLDS
    confidence, right = np.zeros(len(truth)), np.zeros(len(truth), dtype=bool)
    fitted = []
    for fold in range(FOLDS):
        held = folds == fold
        fitted.append(fit(run.logits[~held], owner, truth[~held]))
        shares = sums(softmax(run.logits[held] / fitted[-1]), owner)
        confidence[held], right[held] = shares.max(axis=1), shares.argmax(axis=1) == truth[held]
    plain = sums(softmax(run.logits), owner)
    before = calibration_error(plain.max(axis=1), plain.argmax(axis=1) == truth)
    after = calibration_error(confidence, right)
    temperature = fit(run.logits, owner, truth)
    values = ", ".join(f"{value:.2f}" for value in fitted)
    print(f"\ntemperature by {FOLDS} folds: {values}; on all photos {temperature:.2f}")
    print(f"expected calibration error, {BINS} equal bins: {before:.3f} at temperature 1, {after:.3f} held out")
    print("confidence   photos   mean confidence   right")
    for low in np.arange(BINS) / BINS:
        inside = (confidence >= low) & (confidence < low + 1 / BINS + (low > 0.85))
        if inside.any():
            mean, share = confidence[inside].mean(), right[inside].mean()
            print(f"{low:.1f} to {low + 0.1:.1f}  {inside.sum():>7} {mean:>17.2f} {share:>7.1%}")


def fit(logits: Floats, owner: Ints, truth: Ints) -> float:
    def loss(temperature: float) -> float:
        shares = sums(softmax(logits / temperature), owner)
        return float(-np.log(np.maximum(shares[np.arange(len(truth)), truth], 1e-12)).mean())

    candidates: list[float] = np.arange(0.5, 2.5, 0.01).tolist()
    return min(candidates, key=loss)


def calibration_error(confidence: Floats, right: npt.NDArray[np.bool_]) -> float:
    bins = np.minimum((confidence * BINS).astype(int), BINS - 1)
    inside = [bins == index for index in range(BINS) if (bins == index).any()]
    return float(sum(part.mean() * abs(confidence[part].mean() - right[part].mean()) for part in inside))


def print_thresholds(shares: Floats, truth: Ints) -> None:
    confidence, right = shares.max(axis=1), shares.argmax(axis=1) == truth
    print("\nthreshold   unsorted   right of the rest")
    for threshold in np.arange(0.30, 0.61, 0.02):
        sure = confidence >= threshold
        print(f"{threshold:>9.2f} {1 - sure.mean():>10.1%} {right[sure].mean():>19.1%}")


def print_categories(table: LabelTable, shares: Floats, truth: Ints) -> None:
    sure = (
        shares.max(axis=1)
        >= np.array([table.threshold_of(category) for category in table.categories])[shares.argmax(axis=1)]
    )
    right = shares.argmax(axis=1) == truth
    print(f"\nwith the table's thresholds: {1 - sure.mean():.1%} unsorted, {right[sure].mean():.1%} of the rest right")
    print("album                    photos   right   unsorted   taken for")
    for index, category in enumerate(table.categories):
        mine = truth == index
        if mine.any():
            wrong: Sequence[int] = shares.argmax(axis=1)[mine & ~right].tolist()
            taken = ", ".join(
                f"{table.categories[key].key} {wrong.count(key)}"
                for key in sorted(set(wrong), key=wrong.count, reverse=True)[:3]
            )
            print(
                f"{category.key:<24} {mine.sum():>6} {right[mine].mean():>7.1%} {(~sure[mine]).mean():>10.1%}   {taken}"
            )


if __name__ == "__main__":
    main()
