"""The checks of single values in a label table. Each notes what is wrong, with its line, and goes on."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection

from albumsort.errors import AlbumsortError
from albumsort.labels.classes import find_class, reference
from albumsort.labels.yaml_tree import Items, Node, Pairs, Text
from albumsort.messages import gettext as _
from albumsort.names import folder_name_problem, quoted

MOST_SHOWN = 20
_MOST_NOTED = 200  # finding similar names takes time, and a file that is no table at all may have thousands of problems

_NUMBER = re.compile(r"[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?")
_COUNT = re.compile(r"[1-9][0-9]?")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


class Problems:
    """Everything found wrong in one file."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._found: list[tuple[int, str]] = []

    def note(self, line: int, problem: str) -> None:
        """Note one problem; after very many of them it raises as ``raise_if_any`` does."""
        self._found.append((line, problem))
        if len(self._found) == _MOST_NOTED:
            self.raise_if_any()

    def raise_if_any(self) -> None:
        """Raise one AlbumsortError that lists the problems by line, the first ``MOST_SHOWN`` of them."""
        if not self._found:
            return
        count = len(self._found)
        lines = [f"{self._file}:{line}: {problem}" for line, problem in sorted(self._found)[:MOST_SHOWN]]
        if count > 1:
            title = _("{file}: {number} problems and more") if count == _MOST_NOTED else _("{file}: {number} problems")
            lines.insert(0, title.format(file=self._file, number=count))
        if count > MOST_SHOWN:
            lines.append(_("… and {number} more; correct these first").format(number=count - MOST_SHOWN))
        raise AlbumsortError("\n".join(lines))


def read_fields(
    problems: Problems, node: Node, where: str, required: Collection[str], optional: Collection[str] = ()
) -> dict[str, Node]:
    """The values of a mapping with known keys; problems are unknown, double and missing keys."""
    known = [*required, *optional]
    found: dict[str, Node] = {}
    for key, value in read_pairs(problems, node, where):
        if key.value in known:
            found[key.value] = value
            continue
        near = difflib.get_close_matches(key.value[:60], known, n=1)
        advice = (
            _("did you mean {name}?").format(name=near[0])
            if near
            else _("the keys here are {keys}").format(keys=", ".join(known))
        )
        problems.note(
            key.line,
            _("{where}: unknown key {key}; {advice}").format(where=where, key=quoted(key.value), advice=advice),
        )
    if isinstance(node, Pairs):
        for missing in (key for key in required if key not in found):
            problems.note(
                node.line,
                _("{where}: {missing} is missing; add a line `{missing}:`").format(where=where, missing=missing),
            )
    return found


def read_pairs(problems: Problems, node: Node, where: str) -> list[tuple[Text, Node]]:
    """The pairs of a mapping, each key once; problems are what is no mapping and keys that are written twice."""
    if not isinstance(node, Pairs):
        problems.note(
            node.line, _("{where}: expected `key: value` lines; check the indentation below it").format(where=where)
        )
        return []
    first: dict[str, int] = {}
    pairs = []
    for key, value in node.pairs:
        if key.value in first:
            problems.note(
                key.line,
                _("{where}: the key {key} stands here and in line {line}; keep one of them").format(
                    where=where, key=quoted(key.value), line=first[key.value]
                ),
            )
        else:
            first[key.value] = key.line
            pairs.append((key, value))
    return pairs


def read_threshold(problems: Problems, node: Node, where: str) -> float:
    """A number 0..1; 0 after a problem."""
    advice = _("write a number from 0 to 1, such as 0.35")
    if not isinstance(node, Text) or not node.plain or not _NUMBER.fullmatch(node.value):
        shown = quoted(node.value) if isinstance(node, Text) else _("a list or mapping")
        problems.note(
            node.line,
            _("{where}: the threshold is {shown}, which is not a number; {advice}").format(
                where=where, shown=shown, advice=advice
            ),
        )
        return 0.0
    number = float(node.value)
    if not 0 <= number <= 1:
        problems.note(
            node.line,
            _("{where}: the threshold {number} is outside 0 to 1; {advice}").format(
                where=where, number=quoted(node.value)[1:-1], advice=advice
            ),
        )
        return 0.0
    return number


def read_share(problems: Problems, node: Node, where: str, key: str) -> float:
    """A number above 0 and up to 1; 1 after a problem."""
    if isinstance(node, Text) and node.plain and _NUMBER.fullmatch(node.value) and 0 < float(node.value) <= 1:
        return float(node.value)
    _note_number(problems, node, where, key, _("write a number above 0 and up to 1, such as 0.03"))
    return 1.0


def read_count(problems: Problems, node: Node, where: str, key: str) -> int:
    """A whole number 1..99; 1 after a problem."""
    if isinstance(node, Text) and node.plain and _COUNT.fullmatch(node.value):
        return int(node.value)
    _note_number(problems, node, where, key, _("write a whole number from 1 to 99"))
    return 1


def _note_number(problems: Problems, node: Node, where: str, key: str, advice: str) -> None:
    shown = quoted(node.value) if isinstance(node, Text) else _("a list or mapping")
    told = _("{where}: {key} is {shown}; {advice}").format(where=where, key=key, shown=shown, advice=advice)
    problems.note(node.line, told)


def read_names(problems: Problems, node: Node, where: str) -> dict[str, str]:
    """Names by language, one plain string being the English one; empty after a problem."""
    if isinstance(node, Text):
        return {"en": node.value} if _check_name(problems, node, where) else {}
    names: dict[str, str] = {}
    for language, name in read_pairs(problems, node, f"{where}: name"):
        if not _LANGUAGE.fullmatch(language.value):
            problems.note(
                language.line,
                _("{where}: {code} is not a language code; write one such as en, zh or zh-TW").format(
                    where=where, code=quoted(language.value)
                ),
            )
        elif _check_name(problems, name, where) and isinstance(name, Text):
            names[language.value] = name.value
    if isinstance(node, Pairs) and all(language.value != "en" for language, _name in node.pairs):
        problems.note(
            node.line,
            _("{where}: the English name is missing; add `en:`, other languages fall back on it").format(where=where),
        )
    return names if "en" in names else {}


def read_classes(problems: Problems, node: Node, where: str) -> dict[int, int]:
    """Class indices with the lines they stand in; problems are unknown, ambiguous and repeated classes."""
    lines: dict[int, int] = {}
    for item in read_texts(problems, node, where, "classes"):
        try:
            index = find_class(item.value)
        except AlbumsortError as error:
            problems.note(item.line, f"{where}: {error}")
            continue
        if index in lines:
            first = lines[index]
            problems.note(
                item.line,
                _("{where}: class {name} is already in line {first}; remove one").format(
                    where=where, name=reference(index), first=first
                ),
            )
        else:
            lines[index] = item.line
    return lines


def read_texts(problems: Problems, node: Node, where: str, field: str) -> list[Text]:
    """The texts of a list; problems are what is no list, an empty one, and items that are no text."""
    if not isinstance(node, Items):
        problems.note(
            node.line,
            _("{where}: {field} must be a list; write each on its own line after `- `").format(
                where=where, field=field
            ),
        )
        return []
    if not node.nodes:
        problems.note(
            node.line,
            _("{where}: the list of {field} is empty; add one, or remove the entry").format(where=where, field=field),
        )
    texts = []
    for item in node.nodes:
        if isinstance(item, Text):
            texts.append(item)
        else:
            problems.note(
                item.line,
                _("{where}: one of the {field} is a list or mapping; write one plain line each").format(
                    where=where, field=field
                ),
            )
    return texts


def _check_name(problems: Problems, node: Node, where: str) -> bool:
    if not isinstance(node, Text):
        problems.note(node.line, _("{where}: the name is a list or mapping; write a plain text").format(where=where))
        return False
    # An unquoted ~ or null is how YAML writes nothing.
    value = "" if node.plain and node.value in ("~", "null") else node.value
    if reason := folder_name_problem(value):
        problems.note(
            node.line,
            _("{where}: {name} cannot be a folder: {reason}; choose another name").format(
                where=where, name=quoted(value), reason=reason
            ),
        )
    return not reason
