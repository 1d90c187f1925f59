"""Jobs as cron, systemd and launchd read them: whatever is in a name, the same arguments arrive."""

from __future__ import annotations

import plistlib
import re
import shlex
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from albumsort.errors import AlbumsortError
from albumsort.schedule.cron import Cron, _without
from albumsort.schedule.job import Job
from albumsort.schedule.launchd import Launchd
from albumsort.schedule.systemd import Systemd, _quoted

JOB = Job("/home/me/Photos", ["/usr/bin/albumsort", "scan", "/home/me/Photos", "--action", "symlink"], 3, 5)
NAMES = st.text(st.characters(blacklist_categories=("C", "Zl", "Zp"), blacklist_characters="\\\0")).filter(
    str.isprintable
)


@given(NAMES)
def test_cron_hands_the_same_arguments_to_the_shell(name: str) -> None:
    job = replace(JOB, command=[*JOB.command, "--exclude", name])
    mark, line = Cron().text(job).splitlines()
    assert mark == "# albumsort schedule: /home/me/Photos"
    times, command = line[:10], line[10:]
    assert times == "5 3 * * * "
    assert not re.search(r"(?<!\\)%", command)
    assert shlex.split(command.replace(r"\%", "%")) == job.command


@pytest.mark.parametrize("name", ["a\nb", "a\\b", "a\rb", "x" * 900])
def test_what_cron_cannot_hold_is_refused(name: str) -> None:
    with pytest.raises(AlbumsortError):
        Cron().text(replace(JOB, command=[*JOB.command, name]))


@given(
    st.lists(
        st.sampled_from(["# mine\n", "0 1 * * * backup scan /home/me/Photos x\n", "\n", "A=b\n", "\u5929\udcff\n"])
    )
)
def test_other_lines_of_a_crontab_stay_as_they_are(lines: list[str]) -> None:
    mine = "".join(lines)
    assert _without(mine, JOB.library) == mine
    assert _without(mine + Cron().text(JOB) + mine, JOB.library) == mine + mine


@pytest.mark.parametrize("name", ["a\x0bb", "a\x0cb", "a\x1cb", "a\x85b", "a\u2028b", "a\udce4b", "100% b"])
def test_the_job_of_any_library_is_found_again(name: str) -> None:
    library = f"/home/me/{name}"
    text = Cron().text(Job(library, ["albumsort", "scan", library, "--quiet"], 3, 5))
    assert _without(text, library) == ""


def test_a_job_that_the_user_took_out_by_hand_takes_no_other_line_with_it() -> None:
    mark = Cron().text(JOB).splitlines()[0]
    assert _without(f"{mark}\n0 1 * * * backup\n", JOB.library) == "0 1 * * * backup\n"


@pytest.mark.parametrize(
    ("argument", "quoted"),
    [
        ("/home/me/Photos", "/home/me/Photos"),
        ("100%", "100%%"),
        ("$HOME", "$$HOME"),
        ("a b", '"a b"'),
        ('say "hi"', r'"say \"hi\""'),
        (r"a\b", r'"a\\b"'),
        ("it's", '"it\'s"'),
        (";", '";"'),
        ("", '""'),
        ("滑雪", '"滑雪"'),
    ],
)
def test_systemd_is_given_each_argument_whole(argument: str, quoted: str) -> None:
    assert _quoted(argument) == quoted


@given(NAMES)
def test_launchd_reads_the_same_arguments(name: str) -> None:
    job = replace(JOB, command=[*JOB.command, name])
    agent = plistlib.loads(Launchd().text(job).encode())
    assert agent["ProgramArguments"] == job.command
    assert agent["StartCalendarInterval"] == {"Hour": 3, "Minute": 5}


@pytest.mark.parametrize("scheduler", [Systemd(), Launchd()])
@pytest.mark.parametrize("name", ["a\nb", "a\udcffb", "\x1b"])
def test_what_a_text_file_cannot_hold_is_refused(scheduler: Systemd | Launchd, name: str) -> None:
    with pytest.raises(AlbumsortError, match="rename it, or, if it has no line break, use --with cron"):
        scheduler.text(replace(JOB, command=[*JOB.command, name]))
