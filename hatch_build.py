"""Makes the man pages from the commands when a wheel is built; pip puts them into share/man of the environment."""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class ManPages(BuildHookInterface[Any]):
    """The hook that hatchling finds here."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002  hatchling's signature
        """Write the pages to a folder of their own, and have them packed."""
        from click_man.core import write_man_pages

        sys.path.insert(0, str(Path(self.root) / "src"))
        from albumsort.cli.main import main

        self._folder = tempfile.mkdtemp(prefix="albumsort-man-")
        write_man_pages("albumsort", main, version=self.metadata.version, target_dir=self._folder, date="")
        build_data["shared_data"][self._folder] = "share/man/man1"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:  # noqa: ARG002
        """Remove the folder."""
        shutil.rmtree(self._folder)
