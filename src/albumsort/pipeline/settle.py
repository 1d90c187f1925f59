"""Puts in order what a run left that was killed: each photo with all its companions is placed, or none of it is."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace

from albumsort.apply.apply import roll_back
from albumsort.apply.steps import look, sweep, tidy
from albumsort.catalog.catalog import Catalog
from albumsort.pipeline.journaled import conclude
from albumsort.records import Step


def settle(catalog: Catalog, say: Callable[[str], None]) -> None:
    """Settle every intent of which it is not known what came of it, by looking at the disk, and say what was found."""
    for run, units in catalog.journal.open_units().items():
        for folder in {os.path.dirname(step.destination) for unit in units for step in unit}:
            with suppress(OSError):
                sweep(folder)
        settled = [_settle(unit) for unit in units]
        conclude(catalog, [step for unit in settled for step in unit])
        done, left, open_ = (sum(unit[0].state == state for unit in settled) for state in ("done", "left", "open"))
        unknown = f"; {open_} cannot be looked at now" if open_ else ""
        say(
            f"Run {run} was cut off. Of {len(units)} photos that it had in hand, {done} were done, {left} not{unknown}."
        )
        if not open_:
            catalog.journal.end(run)


def tell_unsettled(catalog: Catalog, say: Callable[[str], None]) -> None:
    """Say which runs were cut off, for a run that touches nothing."""
    for run, units in catalog.journal.open_units().items():
        say(f"Run {run} was cut off with {len(units)} photos in hand; the next run that acts puts them in order.")


def _settle(unit: Sequence[Step]) -> list[Step]:
    """The steps of a unit, all of them done or left; open where that cannot be told now."""
    try:
        seen = [(step, *look(step)) for step in unit]
        if all(state == "done" for _, state, _ in seen):
            return [replace(step, state="done", made=made) for step, _, made in seen]
        for step, state, _ in reversed(seen):
            if state == "half":
                tidy(step)
        done = [replace(step, state="done", made=made) for step, state, made in seen if state == "done"]
        stays = {step.id: step for step in roll_back(done)}
    except OSError:  # its disk is not connected, say: asked again at the next start
        return list(unit)
    return [stays.get(step.id, replace(step, state="left")) for step in unit]
