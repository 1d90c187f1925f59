"""``--log FILE``: what is kept of each night, and that no other file is ever written to."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import pytest

from albumsort.cli.log import BEGIN, BYTES, OLD_ONES, Log
from albumsort.errors import AlbumsortError

from .conftest import Library

LINE = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d[+-]\d{4} (INFO|WARNING|ERROR) +(.*)")


def logged(path: Path) -> list[tuple[str, str]]:
    """The level and text of each line, of which the first says what the file is."""
    first, *lines = path.read_text(encoding="utf-8").splitlines()
    assert first.startswith(BEGIN)
    found = [LINE.fullmatch(line) for line in lines]
    return [(match[1], match[2]) for match in found if match]


def test_a_night_is_kept_with_what_was_said_and_one_without_news_is_one_line(library: Library) -> None:
    log = library.home / "night.log"
    arguments = ("scan", library.photos, "--state", library.state, "--action", "symlink", "--log", log, "--quiet")
    library.run(*arguments)
    first = logged(log)
    assert first[0][1].startswith(f"begins in {os.path.realpath(library.photos)}: ")
    assert first[0][1].endswith(f"--action symlink --log {log} --quiet")
    assert any(re.match(r"7 photos recognised, \d+ linked into", text) for _, text in first)
    assert first[-1] == ("INFO", "ended with exit code 0")
    library.run(*arguments)
    second = logged(log)
    library.run(*arguments)
    assert logged(log)[len(second) :] == [("INFO", f"nothing new in {library.photos}; exit code 0")]


def test_a_night_that_an_error_ended_is_kept(library: Library) -> None:
    log = library.home / "night.log"
    arguments = ("scan", library.photos, "--state", library.state, "--log", log, "--quiet")
    error = library.run(*arguments, "--labels", "nowhere.yaml", code=2).stderr
    lines = logged(log)
    assert (f"Error: {lines[1][1]}\n", lines[1][0]) == (error, "ERROR")
    assert lines[-1] == ("ERROR", "ended with exit code 2")


def test_only_a_log_is_appended_to(tmp_path: Path) -> None:
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(b"\xff\xd8\xff a photo")
    link, folder = tmp_path / "link.log", tmp_path / "folder.log"
    link.symlink_to("nowhere")
    folder.mkdir()
    os.mkfifo(tmp_path / "pipe.log")
    for path in (photo, link, folder, tmp_path / "pipe.log"):
        with pytest.raises(AlbumsortError, match="this is not a log of albumsort"):
            Log(str(path))
    assert photo.read_bytes() == b"\xff\xd8\xff a photo"
    assert not (tmp_path / "nowhere").exists()


def test_a_file_that_an_old_log_would_replace_is_refused(tmp_path: Path) -> None:
    (tmp_path / "my.log.2").write_text("mine")
    with pytest.raises(AlbumsortError, match=r"my\.log\.2: this is not a log of albumsort"):
        Log(str(tmp_path / "my.log"))
    assert [path.name for path in tmp_path.iterdir()] == ["my.log.2"]


def test_a_log_in_no_folder_ends_the_run_at_its_beginning(library: Library) -> None:
    arguments = ("scan", library.photos, "--state", library.state, "--action", "symlink")
    error = library.run(*arguments, "--log", "nowhere/night.log", code=2).stderr
    assert (
        error
        == "Error: nowhere/night.log: the log cannot be written: No such file or directory; choose another place\n"
    )
    assert not library.albums.exists()


def test_a_log_that_cannot_be_written_any_more_is_told_once_and_ends_no_run(library: Library) -> None:
    if not os.path.exists("/dev/full"):
        pytest.skip("no device here that is always full")
    log = library.home / "night.log"
    command = "import albumsort.cli.log as log; log._locked = lambda path: open('/dev/full', 'wb')"
    main = "from albumsort.cli.main import run; run()"
    python = (sys.executable, "-c", f"{command}; {main}")
    result = library.run("scan", library.photos, "--state", library.state, "--log", log, command=python)
    assert result.stderr == f"Error: {log}: the log cannot be written: [Errno 28] No space left on device\n"
    assert "7 photos" in result.stdout


def test_a_log_keeps_a_few_old_ones(tmp_path: Path) -> None:
    path = tmp_path / "night.log"
    log = Log(str(path))
    for number in range(2 * (OLD_ONES + 2)):
        log.note("info", f"{number} " + "x" * (BYTES * 6 // 10))
    files = sorted(tmp_path.iterdir())
    assert [file.name for file in files] == ["night.log", *(f"night.log.{number + 1}" for number in range(OLD_ONES))]
    assert all(file.read_text().startswith(BEGIN) and file.stat().st_size < 1.1 * BYTES for file in files)


WRITER = """
import sys
import albumsort.cli.log as log
log.BYTES, log.OLD_ONES = 5_000, 60
own = log.Log(sys.argv[1])
print('ready', flush=True)
sys.stdin.read()
for number in range(500):
    own.note("info", f"{sys.argv[2]} {number} " + "x" * 50)
"""


def test_runs_at_the_same_time_share_a_log_and_lose_no_line_when_it_is_full(tmp_path: Path) -> None:
    path = tmp_path / "night.log"
    commands = [[sys.executable, "-c", WRITER, path, name] for name in "abc"]
    with ExitStack() as stack:
        popen = partial(subprocess.Popen[str], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        runs = [stack.enter_context(popen(command)) for command in commands]
        for run in runs:
            assert run.stdout
            assert run.stdout.readline() == "ready\n"
        for run in runs:
            assert run.stdin
            run.stdin.close()
    assert [run.returncode for run in runs] == [0, 0, 0]
    files = sorted(tmp_path.iterdir())
    assert all(file.stat().st_size <= 5_000 for file in files)
    texts = [text.split(" x")[0] for file in files for _, text in logged(file)]
    assert sorted(texts) == sorted(f"{name} {number}" for name in "abc" for number in range(500))


def test_a_file_that_came_where_an_old_log_would_go_stays(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = Log(str(tmp_path / "night.log"))
    (tmp_path / "night.log.1").write_text("mine")
    for _ in range(2):
        log.note("info", "x" * BYTES)
    assert "night.log.1: this is not a log of albumsort" in capsys.readouterr().err
    assert (tmp_path / "night.log.1").read_text() == "mine"


def test_names_with_line_breaks_and_odd_bytes_stay_in_their_line(tmp_path: Path) -> None:
    log = Log(str(tmp_path / "night.log"))
    log.note("error", "a\x1b[31m\rb\udcff: cannot\nsecond line")
    assert logged(tmp_path / "night.log") == [
        ("ERROR", "a\\x1b[31m"),
        ("ERROR", "b\\udcff: cannot"),
        ("ERROR", "second line"),
    ]
