"""``albumsort schedule``: what it shows, sets up and takes away; the job itself, run as the scheduler would."""

from __future__ import annotations

import os
import plistlib
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from albumsort.cli.schedule import schedule

from .conftest import ALBUMSORT, Library

CRONTAB = """#!/bin/sh
# A crontab that lies in a file; it cannot be read while there is a file `denied`.
cd "$(dirname "$0")"
[ -e denied ] && { echo "crontab: you are not allowed" >&2; exit 1; }
case $1 in
-l) [ -e table ] || { echo "no crontab for me" >&2; exit 1; }; cat table ;;
-) cat > table ;;
esac
"""
RECORDER = """#!/bin/sh
echo "$(basename "$0") $*" >> "$(dirname "$0")/calls"
"""


class Machine:
    """A library on a machine whose schedulers do not touch those of this one."""

    def __init__(self, library: Library) -> None:
        self.library, self.bin = library, library.home / "bin"
        self.bin.mkdir()
        for name, script in (("crontab", CRONTAB), ("systemctl", RECORDER), ("launchctl", RECORDER)):
            (self.bin / name).write_text(script)
            (self.bin / name).chmod(0o755)
        self.table, self.calls = self.bin / "table", self.bin / "calls"

    def schedule(self, *arguments: object, code: int = 0, **environment: str) -> subprocess.CompletedProcess[str]:
        path = {"PATH": f"{self.bin}{os.pathsep}{os.environ['PATH']}", "XDG_CONFIG_HOME": ""} | environment
        return self.library.run("schedule", self.library.photos, *arguments, code=code, **path)


@pytest.fixture
def machine(library: Library) -> Machine:
    return Machine(library)


def test_without_an_action_it_says_what_to_choose(machine: Machine) -> None:
    error = machine.schedule("--with", "cron", code=2).stderr
    assert error.startswith("Error: a scan without --action is only a preview; name one")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--at", "25:00"), "'25:00' is no time of the day"),
        (("--at", "3"), "'3' is no time of the day"),
        (("--install", "--remove"), "not both"),
        (("--to", ""), "--to is empty"),
        (("--duplicates", "all"), "'all' is not one of"),
        (("--dry-run",), "No such option"),
        (("nowhere",), "nowhere: there is no such folder"),
        (("--lang", "xx"), "there is no language 'xx'"),
        (("--model", "foo"), "--model foo: not known"),
        (("--labels", "missing.yaml"), "missing.yaml"),
        (("--layout", "smart", "--layout", "category"), "give it one layout"),
    ],
)
def test_what_is_wrong_is_told_at_once(tmp_path: Path, arguments: tuple[str, ...], message: str) -> None:
    result = CliRunner().invoke(schedule, [str(tmp_path), "--with", "cron", "--action", "copy", *arguments])
    assert message in f"{result.output}{result.exception}"
    assert result.exit_code


def test_a_wrong_setting_is_told_at_once(machine: Machine) -> None:
    (machine.library.photos / "albumsort.toml").write_text("jobs = 0")
    assert "jobs: 0 is not in the range" in machine.schedule("--action", "copy", code=2).stderr


def test_the_line_for_cron_does_what_the_scan_does(machine: Machine) -> None:
    library = machine.library
    photos = library.home / "100% 'mine' $HOME"
    library.photos.rename(photos)
    options = ("--action", "symlink", "--to", "Sorted", "--state", "catalog", "--exclude", "Trips", "--at", "4:05")
    line = library.run("schedule", photos, "--with", "cron", *options).stdout.splitlines()[1]
    assert line.startswith("5 4 * * * ")
    assert line.endswith(" --quiet")
    command = line.removeprefix("5 4 * * * ").replace(r"\%", "%")
    environment = library.environment | {"PATH": "/usr/bin:/bin"}
    done = subprocess.run(command, shell=True, cwd="/", env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert (library.home / "Sorted" / "Pets" / "2023" / "cat.jpg").is_symlink()
    assert not (library.home / "Sorted" / "Plants and garden").exists()


def test_the_line_for_cron_works_where_a_name_is_not_utf_8(machine: Machine) -> None:
    library = machine.library
    photos = library.home / os.fsdecode(b"100% \xe4")
    try:
        library.photos.rename(photos)
    except OSError:
        pytest.skip("no such names here")
    line = library.run("schedule", photos, "--with", "cron", "--action", "symlink", "--state", "catalog").stdout
    command = line.splitlines()[1].removeprefix("0 3 * * * ").replace(r"\%", "%")
    environment = library.environment | {"PATH": "/usr/bin:/bin"}
    done = subprocess.run(os.fsencode(command), shell=True, cwd="/", env=environment, capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert (photos / "Albums" / "Pets" / "2023" / "cat.jpg").is_symlink()


def test_what_the_environment_says_now_is_written_into_the_job(machine: Machine) -> None:
    arguments = ("--with", "cron", "--action", "symlink", "--jobs", 2)
    (machine.library.photos / "albumsort.toml").write_text('exclude = "Trips"')
    environment = {"ALBUMSORT_LANG": "zh", "ALBUMSORT_JOBS": "1", "ALBUMSORT_LAYOUT": "event\n{year}"}
    line = machine.schedule(*arguments, code=0, XDG_STATE_HOME="/else where", **environment).stdout.splitlines()[1]
    assert "/usr/bin/env 'XDG_STATE_HOME=/else where' " in line
    assert line.endswith("--layout event --layout '{year}' --lang zh --jobs 2 --quiet")


def test_options_come_through_as_they_were_typed(machine: Machine) -> None:
    typed = ("--exclude", "v1.0", "--layout", "{year}/x.0", "--event-name", "{date} 2.0", "--home", "52.5,13.0")
    line = machine.schedule("--with", "cron", "--action", "move", *typed, "--settle", "60").stdout.splitlines()[1]
    words = shlex.split(line)
    for option, value in zip(typed[::2], typed[1::2], strict=True):
        assert value in words[words.index(option) + 1 : words.index(option) + 2]
    assert words[words.index("--settle") + 1] == "60"


def test_weights_that_are_typed_go_without_the_model_of_the_environment(machine: Machine) -> None:
    arguments = ("--with", "cron", "--action", "symlink", "--weights", "resnet18.pth")
    line = machine.schedule(*arguments, ALBUMSORT_MODEL="mobilenet_v2").stdout
    assert "--weights" in line
    assert "mobilenet_v2" not in line


def test_the_night_has_the_language_of_the_terminal_until_the_library_has_one(machine: Machine) -> None:
    arguments = ("--with", "cron", "--action", "symlink")
    assert machine.schedule(*arguments, LC_ALL="zh_CN.UTF-8").stdout.endswith(" --lang zh --quiet\n")
    assert "--lang" not in machine.schedule(*arguments, LC_ALL="C").stdout
    machine.library.run("scan", machine.library.photos, "--action", "symlink", LC_ALL="C")
    assert "--lang" not in machine.schedule(*arguments, LC_ALL="zh_CN.UTF-8").stdout


def test_one_library_has_one_job_by_whatever_path(machine: Machine) -> None:
    link = machine.library.home / "link"
    link.symlink_to(machine.library.photos)
    for photos in (machine.library.photos, link):
        machine.library.run(
            *("schedule", photos, "--with", "cron", "--action", "symlink", "--install"),
            PATH=f"{machine.bin}{os.pathsep}{os.environ['PATH']}",
        )
    assert machine.table.read_text().count(" scan ") == 1


def test_a_crontab_keeps_all_other_lines(machine: Machine) -> None:
    mine = "MAILTO=me\n# my own\n0 1 * * * backup 50\\%"
    machine.table.write_text(mine)
    for at in ("3:00", "4:30"):
        told = machine.schedule("--with", "cron", "--install", "--action", "symlink", "--at", at).stdout
    hour = "30 4 * * *"
    job = f"# albumsort schedule: {machine.library.photos}\n{hour} "
    text = machine.table.read_text()
    assert text.startswith(f"{mine}\n{job}")
    assert text.count("albumsort schedule") == 1
    assert told == f"In your crontab:\n{text.removeprefix(mine)[1:]}"
    assert "Taken out" in machine.schedule("--with", "cron", "--remove").stdout
    assert machine.table.read_text() == f"{mine}\n"
    told = machine.schedule("--with", "cron", "--remove").stdout
    assert told == f"cron: no job of albumsort for {machine.library.photos}\n"


def test_a_crontab_is_made_where_there_is_none(machine: Machine) -> None:
    assert "no job" in machine.schedule("--with", "cron", "--remove").stdout
    assert not machine.table.exists()
    machine.schedule("--with", "cron", "--install", "--action", "move")
    assert len(machine.table.read_text().splitlines()) == 2


def test_a_crontab_that_cannot_be_read_is_not_replaced(machine: Machine) -> None:
    machine.table.write_text("0 1 * * * backup\n")
    (machine.bin / "denied").touch()
    error = machine.schedule("--with", "cron", "--install", "--action", "move", code=2).stderr
    assert error == "Error: crontab -l: crontab: you are not allowed\n"
    assert machine.table.read_text() == "0 1 * * * backup\n"


def test_systemd_is_given_units_that_it_takes(machine: Machine, tmp_path: Path) -> None:
    arguments = ("--with", "systemd", "--action", "symlink", "--exclude", '100% $x "q" \\')
    machine.schedule(*arguments, "--install")
    name = machine.calls.read_text().split()[-1].removesuffix(".timer")
    assert machine.calls.read_text() == (
        f"systemctl --user daemon-reload\nsystemctl --user enable --now {name}.timer\n"
    )
    units = sorted((machine.library.home / ".config" / "systemd" / "user").iterdir())
    assert [unit.name for unit in units] == [f"{name}.service", f"{name}.timer"]
    assert r'--exclude "100%% $$x \"q\" \\" --quiet' in units[0].read_text()
    verify(units, tmp_path)
    machine.schedule(*arguments, "--install", "--at", "23:59")
    assert "OnCalendar=*-*-* 23:59:00" in units[1].read_text()
    assert name in machine.schedule("--with", "systemd", "--remove").stdout
    assert not any(unit.exists() for unit in units)
    assert "no job" in machine.schedule("--with", "systemd", "--remove").stdout


@pytest.mark.parametrize("scheduler", ["cron", "systemd", "launchd"])
def test_a_job_is_removed_from_whichever_scheduler_has_it(machine: Machine, scheduler: str) -> None:
    machine.schedule("--with", scheduler, "--install", "--action", "symlink")
    machine.schedule("--remove")
    files = (".timer", ".service", ".plist")
    assert not [path for path in machine.library.home.rglob("*") if path.suffix in files]
    assert not machine.table.exists() or not machine.table.read_text()
    told = machine.schedule("--remove").stdout
    assert told == f"systemd, launchd, cron: no job of albumsort for {machine.library.photos}\n"


def test_a_job_with_another_scheduler_takes_the_place_of_the_earlier_one(machine: Machine) -> None:
    arguments = ("--install", "--action", "symlink")
    units = machine.library.home / ".config" / "systemd" / "user"
    machine.schedule("--with", "systemd", *arguments)
    told = machine.schedule("--with", "cron", *arguments).stdout
    assert "Stopped and deleted:" in told
    assert not any(units.iterdir())
    assert machine.table.read_text().count(" scan ") == 1
    told = machine.schedule("--with", "systemd", *arguments).stdout
    assert f"Taken out of your crontab: the job for {machine.library.photos}." in told
    assert machine.table.read_text() == ""
    assert len(list(units.iterdir())) == 2


def test_who_may_not_use_cron_can_have_another_scheduler(machine: Machine) -> None:
    (machine.bin / "denied").touch()
    machine.schedule("--with", "systemd", "--install", "--action", "symlink")
    assert "not allowed" in machine.schedule("--remove", code=2).stderr
    assert not any((machine.library.home / ".config" / "systemd" / "user").iterdir())


def verify(units: list[Path], runtime: Path) -> None:
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze is not there")
    runtime.chmod(0o700)
    command = ["systemd-analyze", "--user", "verify", *map(str, units)]
    environment = os.environ | {"XDG_RUNTIME_DIR": str(runtime), "HOME": str(runtime)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("scheduler", "place"), [("systemd", ".config/systemd/user"), ("launchd", "Library/LaunchAgents")]
)
def test_a_file_of_somebody_else_is_left_as_it_is(machine: Machine, scheduler: str, place: str) -> None:
    arguments = ("--with", scheduler, "--action", "symlink", "--install")
    machine.schedule(*arguments)
    folder = machine.library.home / place
    for path in folder.iterdir():
        path.write_text("mine")
    assert "albumsort has not written this" in machine.schedule(*arguments, code=2).stderr
    assert "albumsort has not written this" in machine.schedule("--with", scheduler, "--remove", code=2).stderr
    assert {path.read_text() for path in folder.iterdir()} == {"mine"}


def test_launchd_is_given_an_agent(machine: Machine) -> None:
    told = machine.schedule("--with", "launchd", "--action", "symlink", "--at", "4:05").stdout
    agent = plistlib.loads(told.encode())
    scan = [ALBUMSORT, "scan", str(machine.library.photos), "--action", "symlink", "--quiet"]
    assert agent["ProgramArguments"][-6:] == scan
    assert agent["StartCalendarInterval"] == {"Hour": 4, "Minute": 5}
    machine.schedule("--with", "launchd", "--action", "symlink", "--install")
    path = machine.library.home / "Library" / "LaunchAgents" / f"{agent['Label']}.plist"
    assert plistlib.loads(path.read_bytes())["Label"] == agent["Label"]
    assert f"launchctl bootstrap gui/{os.getuid()} {path}\n" in machine.calls.read_text()
    machine.schedule("--with", "launchd", "--remove")
    assert not path.exists()
