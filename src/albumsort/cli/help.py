"""The help of the commands, in the language that is spoken."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Iterator

import click

from albumsort.messages import gettext as _

_PIECE = re.compile(r"[（“]*(?:[\u2e80-\u9fff]|[^\s\u2e80-\u9fff，。；：、！？）”（“]+)?[，。；：、！？）”]*\s*")
"""What is not broken at the end of a line: a word, or a Chinese character, with the marks around it."""


def translate_help(command: click.Command) -> None:
    """Put the texts of a command, of those below it and of their options into the language that is spoken."""
    for part, attribute, text in help_texts(command):
        setattr(part, attribute, _(text))


def help_texts(command: click.Command) -> Iterator[tuple[object, str, str]]:
    """The texts of a command, of those below it and of their options: whose each is, the attribute, and the text."""
    for part in (command, *command.params):
        for attribute in ("help", "short_help", "epilog"):
            text = getattr(part, attribute, None)
            if text:
                yield part, attribute, inspect.cleandoc(text)
    for kind in (option.type for option in command.params):
        if " " in kind.name:  # such as "whole number", for what is said of those that are none
            yield kind, "name", kind.name
    for child in command.commands.values() if isinstance(command, click.Group) else ():
        yield from help_texts(child)


class HelpFormatter(click.HelpFormatter):
    """Breaks lines of Chinese, which click does not: between characters, each of which takes two columns."""

    def write_text(self, text: str) -> None:
        """Write paragraphs; one that begins with a line of ``\\b`` is left as it is."""
        if text.isascii():
            super().write_text(text)
            return
        paragraphs = []
        for paragraph in text.split("\n\n"):
            first, *rest = paragraph.splitlines()
            own = rest if first == "\b" else broken(paragraph, self.width - self.current_indent)
            paragraphs.append("\n".join(" " * self.current_indent + line for line in own))
        self.write("\n\n".join(paragraphs) + "\n")

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """Write terms, which are ASCII, with what they mean beside them."""
        rows = list(rows)
        if all(text.isascii() for _term, text in rows):
            super().write_dl(rows, col_max, col_spacing)
            return
        first = min(max(len(term) for term, _text in rows), col_max) + col_spacing
        margin = " " * self.current_indent
        for term, text in rows:
            lines = broken(text, max(self.width - first - 2, 10))
            beside = len(term) <= first - col_spacing
            self.write(margin + (term.ljust(first) + lines.pop(0) if beside else term) + "\n")
            for line in lines:
                self.write(margin + " " * first + line + "\n")


def broken(text: str, columns: int) -> list[str]:
    """A text in lines of so many columns; line breaks in it are spaces."""
    from albumsort.plan.columns import cells

    lines = [""]
    for piece in filter(None, _PIECE.findall(text.strip().replace("\n", " "))):
        if lines[-1] and len(cells((lines[-1] + piece).rstrip())) > columns:
            lines.append("")
        lines[-1] += piece
    return [line.rstrip() for line in lines]
