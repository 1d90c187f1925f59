"""Writes the demo library: real photographs, dated and placed by EXIF as a year of somebody's life would leave them.

    python scripts/make_demo.py demo/Photos

The pictures come with scikit-image and scikit-learn; nothing is downloaded. The dates and places are made up. Written
again, the files are the same, bytes and times.
"""

from __future__ import annotations

import argparse
import io
import os
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

import skimage
import sklearn.datasets
from PIL import ExifTags, Image

SOURCES = (Path(skimage.__file__).parent / "data", Path(sklearn.datasets.__file__).parent / "images")

BEIJING = (39.9042, 116.4074)
MARIAZELL = (47.7731, 15.3164)
VIENNA = (48.2082, 16.3738)


@dataclass(frozen=True)
class Shot:
    """One photo of the demo.

    ``taken`` is local time, ``YYYY-MM-DD HH:MM:SS``; it is the file's mtime, and with ``exif`` it is written into the
    file too. ``place`` is latitude and longitude in degrees. ``crop`` is left, upper, right and lower as shares of the
    picture, 0..1. A ``lying`` photo is stored turned by 90 degrees, with the orientation that sets it upright again.
    """

    path: str
    source: str
    taken: str
    camera: tuple[str, str] = ("NIKON CORPORATION", "NIKON D5600")
    place: tuple[float, float] | None = None
    crop: tuple[float, float, float, float] = (0.0, 0.0, 1.0, 1.0)
    lying: bool = False
    exif: bool = True


PHONE = ("Google", "Pixel 6")
OLD_PHONE = ("samsung", "SM-G930F")

SHOTS = (
    # A journey: three days in Beijing.
    Shot("Camera/DSC_0412.jpg", "china.jpg", "2022-10-03 10:12:40", place=BEIJING),
    Shot("Camera/DSC_0413.jpg", "china.jpg", "2022-10-03 10:13:05", place=BEIJING, crop=(0.1, 0.05, 0.85, 0.8)),
    Shot("Camera/DSC_0431.jpg", "flower.jpg", "2022-10-05 15:21:18", place=BEIJING),
    # At home, which takes photos of five weeks to be found. Two phones give the same name to different photos.
    Shot("Old phone/IMG_0007.jpg", "chelsea.png", "2022-08-06 09:15:44", OLD_PHONE, VIENNA, crop=(0.15, 0.0, 0.9, 1.0)),
    Shot("Camera/DSC_0533.jpg", "rocket.jpg", "2022-11-13 15:02:51", place=VIENNA),
    Shot("Phone/IMG_0007.jpg", "chelsea.png", "2022-12-24 20:05:31", PHONE, VIENNA, lying=True),
    Shot("Phone/IMG_0023.jpg", "chelsea.png", "2023-01-22 18:40:02", PHONE, VIENNA),
    Shot("Camera/DSC_0618.jpg", "coffee.png", "2023-04-09 11:02:27", place=VIENNA),
    # A day out. Only the phone tells where that was.
    Shot("Camera/DSC_0801.jpg", "motorcycle_left.png", "2023-05-18 11:48:09"),
    Shot("Camera/DSC_0802.jpg", "motorcycle_right.png", "2023-05-18 11:49:30"),
    Shot("Camera/DSC_0804.jpg", "motorcycle_left.png", "2023-05-18 13:05:52", crop=(0.0, 0.0, 0.8, 0.9)),
    Shot(
        "Phone/IMG_0058.jpg", "motorcycle_right.png", "2023-05-18 13:20:11", PHONE, MARIAZELL, crop=(0.1, 0.1, 1.0, 1.0)
    ),
    # A messenger took the EXIF off: only the name tells the day.
    Shot(
        "Phone/IMG-20230518-WA0003.jpg",
        "motorcycle_left.png",
        "2023-06-01 12:00:00",
        exif=False,
        crop=(0.1, 0.0, 1.0, 0.9),
    ),
    # A scan and downloads: only the time of the file is left.
    Shot("Scans/cameraman.png", "camera.png", "2022-11-30 19:34:00", exif=False),
    Shot("Downloads/astronaut.webp", "astronaut.png", "2023-02-14 08:00:00", exif=False),
    Shot("Downloads/gravel.png", "gravel.png", "2023-02-14 08:05:00", exif=False),
)

BROKEN = "Camera/DSC_0411.jpg"
"""A JPEG that was cut off after its first bytes, as a memory card that was pulled out leaves it."""


def degrees(value: float) -> tuple[float, float, float]:
    """An angle of at least 0 degrees as EXIF wants it: degrees, minutes, seconds."""
    minutes = value % 1 * 60
    return float(int(value)), float(int(minutes)), round(minutes % 1 * 60, 2)


def exif_of(shot: Shot) -> Image.Exif:
    exif = Image.Exif()
    exif[ExifTags.Base.Make], exif[ExifTags.Base.Model] = shot.camera
    exif[ExifTags.Base.Orientation] = 6 if shot.lying else 1
    moment = shot.taken.replace("-", ":")
    exif[ExifTags.Base.DateTime] = moment
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = moment
    if shot.place:
        latitude, longitude = shot.place
        exif.get_ifd(ExifTags.IFD.GPSInfo).update(
            {
                ExifTags.GPS.GPSLatitudeRef: "N" if latitude >= 0 else "S",
                ExifTags.GPS.GPSLatitude: degrees(abs(latitude)),
                ExifTags.GPS.GPSLongitudeRef: "E" if longitude >= 0 else "W",
                ExifTags.GPS.GPSLongitude: degrees(abs(longitude)),
            }
        )
    return exif


def picture_of(shot: Shot) -> bytes:
    """The bytes of the photo's file, in the format that its suffix names."""
    source = next(folder / shot.source for folder in SOURCES if (folder / shot.source).exists())
    with Image.open(source) as original:
        left, upper, right, lower = shot.crop
        width, height = original.size
        picture = original.crop((int(left * width), int(upper * height), int(right * width), int(lower * height)))
    if shot.lying:
        picture = picture.transpose(Image.Transpose.ROTATE_90)
    out = io.BytesIO()
    # Pillow would otherwise hand on what the source's own EXIF said.
    exif = exif_of(shot) if shot.exif else Image.Exif()
    picture.save(out, format=Image.registered_extensions()[Path(shot.path).suffix], quality=92, exif=exif)
    return out.getvalue()


def write(path: Path, content: bytes, taken: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    # In UTC, so that a demo is the same everywhere.
    moment = datetime.fromisoformat(taken).replace(tzinfo=timezone.utc).timestamp()
    os.utime(path, (moment, moment))


def main() -> None:
    parser = argparse.ArgumentParser(description="Write the demo library.")
    parser.add_argument("folder", type=Path, help="where to; files of the demo that are there are written again")
    folder = parser.parse_args().folder
    for shot in SHOTS:
        write(folder / shot.path, picture_of(shot), shot.taken)
    write(folder / BROKEN, picture_of(SHOTS[0])[:1000], "2022-10-03 10:12:31")
    print(f"{len(SHOTS) + 1} photos in {folder}, one of them broken")


if __name__ == "__main__":
    main()
