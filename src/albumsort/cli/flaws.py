"""What is wrong with photos, on the command line."""

from __future__ import annotations

from typing import Any

import click

from albumsort.labels.flaws import FLAWS, Flaw
from albumsort.messages import gettext as _


class Flaws(click.ParamType):  # type: ignore[type-arg]  # older versions of click do not have one
    """Flaws with commas between them."""

    name = "FLAW,FLAW"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[Flaw, ...]:
        """The flaws, each once, in the order in which the program has them."""
        if isinstance(value, tuple):  # click may convert what is converted already
            return value
        given = [name.strip() for name in value.split(",") if name.strip()]
        for name in given:
            if name not in FLAWS:
                problem = _("{value!r} is no flaw of a photo; there are {flaws}, with commas between several.")
                self.fail(problem.format(value=name, flaws=", ".join(FLAWS)), param, ctx)
        return tuple(flaw for flaw in FLAWS if flaw in given)
