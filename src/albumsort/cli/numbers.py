"""Numbers on the command line, and what is said of those that are none."""

from __future__ import annotations

import math
from typing import Any

import click


class Whole(click.IntRange):
    """A whole number within bounds."""

    name = "whole number"


class Seconds(click.FloatRange):
    """A number of seconds within bounds."""

    name = "number of seconds"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The number; what is none of the usual ones is in no range."""
        number = float(super().convert(value, param, ctx))
        if math.isnan(number):
            self.fail(f"{value!r} is not a valid {self.name}.", param, ctx)
        return number


class Minutes(Seconds):
    """A number of minutes within bounds."""

    name = "number of minutes"


class LatLon(click.ParamType):  # type: ignore[type-arg]  # older versions of click do not have one
    """A position: latitude and longitude in degrees."""

    name = "LAT,LON"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[float, float]:
        """The position; numbers the wrong way round are mostly noticed, since no latitude is above 90."""
        if isinstance(value, tuple):  # click may convert what is converted already
            return value
        try:
            latitude, longitude = map(float, value.split(","))
        except ValueError:
            self.fail(f"{value!r} is not a latitude and a longitude in degrees, such as 52.52,13.405.", param, ctx)
        for name, number, most in (("latitude", latitude, 90), ("longitude", longitude, 180)):
            if not -most <= number <= most:
                swapped = name == "latitude" and abs(latitude) <= 180 and abs(longitude) <= 90
                advice = f" Latitude comes first: {longitude:g},{latitude:g}?" if swapped else ""
                self.fail(f"{value!r}: a {name} lies between -{most} and {most}.{advice}", param, ctx)
        return latitude, longitude
