"""The Dockerfile as a text: there is no engine here to build it, so what can be wrong without one is looked for."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet

ROOT = Path(__file__).parents[2]
PYPROJECT = (ROOT / "pyproject.toml").read_text(encoding="utf-8")


def instructions() -> list[tuple[str, str]]:
    """Each instruction of the Dockerfile with its text, without comments and line breaks."""
    lines = (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
    text = "\n".join(line for line in lines if not line.startswith("#")).replace("\\\n", " ")
    return [(name, rest) for name, _, rest in (line.partition(" ") for line in text.splitlines() if line)]


def stages() -> list[list[tuple[str, str]]]:
    """The instructions of the stages, each of which begins with FROM."""
    found: list[list[tuple[str, str]]] = []
    for name, rest in instructions():
        found += [[]] if name == "FROM" else []
        found[-1].append((name, rest))
    return found


def copied() -> list[str]:
    """What is copied from the repository."""
    texts = [rest for name, rest in instructions() if name == "COPY" and "--from" not in rest]
    return [source for text in texts for source in text.split()[:-1]]


def test_both_stages_have_one_python_that_the_project_supports() -> None:
    images = {stage[0][1].split()[0] for stage in stages()}
    assert len(images) == 1
    version = re.fullmatch(r"python:(3\.\d+)-slim", images.pop())
    required = re.search(r'requires-python = "(.*)"', PYPROJECT)
    assert version
    assert required
    assert SpecifierSet(required[1]).contains(version[1])
    assert f"Programming Language :: Python :: {version[1]}" in PYPROJECT


def test_what_is_copied_is_there_and_not_ignored() -> None:
    patterns = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if not line.startswith("#")]
    for source in copied():
        assert (ROOT / source).exists()
        ignored = False
        for pattern in patterns:
            if fnmatch(source, pattern.removeprefix("!")):
                ignored = not pattern.startswith("!")
        assert not ignored, source


def test_what_is_copied_is_enough_to_build_the_package(tmp_path: Path) -> None:
    for source in copied():
        if (ROOT / source).is_dir():
            shutil.copytree(ROOT / source, tmp_path / source)
        else:
            shutil.copy(ROOT / source, tmp_path)
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", "dist"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert list((tmp_path / "dist").glob("*.whl"))


def test_pip_installs_the_cpu_build_first_and_then_the_project_in_a_folder_of_its_own() -> None:
    commands = [shlex.split(part) for name, rest in instructions() if name == "RUN" for part in rest.split("&&")]
    pips = [command for command in commands if command[0].endswith("/pip")]
    assert [command[-2:] for command in pips] == [["torch", "torchvision"], ["--no-cache-dir", ".[raw]"]]
    assert re.search(r"^raw = \[", PYPROJECT, re.MULTILINE)
    assert "https://download.pytorch.org/whl/cpu" in pips[0]
    folder = next(command[-1] for command in commands if command[1:3] == ["-m", "venv"])
    assert {command[0] for command in pips} == {f"{folder}/bin/pip"}
    last = stages()[-1]
    assert ("COPY", f"--from=build {folder} {folder}") in last
    assert any(name == "ENV" and f'PATH="{folder}/bin:$PATH"' in rest for name, rest in last)


def test_the_command_is_the_entry_point_and_nobody_is_root() -> None:
    last = stages()[-1]
    values = dict(last)
    assert json.loads(values["ENTRYPOINT"]) == ["albumsort"]
    assert re.search(r'^albumsort = "albumsort.cli.main:run"$', PYPROJECT, re.MULTILINE)
    assert values["USER"] not in ("root", "0", "")
    names = [name for name, _ in last]
    assert "RUN" not in names[names.index("USER") :]


def test_states_and_weights_outlive_the_container_and_any_user_can_write_them() -> None:
    last = dict(stages()[-1])
    volumes = json.loads(last["VOLUME"])
    assert volumes == ["/state", "/cache"]
    assert re.search(r"install --directory --mode 1777 /state /cache", last["RUN"])
    variables = dict(item.split("=", 1) for item in shlex.split(last["ENV"]))
    assert (variables["XDG_STATE_HOME"], variables["XDG_CACHE_HOME"]) == ("/state", "/cache")
    assert variables["TORCH_HOME"].startswith("/cache/")


def test_hadolint_has_nothing_to_say() -> None:
    if not shutil.which("hadolint"):
        pytest.skip("hadolint is not there")
    done = subprocess.run(["hadolint", str(ROOT / "Dockerfile")], capture_output=True, text=True, check=False)
    assert done.stdout == ""
