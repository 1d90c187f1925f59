"""Where a photo without a position was taken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from albumsort.events.shots import Shot, seconds
from albumsort.events.whereabouts import Whereabouts, towns_of, whereabouts

BERLIN, POTSDAM = (52.52, 13.405, "Europe/Berlin"), (52.399, 13.066, "Europe/Berlin")
TOKYO = (35.69, 139.692, "Asia/Tokyo")


def shot(photo: int, when: str, at: tuple[float, float, str] | None = None) -> Shot:
    latitude, longitude, zone = at or (None, None, "")
    return Shot(photo, seconds(datetime.fromisoformat(when)), False, latitude, longitude, zone)


def found(shots: Sequence[Shot], events: Mapping[int, int]) -> Whereabouts:
    """The whereabouts of photo 0."""
    names = {photo: str(number) for photo, number in events.items()}
    return whereabouts(sorted(shots, key=lambda own: own.time), names, towns_of(shots))[0]


def test_a_position_is_named() -> None:
    assert found([shot(0, "2023-05-06T12:00", BERLIN)], {0: 1}) == ("Berlin", "Germany", "Europe/Berlin")


def test_without_one_the_nearest_in_time_of_its_event_counts() -> None:
    shots = [shot(1, "2023-05-06T10:00", BERLIN), shot(0, "2023-05-06T15:00"), shot(2, "2023-05-06T16:00", POTSDAM)]
    assert found(shots, {0: 1, 1: 1, 2: 1}).place == "Potsdam"


def test_an_event_without_any_is_in_the_country_on_either_side_of_it() -> None:
    shots = [shot(1, "2023-05-05T10:00", BERLIN), shot(0, "2023-05-06T15:00"), shot(2, "2023-05-08T16:00", POTSDAM)]
    assert found(shots, {0: 1, 1: 2, 2: 3}) == ("", "Germany", "Europe/Berlin")


def test_between_two_countries_nobody_knows() -> None:
    shots = [shot(1, "2023-05-05T10:00", BERLIN), shot(0, "2023-05-06T15:00"), shot(2, "2023-05-08T16:00", TOKYO)]
    assert found(shots, {0: 1, 1: 2, 2: 3}) == ("", "", "")


def test_after_a_long_silence_nobody_knows() -> None:
    assert found([shot(1, "2023-01-05T10:00", BERLIN), shot(0, "2023-05-06T15:00")], {0: 1, 1: 2}) == ("", "", "")


def test_without_any_position_nothing_is_known() -> None:
    assert found([shot(0, "2023-05-06T15:00")], {0: 1}) == ("", "", "")
