"""The summary of a run on the screen."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import accumulate

from albumsort.messages import gettext as _
from albumsort.messages import gettext_noop, ngettext
from albumsort.plan.columns import cells, padded, printable
from albumsort.plan.seen import RAW_WAITS
from albumsort.records import Action, Decision, Status

REASONS = 8
"""How many different reasons are listed; the report has them all."""
FOLDERS = 40
"""How many top folders of the layout are listed: all categories, but not all days."""
WIDTH = 200
"""Characters for what is below a top folder: the years of a long life."""

_DONE = {
    "move": gettext_noop("moved"),
    "copy": gettext_noop("copied"),
    "hardlink": gettext_noop("hard-linked"),
    "symlink": gettext_noop("linked"),
    "tag": gettext_noop("tagged"),
}
_TO_DO = {"tag": gettext_noop("to tag")}


def verb_of(action: Action | None, *, acted: bool) -> str:
    """What was done with photos, or is to be done, for :func:`summary`; marked for translation."""
    return _DONE[action] if action and acted else _TO_DO.get(action or "", gettext_noop("to sort"))


def summary(decisions: Sequence[Decision], albums: str, status: Status, verb: str, *, read: int) -> list[str]:
    """The lines of the summary: photos, albums, how many each, what stays, what could not be read and why.

    ``albums`` is the album folder; the photos counted into albums are those of this ``status``, "planned" or "done",
    and ``verb`` says what that means, as :func:`verb_of` has it. ``read`` is how many files this run had to read.
    """
    photos = [decision for decision in decisions if decision.category and not decision.companion_of]
    placed = [decision for decision in decisions if decision.status == status and not decision.stays]
    acted = [decision for decision in placed if decision.category and not decision.companion_of]
    first = _("{recognised}, {placed}")
    return [
        first.format(recognised=_recognised(decisions, photos, read), placed=_placed(placed, acted, albums, _(verb))),
        *_albums([decision for decision in acted if not decision.to_tag]),
        *_old_ones(decisions, status),
        *_nothing_to_do(photos),
        *_failures(decisions),
        *_unreadable(decisions),
        *_waiting(decisions),
    ]


def _placed(placed: Sequence[Decision], acted: Sequence[Decision], albums: str, verb: str) -> str:
    """How many photos were placed where, or tagged; ``placed`` are these and their companions."""
    if not acted:
        return _("none {verb}").format(verb=verb)
    if any(decision.to_tag for decision in acted):
        return _tagged(acted, verb)
    number, files = _different(acted), _different(placed)
    folders = len({decision.album for decision in acted})
    told = ngettext(
        "{photos} {verb} into {number} album of {folder}", "{photos} {verb} into {number} albums of {folder}", folders
    )
    if files > number:
        told = ngettext(
            "{photos} ({files} files) {verb} into {number} album of {folder}",
            "{photos} ({files} files) {verb} into {number} albums of {folder}",
            folders,
        )
    return told.format(photos=number, files=files, verb=verb, number=folders, folder=printable(albums))


def _tagged(tagged: Sequence[Decision], verb: str) -> str:
    inside = sum(decision.path == decision.destination for decision in tagged)
    told = _("{number} {verb}, {inside} of them in the files themselves, the others in sidecars")
    if inside in (0, len(tagged)):
        told = _("{number} {verb} in the files themselves") if inside else _("{number} {verb} in sidecars")
    return told.format(number=_different(tagged), verb=verb, inside=inside)


def _different(decisions: Iterable[Decision]) -> int:
    """How many files these are about: one has a decision for each of its places."""
    return len({decision.path for decision in decisions})


def _recognised(decisions: Sequence[Decision], photos: Sequence[Decision], read: int) -> str:
    """How many photos, and how many of them the network had not seen before; videos it never sees."""
    known = _different(decision for decision in photos if decision.confidence is not None)
    failed = sum(decision.tried_again for decision in _unread(decisions))
    new = max(read - failed, 0)  # a file that cannot be read is tried again each time
    number = _different(photos)
    told = ngettext("{number} photo, {new} of them new", "{number} photos, {new} of them new", number)
    if known <= new and known == number:
        told = ngettext("{number} photo recognised", "{number} photos recognised", number)
    elif known <= new:
        told = ngettext("{number} photo read", "{number} photos read", number)
    elif not new:
        told = ngettext("{number} photo, none of them new", "{number} photos, none of them new", number)
    return told.format(number=number, new=new)


def _albums(acted: Sequence[Decision]) -> list[str]:
    """One line for each top folder of the layout, with how many in each folder below it."""
    tops: dict[str, Counter[str]] = {}
    for decision in acted:
        top, _, below = decision.album.partition(os.sep)
        tops.setdefault(top, Counter())[below] += 1
    shown = sorted(tops.items())[:FOLDERS]
    width = max((len(cells(top)) for top, _folders in shown), default=0)
    lines = []
    for top, folders in shown:
        years = _in_a_line([f"{printable(name)}: {count}" for name, count in sorted(folders.items()) if name])
        lines.append(f"  {padded(printable(top), width)}  {sum(folders.values()):>6}  {years}".rstrip())
    if len(tops) > FOLDERS:
        number = len(tops) - FOLDERS
        more = ngettext(
            "and {number} other folder; --report has them all",
            "and {number} other folders; --report has them all",
            number,
        )
        lines.append("  " + more.format(number=number))
    return lines


def _in_a_line(parts: Sequence[str]) -> str:
    """The first of the parts, as many as fit, and how many more there are."""
    fitting = sum(length <= WIDTH for length in accumulate(len(part) + 2 for part in parts)) or 1
    more = [_("and {number} more").format(number=len(parts) - fitting)] if len(parts) > fitting else []
    return ", ".join([*parts[:fitting], *more])


def _old_ones(decisions: Sequence[Decision], status: Status) -> list[str]:
    old = sum(len(decision.gives_way) for decision in decisions if decision.status == status)
    told = ngettext(
        "{number} older link or copy of albumsort's own make way",
        "{number} older links and copies of albumsort's own make way",
        old,
    )
    return [told.format(number=old)] if old else []


def _nothing_to_do(photos: Sequence[Decision]) -> list[str]:
    busy = {decision.path for decision in photos if decision.status != "skipped"}
    skipped = list({decision.path: decision for decision in photos if decision.path not in busy}.values())
    title = ngettext("Nothing to do for {number} photo:", "Nothing to do for {number} photos:", len(skipped))
    return _by_reason(title.format(number=len(skipped)), skipped)


def _failures(decisions: Sequence[Decision]) -> list[str]:
    failed = list({decision.path: decision for decision in decisions if decision.status == "failed"}.values())
    is_tagging = any(decision.to_tag for decision in failed)
    title = _("{files} could not be tagged:") if is_tagging else _("{files} could not be placed:")
    return _by_reason(title.format(files=_with_companions(failed)), failed)


def _with_companions(decisions: Sequence[Decision]) -> str:
    """How many photos, and how many files that go with one."""
    number = sum(bool(decision.companion_of) for decision in decisions)
    photos = len(decisions) - number
    told = ngettext("{number} photo", "{number} photos", photos).format(number=photos)
    if not number:
        return told
    beside = ngettext("{number} file that goes with them", "{number} files that go with them", number)
    if photos == 1:
        beside = ngettext("{number} file that goes with it", "{number} files that go with it", number)
    elif not photos:
        beside = ngettext("{number} file that goes with a photo", "{number} files that go with a photo", number)
    beside = beside.format(number=number)
    return _("{photos} and {files}").format(photos=told, files=beside) if photos else beside


def _unread(decisions: Sequence[Decision]) -> list[Decision]:
    return [decision for decision in decisions if not decision.category and not decision.companion_of]


def _unreadable(decisions: Sequence[Decision]) -> list[str]:
    """Files that should be photos and cannot be read, and what the walk passed over (it has no photo's id)."""
    unread = _unread(decisions)
    broken = [decision for decision in unread if decision.photo_id is not None]
    passed = [decision for decision in unread if decision.photo_id is None]
    not_read = ngettext("{number} photo could not be read:", "{number} photos could not be read:", len(broken))
    over = ngettext("{number} file or folder passed over:", "{number} files and folders passed over:", len(passed))
    return [
        *_by_reason(not_read.format(number=len(broken)), broken),
        *_by_reason(over.format(number=len(passed)), passed),
    ]


def _waiting(decisions: Sequence[Decision]) -> list[str]:
    """RAW files that the extra would recognise: where they are placed with their event, nothing else says so."""
    raws = [decision for decision in decisions if _(RAW_WAITS) in decision.note]
    number = _different(raws)
    told = ngettext(
        "{number} RAW file without a JPEG can be recognised with the extra `raw`, such as {path}",
        "{number} RAW files without a JPEG can be recognised with the extra `raw`, such as {path}",
        number,
    )
    return [told.format(number=number, path=printable(raws[0].path))] if raws else []


def _by_reason(title: str, decisions: Sequence[Decision]) -> list[str]:
    """The title, and below it the commonest reasons: how often, why (the note up to its first colon), an example."""
    groups: dict[str, list[Decision]] = {}
    for decision in decisions:
        is_duplicate = decision.note.startswith(_("duplicate of {path}").partition("{path}")[0])
        reason = _("duplicate of another") if is_duplicate else decision.note.partition(": ")[0]
        groups.setdefault(reason, []).append(decision)
    ordered = sorted(groups.items(), key=lambda group: -len(group[1]))
    line = _("{reason}, such as {path}")
    lines = [
        f"  {len(group):>6}  {line.format(reason=reason, path=printable(group[0].path))}"
        for reason, group in ordered[:REASONS]
    ]
    if len(ordered) > REASONS:
        more = _("and {number} other reasons; --report has them all").format(number=len(ordered) - REASONS)
        lines.append(" " * 10 + more)
    return [title, *lines] if lines else []
