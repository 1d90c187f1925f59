"""A picture file to the few pixels that a network looks at."""

from __future__ import annotations

import os
from collections.abc import Sequence
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
from albumsort.vision.thumbnail import Whole
from albumsort.vision.upper_rows import upper_rows

Pixels = npt.NDArray[np.uint8]
View = Preprocessing | Whole
"""What is to be made of a picture: what a network is fed, or a thumbnail."""

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


def small_picture(stream: BinaryIO, format: str, view: View) -> Pixels:  # noqa: A002
    """What :func:`small_pictures` makes of a picture for one view."""
    return small_pictures(stream, format, (view,))[0]


def small_pictures(stream: BinaryIO, format: str, views: Sequence[View]) -> list[Pixels]:  # noqa: A002
    """A picture, decoded once, as RGB (height, width, 3), upright, for each view; of an animated one a telling frame.

    ``format`` is what ``library.formats.sniff`` said of ``stream``, or "raw", whose preview is decoded. A network gets
    the middle, (crop, crop, 3), with the geometry of torchvision's ``Resize`` and ``CenterCrop``, in one step.
    Transparency is laid on white. An embedded preview is decoded instead of the picture where it is large enough for
    all views and shows the same. It may be called from several threads. Raises PictureError with a reason in words for
    what cannot be decoded or would take too much memory, and OSError or MemoryError where trying again may help.
    """
    try:
        turned = None
        if format == "raw":
            stream, format, turned = raw_preview(stream, _least(views))  # noqa: A001
        picture = open_picture(stream, format)
        small = _of_preview(picture, stream, format, views)
        if small is None:
            small = _of_picture(picture, stream, format, views)
        upright = _UPRIGHT.get(turned or _orientation(picture))
        rgb = map(_to_rgb, small)
        return [np.array(one if upright is None else one.transpose(upright)) for one in rgb]
    except (PictureError, MemoryError):
        raise
    except Exception as error:  # decoders raise nearly anything for broken data; one bad file ends no run
        if _is_of_the_disk(error):
            raise
        raise PictureError(_reason(error)) from error


def _least(views: Sequence[View]) -> int:
    """Pixels that the shorter side of a preview needs."""
    return max(view.crop if isinstance(view, Preprocessing) else view.least for view in views)


def _draft(views: Sequence[View]) -> int:
    """Pixels that the shorter side needs when a JPEG is decoded smaller than it is."""
    return max(view.resize if isinstance(view, Preprocessing) else view.least for view in views)


def _of_preview(
    picture: ImageFile, stream: BinaryIO, picture_format: str, views: Sequence[View]
) -> Sequence[Image.Image] | None:
    """The views of an embedded preview, small but not yet upright; None where the picture itself must be decoded."""
    begins = stream.tell()
    try:
        if picture_format == "jpeg":
            return _of_jpeg_preview(picture, stream, views)
        if picture_format == "heif":
            return _of_heif_thumbnail(picture, stream, views)
    except MemoryError:
        raise
    except Exception as error:  # a broken preview is no reason not to look at the picture
        if _is_of_the_disk(error):
            raise
    finally:
        stream.seek(begins)
    return None


def _of_jpeg_preview(picture: ImageFile, stream: BinaryIO, views: Sequence[View]) -> Sequence[Image.Image] | None:
    pixels_at = stream.tell()
    if not in_one_scan(picture):  # no camera writes several, and their top could not be decoded alone
        return None
    for data in jpeg_previews(stream, picture):
        preview = open_picture(BytesIO(data), "jpeg")
        if not can_stand_for(preview.size, picture.size, _least(views)):
            continue
        if not says_its_size(picture) or not is_whole(stream, pixels_at):
            return None
        with decoded(preview, "jpeg", _draft(views)):
            if still_shows(preview, stream, pixels_at, picture.size):
                return _shrink(preview, preview.size, views)
            return None
    return None


def _of_heif_thumbnail(picture: ImageFile, stream: BinaryIO, views: Sequence[View]) -> Sequence[Image.Image] | None:
    if stream.seek(0, os.SEEK_END) > _LARGEST_HEIF:
        return None
    stream.seek(0)
    data = thumbnail_in_front(stream.read())
    if data is None:
        return None
    thumbnail = open_picture(BytesIO(data), "heif")
    if not can_stand_for(thumbnail.size, picture.size, _least(views)):
        return None
    with decoded(thumbnail, "heif", _draft(views)):
        return _shrink(thumbnail, thumbnail.size, views)


def _of_picture(
    picture: ImageFile, stream: BinaryIO, picture_format: str, views: Sequence[View]
) -> Sequence[Image.Image]:
    """The views of the picture itself, small but not yet upright."""
    size = picture.size
    if picture_format == "jpeg":
        size = draft_size(picture, _draft(views))
        picture = _needed(picture, stream, size, views)
    with decoded(picture, picture_format, _draft(views)):
        shrink = partial(_shrink, size=size, views=views)
        return telling_frame(picture, shrink) if picture_format in ANIMATED else shrink(picture)


def _needed(picture: ImageFile, stream: BinaryIO, draft: tuple[int, int], views: Sequence[View]) -> ImageFile:
    """A JPEG whose header was just read, without the rows below its middle, of which nothing would be seen.

    All of it where that spares too little, and where the end of the file is missing: only decoding all would tell.
    """
    rows = ceil(max(_part(draft, view)[1][3] for view in views)) + _BELOW
    rows_before = -(-picture.height // draft[1]) * rows
    if rows < _draft(views) or (picture.height - rows_before) * picture.width < _WORTH_IT:
        return picture
    pixels_at = stream.tell()
    is_sure = in_one_scan(picture) and is_whole(stream, pixels_at)
    stream.seek(pixels_at)
    return upper_rows(stream, pixels_at, rows_before) if is_sure else picture


def _is_of_the_disk(error: Exception) -> bool:
    """Whether it is the disk that failed, not the decoder: the next try may go well."""
    return isinstance(error, OSError) and bool(error.errno)


def _shrink(picture: Image.Image, size: tuple[int, int], views: Sequence[View]) -> list[Image.Image]:
    """What each view is of a picture, made without the pixels that it leaves out.

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
    small = []
    for view in views:
        to, box = _part(size, view)
        small.append(picture.resize(to, _RESAMPLING[view.interpolation], box, reducing_gap=2.0))
    return small


def _part(size: tuple[int, int], view: View) -> tuple[tuple[int, int], tuple[float, float, float, float]]:
    """Width and height of a view, and left, top, right and bottom of what it takes of a picture of this size."""
    if isinstance(view, Whole):
        return view.size_of(size), (0, 0, *size)
    box = []
    for length in size:
        scaled = int(view.resize * length / min(size))  # as torchvision rounds
        start = round((scaled - view.crop) / 2)
        box.append((start * length / scaled, (start + view.crop) * length / scaled))
    (left, right), (top, bottom) = box
    return (view.crop, view.crop), (left, top, right, bottom)


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
