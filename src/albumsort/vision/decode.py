"""A picture file to the few pixels that a network looks at."""

from __future__ import annotations

import os
from functools import partial
from io import BytesIO
from math import ceil
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt
from PIL import ExifTags, Image
from PIL.ImageFile import ImageFile

from albumsort.errors import PictureError
from albumsort.library.formats import open_picture
from albumsort.messages import gettext as _
from albumsort.vision.animated import ANIMATED, telling_frame
from albumsort.vision.heif_thumbnail import thumbnail_in_front
from albumsort.vision.memory import decoded, draft_size, in_one_scan
from albumsort.vision.networks import Preprocessing
from albumsort.vision.preview import can_stand_for, is_whole, jpeg_previews, says_its_size
from albumsort.vision.raw import raw_preview
from albumsort.vision.stale import still_shows
from albumsort.vision.upper_rows import upper_rows

Pixels = npt.NDArray[np.uint8]

_WORTH_IT = 400_000  # pixels that are not decoded, which take 1 ms; to open the JPEG once more takes 0.3
_BELOW = 6  # rows of the draft below the middle that interpolation looks at, of pixels and of colour
_LARGEST_HEIF = 32_000_000  # bytes, of which there are some copies until the thumbnail is found; cameras write 2 to 8

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
    """The middle of a picture as (crop, crop, 3) RGB, upright; of an animated one a frame that is not plain.

    ``format`` is what ``library.formats.sniff`` said of ``stream``, or "raw", whose preview is decoded. The geometry is
    that of torchvision's ``Resize`` and ``CenterCrop``, in one step. Transparency is laid on white. An embedded preview
    is decoded instead of the picture where it is large enough and shows the same. It may be called from several
    threads. Raises PictureError with a reason in words for what cannot be decoded or would take too much memory, and
    OSError or MemoryError where trying again may help.
    """
    try:
        turned = None
        if format == "raw":
            stream, format, turned = raw_preview(stream, preprocessing.crop)  # noqa: A001
        picture = open_picture(stream, format)
        small = _of_preview(picture, stream, format, preprocessing)
        if small is None:
            small = _of_picture(picture, stream, format, preprocessing)
        upright = _UPRIGHT.get(turned or _orientation(picture))
        rgb = _to_rgb(small)
        return np.array(rgb if upright is None else rgb.transpose(upright))
    except (PictureError, MemoryError):
        raise
    except Exception as error:  # decoders raise nearly anything for broken data; one bad file ends no run
        if _is_of_the_disk(error):
            raise
        raise PictureError(_reason(error)) from error


def _of_preview(
    picture: ImageFile, stream: BinaryIO, picture_format: str, preprocessing: Preprocessing
) -> Image.Image | None:
    """The middle of an embedded preview, small but not yet upright; None where the picture itself must be decoded."""
    begins = stream.tell()
    try:
        if picture_format == "jpeg":
            return _of_jpeg_preview(picture, stream, preprocessing)
        if picture_format == "heif":
            return _of_heif_thumbnail(picture, stream, preprocessing)
    except MemoryError:
        raise
    except Exception as error:  # a broken preview is no reason not to look at the picture
        if _is_of_the_disk(error):
            raise
    finally:
        stream.seek(begins)
    return None


def _of_jpeg_preview(picture: ImageFile, stream: BinaryIO, preprocessing: Preprocessing) -> Image.Image | None:
    pixels_at = stream.tell()
    if not in_one_scan(picture):  # no camera writes several, and their top could not be decoded alone
        return None
    for data in jpeg_previews(stream, picture):
        preview = open_picture(BytesIO(data), "jpeg")
        if not can_stand_for(preview.size, picture.size, preprocessing.crop):
            continue
        if not says_its_size(picture) or not is_whole(stream, pixels_at):
            return None
        with decoded(preview, "jpeg", preprocessing.resize):
            if still_shows(preview, stream, pixels_at, picture.size):
                return _shrink(preview, preview.size, preprocessing)
            return None
    return None


def _of_heif_thumbnail(picture: ImageFile, stream: BinaryIO, preprocessing: Preprocessing) -> Image.Image | None:
    if stream.seek(0, os.SEEK_END) > _LARGEST_HEIF:
        return None
    stream.seek(0)
    data = thumbnail_in_front(stream.read())
    if data is None:
        return None
    thumbnail = open_picture(BytesIO(data), "heif")
    if not can_stand_for(thumbnail.size, picture.size, preprocessing.crop):
        return None
    with decoded(thumbnail, "heif", preprocessing.resize):
        return _shrink(thumbnail, thumbnail.size, preprocessing)


def _of_picture(picture: ImageFile, stream: BinaryIO, picture_format: str, preprocessing: Preprocessing) -> Image.Image:
    """The middle of the picture itself, small but not yet upright."""
    size = picture.size
    if picture_format == "jpeg":
        size = draft_size(picture, preprocessing.resize)
        picture = _needed(picture, stream, size, preprocessing)
    with decoded(picture, picture_format, preprocessing.resize):
        shrink = partial(_shrink, size=size, preprocessing=preprocessing)
        return telling_frame(picture, shrink) if picture_format in ANIMATED else shrink(picture)


def _needed(picture: ImageFile, stream: BinaryIO, draft: tuple[int, int], preprocessing: Preprocessing) -> ImageFile:
    """A JPEG whose header was just read, without the rows below its middle, of which nothing would be seen.

    All of it where that spares too little, and where the end of the file is missing: only decoding all would tell.
    """
    rows = ceil(_middle(draft, preprocessing)[3]) + _BELOW
    rows_before = -(-picture.height // draft[1]) * rows
    if rows < preprocessing.resize or (picture.height - rows_before) * picture.width < _WORTH_IT:
        return picture
    pixels_at = stream.tell()
    is_sure = in_one_scan(picture) and is_whole(stream, pixels_at)
    stream.seek(pixels_at)
    return upper_rows(stream, pixels_at, rows_before) if is_sure else picture


def _is_of_the_disk(error: Exception) -> bool:
    """Whether it is the disk that failed, not the decoder: the next try may go well."""
    return isinstance(error, OSError) and bool(error.errno)


def _shrink(picture: Image.Image, size: tuple[int, int], preprocessing: Preprocessing) -> Image.Image:
    """Scale the shorter side to ``resize`` and cut out the middle, without the pixels that would be cut away.

    ``size`` is that of the whole picture, of whose rows the lowest may be missing.
    """
    if picture.mode == "1":
        picture = picture.convert("L")
    elif picture.mode.startswith("I;16"):
        picture = picture.convert("I")
    elif picture.has_transparency_data:
        picture = picture.convert("RGBA")
    elif picture.mode in ("P", "PA"):
        picture = picture.convert("RGB")
    crop = (preprocessing.crop, preprocessing.crop)
    return picture.resize(
        crop, _RESAMPLING[preprocessing.interpolation], _middle(size, preprocessing), reducing_gap=2.0
    )


def _middle(size: tuple[int, int], preprocessing: Preprocessing) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of what is cut out of a picture of this width and height."""
    box = []
    for length in size:
        scaled = int(preprocessing.resize * length / min(size))  # as torchvision rounds
        start = round((scaled - preprocessing.crop) / 2)
        box.append((start * length / scaled, (start + preprocessing.crop) * length / scaled))
    (left, right), (top, bottom) = box
    return left, top, right, bottom


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
        return _("cut off: {reason}").format(reason=text or _("the file ends too early"))
    if isinstance(error, SyntaxError):  # what Pillow raises, in words for programmers, for a header that makes no sense
        return _("not a picture that can be read: its header is broken or cut off")
    return _("not a picture that can be read: {reason}").format(reason=text or type(error).__name__)
