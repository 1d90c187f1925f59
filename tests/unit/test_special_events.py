"""Which events are out of the ordinary."""

from __future__ import annotations

from datetime import datetime

import pytest

from albumsort.events.names import Occasion, Spot
from albumsort.events.special import special

NOON = datetime(2023, 5, 6, 12)
EVERYDAY = {"pets": 0.9, "food": 0.05, "celebrations": 0.02}


def at_home(photos: int, **sights: int) -> Occasion:
    return Occasion(NOON, NOON, (), sights or {"pets": photos}, photos=photos)


def is_special(own: Occasion, others: int = 0, photos_of_each: int = 0) -> bool:
    return special([own, *(at_home(photos_of_each) for _ in range(others))], EVERYDAY)[0]


@pytest.mark.parametrize(("photos", "expected"), [(2, False), (11, False), (12, True)])
def test_in_a_new_library_an_event_at_home_needs_a_dozen_photos(photos: int, *, expected: bool) -> None:
    assert is_special(at_home(photos)) is expected


@pytest.mark.parametrize(("usual", "expected"), [(2, True), (3, True), (10, False), (100, False)])
def test_what_is_much_depends_on_what_is_usual_at_home(usual: int, *, expected: bool) -> None:
    assert is_special(at_home(15), others=20, photos_of_each=usual) is expected


def test_fewer_are_enough_for_what_the_everyday_does_not_show() -> None:
    assert is_special(at_home(6, celebrations=6))
    assert not is_special(at_home(6, pets=6))
    assert not is_special(at_home(5, celebrations=5))


@pytest.mark.parametrize(("photos", "expected"), [(4, False), (5, True)])
def test_a_day_out_needs_a_few_photos_however_many_are_usual(photos: int, *, expected: bool) -> None:
    out = Occasion(NOON, NOON, [Spot("Potsdam", "DE", photos)], {"pets": photos}, is_out=True, photos=photos)
    assert is_special(out, others=20, photos_of_each=50) is expected


def test_every_trip_is_special() -> None:
    assert is_special(Occasion(NOON, NOON, (), {}, is_trip=True, photos=1))
