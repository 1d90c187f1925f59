"""The previews that cameras put into a JPEG beside the photo: where they are, and whether they can stand for it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO, Literal

from PIL import ExifTags

if TYPE_CHECKING:
    from PIL.ImageFile import ImageFile

_EXIF_HEAD = b"Exif\0\0"

# CIPA DC-007 (Multi-Picture Format), 5.2.3: entries of 16 bytes, of which the first three numbers of 4 bytes are
# attributes, size and offset. Of the types only these two are the photo itself: others are views, or maps of depth.
_MP_ENTRIES, _MP_ENTRY_SIZE = 0xB002, 16
_MP_TYPE = 0xFFFFFF
_LARGE_THUMBNAILS = (0x010001, 0x010002)  # VGA and full HD
_LARGEST_THUMBNAIL = 4_000_000  # bytes; of full HD a JPEG of the best quality takes half of that
_MOST_ENTRIES = 8  # cameras write two to four; a crafted index of 64 KB could name millions

_BLOCK = 8  # JPEG's blocks of pixels: some cameras cut previews to whole ones
_END_OF_IMAGE = b"\xff\xd9"
_LONGEST_TRAILER = 65_536


def jpeg_previews(stream: BinaryIO, picture: ImageFile) -> Iterator[bytes]:
    """The JPEG files in an opened JPEG that may show the same photo smaller: EXIF's thumbnail, then those of MPF.

    Each is read only when it is asked for. Raises what Pillow raises for broken EXIF.
    """
    thumbnail = picture.getexif().get_ifd(ExifTags.IFD.IFD1)
    start, length = thumbnail.get(ExifTags.Base.JpegIFOffset), thumbnail.get(ExifTags.Base.JpegIFByteCount)
    if isinstance(start, int) and isinstance(length, int):
        yield picture.info.get("exif", b"").removeprefix(_EXIF_HEAD)[start : start + length]
    for start, length in _mpf_thumbnails(picture.info.get("mp", b"")):
        stream.seek(picture.info["mpoffset"] + start)
        yield stream.read(length)


def _mpf_thumbnails(index: bytes) -> list[tuple[int, int]]:
    """Where the large thumbnails are, from the beginning of an MPF index, and their bytes; the smallest first."""
    order: Literal["little", "big"] = "little" if index[:2] == b"II" else "big"

    def number(at: int, size: int = 4) -> int:
        return int.from_bytes(index[at : at + size], order)

    first = number(4) + 2
    fields = range(first, min(first + 12 * number(first - 2, 2), len(index)), 12)
    entries = next((field for field in fields if number(field, 2) == _MP_ENTRIES), None)
    if entries is None:
        return []
    start, length = number(entries + 8), min(number(entries + 4), _MOST_ENTRIES * _MP_ENTRY_SIZE)
    found = set()
    for entry in range(start, min(start + length, len(index)), _MP_ENTRY_SIZE):
        size, offset = number(entry + 4), number(entry + 8)
        if number(entry) & _MP_TYPE in _LARGE_THUMBNAILS and size <= _LARGEST_THUMBNAIL:
            found.add((size, offset))
    return [(offset, size) for size, offset in sorted(found)]


def can_stand_for(preview: tuple[int, int], photo: tuple[int, int], crop: int) -> bool:
    """Whether a preview of this width and height has at least ``crop`` pixels a side, and the photo's shape.

    Less than a block (8 pixels) may be cut off or added. The black bars of a preview of another shape are more: of
    4:3 for a photo of 3:2 they take 27 pixels of 240.
    """
    (width, height), (photo_width, photo_height) = preview, photo
    if min(preview) < crop or width > photo_width or height > photo_height:
        return False
    if width >= height:
        return abs(height - width * photo_height / photo_width) < _BLOCK
    return abs(width - height * photo_width / photo_height) < _BLOCK


def says_its_size(picture: ImageFile) -> bool:
    """Whether the size that EXIF states is the picture's, or none is stated: an edit often leaves the old one."""
    exif = picture.getexif().get_ifd(ExifTags.IFD.Exif)
    stated = (exif.get(ExifTags.Base.ExifImageWidth), exif.get(ExifTags.Base.ExifImageHeight))
    return all(not one or one == own for one, own in zip(stated, picture.size, strict=True))


def is_whole(stream: BinaryIO, pixels_at: int) -> bool:
    """Whether a JPEG's end is there, which a preview would not show: its marker cannot stand among the pixels.

    It may be followed by up to 64 KB of what some phones append. False where that cannot be told.
    """
    stream.seek(max(pixels_at, stream.seek(0, os.SEEK_END) - _LONGEST_TRAILER))
    return _END_OF_IMAGE in stream.read(_LONGEST_TRAILER)
