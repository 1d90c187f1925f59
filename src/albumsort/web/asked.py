"""What a request asks for, checked: nothing of it is believed, and none of it is ever a path."""

from __future__ import annotations

from typing import Any

from flask import abort, request

from albumsort.messages import gettext as _

MOST_TEXT = 1000
"""Characters of a name or a time."""


def fields(*names: str) -> list[Any]:
    """The values of these keys of the JSON object that was sent; the answer is 400 where it is none or lacks one."""
    try:
        body = request.get_json(silent=True)
    except RecursionError:  # lists within lists within lists
        body = None
    if not isinstance(body, dict) or not all(name in body for name in names):
        abort(400, _("a JSON object with {names} is needed").format(names=", ".join(names)))
    return [body[name] for name in names]


def number(value: Any) -> int:
    """A whole number of a database."""
    if not isinstance(value, int) or isinstance(value, bool) or not -(2**63) <= value < 2**63:
        abort(400, _("a whole number is needed"))
    return value


def text(value: Any) -> str:
    """A short text that can be written in UTF-8."""
    if not isinstance(value, str) or len(value) > MOST_TEXT or not value.isprintable():
        abort(400, _("a text of at most {number} characters is needed").format(number=MOST_TEXT))
    return value


def listed(values: Any) -> list[Any]:
    """A list that is not empty."""
    if not isinstance(values, list) or not values:
        abort(400, _("a list is needed, with something in it"))
    return values
