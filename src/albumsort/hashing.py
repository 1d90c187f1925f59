"""Hashes of contents: what tells two files apart, and one file from its damaged copy."""

from __future__ import annotations

import hashlib
from typing import BinaryIO

_BLOCK = 1 << 20

ENDS = 64 * 1024
"""How many bytes of its beginning and of its end tell a compressed picture from others."""


def sha256_of(stream: BinaryIO) -> str:
    """SHA-256, in hex, of what is left to read; memory stays at one block however long that is. Raises ``OSError``."""
    digest = hashlib.sha256()
    while block := stream.read(_BLOCK):
        digest.update(block)
    return digest.hexdigest()


def fingerprint_of(stream: BinaryIO, size: int) -> str:
    """SHA-256, in hex, of the size in bytes and the first and last :data:`ENDS` of a seekable stream, left anywhere.

    For compressed pictures: other pixels make another length or end, and EXIF, whose time hardly any two photos share,
    is in the beginning. It does not prove that two files are the same: one that was damaged only in its middle has that
    of the intact one, and shows what that shows, until all bytes of both are hashed. Raises ``OSError``.
    """
    digest = hashlib.sha256(size.to_bytes(8, "big"))
    for start in (0, max(ENDS, size - ENDS)):
        stream.seek(start)
        digest.update(stream.read(ENDS))
    return digest.hexdigest()
