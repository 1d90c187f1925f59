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
    from albumsort.labels.table import LabelTable


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


@labels.command()
@click.argument("classes", metavar="CLASS...", nargs=-1, required=True)
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
def show(classes: tuple[str, ...], file: str | None, lang: str | None) -> None:
    """Show the category and the tags of each CLASS.

    CLASS is an ImageNet class by name ("tabby"), by number (281), or by a part of the name: then all with it are
    shown. Names in your language will do too. A class counts with its full probability to its one category and to each
    of its tags.
    """
    from albumsort.labels.classes import search_classes
    from albumsort.labels.languages import load_language
    from albumsort.labels.parse import load_table
    from albumsort.pipeline.language import check_language, locale_language

    language = locale_language() if lang is None else lang
    check_language(language)
    table, translated = load_table(file), load_language(language).classes
    # A class that two of the words find is shown once.
    for index in dict.fromkeys(index for text in classes for index in search_classes(text, translated)):
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


def _describe(table: LabelTable, index: int, language: str) -> str:
    from albumsort.labels.classes import class_names, reference
    from albumsort.labels.languages import load_language, name_in

    name = load_language(language).classes[index]
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
    title = reference(index) + ("" if name == class_names()[index] else f", {name}")
    return "\n  ".join([title, line, *tags])
