"""An XMP packet as a tree of elements that know where in its bytes they are written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

from albumsort.messages import gettext as _

LARGEST = 16 << 20
"""Bytes of a packet that is looked at; those that programs write have some thousand."""
DEEPEST = 100
"""Elements in elements; XMP needs about ten."""

_TAG = re.compile(rb"""<(?:[^<>"']|"[^"]*"|'[^']*')*>""")
_UTF_8 = ("utf-8", "utf8", "us-ascii", "ascii")


class XmpError(Exception):
    """A packet that cannot be read, or not be changed safely; the message says why. Nothing was changed."""


@dataclass(slots=True)
class Element:
    """An element of the names that expat gives, "URI local".

    In the bytes it goes from ``begin`` to ``end``, its start tag to ``opened``, and its end tag begins at ``closing``;
    of an empty element these two are ``end``. ``attributes`` are in the order in which they are written; ``text`` is
    what is directly in it.
    """

    name: str
    attributes: Mapping[str, str]
    begin: int
    opened: int
    closing: int = 0
    end: int = 0
    text: str = ""
    children: list[Element] = field(default_factory=list)

    def all(self) -> Iterator[Element]:
        """The element and all that are in it, in the order of the bytes."""
        yield self
        for child in self.children:
            yield from child.all()

    def tag(self, data: bytes) -> bytes:
        """The start tag as it is written in ``data``."""
        return data[self.begin : self.opened]

    def written_name(self, data: bytes) -> str:
        """The name with its prefix, as it is written."""
        return re.split(rb"[\s/>]", self.tag(data)[1:], maxsplit=1)[0].decode()


def parse(data: bytes) -> Element:
    """The root element.

    Raises :class:`XmpError` for what is no XML in UTF-8, too large, or declares a document type.
    """
    if len(data) > LARGEST:
        raise XmpError(_("it is too large"))
    data = data.rstrip(b"\0")  # with which some programs fill up
    try:
        data.decode()  # expat takes UTF-16 too, whose places in the file are others
        return _Parser(data).root
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise XmpError(_("it is no XMP that can be read")) from error


class _Parser:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._open: list[Element] = []
        self._parser = parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.ordered_attributes = True
        parser.XmlDeclHandler = _declared
        parser.StartDoctypeDeclHandler = _refuse  # a few lines of entities can be made to fill the memory
        parser.StartElementHandler = self._begin
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.Parse(data, True)

    def _begin(self, name: str, attributes: list[str]) -> None:
        begin = self._parser.CurrentByteIndex
        tag = _TAG.match(self._data, begin)
        if tag is None or len(self._open) > DEEPEST:
            raise ValueError(f"an element at {begin}")
        element = Element(name, dict(zip(attributes[::2], attributes[1::2], strict=True)), begin, tag.end())
        if self._open:
            self._open[-1].children.append(element)
        else:
            self.root = element
        self._open.append(element)

    def _end(self, _name: str) -> None:
        element = self._open.pop()
        if self._data[element.begin : element.opened].endswith(b"/>"):
            element.closing = element.end = element.opened
        else:
            element.closing = self._parser.CurrentByteIndex
            element.end = self._data.index(b">", element.closing) + 1

    def _text(self, text: str) -> None:
        self._open[-1].text += text


def _declared(_version: str, encoding: str | None, _standalone: int) -> None:
    if encoding and encoding.lower() not in _UTF_8:
        raise ValueError(f"it is written in {encoding}")


def _refuse(*_declaration: object) -> None:
    raise ValueError("a document type")
