"""A picture file to the few pixels that a network looks at."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np
import numpy.typing as npt
from PIL import ExifTags, Image

from albumsort.errors import PictureError
from albumsort.library.formats import open_picture
from albumsort.vision.networks import Preprocessing

if TYPE_CHECKING:
    from PIL.ImageFile import ImageFile

Pixels = npt.NDArray[np.uint8]

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

_RESAMPLING = {"bilinear": Image.Resampling.BILINEAR, "bicubic": Image.Resampling.BICUBIC}
# EXIF orientation (tag 0x0112) to what makes the picture upright.
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def small_picture(stream: BinaryIO, format: str, preprocessing: Preprocessing) -> Pixels:  # noqa: A002
    """The middle of a picture as (crop, crop, 3) RGB, upright; of an animated one the first frame.

    ``format`` is what ``library.formats.sniff`` said of ``stream``. The geometry is that of torchvision's ``Resize``
    and ``CenterCrop``, in one step. Transparency is laid on white. It may be called from several threads. Raises
    PictureError with a reason in words for what cannot be decoded or would take too much memory, and OSError or
    MemoryError where trying again may help.
    """
    try:
        picture = open_picture(stream, format)
        full_size = picture.size
        if format == "jpeg":  # decodes to 1/2, 1/4 or 1/8 of the size, as long as the short side stays large enough
            picture.draft(None, (preprocessing.resize, preprocessing.resize))
        with _memory.reserve(_cost(picture, format, full_size)):
            picture.load()
            small = _shrink(picture, preprocessing)
            upright = _UPRIGHT.get(_orientation(picture))
        rgb = _to_rgb(small)
        return np.array(rgb if upright is None else rgb.transpose(upright))
    except (PictureError, MemoryError):
        raise
    except Exception as error:  # decoders raise nearly anything for broken data; one bad file ends no run
        if isinstance(error, OSError) and error.errno:  # the disk's, not the decoder's: the next try may go well
            raise
        raise PictureError(_reason(error)) from error


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
        raise PictureError(f"at least {scans} scans, which would take very long to decode")
    if picture_format == "bmp" and picture.tile[0][0] == "bmp_rle" and size[0] * size[1] > _LARGEST_PACKED_BMP:
        raise PictureError("a packed BMP of more than 3 megapixels, which would take very long to decode")
    if cost > MEMORY_LIMIT:
        megapixels = max(full_size[0] * full_size[1], size[0] * size[1]) / 1e6
        raise PictureError(
            f"{megapixels:,.0f} megapixels: more than the limit of {megapixels * MEMORY_LIMIT / cost:,.0f}"
            " for pictures of this kind, which keeps a broken file from filling the memory"
        )
    return cost


def _scans(picture: ImageFile) -> int:
    """How many times the decoder goes over the whole of a JPEG whose header was just read; it stops counting at many.

    1 for the usual kind, in which one scan has all colours.
    """
    stream: Any = picture.fp
    pixels_at = stream.tell()
    stream.seek(max(0, pixels_at - 20))
    header = stream.read(pixels_at - stream.tell())
    colours = header[header.rfind(b"\xff" + _START_OF_SCAN) + 4 :][:1]
    if not picture.info.get("progressive") and colours == bytes([picture.layers]):  # type: ignore[attr-defined]
        return 1
    data, at, scans = stream.read(_MOST_READ), 0, 1
    for _ in range(_MOST_MARKERS):
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
    tags: Any = picture.tag_v2  # type: ignore[attr-defined]
    tile = (tags.get(ExifTags.Base.TileWidth), tags.get(ExifTags.Base.TileLength))
    width, height = (
        max(own, of_tile) if isinstance(of_tile, int) else own for own, of_tile in zip(picture.size, tile, strict=True)
    )
    return width, height


def _shrink(picture: Image.Image, preprocessing: Preprocessing) -> Image.Image:
    """Scale the shorter side to ``resize`` and cut out the middle, without the pixels that would be cut away."""
    if picture.mode == "1":
        picture = picture.convert("L")
    elif picture.mode.startswith("I;16"):
        picture = picture.convert("I")
    elif picture.has_transparency_data:
        picture = picture.convert("RGBA")
    elif picture.mode in ("P", "PA"):
        picture = picture.convert("RGB")
    short = min(picture.size)
    box = []
    for length in picture.size:
        scaled = int(preprocessing.resize * length / short)  # as torchvision rounds
        start = round((scaled - preprocessing.crop) / 2)
        box.append((start * length / scaled, (start + preprocessing.crop) * length / scaled))
    (left, right), (top, bottom) = box
    size = (preprocessing.crop, preprocessing.crop)
    return picture.resize(size, _RESAMPLING[preprocessing.interpolation], (left, top, right, bottom), reducing_gap=2.0)


def _to_rgb(small: Image.Image) -> Image.Image:
    if small.mode == "RGBA":
        white = Image.new("RGBA", small.size, "white")
        white.alpha_composite(small)
        return white.convert("RGB")
    if small.mode in ("I", "F"):
        return Image.fromarray(_to_bytes(np.asarray(small))).convert("RGB")
    return small.convert("RGB")


def _to_bytes(values: npt.NDArray[Any]) -> Pixels:
    """Grey values to 0..255: of 16 bits by their full range, of others (32 bits, floats) by the range that is used."""
    if values.dtype.kind == "i" and values.min() >= 0 and 255 < values.max() <= 65535:
        return np.round(values / 257).astype(np.uint8)
    finite = np.nan_to_num(values.astype(np.float64))
    low, high = finite.min(), finite.max()
    stretched: Pixels = np.round((finite - low) * (255 / (high - low) if high > low else 0)).astype(np.uint8)
    return stretched


def _orientation(picture: Image.Image) -> int:
    """1 to 8; after decoding, because Pillow and pi-heif turn some formats themselves and then say 1."""
    try:
        value = picture.getexif().get(ExifTags.Base.Orientation, 1)
    except Exception:  # broken EXIF is no reason not to look at the picture
        return 1
    return value if isinstance(value, int) else 1


def _reason(error: Exception) -> str:
    text = " ".join(str(error).split())[:200]
    if "truncated" in text.lower() or isinstance(error, EOFError):
        return f"cut off: {text or 'the file ends too early'}"
    if isinstance(error, SyntaxError):  # what Pillow raises, in words for programmers, for a header that makes no sense
        return "not a picture that can be read: its header is broken or cut off"
    return f"not a picture that can be read: {text or type(error).__name__}"
