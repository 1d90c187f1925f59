"""Text in the columns of a terminal, of which a Chinese character takes two and an accent of its own none."""

from __future__ import annotations

import unicodedata


def printable(text: str) -> str:
    """A name as one line that no terminal takes for commands: control and direction marks and odd bytes are escaped."""
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)


def cells(text: str) -> list[str]:
    """The columns that a text takes, escaped where it is not printable; the second of a wide character is ""."""
    columns: list[str] = []
    for char in printable(text):
        if columns and unicodedata.category(char) in ("Mn", "Me"):
            columns[-2 if columns[-1] == "" else -1] += char
        else:
            columns += [char, ""] if unicodedata.east_asian_width(char) in ("W", "F") else [char]
    return columns


def padded(text: str, columns: int, *, before: bool = False) -> str:
    """A printable text with spaces after it, or before it, so that it takes so many columns."""
    spaces = " " * (columns - len(cells(text)))
    return spaces + text if before else text + spaces


def cut(text: str, room: int) -> str:
    """As much of a text as there is room for."""
    columns = cells(text)
    if len(columns) <= room:
        return "".join(columns)
    kept = columns[: max(room - 1, 0)]
    if columns[len(kept)] == "":  # half of a wide character
        kept[-1:] = [" "] * bool(kept)
    return "".join(kept).rstrip() + "…" * (room > 0)
