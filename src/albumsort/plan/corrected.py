"""What the user said of a photo wins over what was seen in it."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from albumsort.messages import gettext as _
from albumsort.messages import gettext_noop
from albumsort.records import Decision, Photo

BY_YOU = gettext_noop("category by you")
NEVER = gettext_noop("it is never to be placed, as you said")
"""The note of a photo that is left alone, whatever is asked for."""


class Said(NamedTuple):
    """What the user said of a photo: its ``category``, or that it is ``never`` to be placed.

    ``unknown`` is a category that the label table does not have, so that what was recognised counts.
    """

    category: str = ""
    never: bool = False
    unknown: str = ""


NOTHING_SAID = Said()


def with_said(decision: Decision, photo: Photo, said: Said) -> Decision:
    """The decision with the category of the user instead of what was seen, whose confidence and classes stay.

    A file that could not be read in this run keeps none, so that nothing is done with it.
    """
    if said.unknown:
        told = _("you put it into {category}, which the label table does not have")
        return replace(decision, said=told.format(category=said.unknown))
    if not said.category or photo.fingerprint is None:
        return decision
    return replace(decision, category=said.category, note=photo.problem, said=_(BY_YOU))
