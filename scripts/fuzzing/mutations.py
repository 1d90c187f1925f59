"""One changed file out of a whole one."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from fuzzing.bytes import LONGEST, copy_part, cut_off, cut_out, flip_bits, put_in, repeat, set_number
from fuzzing.formats import box, jpeg_segment, png_chunk, text, tiff_entry, tiff_many_entries, with_checksums

Mutation = Callable[[Random, bytes], bytes]

_ANY: tuple[Mutation, ...] = (flip_bits, flip_bits, set_number, set_number, cut_off, cut_out, put_in, repeat, copy_part)
_BY_KIND: dict[str, tuple[Mutation, ...]] = {
    "exif": (tiff_entry, tiff_entry, tiff_entry, tiff_many_entries),
    "jpeg": (jpeg_segment, jpeg_segment, tiff_entry),
    "png": (png_chunk, png_chunk, tiff_entry),
    "webp": (box, box, tiff_entry),
    "tiff": (tiff_entry, tiff_entry, tiff_entry, tiff_many_entries),
    "avif": (box, box, tiff_entry),
    "heic": (box, box, tiff_entry),
    "video": (box, box),
    "xmp": (text, text, text),
    "sidecar": (text, text, text),
    "table": (text,) * 9,
}


def mutate(rng: Random, kind: str, data: bytes, other: bytes) -> bytes:
    """``data`` with one to four changes, one of which may bring in the end of ``other``."""
    mutations = _ANY + _BY_KIND.get(kind, ()) * 3
    for _ in range(rng.choice((1, 1, 1, 2, 4))):
        if rng.random() < 0.05:
            data = data[: rng.randrange(len(data) + 1)] + other[rng.randrange(len(other) + 1) :]
        if data:
            data = rng.choice(mutations)(rng, data)[:LONGEST]
    return with_checksums(data) if rng.random() < 0.8 else data
