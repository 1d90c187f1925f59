"""Directories of photographs that say what they show."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from albumsort.errors import AlbumsortError
from albumsort.pipeline.labelled import _class_of, labelled_photos


def make(folder: Path, *names: str) -> str:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    return str(folder)


def labels(folder: str) -> dict[str, int]:
    return {path[len(folder) + 1 :]: index for path, index in labelled_photos(folder).photos}


def test_a_number_in_front_of_a_name_is_the_class(tmp_path: Path) -> None:
    folder = make(tmp_path, "281_cat.jpg", "000_tench.JPEG", "999_.png")

    assert labels(folder) == {"000_tench.JPEG": 0, "281_cat.jpg": 281, "999_.png": 999}


def test_a_folder_is_a_class_by_number_or_name(tmp_path: Path) -> None:
    folder = make(tmp_path, "281/a.jpg", "tiger cat/b.jpg", "great_white_shark/c.jpg", "967_espresso/d.jpg", "7/e.jpg")

    assert labels(folder) == {
        "281/a.jpg": 281,
        "tiger cat/b.jpg": 282,
        "great_white_shark/c.jpg": 2,
        "967_espresso/d.jpg": 967,
        "7/e.jpg": 7,
    }


def test_all_thousand_wordnet_ids_are_the_classes_in_their_order(tmp_path: Path) -> None:
    folder = make(tmp_path, *(f"n{10_000_000 + 7 * index}/a.jpg" for index in range(1000)))

    assert labels(folder)["n10000000/a.jpg"] == 0
    assert labels(folder)["n10006993/a.jpg"] == 999


def test_what_tells_no_class_is_left_out_and_told(tmp_path: Path) -> None:
    folder = make(tmp_path, "281_cat.jpg", "IMG_1.jpg", "Holidays/a.jpg", "n02123045/c.jpg", ".281_x")
    labelled = labelled_photos(folder)

    assert labelled.photos == ((str(tmp_path / "281_cat.jpg"), 281),)
    holidays, name, wordnet = sorted(labelled.problems)
    assert holidays.startswith("Holidays: there is no class 'Holidays'; ")
    assert name == "IMG_1.jpg: no class in its name"
    assert wordnet.startswith("n02123045: WordNet ids are only understood where all 1,000 classes")


def test_a_directory_in_which_nothing_is_labelled_is_an_error(tmp_path: Path) -> None:
    empty, other = make(tmp_path / "empty"), make(tmp_path / "other", "IMG_1.jpg")
    (tmp_path / "empty").mkdir()

    with pytest.raises(AlbumsortError, match=r"empty: no labelled photo is in it; name photos NNN_anything\.jpg"):
        labelled_photos(empty)
    with pytest.raises(AlbumsortError, match=r"no labelled photo is in it \(IMG_1\.jpg: no class in its name\); "):
        labelled_photos(other)


@pytest.mark.parametrize("name", ["absent", "file"])
def test_what_is_no_directory_is_an_error(name: str, tmp_path: Path) -> None:
    make(tmp_path, "file")
    with pytest.raises(AlbumsortError, match="; name a folder of labelled photos"):
        labelled_photos(str(tmp_path / name))


@given(st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1))
def test_any_name_of_a_folder_is_one_class_or_told(name: str) -> None:
    with suppress(AlbumsortError):
        assert 0 <= _class_of(name) < 1000
