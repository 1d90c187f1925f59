"""The album folder: where it may be, how it is known again, and how it goes when an undo leaves it empty."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from albumsort.apply.albums import (
    MARKER,
    albums_around,
    check_links,
    choose_albums,
    clear_albums,
    is_album_folder,
    prepare_albums,
)
from albumsort.errors import AlbumsortError
from albumsort.records import Action


@pytest.fixture
def library(tmp_path: Path) -> Path:
    library = tmp_path / "library"
    (library / "Albums").mkdir(parents=True)
    (library / "a.jpg").write_bytes(b"a")
    (library / "b.jpg").write_bytes(b"b")
    return library


def test_albums_go_into_the_photo_directory_by_default(library: Path) -> None:
    assert choose_albums(None, [str(library)]) == str(library / "Albums")


def test_a_folder_albums_with_the_users_files_is_never_taken_over(library: Path) -> None:
    (library / "Albums" / "mine.jpg").write_bytes(b"mine")
    with pytest.raises(AlbumsortError, match="not one that albumsort made"):
        choose_albums(None, [str(library)])
    with pytest.raises(AlbumsortError, match="not one that albumsort made"):
        choose_albums(str(library / "Albums"), [str(library)])
    assert choose_albums(str(library / "Sorted"), [str(library)]) == str(library / "Sorted")


def test_the_photo_directory_itself_or_a_file_cannot_be_the_album_folder(library: Path) -> None:
    with pytest.raises(AlbumsortError, match="photo directory itself"):
        choose_albums(str(library), [str(library)])
    with pytest.raises(AlbumsortError, match="around it"):
        choose_albums(str(library.parent), [str(library)])
    with pytest.raises(AlbumsortError, match="is no folder"):
        choose_albums(str(library / "a.jpg"), [str(library)])


def test_an_album_folder_is_marked_once_and_known_again(library: Path) -> None:
    albums = library / "Albums"
    prepare_albums(str(albums), str(library), made=True)
    marker = (albums / MARKER).read_bytes()
    prepare_albums(str(albums), str(library.parent), made=False)
    assert is_album_folder(str(albums))
    assert (albums / MARKER).read_bytes() == marker
    assert [entry.name for entry in albums.iterdir()] == [MARKER]
    assert choose_albums(None, [str(library)]) == str(albums)


@pytest.mark.parametrize(("action", "call"), [("symlink", "symlink"), ("hardlink", "link")])
def test_a_place_without_such_links_is_refused_at_the_start(
    library: Path, monkeypatch: pytest.MonkeyPatch, action: Action, call: str
) -> None:
    def refuse(*args: object, **keywords: object) -> None:
        raise OSError(1, "Operation not permitted")

    albums = str(library / "New" / "Albums")
    monkeypatch.setattr(os, call, refuse)
    with pytest.raises(AlbumsortError, match=r"cannot hold .* use --action copy"):
        check_links(albums, [str(library)], action, try_it=True)
    check_links(albums, [str(library)], action, try_it=False)
    monkeypatch.undo()
    check_links(albums, [str(library)], action, try_it=True)
    assert sorted(entry.name for entry in library.iterdir()) == ["Albums", "a.jpg", "b.jpg"]


def test_hard_links_to_another_file_system_are_refused_even_in_a_dry_run(library: Path) -> None:
    if not os.path.isdir("/dev/shm") or os.stat("/dev/shm").st_dev == library.stat().st_dev:
        pytest.skip("no second file system here (/dev/shm)")
    with pytest.raises(AlbumsortError, match="on another file system"):
        check_links("/dev/shm/albums", [str(library)], "hardlink", try_it=False)


def test_an_album_folder_that_cannot_be_written_is_named(library: Path) -> None:
    with pytest.raises(AlbumsortError, match=r"a\.jpg/Albums: the album folder cannot be written"):
        prepare_albums(str(library / "a.jpg" / "Albums"), str(library), made=True)


@pytest.mark.parametrize("made", [True, False])
def test_the_album_folder_around_a_file_says_whose_it_is_and_who_made_it(library: Path, made: bool) -> None:
    albums, owner = library / "Albums", "/bad-\udcff"
    prepare_albums(str(albums), owner, made=made)
    (albums / "Pets").mkdir()
    found = albums_around(str(albums / "Pets" / "2023" / "gone.jpg"))
    assert found
    assert (found.folder, found.library, found.made) == (str(albums), owner, made)
    assert albums_around(str(library / "a.jpg")) is None


@pytest.mark.parametrize("marker", [b"", b"[1]", b"\xff{", b"[" * 100_000])
def test_a_marker_that_anybody_may_have_written_still_marks(library: Path, marker: bytes) -> None:
    (library / "Albums" / MARKER).write_bytes(marker)
    found = albums_around(str(library / "Albums" / "a.jpg"))
    assert found
    assert (found.folder, found.library, found.made) == (str(library / "Albums"), "", False)


def test_only_an_album_folder_with_nothing_else_in_it_loses_its_mark(library: Path) -> None:
    albums = library / "Albums"
    prepare_albums(str(albums), str(library), made=True)
    (albums / ".albumsort-lock").touch()
    (albums / "mine.jpg").write_bytes(b"mine")
    assert not clear_albums(str(albums))
    assert is_album_folder(str(albums))
    (albums / "mine.jpg").unlink()
    assert clear_albums(str(albums))
    assert not is_album_folder(str(albums))
    assert not clear_albums(str(albums))
