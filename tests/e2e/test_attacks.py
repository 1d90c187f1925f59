"""What others may try on the web app: each is refused with a short answer, and the server goes on."""

from __future__ import annotations

import json
import re
import socket
import struct
import zlib
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from albumsort.labels.parse import load_table
from albumsort.pipeline.scan_options import ScanOptions
from albumsort.web.app import LARGEST_UPLOAD, create_app
from albumsort.web.guard import CSRF_HEADER, Guard
from albumsort.web.live import LiveLibrary
from tests.e2e.conftest import Library, copy_library
from tests.e2e.serving import Server, form, lasting, serving

__all__ = ["lasting"]  # a fixture

CHANGING = (
    "/api/category",
    "/api/changes/undo",
    "/api/do",
    "/api/events/merge",
    "/api/events/rename",
    "/api/events/split",
    "/api/look",
    "/api/never",
    "/api/preview",
    "/api/stop",
    "/api/undo",
)
JSON = "application/json"


@pytest.fixture(autouse=True)
def _goes_on(lasting: Server) -> Iterator[None]:
    yield
    assert lasting.ask("GET", "/api/changes")[0] == 200


def connected(server: Server) -> socket.socket:
    where = urlsplit(server.address)
    assert where.hostname
    assert where.port
    return socket.create_connection((where.hostname, where.port), timeout=30)


def raw(server: Server, request: bytes) -> tuple[int, bytes]:
    """The status and all of the answer to these bytes, the server's closing of the connection included."""
    with connected(server) as connection:
        connection.sendall(request)
        answer = b""
        while part := connection.recv(65536):
            answer += part
    return int(answer.split()[1]), answer


def host_of(server: Server) -> bytes:
    return urlsplit(server.address).netloc.encode()


def token_of(server: Server) -> str:
    """What only a page of the app can read."""
    page = server.ask("GET", "/")[2].decode()
    return re.split('name="csrf" content="([^"]+)"', page)[1]


def refused(answer: tuple[int, dict[str, str], bytes], *codes: int) -> str:
    """The words of an answer that has to be a short refusal with one of these codes."""
    status, headers, body = answer
    assert status in codes, body[:500]
    assert headers["Content-Type"] == JSON
    assert len(body) < 500
    return str(json.loads(body)["error"])


def png(width: int, height: int, *chunks: tuple[bytes, bytes], rows: int) -> bytes:
    """A PNG file of black and white that says it has this size, and so many rows of it."""
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    pixels = zlib.compress(bytes((width + 7) // 8 + 1) * rows)
    parts = [(b"IHDR", head), *chunks, (b"IDAT", pixels), (b"IEND", b"")]
    told = [
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(told)


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "192.168.1.7", ""])
@pytest.mark.parametrize("path", ["/", "/api/changes", "/photos/1", "/openapi.yaml"])
def test_a_name_of_another_site_that_leads_here_shows_nothing(lasting: Server, host: str, path: str) -> None:
    assert "address" in refused(lasting.ask("GET", path, Host=host), 403)


def test_two_names_in_one_request_are_no_way_around(lasting: Server) -> None:
    own = host_of(lasting)
    for hosts in ((own, b"evil.example"), (b"evil.example", own)):
        lines = b"".join(b"Host: " + host + b"\r\n" for host in hosts)
        status, _ = raw(lasting, b"GET / HTTP/1.1\r\n" + lines + b"Connection: close\r\n\r\n")
        assert status in (400, 403)
    absolute = b"GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"
    assert raw(lasting, absolute)[0] == 403


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:1", "https://127.0.0.1"])
def test_another_page_changes_and_asks_nothing(lasting: Server, origin: str) -> None:
    token = {CSRF_HEADER.replace("-", "_"): token_of(lasting)}
    for path in (*CHANGING, "/predict"):
        assert "another web page" in refused(lasting.ask("POST", path, b"{}", Origin=origin, **token), 403)
    assert "another web page" in refused(lasting.ask("GET", "/api/changes", Origin=origin), 403)


def test_the_list_of_what_changes_something_is_whole(tmp_path: Path) -> None:
    library = LiveLibrary(ScanOptions(photos=(str(tmp_path),), state=str(tmp_path / "state")))
    app = create_app(Guard(""), library, lambda: pytest.fail("nothing is recognised"), load_table(None), "en")
    methods = {rule.rule: rule.methods or set() for rule in app.url_map.iter_rules()}
    assert {path for path, allowed in methods.items() if "POST" in allowed} == {*CHANGING, "/predict"}
    assert all(allowed <= {"GET", "HEAD", "OPTIONS", "POST"} for allowed in methods.values())


@pytest.mark.parametrize("path", CHANGING)
def test_nothing_is_changed_without_the_token_of_the_page(lasting: Server, path: str) -> None:
    for headers in ({}, {"X_CSRF_Token": "wrong"}, {"X_CSRF_Token": ""}, {"X_CSRF_Token": "é"}):
        assert "load it again" in refused(lasting.ask("POST", path, b"{}", Content_Type=JSON, **headers), 403)
    cookie = f"X-CSRF-Token={token_of(lasting)}"
    assert "load it again" in refused(lasting.ask("POST", path, b"{}", Content_Type=JSON, Cookie=cookie), 403)


@pytest.mark.parametrize("path", CHANGING)
def test_a_change_is_asked_for_by_post_alone(lasting: Server, path: str) -> None:
    refused(lasting.ask("GET", path), 405)
    for method in ("PUT", "DELETE", "PATCH", "TRACE", "BREW", "post"):
        assert lasting.ask(method, path, b"{}", X_HTTP_Method_Override="POST")[0] in (400, 403, 405)
    assert lasting.ask("GET", path, X_HTTP_Method_Override="POST")[0] == 405


@pytest.mark.parametrize(
    "path",
    [
        "/thumbs/../../../../etc/passwd",
        "/thumbs/..%2f..%2f..%2fetc/passwd.jpg",
        "/thumbs/%2e%2e/%2e%2e/etc/passwd.jpg",
        "/thumbs/aa/%00.jpg",
        "/thumbs//etc/passwd.jpg",
        "/photos/../../../../etc/passwd",
        "/photos/..%2f..%2f..%2fetc%2fpasswd",
        "/photos/%2fetc%2fpasswd",
        "/photos/..%5c..%5cetc%5cpasswd",
        "/photos/-1",
        "/photos/0",
        "/photos/99999999999999999999999999",
        "/photos/1e1",
        "//etc/passwd",
        "/..%2f..%2fetc%2fpasswd",
        "/static/../serving.py",
        "/%ff%fe",
        "/app.py",
    ],
)
def test_no_path_leads_to_a_file(lasting: Server, path: str) -> None:
    status, _, body = lasting.ask("GET", path)
    assert status in (308, 400, 404)
    assert b"root:" not in body
    assert b"import" not in body


def test_an_upload_without_end_is_not_taken_in(lasting: Server) -> None:
    too_large = lasting.ask("POST", "/predict", b"", Content_Length=str(LARGEST_UPLOAD * 2))
    assert "max_body" in refused(too_large, 413)
    head = b"POST /predict HTTP/1.1\r\nHost: " + host_of(lasting) + b"\r\nTransfer-Encoding: chunked\r\n\r\n"
    with connected(lasting) as connection:
        connection.sendall(head)
        part, sent = b"100000\r\n" + bytes(1 << 20) + b"\r\n", 0
        try:
            while sent < LARGEST_UPLOAD * 2:
                connection.sendall(part)
                sent += len(part)
        except OSError:  # it was closed, with what came still unread
            pass
    assert LARGEST_UPLOAD / 2 < sent < LARGEST_UPLOAD * 1.5


def test_a_form_of_thousands_of_parts_is_not_taken_apart(lasting: Server) -> None:
    parts = b"".join(b'--edge\r\nContent-Disposition: form-data; name="%d"\r\n\r\nx\r\n' % one for one in range(5000))
    form_data = {"Content_Type": "multipart/form-data; boundary=edge"}
    refused(lasting.ask("POST", "/predict", parts + b"--edge--\r\n", **form_data), 413)
    heads = b"--edge\r\n" + b"X-Header: x\r\n" * 20_000 + b"\r\nx\r\n--edge--\r\n"
    refused(lasting.ask("POST", "/predict", heads, **form_data), 400, 413)
    refused(
        lasting.ask("POST", "/predict", b"x" * 100_000, Content_Type="multipart/form-data; boundary=" + "x" * 9000), 400
    )


@pytest.mark.parametrize(
    "picture",
    [
        pytest.param(png(30_000, 30_000, rows=1), id="900 megapixels that are said"),
        pytest.param(png(30_000, 30_000, rows=30_000), id="900 megapixels in 100 KB"),
        pytest.param(png(2**31 - 1, 2**31 - 1, rows=0), id="the largest PNG"),
        pytest.param(
            png(8, 8, (b"zTXt", b"x\0\0" + zlib.compress(bytes(1 << 27))), rows=8), id="128 MB of text in 130 KB"
        ),
        pytest.param(
            png(8, 8, (b"iCCP", b"x\0\0" + zlib.compress(bytes(1 << 27))), rows=8), id="128 MB of colours in 130 KB"
        ),
    ],
)
def test_a_picture_that_blows_up_is_refused_before_it_does(lasting: Server, picture: bytes) -> None:
    body, content_type = form(picture, "photo.png")
    refused(lasting.ask("POST", "/predict", body, Content_Type=content_type), 422)


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 100_000,
        b'{"photos":' * 50_000,
        b'{"photos": [' + b"9" * 5000 + b'], "category": "pets"}',
        b'{"photos": ["1"], "category": "pets"}',
        b'{"photos": [1], "category": "../../etc/passwd"}',
        b'{"photos": [1], "category": "a\\u0000b"}',
        b'{"photos": [1], "category": "\\ud800"}',
        b'{"photos": {"$gt": 0}, "category": "pets"}',
        b"\xff\xfe\x00",
        b"",
    ],
)
def test_what_is_not_as_it_should_be_is_refused_from_the_page_too(lasting: Server, body: bytes) -> None:
    headers = {"X_CSRF_Token": token_of(lasting), "Content_Type": JSON}
    refused(lasting.ask("POST", "/api/category", body, **headers), 400, 422)
    assert json.loads(lasting.ask("GET", "/api/changes")[2]) == {"changes": []}


@pytest.mark.parametrize("name", [b"\xff\xfe.jpg", b"a\0b.jpg", b"../../../etc/passwd", b"x" * 5000, b'a"; name="b'])
def test_the_name_of_an_upload_is_never_used(lasting: Server, name: bytes) -> None:
    body, content_type = form(b"no picture", "NAME")
    refused(lasting.ask("POST", "/predict", body.replace(b"NAME", name), Content_Type=content_type), 400, 422)


def test_nothing_that_is_sent_becomes_a_header(lasting: Server) -> None:
    for path in ("/%0d%0aX-Own:%20yes", "/api/changes?x=%0d%0aX-Own:%20yes", "/thumbs/aa/%0d%0aX-Own:yes.jpg"):
        assert "X-Own" not in lasting.ask("GET", path, Referer="x")[1]
    split = b"GET / HTTP/1.1\r\nHost: " + host_of(lasting) + b"\r\nX: a\nX-Own: b\r\nConnection: close\r\n\r\n"
    assert raw(lasting, split)[0] == 400
    long = b"GET / HTTP/1.1\r\nHost: " + host_of(lasting) + b"\r\nX: " + b"x" * 300_000 + b"\r\n\r\n"
    assert raw(lasting, long)[0] in (400, 431)


def test_a_request_hides_no_other_one(lasting: Server) -> None:
    hidden = b"POST /api/look HTTP/1.1\r\nHost: x\r\n\r\n"
    for lines in (
        b"Content-Length: 4\r\nTransfer-Encoding: chunked",
        b"Content-Length: 4\r\nContent-Length: 40",
        b"Transfer-Encoding: xchunked",
        b"Content-Length: +4",
    ):
        head = b"POST /predict HTTP/1.1\r\nHost: " + host_of(lasting) + b"\r\nConnection: close\r\n" + lines
        status, answer = raw(lasting, head + b"\r\n\r\n0\r\n\r\n" + hidden)
        assert status in (400, 501)
        assert answer.count(b"HTTP/1.1 ") == 1


def test_requests_that_never_end_hold_up_nobody(lasting: Server) -> None:
    begun = b"POST /predict HTTP/1.1\r\nHost: " + host_of(lasting) + b"\r\nContent-Length: 1000000\r\n\r\nx"
    with ExitStack() as stack:
        for number in range(40):
            connection = stack.enter_context(connected(lasting))
            connection.sendall(begun[: 20 if number % 2 else len(begun)])
        assert lasting.ask("GET", "/")[0] == 200


def test_others_are_let_in_by_the_token_that_was_printed(recognised: Library, tmp_path: Path) -> None:
    with serving(copy_library(recognised, tmp_path / "home"), "--host", "0.0.0.0") as server:
        where = urlsplit(server.address)
        token = where.query.removeprefix("token=")
        own = Server(f"http://127.0.0.1:{where.port}/", server.process)
        for path in ("/", "/?token=", "/?token=wrong", "/api/changes", f"/api/changes?tok={token}"):
            refused(own.ask("GET", path), 401)
        assert "token" in refused(own.ask("POST", f"/predict?token={token}"), 401)
        refused(own.ask("GET", f"/?token={token}", Host="evil.example"), 403)
        refused(own.ask("GET", "/", Cookie=f"albumsort={token}x"), 401)

        status, headers, _ = own.ask("GET", f"//evil.example/?token={token}")
        assert (status, headers["Location"]) == (302, "/")
        cookie = headers["Set-Cookie"].partition(";")[0]
        assert own.ask("GET", "/", Cookie=cookie)[0] == 200
        assert own.ask("GET", "/api/changes", Authorization=f"Bearer {token}")[0] == 200
        assert "load it again" in refused(own.ask("POST", "/api/look", b"{}", Cookie=cookie), 403)
