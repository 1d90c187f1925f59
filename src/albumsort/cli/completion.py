"""``albumsort completion``, and what the shell is told of paths."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

_VARIABLE = "_ALBUMSORT_COMPLETE"
_SHELLS = ("bash", "zsh", "fish")


@click.command(short_help="Print what completes commands in a shell.")
@click.argument("shell", type=click.Choice(_SHELLS))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print what makes SHELL complete commands, options and paths when Tab is pressed.

    \b
    To have it in every new shell, put a line into its start-up file:
      eval "$(albumsort completion bash)"      ~/.bashrc
      eval "$(albumsort completion zsh)"       ~/.zshrc, after compinit
      albumsort completion fish | source       ~/.config/fish/config.fish
    """
    from click.shell_completion import get_completion_class

    kind = get_completion_class(shell)
    assert kind is not None
    click.echo(kind(context.find_root().command, {}, "albumsort", _VARIABLE).source())


def models(_context: click.Context, _parameter: click.Parameter, begun: str) -> list[str]:
    """Completes the name of a network."""
    from albumsort.vision.networks import NETWORKS

    return [name for name in NETWORKS if name.startswith(begun)]


def languages(_context: click.Context, _parameter: click.Parameter, begun: str) -> list[str]:
    """Completes the code of a language."""
    from albumsort.labels.languages import languages as codes

    return [code for code in codes() if code.startswith(begun)]


def files(_context: click.Context, _parameter: click.Parameter, begun: str) -> list[CompletionItem]:
    """Completes the path of a file."""
    from click.shell_completion import CompletionItem

    return [CompletionItem(begun, type="file")]


def folders(_context: click.Context, _parameter: click.Parameter, begun: str) -> list[CompletionItem]:
    """Completes the path of a folder."""
    from click.shell_completion import CompletionItem

    return [CompletionItem(begun, type="dir")]
