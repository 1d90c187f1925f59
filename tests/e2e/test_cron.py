"""A real cron daemon runs the nights of a library that grows: nobody is written to until something is wrong.

It takes the crontab of root and some minutes, so it runs only with ``--real-cron``.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
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


def night(library: Library, photos: Path, log: Path, settings: str = "") -> list[str]:
    """A night by cron, in a minute or two; returns what the log has of it. ``settings`` are written in the evening."""
    before = log.read_text().splitlines() if log.exists() else []
    at = datetime.now() + timedelta(seconds=75)
    library.run("schedule", photos, "--with", "cron", "--install", "--action", "symlink", "--at", f"{at:%H:%M}")
    if settings:
        (photos / "albumsort.toml").write_text(settings)
    until = time.monotonic() + 180
    while time.monotonic() < until:
        lines = (log.read_text().splitlines() if log.exists() else [])[len(before) :]
        if lines and "exit code" in lines[-1]:
            time.sleep(2)  # for the mail, which cron sends when the job has ended
            return lines
        time.sleep(1)
    raise AssertionError("cron has not run the scan")


def test_cron_sorts_what_arrives_and_writes_only_when_something_is_wrong(library: Library, mails: Path) -> None:
    photos, albums, log = library.home / "100% 'mine'", library.home / "Albums", library.home / "night.log"
    library.photos.rename(photos)
    settings = 'layout = "category"\nmodel = "efficientnet-lite0"\nto = "../Albums"\nlog = "../night.log"\n'
    (photos / "albumsort.toml").write_text(settings)

    assert "linked into" in "\n".join(night(library, photos, log))
    assert (albums / "Pets" / "2023" / "cat.jpg").is_symlink()

    save("coffee.png", photos / "new.jpg", datetime(2024, 2, 3), quality=60)
    assert "1 of them new, 1 linked into 1 album" in "\n".join(night(library, photos, log))
    assert (albums / "Food and drink" / "2024" / "new.jpg").is_symlink()

    save("rocket.jpg", photos / "later.jpg", datetime(2024, 3, 3), quality=60)
    assert "1 of them new, 1 linked into 1 album" in "\n".join(night(library, photos, log))
    assert not mails.exists()

    assert night(library, photos, log, settings.replace("category", "catgory"))[-1].endswith("ended with exit code 2")
    mail = mails.read_text()
    assert "Subject: Cron <root@" in mail
    assert f"Error: {photos}/albumsort.toml: layout 'catgory': no layout has this name" in mail
