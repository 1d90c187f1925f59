"""Paths of folders: which one is in another, and which of those above a path are there."""

from __future__ import annotations

import os


def is_in(path: str, folder: str) -> bool:
    """Whether ``path`` is ``folder`` or below it. Both are absolute and normal; nothing is looked up."""
    return os.path.join(path, "").startswith(os.path.join(folder, ""))


def missing_folders(folder: str) -> list[str]:
    """``folder`` and those above it that are not there, the lowest first; a link that leads nowhere is there."""
    missing = []
    while not os.path.lexists(folder):
        missing.append(folder)
        folder = os.path.dirname(folder)
    return missing


def nearest(path: str) -> str:
    """The path, or the lowest one above it, that is there."""
    missing = missing_folders(path)
    return os.path.dirname(missing[-1]) if missing else path
