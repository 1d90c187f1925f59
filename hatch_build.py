"""Makes what a wheel carries besides its sources: the man pages of the commands, and the catalogs of messages.

pip puts the pages into share/man of the environment. The catalogs are written beside their sources, where the program
looks for them, also where it is installed editable.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class BuildHook(BuildHookInterface[Any]):
    """The hook that hatchling finds here."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002  hatchling's signature
        """Compile the catalogs; write the pages to a folder of their own, and have them packed."""
        compile_catalogs(Path(self.root, "src", "albumsort", "locale"))
        self._folder = tempfile.mkdtemp(prefix="albumsort-man-")
        _write_man_pages(self.root, self._folder, self.metadata.version)
        build_data["shared_data"][self._folder] = "share/man/man1"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:  # noqa: ARG002
        """Remove the folder."""
        shutil.rmtree(self._folder)


def compile_catalogs(folder: Path) -> None:
    """Write the ``.mo`` file, which gettext reads, beside each ``.po`` file, which people write."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    for source in folder.rglob("*.po"):
        with source.open("rb") as file:
            catalog = read_po(file)
        with source.with_suffix(".mo").open("wb") as file:
            write_mo(file, catalog)


def _write_man_pages(root: str, folder: str, version: str) -> None:
    from click_man.core import write_man_pages

    sys.path.insert(0, str(Path(root) / "src"))
    from albumsort.cli.main import main

    write_man_pages("albumsort", main, version=version, target_dir=folder, date="")
