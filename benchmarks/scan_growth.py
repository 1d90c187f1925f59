"""Time and memory of a first scan by the number of photos.

    python benchmarks/scan_growth.py [--counts 1000,10000,100000] [--in FOLDER] [-- OPTIONS OF SCAN]

The photos are small ones (a photograph of 256 pixels that comes with scikit-image, 20 KB), since it is the number that
counts here; each has other bytes, a date of its own in some years, and is decoded and recognised.
"""

# ruff: noqa: S603  what is run is this project's own command

from __future__ import annotations

import argparse
import io
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import skimage
from PIL import Image

A_FOLDER = 250
BEGIN, STEP = 1_400_000_000, 1800
"""Seconds since 1970 of the first photo, and between two."""
ALBUMSORT = str(Path(sys.executable).with_name("albumsort"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--counts", default="1000,10000,100000")
    parser.add_argument("--in", dest="folder", type=Path)
    parser.add_argument("options", nargs="*")
    args = parser.parse_args()
    print("  photos   seconds   ms a photo   peak memory")
    for count in map(int, args.counts.split(",")):
        with tempfile.TemporaryDirectory(dir=args.folder) as folder:
            make(Path(folder) / "photos", count)
            seconds, peak = scan(folder, args.options)
        print(f"{count:>8,} {seconds:>9.1f} {1000 * seconds / count:>12.2f} {peak / 2**20:>9,.0f} MiB", flush=True)


def make(folder: Path, count: int) -> None:
    buffer = io.BytesIO()
    with Image.open(Path(skimage.__file__).parent / "data" / "chelsea.png") as image:
        image.convert("RGB").resize((342, 256)).save(buffer, "JPEG", quality=90)
    for number in range(count):
        path = folder / f"{number // A_FOLDER:04}" / f"IMG_{number:06}.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(buffer.getvalue() + number.to_bytes(8, "big"))  # what follows the end of a JPEG is not decoded
        os.utime(path, (BEGIN + number * STEP, BEGIN + number * STEP))


def scan(folder: str, options: list[str]) -> tuple[float, int]:
    """Seconds and bytes at the peak, of the command and all of its threads."""
    command = [ALBUMSORT, "scan", f"{folder}/photos", "--state", f"{folder}/state", "--quiet", *options]
    start = time.perf_counter()
    process = subprocess.Popen(command)
    _, status, used = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"{' '.join(command)}: exit status {status}")
    unit = 1 if sys.platform == "darwin" else 1024
    return time.perf_counter() - start, used.ru_maxrss * unit


if __name__ == "__main__":
    main()
