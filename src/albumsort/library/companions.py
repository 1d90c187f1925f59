"""Which files of a folder are one photo: RAW and JPEG, Live Photos, sidecars, edited copies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from albumsort.library.walk import Found


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
    """The photos among the files of one folder, in the order of ``files``.

    Catalogs, and sidecars that belong to nothing, are in none.
    """
    return tuple(Unit(found) for found in files if found.kind not in ("sidecar", "catalog"))
