"""The cases of ``peers.py`` in which names collide or files belong together. Each gives a cell of the table."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import peers_files as make
from peers_home import Entry, Home, Program, Units, torn


@dataclass(frozen=True)
class Bench:
    """A program, and folders to run it in: ``other`` is on another file system."""

    program: Program
    folder: Path
    other: Path

    def home(self, albums: Path | None = None) -> Home:
        """A new home; the albums stand beside the photos, or where ``albums`` says."""
        folder = Path(tempfile.mkdtemp(dir=self.folder))
        (folder / "Photos").mkdir()
        return Home(folder, self.program, albums or folder / "Albums")

    def options(self, case: str) -> list[tuple[str, ...]]:
        """Those that the case is run with: none, and then each variant."""
        return [(), *self.program.variants.get(case, ())]


def same_name(bench: Bench) -> str:
    """Two different photos of one name and second, in two folders"""
    home = bench.home()
    make.photo(home.photos / "A" / "IMG_0001.JPG")
    make.photo(home.photos / "B" / "IMG_0001.JPG")
    return run_and_tell(home)


def taken_name(bench: Bench) -> str:
    """Other files have the names in the albums: that of one photo, and that of another photo's sidecar"""

    def begun() -> tuple[Home, Units]:
        home = bench.home()
        make.photo(home.photos / "first.jpg", "2023-05-06 10:00:00")
        home.run()
        units = [
            [make.photo(home.photos / f"{name}.jpg", taken), make.sidecar(home.photos / f"{name}.xmp", taken)]
            for name, taken in (("one", "2023-05-06 11:00:00"), ("two", "2023-05-06 12:00:00"))
        ]
        return home, units

    rehearsal, units = begun()
    before = rehearsal.files()
    rehearsal.run()
    where = {entry.content: path for path, entry in rehearsal.files().items() if path.is_relative_to(rehearsal.albums)}
    home, real_units = begun()
    for path in (units[0][0], units[1][1]):
        if before[path].content in where:
            place = where[before[path].content].relative_to(rehearsal.albums)
            make.write(home.albums / place, b"another file at " + os.fsencode(place))
    return run_and_tell(home, real_units)


def duplicates(bench: Bench) -> str:
    """Two byte-identical photos in two folders"""

    def once(options: tuple[str, ...]) -> str:
        home = bench.home()
        first = make.photo(home.photos / "A" / "IMG_0001.JPG")
        (home.photos / "B").mkdir()
        shutil.copy2(first, home.photos / "B" / first.name)
        home.run(*options)
        inside = [path.is_relative_to(home.albums) for path in home.files()]
        return f"{sum(inside)} in the albums, {inside.count(False)} left in place, {2 - len(inside)} deleted"

    return each_option(bench, "duplicates", once)


def raw_pairs(bench: Bench) -> str:
    """Two RAW+JPEG pairs of one name and second; then with a single photo of that name and second as well"""

    def once(options: tuple[str, ...]) -> str:
        return f"{pairs(options)}; with the single photo: {pairs(options, single=True)}"

    def pairs(options: tuple[str, ...], *, single: bool = False) -> str:
        home = bench.home()
        units = [[make.photo(home.photos / "IMG_0001.JPG")]] if single else []
        for folder in ("A", "B"):
            place = home.photos / folder
            units.append([make.photo(place / "IMG_0001.JPG"), make.raw(place / "IMG_0001.NEF")])
        return run_and_tell(home, units, *options)

    return each_option(bench, "raw_pairs", once)


def live_photos(bench: Bench) -> str:
    """Two Live Photos (JPEG + MOV) of one name, on two days"""

    def once(options: tuple[str, ...]) -> str:
        home = bench.home()
        units = []
        for folder, taken in (("A", "2023-05-06 12:34:56"), ("B", "2023-05-07 12:34:56")):
            place = home.photos / folder
            units.append([make.photo(place / "IMG_0001.JPG", taken), make.video(place / "IMG_0001.MOV", taken)])
        return run_and_tell(home, units, *options)

    return each_option(bench, "live_photos", once)


def sidecars(bench: Bench) -> str:
    """`IMG_1.JPG` with `IMG_1.JPG.xmp`; `IMG_2.JPG` and, elsewhere, `IMG_2.png` of its second, both with `IMG_2.xmp`"""

    def once(options: tuple[str, ...]) -> str:
        home = bench.home()
        first, second = home.photos / "A", home.photos / "B"
        units = [
            [make.photo(first / "IMG_1.JPG"), make.sidecar(first / "IMG_1.JPG.xmp")],
            [make.photo(first / "IMG_2.JPG", "2023-05-06 15:00:00"), make.sidecar(first / "IMG_2.xmp")],
            [make.photo(second / "IMG_2.png", "2023-05-06 15:00:00"), make.sidecar(second / "IMG_2.xmp")],
        ]
        return run_and_tell(home, units, *options)

    return each_option(bench, "sidecars", once)


def written_beside(bench: Bench) -> str:
    """Two photos of one name, in two folders, each with Google Takeout's JSON and Apple's AAE file"""
    home = bench.home()
    units = []
    for folder in ("A", "B"):
        photo = make.photo(home.photos / folder / "IMG_0001.JPG")
        json = make.takeout(photo.with_name(f"{photo.name}.supplemental-metadata.json"))
        units.append([photo, json, make.adjustments(photo.with_suffix(".AAE"))])
    return run_and_tell(home, units)


def undated(bench: Bench) -> str:
    """Two photos without a date in EXIF or name, of one name"""

    def once(options: tuple[str, ...]) -> str:
        home = bench.home()
        for folder in ("A", "B"):
            make.photo(home.photos / folder / "picture.jpg", None)
        told = run_and_tell(home, (), *options)
        inside = sorted(
            {str(path.parent.relative_to(home.albums)) for path in home.files() if path.is_relative_to(home.albums)}
        )
        return told + "".join(f", in `{folder}/`" for folder in inside)

    return each_option(bench, "undated", once)


def links(bench: Bench) -> str:
    """Symbolic links among the photos: a relative one that leads outside, an absolute one to a photo beside it"""

    def once(options: tuple[str, ...]) -> str:
        home = bench.home()
        outside = make.photo(home.folder / "Elsewhere" / "outside.jpg", "2023-05-06 11:00:00")
        beside = make.photo(home.photos / "photo.jpg", "2023-05-06 12:00:00")
        (home.photos / "a-link-outside.jpg").symlink_to(os.path.relpath(outside, home.photos))
        (home.photos / "a-link-beside.jpg").symlink_to(beside)
        before = home.files()
        home.run(*options)
        found = [path for path in home.files() if path.is_symlink()]
        moved = sum(path.is_relative_to(home.albums) for path in found)
        dead = sum(not path.exists() for path in found)
        return f"{home.told(before)}; links: {moved} moved, {2 - len(found)} gone, {dead} lead nowhere now"

    return each_option(bench, "links", once)


def odd_names(bench: Bench) -> str:
    """Names with a line break, quotes, a leading dash, a shell command, bytes that are no UTF-8"""
    home = bench.home()
    names = ("line\nbreak.jpg", "quo'te\".jpg", "-dash.jpg", "$(touch made).jpg", os.fsdecode(b"caf\xe9.jpg"))
    for hour, name in enumerate(names):
        make.photo(home.photos / name, f"2023-05-06 {hour + 10}:00:00")
    return run_and_tell(home)


def dry_run(bench: Bench) -> str:
    """A dry run, then the same command: how many files go where it said (the photos of the RAW+JPEG case)"""
    home = bench.home()
    make.photo(home.photos / "IMG_0001.JPG")
    for folder in ("A", "B"):
        make.photo(home.photos / folder / "IMG_0001.JPG")
        make.raw(home.photos / folder / "IMG_0001.NEF")
    before = home.files()
    home.run(*bench.program.dry)
    assert home.files() == before
    planned = bench.program.planned(home, home.last.stdout if home.last else "")
    home.run()
    placed = {str(path) for path in home.files() if path.is_relative_to(home.albums)}
    return f"{len(placed & planned)} of {len(before)}"


def nested(bench: Bench) -> str:
    """The albums lie in the photo folder; three photos with `.xmp`, the command three times"""
    home = bench.home()
    home.albums = home.photos / "Albums"
    units = []
    for number in range(3):
        taken = f"2023-05-06 1{number}:00:00"
        photo = make.photo(home.photos / f"IMG_{number}.jpg", taken)
        units.append([photo, make.sidecar(photo.with_suffix(".xmp"), taken)])
    before = home.files()
    home.run()
    first, moved = home.files(), []
    for _ in range(2):
        earlier = home.files()
        home.run()
        moved.append(len(earlier.keys() - home.files().keys()))
    return (
        f"{home.lost(before)}, {torn(before, first, units)} then {torn(before, home.files(), units)} of 3 torn apart; "
        f"the second run moves {moved[0]} of the 6 files again, the third {moved[1]}"
    )


def each_option(bench: Bench, case: str, once: Callable[[tuple[str, ...]], str]) -> str:
    cells = []
    for options in bench.options(case):
        told = once(options)
        named = " ".join(option if len(option) < 20 else "…" for option in options)
        cells.append(f"with `{named}`: {told}" if options else told)
    return "; ".join(cells)


def run_and_tell(home: Home, units: Units = (), *options: str) -> str:
    before: dict[Path, Entry] = home.files()
    home.run(*options)
    return home.told(before, units)


COLLISIONS = (
    same_name,
    taken_name,
    duplicates,
    raw_pairs,
    live_photos,
    sidecars,
    written_beside,
    undated,
    links,
    odd_names,
    dry_run,
    nested,
)
