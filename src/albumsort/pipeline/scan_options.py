"""What a scan is asked for, how it tells of itself, and what comes of it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from albumsort.messages import gettext_noop
from albumsort.state import state_folder

if TYPE_CHECKING:
    from datetime import datetime

    from albumsort.labels.flaws import Flaw
    from albumsort.pipeline.scene import Scene
    from albumsort.plan.plan import Duplicates
    from albumsort.plan.tagging import TagInto
    from albumsort.records import Action, Decision
    from albumsort.vision.networks import WantedPrecision

DEFAULT_LAYOUT = "smart"
RECOGNISING = gettext_noop("Recognising")
"""The stage of a scan in which files are read and recognised."""


@dataclass(frozen=True, slots=True)
class ScanOptions:
    """What the user asked for; the fields are the options of ``albumsort scan``. ``jobs`` 0 means one a CPU.

    ``homes`` are latitude and longitude in degrees. ``for_page`` is no option: the web app shows its pages itself.
    """

    photos: tuple[str, ...]
    to: str | None = None
    action: Action | None = None
    tag_into: TagInto | None = None
    dry_run: bool = False
    report: str | None = None
    html: str | None = None
    model: str | None = None
    weights: str | None = None
    labels: str | None = None
    layout: tuple[str, ...] = (DEFAULT_LAYOUT,)
    event_name: str | None = None
    absolute_links: bool = False
    exclude: tuple[str, ...] = ()
    precision: WantedPrecision | None = None
    rearrange: bool = False
    duplicates: Duplicates = "once"
    set_aside: tuple[Flaw, ...] = ()
    settle: float = 0
    yes: bool = False
    state: str | None = None
    lang: str | None = None
    homes: tuple[tuple[float, float], ...] = ()
    jobs: int = 0
    for_page: bool = False

    @property
    def makes_page(self) -> bool:
        """Whether the result is to have what a page shows, with thumbnails made."""
        return self.for_page or self.html is not None

    def roots(self) -> list[str]:
        """The photo directories, by their real paths.

        One name for each, whatever links lead to it: a file must not be taken for two, nor for its own copy.
        """
        return [os.path.realpath(path) for path in self.photos]

    def state_folder(self) -> Path:
        """The state folder of the library, which need not exist yet."""
        return Path(os.path.realpath(self.state)) if self.state else state_folder(self.roots()[0])


class Progress(Protocol):
    """How a scan tells what it does."""

    def say(self, message: str) -> None:
        """Something that the user should know, whatever else is shown."""

    def tell(self, message: str) -> None:
        """Something that is good to know, and no reason for a mail at night."""

    def step(self, stage: str, total: int, done: int) -> None:
        """``done`` more of ``total`` in this stage, an English message that is marked for translation."""


@dataclass(frozen=True, slots=True)
class ScanResult:
    """What came of a scan: decisions in path order, the album folder, files left unread by a stop, whether it acted.

    A file has a decision for each of its places. ``trouble`` says what ended the scan before its time, or that the
    report could not be written; "" where all went well. The photos have the times that they had when it had ``begun``
    (naive local time) and, where there was nothing new, ``until`` then. ``scene`` is there where a page was asked for.
    ``stopped`` says that not all was found out, so that events and trips are not known.
    """

    decisions: list[Decision]
    albums: str
    unread: int
    acted: bool
    trouble: str
    begun: datetime
    until: datetime
    scene: Scene | None = None
    stopped: bool = False

    @property
    def nothing_new(self) -> bool:
        """Whether there was nothing to do, and there was nothing that stood in the way of finding out."""
        return not self.unread and not self.trouble and all(own.status == "skipped" for own in self.decisions)
