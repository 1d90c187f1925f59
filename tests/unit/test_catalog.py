"""The catalog remembers photos under ids that outlive their paths."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path

import pytest

from albumsort.catalog.catalog import Catalog
from albumsort.catalog.migrations import MIGRATIONS
from albumsort.errors import AlbumsortError
from albumsort.records import Face, Metadata, Photo, Placement, Prediction
from albumsort.stamps import Stamp

CONTENT, FINGERPRINT = "ab" * 32, "ef" * 32
INSTANT = datetime(2023, 5, 6, 10, 34, 55, tzinfo=timezone.utc)
METADATA = Metadata(datetime(2023, 5, 6, 12, 34, 56), "+02:00", 52.5, -13.4, "Acme Phone 9", INSTANT, "Europe/Berlin")
STAMP = Stamp(10, 1_700_000_000_123_456_789, 2**63 - 1)
PHOTO = Photo(0, "/photos/a.jpg", STAMP, FINGERPRINT, "jpeg", "", METADATA, CONTENT)


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    with Catalog(tmp_path / "catalog.sqlite") as catalog:
        yield catalog


def test_a_photo_comes_back_as_it_was_stored(catalog: Catalog) -> None:
    stored = catalog.put(PHOTO)
    assert stored.id > 0
    assert catalog.photos_in("/photos", "model") == {"a.jpg": (stored, False)}


@pytest.mark.parametrize("name", ["new\nline.jpg", "bad-\udcff\udcfe.jpg", "滑雪 ☃.jpg", "-rf.jpg", "a" * 255])
def test_any_name_is_stored_exactly(catalog: Catalog, name: str) -> None:
    catalog.put(replace(PHOTO, path=f"/photos/{name}"))
    assert list(catalog.photos_in("/photos", "model")) == [name]


def test_a_photo_keeps_its_id_under_a_new_path(catalog: Catalog) -> None:
    stored = catalog.put(PHOTO)
    catalog.put(replace(stored, path="/photos/b.jpg"))
    assert catalog.photos_in("/photos", "model")["b.jpg"][0].id == stored.id
    assert "a.jpg" not in catalog.photos_in("/photos", "model")


def test_a_photo_whose_place_was_taken_is_nowhere_but_not_forgotten(catalog: Catalog) -> None:
    first = catalog.put(PHOTO)
    second = catalog.put(replace(PHOTO, fingerprint="cd" * 32, stamp=Stamp(11, 5, 6)))
    assert catalog.photos_in("/photos", "model")["a.jpg"][0].id == second.id
    assert [(photo.id, photo.path) for photo in catalog.photos_with(fingerprint=FINGERPRINT)] == [(first.id, "")]


def test_photos_are_found_by_stamp_and_by_fingerprint(catalog: Catalog) -> None:
    stored = catalog.put(PHOTO)
    assert catalog.photos_with(stamp=PHOTO.stamp) == [stored]
    assert catalog.photos_with(fingerprint=FINGERPRINT) == [stored]
    assert catalog.photos_with(stamp=replace(PHOTO.stamp, mtime_ns=1)) == []


def test_a_recognition_belongs_to_fingerprint_and_model(catalog: Catalog) -> None:
    prediction = Prediction((281, 999, 0), (0.5, 0.25, 0.125))
    with catalog.transaction():
        stored = catalog.put(PHOTO)
        catalog.put_recognition(FINGERPRINT, "resnet18", prediction)
    assert catalog.recognition(FINGERPRINT, "resnet18") == prediction
    assert catalog.recognition(FINGERPRINT, "other") is None
    assert catalog.has_recognition(FINGERPRINT, "resnet18")
    assert not catalog.has_recognition(FINGERPRINT, "other")
    assert catalog.photos_in("/photos", "resnet18") == {"a.jpg": (stored, True)}


def test_a_transaction_that_fails_leaves_nothing(catalog: Catalog) -> None:
    def fail_in_the_middle() -> None:
        with catalog.transaction():
            catalog.put(PHOTO)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_in_the_middle()
    assert catalog.photos_in("/photos", "model") == {}


def test_a_move_changes_path_and_stamp_and_nothing_else(catalog: Catalog) -> None:
    stored = catalog.put(PHOTO)
    moved = replace(stored, path="/albums/Pets/a.jpg", stamp=Stamp(10, 1, 2))
    catalog.relocate(stored.path, moved.path, moved.stamp)
    assert catalog.photos_with(fingerprint=FINGERPRINT) == [moved]


def test_a_move_to_the_path_of_a_photo_that_is_gone_takes_it_over(catalog: Catalog) -> None:
    gone = catalog.put(replace(PHOTO, path="/albums/a.jpg"))
    stored = catalog.put(replace(PHOTO, path="/photos/a.jpg"))
    catalog.relocate(stored.path, "/albums/a.jpg", PHOTO.stamp)
    assert {photo.id: photo.path for photo in catalog.photos_with(fingerprint=FINGERPRINT)} == {
        gone.id: "",
        stored.id: "/albums/a.jpg",
    }


def test_a_photo_stays_where_it_is_when_its_companion_moves(catalog: Catalog) -> None:
    stored = catalog.put(PHOTO)
    catalog.relocate("/photos/a.xmp", "/albums/Pets/a.xmp", Stamp(1, 2, 3))
    assert catalog.photos_with(fingerprint=FINGERPRINT) == [stored]


def test_photos_below_a_folder_are_counted_and_can_be_told_to_be_nowhere(catalog: Catalog) -> None:
    inside = ("/photos/a.jpg", "/photos/2023/a.jpg", "/photos/bad-\udcff/a.jpg")
    for path in (*inside, "/photos-old/a.jpg", "/photo/a.jpg", "/photos0/a.jpg"):
        catalog.put(replace(PHOTO, path=path))
    catalog.put(replace(PHOTO, path="/photos/notes", format="", fingerprint="", content=""))
    assert (catalog.count_below("/photos"), catalog.count_below("/")) == (3, 6)
    catalog.forget_places("/photos")
    assert (catalog.count_below("/photos"), catalog.count_below("/")) == (0, 3)
    assert [photo.path for photo in catalog.photos_with(fingerprint=FINGERPRINT)] == [
        *([""] * 3),
        *("/photos-old/a.jpg", "/photo/a.jpg", "/photos0/a.jpg"),
    ]


def test_a_placement_that_was_taken_away_is_forgotten(catalog: Catalog) -> None:
    photo = catalog.put(PHOTO)
    for action in ("move", "copy"):
        catalog.placements.put(photo.id, Placement(f"/albums/{action}.jpg", action, CONTENT, PHOTO.stamp))
    assert [catalog.placements.was_moved_to(f"/albums/{action}.jpg") for action in ("move", "copy")] == [True, False]
    catalog.placements.delete("/albums/move.jpg")
    assert [placement.destination for placement in catalog.placements.of(photo.id)] == ["/albums/copy.jpg"]
    assert not catalog.placements.was_moved_to("/albums/move.jpg")


def test_an_album_folder_that_held_photos_always_does(catalog: Catalog) -> None:
    catalog.add_album_folder("/albums", holds_photos=False)
    catalog.add_album_folder("/bad-\udcff", holds_photos=True)
    assert catalog.album_folders() == {"/albums": False, "/bad-\udcff": True}
    catalog.add_album_folder("/albums", holds_photos=True)
    catalog.add_album_folder("/albums", holds_photos=False)
    assert catalog.album_folders() == {"/albums": True, "/bad-\udcff": True}


def test_placements_and_settings_last(tmp_path: Path) -> None:
    placement = Placement("/albums/bad-\udcff.jpg", "symlink", CONTENT, Stamp(1, 2, 3))
    with Catalog(tmp_path / "catalog.sqlite") as catalog:
        photo = catalog.put(PHOTO)
        catalog.placements.put(photo.id, placement)
        catalog.remember({"model": "resnet18", "weights": "/bad-\udcff.pth"})
        catalog.add_album_folder("/albums", holds_photos=True)
    with Catalog(tmp_path / "catalog.sqlite") as catalog:
        assert catalog.placements.of(photo.id) == [placement]
        assert catalog.setting("model") == "resnet18"
        assert catalog.setting("weights") == "/bad-\udcff.pth"
        assert catalog.setting("nothing") is None
        assert catalog.album_folders() == {"/albums": True}


def test_a_sidecar_is_remembered_as_long_as_it_does_not_change(catalog: Catalog) -> None:
    path, stamp = "/photos/bad-\udcff.xmp", Stamp(10, 20, 30)
    catalog.sidecars.put(path, stamp, METADATA)
    assert catalog.sidecars.get(path, stamp) == METADATA
    assert catalog.sidecars.get("/photos/b.xmp", stamp) is None
    for changed in (replace(stamp, size=11), replace(stamp, mtime_ns=21), replace(stamp, inode=31)):
        assert catalog.sidecars.get(path, changed) is None
    catalog.sidecars.put(path, replace(stamp, size=11), Metadata())
    assert catalog.sidecars.get(path, stamp) is None
    assert catalog.sidecars.get(path, replace(stamp, size=11)) == Metadata()


def test_a_sidecar_that_was_moved_is_known_at_its_new_path(catalog: Catalog) -> None:
    stamp, moved = Stamp(10, 20, 30), Stamp(10, 20, 40)
    catalog.sidecars.put("/photos/a.xmp", stamp, METADATA)
    catalog.sidecars.put("/albums/a.xmp", stamp, Metadata())
    catalog.relocate("/photos/a.xmp", "/albums/a.xmp", moved)
    assert catalog.sidecars.get("/albums/a.xmp", moved) == METADATA
    assert catalog.sidecars.get("/photos/a.xmp", stamp) is None


def test_a_catalog_from_before_gps_times_is_brought_up_to_date(tmp_path: Path) -> None:
    """Photos that may have a GPS time and no other are to be read again, under their ids; all others are known."""
    path = tmp_path / "catalog.sqlite"
    rows = [
        (1, b"/photos", b"dated.jpg", "aa", "jpeg", "2023-05-06T12:34:56", 52.5),
        (2, b"/photos", b"placed.jpg", "bb", "jpeg", None, 52.5),
        (3, b"/photos", b"bare.jpg", "cc", "jpeg", None, None),
        (4, None, None, "dd", "jpeg", None, 52.5),
    ]
    with sqlite3.connect(path) as db:
        db.executescript("".join(MIGRATIONS[:2]) + "PRAGMA user_version = 2;")
        db.executemany(
            "INSERT INTO photo (id, folder, name, size, mtime_ns, inode, content, format, problem, taken_at, "
            "time_zone, latitude, longitude, camera) "
            "VALUES (?1, ?2, ?3, 10, 20, 30, ?4, ?5, '', ?6, '', ?7, ?7, 'Acme')",
            rows,
        )
    db.close()
    with Catalog(path) as catalog:
        photos = {photo.id: photo for photo in catalog.photos_with(size=10)}
        assert {number: photo.fingerprint for number, photo in photos.items()} == {1: "aa", 2: None, 3: "cc", 4: "dd"}
        assert photos[1].metadata == Metadata(datetime(2023, 5, 6, 12, 34, 56), "", 52.5, 52.5, "Acme")
    with Catalog(path) as catalog:
        assert {photo.id: photo for photo in catalog.photos_with(size=10)} == photos


def test_what_was_recognised_before_there_were_fingerprints_is_known(tmp_path: Path) -> None:
    path = tmp_path / "catalog.sqlite"
    rows = [(1, b"a.jpg", "aa", "jpeg"), (2, b"b.jpg", None, "jpeg"), (3, b"c.mp4", "cc", "video"), (4, b"d", "", "")]
    with sqlite3.connect(path) as db:
        db.executescript("".join(MIGRATIONS[:5]) + "PRAGMA user_version = 5;")
        db.executemany(
            "INSERT INTO photo (id, folder, name, size, mtime_ns, inode, content, format, problem, time_zone, camera) "
            "VALUES (?1, x'2f', ?2, 10, 20, 30, ?3, ?4, '', '', 'Acme')",
            rows,
        )
        db.execute("INSERT INTO recognition VALUES ('aa', 'model', ?, ?)", (b"\1\0", b"\0\0\0\0"))
    db.close()
    with Catalog(path) as catalog:
        photos = {photo.id: (photo.fingerprint, photo.content) for photo in catalog.photos_with(size=10)}
        assert photos == {1: ("aa", "aa"), 2: (None, ""), 3: (None, "cc"), 4: ("", "")}
        assert catalog.recognition("aa", "model") == Prediction((1,), (0.0,))


def test_faces_come_back_as_they_were_found_also_none_of_them(catalog: Catalog) -> None:
    found = (Face(0.96875, 0.25, 0.125, 0.5, 0.0625), Face(0.75, -0.125, 0.0, 1.25, 1.0))
    for number, faces in enumerate((found, (), None)):
        prediction = Prediction((281,), (0.5,), faces)
        with catalog.transaction():
            catalog.put_recognition(f"{number}", "model", prediction)
        assert catalog.recognition(f"{number}", "model") == prediction


def test_in_what_was_recognised_before_faces_were_looked_for_nobody_looked(tmp_path: Path) -> None:
    path = tmp_path / "catalog.sqlite"
    before = next(number for number, steps in enumerate(MIGRATIONS) if "ADD COLUMN faces" in steps)
    with sqlite3.connect(path) as db:
        db.executescript("".join(MIGRATIONS[:before]) + f"PRAGMA user_version = {before};")
        db.execute("INSERT INTO recognition VALUES ('aa', 'model', ?, ?)", (b"\1\0", b"\0\0\0\0"))
    db.close()
    with Catalog(path) as catalog:
        assert catalog.recognition("aa", "model") == Prediction((1,), (0.0,), None)


def test_what_was_not_opened_before_or_has_no_camera_is_read_again(tmp_path: Path) -> None:
    """Videos have a container, RAW files EXIF, and what no camera took may be a screenshot."""
    path = tmp_path / "catalog.sqlite"
    rows = [
        ("a.jpg", "jpeg", "Acme"),
        ("b.png", "png", ""),
        ("c.mp4", "video", ""),
        ("d.nef", "raw", ""),
        ("e", "", ""),
    ]
    with sqlite3.connect(path) as db:
        db.executescript("".join(MIGRATIONS[:6]) + "PRAGMA user_version = 6;")
        db.executemany(
            "INSERT INTO photo (folder, name, size, mtime_ns, inode, fingerprint, content, format, camera, problem, "
            "time_zone) VALUES (x'2f', CAST(? AS BLOB), 10, 20, 30, 'aa', '', ?, ?, '', '')",
            rows,
        )
    db.close()
    with Catalog(path) as catalog:
        again = [photo.path for photo in catalog.photos_with(size=10) if photo.fingerprint is None]
    assert again == ["/b.png", "/c.mp4", "/d.nef"]


def test_a_hash_is_learned_of_a_photo_that_did_not_change(catalog: Catalog) -> None:
    photo = catalog.put(replace(PHOTO, content=""))
    catalog.learn_content(photo.path, replace(photo.stamp, mtime_ns=1), CONTENT)
    catalog.learn_content("/photos/other.jpg", photo.stamp, CONTENT)
    assert catalog.photos_with(fingerprint=FINGERPRINT) == [photo]
    catalog.learn_content(photo.path, photo.stamp, CONTENT)
    assert catalog.photos_with(fingerprint=FINGERPRINT) == [replace(photo, content=CONTENT)]


def test_a_file_that_is_no_catalog_is_an_error_that_names_it(tmp_path: Path) -> None:
    path = tmp_path / "catalog.sqlite"
    path.write_bytes(b"holiday plans" * 1000)
    with pytest.raises(AlbumsortError, match=r"catalog\.sqlite: .* move the file away"):
        Catalog(path)
    assert path.read_bytes().startswith(b"holiday plans")


def test_a_catalog_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "catalog.sqlite"
    with Catalog(path):
        pass
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(AlbumsortError, match="newer albumsort"):
        Catalog(path)
