"""What the program says to people, in their language: gettext, with one catalog a language in ``locale/``.

Messages are English in the code, in the call that marks them for the catalog: ``_("{number} left").format(number=2)``.
Until :func:`speak` is called, as in a program that imports albumsort, all are English.
https://docs.python.org/3/library/gettext.html
"""

from __future__ import annotations

import gettext as catalogs
import os
import re
from collections.abc import Sequence
from itertools import takewhile

DOMAIN = "albumsort"
FOLDER = os.path.join(os.path.dirname(__file__), "locale")

_spoken = catalogs.NullTranslations()


def speak(languages: Sequence[str]) -> None:
    """Say everything from now on in the first of these languages that there is a catalog for, else in English.

    Codes are such as ``zh-TW``, which is content with ``zh``. What click says, such as "Missing argument", comes from
    the same catalog: it asks the domain of the process.
    """
    global _spoken  # noqa: PLW0603  a process speaks one language
    before_english = takewhile(lambda code: not re.match(r"en\b", code), languages)
    wanted = [code.replace("-", "_") for code in before_english if re.fullmatch(r"\w+(-\w+)*", code)]
    _spoken = catalogs.translation(DOMAIN, FOLDER, wanted, fallback=True)
    catalogs.bindtextdomain(DOMAIN, FOLDER)
    catalogs.textdomain(DOMAIN)
    os.environ["LANGUAGE"] = ":".join(wanted) or "en"


def locale_languages() -> list[str]:
    """The codes of the languages that the locale asks for, such as ``zh-TW``, the best first; none in the locale C.

    As gettext does: the list ``LANGUAGE`` goes first, unless the locale is C or not set.
    https://www.gnu.org/software/gettext/manual/html_node/Locale-Environment-Variables.html
    """
    locale = next(filter(None, map(os.environ.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), "C")
    if re.match(r"(C|POSIX)(\.|$)", locale):
        return []
    wanted = [*os.environ.get("LANGUAGE", "").split(":"), locale]
    return [re.split("[.@]", name)[0].replace("_", "-") for name in wanted if name]


def spoken() -> str:
    """The code of the language that is spoken, such as ``zh``; ``en`` where there is no catalog for what was asked."""
    return _spoken.info().get("language", "en")


def gettext(message: str) -> str:
    """The message in the language that is spoken; placeholders such as ``{path}`` are still to be filled."""
    return _spoken.gettext(message)


def ngettext(one: str, many: str, number: int) -> str:
    """The message for this number of things; ``{number}`` and other placeholders are still to be filled."""
    return _spoken.ngettext(one, many, number)


def gettext_noop(message: str) -> str:
    """The message as it is, marked for the catalog: for constants, which are translated where they are used."""
    return message


def reason_of(error: OSError) -> str:
    """What the system says of an error, which it says in English, in the language that is spoken."""
    return gettext(error.strerror) if error.strerror else str(error)


SYSTEM_ERRORS = (
    gettext_noop("Cannot allocate memory"),
    gettext_noop("Device or resource busy"),
    gettext_noop("Directory not empty"),
    gettext_noop("Disk quota exceeded"),
    gettext_noop("Exec format error"),
    gettext_noop("File exists"),
    gettext_noop("File name too long"),
    gettext_noop("File too large"),
    gettext_noop("Function not implemented"),
    gettext_noop("Input/output error"),
    gettext_noop("Invalid argument"),
    gettext_noop("Invalid cross-device link"),
    gettext_noop("Is a directory"),
    gettext_noop("No such device or address"),
    gettext_noop("No such file or directory"),
    gettext_noop("No space left on device"),
    gettext_noop("Not a directory"),
    gettext_noop("Operation not permitted"),
    gettext_noop("Operation not supported"),
    gettext_noop("Permission denied"),
    gettext_noop("Read-only file system"),
    gettext_noop("Stale file handle"),
    gettext_noop("Text file busy"),
    gettext_noop("Too many levels of symbolic links"),
    gettext_noop("Too many links"),
    gettext_noop("Too many open files"),
)
"""What glibc says of the errors that files and folders have; others stay in English."""
