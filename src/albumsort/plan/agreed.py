"""Holds a plan to an earlier one that somebody has seen and agreed to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from albumsort.messages import gettext as _
from albumsort.messages import gettext_noop
from albumsort.records import Decision

NOT_AGREED = gettext_noop("it is not as it was planned; plan again")


def only_agreed(decisions: Sequence[Decision], agreed: Sequence[Decision]) -> list[Decision]:
    """The decisions, but skipped what was planned otherwise, or not at all, for the photo or one of its companions."""
    seen = {_facts(decision) for decision in agreed if decision.status == "planned"}
    news = {_photo(decision) for decision in decisions if decision.status == "planned" and _facts(decision) not in seen}
    return [
        replace(decision, status="skipped", note=_(NOT_AGREED))
        if decision.status == "planned" and _photo(decision) in news
        else decision
        for decision in decisions
    ]


def _photo(decision: Decision) -> str:
    return decision.companion_of or decision.path


def _facts(decision: Decision) -> tuple[object, ...]:
    """What is done with which bytes."""
    return decision.path, decision.stamp, decision.action, decision.destination, decision.stays, decision.gives_way
