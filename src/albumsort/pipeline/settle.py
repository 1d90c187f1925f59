"""Puts in order what a run left that was killed: each photo with all its companions is placed, or none of it is."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import replace

from albumsort.apply.apply import roll_back
from albumsort.apply.steps import look, sweep, tidy
from albumsort.catalog.catalog import Catalog
from albumsort.pipeline.journaled import conclude
from albumsort.records import Step


def settle(catalog: Catalog, say: Callable[[str], None], *, look_only: bool) -> None:
    """Settle every intent of which it is not known what came of it, by looking at the disk, and say what was found.

    With ``look_only`` (a preview) nothing is changed on the disk: what would need that stays open.
    """
    for run, units in catalog.journal.open_units().items():
        settled = [_settle(unit, look_only=look_only) for unit in units]
        conclude(catalog, [step for unit in settled for step in unit])
        done, left, open_ = (sum(unit[0].state == state for unit in settled) for state in ("done", "left", "open"))
        half = f", {open_} half done, which the next run that acts puts in order" if open_ else ""
        say(f"Run {run} was cut off. Of {len(units)} photos that it had in hand, {done} were done, {left} not{half}.")
        if not look_only:
            catalog.journal.end(run)


def _settle(unit: Sequence[Step], *, look_only: bool) -> list[Step]:
    """The steps of a unit, all of them done or left; ``open`` where that would take a change on the disk."""
    try:
        seen = [(step, *look(step)) for step in unit]
        states = {state for _, state, _ in seen}
        if states == {"done"}:
            return [replace(step, state="done", made=made) for step, _, made in seen]
        if look_only and states != {"nothing"}:
            return list(unit)
        for folder in {os.path.dirname(step.destination) for step in unit if not look_only}:
            sweep(folder)
        for step, state, _ in reversed(seen):
            if state == "half":
                tidy(step)
        done = [replace(step, state="done", made=made) for step, state, made in seen if state == "done"]
        stays = {step.id: step for step in roll_back(done)}
    except OSError:  # its disk is not connected, say: asked again at the next start
        return list(unit)
    return [stays.get(step.id, replace(step, state="left")) for step in unit]
