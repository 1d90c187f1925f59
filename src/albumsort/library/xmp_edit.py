"""Changing some properties of an XMP packet: all other bytes of it stay as they are, whatever they mean.

After the XMP Specification Part 1 (ISO 16684-1): the properties of a photo are the elements and attributes of the
descriptions right below ``rdf:RDF``.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Literal, NamedTuple

from albumsort.library.xmp_tree import Element, XmpError, parse
from albumsort.messages import gettext as _
from albumsort.steps import Splice, Splices

OWN = "urn:albumsort:1.0/"
"""The namespace of albumsort's own properties. A description that declares it is albumsort's, or another program's
that took up what was in one."""
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_RDF, _DESCRIPTION, _ITEM, _ABOUT = (f"{RDF} {name}" for name in ("RDF", "Description", "li", "about"))
_CONTAINERS = tuple(f"{RDF} {name}" for name in ("Bag", "Seq", "Alt"))
_XML = "http://www.w3.org/XML/1998/namespace "
_ATTRIBUTE = re.compile(rb"""\s+([^\s=]+)\s*=\s*(?:"[^"]*"|'[^']*')""")

EMPTY = f"""<?xml version="1.0" encoding="UTF-8"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="{RDF}">
 </rdf:RDF>
</x:xmpmeta>
""".encode()
"""A packet that says nothing; a new sidecar begins as it."""


class Name(NamedTuple):
    """A property: the URI of its namespace, the usual prefix, its name, and how it is written.

    The value of a "place", a bag of one structure, is its fields: ``City=Rome; CountryName=Italy``.
    """

    uri: str
    prefix: str
    local: str
    form: Literal["Bag", "Seq", "text", "place"]

    @property
    def is_list(self) -> bool:
        """Whether it has any number of values."""
        return self.form in ("Bag", "Seq")


@dataclass(frozen=True, slots=True)
class Change:
    """The values of a property that go, and those that come, in this order, behind what stays."""

    remove: Collection[str] = ()
    add: Sequence[str] = ()


class Packet:
    """A packet. Raises :class:`XmpError` where it is no XMP, or broken."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._root = parse(data)
        found = next((element for element in self._root.all() if element.name == _RDF), None)
        if found is None or found.closing == found.end:
            raise XmpError(_("it is no XMP: it has no rdf:RDF"))
        self._rdf = found
        self._descriptions = [child for child in found.children if child.name == _DESCRIPTION]

    def values(self, name: Name) -> list[str]:
        """The values of a property, none where it is not there or empty.

        Raises :class:`XmpError` where it is there twice, or a list is not written as one.
        """
        description, element = self._find(name)
        if description is None:
            return []
        if element and name.is_list:
            return [item.text for item in _items(element)]
        if element is None:
            value = description.attributes[_full(name)]
        else:
            value = "; ".join(sorted(_fields(element))) if name.form == "place" else element.text
        return [value.strip()] if value.strip() else []

    def changed(self, changes: Mapping[Name, Change]) -> Splices:
        """What these changes are in the bytes.

        Raises :class:`XmpError` where one cannot be made, or anything else would not be read as it was.
        """
        cuts: list[Splice] = []
        gone: list[Element] = []
        new: list[str] = []
        wanted: dict[Name, list[str]] = {}
        for name, change in changes.items():
            description, element = self._find(name)
            before = self.values(name)
            stays = [value for value in before if value not in change.remove]
            wanted[name] = [*stays, *change.add]
            if wanted[name] == before:
                continue
            is_in_use = bool(wanted[name]) or not self._may_go(description, element)
            if element and name.is_list and element.children and is_in_use:
                cuts += self._list_cuts(element, change)
                continue
            if element:
                cuts.append(self._element_cut(element))
                gone.append(element)
            elif description:
                cuts.append(self._attribute_cut(description, name))
            if change.add:
                new.append(_written(name, change.add))
        cuts = self._without_empty(cuts, gone)
        if new:
            at = _space_before(self._data, self._rdf.closing)
            cuts.append(Splice(at, b"", self._description(new, changes)))
        splices = tuple(sorted(cuts))
        if splices:
            self._check(Packet(spliced(self._data, splices)), wanted)
        return splices

    def _check(self, after: Packet, wanted: Mapping[Name, Sequence[str]]) -> None:
        """Raise :class:`XmpError` where the changed packet says anything but what is wanted, and what it said."""
        names = {_full(name) for name in wanted}
        as_wanted = all(after.values(name) == values for name, values in wanted.items())
        if not as_wanted or _others(self._root, names) != _others(after._root, names):
            raise XmpError(_("it is written in an unusual way"))

    def _find(self, name: Name) -> tuple[Element | None, Element | None]:
        """The description that has a property, and its element there, None where it is an attribute."""
        found: list[tuple[Element, Element | None]] = []
        for own in self._descriptions:
            found += [(own, None)] if _full(name) in own.attributes else []
            found += [(own, child) for child in own.children if child.name == _full(name)]
        if len(found) > 1:
            raise XmpError(_("it has {prefix}:{name} twice").format(prefix=name.prefix, name=name.local))
        description, element = found[0] if found else (None, None)
        if description and name.is_list and not (element and _is_list(element)):
            raise XmpError(_("its {prefix}:{name} is no list").format(prefix=name.prefix, name=name.local))
        return description, element

    def _may_go(self, description: Element | None, element: Element | None) -> bool:
        """Whether an emptied list goes as a whole: it was not the user's own, and holds no comment."""
        if description is None or element is None:
            return True
        return OWN.encode() in description.tag(self._data) and b"<!--" not in self._data[element.begin : element.end]

    def _list_cuts(self, element: Element, change: Change) -> Iterator[Splice]:
        """The cuts that take items out of a list, and put others at its end."""
        data = self._data
        for item in _items(element):
            if item.text in change.remove:
                yield self._element_cut(item)
        if not change.add:
            return
        container = element.children[0]
        tag = container.written_name(data)
        prefix, colon, _local = tag.rpartition(":")
        items = "".join(
            f"\n     <{prefix}{colon}li>{escape(v, quote=False)}</{prefix}{colon}li>" for v in change.add
        ).encode()
        if container.closing == container.end:
            opened = data[container.begin : container.end - 2].rstrip() + b">"
            yield self._cut(container.begin, container.end, opened + items + f"</{tag}>".encode())
        else:
            at = _space_before(data, container.closing)
            yield Splice(at, b"", items)

    def _cut(self, begin: int, end: int, new: bytes = b"") -> Splice:
        return Splice(begin, self._data[begin:end], new)

    def _element_cut(self, element: Element) -> Splice:
        return self._cut(_space_before(self._data, element.begin), element.end)

    def _attribute_cut(self, description: Element, name: Name) -> Splice:
        """The cut of an attribute, known by its place among the others: a prefix may mean anything."""
        tag, head = description.tag(self._data), len(description.written_name(self._data).encode()) + 1
        found = [one for one in _ATTRIBUTE.finditer(tag, head) if one[1].partition(b":")[0] != b"xmlns"]
        if len(found) != len(description.attributes):
            raise XmpError(_("it is written in an unusual way"))
        one = found[list(description.attributes).index(_full(name))]
        return self._cut(description.begin + one.start(), description.begin + one.end())

    def _without_empty(self, cuts: list[Splice], gone: Sequence[Element]) -> list[Splice]:
        """The cuts, with whole descriptions in the place of those that leave nothing in one."""
        for own in self._descriptions:
            has_more = own.attributes.keys() - {_ABOUT} or b"<!--" in self._data[own.begin : own.end]
            if own.children and not has_more and all(child in gone for child in own.children):
                cuts = [cut for cut in cuts if not own.begin <= cut.begin < own.end]
                cuts.append(self._element_cut(own))
        return cuts

    def _description(self, new: Sequence[str], names: Collection[Name]) -> bytes:
        """A description of its own for new properties: in it their prefixes mean this, whatever they do elsewhere."""
        spaces = sorted({(name.prefix, name.uri) for name in names} | {("rdf", RDF)})
        declared = "".join(f'\n    xmlns:{prefix}="{uri}"' for prefix, uri in spaces)
        about = next((own.attributes[_ABOUT] for own in self._descriptions if _ABOUT in own.attributes), "")
        head = f'\n  <rdf:Description rdf:about="{escape(about)}"{declared}>'
        return (head + "".join(new) + "\n  </rdf:Description>").encode()


def spliced(data: bytes, splices: Splices) -> bytes:
    """The bytes with changes of them."""
    for begin, old, new in reversed(splices):
        data = data[:begin] + new + data[begin + len(old) :]
    return data


def _others(element: Element, names: Collection[str], parents: tuple[str, ...] = ()) -> tuple[Any, ...]:
    """All that an element says, to be compared: without properties of these names, and descriptions of nothing else."""
    is_description = parents[-1:] == (_RDF,) and element.name == _DESCRIPTION
    hidden = names if is_description else ()
    inside = (_others(own, names, (*parents, element.name)) for own in element.children if own.name not in hidden)
    children = tuple(filter(None, inside))
    attributes = {name: value for name, value in element.attributes.items() if name not in hidden}
    if is_description and not children and not attributes.keys() - {_ABOUT}:
        return ()
    is_leaf = not element.children and element.name not in (_RDF, _DESCRIPTION)
    text = element.text if is_leaf else element.text.strip()
    return element.name, attributes, text, children


def _full(name: Name) -> str:
    return f"{name.uri} {name.local}"


def _is_list(element: Element) -> bool:
    inside = [child.name in _CONTAINERS for child in element.children]
    return inside in ([], [True]) and not element.text.strip()


def _items(element: Element) -> list[Element]:
    return [item for container in element.children for item in container.children if item.name == _ITEM]


def _fields(element: Element) -> Iterator[str]:
    """The fields of a structure, however they are nested."""
    for own in element.all():
        local = own.name.rpartition(" ")[2]
        if own.text.strip():
            yield f"{local}={own.text.strip()}"
        for name, value in own.attributes.items():
            if not name.startswith((RDF, _XML)):
                yield f"{name.rpartition(' ')[2]}={value}"


def _written(name: Name, values: Sequence[str]) -> str:
    tag = f"{name.prefix}:{name.local}"
    if name.form == "text":
        return f"\n   <{tag}>{escape(values[0], quote=False)}</{tag}>"
    items = [f"<rdf:li>{escape(value, quote=False)}</rdf:li>" for value in values]
    if name.form == "place":
        fields = (field.partition("=") for field in values[0].split("; "))
        inside = "".join(
            f"<{name.prefix}:{key}>{escape(value, quote=False)}</{name.prefix}:{key}>" for key, _equals, value in fields
        )
        items = [f'<rdf:li rdf:parseType="Resource">{inside}</rdf:li>']
    form = "Seq" if name.form == "Seq" else "Bag"
    lines = "".join(f"\n     {item}" for item in items)
    return f"\n   <{tag}>\n    <rdf:{form}>{lines}\n    </rdf:{form}>\n   </{tag}>"


def _space_before(data: bytes, begin: int) -> int:
    """Where the white space begins that is before this place."""
    return len(data[:begin].rstrip(b" \t\r\n"))
