"""Files that only save time: checked when they are read, whole as soon as they are there, old ones removed."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile


def cache_folder() -> str:
    """The user's folder for such files, which may be deleted at any time; it need not be there."""
    import platformdirs

    return platformdirs.user_cache_dir("albumsort", appauthor=False)


def file_name(kind: str, suffix: str, *facts: object) -> str:
    """The name of a file that ``facts`` decide, for :func:`store`; ``kind`` is a word without a hyphen."""
    return f"{kind}-{hashlib.sha256(repr(facts).encode()).hexdigest()[:32]}{suffix}"


def load(path: str, layout: bytes) -> bytes | None:
    """What was stored with this layout; None where there is nothing, or it is damaged.

    The digest in the file tells damage, not malice.
    """
    try:
        with open(path, "rb") as file:
            header, payload = file.readline(len(layout) + 65), file.read()
    except OSError:
        return None
    return payload if header == header_of(payload, layout) else None


def store(payload: bytes, path: str, layout: bytes, *, kept: int) -> None:
    """Write a file, which appears only once it is whole, and remove all but the ``kept`` newest of its kind.

    Of its kind are those in the same folder whose names :func:`file_name` made with the same kind and suffix. Raises
    OSError.
    """
    folder, name = os.path.split(path)
    kind, suffix = name.partition("-")[0], os.path.splitext(name)[1]
    its_kind = re.compile(re.escape(kind) + "-[0-9a-f]{32}" + re.escape(suffix))
    os.makedirs(folder, mode=0o700, exist_ok=True)
    descriptor, part = tempfile.mkstemp(prefix=f"{kind}-", suffix=".part", dir=folder)
    try:
        with open(descriptor, "wb") as file:
            file.write(header_of(payload, layout))
            file.write(payload)
        os.replace(part, path)
    except BaseException:
        os.unlink(part)
        raise
    with os.scandir(folder) as entries:
        ours = [(entry.stat().st_mtime_ns, entry.path) for entry in entries if its_kind.fullmatch(entry.name)]
    for _, old in sorted(ours)[:-kept]:
        os.unlink(old)


def header_of(payload: bytes, layout: bytes) -> bytes:
    """The line that a file begins with: ``layout``, which ends in a space, and the SHA-256 of what follows."""
    return layout + hashlib.sha256(payload).hexdigest().encode() + b"\n"
