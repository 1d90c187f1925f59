"""The command ``albumsort``: its group of commands, and how a run ends."""

from __future__ import annotations

import os
import sys

import click

from albumsort import __version__
from albumsort.cli.completion import completion
from albumsort.cli.config import config
from albumsort.cli.doctor import doctor
from albumsort.cli.ending import ending
from albumsort.cli.events import events
from albumsort.cli.help import HelpFormatter, translate_help
from albumsort.cli.interruption import INTERRUPTED
from albumsort.cli.labels import labels
from albumsort.cli.model import model
from albumsort.cli.scan import scan
from albumsort.cli.schedule import schedule
from albumsort.cli.serve import serve
from albumsort.cli.undo import history, undo
from albumsort.errors import AlbumsortError
from albumsort.messages import gettext as _
from albumsort.messages import locale_languages, speak


@click.group(
    short_help="Sort photographs into albums.",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="albumsort")
def main() -> None:
    """Sort photographs into albums by trip, event and what they show."""


main.add_command(scan)
main.add_command(serve)
main.add_command(schedule)
main.add_command(config)
main.add_command(events)
main.add_command(history)
main.add_command(undo)
main.add_command(labels)
main.add_command(model)
main.add_command(doctor)
main.add_command(completion)


def run() -> None:
    """Run the command line; every error ends as a message and an exit code, not as a traceback."""
    if sys.getfilesystemencoding() != "utf-8":
        # Names of towns and categories have any letters, and the same photos get the same albums in every locale.
        os.execv(sys.executable, [sys.executable, "-X", "utf8", *sys.orig_argv[1:]])  # noqa: S606
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    speak(locale_languages())
    translate_help(main)
    click.Context.formatter_class = HelpFormatter
    try:
        main(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except BrokenPipeError:
        # The reader of our output has gone, as in `albumsort ... | head`: no more output, and none at exit either.
        sys.stdout = None
        sys.exit(1)
    except (click.Abort, KeyboardInterrupt):
        click.echo(_("Interrupted."), err=True)
        sys.exit(INTERRUPTED)
    except (AlbumsortError, ImportError, OSError) as error:
        if isinstance(error, OSError):
            sys.stdout = None
        code, text = ending(error)
        click.echo(_("Error: {text}").format(text=text), err=True)
        sys.exit(code)
