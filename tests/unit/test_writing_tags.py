"""Writing tags: the file is replaced as a whole or not at all, and what was there before comes back exactly."""

from __future__ import annotations

import os
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest

from albumsort.apply.steps import UnfitError, carry_out, look
from albumsort.apply.tag import tag_step
from albumsort.apply.taking_back import fitted, inverse, is_gone, obstacle
from albumsort.apply.write import digests
from albumsort.library.tagging import why_it_stays
from albumsort.records import Decision, Tags
from albumsort.stamps import ABSENT, Stamp
from albumsort.steps import Step

from .test_embedded_xmp import PICTURES

PETS = Tags(("Pets",), (("Category", "Pets"),))


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "a.jpg"
    path.write_bytes(PICTURES["jpeg"])
    os.utime(path, ns=(1, 1_600_000_000_123_456_789))
    path.chmod(0o640)
    return path


def planned(photo: Path, destination: Path) -> Decision:
    stamp = Stamp.of(os.lstat(photo))
    return Decision(
        str(photo), "planned", stamp=stamp, action="tag", destination=str(destination), to_tag=PETS, format="jpeg"
    )


def step_for(photo: Path, *, inside: bool) -> Step:
    return tag_step(planned(photo, photo if inside else photo.with_name("a.jpg.xmp")))


def state(path: Path) -> tuple[bytes, int, int] | None:
    return (path.read_bytes(), path.stat().st_mtime_ns, path.stat().st_mode) if path.exists() else None


@pytest.mark.parametrize("inside", [True, False])
def test_a_step_is_told_done_or_not_by_what_is_there_and_taken_back_exactly(photo: Path, inside: bool) -> None:
    step = step_for(photo, inside=inside)
    path = Path(step.destination)
    before = state(path)
    assert look(step)[0] == "nothing"
    done = carry_out(step)
    assert look(step) == ("done", done.made)
    assert not is_gone(done)
    back = inverse(done)
    assert obstacle(back, read=True) == ""
    carry_out(back)
    assert state(path) == before
    assert is_gone(done)


@pytest.mark.parametrize("inside", [True, False])
def test_what_was_changed_since_it_was_looked_at_is_not_written(photo: Path, inside: bool) -> None:
    step = step_for(photo, inside=inside)
    Path(step.destination).write_bytes(b"mine")
    with pytest.raises(OSError, match="changed"):
        carry_out(step)
    assert Path(step.destination).read_bytes() == b"mine"
    assert not list(photo.parent.glob(".albumsort-*"))


def test_a_photo_that_changed_since_it_was_recognised_gets_no_sidecar(photo: Path) -> None:
    decision = planned(photo, photo.with_name("a.jpg.xmp"))
    photo.write_bytes(b"other")
    with pytest.raises(UnfitError, match="changed"):
        tag_step(decision)


def test_a_file_with_other_bytes_than_were_written_stays_when_tags_are_taken_back(photo: Path) -> None:
    done = carry_out(step_for(photo, inside=False))
    sidecar = Path(done.destination)
    sidecar.write_bytes(sidecar.read_bytes().replace(b"Pets", b"Dogs"))
    back = fitted(inverse(done))
    assert "was changed since its tags were written" in obstacle(back, read=False)
    os.utime(sidecar, ns=(1, done.made.mtime_ns if done.made else 0))
    with pytest.raises(OSError, match="changed"):
        carry_out(inverse(done))


def test_a_file_that_was_touched_but_has_the_same_bytes_is_taken_back(photo: Path) -> None:
    before = state(photo)
    done = carry_out(step_for(photo, inside=True))
    os.utime(photo)
    carry_out(fitted(inverse(done)))
    assert state(photo) == before


def test_a_new_sidecar_may_be_read_by_those_who_may_read_the_photo(photo: Path) -> None:
    done = carry_out(step_for(photo, inside=False))
    assert done.stamp == ABSENT
    assert Path(done.destination).stat().st_mode & 0o777 == 0o640


def test_a_new_sidecar_that_moved_away_with_its_photo_is_not_taken_for_removed(photo: Path) -> None:
    done = carry_out(step_for(photo, inside=False))
    away = photo.parent.rename(photo.parent.with_name("away"))
    assert not is_gone(done)
    assert "not there (moved, or its disk is away)" in obstacle(fitted(inverse(done)), read=False)
    away.rename(photo.parent)
    Path(done.destination).unlink()
    assert is_gone(done)


def test_a_file_with_another_name_or_protected_is_not_replaced(photo: Path) -> None:
    assert why_it_stays(str(photo)) == why_it_stays(str(photo) + ".xmp") == ""
    photo.chmod(0o444)
    assert why_it_stays(str(photo)) == "it is write-protected"
    os.link(photo, photo.with_name("b.jpg"))
    assert "hard link" in why_it_stays(str(photo))


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can be another user")
def test_a_file_of_another_user_is_not_replaced() -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o777)
        photo = Path(folder, "a.jpg")
        photo.write_bytes(PICTURES["jpeg"])
        step = step_for(photo, inside=True)
        os.seteuid(54321)
        try:
            assert why_it_stays(str(photo)) == "it belongs to another user"
            with pytest.raises(OSError, match="another user"):
                carry_out(step)
        finally:
            os.seteuid(0)
        assert photo.read_bytes() == PICTURES["jpeg"]
        os.chown(photo, 54321, 54321)
        assert Path(carry_out(step).destination).stat().st_uid == 54321


def test_a_change_that_would_make_another_picture_is_refused_before_the_rename(photo: Path) -> None:
    step = step_for(photo, inside=True)
    assert step.edit is not None
    broken = (step.edit.splices[0]._replace(begin=0),)  # before the magic number
    edit = replace(step.edit, splices=broken, after=digests(str(photo), broken, is_new=False)[1])
    with pytest.raises(OSError, match="stays as it is"):
        carry_out(replace(step, edit=edit))
    assert photo.read_bytes() == PICTURES["jpeg"]
    assert len(list(photo.parent.iterdir())) == 1


def test_a_sidecar_that_is_a_link_is_not_followed(photo: Path) -> None:
    mine = photo.with_name("mine.xmp")
    photo.with_name("a.jpg.xmp").symlink_to(mine)
    with pytest.raises(OSError, match=r"."):
        step_for(photo, inside=False)
    assert not mine.exists()
