"""``albumsort model``: which networks there are, and ResNet-18's weights by download."""

from __future__ import annotations

import os

import click

from albumsort.errors import AlbumsortError


@click.group()
def model() -> None:
    """List the networks that recognise photos, or download weights."""


@model.command("list")
def list_models() -> None:
    """List the networks, and where the weights of each are.

    top-1 is how many of 100 ImageNet photos get the right one of 1,000 classes, as published.
    """
    from albumsort.vision.networks import NETWORKS
    from albumsort.vision.weights import PACKAGED, PREFERRED, present_weights

    present = {name: present_weights(network) for name, network in NETWORKS.items()}
    first = PREFERRED if present[PREFERRED] else PACKAGED
    click.echo(_row(" ", "name", "network", "top-1", "size", "weights"))
    for name, network in NETWORKS.items():
        weights = present[name]
        size = f"{os.path.getsize(weights.file) / 1e6:.0f} MB" if weights else "-"
        where = weights.file if weights else "not here; get them with `albumsort model fetch`"
        click.echo(_row("*" if name == first else " ", name, network.title, f"{network.top1:.1f} %", size, where))
    click.echo("* what a new library is recognised with")
    if first != PREFERRED:
        click.echo(f"A new library tries to download the weights of {PREFERRED} first.", err=True)


def _row(star: str, name: str, title: str, top1: str, size: str, weights: str) -> str:
    return f"{star} {name:<18}  {title:<18}  {top1:>6}  {size:>5}  {weights}"


@model.command(short_help="Download the weights of ResNet-18.")
def fetch() -> None:
    """Download the weights of ResNet-18 to the cache of torch hub, or check those that are there."""
    from albumsort.vision.download import DownloadError
    from albumsort.vision.networks import NETWORKS
    from albumsort.vision.weights import PREFERRED
    from albumsort.vision.weights import fetch as fetch_weights

    network = NETWORKS[PREFERRED]
    try:
        weights, downloaded = fetch_weights(network)
    except DownloadError as error:
        raise AlbumsortError(
            f"no {network.title} weights by download: {error}; try again later, or give `albumsort scan` the file "
            f"{network.url.rpartition('/')[2]} or a copy of microsoft/resnet-18 from a mirror with --weights"
        ) from error
    click.echo(f"{weights.file}: {'downloaded' if downloaded else 'already here'}, and whole")
