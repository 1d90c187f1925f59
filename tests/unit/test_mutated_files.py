"""Files changed at random: a few hundred each time here, and as many as wanted with scripts/fuzz.py.

Below them, made by code, what once took minutes or gigabytes.
"""

from __future__ import annotations

import io
import os
import struct
import subprocess
import sys
import zlib
from importlib import import_module
from pathlib import Path
from random import Random
from typing import Any

import pytest
from PIL import Image

from albumsort.errors import AlbumsortError, PictureError
from albumsort.labels.classes import data_file
from albumsort.labels.parse import parse_table
from albumsort.library.exif import read_exif
from albumsort.library.formats import sniff
from albumsort.library.ration import Rationed
from albumsort.records import Metadata
from albumsort.vision.decode import small_picture
from albumsort.vision.networks import Preprocessing

pytest.importorskip("skimage")
pytest.importorskip("sklearn")

SCRIPTS = Path(__file__).parents[2] / "scripts"
VERY_LONG = "^not a picture that can be read: its header is put together so that it would take very long$"
KINDS = ["exif", "jpeg", "png", "tiff", "table", "webp", "avif", "xmp", "sidecar", "gif", "bmp", "video"]


@pytest.fixture(scope="module")
def fuzzing() -> Any:
    """The parts of scripts/fuzz.py; typed loosely, because they are no package that could be imported by its name."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(SCRIPTS))
        import_module("fuzzing.worker")
        yield sys.modules["fuzzing"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_changed_file_is_read_or_refused(kind: str, fuzzing: Any, tmp_path: Path) -> None:
    whole = fuzzing.seeds.seeds().get(kind)
    if not whole:
        pytest.skip("this Pillow has no AVIF")
    read = fuzzing.worker.READERS.get(kind, fuzzing.worker.read_picture)
    refused = 0
    for number in range(25):
        rng = Random(f"{kind} {number}")
        path = tmp_path / str(number)
        path.write_bytes(fuzzing.mutations.mutate(rng, kind, rng.choice(whole), rng.choice(whole)))
        refused += bool(read(str(path)))
    assert refused > 0


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_changed_was_whole_before(kind: str, fuzzing: Any, tmp_path: Path) -> None:
    read = fuzzing.worker.READERS.get(kind, fuzzing.worker.read_picture)
    for number, data in enumerate(fuzzing.seeds.seeds().get(kind, ())):
        path = tmp_path / str(number)
        path.write_bytes(data)
        assert read(str(path)) == ""


def test_the_script_reads_heic_in_a_process_that_may_crash_and_says_what_came_of_it(tmp_path: Path) -> None:
    command = [sys.executable, str(SCRIPTS / "fuzz.py"), "--files", "40", "--kinds", "heic", "--keep", str(tmp_path)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (run.returncode, os.listdir(tmp_path)) == (0, []), run.stdout + run.stderr
    assert "| heic | 40 |" in run.stdout


def saved(kind: str) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (16, 16), "green").save(stream, kind)
    return stream.getvalue()


def small(data: bytes) -> tuple[int, ...]:
    return small_picture(io.BytesIO(data), sniff(data[:512]), Preprocessing()).shape


def with_exif(block: bytes) -> bytes:
    whole = saved("JPEG")
    segment = b"Exif\0\0" + block
    return whole[:2] + b"\xff\xe1" + struct.pack(">H", len(segment) + 2) + segment + whole[2:]


def exif_block(entries: int, kind: int, count: int, following: int = 0) -> bytes:
    """EXIF of 64 kB: a camera's model, and many entries that all have the same large value."""
    model = struct.pack("<HHL4s", 0x0110, 2, 4, b"Cam\0")
    large = [struct.pack("<HHLL", 1000 + number, kind, count, 8) for number in range(entries)]
    block = b"II*\0\x08\0\0\0" + struct.pack("<H", entries + 1) + model + b"".join(large) + struct.pack("<L", following)
    return block + bytes(65_000 - len(block))


@pytest.mark.parametrize("kind", [1, 3, 4, 5, 10, 12])
def test_an_exif_block_that_would_take_many_seconds_says_nothing(kind: int) -> None:
    assert read_exif(io.BytesIO(with_exif(exif_block(20, kind, 900))), "jpeg").camera == "Cam"
    crafted = with_exif(exif_block(5000, kind, 999))
    assert read_exif(io.BytesIO(crafted), "jpeg") == Metadata()
    assert small(crafted) == (224, 224, 3)


def test_texts_that_lie_over_each_other_are_not_kept_a_thousand_times() -> None:
    assert read_exif(io.BytesIO(with_exif(exif_block(20, 2, 60_000))), "jpeg").camera == "Cam"
    assert read_exif(io.BytesIO(with_exif(exif_block(5000, 2, 60_000))), "jpeg") == Metadata()


def test_directories_of_exif_that_lead_to_themselves_are_read_once() -> None:
    assert read_exif(io.BytesIO(with_exif(exif_block(3, 4, 1, following=8))), "jpeg").camera == "Cam"


@pytest.mark.parametrize(
    "filling",
    [b"\xff" * 600_000, b"\xff\xe0\0\x04ab" + bytes(600_000), b"\xff\xe9\0\x02" * 300_000],
    ids=["fill bytes", "junk", "empty segments"],
)
def test_a_jpeg_header_without_end_is_refused(filling: bytes) -> None:
    whole = saved("JPEG")
    short = filling[:8000]
    assert small(whole[:2] + short + whole[2:]) == (224, 224, 3)
    with pytest.raises(PictureError, match=VERY_LONG):
        small(whole[:2] + filling + whole[2:])


@pytest.mark.parametrize("place", ["before the pixels", "after the pixels", "in the pixels"])
def test_a_png_of_empty_chunks_is_refused(place: str) -> None:
    whole = saved("PNG")
    kind = b"IDAT" if place == "in the pixels" else b"abCd"
    chunk = bytes(4) + kind + struct.pack(">L", zlib.crc32(kind))
    at = len(whole) - 12 if place == "after the pixels" else 33
    assert small(whole[:at] + chunk * 100 + whole[at:]) == (224, 224, 3)
    crafted = whole[:at] + chunk * 300_000 + whole[at:]
    with pytest.raises(PictureError, match=VERY_LONG):
        small(crafted)
    assert read_exif(io.BytesIO(crafted), "png") == Metadata()


@pytest.mark.parametrize("block", [b"!\xfe\1a\0", b"!\xf0\1a\0", b"\0"], ids=["comments", "extensions", "junk"])
def test_a_gif_header_without_end_is_refused(block: bytes) -> None:
    whole = saved("GIF")
    at = 13 + 3 * (2 << (whole[10] & 7))
    assert small(whole[:at] + block * 100 + whole[at:]) == (224, 224, 3)
    with pytest.raises(PictureError, match=VERY_LONG):
        small(whole[:at] + block * 600_000 + whole[at:])


def tiff(width: int, height: int, tile: int, samples: int = 1) -> bytes:
    """A grey TIFF of one deflated tile that is cut off."""
    values = {256: width, 257: height, 258: 8, 259: 8, 262: 1, 277: samples, 322: tile, 323: tile, 324: 200, 325: 100}
    entries = b"".join(struct.pack("<HHLL", tag, 4, 1, value) for tag, value in values.items())
    return b"II*\0\x08\0\0\0" + struct.pack("<H", len(values)) + entries + bytes(200)


def test_a_tile_of_a_tiff_may_not_be_larger_than_a_picture_may() -> None:
    with pytest.raises(PictureError, match=r"^900 megapixels: more than the limit of 89 "):
        small(tiff(10, 10, tile=30_000))
    with pytest.raises(PictureError, match=r"^not a picture that can be read: decoder error"):
        small(tiff(10, 10, tile=512))


def test_what_pillow_has_to_say_of_a_broken_file_is_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(PictureError):
        small(tiff(10, 10, tile=512, samples=99))
    assert not caplog.records


def strips(count: int, order: str = "<", *, big: bool = False) -> bytes:
    """A grey TIFF of one column and as many rows and strips."""
    fields = {256: 1, 257: count, 258: 8, 259: 1, 262: 1, 273: count, 277: 1, 278: 1, 279: count}
    head = b"II" if order == "<" else b"MM"
    head += struct.pack(order + "HHHQQ", 43, 8, 0, 16, 9) if big else struct.pack(order + "HLH", 42, 8, 9)
    values = len(head) + len(fields) * (20 if big else 12) + 8
    entry = order + ("HHQQ" if big else "HHLL")
    places = {273: (count, values), 279: (count, values + 4 * count)}
    entries = b"".join(struct.pack(entry, tag, 4, *places.get(tag, (1, value))) for tag, value in fields.items())
    return head + entries + bytes(8) + struct.pack(order + "L", 8) * count + struct.pack(order + "L", 1) * count


@pytest.mark.parametrize("big", [False, True])
@pytest.mark.parametrize("order", ["<", ">"])
def test_a_tiff_of_very_many_strips_is_refused(order: str, big: bool) -> None:
    if order == "<" or not big:  # a number of 4 bytes stands at the other end of 8
        assert small(strips(500, order, big=big)) == (224, 224, 3)
    with pytest.raises(PictureError, match=VERY_LONG):
        small(strips(300_000, order, big=big))


def scans(size: int, count: int) -> bytes:
    """A progressive JPEG with a scan that is repeated."""
    stream = io.BytesIO()
    Image.new("L", (size, size)).save(stream, "JPEG", progressive=True)
    data = stream.getvalue()
    return data[:-2] + data[data.rindex(b"\xff\xda") : -2] * count + data[-2:]


def test_a_jpeg_of_very_many_scans_is_refused() -> None:
    assert small(scans(64, 900)) == (224, 224, 3)
    with pytest.raises(PictureError, match=r"^at least 1106 scans, which would take very long to decode$"):
        small(scans(64, 1100))
    assert small(scans(1600, 50)) == (224, 224, 3)
    with pytest.raises(PictureError, match=r"^at least 86 scans"):
        small(scans(8000, 80))


def test_other_segments_do_not_hide_scans() -> None:
    whole = scans(64, 1100)
    at = whole.rindex(b"\xff\xda")
    assert b"\xff\xd9" not in whole[:at]
    first = whole.index(b"\xff\xda", whole.index(b"\xff\xda") + 2)
    with pytest.raises(PictureError, match="at least 1106 scans"):
        small(whole[:first] + b"\xff\xfe\0\x04\xff\xd9" + whole[first:])
    with pytest.raises(PictureError, match="at least 1001 scans"):
        small(whole[:first] + b"\xff\xfe\0\x02" * 20_000 + whole[first:])


def test_a_jpeg_with_a_scan_for_each_colour_needs_memory_for_the_whole_picture() -> None:
    data = saved("JPEG")
    start = data.index(b"\xff\xda")
    colours = [data[start + 5 + 2 * number :][:2] for number in range(3)]
    one_by_one = [b"\xff\xda\0\x08\x01" + colour + b"\0\x3f\0" + bytes(10) for colour in colours]
    split = data[:start] + b"".join(one_by_one) + b"\xff\xd9"
    assert small(split) == (224, 224, 3)
    size = split.index(b"\xff\xc0") + 5
    with pytest.raises(PictureError, match=r"^400 megapixels: more than the limit of 13\d "):
        small(split[:size] + struct.pack(">HH", 20_000, 20_000) + split[size + 4 :])


def packed_bmp(width: int, height: int, pixels: bytes) -> bytes:
    start = 54 + 1024
    header = struct.pack("<LllHHLLllLL", 40, width, height, 1, 8, 1, len(pixels), 0, 0, 0, 0)
    return b"BM" + struct.pack("<LHHL", start + len(pixels), 0, 0, start) + header + bytes(1024) + pixels


def test_a_packed_bmp_is_read_up_to_three_megapixels() -> None:
    assert small(packed_bmp(1000, 600, (b"\1\7" * 1000 + bytes(2)) * 600)) == (224, 224, 3)
    with pytest.raises(PictureError, match="more than 3 megapixels"):
        small(packed_bmp(100_000_000, 1, b"\1\7\0\0"))


@pytest.mark.parametrize("way", ["short", "long", "size of 64 bits", "up to the end"])
def test_an_item_of_a_heic_that_is_no_text_is_refused_however_its_size_is_written(way: str, fuzzing: Any) -> None:
    whole = fuzzing.seeds.seeds()["heic"][0]
    start = whole.rindex(b"infe", 0, whole.index(b"application/rdf+xml")) - 4
    size = int.from_bytes(whole[start : start + 4], "big")
    entry = whole[start + 8 : start + size].replace(b"rdf+xml", b"r\xff\xff+xml")
    heads = {"short": struct.pack(">L", size), "long": struct.pack(">L", size + 2000), "up to the end": bytes(4)}
    head = heads.get(way, struct.pack(">L", 1)) + b"infe"
    if way == "size of 64 bits":
        head += struct.pack(">Q", size + 8)
    entries = head + entry + bytes(2000 if way == "long" else 0)
    broken = grown(whole[:start] + entries + whole[start + size :], len(entries) - size)
    code = "import io, sys; from albumsort.library.exif import read_exif;"
    code += "print(read_exif(io.BytesIO(sys.stdin.buffer.read()), 'heif').camera)"
    for data, camera in ((whole, b"Phone"), (broken, b"")):
        run = subprocess.run([sys.executable, "-c", code], input=data, capture_output=True, check=False)
        assert (run.returncode, run.stdout.strip()) == (0, camera)


def grown(data: bytes, more: int) -> bytes:
    """A HEIC in whose boxes around the items there are ``more`` bytes."""
    changed = bytearray(data)
    for kind in (b"meta", b"iinf"):
        at = data.index(kind) - 4
        struct.pack_into(">L", changed, at, struct.unpack_from(">L", data, at)[0] + more)
    return bytes(changed)


def test_what_looks_like_an_item_in_the_pixels_of_a_heic_does_not_matter(fuzzing: Any) -> None:
    whole = fuzzing.seeds.seeds()["heic"][0]
    assert whole.index(b"mdat") > whole.index(b"meta")
    picture = whole + struct.pack(">L", 40) + b"mdat" + b"\0\0\0\x18infe" + b"\xff" * 24
    assert read_exif(io.BytesIO(picture), "heif").camera == "Phone"


@pytest.mark.parametrize(("kind", "magic"), [("webp", b"RIFF\xff\xff\xff\x7fWEBP"), ("heif", b"\0\0\0\x0cftypheic")])
def test_a_file_that_its_decoder_would_read_whole_is_not_larger_than_the_memory(
    kind: str, magic: bytes, tmp_path: Path
) -> None:
    path = tmp_path / "sparse"
    path.write_bytes(magic)
    os.truncate(path, 3_000_000_000)
    with open(path, "rb") as stream, pytest.raises(PictureError, match=r"^larger than 256 MB"):
        small_picture(stream, kind, Preprocessing())
    with open(path, "rb") as stream:
        assert read_exif(stream, kind) == Metadata()


def test_a_ration_gives_out_so_many_reads_and_bytes_and_no_more() -> None:
    reads = Rationed(io.BytesIO(b"abc"), reads=2)
    assert (reads.read(1), reads.read()) == (b"a", b"bc")
    with pytest.raises(PictureError):
        reads.read(1)
    size = Rationed(io.BytesIO(b"abcdef"), reads=99, size=3)
    assert size.read(3) == b"abc"
    size.seek(0)
    with pytest.raises(PictureError):
        size.read()
    size.seek(0)
    size.give_all_bytes()
    assert (size.read(), size.tell()) == (b"abcdef", 6)


HEAD = "threshold: 0.3\ncategories:\n  a:\n    name: A\n    classes:\n"


def test_of_very_many_problems_in_a_table_the_first_are_told() -> None:
    with pytest.raises(AlbumsortError) as caught:
        parse_table((HEAD + "      - taby cat\n" * 13_000).encode(), "t.yaml")
    lines = str(caught.value).splitlines()
    assert lines[0] == "t.yaml: 200 problems and more"
    assert lines[1].startswith("t.yaml:6: category a: there is no class 'taby cat'; did you mean ")
    assert lines[-1] == "… and 180 more; correct these first"


def test_a_table_in_thousands_of_languages_is_refused() -> None:
    table = data_file("categories.yaml").read_text()
    codes = [f"{one}{two}{three}" for one in "abcdefghij" for two in "abcdefghij" for three in "abcdefghij"]
    name = "{en: Everything" + "".join(f", {code}: N{code}" for code in codes[:97]) + "}"
    tags = f"\ntags:\n  everything:\n    name: {name}\n    classes: [281]\n"
    plain = table[: table.index("\ntags:")] if "\ntags:" in table else table
    assert parse_table((plain + tags).encode(), "t.yaml").tags
    many = tags.replace("}", "".join(f", {code}: N{code}" for code in codes[97:]) + "}")
    with pytest.raises(AlbumsortError, match="the names are in 1001 languages; at most 100 are allowed"):
        parse_table((plain + many).encode(), "t.yaml")
