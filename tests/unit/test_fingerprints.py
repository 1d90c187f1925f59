"""Which photo a file is, and what is a duplicate, where most photos are not hashed as a whole."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from albumsort.apply.apply import carry_out_unit, steps_for
from albumsort.catalog.catalog import Catalog
from albumsort.hashing import ENDS, fingerprint_of
from albumsort.library.walk import Found
from albumsort.pipeline.intake import Intake, Unread, content_now, identify
from albumsort.pipeline.journaled import conclude
from albumsort.pipeline.twins import hash_twins
from albumsort.plan.destination import DiskDestination
from albumsort.records import Action, Decision, Metadata, Photo
from albumsort.stamps import Stamp

START, END = b"\xff\xd8\xff" + bytes(ENDS), bytes(ENDS)
CAT, DOG = START + b"cat" + END, START + b"dog" + END
"""Of one fingerprint."""


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    with Catalog(tmp_path / "catalog.sqlite") as catalog:
        yield catalog


def photo_at(path: Path, data: bytes | None = None) -> Photo:
    """What reading a file says of it, which is written first where ``data`` are given."""
    if data is not None:
        path.write_bytes(data)
    with path.open("rb") as file:
        fingerprint = fingerprint_of(file, path.stat().st_size)
    return Photo(0, str(path), Stamp.of(path.lstat()), fingerprint, "jpeg", "", Metadata())


def hashed(photo: Photo) -> Photo:
    return replace(photo, content=content_now(photo))


def taken_for(catalog: Catalog, read: Photo, *, before: Photo | None = None, stranger: bool = False) -> Photo | None:
    return identify(catalog, Intake(), Unread(Found(read.path, read.stamp, "picture", 0), before, stranger), read)


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize("stranger", [False, True])
def test_a_missing_photo_is_found_by_its_fingerprint(catalog: Catalog, tmp_path: Path, stranger: bool) -> None:
    gone = catalog.put(photo_at(tmp_path / "gone.jpg", CAT))
    os.unlink(gone.path)
    found = taken_for(catalog, photo_at(tmp_path / "here.jpg", CAT), stranger=stranger)
    assert found
    assert (found.id, found.content) == (gone.id, "")


@pytest.mark.parametrize("stranger", [False, True])
@pytest.mark.parametrize("data", [CAT, DOG])
def test_a_missing_photo_whose_hash_is_known_has_it(
    catalog: Catalog, tmp_path: Path, data: bytes, stranger: bool
) -> None:
    gone = catalog.put(hashed(photo_at(tmp_path / "gone.jpg", CAT)))
    os.unlink(gone.path)
    found = taken_for(catalog, photo_at(tmp_path / "here.jpg", data), stranger=stranger)
    assert (found is not None and found.id == gone.id) == (data == CAT)
    assert (found is None) == (stranger and data == DOG)
    assert found is None or found.content == sha256(data)


def test_a_photo_that_was_hashed_is_hashed_when_it_was_edited(catalog: Catalog, tmp_path: Path) -> None:
    """Its copies are told by that, and the catalog must not go on with the hash of other bytes."""
    before = catalog.put(hashed(photo_at(tmp_path / "a.jpg", CAT)))
    after = taken_for(catalog, photo_at(tmp_path / "a.jpg", DOG), before=before)
    assert after
    assert (after.id, after.content) == (before.id, sha256(DOG))


def test_a_photo_that_is_read_for_another_model_keeps_its_hash(catalog: Catalog, tmp_path: Path) -> None:
    """It is not hashed again."""
    before = catalog.put(replace(photo_at(tmp_path / "a.jpg", CAT), content="hash"))
    assert taken_for(catalog, photo_at(tmp_path / "a.jpg"), before=before) == before


def test_photos_of_one_fingerprint_are_hashed_and_no_others(catalog: Catalog, tmp_path: Path) -> None:
    photos = [photo_at(tmp_path / name, data) for name, data in (("a", CAT), ("b", DOG), ("c", CAT), ("d", b"alone"))]
    nothing = replace(photo_at(tmp_path / "nothing", b""), format="", fingerprint="")
    photos = [catalog.put(photo) for photo in (*photos, nothing, replace(nothing, path="/elsewhere"))]
    told: list[tuple[int, int]] = []
    assert hash_twins(catalog, photos, lambda *step: told.append(step), lambda: False)
    hashes = [sha256(data) if data else "" for data in (CAT, DOG, CAT, b"", b"", b"")]
    assert [photo.content for photo in photos] == hashes
    assert told == [(3, 3)]
    assert hash_twins(catalog, photos, lambda *step: told.append(step), lambda: False)
    assert len(told) == 1
    assert catalog.photos_in(str(tmp_path), "")["b"][0] == photos[1]


def test_what_changed_or_is_gone_is_no_duplicate(catalog: Catalog, tmp_path: Path) -> None:
    photos = [catalog.put(photo_at(tmp_path / name, CAT)) for name in ("a.jpg", "b.jpg", "c.jpg")]
    (tmp_path / "b.jpg").write_bytes(DOG)
    (tmp_path / "c.jpg").unlink()
    assert hash_twins(catalog, photos, lambda *_: None, lambda: False)
    assert [photo.content for photo in photos] == [sha256(CAT), "", ""]


def test_a_run_that_is_stopped_does_not_know_the_duplicates(catalog: Catalog, tmp_path: Path) -> None:
    photos = [catalog.put(photo_at(tmp_path / name, CAT)) for name in ("a.jpg", "b.jpg")]
    asked = iter([False, True])
    assert not hash_twins(catalog, photos, lambda *_: None, lambda: next(asked))
    assert [photo.content for photo in photos] == [sha256(CAT), ""]
    assert catalog.photos_in(str(tmp_path), "")["a.jpg"][0].content == sha256(CAT)


@pytest.mark.parametrize(("action", "across"), [("copy", False), ("move", True), ("move", False), ("hardlink", False)])
def test_the_catalog_learns_what_was_hashed_for_a_copy(
    catalog: Catalog, tmp_path: Path, request: pytest.FixtureRequest, action: Action, across: bool
) -> None:
    """And has no hash of what was only linked or renamed, nor takes that of a companion for the photo's."""
    albums = request.getfixturevalue("elsewhere") if across else tmp_path / "albums"
    photo, beside = catalog.put(photo_at(tmp_path / "a.jpg", CAT)), tmp_path / "a.xmp"
    beside.write_bytes(b"stars")
    decision = Decision(photo.path, "planned", photo_id=photo.id, stamp=photo.stamp, action=action)
    decision = replace(decision, destination=str(albums / "a.jpg"))
    companion = replace(decision, path=str(beside), stamp=Stamp.of(beside.lstat()), destination=str(albums / "a.xmp"))
    outcome = carry_out_unit(steps_for([decision, companion], str(albums), absolute_links=False))
    conclude(catalog, outcome.steps)
    path = decision.destination if action == "move" else photo.path
    folder, name = os.path.split(path)
    known, _ = catalog.photos_in(folder, "")[name]
    was_copied = action == "copy" or across
    assert (known.id, known.content) == (photo.id, sha256(CAT) if was_copied else "")
    [placement] = [own for own in catalog.placements.of(photo.id) if own.destination == decision.destination]
    assert placement.content == known.content


@pytest.mark.parametrize("known", ["", "photo", "there", "both"])
@pytest.mark.parametrize("there", [CAT, DOG])
def test_the_same_bytes_are_told_with_and_without_hashes(tmp_path: Path, there: bytes, known: str) -> None:
    photo, other = photo_at(tmp_path / "a.jpg", CAT), photo_at(tmp_path / "b.jpg", there)
    photo = hashed(photo) if known in ("photo", "both") else photo
    other = hashed(other) if known in ("there", "both") else other
    destination = DiskDestination([photo, other])
    assert destination.same_bytes(other.path, photo) == (there == CAT)
    shutil.copy2(tmp_path / "b.jpg", tmp_path / "c.jpg")
    assert destination.same_bytes(str(tmp_path / "c.jpg"), photo) == (there == CAT)
