"""Catalogs that other programs keep of the photos: found before a move, and never touched."""

from __future__ import annotations

import os
import pwd
import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import pytest

from albumsort.guards import other_catalogs
from albumsort.guards.file_systems import file_system
from albumsort.guards.other_catalogs import catalogs_of, catalogs_problem


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder of its own; the root account would look into those of others too."""
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    return folder


@pytest.fixture
def photos(home: Path) -> Path:
    folder = home / "Pictures" / "Photos"
    folder.mkdir(parents=True)
    return folder


def make_database(path: Path, script: str, *rows: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path)) as database:
        database.executescript(script)
        table = script.split()[2]
        for row in rows:
            values = row if isinstance(row, tuple) else (row,)
            database.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(values))})", values)
        database.commit()
    return path


def make_lightroom(path: Path, *folders: str) -> Path:
    return make_database(path, "CREATE TABLE AgLibraryRootFolder (absolutePath UNIQUE NOT NULL)", *folders)


def make_digikam(path: Path, identifier: str | None, specific_path: str | None = "/") -> Path:
    script = "CREATE TABLE AlbumRoots (identifier TEXT, specificPath TEXT)"
    return make_database(path, script, (identifier, specific_path))


def make_darktable(path: Path, *folders: str) -> Path:
    script = "CREATE TABLE film_rolls (id INTEGER PRIMARY KEY, folder VARCHAR(1024) NOT NULL)"
    return make_database(path, script, *enumerate(folders))


def make_apple_photos(library: Path, *files: str | None) -> Path:
    make_database(
        library / "database" / "Photos.sqlite",
        "CREATE TABLE ZFILESYSTEMBOOKMARK (ZPATHRELATIVETOVOLUME VARCHAR)",
        *files,
    )
    return library


def found(photos: Path, *met: Path) -> list[tuple[str, str]]:
    return catalogs_of([str(photos)], [str(path) for path in met])


def test_without_other_programs_nothing_is_found(photos: Path) -> None:
    assert found(photos, photos / "a.jpg", photos / "Albums") == []
    assert catalogs_problem([]) == ""


def test_a_catalog_among_the_photos_is_one_of_them_whatever_it_holds(photos: Path) -> None:
    catalog, database = photos / "Main.LRCAT", photos / "digikam4.db"
    catalog.write_text("not a database")
    database.write_text("")
    assert found(photos, catalog, database, catalog) == [("Lightroom", str(catalog)), ("digiKam", str(database))]


@pytest.mark.parametrize("where", ["", "2024/", "../"])
def test_the_usual_catalog_of_lightroom_counts_where_its_folders_are_ours(home: Path, photos: Path, where: str) -> None:
    catalog = home / "Pictures" / "Lightroom Classic" / "Main.lrcat"
    make_lightroom(catalog, "C:/Photos/", "/somewhere/else/", f"{photos}/{where}")
    assert found(photos) == [("Lightroom", str(catalog))]
    assert found(home / "Pictures" / "Other") == ([("Lightroom", str(catalog))] if where == "../" else [])


@pytest.mark.parametrize("encode", [str, quote, lambda path: f"{path}&fileuuid=1234"])
@pytest.mark.parametrize("name", ["", "digikam4.db"])
def test_the_collections_of_digikam_are_found_by_its_settings(
    home: Path, photos: Path, encode: object, name: str
) -> None:
    assert callable(encode)
    database = make_digikam(home / "Databases" / "digikam4.db", f"volumeid:?path={encode(str(photos))}")
    (home / ".config").mkdir()
    (home / ".config" / "digikamrc").write_text(
        "[Album Settings]\nDatabase Name=/nowhere\n\n"
        f"[Database Settings]\nDatabase Type=QSQLITE\nDatabase Name[$e]=$HOME/Databases/{name}\n"
    )
    assert found(photos) == [("digiKam", str(database))]
    assert found(home / "Else") == []


@pytest.fixture
def digikam_settings(home: Path) -> Path:
    """The database that digiKam's settings name, not made yet."""
    settings = home / ".var" / "app" / "org.kde.digikam" / "config" / "digikamrc"
    settings.parent.mkdir(parents=True)
    settings.write_text(f"[Database Settings]\nDatabase Name={home}/\n")
    return home / "digikam4.db"


def test_a_share_of_digikam_is_known_by_where_it_is_mounted(photos: Path, digikam_settings: Path) -> None:
    make_digikam(digikam_settings, f"networkshareid:?mountpath={photos.parent}", "/Photos")
    assert found(photos) == [("digiKam", str(digikam_settings))]


def test_a_disk_of_digikam_is_known_by_its_number(
    photos: Path, digikam_settings: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = file_system(str(photos))
    below = os.path.relpath(photos, place.mount_point)
    make_digikam(digikam_settings, "volumeid:?uuid=12ab-34cd", f"/{below}")
    disks = tmp_path / "disks"
    monkeypatch.setattr(other_catalogs, "DISKS", str(disks))
    here = [("digiKam", str(digikam_settings))]
    assert found(photos) == here  # a system that does not list its disks: it may be this one
    disks.mkdir()
    assert found(photos) == []
    (disks / "12AB-34CD").symlink_to(place.source)
    assert found(photos) == here
    (disks / "12AB-34CD").unlink()
    (disks / "12AB-34CD").symlink_to("/dev/null")
    assert found(photos) == []


def test_settings_of_digikam_that_name_no_file_say_nothing(home: Path, photos: Path) -> None:
    settings = home / ".config" / "digikamrc"
    settings.parent.mkdir()
    settings.write_bytes(b"[Database Settings]\nDatabase Type=QMYSQL\nDatabase Name=digikam\n\xff\xfe\0=\n")
    assert found(photos) == []
    settings.unlink()
    os.mkfifo(settings)
    assert found(photos) == []


def test_the_film_rolls_of_darktable_count_where_they_are_ours(
    home: Path, photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = make_darktable(home / ".config" / "darktable" / "library.db", "/else", f"{photos}/2024")
    assert found(photos) == [("darktable", str(library))]
    assert found(photos / "2023") == []
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    assert found(photos) == []
    library = make_darktable(tmp_path / "config" / "darktable" / "library.db", str(photos))
    assert found(photos) == [("darktable", str(library))]


def test_a_run_as_root_asks_the_programs_of_the_photos_owner(
    home: Path, photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = make_darktable(home / ".config" / "darktable" / "library.db", str(photos))
    monkeypatch.setenv("HOME", str(tmp_path / "root"))
    assert found(photos) == []
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    owner = pwd.getpwuid(os.getuid())
    fields = [*owner[:5], str(home), owner.pw_shell]
    monkeypatch.setattr(pwd, "getpwuid", {photos.stat().st_uid: pwd.struct_passwd(fields)}.__getitem__)
    assert found(photos) == [("darktable", str(library))]


def test_a_folder_whose_name_begins_like_ours_is_another(home: Path, photos: Path) -> None:
    make_darktable(home / ".config" / "darktable" / "library.db", f"{photos} 2", f"{photos.parent}")
    assert found(photos) == []


def test_apple_photos_counts_where_it_refers_to_photos_outside_its_library(photos: Path, home: Path) -> None:
    own = make_apple_photos(photos / "Own.photoslibrary", None, "Users/anna/Desktop/a.jpg")
    refers = make_apple_photos(home / "Pictures" / "Big.photoslibrary", None, f"{photos}/a.jpg".lstrip("/"))
    assert found(photos, own) == [("Apple Photos", str(refers))]


def test_what_cannot_be_read_says_nothing(home: Path, photos: Path) -> None:
    library = home / ".config" / "darktable" / "library.db"
    library.parent.mkdir(parents=True)
    library.write_bytes(b"SQLite format 3\0" + bytes(5000))
    assert found(photos) == []
    library.unlink()
    make_database(library, "CREATE TABLE something (else_ TEXT)")
    assert found(photos) == []
    library.unlink()
    make_database(library, "CREATE TABLE film_rolls (folder)", 5, None, b"\0", "a\0b", "")
    assert found(photos) == []
    library.unlink()
    os.mkfifo(library)
    assert found(photos) == []


def test_a_catalog_made_to_keep_us_busy_ends_soon(home: Path, photos: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(other_catalogs, "MAX_STEPS", 20)
    make_database(
        home / ".config" / "darktable" / "library.db",
        "CREATE VIEW film_rolls AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
        "SELECT 'x' || i AS folder FROM n",
    )
    assert found(photos) == []


def test_the_catalogs_of_others_are_left_as_they_are(home: Path, photos: Path) -> None:
    library = make_darktable(home / ".config" / "darktable" / "library.db", str(photos))
    with closing(sqlite3.connect(library)) as database:
        database.execute("PRAGMA journal_mode = WAL")
    before = (library.read_bytes(), library.stat().st_mtime_ns)
    assert found(photos) == [("darktable", str(library))]
    assert (library.read_bytes(), library.stat().st_mtime_ns) == before
    assert [path.name for path in library.parent.iterdir()] == ["library.db"]


def test_what_is_said_before_a_move_names_the_catalogs_and_the_ways_out() -> None:
    digikam, lightroom = ("digiKam", "/p/digikam4.db"), ("Lightroom", "/p/Main.lrcat")
    assert catalogs_problem([digikam]) == (
        "digiKam keeps a catalog of these photos (/p/digikam4.db); after a move it would not find them. "
        "Use --action symlink or copy, or add --yes if you mean it."
    )
    assert "Main.lrcat); after a move they would" in catalogs_problem([digikam, lightroom])
