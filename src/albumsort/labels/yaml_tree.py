"""YAML to a plain tree with line numbers: text, lists and mappings, and none of YAML's traps.

It works on the parser's events, before YAML makes values of them: aliases cannot multiply, a tag cannot make an object,
and ``no`` stays the text that was written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import NoReturn

import yaml

from albumsort.errors import AlbumsortError
from albumsort.messages import gettext as _
from albumsort.names import quoted

MAX_BYTES = 256 * 1024
"""Ten times a table that lists all classes; a larger file is not a label table."""

_MAX_DEPTH = 8
# What YAML forbids in a file, and the line ends that only YAML counts as such.
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Text:
    """A scalar as it was written. ``plain`` where it stood without quotes; ``line`` counts from 1."""

    line: int
    value: str
    plain: bool


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    line: int
    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Pairs:
    """A mapping, in the order of the file; a key that was written twice is there twice."""

    line: int
    pairs: tuple[tuple[Text, Node], ...]


Node = Text | Items | Pairs


def parse_yaml(data: bytes, file: str) -> Node:
    """Parse the bytes of one YAML document; ``file`` is the name for messages.

    Raises AlbumsortError with file, line and what to do for what is not UTF-8, too large, not YAML, more than one
    document, or uses anchors, aliases or tags.
    """
    if len(data) > MAX_BYTES:
        raise AlbumsortError(
            _("{file}: larger than {number} KiB; a label table is a short YAML file").format(
                file=file, number=MAX_BYTES // 1024
            )
        )
    text = _decode(data, file)
    if yaml.__with_libyaml__:
        # In a tenth of the time, which is 140 ms of every run; but what is wrong the other one says better.
        with suppress(yaml.YAMLError):
            return _Builder(file, text, yaml.CSafeLoader).document()
    builder = _Builder(file, text, yaml.SafeLoader)
    try:
        return builder.document()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else builder.line
        reason = " ".join(part for part in (error.problem, error.context) if part)
        _fail(
            file,
            line,
            _("not valid YAML: {reason}; check the indentation (spaces, no tabs), quotes and colons here").format(
                reason=reason
            ),
        )
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        # PyYAML passes some impossible escapes and version numbers straight to chr() and int().
        _fail(
            file,
            builder.line,
            _("not valid YAML: {reason}; correct this line or the one after it").format(reason=error),
        )


def _decode(data: bytes, file: str) -> str:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        _fail(file, line, _("not UTF-8 text; save the file as UTF-8"))
    if bad := _UNPRINTABLE.search(text):
        line = len(re.findall("\r\n|\r|\n", text[: bad.start()])) + 1
        _fail(file, line, _("the control character U+{code:04X} is not allowed; remove it").format(code=ord(bad[0])))
    return text


class _Builder:
    """Builds the tree of one document from the parser's events; ``line`` is where it is."""

    def __init__(self, file: str, text: str, loader: type[yaml.SafeLoader | yaml.CSafeLoader]) -> None:
        self.file = file
        self.line = 1
        self._events: Iterator[yaml.Event] = iter(yaml.parse(text, Loader=loader))

    def document(self) -> Node:
        self._next()  # the start of the stream
        if not isinstance(self._next(), yaml.DocumentStartEvent):
            _fail(self.file, 1, _("the file is empty; `albumsort labels init FILE` writes a table to start from"))
        root = self._node(self._next(), depth=1)
        self._next()  # the end of the document
        if isinstance(self._next(), yaml.DocumentStartEvent):
            _fail(self.file, self.line, _("a second YAML document begins here; keep one and remove the line `---`"))
        return root

    def _next(self) -> yaml.Event:
        event = next(self._events)
        if event.start_mark:
            self.line = event.start_mark.line + 1
        return event

    def _node(self, event: yaml.Event, depth: int) -> Node:
        line = self.line
        self._refuse(event, depth)
        if isinstance(event, yaml.ScalarEvent):
            return Text(line, event.value, plain=not event.style)
        if isinstance(event, yaml.SequenceStartEvent):
            nodes = []
            while not isinstance(item := self._next(), yaml.SequenceEndEvent):
                nodes.append(self._node(item, depth + 1))
            return Items(line, tuple(nodes))
        pairs = []
        while not isinstance(item := self._next(), yaml.MappingEndEvent):
            key = self._node(item, depth + 1)
            if not isinstance(key, Text):
                _fail(self.file, key.line, _("a list or mapping stands where a key should be; write a plain word"))
            pairs.append((key, self._node(self._next(), depth + 1)))
        return Pairs(line, tuple(pairs))

    def _refuse(self, event: yaml.Event, depth: int) -> None:
        if getattr(event, "anchor", None) is not None:
            _fail(
                self.file, self.line, _("anchors (&) and aliases (*) are not allowed; write the value out, or quote it")
            )
        if (tag := getattr(event, "tag", None)) is not None:
            _fail(
                self.file,
                self.line,
                _("the YAML tag {tag} is not allowed; remove it, or quote the value").format(tag=quoted(tag)),
            )
        if depth > _MAX_DEPTH:
            _fail(self.file, self.line, _("nested too deeply for a label table; check the indentation and brackets"))


def _fail(file: str, line: int, message: str) -> NoReturn:
    raise AlbumsortError(f"{file}:{line}: {message}")
