"""``albumsort completion``: what a shell offers when Tab is pressed, asked of the shell itself."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

BIN = str(Path(sys.executable).parent)
ENVIRONMENT = os.environ | {"PATH": BIN + os.pathsep + os.environ["PATH"]}


def run(shell: str, script: str) -> list[str]:
    if not shutil.which(shell):
        pytest.skip(f"{shell} is not installed")
    options = {"bash": ["--norc"], "zsh": ["-f"], "fish": ["--no-config"]}[shell]
    command = [shell, *options, "-c", script]
    done = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, check=True)
    return done.stdout.split("\n")[:-1]


def offered_by_bash(line: str) -> list[str]:
    words = line.split(" ")
    return run(
        "bash",
        f'eval "$(albumsort completion bash)"; COMP_WORDS=({" ".join(map(shlex.quote, words))})'
        f"; COMP_CWORD={len(words) - 1}"
        '; compopt() { COMPREPLY=("(paths: $2)"); }'  # which can only be called by a Tab that was really pressed
        '; _albumsort_completion albumsort; printf "%s\\n" "${COMPREPLY[@]}"',
    )


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("albumsort sca", ["scan"]),
        ("albumsort model f", ["fetch"]),
        ("albumsort scan --dup", ["--duplicates"]),
        ("albumsort scan Photos --duplicates ", ["once", "keep"]),
        ("albumsort scan ~/Ph", ["(paths: dirnames)"]),
        ("albumsort scan Photos --to ", ["(paths: dirnames)"]),
        ("albumsort scan Photos --labels ", ["(paths: default)"]),
        ("albumsort undo --library ", ["(paths: dirnames)"]),
        ("albumsort schedule ~/Ph", ["(paths: dirnames)"]),
        ("albumsort scan Photos --model mob", ["mobilenet_v2"]),
        ("albumsort scan Photos --lang z", ["zh"]),
    ],
)
def test_bash_completes_commands_options_values_and_paths(line: str, offered: list[str]) -> None:
    assert offered_by_bash(line) == offered


def test_fish_completes_options() -> None:
    offered = run("fish", "albumsort completion fish | source; complete -C 'albumsort scan --dup'")
    assert [line.split("\t")[0] for line in offered] == ["--duplicates"]


def test_what_zsh_gets_is_a_script_for_zsh() -> None:
    run(
        "zsh",
        'autoload -Uz compinit && compinit -D && eval "$(albumsort completion zsh)" && whence _albumsort_completion',
    )


def test_an_unknown_shell_is_refused_with_those_that_are_known() -> None:
    done = subprocess.run(
        ["albumsort", "completion", "tcsh"], env=ENVIRONMENT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "'bash', 'zsh', 'fish'" in done.stderr
