"""Numbers on the command line, and what is said of those that are none."""

from __future__ import annotations

import math
from typing import Any

import click

from albumsort.messages import gettext as _


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
            problem = _("{value!r} is not a valid {number_type}.")
            self.fail(problem.format(value=value, number_type=self.name), param, ctx)
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
            problem = _("{value!r} is not a latitude and a longitude in degrees, such as 52.52,13.405.")
            self.fail(problem.format(value=value), param, ctx)
        if not -90 <= latitude <= 90:
            problem = _("{value!r}: a latitude lies between -90 and 90.")
            if abs(latitude) <= 180 and abs(longitude) <= 90:
                problem += " " + _("Latitude comes first: {first:g},{second:g}?")
            self.fail(problem.format(value=value, first=longitude, second=latitude), param, ctx)
        if not -180 <= longitude <= 180:
            self.fail(_("{value!r}: a longitude lies between -180 and 180.").format(value=value), param, ctx)
        return latitude, longitude
