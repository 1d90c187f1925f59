"""The language of folder names: a library keeps the one that it was first sorted with."""

from __future__ import annotations

import os
from collections.abc import Callable

from albumsort.catalog.catalog import Catalog

_NAMES = {"en": "English", "zh": "Chinese"}


def choose_language(catalog: Catalog, wanted: str | None, *, keep: bool, say: Callable[[str], None]) -> str:
    """The language asked for, else the library's own, else that of the locale; ``keep`` makes it the library's own."""
    own = catalog.setting("language")
    language = wanted or own or _of_locale()
    if own and language != own:
        lasting = "from now on" if keep else "in this preview; the library keeps its own language until a run acts"
        say(f"Folders have {_NAMES[language]} names instead of {_NAMES[own]} ones {lasting}.")
    if keep:
        catalog.remember({"language": language})
    return language


def _of_locale() -> str:
    locale = next(filter(None, map(os.environ.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    return "zh" if locale.startswith("zh") else "en"
