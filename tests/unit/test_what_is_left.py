"""What an undo says of the files that it had to leave: not all of thousands, and which file is the trouble."""

from __future__ import annotations

import pytest

from albumsort.plan.summary import REASONS
from albumsort.plan.undone import EXAMPLES, Left, lines_of_left
from albumsort.stamps import Stamp
from albumsort.steps import Step


def moved(name: str) -> Step:
    """The way back of a file that was moved."""
    return Step("place", "move", f"/albums/{name}", f"/photos/{name}", Stamp(1, 1, 1))


def taken(name: str) -> str:
    return f"its old place /photos/{name} is taken, so it stays at /albums/{name}"


def many(count: int) -> list[Left]:
    return [(moved(f"{number}.jpg"), taken(f"{number}.jpg")) for number in range(count)]


def test_the_first_of_many_with_one_reason_are_named() -> None:
    lines, hidden = lines_of_left([*many(854), (moved("x"), "it is not at /albums/x any more")], every=False)
    assert hidden
    assert lines == [
        "855 files could not be taken back:",
        *(f"  /albums/{number}.jpg: {taken(f'{number}.jpg')}" for number in range(EXAMPLES)),
        f"  and {854 - EXAMPLES} more files for the same reason",
        "  /albums/x: it is not at /albums/x any more",
    ]


def test_all_are_named_where_that_is_asked_for() -> None:
    left = [*many(EXAMPLES + 1), *((moved(str(number)), f"reason {number}") for number in range(REASONS + 1))]
    lines, hidden = lines_of_left(left, every=True)
    assert (len(lines), hidden) == (len(left) + 1, False)


@pytest.mark.parametrize(("count", "hidden"), [(EXAMPLES, False), (EXAMPLES + 1, True)])
def test_few_are_all_named(count: int, hidden: bool) -> None:
    assert lines_of_left(many(count), every=False)[1] is hidden


def test_many_reasons_are_cut() -> None:
    left = [(moved(str(number)), f"reason {number}") for number in range(REASONS + 2)]
    lines, hidden = lines_of_left(left, every=False)
    assert lines[-1] == "  and 2 files for other reasons"
    assert hidden


@pytest.mark.parametrize("trouble", ["cat.jpg", "cat.jpg.xmp"])
def test_what_stays_with_another_file_says_so(trouble: str) -> None:
    names = ["cat.jpg.xmp", "cat.jpg"]
    lines, _ = lines_of_left([(moved(name), taken(trouble)) for name in names], every=False)
    for name, line in zip(names, lines[1:], strict=True):
        why = taken(trouble) if name == trouble else f"stays with /albums/{trouble}: {taken(trouble)}"
        assert line == f"  /albums/{name}: {why}"


def test_nothing_is_said_of_nothing() -> None:
    assert lines_of_left([], every=False) == ([], False)
