"""The summary of a run on the screen."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import accumulate

from albumsort.plan.columns import cells, printable
from albumsort.plan.seen import RAW_WAITS
from albumsort.records import Decision, Status

REASONS = 8
"""How many different reasons are listed; the report has them all."""
FOLDERS = 40
"""How many top folders of the layout are listed: all categories, but not all days."""
WIDTH = 200
"""Characters for what is below a top folder: the years of a long life."""


def summary(decisions: Sequence[Decision], albums: str, status: Status, verb: str, *, read: int) -> list[str]:
    """The lines of the summary: photos, albums, how many each, what stays, what could not be read and why.

    ``albums`` is the album folder; the photos counted into albums are those of this ``status``, "planned" or "done",
    and ``verb`` says what that means, as in "to sort" or "moved". ``read`` is how many files this run had to read.
    """
    photos = [decision for decision in decisions if decision.category and not decision.companion_of]
    placed = [decision for decision in decisions if decision.status == status and not decision.stays]
    acted = [decision for decision in placed if decision.category and not decision.companion_of]
    folders = {decision.album for decision in acted}
    number, files = _different(acted), _different(placed)
    with_companions = f" ({files} files)" if files > number else ""
    what = f"{number}{with_companions} {verb} into {counted(len(folders), 'album')} of {printable(albums)}"
    if any(decision.to_tag for decision in acted):
        what = f"{number} {verb}{_where(acted)}"
    elif not acted:
        what = "none " + verb
    return [
        f"{_recognised(decisions, photos, read)}, {what}",
        *_albums([decision for decision in acted if not decision.to_tag]),
        *_old_ones(decisions, status),
        *_nothing_to_do(photos),
        *_failures(decisions),
        *_unreadable(decisions),
        *_waiting(decisions),
    ]


def counted(number: int, one: str, many: str = "") -> str:
    """A number with its noun; ``many`` is the plural where that is not ``one`` with an s."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def _where(tagged: Sequence[Decision]) -> str:
    inside = sum(decision.path == decision.destination for decision in tagged)
    if not inside:
        return " in sidecars"
    if inside == len(tagged):
        return " in the files themselves"
    return f", {inside} of them in the files themselves, the others in sidecars"


def _different(decisions: Iterable[Decision]) -> int:
    """How many files these are about: one has a decision for each of its places."""
    return len({decision.path for decision in decisions})


def _recognised(decisions: Sequence[Decision], photos: Sequence[Decision], read: int) -> str:
    """How many photos, and how many of them the network had not seen before; videos it never sees."""
    known = _different(decision for decision in photos if decision.confidence is not None)
    failed = sum(decision.tried_again for decision in _unread(decisions))
    new = max(read - failed, 0)  # a file that cannot be read is tried again each time
    number = _different(photos)
    told = counted(number, "photo")
    if known <= new:
        return f"{told} {'recognised' if known == number else 'read'}"
    return f"{told}, {new or 'none'} of them new"


def _albums(acted: Sequence[Decision]) -> list[str]:
    """One line for each top folder of the layout, with how many in each folder below it."""
    tops: dict[str, Counter[str]] = {}
    for decision in acted:
        top, _, below = decision.album.partition(os.sep)
        tops.setdefault(top, Counter())[below] += 1
    shown = sorted(tops.items())[:FOLDERS]
    widths = {top: len(cells(top)) for top, _ in shown}
    width = max(widths.values(), default=0)
    lines = []
    for top, folders in shown:
        years = _in_a_line([f"{printable(name)}: {count}" for name, count in sorted(folders.items()) if name])
        named = printable(top) + " " * (width - widths[top])
        lines.append(f"  {named}  {sum(folders.values()):>6}  {years}".rstrip())
    if len(tops) > FOLDERS:
        lines.append(f"  and {counted(len(tops) - FOLDERS, 'other folder')}; --report has them all")
    return lines


def _in_a_line(parts: Sequence[str]) -> str:
    """The first of the parts, as many as fit, and how many more there are."""
    fitting = sum(length <= WIDTH for length in accumulate(len(part) + 2 for part in parts)) or 1
    more = [f"and {len(parts) - fitting} more"] if len(parts) > fitting else []
    return ", ".join([*parts[:fitting], *more])


def _old_ones(decisions: Sequence[Decision], status: Status) -> list[str]:
    old = sum(len(decision.gives_way) for decision in decisions if decision.status == status)
    told = counted(old, "older link or copy", "older links and copies")
    return [f"{told} of albumsort's own make way"] if old else []


def _nothing_to_do(photos: Sequence[Decision]) -> list[str]:
    busy = {decision.path for decision in photos if decision.status != "skipped"}
    skipped = list({decision.path: decision for decision in photos if decision.path not in busy}.values())
    return _by_reason(f"Nothing to do for {counted(len(skipped), 'photo')}:", skipped)


def _failures(decisions: Sequence[Decision]) -> list[str]:
    failed = list({decision.path: decision for decision in decisions if decision.status == "failed"}.values())
    done = "tagged" if any(decision.to_tag for decision in failed) else "placed"
    return _by_reason(f"{_with_companions(failed)} could not be {done}:", failed)


def _with_companions(decisions: Sequence[Decision]) -> str:
    """How many photos, and how many files that go with one."""
    companions = sum(bool(decision.companion_of) for decision in decisions)
    photos = len(decisions) - companions
    whose = {0: "a photo", 1: "it"}.get(photos, "them")
    beside = counted(companions, f"file that goes with {whose}", f"files that go with {whose}")
    return " and ".join([counted(photos, "photo")] * bool(photos) + [beside] * bool(companions))


def _unread(decisions: Sequence[Decision]) -> list[Decision]:
    return [decision for decision in decisions if not decision.category and not decision.companion_of]


def _unreadable(decisions: Sequence[Decision]) -> list[str]:
    """Files that should be photos and cannot be read, and what the walk passed over (it has no photo's id)."""
    unread = _unread(decisions)
    broken = [decision for decision in unread if decision.photo_id is not None]
    passed = [decision for decision in unread if decision.photo_id is None]
    return [
        *_by_reason(f"{counted(len(broken), 'photo')} could not be read:", broken),
        *_by_reason(f"{counted(len(passed), 'file or folder', 'files and folders')} passed over:", passed),
    ]


def _waiting(decisions: Sequence[Decision]) -> list[str]:
    """RAW files that the extra would recognise: where they are placed with their event, nothing else says so."""
    raws = [decision for decision in decisions if RAW_WAITS in decision.note]
    told = f"{counted(_different(raws), 'RAW file')} without a JPEG can be recognised with"
    return [f"{told} the extra `raw`, such as {printable(raws[0].path)}"] if raws else []


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
