"""Folders of thumbnails that belong to a page: they lie wherever that was written, and hold no photos."""

from __future__ import annotations

import os

SUFFIX = "_files"
MARK = "albumsort-thumbnails.txt"
"""The file by which such a folder is known; browsers give folders of saved pages the same ending."""


def is_page_folder(folder: str) -> bool:
    """Whether albumsort made the folder for a page."""
    return folder.endswith(SUFFIX) and os.path.isfile(os.path.join(folder, MARK)) and not os.path.islink(folder)
