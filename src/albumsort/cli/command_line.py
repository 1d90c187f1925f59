"""A command line that the user can type."""

from __future__ import annotations

import shlex
import shutil
import sys
from collections.abc import Sequence


def command_line(arguments: Sequence[str]) -> str:
    """This program with these arguments, quoted for a shell."""
    program = ["albumsort"] if shutil.which("albumsort") else [sys.executable, "-m", "albumsort"]
    return shlex.join([*program, *arguments])
