"""The 1,000 ImageNet classes: their names, and which one a piece of text means."""

from __future__ import annotations

import difflib
import re
from functools import cache
from pathlib import Path

from albumsort.errors import AlbumsortError
from albumsort.messages import gettext as _
from albumsort.names import quoted

CLASS_COUNT = 1000


def data_file(name: str) -> Path:
    """The path of a file that ships with the program, such as ``categories.yaml``.

    Raises AlbumsortError where the installation lacks it.
    """
    here = Path(__file__).resolve()
    # A wheel carries the folder inside the package; a checkout has it at the top.
    for folder in (here.parent / "data", here.parents[3] / "labels"):
        if (folder / name).is_file():
            return folder / name
    raise AlbumsortError(
        _("{path}: this file of the program is missing; install albumsort again").format(
            path=here.parent / "data" / name
        )
    )


@cache
def class_names() -> tuple[str, ...]:
    """torchvision's names of the 1,000 ImageNet classes; the position is the class index.

    Raises AlbumsortError where the program's own list is missing or damaged.
    """
    path = data_file("classes.txt")
    names = tuple(path.read_text(encoding="utf-8").splitlines())
    if len(names) != CLASS_COUNT:
        raise AlbumsortError(
            _("{path}: {number} class names instead of {expected}; install albumsort again").format(
                path=path, number=len(names), expected=CLASS_COUNT
            )
        )
    return names


def reference(index: int) -> str:
    """The unambiguous way to write a class, as in ``281 tabby``."""
    return f"{index} {class_names()[index]}"


def find_class(text: str) -> int:
    """The index of the class that ``text`` means: ``281 tabby``, ``281`` or a name that only one class has.

    Case is ignored in names. Raises AlbumsortError, saying what is wrong and what to write, for anything else.
    """
    number, name = _split(text)
    if number is None:
        return _find_name(name)
    if number >= CLASS_COUNT:
        raise AlbumsortError(
            _("there is no class {number}; classes are numbered 0 to {last}").format(
                number=number, last=CLASS_COUNT - 1
            )
        )
    if name and name.casefold() != class_names()[number].casefold():
        meant = [reference(index) for index in [number, *_named(name)]]
        raise AlbumsortError(
            _("class {number} is called {known}, not {name}; write {choices}").format(
                number=number, known=class_names()[number], name=quoted(name), choices=_(" or ").join(meant)
            )
        )
    return number


def _split(text: str) -> tuple[int | None, str]:
    """The number in front of a reference, or None, and the name after it, or ""."""
    match = re.fullmatch(r"([0-9]{1,9})(?:\s+(.*))?", text.strip(), re.DOTALL)
    return (int(match[1]), match[2] or "") if match else (None, text.strip())


def _named(name: str) -> list[int]:
    return [index for index, known in enumerate(class_names()) if known.casefold() == name.casefold()]


def _find_name(name: str) -> int:
    found = _named(name)
    if len(found) == 1:
        return found[0]
    if found:
        choices = _(" or ").join(reference(index) for index in found)
        raise AlbumsortError(
            _("{number} classes are called {name}; write {choices}").format(
                number=len(found), name=quoted(name), choices=choices
            )
        )
    raise AlbumsortError(_("there is no class {name}; {advice}").format(name=quoted(name), advice=_advice(name)))


def _advice(name: str) -> str:
    lowered = {known.casefold(): index for index, known in enumerate(class_names())}
    wanted = name.casefold()[:60]
    near = difflib.get_close_matches(wanted, lowered, n=3, cutoff=0.7)
    near += [known for known in lowered if wanted and wanted in known and known not in near][:3]
    if near:
        return _("did you mean {names}?").format(names=_(" or ").join(reference(lowered[known]) for known in near))
    return _("`albumsort labels show WORD` finds the classes with a word in their names")
