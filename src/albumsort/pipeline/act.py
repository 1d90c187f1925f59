"""Carries out a plan under the journal, and says of each file what came of it."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from albumsort.apply.albums import prepare_albums
from albumsort.apply.apply import Outcome, reason, steps_for
from albumsort.apply.steps import UnfitError
from albumsort.catalog.catalog import Catalog
from albumsort.messages import gettext as _
from albumsort.paths import missing_folders
from albumsort.pipeline.journaled import carry_out
from albumsort.plan.plan import Rules
from albumsort.records import Decision, Status
from albumsort.steps import Step


class Act:
    """One run that acts. ``outcomes`` are the decisions with what came of them; ``trouble`` what ended it, or ""."""

    def __init__(self, catalog: Catalog, rules: Rules, *, absolute_links: bool, stopped: Callable[[], bool]) -> None:
        self._catalog = catalog
        self._rules = rules
        self._absolute_links = absolute_links
        self._stopped = stopped
        self._real = lru_cache(maxsize=None)(os.path.realpath)
        self.trouble = ""

    def run(self, decisions: Sequence[Decision], step: Callable[[int], None]) -> list[Decision]:
        """Carry out what is planned, unit by unit; returns the decisions with what came of them.

        ``step`` is told how many files more are done.
        """
        journal = self._catalog.journal
        albums = "" if self._rules.action == "tag" else self._rules.albums
        run = journal.begin(self._rules.action or "", albums)
        units = _units(decisions)
        try:
            for unit, outcome in carry_out(self._catalog, run, self._prepared(units), self._is_stopped):
                self._real.cache_clear()  # a batch is over: a folder may have become a link since
                step(sum(decision.status == "planned" for decision in unit))
                self._report(unit, outcome)
            journal.end(run)
            journal.discard(run)
        except sqlite3.Error as error:
            self.trouble = _(
                "{path}: the journal cannot be written ({reason}), so nothing more was touched; the next run looks "
                "what was done and puts it in order"
            ).format(path=self._catalog.path, reason=error)
        return [decision for unit in units for decision in unit]

    def _is_stopped(self) -> bool:
        return bool(self.trouble) or self._stopped()

    def _prepared(self, units: Iterable[list[Decision]]) -> Iterator[tuple[list[Decision], list[Step]]]:
        """The steps of each unit, made when its turn has come; a unit that cannot be begun is reported at once."""
        for unit in units:
            planned = [decision for decision in unit if decision.status == "planned"]
            if not planned:
                continue
            try:
                steps = steps_for(planned, self._rules.albums, absolute_links=self._absolute_links, real=self._real)
            except (OSError, UnfitError) as error:
                self._real.cache_clear()
                failed = isinstance(error, OSError)
                problem = reason(error) if isinstance(error, OSError) else str(error)
                self._report(unit, Outcome((), problem, failed=failed))
            else:
                yield unit, steps

    def _report(self, unit: list[Decision], outcome: Outcome) -> None:
        """Put what came of them in the place of the decisions of a unit."""
        contents = {step.source: step.content for step in outcome.steps if step.content}
        failure: Status = "failed" if outcome.failed else "skipped"
        for index, decision in enumerate(unit):
            if decision.status == "planned" and outcome.problem:
                unit[index] = replace(decision, status=failure, note=outcome.problem)
            elif decision.status == "planned":
                note = "; ".join(filter(None, (decision.note, outcome.note)))
                content = decision.content or contents.get(decision.path, "")
                unit[index] = replace(decision, status="done", note=note, content=content)
        if outcome.hopeless:
            where = unit[0].destination if self._rules.action == "tag" else self._rules.albums
            told = _("{path}: {reason}; the rest was left as it was")
            self.trouble = told.format(path=where, reason=outcome.problem)


def prepare(catalog: Catalog, rules: Rules, library: str) -> None:
    """Make and mark the album folder of the library whose first directory this is.

    Raises :class:`AlbumsortError` where it cannot be written.
    """
    missing = missing_folders(rules.albums)
    catalog.journal.add_folders(missing)
    prepare_albums(rules.albums, library, made=bool(missing))
    catalog.add_album_folder(rules.albums, holds_photos=rules.action == "move")


def _units(decisions: Sequence[Decision]) -> list[list[Decision]]:
    """The decisions, each photo with its companions, which follow it, at each of its places."""
    units: list[list[Decision]] = []
    for decision in decisions:
        if decision.companion_of and units and units[-1][0].path == decision.companion_of:
            units[-1].append(decision)
        else:
            units.append([decision])
    return units
