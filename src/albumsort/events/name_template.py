"""The template of an event's name: checking it, filling it, and making what comes out the name of a folder."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache

from albumsort.errors import AlbumsortError
from albumsort.messages import gettext as _
from albumsort.names import folder_name_problem, quoted

FIELDS = ("date", "place", "country", "sight", "length")

FIELD = re.compile(r"\{([^{}]*)\}")
# A field, or what stands in brackets, which goes as one.
_PIECE = re.compile(r"(\{[^{}]*\}|\([^()]*\)|\[[^\[\]]*\]|（[^（）]*）)")
_COMMAS = ",，、;；"
_JOINER = "\u200d"


def check_template(template: str, option: str) -> None:
    """Raise AlbumsortError, naming the ``option``, where ``template`` can make no names."""
    where = f"{option} {quoted(template)}"
    literal = literal_of(template, FIELDS, where)
    if not FIELD.search(template):
        raise AlbumsortError(
            _("{where}: all names would be the same; write at least one of {fields}").format(
                where=where, fields=fields_told(FIELDS)
            )
        )
    if problem := folder_name_problem(literal):
        raise AlbumsortError(_("{where}: it cannot be a folder: {problem}").format(where=where, problem=problem))


def literal_of(template: str, fields: Sequence[str], where: str, part: str = "") -> str:
    """The template with a letter for each of its fields.

    Raises AlbumsortError, which begins with ``where``, for a field that is none of ``fields``, and a brace that belongs
    to none; that tells the ``part`` of a whole.
    """
    for field in FIELD.findall(template):
        if field not in fields:
            raise AlbumsortError(
                _("{where}: there is no field {{{field}}}; the fields are {fields}").format(
                    where=where, field=field, fields=fields_told(fields)
                )
            )
    literal = FIELD.sub("x", template)
    if set("{}") & set(literal):
        message = _("{where}: a brace without its partner; a field is written {{{field}}}")
        if part:
            message = _("{where}: a brace without its partner in {part!r}; a field is written {{{field}}}")
        raise AlbumsortError(message.format(where=where, part=part, field=fields[0]))
    return literal


def fields_told(fields: Sequence[str]) -> str:
    """The fields as they are written."""
    return ", ".join(f"{{{field}}}" for field in fields)


def fill(template: str, values: Mapping[str, str]) -> str:
    """Fill a checked template. What is empty goes, with its brackets and with what separates it from its neighbours."""
    first, *rest = _PIECE.split(template)
    text, written, between = first, False, [""]
    for piece, literal in zip(rest[::2], rest[1::2], strict=True):
        value = _piece(piece, values)
        if not value:
            between.append(literal)
            continue
        # A bracket parts well enough by itself.
        text += (_separator(between if piece[0] == "{" else between[-1:]) if written else "") + value
        written, between = True, [literal]
    if len(between) == 1 or any(map(str.isalnum, between[-1])):
        text += _separator(between)
    return text if written else ""


def clean(text: str) -> str:
    """``text`` without what no folder's name can hold; "" where that leaves no more than punctuation."""
    allowed = "".join(_allowed(character) for character in unicodedata.normalize("NFC", text))
    stripped = " ".join(allowed.split()).strip(" .")
    return "" if all(unicodedata.category(character)[0] in "CPZ" for character in stripped) else stripped


def cut(text: str, size: int) -> str:
    """The longest beginning of at most ``size`` bytes that ends with a whole character, and with no space or dot."""
    end = len(text.encode()[:size].decode(errors="ignore"))
    if end < len(text):
        while end and (_is_mark(text[end]) or text[end - 1] == _JOINER):
            end -= 1
    return text[:end].rstrip(" .,-、(（")


def _piece(piece: str, values: Mapping[str, str]) -> str:
    if piece.startswith("{"):
        return values[piece[1:-1]]
    inner = piece[1:-1]
    filled = fill(inner, values) if FIELD.search(inner) else inner
    return filled and piece[0] + filled + piece[-1]


def _separator(literals: Sequence[str]) -> str:
    """The one to keep of those between two fields: with the words before the second, else the one that parts most."""
    *before, last = literals
    if any(map(str.isalnum, last)):
        return last
    return max([*(other for other in before if not any(map(str.isalnum, other))), last], key=_strength)


def _strength(separator: str) -> tuple[int, int]:
    mark = separator.strip()
    return (0 if mark and mark in _COMMAS else 2 if mark else 1), len(separator)


@lru_cache(maxsize=4096)
def _allowed(character: str) -> str:
    if not folder_name_problem(f"x{character}x"):
        return character
    return "-" if character in "/\\" else " "


def _is_mark(character: str) -> bool:
    return character == _JOINER or unicodedata.category(character)[0] == "M"
