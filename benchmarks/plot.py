"""The plot of docs/performance.md: milliseconds a photo as bars, on a logarithmic scale.

    python benchmarks/plot.py docs/performance.csv > docs/performance.svg

The CSV has the columns group, what and milliseconds; a group has bars of one colour.
"""

from __future__ import annotations

import csv
import math
import sys
from html import escape

LEFT, WIDTH, BAR, GAP, TOP = 330, 420, 20, 6, 34
LEAST, MOST = 1.0, 300.0
TICKS = (1, 3, 10, 30, 100, 300)
COLOURS = ("#8a8a8a", "#2b6cb0", "#b7791f", "#2f855a")


def main() -> None:
    with open(sys.argv[1], encoding="utf-8", newline="") as file:
        rows = [(row["group"], row["what"], float(row["milliseconds"])) for row in csv.DictReader(file)]
    groups = list(dict.fromkeys(group for group, _, _ in rows))
    parts, y = [], TOP
    for before, (group, what, milliseconds) in zip([rows[0], *rows], rows, strict=False):
        y += GAP if before[0] == group else 3 * GAP
        parts.append(bar(y, what, milliseconds, COLOURS[groups.index(group) % len(COLOURS)]))
        y += BAR
    lines = [
        f'<line x1="{at(tick):.1f}" y1="{TOP}" x2="{at(tick):.1f}" y2="{y + GAP}" stroke="#ddd"/>'
        f'<text x="{at(tick):.1f}" y="{TOP - 8}" text-anchor="middle">{tick}</text>'
        for tick in TICKS
    ]
    print(
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{LEFT + WIDTH + 60}" height="{y + 2 * GAP}" '
        'font-family="sans-serif" font-size="12"><title>Milliseconds a photo</title>'
        f'<rect width="100%" height="100%" fill="white"/><text x="8" y="{TOP - 8}">milliseconds a photo</text>'
        f"{''.join(lines)}{''.join(parts)}</svg>"
    )


def at(milliseconds: float) -> float:
    """Where on the scale."""
    return LEFT + WIDTH * math.log(milliseconds / LEAST) / math.log(MOST / LEAST)


def bar(y: float, what: str, milliseconds: float, colour: str) -> str:
    end, middle = at(milliseconds), y + BAR - 6
    return (
        f'<text x="{LEFT - 8}" y="{middle}" text-anchor="end">{escape(what)}</text>'
        f'<rect x="{LEFT}" y="{y}" width="{end - LEFT:.1f}" height="{BAR}" fill="{colour}"/>'
        f'<text x="{end + 5:.1f}" y="{middle}">{milliseconds:.3g}</text>'
    )


if __name__ == "__main__":
    main()
