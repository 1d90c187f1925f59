"""The summary of a run on the screen."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence

from albumsort.records import Decision, Status

REASONS = 8
"""How many different reasons are listed; the report has them all."""


def summary(decisions: Sequence[Decision], albums: str, status: Status, verb: str) -> list[str]:
    """The lines of the summary: photos, albums, how many each, what stays, what could not be read and why.

    ``albums`` is the album folder; the photos counted into albums are those of this ``status``, "planned" or "done",
    and ``verb`` says what that means, as in "to sort" or "moved".
    """
    photos = [decision for decision in decisions if decision.category and not decision.companion_of]
    acted = [decision for decision in photos if decision.status == status and not decision.stays]
    folders = {decision.album for decision in acted}
    what = (
        f"{len(acted)} {verb} into {counted(len(folders), 'album')} of {printable(albums)}" if acted else "none " + verb
    )
    return [
        f"{counted(len(photos), 'photo')} recognised, {what}",
        *_albums(acted),
        *_old_ones(decisions, status),
        *_nothing_to_do(photos),
        *_failures(decisions),
        *_unreadable(decisions),
    ]


def printable(text: str) -> str:
    """A name as one line that no terminal takes for commands: control and direction marks and odd bytes are escaped."""
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)


def counted(number: int, one: str, many: str = "") -> str:
    """A number with its noun; ``many`` is the plural where that is not ``one`` with an s."""
    return f"{number} {one if number == 1 else many or one + 's'}"


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


def _old_ones(decisions: Sequence[Decision], status: Status) -> list[str]:
    old = sum(len(decision.gives_way) for decision in decisions if decision.status == status)
    told = counted(old, "older link or copy", "older links and copies")
    return [f"{told} of albumsort's own make way"] if old else []


def _nothing_to_do(photos: Sequence[Decision]) -> list[str]:
    skipped = [decision for decision in photos if decision.status == "skipped"]
    return _by_reason(f"Nothing to do for {counted(len(skipped), 'photo')}:", skipped)


def _failures(decisions: Sequence[Decision]) -> list[str]:
    failed = [decision for decision in decisions if decision.status == "failed"]
    return _by_reason(f"{_with_companions(failed)} could not be placed:", failed)


def _with_companions(decisions: Sequence[Decision]) -> str:
    """How many photos, and how many files that go with one."""
    companions = sum(bool(decision.companion_of) for decision in decisions)
    photos = len(decisions) - companions
    whose = {0: "a photo", 1: "it"}.get(photos, "them")
    beside = counted(companions, f"file that goes with {whose}", f"files that go with {whose}")
    return " and ".join([counted(photos, "photo")] * bool(photos) + [beside] * bool(companions))


def _unreadable(decisions: Sequence[Decision]) -> list[str]:
    """Files that should be photos and cannot be read, and what the walk passed over (it has no photo's id)."""
    unread = [decision for decision in decisions if not decision.category and not decision.companion_of]
    broken = [decision for decision in unread if decision.photo_id is not None]
    passed = [decision for decision in unread if decision.photo_id is None]
    return [
        *_by_reason(f"{counted(len(broken), 'photo')} could not be read:", broken),
        *_by_reason(f"{counted(len(passed), 'file or folder', 'files and folders')} passed over:", passed),
    ]


def _by_reason(title: str, decisions: Sequence[Decision]) -> list[str]:
    """The title, and below it the commonest reasons: how often, why (the note up to its first colon), an example."""
    groups: dict[str, list[Decision]] = {}
    for decision in decisions:
        reason = decision.note.partition(": ")[0]
        groups.setdefault("duplicate of another" if reason.startswith("duplicate of ") else reason, []).append(decision)
    ordered = sorted(groups.items(), key=lambda group: -len(group[1]))
    lines = [f"  {len(group):>6}  {reason}, such as {printable(group[0].path)}" for reason, group in ordered[:REASONS]]
    if len(ordered) > REASONS:
        lines.append(f"          and {len(ordered) - REASONS} other reasons; --report has them all")
    return [title, *lines] if lines else []
