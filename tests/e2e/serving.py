"""The web app on a library, as `albumsort serve` has it in a process of its own."""

from __future__ import annotations

import json
import re
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.e2e.conftest import ALBUMSORT, Library, copy_library, save


@dataclass
class Server:
    """A server at ``address``, such as ``http://127.0.0.1:41234/``; ``process`` is what runs it."""

    address: str
    process: subprocess.Popen[str]

    def ask(
        self, method: str, path: str, body: bytes | None = None, **headers: str
    ) -> tuple[int, dict[str, str], bytes]:
        """The status, headers and body of one answer; ``_`` in a header's name stands for a dash."""
        connection = HTTPConnection(urlsplit(self.address).netloc, timeout=60)
        try:
            connection.request(method, path, body, {name.replace("_", "-"): text for name, text in headers.items()})
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()
        finally:
            connection.close()

    def predict(self, picture: bytes, name: str = "photo.jpg", **headers: str) -> tuple[int, Any]:
        """The status, and the JSON, of ``POST /predict`` of a picture."""
        body, content_type = form(picture, name)
        status, _, answer = self.ask("POST", "/predict", body, Content_Type=content_type, **headers)
        return status, json.loads(answer)


def form(data: bytes, name: str, field: str = "file") -> tuple[bytes, str]:
    """A file as browsers send it, and the content type of that."""
    head = f'--edge\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\n\r\n'
    return head.encode() + data + b"\r\n--edge--\r\n", "multipart/form-data; boundary=edge"


MARKUP = "<img src=x onerror=document.title='run'>&amp;.jpg"


@pytest.fixture(scope="session")
def lasting(recognised: Library, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of a library with odd names, for tests that change nothing."""
    library = copy_library(recognised, tmp_path_factory.mktemp("lasting") / "home")
    save("rocket.jpg", library.photos / MARKUP, format="JPEG")
    with serving(library) as server:
        yield server


@pytest.fixture(scope="session")
def chinese(recognised: Library, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that was started on a terminal in Chinese, for tests that change nothing."""
    with serving(copy_library(recognised, tmp_path_factory.mktemp("chinese") / "home"), LANG="zh_CN.UTF-8") as server:
        yield server


@contextmanager
def serving(
    library: Library, *options: str, command: Sequence[str] = (ALBUMSORT,), **environment: str
) -> Iterator[Server]:
    """The server of a library, until the block ends; then it has to end well."""
    process = subprocess.Popen(
        [*command, "serve", str(library.photos), "--state", str(library.state), "--port", "0", *options],
        env=library.environment | environment,
        cwd=library.home,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    assert process.stderr
    try:
        line = process.stdout.readline()
        address = re.search(r"http://\S+", line)
        assert address, line + process.stderr.read()
        yield Server(address[0], process)
    finally:
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    assert "Traceback" not in errors, errors
    assert process.returncode == 0, errors
