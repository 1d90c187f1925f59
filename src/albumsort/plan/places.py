"""Finds the place of each photo and its companions in the albums, and holds it until the end of the plan."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from albumsort.library.companions import Companion
from albumsort.library.formats import kind_by_suffix
from albumsort.messages import gettext as _
from albumsort.names import folded
from albumsort.plan.destination import Destination, File
from albumsort.plan.file_names import PATH_BYTES, names_under, placed_as
from albumsort.records import Action, Decision, Photo, Placement
from albumsort.stamps import Stamp

BESIDE_A_PHOTO = ("raw", "video", "sidecar")


@dataclass(frozen=True, slots=True)
class CompanionFile:
    """A companion as a file to be placed; its SHA-256 is not known."""

    path: str
    stamp: Stamp
    content: str = ""


class Places:
    """The places of one plan. ``albums`` is the album folder; ``paths`` are those of all photos of the library."""

    def __init__(self, albums: str, action: Action | None, destination: Destination, paths: frozenset[str]) -> None:
        self._albums = albums
        self._action = action
        self._destination = destination
        self._paths = paths
        self._taken: set[str] = set()
        self._folders: dict[str, _Folder] = {}

    def place(
        self, decision: Decision, photo: Photo, companions: Sequence[Companion], placements: Sequence[Placement]
    ) -> list[Decision]:
        """The decisions for a photo and its companions with their destinations, or with why nothing is to be done.

        ``decision`` has the album. Raises OSError where its place cannot be looked at.
        """
        folder = os.path.join(self._albums, decision.album)
        files: list[File] = [photo, *(CompanionFile(item.found.path, item.found.stamp) for item in companions)]
        name = os.path.basename(photo.path)
        tried = decision
        for number in self._numbers(folder, name, placements):
            paths = [os.path.join(folder, own) for own in names_under(number, name, companions)]
            if len(os.fsencode(max(paths, key=len))) > PATH_BYTES:
                why = _("its path in the album would be longer than {number} bytes").format(number=PATH_BYTES)
                long = replace(decision, note=why)
                return [long, *(goes_with(long, photo, file) for file in files[1:])]
            found = self._try(tried, files, paths, placements)
            if not isinstance(found, str):
                self._taken.update(map(folded, paths))
                self._folder(folder).add(map(os.path.basename, paths))
                return found
            if tried is decision:
                tried = replace(decision, note="; ".join(filter(None, (decision.note, found))))
        raise AssertionError("numbers have no end")

    def _numbers(self, folder: str, name: str, placements: Sequence[Placement]) -> Iterator[int]:
        """The numbers to try: those that it has there already, then all in turn."""
        for path in (placement.destination for placement in placements):
            found = placed_as(os.path.basename(path), name)
            if found and os.path.dirname(path) == folder and self._destination.entry(path):
                yield found[0]
        number = 1
        while True:
            yield number
            number += 1

    def _try(
        self, decision: Decision, files: Sequence[File], paths: Sequence[str], placements: Sequence[Placement]
    ) -> list[Decision] | str:
        """The decisions for a photo and its companions at these paths, or why they cannot have these names.

        All of a move are planned, or all are skipped; nothing is put beside a photo that was taken out.
        """
        for path in paths:
            if folded(path) in self._taken:
                return _called(path)
        is_free = self._destination.entry(paths[0]) is None
        if is_free and self._would_be_confused(paths):
            return _("a file there has the same name with another suffix")
        photo, moves = files[0], self._action == "move"
        found: list[Decision] = []
        for file, path in zip(files, paths, strict=True):
            own = goes_with(decision, photo, file) if found else decision
            planned = replace(own, destination=path, status="planned")
            if found and found[0].status == "skipped" and (moves or is_free):
                found.append(_skipped(planned, _("stays with its photo: {reason}").format(reason=found[0].note)))
                continue
            placed = [placement for placement in placements if placement.destination == path]
            settled = self._settle(planned, file, placed)
            if settled is None or (moves and found and settled.status == "skipped"):
                return _called(path)
            found.append(settled)
        return found

    def _settle(self, planned: Decision, file: File, placed: Sequence[Placement]) -> Decision | None:
        """The decision for a file at its path; None where the path belongs to another file."""
        path, destination = planned.destination, self._destination
        there = destination.entry(path)
        if there is None:
            comes_along = self._action == "move" and planned.companion_of
            return _skipped(planned, _("it was taken out of the album")) if placed and not comes_along else planned
        if destination.is_link(path):
            return self._settle_link(planned, file, there, placed)
        if destination.is_file(path, file):
            return self._settle_hard_link(planned, there)
        return self._settle_copy(planned, file, [placement for placement in placed if placement.stamp == there])

    def _settle_copy(self, planned: Decision, file: File, own: Sequence[Placement]) -> Decision | None:
        """The same bytes are enough, or make way for a move where albumsort put them there."""
        path = planned.destination
        # The size and time of a photo are no proof; those of a companion, which nobody hashes, have to be.
        can_tell = bool(file.content or planned.companion_of)
        same = (can_tell and any(is_copy(placement, file) for placement in own)) or self._destination.same_bytes(
            path, file
        )
        if same and self._action == "move" and own:
            return _replacing(planned, own, _("takes the place of its copy"))
        if same and self._action == "move" and path in self._paths:
            return None  # a duplicate that was moved there is a photo of its own
        if same:
            return _skipped(planned, _("the same bytes are there already"))
        return _skipped(planned, _("an earlier version is there, and stays")) if own and planned.companion_of else None

    def _settle_link(self, planned: Decision, file: File, there: Stamp, placed: Sequence[Placement]) -> Decision | None:
        """A link to the file is enough, or makes way for it; so does albumsort's own to the file's old name."""
        leads_here = self._destination.is_file(planned.destination, file)
        if leads_here and self._action in (None, "symlink"):
            return _skipped(planned, _("a symbolic link to it is there already"))
        if leads_here or any(placement.stamp == there for placement in placed):
            link = Placement(planned.destination, "symlink", "", there)
            return _replacing(planned, [link], _("takes the place of the link to it"))
        return None

    def _settle_hard_link(self, planned: Decision, there: Stamp) -> Decision:
        """A move keeps one name of two; a hard link that is a photo of its own keeps both."""
        if self._action == "move" and planned.destination not in self._paths:
            link = Placement(planned.destination, "hardlink", planned.content, there)
            return _replacing(planned, [link], _("a hard link of it is there already; its old name goes"))
        return _skipped(planned, _("a hard link of it is there already"))

    def _would_be_confused(self, paths: Sequence[str]) -> bool:
        """Whether files there would later be taken for companions of these, or these for theirs."""
        folder = self._folder(os.path.dirname(paths[0]))
        stem = folded(os.path.splitext(os.path.basename(paths[0]))[0])
        others = folder.with_stem(stem) - {folded(os.path.basename(path)) for path in paths}
        return (len(paths) > 1 and bool(others)) or any(kind_by_suffix(name) in BESIDE_A_PHOTO for name in others)

    def _folder(self, path: str) -> _Folder:
        if path not in self._folders:
            self._folders[path] = _Folder()
            self._folders[path].add(self._destination.names(path))
        return self._folders[path]


class _Folder:
    """The names in a folder, by every part of them that ends before a dot."""

    def __init__(self) -> None:
        self._by_stem: dict[str, set[str]] = {}

    def add(self, names: Iterator[str] | Sequence[str]) -> None:
        for name in map(folded, names):
            stem = name
            while "." in stem:
                stem = stem.rpartition(".")[0]
                self._by_stem.setdefault(stem, set()).add(name)

    def with_stem(self, stem: str) -> set[str]:
        return self._by_stem.get(stem, set())


def goes_with(decision: Decision, photo: File, companion: File) -> Decision:
    """The decision for a companion of a photo, from that for the photo."""
    return replace(
        decision,
        path=companion.path,
        stamp=companion.stamp,
        content=companion.content,
        companion_of=photo.path,
        note=_("goes with {name}").format(name=os.path.basename(photo.path)),
        gives_way=(),
        stays=False,
    )


def _called(path: str) -> str:
    return _("another file there is called {name}").format(name=os.path.basename(path))


def _skipped(planned: Decision, why: str) -> Decision:
    return replace(planned, status="skipped", note=_note(planned, why))


def _replacing(planned: Decision, old: Sequence[Placement], why: str) -> Decision:
    return replace(planned, gives_way=tuple(old), note=_note(planned, why))


def _note(planned: Decision, why: str) -> str:
    """The reason alone, by which the summary counts photos; that of a companion begins with what it goes with."""
    return f"{planned.note}; {why}" if planned.companion_of else why


def is_copy(placement: Placement, file: File) -> bool:
    """Whether what was placed still is a copy of the file; without both hashes that is told by size and time.

    That is enough to plan with: before anything goes, the bytes are compared.
    """
    if file.content and placement.content:
        return placement.content == file.content
    return (placement.stamp.size, placement.stamp.mtime_ns) == (file.stamp.size, file.stamp.mtime_ns)
