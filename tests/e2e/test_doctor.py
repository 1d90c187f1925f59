"""``albumsort doctor``: what is wrong with an installation, and what it can do."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

from tests.e2e.conftest import ALBUMSORT


def doctor(home: Path, **more: str) -> tuple[int, str, str]:
    """The exit code, and what went to stdout and stderr."""
    environment = os.environ | {"XDG_STATE_HOME": f"{home}/state", "XDG_CACHE_HOME": f"{home}/cache"} | more
    done = subprocess.run([ALBUMSORT, "doctor"], env=environment, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


def by_topic(output: str) -> dict[str, str]:
    return dict(re.findall(r"^. (\S+(?: \S+)?) +(.*)$", output, re.MULTILINE))


def test_a_sound_installation_has_nothing_to_put_right(tmp_path: Path) -> None:
    code, output, errors = doctor(tmp_path, ONEDNN_MAX_CPU_ISA="AVX2")
    assert (code, errors) == (0, "")
    lines = by_topic(output)
    assert {"albumsort", "system", "packages", "processor", "precision", "state", "cache"} <= lines.keys()
    assert re.search(r"\btorch \d", lines["packages"])
    assert lines["precision"].startswith("fp32")  # as on a processor that has no more than AVX2
    assert lines["state"] == f"{tmp_path}/state/albumsort, which is made when it is needed"
    assert list(tmp_path.iterdir()) == []


def test_what_has_to_be_put_right_is_marked(tmp_path: Path) -> None:
    photos, broken = tmp_path / "Photos", tmp_path / "state" / "albumsort" / "broken-1"
    photos.mkdir()
    environment = os.environ | {"XDG_STATE_HOME": f"{tmp_path}/state"}
    subprocess.run([ALBUMSORT, "scan", photos], env=environment, capture_output=True, check=True)
    photos.rmdir()
    broken.mkdir()
    (broken / "catalog.sqlite").write_text("nothing that SQLite knows, and long enough to be a header of its own")
    (tmp_path / "modules").mkdir()
    (tmp_path / "modules" / "tzfpy.py").write_text(
        "raise ImportError('libfoo.so.1:\\n cannot open shared object file')"
    )
    code, output, errors = doctor(tmp_path, PYTHONPATH=f"{tmp_path}/modules")
    assert (code, errors) == (1, "")
    lines = [(line[0], *line[2:].split(None, 1)) for line in output.splitlines()]
    assert ("!", "tzfpy", "cannot be loaded: libfoo.so.1: cannot open shared object file; install it again") in lines
    libraries = [(mark, text) for mark, topic, text in lines if topic == "library"]
    assert any(mark == "-" and f"{photos}, which is not there now" in text for mark, text in libraries)
    assert any(mark == "!" and str(broken) in text for mark, text in libraries)
