"""A small table, photos and a destination in memory: what tests of the plan are made of."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from albumsort.labels.table import Category, LabelTable, Tag
from albumsort.library.companions import units
from albumsort.library.formats import kind_by_suffix
from albumsort.library.walk import Found
from albumsort.plan.destination import File
from albumsort.plan.layout import parse_layout
from albumsort.plan.plan import Known, Rules, make_plan
from albumsort.records import Action, CaptureTime, Decision, Metadata, Photo, Placement, Prediction
from albumsort.stamps import Stamp

TABLE = LabelTable(
    categories=(
        Category("pets", {"en": "Pets"}, None, tuple(range(500))),
        Category("food", {"en": "Food"}, 0.9, tuple(range(500, 1000))),
    ),
    tags=(Tag("cats", {"en": "Cats"}, 0.5, (281, 282)),),
    threshold=0.4,
)
CLASSES = [f"class {index}" for index in range(1000)]
RULES = Rules(TABLE, CLASSES, [parse_layout("category", ["Pets", "Food"])], "/albums")
CAT = Prediction((281, 282, 900, 3), (0.5, 0.3, 0.1, 0.05))
LUNCH = Prediction((900,), (0.95,))
UNCLEAR = Prediction((900,), (0.6,))
TAKEN = CaptureTime(datetime(2023, 5, 6), "exif")
PETS = "/albums/Pets/2023"


class Disk:
    """A destination in memory: path to content, or to the path that a link leads to (written "-> path").

    The content of a photo is what :func:`known` is told, that of a companion ``bytes of`` its path.
    """

    def __init__(self, **entries: str) -> None:
        self.entries: dict[str, str] = entries

    def entry(self, path: str) -> Stamp | None:
        return Stamp(1, 2, hash(self.entries[path])) if path in self.entries else None

    def is_link(self, path: str) -> bool:
        return self.entries.get(path, "").startswith("-> ")

    def is_file(self, path: str, file: File) -> bool:
        return self.entries.get(path) in (f"-> {file.path}", f"hard link of {file.path}")

    def same_bytes(self, path: str, file: File) -> bool:
        return self.entries.get(path) == (file.content or f"bytes of {file.path}")

    def names(self, folder: str) -> Sequence[str]:
        return [os.path.basename(path) for path in self.entries if os.path.dirname(path) == folder]

    def placed(self, path: str, action: Action, content: str) -> Placement:
        """What albumsort remembers of a thing there, as long as nobody changed it."""
        there = self.entry(path)
        assert there
        return Placement(path, action, content, there)


def known(
    path: str, content: str = "", prediction: Prediction | None = CAT, beside: Sequence[str] = (), **fields: Any
) -> Known:
    """A photo with its companions; ``beside`` are their suffixes."""
    stem = os.path.splitext(path)[0]
    [unit] = units([found(path), *(found(stem + suffix) for suffix in beside)])
    kind = kind_by_suffix(path)
    format_, seen = ("jpeg", prediction) if kind == "picture" else (kind, None)
    photo = Photo(hash(path), path, Stamp(1, 2, 3), content or path, format_, "", Metadata(), content or path)
    return replace(Known(photo, seen, TAKEN, companions=unit.companions), **fields)


def found(path: str) -> Found:
    return Found(path, Stamp(1, 2, 3), kind_by_suffix(path), 0)


def plan(*photos: Known, disk: Disk | None = None, action: Action | None = "symlink", **rules: Any) -> list[Decision]:
    return make_plan(photos, replace(RULES, action=action, **rules), disk or Disk())


def outcome(decision: Decision) -> tuple[str, str]:
    return decision.status, decision.destination


def outcomes(decisions: Sequence[Decision]) -> list[tuple[str, str]]:
    """What is done with each, and under which name in its album."""
    return [(decision.status, os.path.basename(decision.destination)) for decision in decisions]
