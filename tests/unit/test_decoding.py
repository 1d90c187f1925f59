from __future__ import annotations

import io
import struct
import subprocess
import sys
import threading
import warnings
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageOps, features

from albumsort.errors import PictureError
from albumsort.library.exif import read_exif
from albumsort.vision.decode import Pixels, small_picture
from albumsort.vision.networks import Preprocessing
from tests.unit.pictures import PLAIN, difference, photo, saved, small, textbook

SAMPLES = Path(__file__).parents[2].parent / "shared" / "exif"
REASONS = ("cut off: ", "not a picture that can be read: ")
BICUBIC = Preprocessing(interpolation="bicubic")


@pytest.mark.parametrize("preprocessing", [PLAIN, BICUBIC, Preprocessing(resize=232, crop=200)])
@pytest.mark.parametrize("size", [(451, 300), (300, 451), (640, 427), (256, 256), (90, 70), (1203, 331)])
def test_the_geometry_is_that_of_torchvision(size: tuple[int, int], preprocessing: Preprocessing) -> None:
    picture = photo().resize(size, Image.Resampling.LANCZOS)
    expected = textbook(picture, preprocessing)
    assert difference(small(saved(picture, "PNG"), preprocessing), expected) < 0.5
    shifted = np.roll(expected, 1, axis=1)
    assert difference(shifted, expected) > 0.5  # so a crop that is one pixel off would be noticed


@pytest.mark.parametrize("progressive", [False, True])
def test_a_large_jpeg_is_decoded_small_and_looks_the_same(progressive: bool) -> None:
    picture = photo("rocket.jpg").resize((4000, 2668), Image.Resampling.LANCZOS)
    data = saved(picture, "JPEG", quality=90, progressive=progressive)
    assert difference(small(data), textbook(picture)) < 1.5


@pytest.mark.parametrize("preprocessing", [PLAIN, BICUBIC])
@pytest.mark.parametrize("subsampling", ["4:4:4", "4:2:0"])
@pytest.mark.parametrize("size", [(4000, 3000), (1501, 2003), (2056, 2049), (1200, 5000)])
def test_rows_below_the_middle_are_spared_and_nothing_is_seen_of_it(
    size: tuple[int, int], subsampling: str, preprocessing: Preprocessing
) -> None:
    data = saved(photo("rocket.jpg").resize(size), "JPEG", subsampling=subsampling, restart_marker_rows=size[0] % 2)
    all_decoded = small(data + bytes(100_000), preprocessing)  # after so much else the end is not looked for
    assert np.array_equal(small(data, preprocessing), all_decoded)


def test_a_large_jpeg_that_is_cut_off_below_the_middle_says_so() -> None:
    data = saved(photo("rocket.jpg").resize((3000, 4000)), "JPEG")
    with pytest.raises(PictureError, match=r"^cut off: "):
        small(data[: len(data) * 98 // 100])


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "BMP", "AVIF", "GIF"])
def test_every_format_gives_the_same_picture(kind: str) -> None:
    if kind == "AVIF" and not features.check("avif"):
        pytest.skip("this Pillow has no AVIF")
    pixels = small(saved(photo(), kind))
    assert pixels.shape == (224, 224, 3)
    assert pixels.dtype == np.uint8
    assert difference(pixels, textbook(photo())) < (12 if kind == "GIF" else 4)  # a GIF has 256 colours


@pytest.mark.parametrize(
    ("mode", "kind"),
    [
        ("L", "JPEG"),
        ("CMYK", "JPEG"),
        ("YCbCr", "JPEG"),
        ("1", "PNG"),
        ("L", "PNG"),
        ("LA", "PNG"),
        ("P", "PNG"),
        ("RGBA", "PNG"),
        ("I;16", "PNG"),
        ("CMYK", "TIFF"),
        ("LAB", "TIFF"),
        ("I;16", "TIFF"),
        ("I;16B", "TIFF"),
        ("I", "TIFF"),
        ("F", "TIFF"),
        ("LA", "TIFF"),
        ("RGBA", "WEBP"),
    ],
)
def test_every_kind_of_pixel_shows_the_picture(mode: str, kind: str) -> None:
    picture, grey = photo(), photo().convert("L")
    if mode.startswith(("I", "F")):
        values = np.asarray(grey).astype(np.float64)
        scaled = values * {"I": 1e6, "F": 1 / 255}.get(mode, 257)
        kinds = {"I": "<i4", "F": "<f4", "I;16": "<u2", "I;16B": ">u2"}
        made = Image.frombytes(mode, grey.size, scaled.astype(kinds[mode]).tobytes())
    elif mode == "LAB":
        imagecms = pytest.importorskip("PIL.ImageCms")
        to_lab = imagecms.buildTransform(imagecms.createProfile("sRGB"), imagecms.createProfile("LAB"), "RGB", "LAB")
        made = imagecms.applyTransform(picture, to_lab)
    else:
        made = picture.convert(mode)
    pixels = small(saved(made, kind))
    in_colour = mode in ("RGBA", "P", "CMYK", "YCbCr", "LAB")
    expected = textbook(picture if in_colour else grey.convert("RGB"))
    if mode in ("1", "I", "F"):  # dithered, or stretched to the range that is used
        assert np.corrcoef(pixels.ravel(), expected.ravel())[0, 1] > (0.5 if mode == "1" else 0.99)
    else:
        assert difference(pixels, expected) < {"P": 12, "LAB": 8}.get(mode, 5)


def test_sixteen_bits_are_scaled_and_not_stretched() -> None:
    grey = Image.frombytes("I;16", (40, 30), np.full(1200, 100 * 257, "<u2").tobytes())
    assert np.all(small(saved(grey, "PNG")) == 100)


def test_floats_without_a_number_are_no_problem() -> None:
    values = np.full((30, 40), np.nan, np.float32)
    values[:, 20:] = np.inf
    assert small(saved(Image.fromarray(values), "TIFF")).shape == (224, 224, 3)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_transparency_is_laid_on_white(mode: str) -> None:
    clear = Image.new("RGBA", (300, 300), (255, 0, 0, 0))
    clear.paste((0, 0, 255, 255), (0, 0, 150, 300))
    pixels = small(saved(clear.quantize() if mode == "P" else clear.convert(mode), "PNG"))
    assert np.all(pixels[:, 120:] == 255)
    assert pixels[100, 50, 0] < 100


def test_a_transparent_colour_of_an_rgb_png_is_laid_on_white() -> None:
    picture = Image.new("RGB", (300, 300), (1, 2, 3))
    assert np.all(small(saved(picture, "PNG", transparency=(1, 2, 3))) == 255)


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "TIFF"])
def test_of_an_animated_picture_the_first_frame_is_taken(kind: str) -> None:
    frames = [Image.new("RGB", (60, 60), colour) for colour in ("red", "blue", "lime")]
    data = saved(frames[0], kind, save_all=True, append_images=frames[1:])
    assert difference(small(data), np.full((224, 224, 3), (255, 0, 0))) < 3


@pytest.mark.parametrize("size", [(1, 1), (1, 4000), (4000, 1), (2, 3), (30000, 2)])
@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_extreme_shapes_work(size: tuple[int, int], kind: str) -> None:
    pixels = small(saved(Image.new("RGB", size, (10, 200, 30)), kind))
    assert difference(pixels, np.full((224, 224, 3), (10, 200, 30))) < 3


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_turned_picture_comes_out_upright(orientation: int, kind: str) -> None:
    if kind == "AVIF" and not features.check("avif"):
        pytest.skip("this Pillow has no AVIF")
    exif = Image.Exif()
    exif[0x0112] = orientation
    lying = photo()
    lying.getexif()[0x0112] = orientation
    upright = textbook(ImageOps.exif_transpose(lying))
    pixels = small(saved(photo(), kind, exif=exif.tobytes()))
    assert difference(pixels, upright) < 5
    assert all(difference(pixels, other) > 15 for other in (upright[:, ::-1], upright[::-1], upright[::-1, ::-1]))


@pytest.mark.parametrize("orientation", [0, 9, 65535])
def test_an_orientation_that_does_not_exist_turns_nothing(orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    assert difference(small(saved(photo(), "JPEG", exif=exif.tobytes())), textbook(photo())) < 5


def test_broken_exif_does_not_spoil_the_picture() -> None:
    data = saved(photo(), "JPEG", exif=b"Exif\0\0II*\0\xff\xff\xff\xff")
    assert difference(small(data), textbook(photo())) < 5


def test_heic_samples_come_out_upright() -> None:
    path = SAMPLES / "heic" / "IMG_5195.HEIC"
    if not path.exists():
        pytest.skip("the HEIC sample is not beside the repository")
    pixels = small(path.read_bytes())
    assert pixels.shape == (224, 224, 3)
    assert pixels.std() > 20


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_heic_comes_out_upright_once(orientation: int) -> None:
    """Its boxes turn it, and EXIF may say so a second time."""
    encoder = pytest.importorskip("pillow_heif", reason="nothing here can write HEIC")
    exif, lying, stream = Image.Exif(), photo(), io.BytesIO()
    exif[0x0112] = lying.getexif()[0x0112] = orientation
    encoder.from_pillow(photo()).save(stream, exif=exif.tobytes(), quality=90)
    assert difference(small(stream.getvalue()), textbook(ImageOps.exif_transpose(lying))) < 5


def test_a_heic_with_broken_texts_does_not_end_the_process() -> None:
    path = SAMPLES / "heic" / "IMG_5195.HEIC"
    if not path.exists():
        pytest.skip("the HEIC sample is not beside the repository")
    code = (
        "import io, sys; from albumsort.library.exif import read_exif; data = sys.stdin.buffer.read();"
        "broken = data.replace(b'application/rdf+xml', b'application/r\\xfff+xml', 1); assert broken != data;"
        "print(read_exif(io.BytesIO(data), 'heif').camera, read_exif(io.BytesIO(broken), 'heif').camera, sep=',')"
    )
    run = subprocess.run([sys.executable, "-c", code], input=path.read_bytes(), capture_output=True, check=False)
    assert (run.returncode, run.stdout.strip()) == (0, b"Apple iPhone 11 Pro Max,")


def test_all_orientation_samples_show_the_same_picture() -> None:
    if not SAMPLES.exists():
        pytest.skip("the samples of cameras are not beside the repository")
    for shape in ("landscape", "portrait"):
        pictures = [small((SAMPLES / "orientation" / f"{shape}_{n}.jpg").read_bytes()) for n in range(1, 9)]
        coarse = [picture.reshape(16, 14, 16, 14, 3).mean(axis=(1, 3)) for picture in pictures]
        likeness = np.corrcoef([one.ravel() for one in (*coarse, coarse[0][:, ::-1], coarse[0][::-1])])[0]
        assert likeness[:8].min() > likeness[8:].max() + 0.1


def png_header(width: int, height: int, colour_type: int = 0) -> bytes:
    """A PNG that claims a size and has no pixels."""
    header = b"IHDR" + struct.pack(">LLBBBBB", width, height, 8, colour_type, 0, 0, 0)
    empty = b"IDAT" + zlib.compress(b"")
    chunks = [struct.pack(">L", len(c) - 4) + c + struct.pack(">L", zlib.crc32(c)) for c in (header, empty)]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def test_a_decompression_bomb_is_refused_before_it_is_decoded() -> None:
    with pytest.raises(PictureError, match=r"^900 megapixels: more than the limit of 200 for pictures of this kind"):
        small(png_header(30000, 30000))
    with pytest.raises(PictureError, match="limit of 89"):
        small(png_header(10000, 10000, colour_type=6))


def test_a_jpeg_is_judged_by_what_is_decoded() -> None:
    data = bytearray(saved(photo().resize((64, 64)), "JPEG"))
    size = data.index(b"\xff\xc0") + 5
    data[size : size + 4] = struct.pack(">HH", 20000, 20000)
    assert small(bytes(data)).shape == (224, 224, 3)  # of its 400 megapixels 6 are decoded
    progressive = bytearray(saved(photo().resize((64, 64)), "JPEG", progressive=True))
    size = progressive.index(b"\xff\xc2") + 5
    progressive[size : size + 4] = struct.pack(">HH", 20000, 20000)
    with pytest.raises(PictureError, match="400 megapixels"):
        small(bytes(progressive))


def test_large_pictures_in_many_threads_all_come_out() -> None:
    data = saved(Image.new("RGBA", (6000, 5000), (0, 255, 0, 255)), "PNG", compress_level=1)  # 270 MB each: two fit
    with ThreadPoolExecutor(4) as pool:
        for pixels in pool.map(small, [data] * 6):
            assert np.all(pixels == (0, 255, 0))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "TIFF", "WEBP"])
def test_a_truncated_picture_says_so(kind: str) -> None:
    data = saved(photo(), kind)
    with pytest.raises(PictureError) as caught:
        small(data[: len(data) // 2])
    assert str(caught.value).startswith(REASONS)
    if kind in ("JPEG", "PNG"):
        assert str(caught.value).startswith("cut off: ")


def test_a_mere_header_is_no_picture() -> None:
    with pytest.raises(PictureError, match=r"^not a picture that can be read: "):
        small(saved(photo(), "JPEG")[:20])


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_broken_bytes_give_a_picture_or_a_reason(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(["JPEG", "PNG", "WEBP", "TIFF", "GIF", "BMP"]))
    broken = bytearray(TINY[kind])
    for _ in range(data.draw(st.integers(0, 6))):
        broken[data.draw(st.integers(0, len(broken) - 1))] = data.draw(st.integers(0, 255))
    stream = io.BytesIO(bytes(broken[: data.draw(st.integers(len(broken) // 4, len(broken)))]))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        read_exif(stream, kind.lower())
        try:
            outcome = str(small_picture(stream, kind.lower(), PLAIN).shape)
        except PictureError as error:
            outcome = str(error)
    too_much = " megapixels: more than" in outcome or "which would take very long" in outcome
    assert outcome == "(224, 224, 3)" or outcome.startswith(REASONS) or too_much
    assert outcome.isprintable()


TINY = {kind: saved(photo().resize((48, 32)), kind) for kind in ("JPEG", "PNG", "WEBP", "TIFF", "GIF", "BMP")}


def test_decoding_in_threads_gives_what_it_gives_alone() -> None:
    data = [saved(photo(name), "JPEG") for name in ("chelsea.png", "coffee.png", "rocket.jpg", "astronaut.png")]
    alone = [small(one) for one in data]
    start = threading.Barrier(4)

    def together(one: bytes) -> Pixels:
        start.wait()
        return small(one)

    with ThreadPoolExecutor(4) as pool:
        assert all(np.array_equal(a, b) for a, b in zip(alone, pool.map(together, data), strict=True))
