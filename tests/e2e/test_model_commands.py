"""``albumsort model``: the installed command, and a download from a server on this machine."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner

from albumsort.cli.model import model
from albumsort.vision.networks import NETWORKS
from albumsort.vision.weights import hub_file

ALBUMSORT = str(Path(sys.executable).with_name("albumsort"))


def albumsort(*arguments: str, home: Path) -> subprocess.CompletedProcess[str]:
    """Run the installed command with an empty torch hub cache in ``home``."""
    environment = os.environ | {"TORCH_HOME": str(home)}
    return subprocess.run([ALBUMSORT, *arguments], env=environment, capture_output=True, text=True, check=False)


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""


@pytest.fixture
def mirror(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A server that has the weights, which are 100 kB of nothing in particular here, and an empty torch hub cache."""
    data = os.urandom(100_000)
    name = f"resnet18-{hashlib.sha256(data).hexdigest()[:8]}.pth"
    served = tmp_path / "served"
    served.mkdir()
    (served / name).write_bytes(data)
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(served))) as http:
        url = f"http://127.0.0.1:{http.server_port}/{name}"
        monkeypatch.setitem(NETWORKS, "resnet18", replace(NETWORKS["resnet18"], url=url))
        thread = threading.Thread(target=http.serve_forever)
        thread.start()
        yield served / name
        http.shutdown()
        thread.join()


def test_the_list_marks_what_a_new_library_would_use(tmp_path: Path) -> None:
    result = albumsort("model", "list", home=tmp_path)

    assert result.returncode == 0
    header, resnet18, *others, lite0, legend = result.stdout.splitlines()
    assert legend.startswith("* what a new library")
    assert header.split() == ["name", "network", "top-1", "size", "weights"]
    assert resnet18.startswith("  resnet18 ")
    assert "69.8 %" in resnet18
    assert "not here; get them with `albumsort model fetch resnet18`" in resnet18
    assert [line.split()[0] for line in others] == ["mobilenet_v2", "shufflenet_v2", "efficientnet_b0"]
    assert lite0.startswith("* efficientnet-lite0 ")
    assert "19 MB" in lite0
    assert "tries to download" in result.stderr


def test_fetching_without_a_network_says_what_else_can_be_done(tmp_path: Path) -> None:
    result = albumsort("model", "fetch", home=tmp_path)

    assert result.returncode == 2
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    for part in ("Error:", NETWORKS["resnet18"].url, "Connection refused", "microsoft/resnet-18", "--weights"):
        assert part in result.stderr
    assert not list(tmp_path.rglob("*.p*"))


def test_any_network_can_be_fetched_by_its_name(tmp_path: Path) -> None:
    result = albumsort("model", "fetch", "efficientnet-lite0", "mobilenet_v2", home=tmp_path)

    assert result.returncode == 2
    assert result.stdout.endswith(".pth: comes with albumsort\n")
    assert NETWORKS["mobilenet_v2"].url in result.stderr
    assert "microsoft/resnet-18" not in result.stderr
    assert "vgg: not known; choose from resnet18, " in albumsort("model", "fetch", "vgg", home=tmp_path).stderr


def test_a_model_that_cannot_be_had_ends_a_scan(tmp_path: Path) -> None:
    (tmp_path / "Photos").mkdir()
    where = (str(tmp_path / "Photos"), "--state", str(tmp_path / "state"))
    result = albumsort("scan", *where, "--model", "resnet18", home=tmp_path)

    assert result.returncode == 2
    assert "--model resnet18: no weights here" in result.stderr


def test_fetching_downloads_once_and_then_checks(mirror: Path) -> None:
    run = CliRunner().invoke
    path = Path(hub_file(NETWORKS["resnet18"]))

    first = run(model, ["fetch"])
    assert (first.exit_code, first.output) == (0, f"{path}: downloaded, and whole\n")
    assert path.read_bytes() == mirror.read_bytes()

    second = run(model, ["fetch"])
    assert (second.exit_code, second.output) == (0, f"{path}: already here, and whole\n")

    listed = run(model, ["list"])
    assert f"* resnet18            ResNet-18           69.8 %   0 MB  {path}" in listed.stdout.splitlines()
    assert listed.output == listed.stdout


def test_fetching_replaces_a_damaged_file(mirror: Path) -> None:
    path = Path(hub_file(NETWORKS["resnet18"]))
    path.parent.mkdir(parents=True)
    path.write_bytes(b"what a full disk left")

    result = CliRunner().invoke(model, ["fetch"])

    assert result.output == f"{path}: downloaded, and whole\n"
    assert path.read_bytes() == mirror.read_bytes()
