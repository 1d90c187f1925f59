"""What came of an undo, in words: what went back, and the first for each reason of what had to stay."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from albumsort.messages import gettext as _
from albumsort.messages import ngettext
from albumsort.plan.columns import printable
from albumsort.plan.summary import REASONS
from albumsort.steps import Step

EXAMPLES = 3
"""How many files are named for each reason."""

Left = tuple[Step, str]


def went(back: Sequence[Step], *, dry_run: bool) -> str:
    """What came, or would come, of files that were moved, of links and copies, and of those that had made way."""
    removed = sum(step.kind == "remove" for step in back)
    moved = sum(step.kind == "place" and step.action == "move" for step in back)
    untagged = sum(step.kind == "write" for step in back)
    numbers = (moved, removed, untagged, len(back) - removed - moved - untagged)
    texts = (_would_go if dry_run else _gone)(*numbers)
    return _(", ").join(text.format(number=number) for text, number in zip(texts, numbers, strict=True) if number)


def _gone(moved: int, removed: int, untagged: int, restored: int) -> tuple[str, ...]:
    return (
        ngettext(
            "{number} file went back to where it was",
            "{number} files went back to where they were",
            moved,
        ),
        ngettext("{number} link or copy went away", "{number} links and copies went away", removed),
        ngettext("{number} file lost its tags", "{number} files lost their tags", untagged),
        ngettext("{number} older link or copy came back", "{number} older links and copies came back", restored),
    )


def _would_go(moved: int, removed: int, untagged: int, restored: int) -> tuple[str, ...]:
    return (
        ngettext(
            "{number} file would go back to where it was",
            "{number} files would go back to where they were",
            moved,
        ),
        ngettext("{number} link or copy would go away", "{number} links and copies would go away", removed),
        ngettext("{number} file would lose its tags", "{number} files would lose their tags", untagged),
        ngettext(
            "{number} older link or copy would come back",
            "{number} older links and copies would come back",
            restored,
        ),
    )


def lines_of_left(left: Sequence[Left], *, every: bool) -> tuple[list[str], bool]:
    """The lines for steps that were not taken back, each with why; and whether only the first are in them."""
    if not left:
        return [], False
    groups: dict[str, list[str]] = {}
    for _reason, unit in groupby(
        left, key=lambda item: item[1]
    ):  # the files of a unit have one reason, that of one of them
        for why, line in _of_unit(list(unit)):
            groups.setdefault(why, []).append(line)
    shown = dict(list(groups.items())[: None if every else REASONS])
    title = ngettext("{number} file could not be taken back:", "{number} files could not be taken back:", len(left))
    lines = [title.format(number=len(left))]
    for group in shown.values():
        named = group if every else group[:EXAMPLES]
        lines += named
        if len(group) > len(named):
            number = len(group) - len(named)
            more = ngettext(
                "and {number} more file for the same reason", "and {number} more files for the same reason", number
            )
            lines.append("  " + more.format(number=number))
    others = len(left) - sum(map(len, shown.values()))
    if others:
        more = ngettext("and {number} file for other reasons", "and {number} files for other reasons", others)
        lines.append("  " + more.format(number=others))
    return lines, bool(others) or (not every and any(len(group) > EXAMPLES for group in shown.values()))


def _of_unit(unit: Sequence[Left]) -> Iterator[tuple[str, str]]:
    """The reason without names, and the line, of each file that one reason was given for."""
    steps, why = [step for step, _reason in unit], unit[0][1]
    without_names = why
    for path in sorted({path for step in steps for path in _paths(step)}, key=len, reverse=True):
        without_names = without_names.replace(path, "")
    about = max(steps, key=lambda step: _mentions(why, step))
    for step in steps:
        is_its_own = _mentions(why, step) == _mentions(why, about)
        reason = why if is_its_own else _("stays with {path}: {why}").format(path=_place(about), why=why)
        yield without_names, f"  {printable(_place(step))}: {printable(reason)}"


def _paths(step: Step) -> tuple[str, str]:
    return step.source, step.destination


def _place(step: Step) -> str:
    """Where the file is now."""
    return step.source if step.kind == "place" else step.destination


def _mentions(why: str, step: Step) -> int:
    """How much of a reason are names of this step's: the name of a photo may be the beginning of its companion's."""
    return sum(len(path) for path in _paths(step) if path in why)
