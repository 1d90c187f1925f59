"""Where a library's state lies, and the lock that keeps two runs apart."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from albumsort.errors import AlbumsortError, LibraryBusyError


def state_folder(library: str) -> Path:
    """The state folder of the library whose first directory this is: its name and a hash of its real path."""
    from platformdirs import user_state_path

    real = os.path.realpath(library)
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", os.path.basename(real)).strip("-.")[:40] or "library"
    digest = hashlib.sha256(os.fsencode(real)).hexdigest()[:12]
    return user_state_path("albumsort") / f"{name}-{digest}"


@contextmanager
def locked(state: Path) -> Iterator[None]:
    """Make the state folder and hold it. Raises :class:`LibraryBusyError` where another run holds it."""
    from filelock import FileLock, Timeout

    try:
        state.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = FileLock(state / "lock")
        lock.acquire(timeout=0)
    except Timeout as error:
        raise LibraryBusyError(
            f"{state}: another run of albumsort holds this library; wait until it is done"
        ) from error
    except OSError as error:
        raise AlbumsortError(
            f"{state}: the state folder cannot be used: {error.strerror}; name one that can be written with --state"
        ) from error
    try:
        yield
    finally:
        lock.release()
