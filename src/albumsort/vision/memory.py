"""Decoding within bounds: what pictures may take of the memory together, and one picture of the time."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from albumsort.errors import PictureError
from albumsort.messages import gettext as _

if TYPE_CHECKING:
    from PIL.ImageFile import ImageFile

MEMORY_LIMIT = 800_000_000
"""Bytes that all pictures being decoded at one time may take together: 200 megapixels of a plain picture."""

# Bytes a pixel at the peak, measured on pictures of 40 megapixels. Pillow keeps RGB in 4 bytes; resizing transparency
# takes a copy; the decoders of the newer formats hold several.
_PLAIN_MODES = frozenset(("L", "RGB", "CMYK", "YCbCr", "LAB", "I", "F"))
_PLAIN_COST, _OTHER_COST = 4, 9
_FORMAT_COSTS = {"webp": 17, "heif": 11, "avif": 10, "tiff": 9}
_COEFFICIENT_COST = 2  # of each colour, for the whole picture, however small the draft is: a JPEG in several scans

# libjpeg goes over the whole picture for each scan, of which encoders write 3 to 20 and few bytes can make thousands.
_MOST_SCANS, _MOST_SCANNED = 1000, 5_000_000_000  # the second in pixels, which take some 4 s
_MOST_MARKERS, _MOST_READ = 10_000, 256_000_000
_LARGEST_PACKED_BMP = 3_000_000  # pixels; Pillow unpacks them in Python, one by one
_MARKER = re.compile(rb"\xff([^\x00\x01\xd0-\xd7\xff])")
_START_OF_SCAN, _END_OF_IMAGE = b"\xda", b"\xd9"


@contextmanager
def decoded(picture: ImageFile, picture_format: str, short_side: int) -> Iterator[None]:
    """Decode a picture whose header was just read; its memory stays reserved until the block ends.

    A JPEG comes out at the smallest of 1, 1/2, 1/4 and 1/8 of its size at which no side is below ``short_side``
    pixels. Waits while other pictures take the memory; raises PictureError for what would take too much memory or
    time, and whatever Pillow raises for broken pixels.
    """
    full_size = picture.size
    if picture_format == "jpeg":
        picture.draft(None, (short_side, short_side))
    with _memory.reserve(_cost(picture, picture_format, full_size)):
        picture.load()
        yield


def draft_size(picture: ImageFile, short_side: int) -> tuple[int, int]:
    """Width and height of what ``decoded`` makes of a JPEG."""
    times = min(picture.size) // short_side
    scale = next((scale for scale in (8, 4, 2) if times >= scale), 1)
    return -(-picture.width // scale), -(-picture.height // scale)


class _Memory:
    """Lets decoders go on only while their pictures fit into the limit together."""

    def __init__(self) -> None:
        self._free = MEMORY_LIMIT
        self._changed = threading.Condition()

    @contextmanager
    def reserve(self, size: int) -> Iterator[None]:
        with self._changed:
            self._changed.wait_for(lambda: self._free >= size)
            self._free -= size
        try:
            yield
        finally:
            with self._changed:
                self._free += size
                self._changed.notify_all()


_memory = _Memory()


def _cost(picture: ImageFile, picture_format: str, full_size: tuple[int, int]) -> int:
    """Bytes that decoding and shrinking will take at the peak; PictureError above the limit."""
    plain = picture.mode in _PLAIN_MODES and "transparency" not in picture.info
    a_pixel = _FORMAT_COSTS.get(picture_format, _PLAIN_COST if plain else _OTHER_COST)
    size = _decoded_size(picture, picture_format)
    cost = size[0] * size[1] * a_pixel
    scans = _scans(picture) if picture_format == "jpeg" else 1
    if scans > 1:
        cost += full_size[0] * full_size[1] * picture.layers * _COEFFICIENT_COST  # type: ignore[attr-defined]
    if scans > _MOST_SCANS or (scans > 1 and scans * full_size[0] * full_size[1] > _MOST_SCANNED):
        raise PictureError(_("at least {scans} scans, which would take very long to decode").format(scans=scans))
    if picture_format == "bmp" and picture.tile[0][0] == "bmp_rle" and size[0] * size[1] > _LARGEST_PACKED_BMP:
        raise PictureError(_("a packed BMP of more than 3 megapixels, which would take very long to decode"))
    if cost > MEMORY_LIMIT:
        megapixels = max(full_size[0] * full_size[1], size[0] * size[1]) / 1e6
        raise PictureError(
            _(
                "{megapixels:,.0f} megapixels: more than the limit of {limit:,.0f} for pictures of this "
                "kind, which keeps a broken file from filling the memory"
            ).format(megapixels=megapixels, limit=megapixels * MEMORY_LIMIT / cost)
        )
    return cost


def in_one_scan(picture: ImageFile) -> bool:
    """Whether a JPEG whose header was just read is of the usual kind, in which one scan has all colours, row by row."""
    stream: Any = picture.fp
    pixels_at = stream.tell()
    stream.seek(max(0, pixels_at - 20))
    header = stream.read(pixels_at - stream.tell())
    colours = header[header.rfind(b"\xff" + _START_OF_SCAN) + 4 :][:1]
    return not picture.info.get("progressive") and bool(colours == bytes([picture.layers]))  # type: ignore[attr-defined]


def _scans(picture: ImageFile) -> int:
    """How many times the decoder goes over the whole of such a JPEG; it stops counting at many."""
    if in_one_scan(picture):
        return 1
    stream: Any = picture.fp
    data, at, scans = stream.read(_MOST_READ), 0, 1
    for _number in range(_MOST_MARKERS):
        marker = _MARKER.search(data, at)
        if marker is None or marker[1] == _END_OF_IMAGE:
            return max(2, scans)
        scans += marker[1] == _START_OF_SCAN
        at = marker.end() + int.from_bytes(data[marker.end() : marker.end() + 2], "big")
    return max(_MOST_SCANS + 1, scans)


def _decoded_size(picture: ImageFile, picture_format: str) -> tuple[int, int]:
    """Width and height of what the decoder holds: in a TIFF a tile, which is decoded whole, may exceed the picture."""
    if picture_format != "tiff":
        return picture.size
    from PIL import ExifTags

    tags: Any = picture.tag_v2  # type: ignore[attr-defined]
    tile = (tags.get(ExifTags.Base.TileWidth), tags.get(ExifTags.Base.TileLength))
    width, height = (
        max(own, of_tile) if isinstance(of_tile, int) else own for own, of_tile in zip(picture.size, tile, strict=True)
    )
    return width, height
