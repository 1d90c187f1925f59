"""Prints a folder as a tree, with where its symbolic links lead (`tree` is not on every machine).

python scripts/show_tree.py demo/Photos/Albums
"""

from __future__ import annotations

import sys
from pathlib import Path


def show(folder: Path, indent: str = "") -> None:
    entries = sorted(entry for entry in folder.iterdir() if not entry.name.startswith("."))
    for number, entry in enumerate(entries, start=1):
        last = number == len(entries)
        target = f" -> {entry.readlink()}" if entry.is_symlink() else ""
        print(f"{indent}{'└── ' if last else '├── '}{entry.name}{target}")
        if entry.is_dir() and not entry.is_symlink():
            show(entry, indent + ("    " if last else "│   "))


if __name__ == "__main__":
    print(sys.argv[1])
    show(Path(sys.argv[1]))
