"""The CSV report is a contract: columns, cells, exact names, no formulas, and it never overwrites anything else."""

from __future__ import annotations

import csv
import re
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from albumsort.errors import AlbumsortError
from albumsort.plan.report import COLUMNS, check_report_place, row, write_report
from albumsort.records import CaptureTime, Decision, Metadata
from albumsort.stamps import Stamp

CAT = Decision(
    path="/photos/2023/cat.jpg",
    status="planned",
    note="a note",
    stamp=Stamp(1234, 1_683_369_296_123_456_789, 5),
    content="ab" * 32,
    metadata=Metadata(None, "+02:00", -52.5, 13.4),
    captured=CaptureTime(datetime(2023, 5, 6, 12, 34, 56), "exif", time_zone="+02:00"),
    category="pets",
    confidence=0.93456,
    labels=(("tabby", 0.87), ("tiger cat", 0.05), ("Egyptian cat", 0.01)),
    tags=("cats", "indoors"),
    album="Pets/2023",
    action="move",
    destination="/albums/Pets/2023/cat.jpg",
)


def cells(decision: Decision, library: str = "/photos") -> dict[str, str]:
    return dict(zip(COLUMNS, row(decision, library), strict=True))


def read(path: Path) -> list[dict[str, str]]:
    with open(path, encoding="utf-8", errors="surrogateescape", newline="") as file:
        return list(csv.DictReader(file))


def test_the_columns_are_those_that_scripts_rely_on() -> None:
    assert ", ".join(COLUMNS) == (
        "path, category, confidence, labels, taken_at, time_source, time_zone, latitude, longitude, place, country, "
        "event, trip, album, action, destination, status, note, size, modified, sha256, tags, people, companion_of"
    )


def test_the_columns_are_documented_in_their_order() -> None:
    text = (Path(__file__).parents[2] / "docs" / "report.md").read_text(encoding="utf-8")
    cells = [line.split("|")[1] for line in text.splitlines() if line.startswith("| `")]
    assert tuple(name for cell in cells for name in re.findall("`(.*?)`", cell)) == COLUMNS


def test_a_photo_is_one_row_with_all_that_is_known() -> None:
    assert cells(CAT) == dict.fromkeys(("place", "country", "event", "trip", "people", "companion_of"), "") | {
        "path": "2023/cat.jpg",
        "category": "pets",
        "confidence": "0.935",
        "labels": "tabby=0.87; tiger cat=0.05; Egyptian cat=0.01",
        "taken_at": "2023-05-06T12:34:56",
        "time_source": "exif",
        "time_zone": "'+02:00",
        "latitude": "-52.500000",
        "longitude": "13.400000",
        "album": "Pets/2023",
        "action": "move",
        "destination": "/albums/Pets/2023/cat.jpg",
        "status": "planned",
        "note": "a note",
        "size": "1234",
        "modified": "2023-05-06T10:34:56.123456789Z",
        "sha256": "ab" * 32,
        "tags": "cats; indoors",
    }


def test_a_companion_is_a_row_of_its_own_that_says_whose_it_is() -> None:
    companion = replace(CAT, path="/photos/2023/cat.xmp", content="", companion_of=CAT.path, note="goes with cat.jpg")
    row = cells(replace(companion, destination="/albums/Pets/2023/cat.xmp"))
    assert (row["path"], row["destination"]) == ("2023/cat.xmp", "/albums/Pets/2023/cat.xmp")
    assert (row["note"], row["sha256"], row["category"]) == ("goes with cat.jpg", "", "pets")
    assert row["companion_of"] == "2023/cat.jpg"


def test_the_photo_of_a_companion_is_written_as_its_path_is() -> None:
    for photo in ("/photos/=1.jpg", "/photographs/a.jpg", "/photos/a; b.jpg"):
        companion = cells(Decision("/photos/a.xmp", "done", companion_of=photo))
        assert companion["companion_of"] == cells(Decision(photo, "done"))["path"]


def test_where_only_an_older_copy_goes_there_is_no_destination() -> None:
    assert cells(replace(CAT, stays=True))["destination"] == ""
    assert cells(replace(CAT, stays=True, status="done"))["destination"] == ""


def test_a_date_without_an_hour_stands_alone() -> None:
    captured = CaptureTime(datetime(2023, 5, 6), "filename", date_only=True)
    assert cells(Decision("/photos/a.jpg", "skipped", captured=captured))["taken_at"] == "2023-05-06"


def test_a_path_outside_the_library_is_absolute() -> None:
    assert cells(Decision("/photographs/a.jpg", "skipped"))["path"] == "/photographs/a.jpg"


@given(st.binary(min_size=1, max_size=40).filter(lambda name: b"/" not in name and b"\0" not in name))
def test_every_name_survives_writing_and_reading(tmp_path_factory: pytest.TempPathFactory, name: bytes) -> None:
    path = tmp_path_factory.mktemp("report") / "report.csv"
    exact = name.decode("utf-8", "surrogateescape")
    write_report(str(path), [Decision(f"/photos/{exact}", "skipped")], "/photos")
    cell = read(path)[0]["path"]
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    assert cell.removeprefix("'") == exact


def test_a_new_report_takes_the_place_of_an_old_one(tmp_path: Path) -> None:
    path = tmp_path / "report.csv"
    write_report(str(path), [CAT, CAT], "/photos")
    write_report(str(path), [CAT], "/photos")
    assert len(read(path)) == 1
    assert [entry.name for entry in tmp_path.iterdir()] == ["report.csv"]


@pytest.mark.parametrize("content", [b"\xff\xd8\xff\xe0 the only copy", b"\nDear diary", b" ", b"path,size\n"])
def test_a_file_that_is_no_report_is_never_overwritten(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "IMG_1.jpg"
    file.write_bytes(content)
    with pytest.raises(AlbumsortError, match=r"IMG_1\.jpg: this is not a report"):
        write_report(str(file), [CAT], "/photos")
    assert file.read_bytes() == content


def test_a_folder_or_a_missing_folder_is_refused_at_the_start(tmp_path: Path) -> None:
    with pytest.raises(AlbumsortError, match="name of a file"):
        check_report_place(str(tmp_path))
    with pytest.raises(AlbumsortError, match="there is no folder"):
        check_report_place(str(tmp_path / "missing" / "report.csv"))
