"""Which files of a folder are one photo: RAW and JPEG, Live Photos, sidecars, edited copies (docs/companions.md)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from albumsort.library.folder import LIVE, MOTION, PICTURES, Folder, Group, Home, Member
from albumsort.library.sidecars import settle_sidecars
from albumsort.library.walk import Found
from albumsort.names import folded

_ORIGINALS: tuple[Group, ...] = ("heif", "jpeg", "avif", "other")
_LIVE_SUFFIXES = (".mov", ".mp4", *MOTION)

# An iPhone's edited IMG_1234 is IMG_E1234.
_APPLE_EDIT = re.compile(r"(IMG_)E(\d{4}.*)", re.IGNORECASE | re.DOTALL | re.ASCII)
# Google Takeout says "edited" in the language of the account: English, German, Polish, Dutch, Japanese, Italian, French
# (é in one character or two), Spanish twice, Catalan. Its number follows, and albumsort's own.
_TAKEOUT_EDIT = re.compile(
    "(.+)-(?:edited|bearbeitet|edytowane|bewerkt|編集済み|modificato|modifi(?:é|e\u0301)|ha editado|editado|editat)"
    r"((?:\([0-9]+\))?(?: \([0-9]+\))*)",
    re.IGNORECASE | re.DOTALL,
)
# A Pixel's RAW file PXL_1.RAW-02.ORIGINAL.dng, or with older programs PXL_1.dng.
_PIXEL_RAW = re.compile(r"(PXL_\d+_\d+)(\.RAW-02\.ORIGINAL)?((?:\(\d+\))?(?: \(\d+\))*)", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True, slots=True)
class Companion:
    """A file that goes where its photo goes.

    Beside a photo that got the number n (2 or more) in an album, it is called ``stem + " (n)" + rest``; else it keeps
    its name.
    """

    found: Found
    stem: str
    rest: str


@dataclass(frozen=True, slots=True)
class Unit:
    """One photo: the file that is recognised, and what goes with it, in byte order of the names."""

    main: Found
    companions: tuple[Companion, ...] = ()


def units(files: Sequence[Found]) -> tuple[Unit, ...]:
    """The photos among the files of one folder, in byte order of their names, whatever the order of ``files``.

    Catalogs, and sidecars that belong to nothing, are in none. A sidecar is read only where its name does not say
    enough, and then no more than its beginning.
    """
    members = sorted((Member(found) for found in files if found.kind != "catalog"), key=lambda member: member.bytes)
    folder = Folder(members)
    _settle_media(folder)
    settle_sidecars([member for member in members if member.group == "sidecar"], folder)
    alone = [Home(member) for member in members if member.group == "unknown"]
    homes = [member.home for member in folder.media if member.home and member.home.main is member]
    return tuple(_unit(home) for home in sorted(homes + alone, key=lambda home: home.main.bytes))


def _unit(home: Home) -> Unit:
    companions = sorted(home.companions, key=lambda member: member.bytes)
    return Unit(home.main.found, tuple(Companion(member.found, member.stem, member.rest) for member in companions))


def _settle_media(folder: Folder) -> None:
    """Pictures first, then RAW files, then videos; an edited copy after its original, whose name is shorter."""
    edits: dict[str, Member] = {}
    for picture in sorted((m for m in folder.media if m.group in PICTURES), key=lambda m: len(folded(m.stem))):
        picture.settle(_original(picture, folder, _ORIGINALS))
        if picture.home and picture.home.main is picture:
            for stem in _stems_of_originals(picture.stem):
                edits.setdefault(folded(stem), picture)
    for raw in folder.media:
        if raw.group in ("raw", "dng"):
            raw.settle(_picture_of_raw(raw, folder) or edits.get(folded(raw.stem)))
    for video in sorted((m for m in folder.media if m.group == "video"), key=_order_of_videos):
        video.settle(_photo_of_video(video, folder) or _original(video, folder, ("video",)))


def _order_of_videos(video: Member) -> tuple[bool, int]:
    """Those of motion photos first: no other may take their name in the unit."""
    return video.stem != video.name, len(folded(video.stem))


def _picture_of_raw(raw: Member, folder: Folder) -> Member | None:
    picture = folder.best(raw.stem, PICTURES)
    pixel = _PIXEL_RAW.fullmatch(raw.stem)
    if picture or not pixel:
        return picture
    endings = (".RAW-01.COVER", ".RAW-01.MP.COVER") if pixel[2] else (".MP",)
    pictures = (folder.best(pixel[1] + ending + pixel[3], PICTURES) for ending in endings)
    return next(filter(None, pictures), None)


def _photo_of_video(video: Member, folder: Folder) -> Member | None:
    """The Live Photo that a video is the moving part of."""
    if video.rest.lower() not in _LIVE_SUFFIXES:
        return None
    photos = (folder.best(stem, LIVE) for stem in (video.stem, *_stems_of_originals(video.stem)))
    return next(filter(None, photos), None)


def _original(edited: Member, folder: Folder, order: tuple[Group, ...]) -> Member | None:
    """The file that an edited copy was made of: one of its own format if it can be."""
    for stem in _stems_of_originals(edited.stem):
        twin = folder.named(stem + edited.rest)
        if twin and twin.group in order and folded(twin.stem) == folded(stem):
            return twin
        if original := folder.best(stem, order):
            return original
    return None


def _stems_of_originals(stem: str) -> Iterator[str]:
    """The stems that the original of an edited copy of this stem may have; none where the stem is not of a copy."""
    if match := _APPLE_EDIT.fullmatch(stem):
        yield match[1] + match[2]
    if match := _TAKEOUT_EDIT.fullmatch(stem):
        yield match[1] + match[2]
