"""The files of one folder by their names: what the rules that pair them look up, and the units that come of it."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from albumsort.library.walk import Found
from albumsort.names import folded

Group = Literal["jpeg", "heif", "avif", "other", "raw", "dng", "video", "sidecar", "unknown"]
"""Files that the rules treat alike; "other" are the pictures that have no group of their own."""

_GROUPS: dict[str, Group] = {
    **dict.fromkeys((".jpg", ".jpeg", ".jpe", ".jfif"), "jpeg"),
    **dict.fromkeys((".heic", ".heif", ".hif"), "heif"),
    ".avif": "avif",
    ".dng": "dng",
}
_Stems = dict[str, list["Member"]]

PICTURES: tuple[Group, ...] = ("jpeg", "heif", "avif", "other")
LIVE: tuple[Group, ...] = ("heif", "jpeg")
"""Pictures that a short video can belong to, the likelier first."""
MEDIA: tuple[Group, ...] = (*PICTURES, "raw", "dng", "video")
MOTION = (".mp", ".mv")
"""Suffixes of the videos that Google Takeout takes out of a Pixel's motion photos."""


@dataclass(slots=True, eq=False)
class Member:
    """A file of the folder; with the number n in an album it is called ``stem + " (n)" + rest``."""

    found: Found
    name: str = field(init=False)
    stem: str = field(init=False)
    rest: str = field(init=False)
    group: Group = field(init=False)
    home: Home | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self.name = os.path.basename(self.found.path)
        self.stem, self.rest = os.path.splitext(self.name)
        kind = self.found.kind
        if kind in ("picture", "raw"):
            self.group = _GROUPS.get(self.rest.lower(), "other" if kind == "picture" else "raw")
        else:
            self.group = "video" if kind == "video" else "sidecar" if kind == "sidecar" else "unknown"

    @property
    def bytes(self) -> bytes:
        """The name as it is on the disk, which every order goes by."""
        return os.fsencode(self.name)

    def settle(self, parent: Member | None) -> None:
        """Join the unit of ``parent``, or be a photo of its own where there is none or it cannot take it."""
        if parent is None or parent.home is None or not parent.home.takes(self):
            self.home = Home(self)


class Home:
    """A unit that is being put together."""

    def __init__(self, main: Member) -> None:
        self.main = main
        self.companions: list[Member] = []
        self._names: set[tuple[str, str]] = set()
        self.takes(main)

    def takes(self, member: Member) -> bool:
        """Take a member, unless its name, now or with a number, would be another's on a system that ignores case."""
        names = {("as it is", folded(member.name)), ("numbered", folded(f"{member.stem} (2){member.rest}"))}
        if self._names & names:
            return False
        self._names |= names
        member.home = self
        if member is not self.main:
            self.companions.append(member)
        return True


class Belonging(NamedTuple):
    """The file that a sidecar belongs to, and the ``stem`` and ``rest`` of the sidecar beside it."""

    parent: Member
    stem: str
    rest: str


class Folder:
    """The pictures, RAW files and videos of a folder, found by name and stem: as they are written, else in any case.

    ``members`` are in byte order of their names. Each answer is worked out once: a folder can be large, and all its
    files can have one stem.
    """

    def __init__(self, members: Iterable[Member]) -> None:
        self.media = [member for member in members if member.group in MEDIA]
        self._names: dict[str, Member] = {}
        self._folded_names: dict[str, Member] = {}
        for member in self.media:
            self._names[member.name] = member
            self._folded_names.setdefault(folded(member.name), member)
        self._use_motion_names()
        self._stems: _Stems = {}
        self._folded_stems: _Stems = {}
        for member in self.media:
            self._stems.setdefault(member.stem, []).append(member)
            self._folded_stems.setdefault(folded(member.stem), []).append(member)
        self._best: dict[tuple[int, str, tuple[Group, ...]], Member | None] = {}
        self._shared: dict[tuple[int, str], bool] = {}

    def _use_motion_names(self) -> None:
        """The video of a Pixel's ``PXL_1.MP.jpg`` is ``PXL_1.MP``: its stem is its whole name, as the picture's is."""
        stems = {folded(member.stem) for member in self.media if member.group in LIVE}
        for name, member in self._folded_names.items():
            if member.rest.lower() in MOTION and name in stems:
                member.stem = member.name

    def named(self, name: str) -> Member | None:
        """The file of this name."""
        return self._names.get(name) or self._folded_names.get(folded(name))

    def best(self, stem: str, order: tuple[Group, ...]) -> Member | None:
        """The file of this stem whose group comes first in ``order``, the first by name among several."""
        return self._pick(self._stems, stem, order) or self._pick(self._folded_stems, folded(stem), order)

    def _pick(self, stems: _Stems, stem: str, order: tuple[Group, ...]) -> Member | None:
        key = (id(stems), stem, order)
        if key not in self._best:
            fitting = [member for member in stems.get(stem, ()) if member.group in order]
            self._best[key] = min(fitting, key=lambda member: order.index(member.group), default=None)
        return self._best[key]

    def is_shared(self, stem: str) -> bool:
        """Whether files of more than one unit have this stem."""
        stems, stem = (self._stems, stem) if stem in self._stems else (self._folded_stems, folded(stem))
        key = (id(stems), stem)
        if key not in self._shared:
            self._shared[key] = len({id(member.home) for member in stems.get(stem, ())}) > 1
        return self._shared[key]
