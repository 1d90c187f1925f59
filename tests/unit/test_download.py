"""Downloads, from a real server on this machine."""

from __future__ import annotations

import hashlib
import os
import random
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from albumsort.vision.download import DownloadError, download, hash_prefix

BODY = random.Random(1).randbytes(600_000)  # the same in all processes that run tests
DIGEST = hashlib.sha256(BODY).hexdigest()


class _Handler(BaseHTTPRequestHandler):
    """Serves BODY; the name that is asked for says what goes wrong on the way."""

    released = threading.Event()

    def do_GET(self) -> None:
        if "absent" in self.path:
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(BODY)))
        self.end_headers()
        if "cut" in self.path:
            self.wfile.write(BODY[:1000])
        elif "stalls" in self.path:
            self.wfile.write(BODY[:1000])
            self.wfile.flush()
            self.released.wait(60)
        else:
            self.wfile.write(BODY)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[str]:
    """The address of a server whose requests end with the test."""
    _Handler.released.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as http:
        thread = threading.Thread(target=http.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{http.server_port}"
        _Handler.released.set()
        http.shutdown()
        thread.join()


def test_a_file_arrives_whole_in_a_new_folder(server: str, tmp_path: Path) -> None:
    path = tmp_path / "hub" / "checkpoints" / "net.pth"

    assert download(f"{server}/net-{DIGEST[:8]}.pth", str(path)) == DIGEST
    assert path.read_bytes() == BODY
    assert os.listdir(path.parent) == ["net.pth"]


def test_no_progress_is_drawn_where_there_is_no_terminal(
    server: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    download(f"{server}/net-{DIGEST[:8]}.pth", str(tmp_path / "net.pth"))

    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("net-00000000.pth", "not the file that its name promises"),
        (f"cut-{DIGEST[:8]}.pth", "broke off after 1,000 of 600,000 bytes"),
        ("absent.pth", "the server says 404 Not Found"),
        ("stalls.pth", "no answer for 0.2 seconds"),
    ],
)
def test_a_failed_download_says_why_and_leaves_the_old_file(
    server: str, tmp_path: Path, name: str, reason: str
) -> None:
    path = tmp_path / "net.pth"
    path.write_bytes(b"old")

    with pytest.raises(DownloadError, match=reason) as caught:
        download(f"{server}/{name}", str(path), stall=0.2)

    assert f"{server}/{name}" in str(caught.value)
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["net.pth"]


def test_a_download_over_the_time_limit_is_given_up(server: str, tmp_path: Path) -> None:
    with pytest.raises(DownloadError, match="too slow, given up after"):
        download(f"{server}/net.pth", str(tmp_path / "net.pth"), limit=0)
    assert os.listdir(tmp_path) == []


def test_no_server_at_all_is_told_in_words(tmp_path: Path) -> None:
    # The proxy of the tests (see conftest.py) is a port where nothing listens.
    with pytest.raises(DownloadError, match=r"^https://example\.org/net\.pth: Connection refused$"):
        download("https://example.org/net.pth", str(tmp_path / "net.pth"))


def test_a_folder_that_cannot_be_made_is_told(server: str, tmp_path: Path) -> None:
    (tmp_path / "hub").write_text("a file")

    with pytest.raises(DownloadError, match=r"File exists|Not a directory"):
        download(f"{server}/net.pth", str(tmp_path / "hub" / "net.pth"))


@pytest.mark.parametrize(
    ("name", "prefix"),
    [("resnet18-f37072fd.pth", "f37072fd"), ("resnet18-imagenet.pth", ""), ("weights.pth", ""), ("a-12.pth", "")],
)
def test_the_hash_prefix_is_read_from_the_name(name: str, prefix: str) -> None:
    assert hash_prefix(name) == prefix
