"""Who may ask the web app for what: only a page of its own, in a browser that was sent to it by its name.

Web pages from anywhere can make a browser ask a server on the same machine. They cannot make it send another ``Host``
than the name that they use, nor hide their ``Origin``, nor read the token of a page that is not theirs.
https://owasp.org/www-community/attacks/csrf, https://developer.mozilla.org/docs/Web/HTTP/Headers/Origin
"""

from __future__ import annotations

import ipaddress
import re
import secrets
import socket
from collections.abc import Callable
from hmac import compare_digest
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, Response, abort, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from albumsort.messages import gettext as _

CSRF_HEADER = "X-CSRF-Token"

_HOST = re.compile(r"(?P<name>\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:[0-9]{1,5})?", re.ASCII)
_READ_ONLY = ("GET", "HEAD", "OPTIONS")
_CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _CONTENT_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


View = TypeVar("View", bound=Callable[..., Any])
_harmless: set[Callable[..., Any]] = set()


def changes_nothing(view: View) -> View:
    """Marks a view that takes POST requests of programs, which know no token, since nothing is changed by them."""
    _harmless.add(view)
    return view


class Guard:
    """Refuses requests of others. ``token`` is what a browser has to show once, "" where only this machine can ask.

    ``csrf`` is what each request that changes something has to send in the header ``X-CSRF-Token``; only pages of the
    app know it.
    """

    def __init__(self, token: str) -> None:
        self.token = token
        self.csrf = secrets.token_urlsafe(32)

    def protect(self, app: Flask) -> None:
        """Look at each request to ``app`` first, and send the browser its rules with each answer."""
        app.before_request(lambda: self._check(app))
        app.after_request(_with_rules)

    def _check(self, app: Flask) -> AnyResponse | None:
        host = request.headers.get("Host", "")
        if not is_own_name(host, is_open=bool(self.token)):
            text = _("the address {host} is not one of this server; open it by the address that it printed")
            abort(403, text.format(host=host[:100]))
        if _is_of_another_page():
            abort(403, _("this request comes from another web page"))
        if self.token and not self._is_known():
            return self._let_in()
        view = app.view_functions.get(request.endpoint or "")
        is_reading = request.method in _READ_ONLY or view in _harmless
        if not is_reading and not compare_digest(request.headers.get(CSRF_HEADER, "").encode(), self.csrf.encode()):
            abort(403, _("this page is older than the server; load it again"))
        return None

    def _is_known(self) -> bool:
        bearer = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return any(
            compare_digest(own.encode(), self.token.encode()) for own in (request.cookies.get(_cookie(), ""), bearer)
        )

    def _let_in(self) -> AnyResponse:
        """A browser that shows the token gets a cookie, and the address without the token."""
        if request.method != "GET" or not compare_digest(request.args.get("token", "").encode(), self.token.encode()):
            abort(401, _("open the address that the server printed, with its token"))
        answer = redirect("/")
        answer.set_cookie(_cookie(), self.token, httponly=True, samesite="Strict")
        return answer


def _cookie() -> str:
    """The name of the cookie: browsers send one host's to all of its ports, where other servers may be."""
    return f"albumsort-{urlsplit(request.host_url).port or 80}"


def is_own_name(host: str, *, is_open: bool) -> bool:
    """Whether the ``Host`` of a request names this machine in a way that no other web site can have.

    Where the server ``is_open`` to others, any address in digits does: a site that lies about where its name leads to
    has a name.
    """
    match = _HOST.fullmatch(host.lower())
    name = match["name"].strip("[]") if match else ""
    if name in ("localhost", "127.0.0.1", "::1"):
        return True
    own = socket.gethostname().lower()
    return is_open and (name in (own, f"{own}.local") or _is_address(name))


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _is_of_another_page() -> bool:
    origin = request.headers.get("Origin")
    if origin is not None:
        return origin != f"{request.scheme}://{request.host}"
    return request.method not in _READ_ONLY and request.headers.get("Sec-Fetch-Site", "none") not in (
        "none",
        "same-origin",
    )


def _with_rules(answer: Response) -> Response:
    answer.headers.extend({name: text for name, text in _HEADERS.items() if name not in answer.headers})
    answer.headers.setdefault("Cache-Control", "no-store")
    return answer
