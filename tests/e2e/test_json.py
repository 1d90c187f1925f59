"""``--json``: one document a run, whatever comes of it."""

from __future__ import annotations

import base64
import csv
import json
import os
import signal
import subprocess
import time
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

from filelock import FileLock

from .conftest import ALBUMSORT, MODEL, Library

KEYS = [
    *("schema", "albumsort", "photos", "action", "dry_run", "begun", "ended", "exit_code", "error", "messages"),
    *("albums", "acted", "recognised", "unread", "counts", "by_album", "failed", "unreadable", "trouble"),
]


def parse(text: str) -> dict[str, Any]:
    """The one document that was printed, as a strict reader takes it."""
    assert text.isascii()
    assert text.count("\n") == 1
    document: dict[str, Any] = json.loads(text, parse_constant=lambda name: 1 / 0)
    json.dumps(document, ensure_ascii=False).encode()  # no half of a surrogate pair
    assert list(document) == KEYS
    assert datetime.fromisoformat(document["begun"]) <= datetime.fromisoformat(document["ended"])
    assert datetime.fromisoformat(document["begun"]).tzinfo
    return document


def scan(library: Library, *arguments: object, code: int = 0) -> dict[str, Any]:
    result = library.run("scan", library.photos, "--state", library.state, "--json", *arguments, code=code)
    document = parse(result.stdout)
    assert document["exit_code"] == code
    return document


def test_the_document_counts_what_the_report_has(library: Library) -> None:
    document = scan(library, "--action", "symlink", "--report", library.report)
    with open(library.report, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert document["schema"] == 1
    assert document["photos"] == [{"path": str(library.photos)}]
    assert document["albums"] == {"path": str(library.albums)}
    assert (document["action"], document["dry_run"], document["acted"]) == ("symlink", False, True)
    assert Counter(row["status"] for row in rows) == {name: n for name, n in document["counts"].items() if n}
    albums = Counter(row["album"] for row in rows if row["status"] == "done" and row["category"])
    assert {entry["album"]: entry["photos"] for entry in document["by_album"]} == albums
    broken = document["unreadable"]
    assert [entry["path"] for entry in broken] == [str(library.photos / "broken.jpg")]
    assert broken[0]["note"].startswith("cut off")
    assert (document["failed"], document["error"], document["trouble"], document["unread"]) == ([], None, None, 0)


def test_every_key_is_documented() -> None:
    text = (Path(__file__).parents[2] / "docs" / "json.md").read_text(encoding="utf-8")
    assert [key for key in KEYS if f"`{key}`" not in text] == []


def test_a_run_with_nothing_new_gives_the_document_of_a_full_one(library: Library) -> None:
    documents = [scan(library, "--action", "symlink") for _ in range(3)]
    looked = documents[2]
    (library.state / "no-news.json").unlink()
    full = scan(library, "--action", "symlink")
    assert looked | {"begun": "", "ended": ""} == full | {"begun": "", "ended": ""}
    assert looked["counts"]["done"] == looked["recognised"] == 0


def test_the_summary_is_not_printed_but_messages_are_for_people_and_the_log_too(library: Library) -> None:
    log = library.home / "night.log"
    scan(library, "--action", "symlink", "--lang", "zh")
    arguments = ("scan", library.photos, "--state", library.state, "--json", "--action", "symlink", "--lang", "en")
    result = library.run(*arguments, "--log", log)
    told = "Names are in English instead of 中文 from now on."
    assert result.stderr == f"{told}\n"
    assert parse(result.stdout)["messages"] == [{"level": "warning", "text": told}]
    assert f" WARNING {told}\n" in log.read_text(encoding="utf-8")


def test_a_run_that_ends_with_an_error_has_its_document(library: Library) -> None:
    document = scan(library, "--labels", "nowhere.yaml", code=2)
    assert document["error"].startswith("nowhere.yaml: cannot read the label table")
    assert document["counts"] is None
    with FileLock(library.state / "lock"):
        assert "another run" in scan(library, code=3)["error"]


def test_a_command_line_or_setting_that_is_wrong_has_its_document(library: Library) -> None:
    document = scan(library, "--jobs", "many", code=2)
    assert "'many' is not a valid whole number" in document["error"]
    assert document["photos"] is None
    (library.photos / "albumsort.toml").write_text("jobs = 0")
    assert "jobs: 0 is not in the range" in scan(library, code=2)["error"]


def test_what_could_not_be_placed_is_listed(library: Library, permissions_count: tuple[str, ...]) -> None:
    (library.photos / "2023").chmod(0o555)
    arguments = ("scan", library.photos, "--state", library.state, "--json", "--action", "move")
    result = library.run(*arguments, code=1, command=permissions_count)
    (library.photos / "2023").chmod(0o755)
    document = parse(result.stdout)
    names = [str(library.photos / "2023" / name) for name in ("cat.jpg", "coffee.jpg")]
    assert document["failed"] == [{"path": name, "note": "Permission denied"} for name in names]
    assert document["counts"]["failed"] == 2
    assert "2 photos could not be placed" in result.stderr


def test_a_name_that_is_not_utf8_has_its_bytes_beside_it(library: Library) -> None:
    name = os.fsdecode(b"bro\xffken.jpg")
    (library.photos / "broken.jpg").rename(library.photos / name)
    entry = scan(library)["unreadable"][0]
    assert entry["path"] == str(library.photos / "bro\ufffdken.jpg")
    assert base64.b64decode(entry["base64"]) == os.fsencode(library.photos / name)


def test_an_interrupted_run_has_its_document(crowd: Library, tmp_path: Path) -> None:
    command = [ALBUMSORT, "scan", str(crowd.photos), "--state", str(tmp_path / "state"), "--json", *MODEL]
    run = subprocess.Popen(command, env=crowd.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    while run.poll() is None and not (tmp_path / "state" / "catalog.sqlite").exists():
        time.sleep(0.01)
    run.send_signal(signal.SIGTERM)
    output, _ = run.communicate()
    document = parse(output)
    assert (run.returncode, document["exit_code"]) == (130, 130)
