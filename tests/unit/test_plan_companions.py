"""The plan for photos with companions, for videos and for RAW files: together, under one number, never confused."""

from __future__ import annotations

from dataclasses import replace

import pytest

from albumsort.plan.plan import Known
from albumsort.plan.seen import RAW_WAITS
from albumsort.records import Action
from tests.unit.planning import CAT, LUNCH, PETS, UNCLEAR, Disk, known, outcome, outcomes, plan

LINKS: list[Action] = ["copy", "hardlink", "symlink"]
AS_IT_IS = {"copy": "bytes of", "hardlink": "hard link of", "symlink": "->"}


def placed_before(action: Action, sidecar: str = "") -> tuple[Disk, Known]:
    """A photo with a sidecar, and the album into which both were put; the sidecar there may be another by now."""
    photo = "cat" if action == "copy" else f"{AS_IT_IS[action]} /photos/cat.jpg"
    xmp = sidecar or f"{AS_IT_IS[action]} /photos/cat.xmp"
    disk = Disk(**{f"{PETS}/cat.jpg": photo, f"{PETS}/cat.xmp": xmp})
    placed = [disk.placed(f"{PETS}/cat.jpg", action, "cat"), disk.placed(f"{PETS}/cat.xmp", action, "its hash")]
    return disk, known("/photos/cat.jpg", "cat", beside=(".xmp",), placements=placed)


def rated_again(cat: Known) -> Known:
    """The photo with its sidecar saved anew, as another file."""
    [xmp] = cat.companions
    return replace(
        cat, companions=(replace(xmp, found=replace(xmp.found, stamp=replace(xmp.found.stamp, mtime_ns=9))),)
    )


def test_companions_are_planned_with_their_photo_after_it() -> None:
    photo, raw, xmp = plan(known("/photos/cat.jpg", beside=(".xmp", ".CR2")))
    assert [outcome(row) for row in (photo, raw, xmp)] == [
        ("planned", f"{PETS}/cat.jpg"),
        ("planned", f"{PETS}/cat.CR2"),
        ("planned", f"{PETS}/cat.xmp"),
    ]
    assert (photo.companion_of, raw.companion_of, xmp.companion_of) == ("", "/photos/cat.jpg", "/photos/cat.jpg")
    assert (xmp.note, xmp.photo_id, xmp.category, xmp.content) == ("goes with cat.jpg", photo.photo_id, "pets", "")


@pytest.mark.parametrize("taken", ["cat.jpg", "cat.xmp", "cat.CR2"])
def test_all_are_renamed_where_the_name_of_one_is_taken(taken: str) -> None:
    disk = Disk(**{f"{PETS}/{taken}": "another"})
    decisions = plan(known("/photos/cat.jpg", beside=(".CR2", ".xmp")), disk=disk)
    assert outcomes(decisions) == [("planned", name) for name in ("cat (2).jpg", "cat (2).CR2", "cat (2).xmp")]
    assert decisions[0].note == f"another file there is called {taken}"


def test_a_sidecar_that_names_its_photo_in_full_is_numbered_inside_its_name() -> None:
    disk = Disk(**{f"{PETS}/cat.jpg": "another"})
    decisions = plan(known("/photos/cat.jpg", beside=(".jpg.xmp",)), disk=disk)
    assert outcomes(decisions) == [("planned", "cat (2).jpg"), ("planned", "cat (2).jpg.xmp")]


@pytest.mark.parametrize("there", ["cat.xmp", "cat.jpg.json", "CAT.CR2", "cat.mov"])
def test_a_photo_is_not_put_beside_what_would_be_taken_for_its_companion(there: str) -> None:
    [decision] = plan(known("/photos/cat.jpg"), disk=Disk(**{f"{PETS}/{there}": "of another photo"}))
    assert outcome(decision) == ("planned", f"{PETS}/cat (2).jpg")
    assert decision.note == "a file there has the same name with another suffix"


def test_companions_are_not_put_beside_a_photo_that_they_could_be_taken_for_its_own() -> None:
    disk = Disk(**{f"{PETS}/cat.png": "another photo"})
    assert outcomes(plan(known("/photos/cat.jpg"), disk=disk)) == [("planned", "cat.jpg")]
    decisions = plan(known("/photos/cat.jpg", beside=(".xmp",)), disk=disk)
    assert outcomes(decisions) == [("planned", "cat (2).jpg"), ("planned", "cat (2).xmp")]


def test_two_photos_of_one_stem_from_two_folders_are_kept_apart_in_one_plan() -> None:
    with_sidecar = known("/photos/a/cat.jpg", beside=(".xmp",))
    alone = known("/photos/b/cat.heic")
    assert outcomes(plan(with_sidecar, alone)) == [
        *(("planned", "cat.jpg"), ("planned", "cat.xmp")),
        ("planned", "cat (2).heic"),
    ]
    assert outcomes(plan(alone, with_sidecar)) == [
        ("planned", "cat.heic"),
        *(("planned", "cat (2).jpg"), ("planned", "cat (2).xmp")),
    ]


@pytest.mark.parametrize(
    ("action", "there"),
    [("copy", "cat"), ("hardlink", "hard link of /photos/cat.jpg"), ("symlink", "-> /photos/cat.jpg")],
)
def test_a_companion_that_came_later_gets_the_number_of_its_photo(action: Action, there: str) -> None:
    disk = Disk(**{f"{PETS}/cat.jpg": "another", f"{PETS}/cat (2).jpg": there})
    placed = [disk.placed(f"{PETS}/cat (2).jpg", action, "cat")]
    cat = known("/photos/cat.jpg", "cat", beside=(".xmp",), placements=placed)
    assert outcomes(plan(cat, disk=disk, action=action)) == [("skipped", "cat (2).jpg"), ("planned", "cat (2).xmp")]


def test_a_companion_that_was_taken_out_by_hand_stays_out() -> None:
    disk, cat = placed_before("symlink")
    del disk.entries[f"{PETS}/cat.xmp"]
    photo, xmp = plan(cat, disk=disk)
    assert (photo.status, xmp.status) == ("skipped", "skipped")
    assert xmp.note == "goes with cat.jpg; it was taken out of the album"


@pytest.mark.parametrize("action", LINKS)
def test_a_companion_that_was_taken_out_comes_along_when_its_photo_moves(action: Action) -> None:
    disk, cat = placed_before(action)
    del disk.entries[f"{PETS}/cat.xmp"]
    photo, xmp = plan(cat, disk=disk, action="move")
    assert [outcome(photo), outcome(xmp)] == [("planned", f"{PETS}/cat.jpg"), ("planned", f"{PETS}/cat.xmp")]
    assert xmp.note == "goes with cat.jpg"


def test_an_earlier_version_of_a_sidecar_in_the_album_stays_beside_the_photo() -> None:
    disk, cat = placed_before("copy", "rated before")
    photo, xmp = plan(rated_again(cat), disk=disk, action="copy")
    assert [outcome(photo), outcome(xmp)] == [("skipped", f"{PETS}/cat.jpg"), ("skipped", f"{PETS}/cat.xmp")]
    assert xmp.note == "goes with cat.jpg; an earlier version is there, and stays"


@pytest.mark.parametrize("action", ["copy", "hardlink"])
def test_a_photo_moves_with_its_sidecar_past_an_earlier_version_of_that(action: Action) -> None:
    disk, cat = placed_before(action, "rated before")
    photo, xmp = plan(rated_again(cat), disk=disk, action="move")
    assert [outcome(photo), outcome(xmp)] == [("planned", f"{PETS}/cat (2).jpg"), ("planned", f"{PETS}/cat (2).xmp")]
    assert [[old.destination for old in row.gives_way] for row in (photo, xmp)] == [[f"{PETS}/cat.jpg"], []]


@pytest.mark.parametrize("sidecar", ["", "bytes of /photos/cat.xmp", "of somebody else"])
def test_a_photo_whose_bytes_the_user_put_into_the_album_stays_with_its_companions(sidecar: str) -> None:
    disk = Disk(**{f"{PETS}/cat.jpg": "cat"} | ({f"{PETS}/cat.xmp": sidecar} if sidecar else {}))
    photo, xmp = plan(known("/photos/cat.jpg", "cat", beside=(".xmp",)), disk=disk, action="move")
    assert [photo.status, xmp.status] == ["skipped", "skipped"]
    assert photo.note == "the same bytes are there already"
    assert xmp.note == "goes with cat.jpg; stays with its photo: the same bytes are there already"


def test_a_photo_whose_sidecar_the_user_put_into_the_album_moves_with_it_under_another_number() -> None:
    disk = Disk(**{f"{PETS}/cat.xmp": "bytes of /photos/cat.xmp"})
    decisions = plan(known("/photos/cat.jpg", "cat", beside=(".xmp",)), disk=disk, action="move")
    assert outcomes(decisions) == [("planned", "cat (2).jpg"), ("planned", "cat (2).xmp")]


@pytest.mark.parametrize("action", [*LINKS, "move"])
def test_nothing_is_put_beside_a_photo_that_was_edited_after_it_was_taken_out(action: Action) -> None:
    disk, cat = placed_before("copy")
    del disk.entries[f"{PETS}/cat.jpg"], disk.entries[f"{PETS}/cat.xmp"]
    edited = replace(cat, photo=replace(cat.photo, content="edited"), placements=cat.placements[:1])
    photo, xmp = plan(edited, disk=disk, action=action)
    assert (photo.status, photo.note) == ("skipped", "it was taken out of the album")
    assert (xmp.status, xmp.note) == (
        "skipped",
        "goes with cat.jpg; stays with its photo: it was taken out of the album",
    )


@pytest.mark.parametrize(
    ("action", "why"),
    [
        ("copy", "takes the place of its copy"),
        ("hardlink", "a hard link of it is there already; its old name goes"),
        ("symlink", "takes the place of the link to it"),
    ],
)
def test_the_note_of_a_companion_says_what_it_goes_with_and_what_gives_way(action: Action, why: str) -> None:
    disk, cat = placed_before(action)
    photo, xmp = plan(cat, disk=disk, action="move")
    assert (photo.note, xmp.note) == (why, f"goes with cat.jpg; {why}")
    assert [len(row.gives_way) for row in (photo, xmp)] == [1, 1]


@pytest.mark.parametrize(
    ("prediction", "note"), [(UNCLEAR, "unsorted, not sure enough: Food has 0.60, and needs 0.90"), (None, "cut off")]
)
def test_the_companions_of_a_photo_that_stays_stay(prediction: object, note: str) -> None:
    cat = known("/photos/cat.jpg", beside=(".CR2",), prediction=prediction)  # type: ignore[arg-type]
    photo, raw = plan(replace(cat, photo=replace(cat.photo, problem="" if prediction else "cut off")))
    assert (photo.status, photo.note, raw.status) == ("skipped", note, "skipped")
    assert (raw.note, raw.companion_of) == ("goes with cat.jpg", "/photos/cat.jpg")


def test_the_companions_of_a_photo_whose_path_would_be_too_long_are_reported_too() -> None:
    albums = "/" + "/".join(["deep" * 50] * 20)
    photo, raw = plan(known("/photos/" + "a" * 200 + ".jpg", beside=(".CR2",)), albums=albums)
    assert (photo.status, raw.status) == ("skipped", "skipped")
    assert "longer than 4095 bytes" in photo.note
    assert raw.companion_of == photo.path


def test_a_video_of_its_own_goes_to_the_videos_and_takes_its_sidecar_along() -> None:
    video, sidecar = plan(known("/photos/clip.mp4", beside=(".mp4.xmp",)))
    assert outcome(video) == ("planned", "/albums/Videos/2023/clip.mp4")
    assert (video.category, video.confidence, video.labels) == ("videos", None, ())
    assert outcome(sidecar) == ("planned", "/albums/Videos/2023/clip.mp4.xmp")


def test_the_moving_part_of_a_live_photo_goes_with_it() -> None:
    assert outcomes(plan(known("/photos/cat.heic", beside=(".mov",)))) == [
        ("planned", "cat.heic"),
        ("planned", "cat.mov"),
    ]


def test_a_raw_file_alone_is_a_photo_that_nobody_has_recognised() -> None:
    raw, xmp = plan(known("/photos/cat.CR2", beside=(".xmp",)))
    assert (raw.status, raw.category, raw.destination) == ("skipped", "unsorted", "")
    assert raw.note == f"unsorted, {RAW_WAITS}"
    assert (xmp.status, xmp.note) == ("skipped", "goes with cat.CR2")


def test_of_photos_with_the_same_bytes_the_one_with_most_companions_counts() -> None:
    alone, with_raw = known("/photos/a/cat.jpg", "same"), known("/photos/b/cat.jpg", "same", CAT, (".CR2",))
    first, second, raw = plan(alone, with_raw)
    assert (first.status, first.note) == ("skipped", "duplicate of /photos/b/cat.jpg")
    assert (second.status, raw.status) == ("planned", "planned")


@pytest.mark.parametrize("action", ["copy", "hardlink", "symlink"])
@pytest.mark.parametrize("number", ["", " (2)"])
def test_what_was_placed_of_companions_gives_way_each_for_its_own_file(action: Action, number: str) -> None:
    kinds = {"copy": "bytes of", "hardlink": "hard link of", "symlink": "->"}
    there = {suffix: f"{PETS}/cat{number}{suffix}" for suffix in (".CR2", ".jpg", ".xmp")}
    disk = Disk(**{path: f"{kinds[action]} /photos/cat{suffix}" for suffix, path in there.items()})
    contents = {".CR2": "" if action != "copy" else "hash of it", ".jpg": "cat", ".xmp": ""}
    placed = [disk.placed(path, action, contents[suffix]) for suffix, path in there.items()]
    cat = known("/photos/cat.jpg", "cat", LUNCH, (".CR2", ".xmp"), placements=placed)
    decisions = plan(cat, disk=disk, action=action)
    assert {row.path: [old.destination for old in row.gives_way] for row in decisions} == {
        f"/photos/cat{suffix}": [path] for suffix, path in there.items()
    }
