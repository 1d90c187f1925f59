"""A first scan against the usual script and against decoding alone, all in one run.

    python benchmarks/cold_scan.py LIBRARY --weights FILE [--few 300] [--rounds 3] [--precision auto]

LIBRARY holds a thousand photos or more. The usual script decodes each with Pillow, prepares it with torchvision and
asks an eager ResNet-18, one at a time; its start-up is left out. Decoding alone is Pillow decoding each JPEG at the
same small scale, with all processors and nothing else. albumsort's own decoding, with EXIF, with previews where there
are any, without the rows that are cut away, is given as well. albumsort is timed as a command on a few and on all of
the photos, each time with a new state; the slope between the two is the time of a photo, the rest is start-up. Where
it calibrates int8 it does so once, before; what that took is printed. The files are in memory: this is about the
processor, not the disk.
"""

# ruff: noqa: S603  what is run is this project's own command

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO

from albumsort.library.read import open_photo
from albumsort.library.walk import Found, walk
from albumsort.pipeline.calibrate import spread
from albumsort.vision.networks import Preprocessing

USUAL_PHOTOS = 60
ALBUMSORT = str(Path(sys.executable).with_name("albumsort"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("library", type=Path)
    parser.add_argument("--weights", required=True)
    parser.add_argument("--few", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--precision", default="auto")
    parser.add_argument("--part", choices=["usual", "draft", "own"], help=argparse.SUPPRESS)
    args = parser.parse_args()
    photos = pictures(args.library)
    if args.part:
        if args.part == "usual":
            print(usual_script(photos, args.weights))
        else:
            print(decoding_alone(photos, draft if args.part == "draft" else own))
        return
    with tempfile.TemporaryDirectory(dir=args.library.resolve().parent, prefix="cold-scan-") as folder:
        compare(photos, Path(folder), args)


def pictures(library: Path) -> list[str]:
    """The JPEG files, as a walk finds them."""
    found = (entry for entries in walk([str(library)], is_own_folder=lambda _: False) for entry in entries)
    return [
        entry.path for entry in found if isinstance(entry, Found) and entry.path.lower().endswith((".jpg", ".jpeg"))
    ]


def compare(photos: Sequence[str], folder: Path, args: argparse.Namespace) -> None:
    few = sub_library(spread(photos, args.few), folder / "few")
    many = sub_library(photos, folder / "many")
    calibrated = calibrate(many, folder / "calibrated", args)
    usual, alone, own_alone, slopes, starts = [], [], [], [], []
    for _ in range(args.rounds):
        usual.append(part("usual", many, args))
        alone.append(part("draft", many, args))
        own_alone.append(part("own", many, args))
        short, long = (scan(library, folder / "state", calibrated, args) for library in (few, many))
        slopes.append((long - short) / (len(photos) - args.few))
        starts.append(short - slopes[-1] * args.few)
    print(f"{len(photos)} photos, {os.cpu_count()} processors, {args.rounds} rounds; medians and ranges")
    show("the usual script", usual)
    show("decoding alone", alone)
    show("its own decoding", own_alone)
    show("albumsort", slopes)
    print(f"albumsort, start-up: {statistics.median(starts):.1f} s")
    show_ratio("times as quick as the usual script", usual, slopes)
    show_ratio("of the speed of decoding alone", alone, slopes)
    show_ratio("of the speed of its own decoding", own_alone, slopes)


def show_ratio(what: str, seconds: Sequence[float], slopes: Sequence[float]) -> None:
    ratios = [one / slope for one, slope in zip(seconds, slopes, strict=True)]
    print(f"{what}: {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})")


def show(what: str, seconds: Sequence[float]) -> None:
    low, middle, high = (1000 * value for value in (min(seconds), statistics.median(seconds), max(seconds)))
    print(f"{what:<18} {middle:7.2f} ms a photo ({low:.2f} to {high:.2f})")


def sub_library(photos: Sequence[str], folder: Path) -> Path:
    """Second names of photos in a folder of their own, on the same file system."""
    folder.mkdir()
    for number, path in enumerate(photos):
        os.link(path, folder / f"{number:06}.jpg")
    return folder


def calibrate(library: Path, state: Path, args: argparse.Namespace) -> list[Path]:
    """What a first scan leaves besides its catalog: the network in int8, if it takes one."""
    precision = ["--precision", "int8"] if args.precision == "auto" else []
    command = [ALBUMSORT, "scan", str(library), "--state", str(state), *options(args), *precision]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stderr
    print("".join(line + "\n" for line in said.splitlines() if "int8" in line), end="")
    return list(state.glob("int8-*"))


def scan(library: Path, state: Path, calibrated: Sequence[Path], args: argparse.Namespace) -> float:
    shutil.rmtree(state, ignore_errors=True)
    state.mkdir(mode=0o700)
    for path in calibrated:
        shutil.copy(path, state)
    start = time.perf_counter()
    command = [ALBUMSORT, "scan", str(library), "--state", str(state), *options(args)]
    subprocess.run(command, capture_output=True, check=True)
    return time.perf_counter() - start


def options(args: argparse.Namespace) -> list[str]:
    return ["--weights", args.weights, "--precision", args.precision]


def part(name: str, library: Path, args: argparse.Namespace) -> float:
    """Seconds a photo of another way, measured in a process of its own."""
    command = [sys.executable, __file__, str(library), "--weights", args.weights, "--part", name]
    return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def usual_way(weights: str) -> Callable[[str | IO[bytes]], list[float]]:
    """What one finds in tutorials: gives the three highest probabilities for a file."""
    import torch
    from PIL import Image
    from torchvision import transforms
    from torchvision.models import resnet18

    model = resnet18()
    model.load_state_dict(torch.load(weights, weights_only=True))
    model.eval()
    prepare = transforms.Compose(
        [
            transforms.Resize(256),
            transforms.CenterCrop(224),
            transforms.ToTensor(),
            transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),
        ]
    )

    def classify(file: str | IO[bytes]) -> list[float]:
        with Image.open(file) as image, torch.no_grad():
            shares: list[float] = (
                torch.softmax(model(prepare(image.convert("RGB")).unsqueeze(0))[0], 0).topk(3)[0].tolist()
            )
            return shares

    return classify


def usual_script(photos: Sequence[str], weights: str) -> float:
    """Seconds a photo of the usual way, one at a time."""
    classify = usual_way(weights)
    classify(photos[0])
    chosen = spread(photos, USUAL_PHOTOS)
    start = time.perf_counter()
    for path in chosen:
        classify(path)
    return (time.perf_counter() - start) / len(chosen)


def decoding_alone(photos: Sequence[str], decode: Callable[[str], None]) -> float:
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(decode, photos[:8]))
        start = time.perf_counter()
        list(pool.map(decode, photos))
        return (time.perf_counter() - start) / len(photos)


def draft(path: str) -> None:
    from PIL import Image

    with Image.open(path) as image:
        image.draft(None, (Preprocessing().resize,) * 2)
        image.load()


def own(path: str) -> None:
    from albumsort.vision.decode import small_picture

    with open_photo(path) as photo:
        small_picture(photo.stream, photo.format, Preprocessing())


if __name__ == "__main__":
    main()
