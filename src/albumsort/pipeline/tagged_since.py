"""Which files of a run got tags from a later one: these have to be taken back first."""

from __future__ import annotations

from albumsort.catalog.journal import Journal
from albumsort.steps import Step


class TaggedSince:
    """What runs after ``run`` wrote and nobody took back; nothing where that is None: a report tells of no others."""

    def __init__(self, journal: Journal, run: int | None) -> None:
        self._files: dict[str, int] = {}
        self._photos: dict[str, int] = {}
        for later, photo, file in journal.written_after(run) if run is not None else ():
            self._files[file] = self._photos[photo] = later

    def by(self, step: Step) -> int | None:
        """The run that wrote into the file which taking back this step needs as it was.

        Of a photo that was moved that is its new sidecar as well, which would be left behind.
        """
        if step.kind == "write" or step.action == "move":
            beside = self._photos.get(step.destination) if step.kind == "place" else None
            return self._files.get(step.destination) or beside
        return self._files.get(step.source) if step.kind == "place" and step.action != "symlink" else None
