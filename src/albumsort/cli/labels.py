"""``albumsort labels``: check a label table, look classes up in it, start one of your own."""

from __future__ import annotations

import os
import shlex
from typing import TYPE_CHECKING

import click

from albumsort.cli.completion import files, languages
from albumsort.errors import AlbumsortError
from albumsort.messages import gettext as _
from albumsort.messages import ngettext, reason_of

if TYPE_CHECKING:
    from albumsort.labels.table import Category, LabelTable, Tag


@click.group(short_help="Check, look up or start a label table.")
def labels() -> None:
    """Check, look up or start a label table: which classes make which album category."""


@labels.command(short_help="Check a label table.")
@click.argument("file", required=False, shell_complete=files)
def check(file: str | None) -> None:
    """Check the label table FILE, or the one that ships with albumsort.

    Every problem is listed with its line and what to do.
    """
    from albumsort.labels.parse import load_table

    table = load_table(file)
    told = _("{table}: fine: {categories} categories, {tags} tags, threshold {threshold:g}")
    name = _("the shipped table") if file is None else file
    counts = {"categories": len(table.categories), "tags": len(table.tags), "threshold": table.threshold}
    click.echo(told.format(table=name, **counts))


@labels.command(short_help="Look up classes, categories and tags.")
@click.argument("words", metavar="[WORD]...", nargs=-1)
@click.option(
    "--labels",
    "file",
    metavar="FILE",
    shell_complete=files,
    help="Look in your own label table instead of the shipped one.",
)
@click.option(
    "--lang",
    metavar="CODE",
    shell_complete=languages,
    help="The language of names, such as en or zh.  [default: that of the terminal]",
)
def show(words: tuple[str, ...], file: str | None, lang: str | None) -> None:
    """Show the category and the tags of a class, and the classes of a category or tag.

    WORD is the name of a class, category or tag, in English or in your language, or the number of an ImageNet class
    (281), or a part of a name: then all with it are shown. Without a WORD the categories and tags are listed. A class
    counts with its full probability to its one category and to each of its tags.
    """
    from albumsort.labels.parse import load_table
    from albumsort.labels.search import search
    from albumsort.pipeline.language import check_language, locale_language

    language = locale_language() if lang is None else lang
    check_language(language)
    table = load_table(file)
    if not words:
        click.echo("\n".join(_summary(table, group, language) for group in table.groups))
    found = [search(word, table, language) for word in words]
    # What two of the words find is shown once.
    for group in {id(group): group for groups, _classes in found for group in groups}.values():
        titles = [_title(index, language) for index in group.classes]
        click.echo("\n  ".join([_summary(table, group, language), *titles]))
    for index in dict.fromkeys(index for _groups, classes in found for index in classes):
        click.echo(_describe(table, index, language))


@labels.command(short_help="Write a table to start from.")
@click.argument("file", shell_complete=files)
def init(file: str) -> None:
    """Write the shipped label table to the new file FILE, as a start for your own."""
    from albumsort.labels.classes import data_file

    data = data_file("categories.yaml").read_bytes()
    try:
        with open(file, "xb") as stream:
            stream.write(data)
    except FileExistsError as error:
        problem = _("{path}: exists already and is left as it is; choose another name")
        raise AlbumsortError(problem.format(path=file)) from error
    except OSError as error:
        problem = _("{path}: cannot be written: {reason}; choose a file in a folder of yours")
        raise AlbumsortError(problem.format(path=file, reason=reason_of(error))) from error
    name = shlex.quote(os.path.join(".", file) if file.startswith("-") else file)
    told = _("Wrote {path}. Edit it, then:").format(path=file)
    commands = [f"albumsort labels check {name}", f"albumsort scan PHOTOS --labels {name}"]
    click.echo("\n  ".join([told, *commands]))


def _summary(table: LabelTable, group: Category | Tag, language: str) -> str:
    """One line about a category or tag."""
    from albumsort.labels.languages import name_in
    from albumsort.labels.table import Tag

    told = ngettext(
        "{kind}  {key} ({name}), threshold {threshold:g}, {number} class",
        "{kind}  {key} ({name}), threshold {threshold:g}, {number} classes",
        len(group.classes),
    )
    if not group.classes and not group.faces:
        told = _("{kind}  {key} ({name}), told by other signs than classes")
    if group.faces:
        told += _("; faces: at least {least}")
        if group.faces.share:
            told += _(", with a share of {share:g}")
    return told.format(
        kind=_("tag     ") if isinstance(group, Tag) else _("category"),
        key=group.key,
        name=name_in(group.names, language),
        threshold=table.threshold_of(group),
        number=len(group.classes),
        least=group.faces and group.faces.least,
        share=group.faces and group.faces.share,
    )


def _title(index: int, language: str) -> str:
    """A class by number, name, and its name in the language where that is another."""
    from albumsort.labels.classes import class_names, reference
    from albumsort.labels.languages import load_language

    name = load_language(language).classes[index]
    return reference(index) + ("" if name == class_names()[index] else f", {name}")


def _describe(table: LabelTable, index: int, language: str) -> str:
    """A class with its category and tags."""
    from albumsort.labels.languages import name_in

    category = table.category_of(index)
    count = len(category.classes)
    own = ngettext(
        "category  {key} ({name}), threshold {threshold:g}; full share, one of {number} class",
        "category  {key} ({name}), threshold {threshold:g}; full share, one of {number} classes",
        count,
    )
    line = own.format(
        key=category.key,
        name=name_in(category.names, language),
        threshold=table.threshold_of(category),
        number=count,
    )
    of_tag = _("tag       {key} ({name}), threshold {threshold:g}; full share")
    tags = [
        of_tag.format(key=tag.key, name=name_in(tag.names, language), threshold=table.threshold_of(tag))
        for tag in table.tags_of(index)
    ]
    return "\n  ".join([_title(index, language), line, *tags])
