"""The step that takes back another: what it is, whether it can be done, and whether it is done already."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import replace

from albumsort.apply.place import stamp_at
from albumsort.apply.steps import TOUCHED, content_at, is_other_name, same_bytes, target_of, with_content
from albumsort.apply.write import TOUCHED as TAGS_TOUCHED
from albumsort.apply.write import is_written, refitted, unwrite
from albumsort.messages import gettext as _
from albumsort.steps import Step


def inverse(step: Step) -> Step:
    """The step that takes back one which is done."""
    if step.kind == "remove":
        return replace(_taking_back(step), kind="place", made=step.stamp)
    if step.kind == "write":
        return unwrite(step)
    if step.made is None:
        raise AssertionError(f"step {step.id} is done, but what it made is not known")
    if step.action == "move":
        return replace(_taking_back(step), source=step.destination, destination=step.source, stamp=step.made)
    return replace(_taking_back(step), kind="remove", stamp=step.made)


def is_gone(step: Step) -> bool:
    """Whether nothing is left of what a step placed or wrote, and a photo that it moved is back already."""
    with suppress(OSError):
        if step.kind == "write":
            return is_written(unwrite(step))
        if stamp_at(step.destination) is not None:
            return False
        back = stamp_at(step.source) if step.action == "move" else step.stamp
        return back is not None and (back.size, back.mtime_ns) == (step.stamp.size, step.stamp.mtime_ns)
    return False


def fitted(step: Step) -> Step:
    """The step with the stamp that its file has now, where that has the same bytes: restored from a backup, say.

    A move whose file is on another disk than it was put on has the content too.
    A link is the same by its text: one that a cut off undo brought back may have another time.
    """
    if step.kind == "write":
        return refitted(step)
    path = step.destination if step.kind == "remove" else step.source
    with suppress(OSError):
        now = stamp_at(path)
        if step.kind == "remove" and step.action == "symlink":
            return replace(step, stamp=now) if now and step.target and target_of(path) == step.target else step
        if now is None or now.size != step.stamp.size or not os.path.isfile(path):
            return step
        if now.mtime_ns == step.stamp.mtime_ns or (step.content and content_at(path) == step.content):
            return with_content(replace(step, stamp=now))
    return step


def obstacle(step: Step, *, read: bool) -> str:
    """Why a step that takes back another cannot be done, "" where it can; ``read`` compares bytes as well.

    Raises OSError where that cannot be told.
    """
    if step.kind == "place":
        return _place_obstacle(step)
    there = stamp_at(step.destination)
    if step.kind == "write" and there is None:
        return _("{path} is not there (moved, or its disk is away)").format(path=step.destination)
    if there != step.stamp:
        touched = TAGS_TOUCHED if step.kind == "write" else TOUCHED
        return _(touched).format(path=step.destination)
    compares = read and step.kind == "remove" and step.action != "symlink"
    if compares and not is_other_name(step) and not same_bytes(step):
        return _("{path} stays: {source} is not there with the same bytes").format(
            path=step.destination, source=step.source
        )
    return ""


def _place_obstacle(step: Step) -> str:
    if step.made:  # it restores a link or copy that made way
        return ""
    there = stamp_at(step.source)
    if there is None:
        return _("it is not at {source} any more").format(source=step.source)
    if there != step.stamp:
        return _("{source} was changed since, so it stays there").format(source=step.source)
    if os.path.lexists(step.destination):
        return _("its old place {path} is taken, so it stays at {source}").format(
            path=step.destination, source=step.source
        )
    return ""


def _taking_back(step: Step) -> Step:
    return replace(step, id=0, unit=0, state="open", made=None, undoes=step.id)
