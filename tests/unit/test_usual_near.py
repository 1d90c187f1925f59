"""What counts as near a usual place."""

from __future__ import annotations

from datetime import datetime, timedelta

from albumsort.events.away import stays, usual_near
from albumsort.events.shots import Shot, seconds

BERLIN, TOKYO = (52.52, 13.405), (35.69, 139.692)


def shots_at(place: tuple[float, float], first: datetime, days: int) -> list[Shot]:
    times = [seconds(first + timedelta(days=day)) for day in range(days)]
    return [Shot(number, time, False, *place, "") for number, time in enumerate(times)]


def test_a_given_home_makes_a_journey_of_what_a_new_library_shows() -> None:
    shots = shots_at(TOKYO, datetime(2023, 5, 6, 12), 5)
    assert stays(shots, usual_near(shots)) == []  # all of it may be home
    [stay] = stays(shots, usual_near(shots, [BERLIN]))
    assert (stay.begin, stay.end, stay.is_trip) == (shots[0].time, shots[-1].time, True)


def test_a_given_home_counts_instead_of_the_found_one() -> None:
    shots = shots_at(TOKYO, datetime(2023, 1, 2, 12), 100)
    assert usual_near(shots)(*TOKYO, shots[0].time)
    near = usual_near(shots, [BERLIN])
    assert near(*BERLIN, shots[0].time)
    assert not near(*TOKYO, shots[0].time)
