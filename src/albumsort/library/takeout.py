"""The JSON files of Google Takeout: which photo or video they belong to."""

from __future__ import annotations

import json
import os
import re
import unicodedata
from functools import cached_property

from albumsort.library.folder import MEDIA, Belonging, Folder, Member
from albumsort.library.read import beginning
from albumsort.names import folded

_MARKER = "supplemental-metadata"
_NUMBER = re.compile(r"(.*[^ ])(\([0-9]+\))", re.DOTALL)
_TITLE = re.compile(rb'"title"\s*:\s*("(?:[^"\\]|\\.){0,999}")')

# Takeout cuts the name of a JSON file to 46 characters of UTF-16 before ".json", and that of a photo to 51 with its
# suffix; the number that tells files of one name apart comes on top: photo(1).jpg, photo.jpg(1).json.
_LONGEST_JSON, _LONGEST_PHOTO = 46, 51


class Takeout:
    """Finds the file of a JSON by its name; where that was cut so short that several fit, by the title inside."""

    def __init__(self, folder: Folder) -> None:
        self._folder = folder

    def belonging(self, sidecar: Member) -> Belonging | None:
        """What the JSON belongs to; beside a photo that gets a number it is called by the photo's whole name."""
        name, number = _split_number(sidecar.stem)
        whole, dot, tail = name.rpartition(".")
        marked = dot and _MARKER.startswith(tail.lower())
        for photo, marker in ((name, ""), (whole, dot + tail)) if marked else ((name, ""),):
            if parent := self._folder.named(_with_number(photo, number)):
                return Belonging(parent, parent.stem, parent.rest + marker + sidecar.rest)
        if parent := self._by_cut_name(sidecar, name, number):
            return Belonging(parent, parent.stem, parent.rest + sidecar.rest)
        # A photo whose title in Google Photos has no suffix gets one in the archive, its JSON does not.
        if marked and tail and (tail.lower() == _MARKER or _cut(name + ".", _LONGEST_JSON) == name):
            parent = self._folder.best(whole + number, MEDIA)
            if parent and not self._folder.is_shared(whole + number):
                return Belonging(parent, parent.stem, f".{_MARKER}{sidecar.rest}")
        return None

    def _by_cut_name(self, sidecar: Member, name: str, number: str) -> Member | None:
        key = (folded(name), number)
        candidates, shared = self._cut_names.get(key, ([], False))
        if not shared:
            return next(iter(candidates), None)
        photo, suffix = os.path.splitext(_title(sidecar))
        for stem in (photo, _cut(photo, _LONGEST_PHOTO - len(suffix))):
            parent = self._folder.named(stem + number + suffix)
            if parent and _cut_key(parent.name) == key:
                return parent
        return None

    @cached_property
    def _cut_names(self) -> dict[tuple[str, str], tuple[list[Member], bool]]:
        """The files whose JSON cannot have their whole name, and whether they are of several units."""
        cut: dict[tuple[str, str], list[Member]] = {}
        for member in self._folder.media:
            if key := _cut_key(member.name):
                cut.setdefault(key, []).append(member)
        return {key: (members, len({id(member.home) for member in members}) > 1) for key, members in cut.items()}


def _split_number(name: str) -> tuple[str, str]:
    """The name without the number that Takeout puts at its end, and that number in brackets or ""."""
    match = _NUMBER.fullmatch(name)
    return (match[1], match[2]) if match else (name, "")


def _with_number(name: str, number: str) -> str:
    stem, suffix = os.path.splitext(name)
    return stem + number + suffix


def _cut(text: str, length: int) -> str:
    """The beginning of ``text`` that has at most ``length`` characters of UTF-16."""
    if 2 * len(text) <= length:
        return text
    for index, character in enumerate(text):
        length -= 2 if character > "\uffff" else 1
        if length < 0:
            return text[:index]
    return text


def _cut_key(name: str) -> tuple[str, str] | None:
    """The name that the JSON of a photo has, as far as it was cut, and its number; None where it was not."""
    stem, suffix = os.path.splitext(unicodedata.normalize("NFC", name))
    stem, number = _split_number(stem)
    cut = _cut(stem + suffix, _LONGEST_JSON)
    return None if cut == stem + suffix else (folded(cut), number)


def _title(sidecar: Member) -> str:
    """The title in the JSON, which is the name of the photo before anything was cut; "" where it says none."""
    try:
        match = _TITLE.search(beginning(sidecar.found.path))
        return str(json.loads(match[1])) if match else ""
    except (OSError, ValueError):
        return ""
