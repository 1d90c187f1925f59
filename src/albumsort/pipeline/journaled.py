"""Carries out units of steps under the journal: written down before, done, and written down again."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TypeVar

from albumsort.apply.apply import Outcome, carry_out_unit, folders_for
from albumsort.apply.place import sync_folder
from albumsort.catalog.catalog import Catalog
from albumsort.hashing import fingerprint_of
from albumsort.library.formats import COMPRESSED
from albumsort.records import Placement
from albumsort.stamps import Stamp
from albumsort.steps import Step

AT_ONCE = 64
"""Units that one flush of the journal to the disk covers at first, and where they are large."""
MOST_AT_ONCE = 512
"""So many where they are quick, as links are: a flush costs what a hundred of them do."""
QUICK = 0.5
"""Seconds that a batch may take for the next to be larger: a bar is to go on, and little to be open at a kill."""

Unit = Sequence[Step]
T = TypeVar("T")


def carry_out(
    catalog: Catalog, run: int, units: Iterable[tuple[T, Unit]], stopped: Callable[[], bool]
) -> Iterator[tuple[T, Outcome]]:
    """Carry out units in order and yield what came of each, with what it was given with.

    Those after a stop are not begun and yield nothing. Raises ``sqlite3.Error`` where the journal cannot be written;
    what is then open is settled at the next start.
    """
    waiting: list[tuple[T, Unit]] = []
    at_once = AT_ONCE
    for unit in units:
        if stopped():
            break
        waiting.append(unit)
        if len(waiting) == at_once:
            begin = time.monotonic()
            yield from _carry_out(catalog, run, waiting, stopped)
            waiting = []
            at_once = min(2 * at_once, MOST_AT_ONCE) if time.monotonic() - begin < QUICK else max(at_once // 2, AT_ONCE)
    if waiting:
        yield from _carry_out(catalog, run, waiting, stopped)


def _carry_out(
    catalog: Catalog, run: int, units: Sequence[tuple[T, Unit]], stopped: Callable[[], bool]
) -> Iterator[tuple[T, Outcome]]:
    with catalog.transaction():
        catalog.journal.add_folders(folders_for([step for _, unit in units for step in unit]))
        written = catalog.journal.intend(run, [unit for _, unit in units])
    outcomes: list[Outcome] = []
    for steps in written:
        if stopped() or (outcomes and outcomes[-1].hopeless):
            break
        outcomes.append(carry_out_unit(steps))
    left = [replace(step, state="left") for steps in written[len(outcomes) :] for step in steps]
    restored = [step for outcome in outcomes for step in outcome.restored]
    conclude(catalog, [*(step for outcome in outcomes for step in outcome.steps), *left], restored)
    yield from ((what, outcome) for (what, _), outcome in zip(units, outcomes, strict=False))


def conclude(catalog: Catalog, steps: Sequence[Step], restored: Sequence[Step] = ()) -> None:
    """Write down what came of steps, in the journal and in what the catalog knows of the photos.

    ``restored`` put links and copies back where a unit failed; they are other files now, which the catalog must know.
    """
    done = [step for step in steps if step.state == "done"]
    for folder in {os.path.dirname(path) for step in done for path in (step.source, step.destination)}:
        with suppress(OSError):  # the folder may be gone by now
            sync_folder(folder)
    with catalog.transaction():
        catalog.journal.conclude(*steps)
        for step in (*done, *restored):
            _remember(catalog, step)


def _remember(catalog: Catalog, step: Step) -> None:
    """What a step that is done means for its photo, and for the places of it."""
    if step.kind == "write":
        if step.source == step.destination and step.made:
            _rewritten(catalog, step, step.made)
        return
    if step.undoes is not None and step.action == "move" and step.photo_id:
        catalog.fixes.taken_back(step.photo_id)
        catalog.corrections.taken_back(step.photo_id)
    if step.kind == "remove":
        catalog.placements.delete(step.destination)
        return
    if step.content and step.undoes is None:  # that of a way back may be older than what the file has by now
        catalog.learn_content(step.source, step.stamp, step.content)
    if step.action == "move" and step.made:
        catalog.relocate(step.source, step.destination, step.made)
    if step.action == "move" and step.undoes is not None:
        catalog.placements.delete(step.source)
    elif step.made and step.photo_id:
        catalog.placements.put(step.photo_id, Placement(step.destination, step.action, step.content, step.made))


def _rewritten(catalog: Catalog, step: Step, made: Stamp) -> None:
    """A photo has other bytes and shows the same: what was recognised in it stays known."""
    with suppress(OSError), open(step.destination, "rb") as file:
        photo = next((own for own in catalog.photos_with(stamp=step.stamp) if own.path == step.destination), None)
        content = step.edit.after if step.edit else ""
        if photo and photo.fingerprint is not None:
            fingerprint = fingerprint_of(file, made.size) if photo.format in COMPRESSED else content
            catalog.rewritten(photo, made, fingerprint, content if photo.content else "")
