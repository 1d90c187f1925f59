"""What albumsort and other organisers do with the same files, the same kill and the same full disk: a Markdown table.

    python benchmarks/peers.py PHOCKUP SORTPHOTOS

PHOCKUP and SORTPHOTOS are git clones of github.com/ivandokov/phockup and github.com/andrewning/sortphotos. Wants root
(a small file system is mounted and made full), exiftool, perl, and a /dev/shm that is another file system. Everything
is made anew in temporary folders, and every cell is counted on the disk, by hashes.
"""

# ruff: noqa: S603  what is run is named on the command line

from __future__ import annotations

import argparse
import csv
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from peers_cases import COLLISIONS, Bench
from peers_faults import FAULTS
from peers_home import Home, Program

DATES = "SubSecCreateDate SubSecDateTimeOriginal DateTimeOriginal CreationDate CreateDate"
"""Phockup's own list, but a film's local time before its time in UTC."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("phockup", type=Path)
    parser.add_argument("sortphotos", type=Path)
    args = parser.parse_args()
    programs = [albumsort(), phockup(args.phockup), sortphotos(args.sortphotos)]
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory(dir="/dev/shm") as other:
        benches = [Bench(program, Path(folder), Path(other)) for program in programs]
        print("| Case | " + " | ".join(f"{program.name} ({program.version})" for program in programs) + " |")
        print("|---" * (1 + len(programs)) + "|")
        for case in (*COLLISIONS, *FAULTS):
            print(row(case, benches), flush=True)


def row(case: Callable[[Bench], str], benches: list[Bench]) -> str:
    return "| " + " | ".join([case.__doc__ or "", *(case(bench) for bench in benches)]) + " |"


def albumsort() -> Program:
    def arguments(home: Home) -> list[str]:
        places = [str(home.photos), "--to", str(home.albums), "--state", str(home.state), "--report", str(home.log)]
        return ["scan", *places, "--action", "move", "--layout", "category", "--model", "efficientnet-lite0"]

    def planned(home: Home, _: str) -> set[str]:
        with open(home.log, encoding="utf-8", errors="surrogateescape", newline="") as file:
            return {line["destination"] for line in csv.DictReader(file)}

    script = str(Path(sys.executable).with_name("albumsort"))
    version = subprocess.run([script, "--version"], capture_output=True, text=True, check=True).stdout.split()[-1]
    return Program(
        "albumsort",
        version,
        script,
        arguments,
        ["--dry-run"],
        planned,
        undo=lambda home: ["undo", "--state", str(home.state), "--yes"],
        variants={"duplicates": [("--duplicates", "keep")]},
    )


def phockup(clone: Path) -> Program:
    def arguments(home: Home) -> list[str]:
        return [str(home.photos), str(home.albums), "--move", "--log", str(home.log)]

    def planned(_: Home, output: str) -> set[str]:
        return set(re.findall(r" => (/.*)", output))

    variants: dict[str, list[tuple[str, ...]]] = {
        "duplicates": [("--skip-unknown",), ("--skip-unknown", "--movedel")],
        "raw_pairs": [("--original-names",)],
        "live_photos": [("--date-field", DATES)],
        "sidecars": [("--original-names",)],
        "undated": [("--timestamp",)],
        "links": [("--skip-unknown", "--movedel")],
    }
    script = str(clone / "phockup.py")
    return Program("phockup", commit(clone), script, arguments, ["--dry-run"], planned, variants=variants)


def sortphotos(clone: Path) -> Program:
    def arguments(home: Home) -> list[str]:
        return ["--recursive", "--verbose", str(home.photos), str(home.albums)]

    def planned(_: Home, output: str) -> set[str]:
        return set(re.findall(r"(?:Destination \(move\)|renaming to): (.*)", output))

    script = str(clone / "src" / "sortphotos.py")
    variants = {"duplicates": [("--keep-duplicates",)]}
    return Program("sortphotos", commit(clone), script, arguments, ["--test"], planned, variants=variants)


def commit(clone: Path) -> str:
    command = ["git", "-C", str(clone), "log", "-1", "--format=commit %h of %cs"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


if __name__ == "__main__":
    main()
