"""One file over HTTP, whole or not at all."""

from __future__ import annotations

import hashlib
import os
import re
import sys
import time
import urllib.error
import urllib.request
from contextlib import suppress
from http.client import HTTPException, HTTPResponse
from typing import BinaryIO

from albumsort import __version__
from albumsort.errors import AlbumsortError
from albumsort.messages import gettext as _
from albumsort.messages import gettext_noop, reason_of

STALL_SECONDS = 15.0
"""How long to wait for the server to say anything."""
LIMIT_SECONDS = 600.0
"""How long a whole download may take."""

_CHUNK = 1 << 18
SYSTEM_ERRORS = (
    gettext_noop("Connection refused"),
    gettext_noop("Connection reset by peer"),
    gettext_noop("Connection timed out"),
    gettext_noop("Name or service not known"),
    gettext_noop("Network is unreachable"),
    gettext_noop("No route to host"),
    gettext_noop("Temporary failure in name resolution"),
)
"""What glibc says of the errors that a network has."""


class DownloadError(AlbumsortError):
    """A file could not be downloaded; the message names the address and why."""


def hash_prefix(name: str) -> str:
    """The hex digits that the SHA-256 of a file begins with, by its name (torch hub's ``NAME-HEX.pth``); "" if none."""
    found = re.search(r"-([0-9a-f]{8,})\.\w+$", name)
    return found.group(1) if found else ""


def download(url: str, path: str, *, stall: float = STALL_SECONDS, limit: float = LIMIT_SECONDS) -> str:
    """Download ``url`` to ``path``, which appears only once it is whole, and return its SHA-256 in hex.

    The digest must begin with the digits in the name of ``url`` (see ``hash_prefix``). Proxies are taken from the
    environment. ``stall`` and ``limit`` are in seconds. Raises DownloadError; nothing is left behind then.
    """
    part = f"{path}.{os.getpid()}.part"
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(part, "wb") as file:
            digest = _receive(url, file, stall, time.monotonic() + limit)
        if not digest.startswith(hash_prefix(url)):
            raise DownloadError(
                _("{url}: what came is not the file that its name promises (SHA-256 {digest}…)").format(
                    url=url, digest=digest[:16]
                )
            )
        os.replace(part, path)
    except (OSError, HTTPException, ValueError) as error:
        if isinstance(error, urllib.error.HTTPError):
            error.close()
        raise DownloadError(f"{url}: {_reason(error, stall)}") from error
    finally:
        with suppress(OSError):
            os.unlink(part)
    return digest


def _receive(url: str, file: BinaryIO, stall: float, deadline: float) -> str:
    """Write the body of ``url`` to ``file`` with a progress bar on a terminal; the SHA-256 in hex."""
    from tqdm import tqdm

    # The scheme is that of our own constants and of the server's redirects, and the hash is checked.
    request = urllib.request.Request(url, headers={"User-Agent": f"albumsort/{__version__}"})  # noqa: S310
    response: HTTPResponse
    with urllib.request.urlopen(request, timeout=stall) as response:  # noqa: S310
        expected = int(response.headers.get("Content-Length") or 0)
        digest, received = hashlib.sha256(), 0
        name = url.rpartition("/")[2]
        with tqdm(
            total=expected or None, desc=name, unit="B", unit_scale=True, leave=False, disable=not sys.stderr.isatty()
        ) as bar:
            # read1 returns what has come, so that a slow server cannot outlast the deadline within one chunk.
            while chunk := response.read1(_CHUNK):
                file.write(chunk)
                digest.update(chunk)
                received += len(chunk)
                bar.update(len(chunk))
                if time.monotonic() > deadline:
                    raise DownloadError(
                        _("{url}: too slow, given up after {received:,} bytes").format(url=url, received=received)
                    )
    if received < expected:
        raise DownloadError(
            _("{url}: broke off after {received:,} of {expected:,} bytes").format(
                url=url, received=received, expected=expected
            )
        )
    return digest.hexdigest()


def _reason(error: Exception, stall: float) -> str:
    cause = error.reason if isinstance(error, urllib.error.URLError) else error
    if isinstance(error, urllib.error.HTTPError):
        return _("the server says {code} {reason}").format(code=error.code, reason=error.reason)
    if isinstance(cause, TimeoutError):
        return _("no answer for {stall:g} seconds").format(stall=stall)
    return (reason_of(cause) if isinstance(cause, OSError) else str(cause)) or type(cause).__name__
