"""Why something was done, left or refused is said in the language that is spoken, wherever it is known."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from albumsort.apply.albums import choose_albums
from albumsort.apply.apply import carry_out_unit, reason, steps_for
from albumsort.errors import AlbumsortError, PictureError
from albumsort.events.name_template import check_template
from albumsort.guards.file_systems import FileSystem, moved_file_system, space_problem, suddenly_empty
from albumsort.guards.other_catalogs import catalogs_problem
from albumsort.labels.classes import find_class
from albumsort.labels.parse import parse_table
from albumsort.library.tagging import why_it_stays
from albumsort.library.walk import Passed, walk
from albumsort.library.xmp_edit import Packet
from albumsort.library.xmp_tree import XmpError
from albumsort.messages import speak
from albumsort.names import folder_name_problem
from albumsort.plan.agreed import only_agreed
from albumsort.plan.layout import parse_layout
from albumsort.plan.plan import Known
from albumsort.plan.tagging import Look, make_tag_plan
from albumsort.records import Action, Decision
from albumsort.stamps import Stamp
from albumsort.steps import Splices
from albumsort.vision.decode import small_picture
from albumsort.vision.networks import Preprocessing, check_model
from albumsort.vision.raw import raw_preview

from .planning import CAT, PETS, RULES, UNCLEAR, Disk, known, plan

PHOTOS = ("/p/a.jpg", "/p/a.cr2", "/p/b.heic", "/q/a.jpg", "/q/a.mov", f"{PETS}/c.jpg")
IN_ALBUM = tuple(f"{PETS}/{name}" for name in ("a.jpg", "a.xmp", "a (2).jpg", "a.png", "b.heic", "c.jpg"))
THERE = st.dictionaries(st.sampled_from(IN_ALBUM), st.sampled_from(["cat", "mine", "-> /p/a.jpg"]), max_size=4)
ACTIONS: st.SearchStrategy[Action] = st.sampled_from(["move", "copy", "hardlink", "symlink"])

_CODE = re.compile(r"`[^`]*`|--[a-z-]+ [a-z]+|'[^']*'|\d+ [A-Z]?[a-z][a-zA-Z -]*|/[\w/. ()-]*")


@pytest.fixture(autouse=True, scope="module")
def chinese() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("LANGUAGE", "")
        speak(["zh"])
        yield
        speak([])


def in_chinese(text: str) -> bool:
    """Whether it says something, and no two English words of it follow each other but in names and code."""
    return bool(re.search("[一-龥]", text)) and not re.search(r"[a-z]{2,} [a-z]{2,}", _CODE.sub("", text))


@st.composite
def photos(draw: st.DrawFn) -> tuple[list[Known], Disk]:
    """Photos with and without companions and duplicates, which albumsort may have placed before, and the albums."""
    disk = Disk(**draw(THERE))
    found = []
    for path in draw(st.lists(st.sampled_from(PHOTOS), min_size=1, max_size=4, unique=True)):
        content = draw(st.sampled_from(["cat", path]))
        prediction, beside = draw(st.sampled_from([CAT, UNCLEAR])), draw(st.sampled_from([(), (".xmp",)]))
        placed = draw(st.lists(st.sampled_from(IN_ALBUM), max_size=2, unique=True))
        placements = [disk.placed(own, draw(ACTIONS), content) for own in placed if own in disk.entries]
        found.append(known(path, content, prediction, beside, placements=placements))
    return found, disk


@given(photos(), ACTIONS, st.booleans())
def test_notes_of_a_plan(found: tuple[list[Known], Disk], action: Action, rearrange: bool) -> None:
    decisions = plan(*found[0], disk=found[1], action=action, rearrange=rearrange)
    decisions += only_agreed(decisions, [])
    assert [own.note for own in decisions if own.note and not in_chinese(own.note)] == []


def test_what_was_taken_out_of_its_album_stays_out_in_any_language() -> None:
    disk = Disk(**{f"{PETS}/a.jpg": "cat", f"{PETS}/b.jpg": "cat"})
    placements = [disk.placed(f"{PETS}/{name}.jpg", "copy", "cat") for name in "ab"]
    del disk.entries[f"{PETS}/a.jpg"], disk.entries[f"{PETS}/b.jpg"]
    [decision] = plan(known("/p/a.jpg", "cat", placements=placements), disk=disk, action="copy")
    assert (decision.status, decision.gives_way) == ("skipped", ())
    assert decision.note == "它已被手动移出相册，因此不再处理；用 --rearrange 可以放回"


@pytest.mark.parametrize("problem", [None, XmpError("写法不常见"), PermissionError(13, "Permission denied")])
@pytest.mark.parametrize("path", ["/p/a.jpg", "/p/a.heic"])
@pytest.mark.parametrize("obstacle", ["", "文件有写保护"])
def test_notes_of_tags(path: str, problem: Exception | None, obstacle: str) -> None:
    def edit(*_arguments: object) -> Splices:
        if problem:
            raise problem
        return ()

    look = Look(edit, lambda _path: True, lambda _path: True, lambda _path: obstacle)
    photo = known(path, prediction=CAT, beside=(".xmp", ".jpg.xmp"))
    for into in ("file", "sidecar"):
        for decision in make_tag_plan([photo], replace(RULES, action="tag"), into, look):
            assert in_chinese(decision.note)


def test_notes_of_what_is_passed_over(tmp_path: Path) -> None:
    for folder in (".hidden", "@eaDir", "Photos.photoslibrary", "left out"):
        (tmp_path / folder).mkdir()
    os.mkfifo(tmp_path / "pipe.jpg")
    (tmp_path / "link.jpg").symlink_to("nowhere")
    (tmp_path / "up").symlink_to("..")
    rows = [row for rows in walk([str(tmp_path)], exclude=["left*"], is_own_folder=lambda _: False) for row in rows]
    notes = [row.note for row in rows if isinstance(row, Passed)]
    assert len(notes) == 7
    assert [note for note in notes if not in_chinese(note)] == []


def test_notes_of_what_could_not_be_done(tmp_path: Path) -> None:
    photo, albums = tmp_path / "a.jpg", tmp_path / "Albums"
    photo.write_bytes(b"cat")
    decision = Decision(
        *(str(photo), "planned"), stamp=Stamp.of(photo.lstat()), action="hardlink", destination=str(albums / "a.jpg")
    )
    steps = steps_for([decision], str(albums), absolute_links=False)
    albums.mkdir()
    (albums / "a.jpg").write_bytes(b"mine")
    assert carry_out_unit(steps).problem == "在此期间它的位置上出现了另一个文件；未做任何操作"
    photo.write_bytes(b"another cat")
    assert carry_out_unit(steps).problem == "查看之后发生了变化；下次运行时再处理"
    photo.unlink()
    assert carry_out_unit(steps).problem == "查看之后文件已不在"
    assert reason(PermissionError(13, "Permission denied")) == "没有权限"
    assert reason(OSError(28, "No space left on device")) == "磁盘空间不足；请腾出空间，再运行同一条命令"


def test_why_a_file_is_not_written(tmp_path: Path) -> None:
    photo = tmp_path / "a.jpg"
    photo.write_bytes(b"cat")
    photo.chmod(0o444)
    assert why_it_stays(str(photo)) == "文件有写保护"
    (tmp_path / "b.jpg").hardlink_to(photo)
    assert in_chinese(why_it_stays(str(photo)))
    for packet in (b"<x/>", b"<x>", b"<!DOCTYPE x><x/>"):
        with pytest.raises(XmpError) as error:
            Packet(packet)
        assert in_chinese(str(error.value))


@given(st.text(max_size=6) | st.sampled_from(["con", "..", "a.", ".a", " a", "ä" * 60, "\ud800", "\u202ea"]))
def test_why_a_name_is_no_folder(name: str) -> None:
    problem = folder_name_problem(name)
    assert not problem or in_chinese(problem)


def test_why_a_picture_is_not_decoded() -> None:
    stream = BytesIO()
    Image.effect_noise((320, 240), 50).save(stream, "JPEG")
    half, nothing = stream.getvalue()[:9000], b"\xff\xd8\xff"
    for data, why in ((half, "文件不完整: "), (nothing, "不是可以读取的图片: 文件头已损坏或不完整")):
        with pytest.raises(PictureError) as error:
            small_picture(BytesIO(data), "jpeg", Preprocessing())
        assert str(error.value).startswith(why)


def test_why_a_raw_file_is_not_decoded() -> None:
    pytest.importorskip("rawpy")
    with pytest.raises(PictureError, match=r"^不是 LibRaw 可以读取的 RAW 文件: "):
        raw_preview(BytesIO(b"no RAW file"), 224)


BAD_TABLE = b"""
threshold: 2
categories:
  pets: {name: {fr: Animaux}, classes: [281 tabby, 281 tabby, dog, 5000, 0 cat], colour: red}
  Food: {name: con, classes: [tabby], threshold: [1]}
  unsorted: {name: Pets, classes: {}}
tags:
  cats: {name: [], categories: [dogs]}
  cats: {name: Cats}
  none: {name: None}
"""


def test_problems_of_a_label_table() -> None:
    with pytest.raises(AlbumsortError) as error:
        parse_table(BAD_TABLE, "table.yaml")
    lines = str(error.value).splitlines()
    assert len(lines) > 12
    assert [line for line in lines if not in_chinese(line)] == []


REFUSED: list[Callable[[], object]] = [
    partial(walk, ["/absent"], is_own_folder=lambda _: False),
    partial(walk, ["/etc/passwd"], is_own_folder=lambda _: False),
    partial(parse_layout, "nope", ["Pets"]),
    partial(parse_layout, "{year}//{month}", ["Pets"]),
    partial(parse_layout, "{year}/con", ["Pets"]),
    partial(parse_layout, "{year", ["Pets"]),
    partial(check_template, "{nope}", "--event-name"),
    partial(check_template, "same", "--event-name"),
    partial(check_template, "{date", "--event-name"),
    partial(find_class, "no such thing"),
    partial(find_class, "5000"),
    partial(check_model, "nope"),
    partial(choose_albums, "/", ["/etc"]),
    partial(choose_albums, "/etc", ["/usr"]),
    partial(choose_albums, "/etc/passwd/x", ["/usr"]),
]


@pytest.mark.parametrize("refused", REFUSED)
def test_errors(refused: Callable[[], object]) -> None:
    with pytest.raises(AlbumsortError) as error:
        refused()
    assert in_chinese(str(error.value))


def test_warnings_before_a_run(tmp_path: Path) -> None:
    before = FileSystem("/mnt/photos", "ext4", "/dev/sdb1").stored()
    said = [
        moved_file_system(before, FileSystem("/", "overlay", "overlay")),
        suddenly_empty({"/p": (1200, 0)}),
        space_problem(str(tmp_path), 10**18),
        catalogs_problem([("Lightroom", "/p/a.lrcat"), ("Lightroom", "/p/b.lrcat")]),
    ]
    assert [text for text in said if not in_chinese(text)] == []
