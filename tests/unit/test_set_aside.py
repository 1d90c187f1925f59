"""Photos with a flaw: their tags, and the album of their own if the user wants that."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from albumsort.labels.flaws import Flaw
from albumsort.labels.parse import load_table
from albumsort.messages import speak
from albumsort.plan.corrected import Said
from albumsort.plan.layout import parse_layout
from albumsort.plan.plan import Known, make_plan
from albumsort.records import Decision, Named, Occasions, Quality

from .planning import CAT, RULES, UNCLEAR, Disk, known

GOOD = Quality(120, 250, 240, 1.8)
DARK = Quality(8, 60, 58, 1.8)
BLURRED = Quality(120, 250, 240, 0.1)
BLANK = Quality(120, 125, 8, 0.0)
OWN = Named("20230506-1", "Birthday", replace(known("/photos/a.jpg")).captured.taken_at.date())  # type: ignore[union-attr]


def decide(photo: Known, *unwanted: Flaw, layout: str = "category") -> Decision:
    rules = replace(RULES, set_aside=unwanted, layouts=[parse_layout(layout, ["Pets"])])
    [decision] = make_plan([photo], rules, Disk())
    return decision


@pytest.mark.parametrize(
    ("quality", "tags"), [(GOOD, ()), (DARK, ("dark",)), (BLURRED, ("blurred",)), (BLANK, ("blank",))]
)
def test_the_shipped_table_tags_what_is_wrong_with_a_photo(quality: Quality, tags: tuple[str, ...]) -> None:
    verdict = load_table(None).categorize(replace(CAT, quality=quality))
    assert (verdict.category, verdict.tags) == ("pets", (*tags, "cats"))


@pytest.mark.parametrize(("quality", "flaw"), [(DARK, "dark"), (BLURRED, "blurred"), (BLANK, "blank")])
def test_a_photo_with_an_unwanted_flaw_is_set_aside(quality: Quality, flaw: Flaw) -> None:
    photo = known("/photos/a.jpg", prediction=replace(CAT, quality=quality))
    decision = decide(photo, flaw)
    assert (decision.category, decision.album, decision.note) == ("set_aside", "Set aside/2023", f"set aside: {flaw}")
    assert decision.labels  # what was seen is told all the same


def test_one_that_was_unsorted_is_set_aside_too() -> None:
    photo = known("/photos/a.jpg", prediction=replace(UNCLEAR, quality=BLURRED))
    assert decide(photo, "blurred", "dark").album == "Set aside/2023"


def test_a_photo_of_an_event_leaves_the_album_of_the_event() -> None:
    flawed = known("/photos/a.jpg", prediction=replace(CAT, quality=DARK), occasions=Occasions(OWN, None, OWN))
    assert decide(flawed, "dark", layout="event").album == "Set aside/2023"
    assert decide(flawed, "blurred", layout="event").album == "2023/Birthday"


@pytest.mark.parametrize("unwanted", [(), ("blurred",)])
def test_no_other_photo_is(unwanted: tuple[Flaw, ...]) -> None:
    for quality in (GOOD, DARK, BLANK, None):
        photo = known("/photos/a.jpg", prediction=replace(CAT, quality=quality))
        assert decide(photo, *unwanted).album == "Pets/2023"


def test_the_user_s_word_wins() -> None:
    photo = known("/photos/a.jpg", prediction=replace(CAT, quality=DARK), said=Said("food"))
    assert decide(photo, "dark").album == "Food/2023"


def test_a_scanned_page_is_white_and_stays_a_document() -> None:
    page = known("/photos/a.jpg", prediction=replace(CAT, quality=BLANK))
    page = replace(page, photo=replace(page.photo, genre="document"))
    assert decide(page, "blank").category == "documents"


@pytest.fixture
def chinese(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("LANGUAGE", "")
    speak(["zh"])
    yield
    speak([])


@pytest.mark.usefixtures("chinese")
def test_it_is_told_in_chinese() -> None:
    photo = known("/photos/a.jpg", prediction=replace(CAT, quality=DARK))
    assert decide(photo, "dark").note == "另放: 过暗"
