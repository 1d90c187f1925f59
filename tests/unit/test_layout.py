"""Album paths stay inside the album folder, whatever the template and the date."""

from __future__ import annotations

import itertools
import os
from datetime import datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from albumsort.errors import AlbumsortError
from albumsort.plan.layout import DEFAULT_LAYOUT, NAME_BYTES, numbered, parse_layout
from albumsort.records import CaptureTime

TAKEN = CaptureTime(datetime(2023, 5, 6, 12, 34), "exif")


@pytest.mark.parametrize(
    ("template", "album"),
    [
        (DEFAULT_LAYOUT, "Pets/2023"),
        ("{category}", "Pets"),
        ("{year}/{year}-{month}-{day} {category}", "2023/2023-05-06 Pets"),
        ("By year/{year}/{month}/{category}", "By year/2023/05/Pets"),
    ],
)
def test_a_template_is_filled(template: str, album: str) -> None:
    assert parse_layout(template, ["Pets"]).album("Pets", TAKEN) == album


@pytest.mark.parametrize(
    ("template", "album"),
    [(DEFAULT_LAYOUT, "Pets/Undated"), ("{year}/{month}/{day}/{category}", "Undated/Pets"), ("{category}", "Pets")],
)
def test_a_photo_without_a_date_goes_to_undated(template: str, album: str) -> None:
    assert parse_layout(template, ["Pets"]).album("Pets", CaptureTime()) == album


@pytest.mark.parametrize(
    ("template", "reason"),
    [
        ("", "empty"),
        ("/{category}", "empty"),
        ("{category}//{year}", "empty"),
        ("../{category}", "above"),
        ("{category}/..", "above"),
        ("{categorie}", "no field {categorie}; the fields are {category}, {year}"),
        ("{category/{year}", "brace"),
        ("{category}}", "brace"),
        ("con/{category}", "con"),
        ("{category}\n", "U\\+000A"),
        ("{category:>10}", "no field"),
    ],
)
def test_a_template_that_cannot_work_is_refused_with_the_reason(template: str, reason: str) -> None:
    with pytest.raises(AlbumsortError, match=f"--layout .*{reason}"):
        parse_layout(template, ["Pets"])


def test_a_part_that_would_be_too_long_is_refused_before_anything_is_done() -> None:
    with pytest.raises(AlbumsortError, match="longer than 255 bytes"):
        parse_layout("{category} {category} {category}", ["Pets", "宠" * 30])


@given(st.text(max_size=60), st.none() | st.datetimes())
def test_no_template_leads_out_of_the_album_folder(template: str, taken: datetime | None) -> None:
    try:
        layout = parse_layout(template, ["Pets"])
    except AlbumsortError:
        return
    album = layout.album("Pets", CaptureTime(taken, "exif" if taken else "none"))
    inside = os.path.normpath(os.path.join("/albums", album))
    assert inside == os.path.join("/albums", album)
    assert inside.startswith("/albums/")


@given(st.binary(min_size=1, max_size=NAME_BYTES).map(os.fsdecode))
@example("." + "a" * 254)
@example("a." + "é" * 126)
def test_numbered_names_fit_and_differ(name: str) -> None:
    names = list(itertools.islice(numbered(name), 12))
    assert names[0] == name
    assert len(set(names)) == 12
    assert all(len(os.fsencode(candidate)) <= NAME_BYTES for candidate in names[1:])


def test_numbered_names_keep_the_suffix() -> None:
    assert list(itertools.islice(numbered("IMG_1.jpg"), 3)) == ["IMG_1.jpg", "IMG_1 (2).jpg", "IMG_1 (3).jpg"]
