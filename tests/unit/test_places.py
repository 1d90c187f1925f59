from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from albumsort.events.places import Place, locate

ANYWHERE = st.tuples(st.floats(-90, 90), st.floats(-180, 180))


def city(latitude: float, longitude: float) -> str:
    return locate([(latitude, longitude)])[0].city


@pytest.mark.parametrize(
    ("position", "name"),
    [
        ((52.5200, 13.4050), "Berlin"),  # nearest entry: Mitte
        ((52.4811, 13.4354), "Berlin"),  # the middle of Neukölln
        ((40.7064, -74.0094), "New York City"),  # Wall Street
        ((48.8867, 2.3431), "Paris"),  # Montmartre
        ((35.6595, 139.7005), "Tokyo"),  # Shibuya
        ((-33.8915, 151.2767), "Sydney"),  # Bondi Beach
        ((51.3106, 12.3280), "Leipzig"),  # Kleinzschocher, to which GeoNames gives more people than to Leipzig
    ],
)
def test_a_quarter_is_called_by_its_city(position: tuple[float, float], name: str) -> None:
    assert city(*position) == name


@pytest.mark.parametrize(
    ("position", "name"),
    [
        ((52.3990, 13.0660), "Potsdam"),
        ((48.8049, 2.1204), "Versailles"),
        ((35.4437, 139.6380), "Yokohama"),
        ((34.0195, -118.4912), "Santa Monica"),
        ((42.8050, 140.6870), "Niseko"),
        ((45.9230, 6.8690), "Chamonix-Mont-Blanc"),
    ],
)
def test_a_town_near_a_larger_one_keeps_its_name(position: tuple[float, float], name: str) -> None:
    assert city(*position) == name


def test_a_place_has_its_region_and_country() -> None:
    place = locate([(43.7696, 11.2558)])[0]
    assert (place.city, place.region, place.country_code, place.country) == ("Florence", "Tuscany", "IT", "Italy")
    assert place.latitude == pytest.approx(43.8, abs=0.1)
    assert place.longitude == pytest.approx(11.2, abs=0.1)


def test_a_large_city_across_the_border_takes_no_town() -> None:
    assert locate([(22.5431, 114.0579)])[0].country == "China"
    assert locate([(22.3080, 114.1716)])[0].country == "Hong Kong"
    assert locate([(31.7619, -106.4850)])[0].city == "El Paso"


def test_the_vatican_is_in_rome() -> None:
    assert locate([(41.9022, 12.4533)])[0].city == "Rome"


def test_in_the_wild_only_the_country_is_known() -> None:
    desert = (-22.5, 131.0)
    assert locate([desert]) == [Place("", "", "AU", "Australia", *desert)]


def test_far_out_at_sea_nothing_is_known() -> None:
    ocean = (-40.0, -120.0)
    assert locate([ocean]) == [Place("", "", "", "", *ocean)]


@pytest.mark.parametrize("position", [(0.0, 0.0), (91.0, 0.0), (float("nan"), 10.0)])
def test_what_is_no_position_has_no_place(position: tuple[float, float]) -> None:
    assert locate([position])[0].country == ""


def test_no_position_no_place() -> None:
    assert locate([]) == []


def test_places_come_in_the_order_asked() -> None:
    asked = [(52.52, 13.405), (35.69, 139.692), (52.52, 13.405)]
    assert [place.city for place in locate(asked)] == ["Berlin", "Tokyo", "Berlin"]


def test_the_date_line_divides_no_island() -> None:
    west, east = locate([(-16.78, 179.9999), (-16.78, -179.9999)])  # Taveuni
    assert west.country == east.country == "Fiji"
    assert west.city == east.city


@settings(max_examples=200, deadline=None)
@given(ANYWHERE)
def test_any_position_has_an_answer(position: tuple[float, float]) -> None:
    place = locate([position])[0]
    assert bool(place.country) == bool(place.country_code)
    assert place.country or not place.city


@pytest.mark.parametrize("longitude", [-180.0, 0.0, 77.7, 180.0])
def test_at_the_poles_is_nobody(longitude: float) -> None:
    assert [place.country for place in locate([(90.0, longitude), (-90.0, longitude)])] == ["", ""]


def test_the_table_waits_until_a_place_is_asked_for() -> None:
    program = (
        "import sys; from albumsort.events import homes, places; places.locate([]);"
        "sys.exit(any(name in sys.modules for name in ('scipy', 'babel', 'numpy', 'reverse_geocode')))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
