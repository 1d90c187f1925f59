"""The folder names of what is not known, by language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Words(NamedTuple):
    """What folders are called that stand for something missing; ``unknown`` by field of a layout."""

    undated: str
    no_trip: str
    unknown: Mapping[str, str]


_ENGLISH = Words(
    "Undated", "No trip", {"country": "Unknown place", "place": "Unknown place", "camera": "Unknown camera"}
)
_CHINESE = Words("未知日期", "日常", {"country": "未知地点", "place": "未知地点", "camera": "未知相机"})


def words(language: str) -> Words:
    """The words of a language such as ``zh`` or ``zh-TW``; English for those that are not known."""
    return _CHINESE if language == "zh" else _ENGLISH
