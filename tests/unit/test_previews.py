from __future__ import annotations

import errno
import io
import struct
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, cast

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageEnhance, ImageOps

from albumsort.errors import PictureError
from albumsort.library.formats import open_picture
from albumsort.vision.decode import Pixels, small_picture
from albumsort.vision.heif_thumbnail import thumbnail_in_front
from albumsort.vision.preview import can_stand_for, jpeg_previews
from tests.unit.pictures import PLAIN, difference, photo, saved, small, textbook

SIZE, SMALL = (1200, 900), (320, 240)
LONG, SHORT = 4, 3  # types of EXIF fields
HEIC = Path(__file__).parent / "data" / "turned.heic"


def cat(size: tuple[int, int] = SIZE) -> Image.Image:
    return ImageOps.fit(photo(), size)


def exif_with(preview: bytes, *, orientation: int = 1, stated: tuple[int, int] = (0, 0)) -> bytes:
    """EXIF with an orientation, a stated size and a thumbnail: IFD0 at 8, the EXIF IFD at 38, IFD1 at 68."""

    def directory(following: int, *fields: tuple[int, int, int]) -> bytes:
        entries = b"".join(struct.pack("<HHLL", tag, kind, 1, value) for tag, kind, value in fields)
        return struct.pack("<H", len(fields)) + entries + struct.pack("<L", following)

    first = directory(68, (0x0112, SHORT, orientation), (0x8769, LONG, 38))
    sizes = directory(0, (0xA002, LONG, stated[0]), (0xA003, LONG, stated[1]))
    second = directory(0, (0x0201, LONG, 98), (0x0202, LONG, len(preview)))
    return b"Exif\0\0II*\0" + struct.pack("<L", 8) + first + sizes + second + preview


def preview_of(picture: Image.Image, size: tuple[int, int] = SMALL, *, marked: bool = True) -> bytes:
    """A small JPEG, its middle marked below, so that what was decoded can be told."""
    copy = picture.resize(size, Image.Resampling.LANCZOS)
    if marked:
        width, height = size
        ImageDraw.Draw(copy).rectangle((width * 0.4, height * 0.6, width * 0.6, height * 0.8), fill=(255, 0, 255))
    return saved(copy, "JPEG", quality=85)


def is_marked(pixels: Pixels) -> bool:
    """Whether the preview was decoded, in any orientation."""
    return bool(((pixels[:, :, 1] < 60) & (pixels.min(axis=2) < 60) & (pixels[:, :, 0] > 200)).mean() > 0.02)


def with_preview(picture: Image.Image, preview: bytes, **options: object) -> bytes:
    return saved(picture, "JPEG", quality=90, exif=exif_with(preview), **options)


def test_a_large_preview_is_decoded_instead_of_the_picture() -> None:
    picture = cat()
    assert is_marked(small(with_preview(picture, preview_of(picture))))
    pixels = small(with_preview(picture, preview_of(picture, marked=False)))
    assert difference(pixels, textbook(picture)) < 4


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_preview_is_turned_as_its_picture(orientation: int) -> None:
    lying = cat()
    exif = exif_with(preview_of(lying), orientation=orientation)
    lying.getexif()[0x0112] = orientation
    pixels = small(saved(lying, "JPEG", quality=90, exif=exif))
    assert is_marked(pixels)
    upright = textbook(ImageOps.exif_transpose(lying))
    others = (upright[:, ::-1], upright[::-1], upright[::-1, ::-1])
    assert all(difference(pixels, other) > difference(pixels, upright) + 10 for other in others)


EDITS: dict[str, Callable[[Image.Image], Image.Image]] = {
    "other picture": lambda picture: ImageOps.fit(photo("coffee.png"), SIZE),
    "upside down": lambda picture: picture.rotate(180),
    "mirrored": ImageOps.mirror,
    "cut by a fifth": lambda picture: picture.crop((120, 90, 1080, 810)).resize(SIZE),
    "cut by a twentieth": lambda picture: picture.crop((0, 0, 1140, 855)).resize(SIZE),
    "black and white": lambda picture: picture.convert("L").convert("RGB"),
    "much brighter": lambda picture: ImageEnhance.Brightness(picture).enhance(1.6),
}


@pytest.mark.parametrize("edit", EDITS)
def test_the_old_preview_of_an_edited_photo_is_not_used(edit: str) -> None:
    edited = EDITS[edit](cat())
    pixels = small(with_preview(edited, preview_of(cat())))
    assert not is_marked(pixels)
    assert difference(pixels, textbook(edited)) < 4


def test_a_photo_that_was_only_compressed_again_keeps_its_preview() -> None:
    again = Image.open(io.BytesIO(saved(cat(), "JPEG", quality=90)))
    data = saved(again, "JPEG", quality=60, exif=exif_with(preview_of(cat())))
    assert is_marked(small(data))


def test_below_a_clear_sky_more_is_compared() -> None:
    picture = cat()
    ImageDraw.Draw(picture).rectangle((0, 0, SIZE[0], 60), fill=(120, 170, 230))
    other = ImageOps.mirror(picture)
    assert is_marked(small(with_preview(picture, preview_of(picture))))
    assert not is_marked(small(with_preview(picture, preview_of(other))))


def test_where_nothing_can_be_compared_the_picture_is_decoded() -> None:
    picture = cat()
    ImageDraw.Draw(picture).rectangle((0, 0, SIZE[0], 300), fill=(120, 170, 230))
    assert not is_marked(small(with_preview(picture, preview_of(picture))))


def test_a_size_in_exif_that_is_not_the_pictures_tells_of_an_edit() -> None:
    for stated, expected in ((SIZE, True), ((4000, 3000), False)):
        exif = exif_with(preview_of(cat()), stated=stated)
        assert is_marked(small(saved(cat(), "JPEG", exif=exif))) is expected


@pytest.mark.parametrize(
    ("preview", "photo_size", "expected"),
    [
        ((512, 384), (4032, 3024), True),
        ((384, 512), (3024, 4032), True),
        ((224, 224), (3000, 3000), True),
        ((336, 224), (6000, 4000), True),
        ((360, 240), (6016, 4016), True),
        ((320, 240), (6000, 4000), False),  # 4:3 with black bars for a photo of 3:2
        ((160, 120), (4032, 3024), False),
        ((512, 384), (3024, 4032), False),
        ((512, 384), (500, 375), False),
    ],
)
def test_a_preview_needs_size_and_shape(preview: tuple[int, int], photo_size: tuple[int, int], expected: bool) -> None:
    assert can_stand_for(preview, photo_size, 224) is expected


def test_a_preview_does_not_hide_that_the_file_is_cut_off() -> None:
    data = with_preview(cat(), preview_of(cat()))
    assert is_marked(small(data))
    for end in (len(data) * 2 // 3, len(data) - 2):
        with pytest.raises(PictureError, match=r"^cut off: "):
            small(data[:end])
    assert is_marked(small(data + b"what a phone appends" * 1000))


def test_a_broken_preview_is_no_reason_not_to_look_at_the_picture() -> None:
    preview = preview_of(cat())
    scans = preview[:-2] + preview[preview.rindex(b"\xff\xda") :][:14] * 1100 + b"\xff\xd9"
    for broken in (preview[:5000], b"", b"\xff\xd8\xff", bytes(5000), scans):
        assert difference(small(with_preview(cat(), broken)), textbook(cat())) < 4


def test_of_a_progressive_jpeg_the_picture_is_decoded() -> None:
    assert not is_marked(small(with_preview(cat(), preview_of(cat()), progressive=True)))


def with_mpf(picture: Image.Image, second: bytes, kind: int, distance: int = 0) -> bytes:
    """A JPEG with a second picture behind it, as CIPA DC-007 has it."""
    first = saved(picture, "JPEG", quality=90)
    size = len(first) + 2 + 2 + 4 + 58
    entries = struct.pack("<LLLHH", 0x030000, size, 0, 0, 0) + struct.pack(
        "<LLLHH", kind, len(second), size - 10 + distance, 0, 0
    )
    index = b"II*\0" + struct.pack("<LH", 8, 1) + struct.pack("<HHLLL", 0xB002, 7, 32, 26, 0) + entries
    segment = b"\xff\xe2" + struct.pack(">H", 2 + 4 + len(index)) + b"MPF\0" + index
    return first[:2] + segment + first[2:] + second


@pytest.mark.parametrize(("kind", "expected"), [(0x010001, True), (0x010002, True), (0x020002, False), (0, False)])
def test_of_several_pictures_in_a_file_only_the_large_thumbnail_is_the_photo(kind: int, expected: bool) -> None:
    data = with_mpf(cat(), preview_of(cat(), (800, 600)), kind)
    assert is_marked(small(data)) is expected
    assert difference(small(data), textbook(cat())) < 15


def test_thumbnails_that_are_said_to_be_elsewhere_do_no_harm() -> None:
    for distance in (-3000, 1000, 2**30):
        data = with_mpf(cat(), preview_of(cat()), 0x010001, distance)
        assert difference(small(data), textbook(cat())) < 4


TINY = with_mpf(cat((48, 36)), saved(cat((24, 18)), "JPEG"), 0x010001)
TINY_EXIF = saved(cat((48, 36)), "JPEG", exif=exif_with(saved(cat((24, 18)), "JPEG")))


@settings(max_examples=100, deadline=None)
@given(st.sampled_from([TINY, TINY_EXIF]), st.lists(st.tuples(st.integers(2, 160), st.integers(0, 255)), max_size=6))
def test_crafted_indexes_give_previews_from_within_the_file(data: bytes, changes: list[tuple[int, int]]) -> None:
    broken = bytearray(data)
    for at, value in changes:
        broken[at] = value
    stream = io.BytesIO(broken)
    try:
        picture = open_picture(stream, "jpeg")
        previews = list(jpeg_previews(stream, picture))
    except Exception:  # what Pillow raises is the caller's to handle
        return
    assert all(preview in broken for preview in previews)


def test_a_disk_that_fails_below_a_preview_is_not_taken_for_a_broken_picture() -> None:
    class Failing(io.BytesIO):
        def seek(self, offset: int, whence: int = 0) -> int:
            if whence == io.SEEK_END:
                raise OSError(errno.EIO, "the disk")
            return super().seek(offset, whence)

    with pytest.raises(OSError, match="the disk"):
        small_picture(cast(BinaryIO, Failing(with_preview(cat(), preview_of(cat())))), "jpeg", PLAIN)


def test_the_thumbnail_of_a_heic_is_decoded_and_upright() -> None:
    data = HEIC.read_bytes()
    in_front = thumbnail_in_front(data)
    assert in_front is not None
    assert open_picture(io.BytesIO(data), "heif").size == (480, 640)
    assert open_picture(io.BytesIO(in_front), "heif").size == (240, 320)
    pixels = small(data)
    assert np.array_equal(pixels, small(in_front))
    upright = textbook(photo().crop((25, 0, 425, 300)).transpose(Image.Transpose.ROTATE_270))
    assert difference(pixels, upright) < 10


def test_a_heic_thumbnail_that_is_not_turned_as_the_photo_is_not_used() -> None:
    data = HEIC.read_bytes()
    without = data.replace(b"\x04\x86\x07\x04\x85", b"\x04\x86\x07\x04\x04")  # of its four properties the last turns it
    assert without != data
    assert thumbnail_in_front(data) is not None
    assert thumbnail_in_front(without) is None


def test_of_a_heic_that_is_cut_off_the_thumbnail_is_not_used() -> None:
    assert thumbnail_in_front(HEIC.read_bytes()[:-100]) is None


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_broken_heif_boxes_give_a_copy_of_the_same_length_or_none(draw: st.DataObject) -> None:
    data = bytearray(HEIC.read_bytes())
    for _ in range(draw.draw(st.integers(0, 4))):
        data[draw.draw(st.integers(0, 700))] = draw.draw(st.integers(0, 255))
    cut = bytes(data[: draw.draw(st.sampled_from([len(data), 600, 300, 50, 0]))])
    in_front = thumbnail_in_front(cut)
    assert in_front is None or len(in_front) == len(cut)
