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
from albumsort.records import Stamp, Step


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
        seen = _look_at(unit)
        if all(state in ("done", "lost") for _, state, _ in seen):
            return [
                replace(step, state="done", made=made) if state == "done" else replace(step, state="left")
                for step, state, made in seen
            ]
        for step, state, _ in reversed(seen):
            if state == "half":
                tidy(step)
        done = [replace(step, state="done", made=made) for step, state, made in seen if state == "done"]
        stays = {step.id: step for step in roll_back(done)}
    except OSError:  # its disk is not connected, say: asked again at the next start
        return list(unit)
    return [stays.get(step.id, replace(step, state="left")) for step in unit]


def _look_at(unit: Sequence[Step]) -> list[tuple[Step, str, Stamp | None]]:
    """What came of each step, told with the others in view: one place may have been used by several of them.

    "lost" is what was done, or could be left, and of which nothing is there now.
    """
    seen: list[tuple[Step, str, Stamp | None]] = []
    for step in unit:
        state, made = look(step)
        waits = any(other.destination == step.destination and found == "nothing" for other, found, _ in seen)
        # What is to make way first is still there, and has the same bytes.
        seen.append((step, "nothing" if state == "half" and waits else state, made))
    for index, (step, told, made) in enumerate(seen):
        later = (other for other, found, _ in seen[index + 1 :] if other.kind == "place" and found == "done")
        if told != "done" and any({step.source, step.destination} & {o.source, o.destination} for o in later):
            seen[index] = step, "done" if made or step.kind == "remove" else "lost", made
    return seen
