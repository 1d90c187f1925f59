"""Album paths say what the layout asks for, and stay inside the album folder whatever a template and a photo hold."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from albumsort.errors import AlbumsortError
from albumsort.names import folder_name_problem
from albumsort.plan.file_names import NAME_BYTES
from albumsort.plan.layout import Subject, parse_layout
from albumsort.records import CaptureTime, Named, Occasions, Situation

TAKEN = CaptureTime(datetime(2023, 1, 1, 0, 34), "exif")
PARTY = Named("1", "Party", date(2022, 12, 31))
SKIING = Named("t1", "Skiing", date(2022, 12, 27))
EVERYDAY, GUESTS = Occasions(PARTY), Occasions(PARTY, own=PARTY)
JOURNEY = Occasions(PARTY, SKIING, SKIING)
NISEKO = Situation(place="Niseko", country="Japan")


def album(layout: str, category: str = "Pets", captured: CaptureTime = TAKEN, **known: Any) -> str | None:
    return parse_layout(layout, ["Pets"]).album(Subject(category, captured, **known))


@pytest.mark.parametrize(
    ("template", "path"),
    [
        ("{category}/{year}", "Pets/2023"),
        ("{category}", "Pets"),
        ("{year}/{year}-{month}-{day} {category}", "2023/2023-01-01 Pets"),
        ("By year/{year}/{month}/{category}", "By year/2023/01/Pets"),
        ("{country}/{place}", "Japan/Niseko"),
        ("{camera} in {place} ({year})", "Pixel 7 in Niseko (2023)"),
    ],
)
def test_a_template_is_filled(template: str, path: str) -> None:
    assert album(template, situation=NISEKO, camera="Pixel 7") == path


@pytest.mark.parametrize(
    ("layout", "everyday", "guests", "journey"),
    [
        ("category", "Pets/2023", "Pets/2023", "Pets/2023"),
        ("smart", "Pets/2023", "2022/Party", "2022/Skiing"),
        ("event", "2022/Party", "2022/Party", "2022/Party"),
    ],
)
def test_a_layout_has_a_name(layout: str, everyday: str, guests: str, journey: str) -> None:
    assert [album(layout, occasions=occasions) for occasions in (EVERYDAY, GUESTS, JOURNEY)] == [
        everyday,
        guests,
        journey,
    ]


@pytest.mark.parametrize(
    ("template", "party", "journey"),
    [
        ("{year}/{month}/{event}", "2022/12/Party", "2022/12/Party"),
        ("{year}-{month}-{day}/{trip}/{event}", "2022-12-31/Party", "2022-12-27/Skiing/Party"),
        ("{year}/{event}/{month}", "2022/Party/01", "2022/Party/01"),
        ("{trip}/{year}/{event}", "2022/Party", "Skiing/2023/Party"),
        ("{year} {event} {year}", "2022 Party 2023", "2022 Party 2023"),
        ("{year}/{trip}", "2023", "2022/Skiing"),
    ],
)
def test_dates_before_an_occasion_are_those_of_its_first_day(template: str, party: str, journey: str) -> None:
    assert album(template, occasions=EVERYDAY) == party
    assert album(template, occasions=JOURNEY) == journey


@pytest.mark.parametrize(
    ("template", "path"),
    [
        ("{category}/{year}", "Pets/Undated"),
        ("{year}/{month}/{day}/{category}", "Undated/Pets"),
        ("{year}/{event}", "Undated"),
        ("{event}/{category}", "Undated/Pets"),
        ("smart", "Pets/Undated"),
        ("event", "Undated"),
        ("{category}", "Pets"),
    ],
)
def test_a_photo_without_a_date_goes_to_undated(template: str, path: str) -> None:
    assert album(template, captured=CaptureTime()) == path


@pytest.mark.parametrize(
    ("template", "path"),
    [
        ("{country}/{place}", "Unknown place"),
        ("{country}/{year}/{place}", "Unknown place/2023/Unknown place"),
        ("{camera}/{place}", "Unknown camera/Unknown place"),
        ("{year} {place}", "2023"),
        ("{year} in {place} ({camera})", "2023"),
        ("{year}/{trip}/{category}", "2023/Pets"),
        ("{year} - {trip}/{category}", "2023/Pets"),
        ("{trip}", "No trip"),
        ("Trips/{trip}", "Trips"),
    ],
)
def test_what_is_not_known_has_one_folder_or_none(template: str, path: str) -> None:
    assert album(template) == path


def test_a_place_without_a_town_is_in_its_country() -> None:
    country = Situation(country="Japan")
    assert album("{country}/{place}", situation=country) == "Japan/Unknown place"
    assert album("{country}, {place}", situation=country) == "Japan"


@pytest.mark.parametrize(
    ("layout", "occasions", "path"),
    [
        ("category", JOURNEY, None),
        ("smart", JOURNEY, "2022/Skiing"),
        ("smart", EVERYDAY, None),
        ("event", EVERYDAY, "2022/Party"),
        ("{year}/{trip}/{category}", JOURNEY, None),
    ],
)
def test_an_unsorted_photo_has_a_place_where_no_category_is_needed(
    layout: str, occasions: Occasions, path: str | None
) -> None:
    assert album(layout, "", occasions=occasions) == path


@pytest.mark.parametrize(
    ("layout", "reason"),
    [
        ("", "empty"),
        ("/{category}", "empty"),
        ("{category}//{year}", "empty"),
        ("../{category}", "above"),
        ("{category}/..", "above"),
        ("{categorie}", "no field {categorie}; the fields are {year}, {month}"),
        ("{own}", "no field {own}"),
        ("{begin year}", "no field"),
        ("{category/{year}", "brace"),
        ("{category}}", "brace"),
        ("con/{category}", "con"),
        ("{category}\n", "U\\+000A"),
        ("{category:>10}", "no field"),
        ("evnet", "no layout has this name.*smart, category, event"),
        ("All my photos", "in one folder.*{trip}"),
    ],
)
def test_a_layout_that_cannot_work_is_refused_with_the_reason(layout: str, reason: str) -> None:
    with pytest.raises(AlbumsortError, match=f"--layout .*{reason}"):
        parse_layout(layout, ["Pets"])


def test_a_part_that_would_be_too_long_is_refused_before_anything_is_done() -> None:
    with pytest.raises(AlbumsortError, match="longer than 255 bytes"):
        parse_layout("{category} {category} {category}", ["Pets", "宠" * 30])


@pytest.mark.parametrize(
    ("place", "folder"),
    [
        ("Frankfurt/Oder", "Frankfurt-Oder"),
        ("../../etc", "-..-etc"),
        ("con", "_con"),
        ("nul.txt", "_nul.txt"),
        (".hidden", "hidden"),
        ("What?\n", "What"),
        ("\u202egpj", "gpj"),
        ("...", "Unknown place"),
        ("\udcff", "Unknown place"),
        ("宠" * 90, "宠" * 33),
        ("{year}", "{year}"),
    ],
)
def test_a_value_is_one_safe_folder(place: str, folder: str) -> None:
    assert album("{place}", situation=Situation(place=place)) == folder
    assert folder_name_problem(folder) == ""


def test_a_device_s_name_that_a_template_and_a_value_make_together_is_avoided() -> None:
    assert album("CO{camera}", camera="N") == "_CON"
    assert album("co{category}", "n") == "_con"


FIELDS = ("year", "month", "day", "category", "event", "trip", "country", "place", "camera")
LITERALS = st.sampled_from([*"/~ .-é([)]:,", "..", "CON", "x", "smart"]) | st.text(max_size=4)
TEMPLATES = st.lists(LITERALS | st.sampled_from([f"{{{field}}}" for field in FIELDS]), max_size=7).map("".join)
VALUES = (
    st.text(max_size=12)
    | st.text(st.sampled_from("a.é宠 /\u200d\u0301{}(-"), max_size=150)
    | st.sampled_from(["", ".", "..", "CON", "con.a", "N", "a/b", "\udcff", "x" * 300])
)
KNOWN = st.fixed_dictionaries(dict.fromkeys(FIELDS[4:], VALUES))
NAMED = st.builds(Named, VALUES, VALUES, st.dates())


@given(
    st.sampled_from(["smart", "event", "category"]) | TEMPLATES,
    st.sampled_from(["Pets", "-", "N", ""]),
    st.none() | st.datetimes(),
    st.builds(Occasions, *[st.none() | NAMED] * 3),
    KNOWN,
)
@example("CO{category}", "N", None, Occasions(), dict.fromkeys(FIELDS, ""))
def test_no_layout_and_no_value_leads_out_of_the_album_folder(
    layout: str, category: str, taken: datetime | None, occasions: Occasions, known: Mapping[str, str]
) -> None:
    captured = CaptureTime(taken, "exif" if taken else "none")
    situation = Situation(place=known["place"], country=known["country"])
    try:
        path = album(layout, category, captured, occasions=occasions, situation=situation, camera=known["camera"])
    except AlbumsortError:
        return
    if path is None:
        assert category == ""
        return
    for part in path.split(os.sep):
        assert folder_name_problem(part, NAME_BYTES) == ""


@pytest.mark.parametrize(
    ("layout", "undated", "path"),
    [
        ("{year}/{category}", True, "未知日期/宠物"),
        ("{trip}", False, "日常"),
        ("{country}/{place}", False, "未知地点"),
        ("{camera}", False, "未知相机"),
    ],
)
def test_what_is_not_known_is_called_so_in_chinese(layout: str, undated: bool, path: str) -> None:
    subject = Subject("宠物", CaptureTime() if undated else TAKEN)
    assert parse_layout(layout, ["宠物"]).album(subject, "zh") == path
