"""The server: where it listens, and what it holds for as long as it runs."""

from __future__ import annotations

import ipaddress
import json
import logging
import secrets
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial

from waitress.channel import HTTPChannel
from waitress.server import create_server
from waitress.task import ErrorTask

from albumsort.errors import AlbumsortError
from albumsort.labels.parse import load_table
from albumsort.messages import gettext as _
from albumsort.pipeline.language import library_language, locale_language
from albumsort.pipeline.once import once
from albumsort.pipeline.recognise import processors
from albumsort.pipeline.recogniser import Recogniser
from albumsort.pipeline.scan_options import ScanOptions
from albumsort.plan.columns import printable
from albumsort.web.app import LARGEST_UPLOAD, create_app
from albumsort.web.guard import Guard
from albumsort.web.live import LiveLibrary

_AT_ONCE = 1 << 18
"""Bytes taken from a connection at once: with the usual 8 KB a photo of 4 MB is 500 turns of one loop for all."""
_CONNECTIONS, _IN_MEMORY = 50, 8 << 20
"""Connections at one time, and bytes of a request that are held in memory; what is larger waits in a file without a
name, so that uploads of somebody whom the app will refuse cannot fill the memory."""
_BESIDE = 4
"""Threads for what needs no processor: pages and thumbnails, while others recognise."""


def listen(options: ScanOptions, host: str, port: int, *, say: Callable[[str], None]) -> None:
    """Serve the library of these options until the process is interrupted; ``port`` 0 takes a free one.

    Raises AlbumsortError where the address cannot be listened at, or the options are wrong.
    """
    with _socket(host, port) as listening:
        is_open = not ipaddress.ip_address(listening.getsockname()[0]).is_loopback
        guard = Guard(secrets.token_urlsafe(24) if is_open else "")
        recogniser = once(partial(Recogniser.of_library, options, say=say))
        language = options.lang or library_language(options.state_folder()) or locale_language()
        library = LiveLibrary(options)
        app = create_app(guard, library, recogniser, load_table(options.labels), language)
        server = create_server(
            app,
            sockets=[listening],
            threads=processors() + _BESIDE,
            ident="albumsort",
            max_request_body_size=LARGEST_UPLOAD,
            inbuf_overflow=_IN_MEMORY,
            connection_limit=_CONNECTIONS,
            recv_bytes=_AT_ONCE,
        )
        server.channel_class = _Channel
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # that a request waits a moment is no news
        address = _address(listening) + (f"?token={guard.token}" if is_open else "")
        try:
            with suppress(KeyboardInterrupt):
                say(_("{photos} is shown at {address}").format(photos=printable(options.photos[0]), address=address))
                say(_("Ctrl-C ends it."))
                threading.Thread(target=partial(_load, recogniser), daemon=True).start()
                library.look()
                server.run()  # which returns when it is interrupted
        finally:
            library.jobs.end()


class _Refusal(ErrorTask):  # type: ignore[misc]  # waitress has no types
    """What the server itself refuses, before the app has seen it, as JSON like all that is refused."""

    def execute(self) -> None:
        error = self.request.error
        body = json.dumps({"error": f"{error.reason}: {error.body}"}).encode()
        self.status = f"{error.code} {error.reason}"
        self.response_headers.append(("Content-Type", "application/json"))
        self.set_close_on_finish()
        self.content_length = len(body)
        self.write(body)


class _Channel(HTTPChannel):  # type: ignore[misc]
    error_task_class = _Refusal


def _socket(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _name, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listening = socket.socket(family, kind, protocol)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        message = _("--host {host} --port {port}: this cannot be listened at: {reason}; choose another port or host")
        raise AlbumsortError(message.format(host=host, port=port, reason=reason)) from error
    return listening


def _address(listening: socket.socket) -> str:
    """Where a browser finds the server."""
    host, port = listening.getsockname()[:2]
    if ipaddress.ip_address(host).is_unspecified:
        host = _address_of_this_machine()
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


def _address_of_this_machine() -> str:
    """The one that other machines see: nothing is sent to choose it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking, suppress(OSError):
        asking.connect(("192.0.2.1", 9))  # RFC 5737: an address of nobody
        return str(asking.getsockname()[0])
    return socket.gethostname()


def _load(recogniser: Callable[[], Recogniser]) -> None:
    """Have the network ready when the first picture comes; what is wrong with it, that picture's answer says."""
    with suppress(AlbumsortError):
        recogniser()
