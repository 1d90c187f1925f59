"""The installed command on a small library of real photographs."""

from __future__ import annotations

import csv
import hashlib
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import click
import pytest

from albumsort.catalog.catalog import Catalog
from albumsort.state import ALBUM_LOCK

ALBUMSORT = str(Path(sys.executable).with_name("albumsort"))
MODEL = ("--model", "efficientnet-lite0")
"""The model that every machine has, with or without a network."""
HOME, TOKYO = (52.52, 13.405, "Europe/Berlin"), (35.69, 139.692, "Asia/Tokyo")
CROWD = 130
"""Photos in a crowd: more than are read ahead of the network, so that a stop finds some unread."""


@dataclass
class Library:
    """A photo library with its own home folder, and the command to run on it."""

    home: Path

    @property
    def photos(self) -> Path:
        return self.home / "Photos"

    @property
    def albums(self) -> Path:
        return self.photos / "Albums"

    @property
    def report(self) -> Path:
        return self.home / "report.csv"

    @property
    def state(self) -> Path:
        """The state folder that knows the photos' content already."""
        return self.home / "catalog"

    @property
    def environment(self) -> dict[str, str]:
        return os.environ | {"HOME": str(self.home), "XDG_STATE_HOME": str(self.home / "state")}

    def run(
        self,
        *arguments: object,
        code: int | Container[int] = 0,
        command: Sequence[str] = (ALBUMSORT,),
        **environment: str,
    ) -> subprocess.CompletedProcess[str]:
        """Run ``albumsort``, from its home folder, and check its exit code, which may be one of several."""
        result = subprocess.run(
            [*command, *map(str, arguments)],
            env=self.environment | environment,
            cwd=self.home,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="surrogateescape",
            check=False,
        )
        assert result.returncode in ({code} if isinstance(code, int) else code), result.stdout + result.stderr
        assert "Traceback" not in result.stderr
        return result

    def scan(
        self, *arguments: object, code: int = 0, command: Sequence[str] = (ALBUMSORT,), **environment: str
    ) -> dict[str, dict[str, str]]:
        """Scan the photos with a report; returns its rows by path."""
        options = ("--report", self.report, *arguments)
        self.run("scan", self.photos, *options, code=code, command=command, **environment)
        return read_report(self.report)

    def tree(self, folder: Path | None = None) -> dict[str, str]:
        """What is in a folder but for locks, by relative path: the hash of a file, the target of a link."""
        folder = folder or self.photos
        return {
            str(path.relative_to(folder)): f"-> {os.readlink(path)}" if path.is_symlink() else digest(path)
            for path in sorted(folder.rglob("*"))
            if path.is_symlink() or (path.is_file() and not path.name.startswith(ALBUM_LOCK))
        }


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def read_report(path: Path) -> dict[str, dict[str, str]]:
    with open(path, encoding="utf-8", errors="surrogateescape", newline="") as file:
        return {row["path"].removeprefix("'"): row for row in csv.DictReader(file)}


def save(picture: str, path: Path, taken: datetime | None = None, **options: object) -> None:
    """Write one of the real photographs of scikit-image or scikit-learn, with or without EXIF."""
    import skimage
    import sklearn.datasets
    from PIL import Image

    folders = [Path(skimage.__file__).parent / "data", Path(sklearn.datasets.__file__).parent / "images"]
    source = next(folder / picture for folder in folders if (folder / picture).exists())
    path.parent.mkdir(parents=True, exist_ok=True)
    with Image.open(source) as image:
        if taken:
            exif = Image.Exif()
            exif.get_ifd(0x8769)[0x9003] = taken.strftime("%Y:%m:%d %H:%M:%S")
            options["exif"] = exif
        image.convert("RGB").save(path, **options)
    os.utime(path, (1_600_000_000, 1_600_000_000))


def write_photos(photos: Path) -> None:
    save("chelsea.png", photos / "2023" / "cat.jpg", datetime(2023, 5, 6, 12, 34, 56))
    save("chelsea.png", photos / "Phone" / "IMG_20240102_030405.png")
    save("coffee.png", photos / "2023" / "coffee.jpg", datetime(2023, 7, 8, 9, 10, 11))
    save("rocket.jpg", photos / "rocket.jpg")
    save("flower.jpg", photos / "Trips" / "flower.webp", datetime(2022, 8, 1))
    save("china.jpg", photos / "Trips" / "china.jpg", datetime(2022, 8, 2))
    shutil.copy2(photos / "2023" / "coffee.jpg", photos / "Trips" / "coffee.jpg")
    (photos / "notes.txt").write_text("not a photo")
    (photos / "broken.jpg").write_bytes((photos / "rocket.jpg").read_bytes()[:2000])


def copy_library(source: Library, home: Path) -> Library:
    """A copy with its state, pipes and all, as a library of its own."""
    subprocess.run(["cp", "-R", "-p", source.home, home], check=True)
    library = Library(home)
    with Catalog(library.state / "catalog.sqlite") as catalog:
        catalog.remember({"library": str(library.photos)})
    return library


@pytest.fixture(scope="session")
def recognised(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """A library that was scanned once; tests get copies of it."""
    library = Library(tmp_path_factory.mktemp("recognised"))
    write_photos(library.photos)
    library.scan(*MODEL, "--state", library.state)
    return library


def take(path: Path, shown: datetime, camera: str, at: tuple[float, float, str] | None = None) -> None:
    """A picture of a cat whose EXIF shows this time, and where it was taken."""
    import skimage
    from PIL import Image
    from PIL.TiffImagePlugin import IFDRational

    exif = Image.Exif()
    exif[0x010F], exif[0x0110] = camera.split()
    exif.get_ifd(0x8769)[0x9003] = f"{shown:%Y:%m:%d %H:%M:%S}"
    for tag, value in zip((2, 4), at[:2] if at else (), strict=False):
        exif.get_ifd(0x8825)[tag - 1] = "N" if tag == 2 else "E"
        exif.get_ifd(0x8825)[tag] = (IFDRational(int(value * 1000), 1000), IFDRational(0, 1), IFDRational(0, 1))
    path.parent.mkdir(parents=True, exist_ok=True)
    with Image.open(Path(skimage.__file__).parent / "data" / "chelsea.png") as cat:
        cat.convert("RGB").resize((150, 100)).save(path, exif=exif)


@pytest.fixture(scope="session")
def travelled(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """Five months at home with a week in Japan, where the camera went on showing the time of home."""
    library, draw = Library(tmp_path_factory.mktemp("travelled")), random.Random(1)
    for day in range(0, 150, 4):
        if not 60 <= day < 70:
            shown = datetime(2023, 1, 2, 12) + timedelta(days=day, minutes=draw.randrange(300))
            take(library.photos / "Phone" / f"home {day}.jpg", shown, "Acme Phone", HOME)
    for day in range(60, 66):
        begin = datetime(2023, 1, 2, 9) + timedelta(days=day)
        for number in range(6):
            there = begin + timedelta(minutes=draw.randrange(120), seconds=draw.randrange(60))
            if number % 2:
                take(library.photos / "Phone" / f"trip {day} {number}.jpg", there, "Acme Phone", TOKYO)
            else:
                shown = there.replace(tzinfo=ZoneInfo(TOKYO[2])).astimezone(ZoneInfo(HOME[2])).replace(tzinfo=None)
                take(library.photos / "Camera" / f"{there:%Y-%m-%dT%H.%M.%S} {number}.jpg", shown, "Canon EOS")
    library.scan(*MODEL, "--state", library.state)
    return library


@pytest.fixture
def library(recognised: Library, tmp_path: Path) -> Library:
    """A copy of the scanned library: its photos are read again, but their content is recognised already."""
    return copy_library(recognised, tmp_path / "home")


@pytest.fixture
def scan(library: Library) -> Callable[..., dict[str, dict[str, str]]]:
    """Scan the library with its own state folder."""

    return partial(library.scan, "--state", library.state)


@pytest.fixture(scope="session")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """Many small photos of a cat, of which no two have the same bytes, recognised."""
    import skimage
    from PIL import Image

    library = Library(tmp_path_factory.mktemp("crowd"))
    library.photos.mkdir()
    with Image.open(Path(skimage.__file__).parent / "data" / "chelsea.png") as cat:
        cat.convert("RGB").resize((300, 200)).save(library.photos / "cat.jpg")
    picture = (library.photos / "cat.jpg").read_bytes()
    (library.photos / "cat.jpg").unlink()
    for number in range(CROWD):
        (library.photos / f"cat-{number:03}.jpg").write_bytes(picture + number.to_bytes(2, "big"))
    library.scan(*MODEL, "--state", library.state)
    return library


@pytest.fixture(scope="session")
def permissions_count() -> tuple[str, ...]:
    """A command for which file permissions count: root, as which containers run tests, may otherwise do anything."""
    if not hasattr(os, "geteuid"):
        pytest.skip("no POSIX permissions here")
    if os.geteuid():
        return (ALBUMSORT,)
    without_root_rights = ("setpriv", "--bounding-set=-dac_override,-dac_read_search")
    if not shutil.which("setpriv") or subprocess.run([*without_root_rights, "true"], check=False).returncode:
        pytest.skip("running as root, and setpriv cannot take its rights away")
    return (*without_root_rights, ALBUMSORT)


def commands_of_the_program(command: click.Command, name: str = "albumsort") -> Iterator[tuple[str, click.Command]]:
    """A command and all below it, by what is typed."""
    yield name, command
    if isinstance(command, click.Group):
        for child in command.commands.values():
            yield from commands_of_the_program(child, f"{name} {child.name}")
