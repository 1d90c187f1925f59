"""``albumsort model``: which networks there are, their weights by download, and how they compare."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import nullcontext
from typing import TYPE_CHECKING, TextIO

import click

from albumsort.cli.completion import files, folders, models
from albumsort.cli.numbers import Minutes, Seconds
from albumsort.errors import AlbumsortError
from albumsort.messages import gettext as _
from albumsort.messages import reason_of

if TYPE_CHECKING:
    from albumsort.pipeline.compare import Row
    from albumsort.vision.networks import WantedPrecision


@click.group(short_help="List, fetch or compare networks.")
def model() -> None:
    """List the networks that recognise photos, download their weights, or compare them."""


@model.command("list", short_help="List the networks.")
def list_models() -> None:
    """List the networks, and where the weights of each are.

    top-1 is how many of 100 ImageNet photos get the right one of 1,000 classes, as published.
    """
    from albumsort.vision.networks import NETWORKS
    from albumsort.vision.weights import PACKAGED, PREFERRED, present_weights

    present = {name: present_weights(network) for name, network in NETWORKS.items()}
    first = PREFERRED if present[PREFERRED] else PACKAGED
    click.echo(_row(" ", _("name"), _("network"), _("top-1"), _("size"), _("weights")))
    for name, network in NETWORKS.items():
        weights = present[name]
        size = f"{os.path.getsize(weights.file) / 1e6:.0f} MB" if weights else "-"
        away = _("not here; get them with `albumsort model fetch {name}`").format(name=name)
        where = weights.file if weights else away
        click.echo(_row("*" if name == first else " ", name, network.title, f"{network.top1:.1f} %", size, where))
    click.echo(_("* what a new library is recognised with"))
    if first != PREFERRED:
        told = _("A new library tries to download the weights of {name} first.")
        click.echo(told.format(name=PREFERRED), err=True)


def _row(star: str, name: str, title: str, top1: str, size: str, weights: str) -> str:
    from albumsort.plan.columns import padded

    numbers = f"{padded(top1, 6, before=True)}  {padded(size, 5, before=True)}"
    return f"{star} {padded(name, 18)}  {padded(title, 18)}  {numbers}  {weights}"


@model.command(short_help="Download the weights of networks.")
@click.argument("names", metavar="[NAME]...", nargs=-1, shell_complete=models)
def fetch(names: tuple[str, ...]) -> None:
    """Download the weights of each network NAME to the cache of torch hub, or check those that are there.

    Without a NAME they are those of resnet18; `albumsort model list` has the others.
    """
    from albumsort.vision.networks import NETWORKS
    from albumsort.vision.weights import PREFERRED

    for name in names:
        if name not in NETWORKS:
            problem = _("{name}: not known; choose from {names}")
            raise AlbumsortError(problem.format(name=name, names=", ".join(NETWORKS)))
    for name in names or (PREFERRED,):
        _fetch(name)


def _fetch(name: str) -> None:
    from albumsort.vision.download import DownloadError
    from albumsort.vision.networks import NETWORKS
    from albumsort.vision.weights import PREFERRED
    from albumsort.vision.weights import fetch as fetch_weights

    network = NETWORKS[name]
    try:
        weights, downloaded = fetch_weights(network)
    except DownloadError as error:
        file = network.url.rpartition("/")[2]
        if name == PREFERRED:
            file = _("{file} or a copy of microsoft/resnet-18").format(file=file)
        problem = _(
            "no {network} weights by download: {reason}; try again later, or give `albumsort scan` the file {file} "
            "from a mirror with --weights"
        )
        raise AlbumsortError(problem.format(network=network.title, reason=error, file=file)) from error
    told = _("{file}: downloaded, and whole") if downloaded else _("{file}: already here, and whole")
    if weights.source == "package":
        told = _("{file}: comes with albumsort")
    click.echo(told.format(file=weights.file))


@model.command(short_help="Measure the networks on this machine.")
@click.option(
    "--model",
    "names",
    metavar="NAME",
    shell_complete=models,
    multiple=True,
    help="A network; may be repeated.  [default: all]",
)
@click.option(
    "--weights",
    "files",
    metavar="FILE",
    shell_complete=files,
    multiple=True,
    help="Weights for one of them, as `albumsort scan` takes them; may be repeated.",
)
@click.option(
    "--on",
    "folder",
    metavar="LABELLED_DIR",
    shell_complete=folders,
    help="Photos that say what they show, to measure accuracy on.",
)
@click.option("--csv", "report", metavar="FILE", shell_complete=files, help="Also write the figures to a new CSV file.")
@click.option(
    "--precision",
    type=click.Choice(["auto", "fp32", "bf16", "int8"]),
    default="auto",
    show_default=True,
    help="The networks' arithmetic; auto is bf16 where the processor has it, int8 is calibrated on LABELLED_DIR.",
)
@click.option(
    "--seconds",
    type=Seconds(min=0, max=3600),
    metavar="SECONDS",
    default=3,
    show_default=True,
    help="How long each of five sizes of batch is measured; none is tried after one that takes longer.",
)
@click.option(
    "--stability",
    type=Minutes(min=0.01, max=10_000),
    is_flag=False,
    flag_value=60,
    default=None,
    metavar="[MINUTES]",
    help="Also run each network for an hour, or so many minutes, and say what has changed at the end.",
)
def compare(
    names: tuple[str, ...],
    files: tuple[str, ...],
    folder: str | None,
    report: str | None,
    precision: WantedPrecision,
    seconds: float,
    stability: float | None,
) -> None:
    """Measure the networks on this machine: size, time to load, speed, CPU use, memory and, with --on, accuracy.

    Each is measured in a process of its own. Weights that are not here are downloaded; where that fails, the speed is
    measured with untrained ones.
    """
    from tqdm import tqdm

    from albumsort.cli.model_table import table, write_header, write_row
    from albumsort.pipeline.compare import Task, subjects
    from albumsort.pipeline.compare import compare as measure
    from albumsort.pipeline.labelled import labelled_photos

    if precision == "int8" and folder is None:
        raise click.UsageError(_("--precision int8 is calibrated on photos: name a directory with --on"))
    labelled = labelled_photos(folder) if folder is not None else None
    if labelled and labelled.problems:
        told = _("{number} names in {folder} tell no class ({example})")
        number, example = len(labelled.problems), labelled.problems[0]
        click.echo(told.format(number=number, folder=folder, example=example), err=True)
    chosen = subjects(names, files)
    task = Task(precision, seconds, stability or 0, labelled.photos if labelled else ())
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that no process of an hour is left behind
    rows: list[Row] = []
    with _new_file(report) if report is not None else nullcontext() as file:
        if file:
            write_header(file)
        hidden = not sys.stderr.isatty()
        with tqdm(total=len(chosen), desc=_("Measuring"), unit=_("model"), leave=False, disable=hidden) as bar:
            for row in measure(chosen, task):
                rows.append(row)
                if file:
                    write_row(file, row)
                bar.update()
    click.echo(table(rows))
    sys.exit(int(any(row.photos_per_second is None for row in rows)))


def _new_file(path: str) -> TextIO:
    try:
        return open(path, "x", encoding="utf-8", errors="surrogateescape", newline="")
    except FileExistsError as error:
        problem = _("{path}: exists already and is left as it is; choose another name")
        raise AlbumsortError(problem.format(path=path)) from error
    except OSError as error:
        problem = _("{path}: cannot be written: {reason}; choose another place")
        raise AlbumsortError(problem.format(path=path, reason=reason_of(error))) from error
