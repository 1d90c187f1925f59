"""Reads a label table from its YAML file and checks it strictly."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Literal

from albumsort.errors import AlbumsortError
from albumsort.labels.checks import (
    Problems,
    read_classes,
    read_count,
    read_fields,
    read_names,
    read_pairs,
    read_share,
    read_texts,
    read_threshold,
)
from albumsort.labels.classes import CLASS_COUNT, data_file, reference
from albumsort.labels.faces import FaceRule
from albumsort.labels.flaws import FLAWS, Flaw
from albumsort.labels.languages import name_in
from albumsort.labels.table import WITHOUT_CLASSES, Category, LabelTable, Tag
from albumsort.labels.yaml_tree import MAX_BYTES, Node, Text, parse_yaml
from albumsort.messages import gettext as _
from albumsort.messages import reason_of
from albumsort.names import quoted
from albumsort.records import UNSORTED

_MOST_LANGUAGES = 100
_KEY = re.compile(r"[a-z][a-z0-9_-]{0,59}")


def load_table(path: str | None) -> LabelTable:
    """Read the label table at ``path``, or the one that ships with the program when it is None.

    Raises AlbumsortError with one line for each problem: file, line, what is wrong and what to do.
    """
    file = str(data_file("categories.yaml")) if path is None else path
    try:
        with open(file, "rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError as error:
        reason = reason_of(error)
        raise AlbumsortError(
            _("{file}: cannot read the label table: {reason}; check the path").format(file=file, reason=reason)
        ) from error
    return parse_table(data, file)


def parse_table(data: bytes, file: str) -> LabelTable:
    """Check the bytes of a table and build it. ``file`` is its name in messages; raises as ``load_table`` does."""
    root = parse_yaml(data, file)
    problems = Problems(file)
    fields = read_fields(problems, root, _("the table"), ("threshold", "categories"), ("tags",))
    threshold = read_threshold(problems, fields["threshold"], _("the table")) if "threshold" in fields else 0.0
    categories = _read_categories(problems, fields["categories"]) if "categories" in fields else []
    tags = _read_tags(problems, fields["tags"], categories) if "tags" in fields else []
    problems.raise_if_any()
    return LabelTable(tuple(categories), tuple(tags), threshold)


def _read_categories(problems: Problems, node: Node) -> list[Category]:
    categories = []
    owners: dict[int, tuple[str, int]] = {}
    named: list[tuple[str, int, Mapping[str, str]]] = []
    for key, where, value in _read_entries(problems, node, "category"):
        signs = ("classes",) if key.value in WITHOUT_CLASSES else ("classes", "faces")
        fields = read_fields(problems, value, where, ("name",), ("threshold", *signs))
        names = read_names(problems, fields["name"], where) if "name" in fields else {}
        lines = read_classes(problems, fields["classes"], where) if "classes" in fields else {}
        if key.value not in WITHOUT_CLASSES and not fields.keys() & signs:
            problems.note(key.line, _("{where}: it needs `classes:`, `faces:` or both; add one").format(where=where))
        _claim(problems, owners, key.value, lines)
        threshold, faces = _own_threshold(problems, fields, where), _face_rule(problems, fields, where)
        categories.append(Category(key.value, names, threshold, tuple(lines), faces))
        named.append((key.value, key.line, names))
    _check_complete(problems, node, owners)
    _check_names_differ(problems, named)
    return categories


def _read_tags(problems: Problems, node: Node, categories: list[Category]) -> list[Tag]:
    tags = []
    named: list[tuple[str, int, Mapping[str, str]]] = []
    for key, where, value in _read_entries(problems, node, "tag"):
        fields = read_fields(problems, value, where, ("name",), ("threshold", "classes", "categories", "faces", "flaw"))
        names = read_names(problems, fields["name"], where) if "name" in fields else {}
        classes = set(read_classes(problems, fields["classes"], where)) if "classes" in fields else set()
        if "categories" in fields:
            classes |= _classes_of(problems, fields["categories"], where, categories)
        elif not fields.keys() & {"classes", "faces", "flaw"}:
            told = _("{where}: it needs `classes:`, `categories:`, `faces:` or `flaw:`; add one")
            problems.note(key.line, told.format(where=where))
        threshold, faces = _own_threshold(problems, fields, where), _face_rule(problems, fields, where)
        flaw = _flaw(problems, fields, where)
        tags.append(Tag(key.value, names, threshold, tuple(sorted(classes)), faces, flaw))
        named.append((key.value, key.line, names))
    _check_names_differ(problems, named)
    return tags


def _read_entries(problems: Problems, node: Node, kind: str) -> Iterator[tuple[Text, str, Node]]:
    """The key of each category or tag, how to call it in a message, and what stands below it."""
    for key, value in read_pairs(problems, node, "categories" if kind == "category" else "tags"):
        named = _("category {key}") if kind == "category" else _("tag {key}")
        where = named.format(key=quoted(key.value)[1:-1])
        if not _KEY.fullmatch(key.value):
            problems.note(
                key.line,
                _(
                    "{where}: a key begins with a letter a to z and has only a to z, 0 to 9, _ and -, at most "
                    "60; rename it, the `name` below it may be anything"
                ).format(where=where),
            )
        if key.value == UNSORTED:
            problems.note(
                key.line,
                _("{where}: this key is reserved for photos below the threshold; choose another").format(where=where),
            )
        yield key, where, value


def _own_threshold(problems: Problems, fields: Mapping[str, Node], where: str) -> float | None:
    return read_threshold(problems, fields["threshold"], where) if "threshold" in fields else None


def _face_rule(problems: Problems, fields: Mapping[str, Node], where: str) -> FaceRule | None:
    if "faces" not in fields:
        return None
    within = f"{where}: faces"
    own = read_fields(problems, fields["faces"], within, (), ("least", "share"))
    least = read_count(problems, own["least"], within, "least") if "least" in own else 1
    return FaceRule(least, read_share(problems, own["share"], within, "share") if "share" in own else None)


def _flaw(problems: Problems, fields: Mapping[str, Node], where: str) -> Flaw | Literal[""]:
    """The flaw that a tag tells; it tells nothing else."""
    if "flaw" not in fields:
        return ""
    node, given = fields["flaw"], fields["flaw"].value if isinstance(fields["flaw"], Text) else ""
    if given not in FLAWS:
        told = _("{where}: there is no flaw {name}; the flaws are {flaws}")
        problems.note(node.line, told.format(where=where, name=quoted(given), flaws=", ".join(FLAWS)))
    if others := sorted(fields.keys() & {"threshold", "classes", "categories", "faces"}):
        told = _("{where}: a tag with `flaw:` tells nothing else; remove {others}")
        problems.note(node.line, told.format(where=where, others=", ".join(others)))
    return next((flaw for flaw in FLAWS if flaw == given), "")


def _claim(problems: Problems, owners: dict[int, tuple[str, int]], key: str, lines: Mapping[int, int]) -> None:
    """Note who has each class, and each class that another category has already."""
    for index, line in lines.items():
        other, other_line = owners.setdefault(index, (key, line))
        if (other, other_line) != (key, line):
            problems.note(
                line,
                _(
                    "category {key}: class {name} stands in category {other} too, in line {other_line}; remove "
                    "one of the two"
                ).format(
                    key=quoted(key)[1:-1], name=reference(index), other=quoted(other)[1:-1], other_line=other_line
                ),
            )


def _check_complete(problems: Problems, node: Node, owners: Collection[int]) -> None:
    missing = [reference(index) for index in range(CLASS_COUNT) if index not in owners]
    if missing:
        some = ", ".join(missing[:5]) + (", …" if len(missing) > 5 else "")
        problems.note(
            node.line,
            _(
                "{number} of the {expected} classes stand in no category: {some}; add them to one, for "
                "instance to a catch-all category such as `other`"
            ).format(number=len(missing), expected=CLASS_COUNT, some=some),
        )


def _classes_of(problems: Problems, node: Node, where: str, categories: list[Category]) -> set[int]:
    """All classes of the categories that a tag lists."""
    by_key = {category.key: category.classes for category in categories}
    listed: set[str] = set()
    for item in read_texts(problems, node, where, "categories"):
        if item.value in by_key:
            listed.add(item.value)
            continue
        near = difflib.get_close_matches(item.value[:60], by_key, n=1)
        advice = (
            _("did you mean {name}?").format(name=near[0]) if near else _("write the key of a category of this table")
        )
        problems.note(
            item.line,
            _("{where}: there is no category {key}; {advice}").format(
                where=where, key=quoted(item.value), advice=advice
            ),
        )
    return {index for key in listed for index in by_key[key]}


def _check_names_differ(problems: Problems, named: Iterable[tuple[str, int, Mapping[str, str]]]) -> None:
    """Two folders of one name would become one, also where a file system ignores case or how accents are written."""
    usable = [entry for entry in named if entry[2]]
    languages = sorted(
        {language for _key, _line, names in usable for language in names}, key=lambda code: (code != "en", code)
    )
    if len(languages) > _MOST_LANGUAGES:
        line = usable[0][1]
        problems.note(
            line,
            _("the names are in {number} languages; at most {most} are allowed").format(
                number=len(languages), most=_MOST_LANGUAGES
            ),
        )
        return
    taken: dict[tuple[str, str], str] = {}
    for key, line, names in usable:
        for language in languages:
            name = name_in(names, language)
            other = taken.setdefault((language, unicodedata.normalize("NFC", name).casefold()), key)
            if other != key:
                problems.note(
                    line,
                    _(
                        "{key}: its name {name} ({language}) is that of {other} too; choose a name that differs by "
                        "more than case"
                    ).format(key=key, name=quoted(name), language=language, other=other),
                )
                break
