"""Changes to the bytes of any file. All chance is from the given Random."""

from __future__ import annotations

from random import Random
from typing import Literal

LONGEST = 1_000_000
"""Bytes that a changed file has at most: repeated changes would otherwise double it for ever."""

NUMBERS = [0, 1, 2, 3, 4, 7, 8, 12, 16, 63, 127, 128, 255, 256, 999, 1000, 4096, 32767, 32768, 65535, 65536, 10**6]
NUMBERS += [2**24, 2**31 - 1, 2**31, 2**32 - 2, 2**32 - 1, 2**63 - 1, 2**63, 2**64 - 1]
"""Small, huge, and at the edges of what a number of some size holds."""


def flip_bits(rng: Random, data: bytes) -> bytes:
    changed = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 4, 16))):
        changed[near_start(rng, len(data))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def set_number(rng: Random, data: bytes) -> bytes:
    """One number of 1 to 8 bytes becomes a small, huge or nearly right one."""
    width = rng.choice((1, 2, 2, 4, 4, 8))
    at = near_start(rng, len(data))
    order: Literal["big", "little"] = "big" if rng.random() < 0.5 else "little"
    old = int.from_bytes(data[at : at + width], order)
    new = rng.choice((*NUMBERS, old + 1, old - 1, old * 2, len(data), at)) % (1 << 8 * width)
    return data[:at] + new.to_bytes(width, order) + data[at + width :]


def cut_off(rng: Random, data: bytes) -> bytes:
    return data[: rng.randrange(len(data))]


def cut_out(rng: Random, data: bytes) -> bytes:
    start, end = _range(rng, data)
    return data[:start] + data[end:]


def put_in(rng: Random, data: bytes) -> bytes:
    at = near_start(rng, len(data))
    return data[:at] + rng.choice((rng.randbytes(rng.randint(1, 64)), bytes(rng.choice(NUMBERS[:21])))) + data[at:]


def repeat(rng: Random, data: bytes) -> bytes:
    start, end = _range(rng, data)
    times = 100_000 if rng.random() < 0.02 else rng.choice((2, 3, 10, 100, 1000))
    part = data[start:end]
    return data[:end] + part * min(times, LONGEST // len(part)) + data[end:]


def copy_part(rng: Random, data: bytes) -> bytes:
    """A range is copied over another place of the same length."""
    start, end = _range(rng, data)
    at = rng.randrange(len(data))
    return data[:at] + data[start:end] + data[at + end - start :]


def near_start(rng: Random, length: int) -> int:
    """A place in a file; headers, which are at the beginning, as often as all the rest."""
    return rng.randrange(min(length, rng.choice((64, 512, length))))


def _range(rng: Random, data: bytes) -> tuple[int, int]:
    start = near_start(rng, len(data))
    return start, min(len(data), start + rng.choice((1, 4, 12, 64, 1000)))
