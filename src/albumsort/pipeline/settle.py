"""Puts in order what a run left that was killed: each photo with all its companions is placed, or none of it is."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import replace

from albumsort.apply.apply import roll_back
from albumsort.apply.steps import look, sweep, tidy
from albumsort.catalog.catalog import Catalog
from albumsort.messages import gettext as _
from albumsort.messages import ngettext
from albumsort.pipeline.journaled import conclude
from albumsort.pipeline.precautions import album_folders_around, is_away
from albumsort.stamps import Stamp
from albumsort.state import albums_locked
from albumsort.steps import Step


def settle(catalog: Catalog, say: Callable[[str], None]) -> None:
    """Settle every intent of which it is not known what came of it, by looking at the disk, and say what was found.

    Raises :class:`AlbumsortError` where another run is at work in the album folder.
    """
    for run, units in catalog.journal.open_units().items():
        with ExitStack() as held:
            paths = {path for unit in units for step in unit for path in (step.source, step.destination)}
            for albums in album_folders_around(catalog, paths):
                held.enter_context(albums_locked(albums, _("putting in order a run that was cut off")))
            _sweep(catalog, units)
            settled = [_settle_unit(catalog, unit) for unit in units]
        done, left, open_ = (sum(unit[0].state == state for unit in settled) for state in ("done", "left", "open"))
        told = ngettext(
            "Run {run} was cut off. Of {number} photo that it had in hand, {done} were done, {left} not.",
            "Run {run} was cut off. Of {number} photos that it had in hand, {done} were done, {left} not.",
            len(units),
        )
        if open_:
            told = ngettext(
                "Run {run} was cut off. Of {number} photo that it had in hand, {done} were done, {left} not; "
                "{unknown} cannot be looked at now.",
                "Run {run} was cut off. Of {number} photos that it had in hand, {done} were done, {left} not; "
                "{unknown} cannot be looked at now.",
                len(units),
            )
        say(told.format(run=run, number=len(units), done=done, left=left, unknown=open_))
    catalog.journal.end_settled()


def tell_unsettled(catalog: Catalog, say: Callable[[str], None]) -> None:
    """Say which runs were cut off, for a run that touches nothing."""
    for run, units in catalog.journal.open_units().items():
        told = _("Run {run} was cut off with {number} photos in hand; the next run that acts puts them in order.")
        say(told.format(run=run, number=len(units)))


def foresee(catalog: Catalog) -> None:
    """Write down what settling would find done, for a rehearsal; nothing on the disk is touched."""
    for unit in (unit for units in catalog.journal.open_units().values() for unit in units):
        with suppress(OSError):
            for step in [] if _is_away(catalog, unit) else _as_seen(_look_at(unit)):
                catalog.journal.conclude(step)


def _is_away(catalog: Catalog, unit: Sequence[Step]) -> bool:
    return is_away(catalog, [path for step in unit for path in (step.source, step.destination)])


def _sweep(catalog: Catalog, units: Sequence[Sequence[Step]]) -> None:
    """Take away incomplete copies, from each folder once: hundreds of units may be open, and albums be large."""
    here = (step for unit in units if not _is_away(catalog, unit) for step in unit)
    for folder in {os.path.dirname(step.destination) for step in here}:
        with suppress(OSError):
            sweep(folder)


def _settle_unit(catalog: Catalog, unit: Sequence[Step]) -> Sequence[Step]:
    """Settle a unit and write down what came of its steps: all of them are done or left; open if nobody can tell."""
    if _is_away(catalog, unit):
        return unit
    try:
        settled, restored = _settle(unit)
    except OSError:  # a failing disk: asked again at the next start
        return unit
    conclude(catalog, settled, restored)
    return settled


def _settle(unit: Sequence[Step]) -> tuple[list[Step], list[Step]]:
    """The steps of a unit, all of them done or left, and those that restore links and copies that had gone."""
    seen = _look_at(unit)
    if complete := _as_seen(seen):
        return complete, []
    for step, state, _made in reversed(seen):
        if state == "half":
            tidy(step)
    stays, restored = roll_back(
        [replace(step, state="done", made=made) for step, state, made in seen if state == "done"]
    )
    kept = {step.id: step for step in stays}
    return [kept.get(step.id, replace(step, state="left")) for step in unit], restored


def _as_seen(seen: Sequence[tuple[Step, str, Stamp | None]]) -> list[Step]:
    """The steps of a unit that came to its end; none of one that did not."""
    if any(state not in ("done", "lost") for _step, state, _made in seen):
        return []
    return [
        replace(step, state="done", made=made) if state == "done" else replace(step, state="left")
        for step, state, made in seen
    ]


def _look_at(unit: Sequence[Step]) -> list[tuple[Step, str, Stamp | None]]:
    """What came of each step, told with the others in view: one place may have been used by several of them.

    "lost" is what was done, or could be left, and of which nothing is there now.
    """
    seen: list[tuple[Step, str, Stamp | None]] = []
    for step in unit:
        state, made = look(step)
        waits = any(other.destination == step.destination and found == "nothing" for other, found, _made in seen)
        # What is to make way first is still there, and has the same bytes.
        seen.append((step, "nothing" if state == "half" and waits else state, made))
    for index, (step, told, made) in enumerate(seen):
        later = (other for other, found, _made in seen[index + 1 :] if other.kind == "place" and found == "done")
        if told != "done" and any({step.source, step.destination} & {o.source, o.destination} for o in later):
            seen[index] = step, "done" if made or step.kind == "remove" else "lost", made
    return seen
