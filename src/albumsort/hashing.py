"""Hashes of contents: what tells two files apart, and one file from its damaged copy."""

from __future__ import annotations

import hashlib
from typing import BinaryIO

_BLOCK = 1 << 20


def sha256_of(stream: BinaryIO) -> str:
    """SHA-256, in hex, of what is left to read; memory stays at one block however long that is. Raises ``OSError``."""
    digest = hashlib.sha256()
    while block := stream.read(_BLOCK):
        digest.update(block)
    return digest.hexdigest()
