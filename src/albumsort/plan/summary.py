"""The summary of a run on the screen."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Sequence

from albumsort.records import UNSORTED, Decision, Status

REASONS = 8
"""How many different reasons are listed; the report has them all."""


def summary(decisions: Sequence[Decision], albums: str, status: Status, verb: str) -> list[str]:
    """The lines of the summary: photos, albums, how many each, what stays, what could not be read and why.

    ``albums`` is the album folder; the photos counted into albums are those of this ``status``, "planned" or "done",
    and ``verb`` says what that means, as in "to sort" or "moved".
    """
    photos = [decision for decision in decisions if decision.category]
    acted = [decision for decision in photos if decision.status == status]
    album_count = _count(len({decision.album for decision in acted}), "album")
    lines = [f"{_count(len(photos), 'photo')} recognised, {len(acted)} {verb} in {album_count} of {printable(albums)}"]
    lines += _albums(acted)
    lines += _stays(photos)
    lines += _failures(decisions)
    lines += _unreadable(decisions)
    return lines


def printable(text: str) -> str:
    """A name as one line that no terminal takes for commands: control and direction marks and odd bytes are escaped."""
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)


def _albums(acted: Sequence[Decision]) -> list[str]:
    """One line for each top folder of the layout, with how many in each folder below it."""
    tops: dict[str, Counter[str]] = {}
    for decision in acted:
        top, _, below = decision.album.partition(os.sep)
        tops.setdefault(top, Counter())[below] += 1
    width = max((len(printable(top)) for top in tops), default=0)
    lines = []
    for top, folders in sorted(tops.items()):
        years = ", ".join(f"{printable(name)}: {count}" for name, count in sorted(folders.items()) if name)
        lines.append(f"  {printable(top):<{width}}  {sum(folders.values()):>6}  {years}".rstrip())
    return lines


def _stays(photos: Sequence[Decision]) -> list[str]:
    skipped = [decision for decision in photos if decision.status == "skipped"]
    reasons = ("unsorted: not sure enough" if decision.category == UNSORTED else decision.note for decision in skipped)
    return _with_reasons(f"{_count(len(skipped), 'photo')} left in place:", reasons)


def _failures(decisions: Sequence[Decision]) -> list[str]:
    failed = [decision for decision in decisions if decision.status == "failed"]
    reasons = (f"{decision.path}: {decision.note}" for decision in failed)
    return _with_reasons(f"{_count(len(failed), 'photo')} failed, and stay where they are:", reasons)


def _unreadable(decisions: Sequence[Decision]) -> list[str]:
    """Files that should be photos and cannot be read, and what the walk passed over (it has no photo's id)."""
    unread = [decision for decision in decisions if not decision.category]
    broken = [decision.note for decision in unread if decision.photo_id is not None]
    passed = [decision.note for decision in unread if decision.photo_id is None]
    return [
        *_with_reasons(f"{_count(len(broken), 'photo')} could not be read:", broken),
        *_with_reasons(f"{_count(len(passed), 'file or folder', 'files and folders')} passed over:", passed),
    ]


def _with_reasons(title: str, reasons: Iterable[str]) -> list[str]:
    """The title, and below it the commonest reasons with how often each holds; nothing where there is none."""
    counted = Counter(reasons)
    lines = [f"  {count:>6}  {printable(reason)}" for reason, count in counted.most_common(REASONS)]
    more = [f"          and {len(counted) - REASONS} other reasons; --report has them all"]
    return [title, *lines, *(more if len(counted) > REASONS else [])] if lines else []


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"
