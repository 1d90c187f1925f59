"""Who may ask the web app: pages of its own only, by an address of its own."""

from __future__ import annotations

import re
import socket

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from albumsort.web.guard import CSRF_HEADER, Guard, changes_nothing, is_own_name

ME = "127.0.0.1:8344"


def client_of(guard: Guard) -> FlaskClient:
    app = Flask("test")
    guard.protect(app)

    @app.get("/")
    def page() -> str:
        return "page"

    @app.post("/change")
    def change() -> str:
        return "changed"

    @app.post("/ask")
    @changes_nothing
    def ask() -> str:
        return "answer"

    return app.test_client()


@pytest.fixture
def guard() -> Guard:
    return Guard("")


@pytest.fixture
def client(guard: Guard) -> FlaskClient:
    return client_of(guard)


@pytest.mark.parametrize("host", [ME, "localhost:8344", "LOCALHOST", "[::1]:8344"])
def test_a_page_is_shown_by_the_names_of_this_machine(client: FlaskClient, host: str) -> None:
    assert client.get("/", headers={"Host": host}).text == "page"


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:8344",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "192.168.1.7:8344",
        "127.0.0.1@evil.example",
        "evil.example#127.0.0.1",
        "127.0.0.1:80:80",
        "[::1",
    ],
)
def test_a_name_that_leads_here_from_elsewhere_is_refused(client: FlaskClient, host: str) -> None:
    assert client.get("/", headers={"Host": host}).status_code in (400, 403)


@given(st.text(alphabet="localhost127.0.0.1:[]@#/evil ", min_size=1))
def test_no_name_but_the_few_is_an_own_one(host: str) -> None:
    if is_own_name(host, is_open=False):
        name = re.sub(":[0-9]+$", "", host)
        assert name in ("localhost", "127.0.0.1", "[::1]")


def test_a_server_for_others_has_addresses_in_digits_and_its_own_name() -> None:
    for host in ("192.168.1.7:8344", "[fe80::1]:8344", f"{socket.gethostname()}:8344", "localhost"):
        assert is_own_name(host, is_open=True)
    for host in ("evil.example", "192.168.1.7.evil.example"):
        assert not is_own_name(host, is_open=True)


def test_a_change_needs_the_token_of_the_page(client: FlaskClient, guard: Guard) -> None:
    assert client.post("/change", headers={"Host": ME}).status_code == 403
    assert client.post("/change", headers={"Host": ME, CSRF_HEADER: "no"}).status_code == 403
    assert client.post("/change", headers={"Host": ME, CSRF_HEADER: "né"}).status_code == 403
    assert client.post("/change", headers={"Host": ME, CSRF_HEADER: guard.csrf}).text == "changed"


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:9999", "https://127.0.0.1:8344"])
@pytest.mark.parametrize("path", ["/change", "/ask"])
def test_another_page_changes_and_asks_nothing(client: FlaskClient, guard: Guard, path: str, origin: str) -> None:
    headers = {"Host": ME, "Origin": origin, CSRF_HEADER: guard.csrf}
    assert client.post(path, headers=headers).status_code == 403


def test_a_form_of_another_page_without_an_origin_is_known_by_its_site(client: FlaskClient, guard: Guard) -> None:
    headers = {"Host": ME, CSRF_HEADER: guard.csrf}
    assert client.post("/ask", headers={**headers, "Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert client.post("/ask", headers={**headers, "Sec-Fetch-Site": "same-origin"}).text == "answer"


def test_a_program_asks_without_a_token(client: FlaskClient) -> None:
    assert client.post("/ask", headers={"Host": ME}).text == "answer"
    assert client.post("/ask", headers={"Host": ME, "Origin": f"http://{ME}"}).text == "answer"


def test_others_need_the_token_that_was_printed() -> None:
    client = client_of(Guard("secret"))
    there = {"Host": "192.168.1.7:8344"}
    assert client.get("/", headers=there).status_code == 401
    assert client.post("/ask", headers=there).status_code == 401
    assert client.get("/?token=wrong", headers=there).status_code == 401
    assert client.post("/ask?token=secret", headers=there).status_code == 401  # it is for addresses that one opens
    assert client.post("/ask", headers={**there, "Authorization": "Bearer secret"}).text == "answer"

    let_in = client.get("/?token=secret", headers=there)
    assert (let_in.status_code, let_in.headers["Location"]) == (302, "/")
    cookie = let_in.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert client.get("/", headers={**there, "Cookie": cookie.partition(";")[0]}).text == "page"


def test_every_answer_carries_the_rules_for_browsers(client: FlaskClient) -> None:
    for answer in (client.get("/", headers={"Host": ME}), client.get("/nothing", headers={"Host": ME})):
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cache-Control"] == "no-store"
