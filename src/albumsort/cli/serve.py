"""``albumsort serve``."""

from __future__ import annotations

import os
import signal
from dataclasses import fields

import click

from albumsort.cli.completion import files, folders, models
from albumsort.cli.numbers import Whole
from albumsort.cli.scan import scan
from albumsort.errors import AlbumsortError
from albumsort.messages import gettext as _


@click.command(short_help="See the albums in the browser, put them right and make them.")
@click.argument("photos", nargs=-1, required=True, metavar="PHOTOS...", shell_complete=folders)
@click.option(
    "--port",
    type=Whole(min=0, max=65535),
    metavar="N",
    default=8344,
    show_default=True,
    help="The port; 0 takes a free one.",
)
@click.option(
    "--host",
    metavar="ADDRESS",
    default="127.0.0.1",
    show_default=True,
    help="The address to listen at; another one than this lets others in, who need the token that is printed.",
)
@click.option("--weights", metavar="FILE", shell_complete=files, help="Weights for the model, as for scan.")
@click.option("--model", metavar="NAME", shell_complete=models, help="The network that recognises photos, as for scan.")
@click.option(
    "--state", metavar="DIR", shell_complete=folders, help="The folder for what is remembered of this library."
)
def serve(photos: tuple[str, ...], port: int, host: str, **given: str | None) -> None:
    """Show the albums of PHOTOS in the browser, on this machine, until it is stopped with Ctrl-C.

    There one can try single pictures, look at the plan, put categories and events right, and have it done. No photo is
    touched before that. All other settings are those of `albumsort scan PHOTOS`: see `albumsort config`.
    """
    from albumsort.pipeline.language import speak_as
    from albumsort.pipeline.scan import check_options
    from albumsort.pipeline.scan_options import ScanOptions
    from albumsort.vision.weights import choose_weights

    try:
        from albumsort.web.serving import listen
    except ModuleNotFoundError as error:
        if error.name not in ("flask", "waitress"):
            raise
        needed = _("serve needs the extra `web`; the README's Install says how to add it")
        raise AlbumsortError(needed) from error
    typed = [part for name, value in given.items() if value is not None for part in (f"--{name}", value)]
    context = scan.make_context("scan", [*typed, "--", *photos])
    known = {own.name for own in fields(ScanOptions)}
    options = ScanOptions(**{name: value for name, value in context.params.items() if name in known})
    check_options(options)
    for path in photos:
        if not os.path.isdir(path):
            raise AlbumsortError(_("{path}: there is no such folder; name the photo directory").format(path=path))
    if options.weights:
        choose_weights(options.model, options.weights, say=lambda _message: None)
    if options.lang is None:
        speak_as(options.state_folder())
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    listen(options, host, port, say=click.echo)
