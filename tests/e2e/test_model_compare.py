"""``albumsort model compare`` on real photographs."""

from __future__ import annotations

import csv
import re
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from albumsort.cli.model import model
from albumsort.cli.model_table import table
from albumsort.pipeline.compare import Row, Task, compare, subjects
from albumsort.vision.networks import NETWORKS
from albumsort.vision.weights import packaged_file
from tests.e2e.conftest import ALBUMSORT, save


def test_a_network_is_measured_on_labelled_photos(tmp_path: Path) -> None:
    labelled, report = tmp_path / "labelled", tmp_path / "figures.csv"
    save("chelsea.png", labelled / "281_cat.jpg")
    save("coffee.png", labelled / "espresso" / "cup.jpg")
    save("rocket.jpg", labelled / "001_no_goldfish.jpg")
    (labelled / "espresso" / "broken.jpg").write_bytes(b"\xff\xd8\xff nothing")
    (labelled / "IMG_1.jpg").touch()
    options = ("--model", "efficientnet-lite0", "--on", labelled, "--csv", report, "--seconds", 0)
    command = list(map(str, (ALBUMSORT, "model", "compare", *options)))
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (
        0,
        f"1 names in {labelled} tell no class (IMG_1.jpg: no class in its name)\n",
    )
    with open(report, encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["model"], row["parameters"]) == ("efficientnet-lite0", "4652008")
    assert row["weights"].endswith(".pth")
    assert (row["photos"], row["top1_percent"], row["top5_percent"]) == ("3", "33.3333", "66.6667")
    assert row["batch"] == "1"  # no other one takes no time
    assert 50e6 < int(row["peak_memory_bytes"]) < 8e9
    for field in ("first_load_seconds", "load_seconds", "latency_ms", "photos_per_second", "processors"):
        assert float(row[field]) > 0
    assert float(row["latency_p95_ms"]) >= float(row["latency_ms"])
    assert row["note"].startswith("1 photos could not be read (broken.jpg: ")
    assert re.search(
        r"^efficientnet-lite0\* +(?:bf16|fp32) +4\.7 M +18\.\d MB .* 33\.3 % +66\.7 %$", done.stdout, re.MULTILINE
    )


def test_a_network_without_weights_is_measured_untrained_and_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    photos = [(str(tmp_path / "absent.jpg"), 1)]
    (row,) = compare([NETWORKS["shufflenet_v2"]], Task("bf16", 0, 0.001, photos))

    assert (row.weights, row.parameters) == ("untrained", 2278604)
    assert row.photos_per_second is not None
    assert (row.photos, row.top1_percent) == (None, None)
    assert (row.minutes, row.same_outputs) == (0.001, True)
    assert table([row]).splitlines()[4].endswith("  the same")
    assert "Connection refused" in row.note
    assert "`albumsort model fetch shufflenet_v2` when online, or --weights with shufflenetv2_x1-" in row.note


def test_a_network_that_fails_has_a_row_that_says_so(tmp_path: Path) -> None:
    weights = tmp_path / "weights.pth"
    weights.symlink_to(packaged_file())
    chosen = subjects([], [str(weights)])
    assert len(chosen) == len(NETWORKS)
    weights.unlink()
    (row,) = compare(chosen[-1:], Task("fp32", 0, 0, ()))

    assert (row.model, row.photos_per_second) == ("efficientnet-lite0", None)
    assert row.note.startswith(f"not measured: {weights}: No such file")
    assert table([row]).splitlines()[1].split() == ["efficientnet-lite0*", *11 * "-"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--model", "vgg"], "--model vgg: not known; choose from resnet18, mobilenet_v2, "),
        (["--on", "absent"], "absent: No such file or directory; name a folder of labelled photos"),
        (["--csv", "there.csv"], "there.csv: exists already and is left as it is"),
        (["--csv", "absent/new.csv"], "absent/new.csv: cannot be written: No such file"),
        (["--weights", "there.csv"], "there.csv: not a weights file"),
    ],
)
def test_wrong_options_are_told_before_anything_is_measured(
    options: list[str], words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("there.csv").write_text("mine")
    result = CliRunner().invoke(model, ["compare", *options])

    assert str(result.exception).startswith(words)
    assert Path("there.csv").read_text() == "mine"


def test_what_was_not_measured_is_a_dash() -> None:
    header, row = table([Row("resnet18", latency_ms=4.25, photos_per_second=1234.5, batch=32)]).splitlines()

    assert len(header) == len(row)
    assert row.split() == ["resnet18", "-", "-", "-", "-", "4.2", "ms", "1,234", "32", "-", "-", "-", "-"]
