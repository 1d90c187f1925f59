"""The summary on the screen: what goes where, what does not and why, in few lines and without surprises."""

from __future__ import annotations

import pytest

from albumsort.plan.columns import printable
from albumsort.plan.seen import RAW_WAITS
from albumsort.plan.summary import FOLDERS, WIDTH, summary
from albumsort.records import Decision, Tags


def photo(path: str, status: str = "planned", **fields: object) -> Decision:
    return Decision(path=path, status=status, photo_id=1, **{"category": "pets", **fields})  # type: ignore[arg-type]


def test_albums_are_counted_by_their_top_folder_and_what_is_below() -> None:
    decisions = [
        photo("/p/1.jpg", album="Pets/2022"),
        photo("/p/2.jpg", album="Pets/2023"),
        photo("/p/3.jpg", album="Pets/2023"),
        photo("/p/4.jpg", album="Food/2023"),
    ]
    assert summary(decisions, "/albums", "planned", "to sort", read=0) == [
        "4 photos read, 4 to sort into 3 albums of /albums",
        "  Food       1  2023: 1",
        "  Pets       3  2022: 1, 2023: 2",
    ]


def test_numbers_stand_below_each_other_where_folders_have_chinese_names() -> None:
    albums = {"宠物/2023": 2, "车辆": 1, "2023/ab": 1}
    decisions = [photo(f"/p/{name}/{n}", album=name) for name, number in albums.items() for n in range(number)]
    assert summary(decisions, "/albums", "planned", "to sort", read=0)[1:] == [
        "  2023       1  ab: 1",
        "  宠物       2  2023: 2",
        "  车辆       1",
    ]


def test_a_layout_with_many_folders_is_cut_and_says_how_many_more() -> None:
    below = [photo(f"/p/{n}.jpg", album=f"2019/2019-{n:03} Pets") for n in range(90)]
    _, line = summary(below, "/albums", "planned", "to sort", read=0)
    assert line.startswith("  2019      90  2019-000 Pets: 1, 2019-001 Pets: 1, ")
    shown = line.count("Pets")
    assert line.endswith(f", and {90 - shown} more")
    assert 1 < shown < 90
    assert len(line) < WIDTH + 50

    flat = [photo(f"/p/{n}.jpg", album=f"{n:03}") for n in range(FOLDERS + 7)]
    lines = summary(flat, "/albums", "planned", "to sort", read=0)
    assert lines[-2:] == [f"  {FOLDERS - 1:03}       1", "  and 7 other folders; --report has them all"]


def test_years_are_not_cut() -> None:
    years = [photo(f"/p/{year}.jpg", album=f"Pets/{year}") for year in range(2004, 2024)]
    assert "more" not in summary(years, "/albums", "planned", "to sort", read=0)[1]


@pytest.mark.parametrize(
    ("read", "told"), [(0, "3 photos, none of them new"), (1, "3 photos, 1 of them new"), (2, "3 photos read")]
)
def test_the_first_line_says_how_many_photos_are_new(read: int, told: str) -> None:
    decisions = [
        photo("/p/1.jpg", "skipped", confidence=0.9),
        photo("/p/2.jpg", "skipped", confidence=0.8),
        photo("/p/film.mp4", "skipped", category="videos"),
    ]
    assert summary(decisions, "/albums", "planned", "to sort", read=read)[0] == f"{told}, none to sort"


def test_what_the_network_never_saw_was_read_and_not_recognised() -> None:
    seen, film = photo("/p/1.jpg", "skipped", confidence=0.9), photo("/p/film.mp4", "skipped", category="videos")
    raw = photo("/p/a.nef", "skipped", category="unsorted", note=RAW_WAITS)
    told = [summary(rows, "/albums", "planned", "to sort", read=1)[0] for rows in ([seen], [seen, film], [raw])]
    assert told == [f"{what}, none to sort" for what in ("1 photo recognised", "2 photos read", "1 photo read")]


def test_a_file_that_cannot_be_read_is_not_a_new_photo_each_time() -> None:
    decisions = [
        photo("/p/1.jpg", "skipped", confidence=0.9),
        photo("/p/2.jpg", "skipped", confidence=0.9),
        photo("/p/locked.jpg", "skipped", category="", note="it cannot be read", tried_again=True),
    ]
    assert summary(decisions, "/albums", "done", "moved", read=1)[0] == "2 photos, none of them new, none moved"


def test_what_was_not_done_is_not_counted_as_done() -> None:
    decisions = [photo("/p/1.jpg", "done", album="Pets"), photo("/p/2.jpg", album="Pets")]
    assert summary(decisions, "/albums", "done", "moved", read=0)[0] == "2 photos read, 1 moved into 1 album of /albums"


def test_what_stays_fails_or_cannot_be_read_is_grouped_by_reason_with_an_example() -> None:
    decisions = [
        photo("/p/1.jpg", "skipped", note="unsorted, not sure enough: Pets has 0.20, and needs 0.44"),
        photo("/p/2.jpg", "skipped", note="unsorted, not sure enough: Food has 0.10, and needs 0.44"),
        photo("/p/3.jpg", "failed", note="no space left for it"),
        photo("/p/4.jpg", "skipped", category="", note="cut off: 48 bytes are missing"),
        Decision("/p/pipe.jpg", "skipped", "a named pipe; never opened"),
    ]
    assert summary(decisions, "/albums", "done", "copied", read=0) == [
        "3 photos read, none copied",
        "Nothing to do for 2 photos:",
        "       2  unsorted, not sure enough, such as /p/1.jpg",
        "1 photo could not be placed:",
        "       1  no space left for it, such as /p/3.jpg",
        "1 photo could not be read:",
        "       1  cut off, such as /p/4.jpg",
        "1 file or folder passed over:",
        "       1  a named pipe; never opened, such as /p/pipe.jpg",
    ]


def test_a_photo_counts_once_whatever_goes_with_it() -> None:
    beside = {"companion_of": "/p/1.jpg", "note": "goes with 1.jpg"}
    broken = {"category": "", "companion_of": "/p/3.jpg", "note": "goes with 3.jpg"}
    decisions = [
        photo("/p/1.jpg", album="Pets"),
        photo("/p/1.cr2", album="Pets", **beside),
        photo("/p/1.jpg.xmp", "skipped", album="Pets", **beside),
        photo("/p/3.jpg", "skipped", category="", note="cut off"),
        photo("/p/3.xmp", "skipped", **broken),
    ]
    assert summary(decisions, "/albums", "planned", "to sort", read=0) == [
        "1 photo read, 1 (2 files) to sort into 1 album of /albums",
        "  Pets       1",
        "1 photo could not be read:",
        "       1  cut off, such as /p/3.jpg",
    ]


def test_a_photo_with_several_places_is_one_photo() -> None:
    beside = {"companion_of": "/p/1.jpg", "note": "goes with 1.jpg"}
    decisions = [
        photo("/p/1.jpg", album="Pets/2023", confidence=0.9),
        photo("/p/1.xmp", album="Pets/2023", **beside),
        photo("/p/1.jpg", album="2023/Zoo", confidence=0.9),
        photo("/p/1.xmp", album="2023/Zoo", **beside),
        photo("/p/2.jpg", "skipped", album="Pets/2023", confidence=0.9, note="a symbolic link to it is there already"),
        photo("/p/2.jpg", album="2023/Zoo", confidence=0.9),
        photo("/p/3.jpg", "skipped", album="Pets/2023", confidence=0.9, note="a symbolic link to it is there already"),
        photo("/p/3.jpg", "skipped", album="2023/Zoo", confidence=0.9, note="a symbolic link to it is there already"),
        photo("/p/4.jpg", category="unsorted", album="2023/Zoo", confidence=0.2),
        photo("/p/5.jpg", "failed", album="Pets/2023", confidence=0.9, note="no space"),
        photo("/p/5.jpg", "failed", album="2023/Zoo", confidence=0.9, note="no space"),
    ]
    assert summary(decisions, "/albums", "planned", "to link", read=5) == [
        "5 photos recognised, 3 (4 files) to link into 2 albums of /albums",
        "  2023       3  Zoo: 3",
        "  Pets       1  2023: 1",
        "Nothing to do for 1 photo:",
        "       1  a symbolic link to it is there already, such as /p/3.jpg",
        "1 photo could not be placed:",
        "       1  no space, such as /p/5.jpg",
    ]


@pytest.mark.parametrize(
    ("photos", "companions", "told"),
    [
        (1, 0, "1 photo"),
        (1, 1, "1 photo and 1 file that goes with it"),
        (1, 2, "1 photo and 2 files that go with it"),
        (2, 1, "2 photos and 1 file that goes with them"),
        (2, 2, "2 photos and 2 files that go with them"),
        (0, 1, "1 file that goes with a photo"),
        (0, 2, "2 files that go with a photo"),
    ],
)
def test_what_failed_is_counted_as_photos_and_files_that_go_with_them(photos: int, companions: int, told: str) -> None:
    decisions = [photo(f"/p/{number}.jpg", "failed", note="no space") for number in range(photos)]
    decisions += [
        photo(f"/p/0.{number}", "failed", note="no space", companion_of="/p/0.jpg") for number in range(companions)
    ]
    assert f"{told} could not be placed:" in summary(decisions, "/albums", "done", "copied", read=0)


def test_a_photo_whose_old_link_goes_is_not_counted_as_sorted() -> None:
    decisions = [photo("/p/1.jpg", "done", category="unsorted", stays=True, note="its link in Pets goes")]
    assert summary(decisions, "/albums", "done", "linked", read=0) == ["1 photo read, none linked"]


def test_many_reasons_are_cut_with_a_hint_to_the_report() -> None:
    decisions = [photo(f"/p/{number}.jpg", "skipped", note=f"reason {number}") for number in range(12)]
    assert summary(decisions, "/albums", "planned", "to sort", read=0)[-1] == (
        "          and 4 other reasons; --report has them all"
    )


def test_a_name_cannot_command_the_terminal() -> None:
    assert printable("a\nb\x1b[31m\u202egpj.exe \udcff 滑雪 été") == r"a\nb\x1b[31m\u202egpj.exe \udcff 滑雪 été"


@pytest.mark.parametrize(
    ("inside", "beside", "told"),
    [
        (2, 0, "2 to tag in the files themselves"),
        (0, 2, "2 to tag in sidecars"),
        (1, 1, "2 to tag, 1 of them in the files themselves, the others in sidecars"),
    ],
)
def test_tags_are_told_by_where_they_go(inside: int, beside: int, told: str) -> None:
    paths = [f"/p/{n}.jpg" for n in range(inside + beside)]
    ends = [""] * inside + [".xmp"] * beside
    decisions = [
        photo(path, destination=path + end, to_tag=Tags(("Pets",))) for path, end in zip(paths, ends, strict=True)
    ]
    assert summary(decisions, "/albums", "planned", "to tag", read=0) == [f"2 photos read, {told}"]
