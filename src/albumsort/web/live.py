"""A library as the web app has it: what was last seen of it, and what it is asked to do."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import replace
from functools import partial
from typing import NamedTuple, TypeVar

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
from albumsort.plan.columns import printable
from albumsort.records import Action, Decision
from albumsort.web.jobs import Job, Jobs
from albumsort.web.outcome import came_of, came_of_undo

T = TypeVar("T")


class Seen(NamedTuple):
    """The result of the last scan that was not stopped, with its number."""

    version: int
    result: ScanResult


class _Agreed(NamedTuple):
    """What a preview, by the number of its job, showed that an action would do."""

    job: int
    action: Action
    result: ScanResult


class LiveLibrary:
    """``seen`` is what its page shows, None before the first look.

    ``options`` say which library, and how it is sorted; their action does not count. ``name`` is its first directory.
    """

    def __init__(self, options: ScanOptions) -> None:
        self._options = replace(options, action=None, dry_run=True, report=None, html=None, for_page=True)
        self._state = options.state_folder()
        self.name = options.photos[0]
        self._agreed: _Agreed | None = None
        self.jobs = Jobs()
        self.seen: Seen | None = None

    @property
    def version(self) -> int:
        """Grows with each scan; 0 before the first."""
        return self.seen.version if self.seen else 0

    @property
    def agreed(self) -> int:
        """The number of the preview that :meth:`do` carries out; 0 where there is none."""
        return self._agreed.job if self._agreed else 0

    def look(self) -> Job:
        """See what there is and what would be sorted how. Raises AlbumsortError while something is being done."""
        return self.jobs.start("look", partial(self._scan, self._options))

    def preview(self, action: Action, place: int) -> Job:
        """See what an action would do; ``place`` is a number of :meth:`places`. Raises AlbumsortError."""
        places = self.places()
        if not 0 <= place < len(places):
            raise AlbumsortError(_("there is no such album folder; load the page again"))
        options = replace(self._options, action=action, to=places[place])
        return self.jobs.start("preview", partial(self._preview, options, action), action=action)

    def do(self, preview: int) -> Job:
        """Do what the preview of this number showed, and nothing else.

        Raises AlbumsortError where that is not what was previewed last, or something is being done.
        """
        agreed = self._agreed
        if agreed is None or agreed.job != preview:
            raise AlbumsortError(_("this is no longer what would happen; look at it again"))
        options = replace(self._options, action=agreed.action, to=agreed.result.albums, dry_run=False)
        work = partial(self._scan, options, agreed=agreed.result.decisions)
        job = self.jobs.start("do", work, action=agreed.action)
        self._agreed = None
        return job

    def undo(self, run: int, *, dry_run: bool) -> Job:
        """Take back a run, or see what that would do. Raises AlbumsortError while something is being done."""
        return self.jobs.start("preview-undo" if dry_run else "undo", partial(self._undo, run, dry_run=dry_run))

    def places(self) -> list[str]:
        """The album folders to choose from: that of the settings first, then those that the library has."""
        usual = choose_albums(self._options.to, self._options.roots())
        known = self.read(lambda catalog: list(catalog.album_folders())) or []
        return list(dict.fromkeys([usual, *filter(is_album_folder, known)]))

    def runs(self) -> list[Run]:
        """What was done, the latest first."""
        return (self.read(lambda catalog: catalog.journal.runs()) or [])[::-1]

    def read(self, ask: Callable[[Catalog], T]) -> T | None:
        """What the catalog answers; None before there is one. Raises AlbumsortError where it cannot be used."""
        if not (self._state / "catalog.sqlite").is_file():
            return None
        with opened(self._state, self.name) as catalog:
            return ask(catalog)

    def names(self) -> dict[int, str]:
        """The file names of the photos by their ids, fit to be shown."""
        decisions = self.seen.result.decisions if self.seen else ()
        return {own.photo_id: printable(os.path.basename(own.path)) for own in decisions if own.photo_id}

    def put_right(self, work: Callable[[Catalog], object]) -> None:
        """Have ``work`` change what is known, and look again then.

        Raises AlbumsortError where it cannot be done, and while something is being done; nothing is changed then.
        """
        answer: Future[None] = Future()
        self.jobs.start("look", partial(self._put_right, work, answer))
        answer.result()

    def _put_right(self, work: Callable[[Catalog], object], answer: Future[None], job: Job) -> list[str]:
        try:
            with held(self._state, self.name, "serve") as catalog:
                work(catalog)
        except BaseException as error:  # which is of the request that waits for the answer
            answer.set_exception(error)
            return []
        answer.set_result(None)
        return self._scan(self._options, job)

    def _preview(self, options: ScanOptions, action: Action, job: Job) -> list[str]:
        self._agreed = None
        lines = self._scan(options, job)
        if self.seen and not (job.stopping or job.trouble):
            self._agreed = _Agreed(job.number, action, self.seen.result)
        return lines

    def _scan(self, options: ScanOptions, job: Job, agreed: Sequence[Decision] | None = None) -> list[str]:
        result = scan(options, job, job.stopped, agreed=agreed)
        job.trouble = result.trouble
        if not result.stopped:
            self.seen = Seen(self.version + 1, result)
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
        if not dry_run:
            self._scan(self._options, job)
        job.trouble = "\n".join(filter(None, (undone.trouble, job.trouble)))
        return came_of_undo(undone, dry_run=dry_run)
