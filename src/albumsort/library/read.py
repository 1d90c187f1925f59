"""Opening a photo once: fingerprint, format, EXIF and pixels come from one read, and nothing else is read."""

from __future__ import annotations

import errno
import io
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

from albumsort.errors import PictureError
from albumsort.hashing import fingerprint_of, sha256_of
from albumsort.library.container import read_container
from albumsort.library.exif import read_exif
from albumsort.library.formats import COMPRESSED, HEAD_SIZE, Kind, sniff
from albumsort.library.genre import Sign, sign_in
from albumsort.messages import gettext as _
from albumsort.records import Metadata
from albumsort.stamps import Stamp

IN_MEMORY = 64 * 1024 * 1024
"""Up to this many bytes a file that is hashed as a whole is held in memory; of a larger one the disk is asked again."""

BUFFER = 256 * 1024
"""Bytes that are read at a time: EXIF with its preview, mostly."""

BEGINNING = 1024 * 1024
"""How many bytes ``beginning`` reads at most."""

# O_NONBLOCK: a pipe put in the place of a photo since the walk must not hang the run. O_BINARY is Windows'.
_FLAGS = os.O_RDONLY
for _flag in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY"):
    _FLAGS |= getattr(os, _flag, 0)


@dataclass(frozen=True, slots=True)
class Opened:
    """An open photo. ``fingerprint`` and ``content`` are those of :class:`albumsort.records.Photo`.

    ``format`` is as ``formats.sniff`` says it, or "raw" or "video" where the name says that. All three are "" for what
    is no picture, of which only the beginning is read: it may be a disk image of many gigabytes. ``sign`` is what
    name and metadata say it is, if it is no photo.
    """

    path: str
    stamp: Stamp
    fingerprint: str
    content: str
    format: str
    metadata: Metadata
    stream: BinaryIO
    sign: Sign = ""


class _Stream(io.BufferedReader):
    """A file in which a place that no file can have is no error of the disk, but of the bytes that name it."""

    def seek(self, target: int, whence: int = os.SEEK_SET, /) -> int:
        """As in memory: raises ValueError for a negative or impossible place."""
        try:
            return super().seek(target, whence)
        except OSError as error:
            if error.errno == errno.EINVAL:
                raise ValueError(f"no file has a place {target}") from error
            raise


@contextmanager
def open_photo(path: str, kind: Kind = "picture") -> Iterator[Opened]:
    """Open and sniff a file and read its EXIF or container; ``stream`` is seekable and at 0, and closed on leaving.

    ``kind`` is what its name says: of "raw" and "video" there are too many formats to tell by the bytes.

    Raises OSError for what cannot be opened or read, and on leaving for what changed since it was opened; PictureError
    for what is no regular file.
    """
    with _Stream(os.fdopen(os.open(path, _FLAGS), "rb", buffering=0), BUFFER) as stream:
        before = os.fstat(stream.fileno())
        if not stat.S_ISREG(before.st_mode):
            raise PictureError(_("not a regular file"))
        try:
            yield _look_into(path, stream, Stamp.of(before), kind)
        finally:  # what came of a half written file says nothing, be it a picture or an error
            after = os.fstat(stream.fileno())
            if (after.st_size, after.st_mtime_ns) != (before.st_size, before.st_mtime_ns):
                raise OSError(errno.EAGAIN, _("it changed while it was read; it is taken up on the next run"))


def _look_into(path: str, stream: BinaryIO, stamp: Stamp, kind: Kind) -> Opened:
    photo_format = kind if kind in ("raw", "video") else sniff(stream.read(HEAD_SIZE))
    if not photo_format:
        stream.seek(0, os.SEEK_END)
        return Opened(path, stamp, "", "", "", Metadata(), stream)
    content = ""
    if photo_format not in COMPRESSED:
        stream.seek(0)
        if stamp.size <= IN_MEMORY:
            stream = io.BytesIO(stream.read())
        content = sha256_of(stream)
    fingerprint = content or fingerprint_of(stream, stamp.size)
    stream.seek(0)
    metadata = read_container(stream) if photo_format == "video" else read_exif(stream, photo_format)
    sign = sign_in(os.path.basename(path), stream, photo_format, metadata)
    stream.seek(0)
    return Opened(path, stamp, fingerprint, content, photo_format, metadata, stream, sign)


def beginning(path: str) -> bytes:
    """The first bytes of a sidecar, at most ``BEGINNING``. Raises OSError for what cannot be opened or is no file."""
    with os.fdopen(os.open(path, _FLAGS), "rb", buffering=0) as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(_("not a regular file"))
        return file.read(BEGINNING)
