"""What files are called in an album: numbered names fit, differ, and tell whose they are."""

from __future__ import annotations

import os

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from albumsort.library.companions import Companion
from albumsort.library.formats import kind_by_suffix
from albumsort.library.walk import Found
from albumsort.plan.file_names import NAME_BYTES, names_under, placed_as
from albumsort.stamps import Stamp


def companion(stem: str, rest: str) -> Companion:
    name = stem + rest
    return Companion(Found(f"/photos/{name}", Stamp(1, 2, 3), kind_by_suffix(name), 0), stem, rest)


@given(st.binary(min_size=1, max_size=NAME_BYTES).map(os.fsdecode))
@example("." + "a" * 254)
@example("a." + "é" * 126)
def test_numbered_names_fit_and_differ(name: str) -> None:
    names = [names_under(number, name)[0] for number in range(1, 13)]
    assert names[0] == name
    assert len(set(names)) == 12
    assert all(len(os.fsencode(candidate)) <= NAME_BYTES for candidate in names[1:])


def test_numbered_names_keep_the_suffix() -> None:
    names = [names_under(number, "IMG_1.jpg") for number in (1, 2, 3)]
    assert names == [["IMG_1.jpg"], ["IMG_1 (2).jpg"], ["IMG_1 (3).jpg"]]


def test_companions_get_the_number_of_their_photo_where_their_stem_ends() -> None:
    companions = [companion("IMG_1", ".CR2"), companion("IMG_1", ".JPG.xmp"), companion("IMG_E1", ".JPG")]
    assert names_under(1, "IMG_1.JPG", companions) == ["IMG_1.JPG", "IMG_1.CR2", "IMG_1.JPG.xmp", "IMG_E1.JPG"]
    assert names_under(12, "IMG_1.JPG", companions) == [
        "IMG_1 (12).JPG",
        "IMG_1 (12).CR2",
        "IMG_1 (12).JPG.xmp",
        "IMG_E1 (12).JPG",
    ]


@given(
    st.text("aé.", max_size=120).map(lambda stem: "a" + stem),
    st.lists(st.text("xé.", max_size=8).map(lambda rest: "." + rest), min_size=1, max_size=4),
    st.integers(2, 10**9 - 1),
)
@example("é" * 120, [".jpg", ".jpg.xmp"], 2)
def test_numbered_companions_fit_and_still_share_the_stem_of_their_photo(
    stem: str, rests: list[str], number: int
) -> None:
    photo, *names = names_under(number, stem + ".jpg", [companion(stem, rest) for rest in rests])
    shared = os.path.splitext(photo)[0]
    assert all(len(os.fsencode(name)) <= NAME_BYTES for name in (photo, *names))
    assert names == [shared + rest for rest in rests]


@given(
    st.text("a() 12.é", min_size=1, max_size=20).filter(lambda name: name not in (".", "..")), st.integers(1, 10**9 - 1)
)
def test_a_name_in_an_album_tells_the_number_and_the_file(name: str, number: int) -> None:
    stem, suffix = os.path.splitext(name)
    companions = [companion(stem, suffix + ".xmp"), companion(stem, ".other")]
    names = names_under(number, name, companions)
    for index, there in enumerate(names):
        found = placed_as(there, name, companions)
        assert found
        assert names_under(found[0], name, companions)[found[1]] == there
        assert found[1] == index or there == names[found[1]]
    assert placed_as("b" + names[0], name, companions) is None


@pytest.mark.parametrize("there", ["IMG_1 (02).jpg", "IMG_1 (0).jpg", "IMG_1 (٢).jpg", "IMG_1.jpg (2)", "IMG_1(2).jpg"])
def test_a_name_that_albumsort_would_not_give_belongs_to_another_file(there: str) -> None:
    assert placed_as(there, "IMG_1.jpg") is None
    assert placed_as("IMG_1 (2).jpg", "IMG_1.jpg") == (2, 0)
