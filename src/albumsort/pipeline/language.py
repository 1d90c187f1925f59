"""The language of names: a library keeps the one that it was first sorted with."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from albumsort.catalog.catalog import Catalog
from albumsort.errors import AlbumsortError
from albumsort.labels.languages import ENGLISH, languages, load_language, nearest
from albumsort.messages import gettext as _
from albumsort.messages import locale_languages, speak
from albumsort.names import quoted


def choose_language(catalog: Catalog, wanted: str | None, *, keep: bool, say: Callable[[str], None]) -> str:
    """The language asked for, else the library's own, else that of the locale; ``keep`` makes it the library's own.

    Raises AlbumsortError for one that there is not.
    """
    own = catalog.setting("language")
    language = wanted or own or locale_language()
    check_language(language)
    if own and language != own:
        told = _(
            "Names are in {language} instead of {own} in this preview; the library keeps its own language until a run "
            "acts."
        )
        if keep:
            told = _("Names are in {language} instead of {own} from now on.")
        say(told.format(language=_called(language), own=_called(own)))
    if keep:
        catalog.remember({"language": language})
    return language


def check_language(code: str) -> None:
    """Raise AlbumsortError that says which languages there are where this is the code of none."""
    if code not in languages():
        known = ", ".join(f"{other} ({load_language(other).name})" for other in languages())
        problem = _("--lang: there is no language {code}; there are {known}")
        raise AlbumsortError(problem.format(code=quoted(code), known=known))


def library_language(state: Path) -> str | None:
    """The language that the library with this state folder has; None before a run has acted."""
    if not (state / "catalog.sqlite").is_file():
        return None
    with Catalog(state / "catalog.sqlite") as catalog:
        return catalog.setting("language")


def speak_as(state: Path) -> None:
    """Where the locale asks for no language, as under cron, speak that of the library with this state folder."""
    if not locale_languages():
        own = None
        with suppress(AlbumsortError):  # a catalog that cannot be used is told by what needs it
            own = library_language(state)
        speak([own or ENGLISH])


def locale_language() -> str:
    """The language that there is of those that the locale asks for, the nearest ones included; else English."""
    return next(filter(None, map(nearest, locale_languages())), ENGLISH)


def _called(code: str) -> str:
    """What a language calls itself; the code of one that there is no longer."""
    return load_language(code).name if code in languages() else code
