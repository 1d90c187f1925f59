"""Opening a photo once: its hash, its format, its EXIF and its bytes for the decoder come from one read."""

from __future__ import annotations

import io
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

from albumsort.errors import PictureError
from albumsort.hashing import sha256_of
from albumsort.library.exif import read_exif
from albumsort.library.formats import HEAD_SIZE, sniff
from albumsort.records import Metadata, Stamp

IN_MEMORY = 64 * 1024 * 1024
"""Up to this many bytes a file is held in memory; a larger one is read again from the disk by its decoder."""

BEGINNING = 1024 * 1024
"""How many bytes ``beginning`` reads at most."""

# O_NONBLOCK: a pipe put in the place of a photo since the walk must not hang the run. O_BINARY is Windows'.
_FLAGS = os.O_RDONLY
for _flag in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY"):
    _FLAGS |= getattr(os, _flag, 0)


@dataclass(frozen=True, slots=True)
class Opened:
    """An open photo. ``content`` is the SHA-256 in hex and ``format`` as ``formats.sniff`` says it.

    Both are "" for what is no picture, of which only the beginning is read: it may be a disk image of many gigabytes.
    """

    path: str
    stamp: Stamp
    content: str
    format: str
    metadata: Metadata
    stream: BinaryIO


@contextmanager
def open_photo(path: str) -> Iterator[Opened]:
    """Open, hash and sniff a file and read its EXIF; ``stream`` is seekable and at 0, and closed on leaving.

    Raises OSError for what cannot be opened, PictureError for what is no regular file or changed while it was read.
    """
    with os.fdopen(os.open(path, _FLAGS), "rb", buffering=0) as raw:
        before = os.fstat(raw.fileno())
        if not stat.S_ISREG(before.st_mode):
            raise PictureError("not a regular file")
        picture_format = sniff(raw.read(HEAD_SIZE))
        raw.seek(0)
        if not picture_format:
            yield Opened(path, Stamp.of(before), "", "", Metadata(), io.BytesIO())
            return
        in_memory = before.st_size <= IN_MEMORY
        stream: BinaryIO = io.BytesIO(raw.readall()) if in_memory else io.BufferedReader(raw)
        content = sha256_of(stream)
        after = os.fstat(raw.fileno())
        if (after.st_size, after.st_mtime_ns) != (before.st_size, before.st_mtime_ns):
            raise PictureError("changed while it was read; it is taken up on the next run")
        stream.seek(0)
        metadata = read_exif(stream, picture_format)
        stream.seek(0)
        yield Opened(path, Stamp.of(after), content, picture_format, metadata, stream)


def beginning(path: str) -> bytes:
    """The first bytes of a sidecar, at most ``BEGINNING``. Raises OSError for what cannot be opened or is no file."""
    with os.fdopen(os.open(path, _FLAGS), "rb", buffering=0) as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError("not a regular file")
        return file.read(BEGINNING)
