"""The preview that a camera puts into a RAW file: a picture as the camera develops it, read with the extra ``raw``."""

from __future__ import annotations

import os
import threading
from functools import cache
from importlib.util import find_spec
from io import BytesIO
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from albumsort.errors import PictureError
from albumsort.library.formats import open_picture
from albumsort.messages import gettext as _

if TYPE_CHECKING:
    from rawpy import RawPy

_LARGEST = 600_000_000  # bytes; cameras write 10 to 250 million
# LibRaw's flip, of which it uses four values (libraw_image_sizes_t), to the orientation of EXIF.
_ORIENTATIONS = {0: 1, 3: 3, 5: 8, 6: 6}
_ON_ITS_SIDE = (6, 8)
_one_at_a_time = threading.Lock()  # LibRaw gets all of a file, so that it takes the memory of one


class Preview(NamedTuple):
    """A picture file, what ``formats.sniff`` says of it, and the EXIF orientation 1 to 8 that makes it upright."""

    stream: BytesIO
    format: str
    orientation: int


@cache
def can_read_raw() -> bool:
    """Whether the extra is installed, which is found out without loading it."""
    return find_spec("rawpy") is not None


def raw_preview(stream: BinaryIO, least: int) -> Preview:
    """The largest preview in an open RAW file.

    Raises PictureError where there is none whose short side has ``least`` pixels, or for what LibRaw cannot read.
    """
    import rawpy

    with _one_at_a_time:
        if stream.seek(0, os.SEEK_END) > _LARGEST:
            raise PictureError(_("larger than {number} MB, which RAW files are not").format(number=_LARGEST // 10**6))
        stream.seek(0)
        try:
            with rawpy.imread(stream) as raw:
                return _preview(raw, least)
        except (rawpy.LibRawNoThumbnailError, rawpy.LibRawUnsupportedThumbnailError) as error:
            raise PictureError(_("a RAW file without a preview, so it is not recognised")) from error
        except rawpy.LibRawError as error:
            reason = error.args[0].decode() if error.args and isinstance(error.args[0], bytes) else str(error)
            raise PictureError(_("not a RAW file that LibRaw can read: {reason}").format(reason=reason)) from error


def _preview(raw: RawPy, least: int) -> Preview:
    from PIL import Image

    thumbnail = raw.extract_thumb()
    stream, picture_format = BytesIO(), "jpeg"
    if isinstance(thumbnail.data, bytes):
        stream.write(thumbnail.data)
    else:  # (height, width, 3) RGB
        picture_format = "bmp"
        Image.fromarray(thumbnail.data).save(stream, "BMP")
    width, height = open_picture(stream, picture_format).size
    if min(width, height) < least:
        raise PictureError(
            _("a RAW file whose preview is too small to recognise it by: {width} x {height}").format(
                width=width, height=height
            )
        )
    stream.seek(0)
    # The preview lies as the sensor does, and what its own EXIF says may be missing. Some programs turn it, though.
    orientation = _ORIENTATIONS.get(raw.sizes.flip, 1)
    is_turned = (width > height) != (raw.sizes.raw_width > raw.sizes.raw_height)
    return Preview(stream, picture_format, 1 if orientation in _ON_ITS_SIDE and is_turned else orientation)
