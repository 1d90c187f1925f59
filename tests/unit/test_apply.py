"""Carrying out the plan: only the files that were planned for, only inside the album folder, one at a time."""

from __future__ import annotations

import hashlib
import os
from dataclasses import replace
from pathlib import Path

import pytest

from albumsort.apply.albums import MARKER, check_links, choose_albums, is_album_folder, prepare_albums
from albumsort.apply.apply import apply
from albumsort.errors import AlbumsortError
from albumsort.records import Action, Decision, Stamp


def planned(path: Path, destination: Path) -> Decision:
    return Decision(
        path=str(path),
        status="planned",
        stamp=Stamp.of(path.lstat()),
        content=hashlib.sha256(path.read_bytes()).hexdigest(),
        action="move",
        destination=str(destination),
    )


@pytest.fixture
def library(tmp_path: Path) -> Path:
    library = tmp_path / "library"
    (library / "Albums").mkdir(parents=True)
    (library / "a.jpg").write_bytes(b"a")
    (library / "b.jpg").write_bytes(b"b")
    return library


def carry_out(*decisions: Decision, albums: Path, after: int = 99) -> list[Decision]:
    asked = iter(range(100))
    return list(apply(decisions, str(albums), absolute_links=False, stopped=lambda: next(asked) >= after))


def test_planned_files_are_placed_and_the_rest_passes_unchanged(library: Path) -> None:
    albums = library / "Albums"
    skipped = Decision(str(library / "b.jpg"), "skipped")
    done, same = carry_out(planned(library / "a.jpg", albums / "Pets" / "a.jpg"), skipped, albums=albums)
    assert (done.status, same) == ("done", skipped)
    assert (albums / "Pets" / "a.jpg").read_bytes() == b"a"
    assert (library / "b.jpg").exists()


def test_a_file_that_changed_or_went_since_the_plan_is_not_touched(library: Path) -> None:
    albums = library / "Albums"
    changed = planned(library / "a.jpg", albums / "a.jpg")
    gone = planned(library / "b.jpg", albums / "b.jpg")
    (library / "a.jpg").write_bytes(b"other bytes")
    (library / "b.jpg").unlink()
    first, second = carry_out(changed, gone, albums=albums)
    assert (first.status, second.status) == ("skipped", "skipped")
    assert "changed since" in first.note
    assert "gone since" in second.note
    assert (library / "a.jpg").read_bytes() == b"other bytes"
    assert list(albums.iterdir()) == []


def test_a_stop_leaves_the_rest_planned(library: Path) -> None:
    albums = library / "Albums"
    decisions = [planned(library / name, albums / name) for name in ("a.jpg", "b.jpg")]
    first, second = carry_out(*decisions, albums=albums, after=1)
    assert (first.status, second.status) == ("done", "planned")
    assert (library / "b.jpg").exists()


def test_a_place_taken_in_the_meantime_fails_alone(library: Path) -> None:
    albums = library / "Albums"
    decisions = [planned(library / name, albums / name) for name in ("a.jpg", "b.jpg")]
    (albums / "a.jpg").write_bytes(b"precious")
    first, second = carry_out(*decisions, albums=albums)
    assert (first.status, second.status) == ("failed", "done")
    assert "another file came to be at its place" in first.note
    assert (albums / "a.jpg").read_bytes() == b"precious"
    assert (library / "a.jpg").read_bytes() == b"a"


def test_a_link_in_the_album_folder_does_not_lead_photos_out_of_it(library: Path) -> None:
    albums = library / "Albums"
    (library.parent / "outside").mkdir()
    (albums / "Pets").symlink_to(library.parent / "outside")
    [decision] = carry_out(planned(library / "a.jpg", albums / "Pets" / "2023" / "a.jpg"), albums=albums)
    assert decision.status == "failed"
    assert "leads out of the album folder" in decision.note
    assert list((library.parent / "outside").iterdir()) == []


@pytest.mark.parametrize("still_ours", [True, False])
def test_only_the_very_link_that_was_planned_for_makes_way(library: Path, still_ours: bool) -> None:
    albums = library / "Albums"
    link = albums / "a.jpg"
    link.symlink_to("../a.jpg")
    decision = replace(planned(library / "a.jpg", link), replaces=Stamp.of(link.lstat()))
    if not still_ours:
        link.unlink()
        link.write_bytes(b"precious")
    [outcome] = carry_out(decision, albums=albums)
    assert outcome.status == ("done" if still_ours else "failed")
    assert link.read_bytes() == (b"a" if still_ours else b"precious")


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
    prepare_albums(str(albums), str(library))
    marker = (albums / MARKER).read_bytes()
    prepare_albums(str(albums), str(library.parent))
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


def test_a_failed_action_puts_the_link_back_that_made_way(library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **keywords: object) -> None:
        raise OSError(28, "No space left on device")

    link = library / "Albums" / "a.jpg"
    link.symlink_to("../a.jpg")
    decision = replace(planned(library / "a.jpg", link), replaces=Stamp.of(link.lstat()))
    monkeypatch.setattr(os, "link", refuse)
    [outcome] = carry_out(decision, albums=library / "Albums")
    assert (outcome.status, outcome.note) == (
        "failed",
        "no space left for it; make room and run the same command again",
    )
    assert os.readlink(link) == "../a.jpg"


def test_a_file_where_an_album_should_be_is_named(library: Path) -> None:
    albums = library / "Albums"
    (albums / "Pets").write_bytes(b"mine")
    [outcome] = carry_out(planned(library / "a.jpg", albums / "Pets" / "2023" / "a.jpg"), albums=albums)
    assert outcome.status == "failed"
    assert "a file stands where the album" in outcome.note


def test_an_album_folder_that_cannot_be_written_is_named(library: Path) -> None:
    with pytest.raises(AlbumsortError, match=r"a\.jpg/Albums: the album folder cannot be written"):
        prepare_albums(str(library / "a.jpg" / "Albums"), str(library))
