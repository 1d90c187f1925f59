"""``albumsort doctor``."""

from __future__ import annotations

import sys

import click

_MARKS = {"ok": " ", "note": "-", "problem": "!"}


@click.command(short_help="Look at the installation.")
def doctor() -> None:
    """Look at the installation, and say what is wrong with it and what it can do.

    `!` marks what has to be put right, and then the exit code is 1; `-` what only limits. It changes nothing, and its
    output belongs into the report of a problem.
    """
    from albumsort.pipeline.checkup import checkup
    from albumsort.plan.columns import padded

    problems = 0
    for topic, state, text in checkup():
        problems += state == "problem"
        click.echo(f"{_MARKS[state]} {padded(topic, 24)} {text}")
    if problems:
        sys.exit(1)
