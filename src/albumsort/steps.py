"""The records of the journal: what is done to files, step by step, and how it is taken back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from albumsort.records import Action
from albumsort.stamps import Stamp

StepKind = Literal["place", "remove", "write"]

StepState = Literal["open", "done", "left", "undone"]


class Origin(NamedTuple):
    """What a moved file had that its new file system may not be able to keep: time, and permissions where known."""

    mtime_ns: int
    mode: int | None


class Splice(NamedTuple):
    """A change of a file: its bytes from ``begin`` on, which are ``old``, become ``new``."""

    begin: int
    old: bytes
    new: bytes


Splices = tuple[Splice, ...]
"""Changes of one file, at places of what it is before, in their order."""


@dataclass(frozen=True, slots=True)
class Edit:
    """Changes of one file, and the SHA-256 that it has ``before`` and ``after``; "" is that of a file not there."""

    splices: Splices
    before: str
    after: str

    def reversed(self) -> Edit:
        """The edit that takes this one back."""
        moved, back = 0, []
        for begin, old, new in self.splices:
            back.append(Splice(begin + moved, new, old))
            moved += len(new) - len(old)
        return Edit(tuple(back), self.after, self.before)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing done to one file, as the journal has it.

    "place" brings ``source`` to ``destination`` by ``action``; "remove" takes away what ``action`` once made of
    ``source`` at ``destination``; "write" changes ``destination``, the photo ``source`` itself or its sidecar, by
    ``edit``. ``stamp`` is that of the file before: the source that is placed, the thing that is removed, what is
    written (:data:`ABSENT` where that is new). ``content`` is the SHA-256 where it is known, else ""; ``target`` the
    text of a symbolic link. ``made`` is the stamp of what is at the destination afterwards; a step that restores what
    made way has it beforehand.
    ``undoes`` is the id of the step that is taken back (0 for one that only a report tells); ``origin`` is for the way
    back of a move. Steps of one ``unit`` are done together or not at all.
    """

    kind: StepKind
    action: Action
    source: str
    destination: str
    stamp: Stamp
    content: str = ""
    target: str = ""
    photo_id: int | None = None
    made: Stamp | None = None
    undoes: int | None = None
    origin: Origin | None = None
    edit: Edit | None = None
    id: int = 0
    unit: int = 0
    state: StepState = "open"
