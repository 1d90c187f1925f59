"""``albumsort doctor``: what is wrong with an installation, and what it can do."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

ALBUMSORT = str(Path(sys.executable).with_name("albumsort"))


def doctor(home: Path, **more: str) -> tuple[int, dict[str, str], str]:
    """The exit code, the lines by their topic, and what went to stderr."""
    environment = os.environ | {"XDG_STATE_HOME": f"{home}/state", "XDG_CACHE_HOME": f"{home}/cache"} | more
    done = subprocess.run([ALBUMSORT, "doctor"], env=environment, capture_output=True, text=True, check=False)
    return done.returncode, dict(re.findall(r"^. (\S+(?: \S+)?) +(.*)$", done.stdout, re.MULTILINE)), done.stderr


def test_a_sound_installation_has_nothing_to_put_right(tmp_path: Path) -> None:
    code, lines, errors = doctor(tmp_path)
    assert (code, errors) == (0, "")
    assert {"albumsort", "system", "packages", "processor", "precision", "state", "cache"} <= lines.keys()
    assert re.search(r"\btorch \d", lines["packages"])
    assert lines["precision"].startswith(("fp32", "bf16"))
    assert lines["state"] == f"{tmp_path}/state/albumsort, which is made when it is needed"
    assert list(tmp_path.iterdir()) == []


def test_the_precision_is_that_of_the_processor(tmp_path: Path) -> None:
    _, lines, _ = doctor(tmp_path, ONEDNN_MAX_CPU_ISA="AVX2")
    assert lines["precision"].startswith("fp32")


def test_a_package_that_cannot_be_loaded_is_a_problem(tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "tzfpy.py").write_text("raise ImportError('libfoo.so.1:\\n cannot open shared object file')")
    code, lines, errors = doctor(tmp_path, PYTHONPATH=str(broken))
    assert (code, errors) == (1, "")
    assert lines["tzfpy"] == "cannot be loaded: libfoo.so.1: cannot open shared object file; install it again"


def test_libraries_are_named_and_a_broken_catalog_is_a_problem(tmp_path: Path) -> None:
    photos, broken = tmp_path / "Photos", tmp_path / "state" / "albumsort" / "broken-1"
    photos.mkdir()
    environment = os.environ | {"XDG_STATE_HOME": f"{tmp_path}/state"}
    subprocess.run([ALBUMSORT, "scan", photos], env=environment, capture_output=True, check=True)
    photos.rmdir()
    broken.mkdir()
    (broken / "catalog.sqlite").write_text("nothing that SQLite knows, and long enough to be a header of its own")
    done = subprocess.run([ALBUMSORT, "doctor"], env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "")
    lines = [line for line in done.stdout.splitlines() if line[2:].startswith("library")]
    assert any(line[0] == "-" and f"{photos}, which is not there now" in line for line in lines)
    assert any(line[0] == "!" and str(broken) in line for line in lines)
