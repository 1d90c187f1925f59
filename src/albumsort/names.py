"""Names of files and folders: what may be one, on any system that the albums may end up on, and when two are one."""

from __future__ import annotations

import unicodedata

from albumsort.messages import gettext as _

MAX_BYTES = 100
"""Longest folder name in bytes of UTF-8: leaves room for what a layout adds, within the 255 of a file system."""

_FORBIDDEN = '<>:"|?*'
# https://learn.microsoft.com/en-us/windows/win32/fileio/naming-a-file
_DEVICES = {"CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"} | {
    device + digit for device in ("COM", "LPT") for digit in "0123456789¹²³"
}
# Unicode Standard Annex 9, table "Explicit Directional Formatting Characters", and the three implicit marks.
_BIDI_CONTROLS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def folder_name_problem(name: str, limit: int = MAX_BYTES) -> str:
    """Say in words why ``name`` cannot be the name of one folder of at most ``limit`` bytes; "" when it can.

    A name that passes is a single visible folder on Linux, macOS and Windows: it never leaves the folder it is made in.
    """
    if not name.strip():
        return _("it is empty")
    if name in (".", ".."):
        return _("it means the folder itself or the one above it")
    return _character_problem(name) or _edge_problem(name) or _whole_problem(name, limit)


def folded(name: str) -> str:
    """Equal for two names or paths that a file system which ignores case or composes accents takes for one."""
    return unicodedata.normalize("NFC", name).casefold()


def quoted(text: str) -> str:
    """``text`` in quotes for a message: shortened, and with invisible characters written as escapes."""
    return repr(text if len(text) <= 60 else text[:59] + "…")


def _character_problem(name: str) -> str:
    categories = [unicodedata.category(character) for character in name]
    for character, category in zip(name, categories, strict=True):
        code = f"U+{ord(character):04X}"
        if character in "/\\":
            return _("it contains {character}, which would make it a path").format(character=character)
        if character in _FORBIDDEN:
            return _("it contains {character}, which Windows and many network drives refuse").format(
                character=character
            )
        if character in _BIDI_CONTROLS:
            return _("it contains the invisible character {code}, which turns the direction of text").format(code=code)
        if category in ("Cc", "Zl", "Zp"):
            return _("it contains the control character {code}").format(code=code)
        if category == "Cs":
            return _("it contains {code}, which is not valid text").format(code=code)
    return _("it has no visible character") if all(category[0] in "CZ" for category in categories) else ""


def _edge_problem(name: str) -> str:
    if name != name.strip():
        return _("it begins or ends with a space")
    if name.endswith("."):
        return _("it ends with a dot, which Windows removes")
    if name.startswith("."):
        return _("it begins with a dot, which hides the folder")
    return ""


def _whole_problem(name: str, limit: int) -> str:
    if name.partition(".")[0].rstrip().upper() in _DEVICES:
        return _("Windows reserves it for a device")
    size = len(name.encode())
    if size > limit:
        return _("it is {number} bytes long and at most {limit} are allowed").format(number=size, limit=limit)
    return ""
