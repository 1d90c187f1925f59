"""A library as the web app has it: what was last seen of it, and what it is asked to do."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import TypeVar

from albumsort.apply.albums import choose_albums, is_album_folder
from albumsort.catalog.catalog import Catalog
from albumsort.catalog.journal import Run
from albumsort.errors import AlbumsortError
from albumsort.messages import gettext as _
from albumsort.messages import gettext_noop
from albumsort.pipeline.held import held, opened
from albumsort.pipeline.scan import scan
from albumsort.pipeline.scan_options import ScanOptions, ScanResult
from albumsort.pipeline.undo import Undone, take_back, the_run
from albumsort.records import Action, Decision
from albumsort.web.jobs import Job, Jobs
from albumsort.web.outcome import came_of, came_of_undo

T = TypeVar("T")


class LiveLibrary:
    """``result`` is that of the last scan, ``version`` grows with each; both change only while a job runs.

    ``options`` say which library, and how it is sorted; their action does not count. ``name`` is its first directory.
    """

    def __init__(self, options: ScanOptions) -> None:
        self._options = replace(options, action=None, dry_run=True, report=None, html=None, for_page=True)
        self._state = options.state_folder()
        self.name = options.photos[0]
        self._turn = threading.Lock()  # one request puts right at a time
        self._agreed: tuple[Action | None, ScanResult] | None = None
        self.jobs = Jobs()
        self.result: ScanResult | None = None
        self.version = 0

    @property
    def has_agreed(self) -> bool:
        """Whether :meth:`do` has a preview to carry out."""
        return self._agreed is not None

    def look(self) -> Job:
        """See what there is and what would be sorted how. Raises AlbumsortError while something is being done."""
        return self.jobs.start("look", partial(self._scan, self._options))

    def preview(self, action: Action, place: int) -> Job:
        """See what an action would do; ``place`` is a number of :meth:`places`. Raises AlbumsortError."""
        places = self.places()
        if not 0 <= place < len(places):
            raise AlbumsortError(_("there is no such album folder; load the page again"))
        options = replace(self._options, action=action, to=places[place])
        return self.jobs.start("preview", partial(self._preview, options))

    def do(self) -> Job:
        """Do what the last preview showed, and nothing else. Raises AlbumsortError where nothing was previewed."""
        agreed, self._agreed = self._agreed, None
        if agreed is None:
            raise AlbumsortError(_("look first at what would happen"))
        action, seen = agreed
        options = replace(self._options, action=action, to=seen.albums, dry_run=False)
        return self.jobs.start("do", partial(self._scan, options, agreed=seen.decisions))

    def undo(self, run: int, *, dry_run: bool) -> Job:
        """Take back a run, or see what that would do. Raises AlbumsortError while something is being done."""
        return self.jobs.start("preview-undo" if dry_run else "undo", partial(self._undo, run, dry_run=dry_run))

    def places(self) -> list[str]:
        """The album folders to choose from: that of the settings first, then those that the library has."""
        usual = choose_albums(self._options.to, self._options.roots())
        with self.catalog() as catalog:
            return list(dict.fromkeys([usual, *filter(is_album_folder, catalog.album_folders())]))

    def runs(self) -> list[Run]:
        """What was done, the latest first."""
        with self.catalog() as catalog:
            return catalog.journal.runs()[::-1]

    @contextmanager
    def catalog(self) -> Iterator[Catalog]:
        """The catalog, to look something up."""
        with opened(self._state, self.name) as catalog:
            yield catalog

    def put_right(self, work: Callable[[Catalog], T]) -> T:
        """Have ``work`` change what is known, and look again. Raises AlbumsortError while something is being done."""
        with self._turn:
            if self.jobs.last and self.jobs.last.kind == "look":  # it looks at what no longer holds
                self.jobs.end()
            with held(self._state, self.name, "serve") as catalog:
                done = work(catalog)
            self.look()
            return done

    def _preview(self, options: ScanOptions, job: Job) -> list[str]:
        self._agreed = None
        lines = self._scan(options, job)
        if self.result and not (job.stopping or job.trouble):
            self._agreed = options.action, self.result
        return lines

    def _scan(self, options: ScanOptions, job: Job, agreed: Sequence[Decision] | None = None) -> list[str]:
        result = scan(options, job, job.stopped, agreed=agreed)
        job.trouble = result.trouble
        if not result.unread:
            self.result, self.version = result, self.version + 1
        return came_of(result, options.action, job.read)

    def _undo(self, run: int, job: Job, *, dry_run: bool) -> list[str]:
        undone: Undone = take_back(
            self._state,
            lambda catalog: the_run(catalog, run),
            dry_run=dry_run,
            confirm=lambda _request: True,
            say=job.say,
            step=partial(job.step, gettext_noop("Taking back")),
            stopped=job.stopped,
        )
        job.trouble = undone.trouble
        if not dry_run:
            self._scan(self._options, job)
        return came_of_undo(undone, dry_run=dry_run)
