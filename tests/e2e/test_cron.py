"""A real cron daemon runs the nights of a library that grows: nobody is written to until something is wrong.

It takes the crontab of root and some minutes, so it runs only with ``--real-cron``.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from .conftest import Library, save

SENDMAIL = Path("/usr/sbin/sendmail")
"""Where cron looks for what sends mails."""


@pytest.fixture
def mails(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    """A cron daemon of this test's own, and the file that it sends mails to."""
    if not request.config.getoption("--real-cron"):
        pytest.skip("only with --real-cron")
    if os.geteuid() or not shutil.which("cron") or SENDMAIL.exists():
        pytest.skip("it takes root, a cron daemon, and a machine that sends no mails")
    if not subprocess.run(["crontab", "-l"], capture_output=True, check=False).returncode:
        pytest.skip("root has a crontab of its own")
    mails = tmp_path / "mails"
    SENDMAIL.write_text(f'#!/bin/sh\ncat >> "{mails}"\n')
    SENDMAIL.chmod(0o755)
    daemon = subprocess.Popen(["cron", "-f"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield mails
    finally:
        daemon.terminate()
        daemon.wait()
        subprocess.run(["crontab", "-r"], check=False)
        SENDMAIL.unlink()


def night(library: Library, log: Path, arrives: Callable[[], object]) -> list[str]:
    """What arrives, then a night by cron in the next minute but one; returns what its log has of it."""
    arrives()
    before = log.read_text().splitlines() if log.exists() else []
    at = datetime.now() + timedelta(seconds=75)
    library.run("schedule", library.photos, "--with", "cron", "--install", "--action", "symlink", "--at", f"{at:%H:%M}")
    until = time.monotonic() + 180
    while time.monotonic() < until:
        lines = (log.read_text().splitlines() if log.exists() else [])[len(before) :]
        if lines and "exit code" in lines[-1]:
            time.sleep(2)  # for the mail, which cron sends when the job has ended
            return lines
        time.sleep(1)
    raise AssertionError("cron has not run the scan")


def test_cron_sorts_what_arrives_and_writes_only_when_something_is_wrong(
    library: Library, mails: Path, tmp_path: Path
) -> None:
    photos = library.home / "100% 'mine'"
    library.photos.rename(photos)
    library = Library(library.home)
    Library.photos = property(lambda self: photos)  # type: ignore[assignment, method-assign, misc]
    log = library.home / "night.log"
    (photos / "albumsort.toml").write_text('layout = "category"\nto = "../Albums"\nlog = "../night.log"\n')
    albums = library.home / "Albums"

    first = night(library, log, lambda: None)
    assert "linked into" in "\n".join(first)
    assert (albums / "Pets" / "2023" / "cat.jpg").is_symlink()
    second = night(library, log, lambda: save("coffee.png", photos / "new.jpg", datetime(2024, 2, 3), quality=60))
    assert (albums / "Food and drink" / "2024" / "new.jpg").is_symlink()
    assert "1 of them new, 1 linked into 1 album" in "\n".join(second)
    third = night(library, log, lambda: save("rocket.jpg", photos / "later.jpg", datetime(2024, 3, 3), quality=60))
    assert "1 of them new, 1 linked into 1 album" in "\n".join(third)
    assert not mails.exists()

    def forget_the_quotes() -> None:
        (photos / "albumsort.toml").write_text('layout = "evnet"\nto = "../Albums"\nlog = "../night.log"\n')

    fourth = night(library, log, forget_the_quotes)
    assert fourth[-1].endswith("ended with exit code 2")
    mail = mails.read_text()
    assert "Subject: Cron <root@" in mail
    assert f"Error: {photos}/albumsort.toml: layout 'evnet': no layout has this name" in mail
