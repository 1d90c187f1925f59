"""What a report says was done is read back exactly, or the report is refused; a photo and its companions are one."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from albumsort.apply.taking_back import fitted, inverse, obstacle
from albumsort.errors import AlbumsortError
from albumsort.pipeline.from_report import Reported, read_done
from albumsort.plan.report import COLUMNS, write_report
from albumsort.records import Action, Decision
from albumsort.stamps import Stamp

LIBRARY = "/nowhere/photos"
CAT = Decision(
    f"{LIBRARY}/2023/cat.jpg",
    "done",
    stamp=Stamp(1234, 1_683_369_296_123_456_789, 0),
    content="ab" * 32,
    action="move",
    destination="/nowhere/albums/Pets/cat.jpg",
)
ACTIONS: tuple[Action, ...] = ("move", "copy", "hardlink", "symlink")


def companion(name: str, photo: Decision = CAT, note: str = "goes with cat.jpg") -> Decision:
    folder = "/nowhere/albums/Pets"
    path = f"{LIBRARY}/2023/{name}"
    return replace(photo, path=path, destination=f"{folder}/{name}", content="", companion_of=photo.path, note=note)


def read(path: Path, decisions: Sequence[Decision], library: str | None = LIBRARY) -> Reported:
    write_report(str(path), decisions, LIBRARY)
    return read_done(str(path), library)


def names(reported: Reported) -> list[set[str]]:
    return [{Path(step.source).name for step in unit} for unit in reported.units]


@pytest.mark.parametrize("action", ACTIONS)
def test_what_was_done_is_read_as_it_was_written(tmp_path: Path, action: Action) -> None:
    [[step]] = read(tmp_path / "report.csv", [replace(CAT, action=action)]).units
    assert (step.kind, step.action, step.source, step.destination) == ("place", action, CAT.path, CAT.destination)
    assert (step.stamp, step.made, step.content) == (CAT.stamp, CAT.stamp, CAT.content)
    assert bool(step.origin) == (action == "move")


def test_each_place_of_a_photo_is_a_unit_of_its_own(tmp_path: Path) -> None:
    xmp = companion("cat.xmp")
    first, second = (replace(row, action="symlink") for row in (CAT, xmp))
    others = [replace(row, destination=row.destination.replace("/Pets/", "/2023/Zoo/")) for row in (first, second)]
    units = read(tmp_path / "report.csv", [first, others[0], second, others[1]]).units
    assert [{step.destination for step in unit} for unit in units] == [
        {row.destination for row in others},
        {row.destination for row in (first, second)},
    ]


def test_a_companion_is_with_its_photo_whatever_the_note_says(tmp_path: Path) -> None:
    other = replace(CAT, path=f"{LIBRARY}/2023/=dog; goes with cat.jpg", destination="/nowhere/albums/Pets/dog.jpg")
    decisions = [
        companion("cat.CR2", note="takes the place of the link to it"),
        CAT,
        companion("cat.jpg.xmp"),
        companion("dog.xmp", other, "goes with =dog; goes with cat.jpg; its link in Dogs goes"),
        other,
    ]
    reported = read(tmp_path / "report.csv", decisions)
    assert names(reported) == [{"dog.xmp", "=dog; goes with cat.jpg"}, {"cat.CR2", "cat.jpg", "cat.jpg.xmp"}]


def test_companions_are_together_where_nothing_was_done_with_their_photo(tmp_path: Path) -> None:
    decisions = [companion("cat.CR2"), replace(CAT, status="skipped"), companion("cat-edited.jpg")]
    assert names(read(tmp_path / "report.csv", decisions)) == [{"cat.CR2", "cat-edited.jpg"}]


def test_an_older_report_holds_files_of_one_name_together(tmp_path: Path) -> None:
    path = tmp_path / "report.csv"
    write_report(str(path), [companion("cat.CR2"), CAT, companion("cat.jpg.xmp"), companion("dog.jpg")], LIBRARY)
    rows = rows_of(path)
    write_rows(path, [row[: COLUMNS.index("companion_of")] for row in rows])
    assert names(read_done(str(path), LIBRARY)) == [{"dog.jpg"}, {"cat.CR2", "cat.jpg", "cat.jpg.xmp"}]


@pytest.mark.parametrize(
    "decision", [replace(CAT, status="planned"), replace(CAT, status="skipped"), replace(CAT, stays=True)]
)
def test_there_is_nothing_to_take_back_where_nothing_was_placed(tmp_path: Path, decision: Decision) -> None:
    with pytest.raises(AlbumsortError, match=r"report\.csv: the report says that nothing was done"):
        read(tmp_path / "report.csv", [decision])


def test_the_library_has_to_be_known_even_where_all_paths_are_absolute(tmp_path: Path) -> None:
    with pytest.raises(AlbumsortError, match="name it with --library"):
        read(tmp_path / "report.csv", [replace(CAT, path="/elsewhere/cat.jpg")], None)


def test_a_time_that_no_report_can_tell_is_not_given_back(tmp_path: Path) -> None:
    [[step]] = read(tmp_path / "report.csv", [replace(CAT, stamp=Stamp(1, 2**70, 0))]).units
    assert step.origin is None


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("size", ""),
        ("size", "²"),
        ("size", "-1"),
        ("size", "9" * 5000),
        ("modified", "2023-99-06T10:34:56.123456789Z"),
        ("modified", "2023-02-30T10:34:56.123456789Z"),
        ("modified", "2400-01-01T00:00:00.000000000Z"),
        ("modified", "yesterday"),
        ("sha256", "abc"),
        ("action", "delete"),
        ("path", ""),
        ("path", "a\0b"),
        ("path", "../cat.jpg"),
        ("destination", "a\0b"),
        ("destination", "Pets/cat.jpg"),
        ("destination", "/albums/../cat.jpg"),
    ],
)
def test_a_cell_that_albumsort_cannot_have_written_is_refused_with_its_line(
    tmp_path: Path, cell: str, value: str
) -> None:
    path = tmp_path / "report.csv"
    write_report(str(path), [CAT, companion("cat.xmp")], LIBRARY)
    rows = rows_of(path)
    rows[2][COLUMNS.index(cell)] = value
    write_rows(path, rows)
    with pytest.raises(
        AlbumsortError, match=r"report\.csv(, line 3: .*; nothing was done$|: the report cannot be read)"
    ):
        read_done(str(path), LIBRARY)


@pytest.mark.parametrize("cells", [1, COLUMNS.index("status") + 1, len(COLUMNS) - 1, len(COLUMNS) + 1])
def test_a_row_of_another_length_is_refused_with_its_line(tmp_path: Path, cells: int) -> None:
    path = tmp_path / "report.csv"
    write_report(str(path), [CAT], LIBRARY)
    head, row = rows_of(path)
    write_rows(path, [head, [*row, "more"][:cells]])
    with pytest.raises(AlbumsortError, match=r"report\.csv, line 2: the row has not as many cells"):
        read_done(str(path), LIBRARY)


ODD = st.sampled_from(
    ["", "²", "9" * 5000, "2023-99-06T10:34:56.123456789Z", "a\0b", "/", "//", "done", "'", "symlink"]
)


@given(
    action=st.sampled_from(ACTIONS),
    changes=st.dictionaries(st.sampled_from(COLUMNS), st.text(max_size=30) | ODD, max_size=4),
    head=st.dictionaries(st.sampled_from(COLUMNS), st.sampled_from(COLUMNS) | st.text(max_size=9), max_size=1),
    cells=st.integers(0, len(COLUMNS) + 1),
    cut=st.integers(0, 40),
)
@example("symlink", {"destination": "/a\0b"}, {}, len(COLUMNS), 0)
@example("move", {"path": "a\0b"}, {}, len(COLUMNS), 0)
@example("move", {}, {}, COLUMNS.index("status") + 1, 0)
def test_any_report_gives_steps_or_is_refused(
    tmp_path_factory: pytest.TempPathFactory,
    action: Action,
    changes: Mapping[str, str],
    head: Mapping[str, str],
    cells: int,
    cut: int,
) -> None:
    path = tmp_path_factory.mktemp("report") / "report.csv"
    write_report(str(path), [replace(CAT, action=action), companion("cat.xmp")], LIBRARY)
    header, photo, other = rows_of(path)
    row = [changes.get(column, cell) for column, cell in zip(COLUMNS, photo, strict=True)]
    write_rows(path, [[head.get(name, name) for name in header], [*row, "more"][:cells], other])
    path.write_bytes(path.read_bytes()[: -cut or None])
    try:
        reported = read_done(str(path), LIBRARY)
    except AlbumsortError:
        return
    assert reported.units
    for step in (step for unit in reported.units for step in unit):
        with suppress(OSError):
            obstacle(fitted(inverse(step)), read=True)


def rows_of(path: Path) -> list[list[str]]:
    with open(path, encoding="utf-8", errors="surrogateescape", newline="") as file:
        return list(csv.reader(file))


def write_rows(path: Path, rows: Sequence[Sequence[str]]) -> None:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    path.write_bytes(text.getvalue().encode("utf-8", "surrogateescape"))
