"""Which files are pictures: by suffix before a file is opened, by its first bytes afterwards."""

from __future__ import annotations

import logging
import os
import re
import warnings
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO, Literal, cast

from albumsort.errors import PictureError
from albumsort.library.ration import Rationed, check_directory
from albumsort.messages import gettext as _

if TYPE_CHECKING:
    from PIL.ImageFile import ImageFile

Kind = Literal["picture", "raw", "video", "sidecar", "catalog", "other", "unknown"]
"""What a file is by its name: ``sidecar`` says something about another file, ``catalog`` is a photo program's own."""

HEAD_SIZE = 512
"""How many of the first bytes of a file ``sniff`` needs."""

_PICTURES = "jpg jpeg jpe jfif png webp tif tiff gif bmp dib heic heif hif avif"
_RAW = """3fr ari arw bay braw cap cr2 cr3 crw dcr dcs dng drf eip erf fff gpr iiq k25 kdc mdc mef mos mrw nef nrw orf
    pef ptx pxn r3d raf raw rw2 rwl rwz sr2 srf srw x3f"""
_VIDEOS = "3g2 3gp avi flv insv m2ts m4v mkv mov mp mp4 mpeg mpg mts mv mxf ogv vob webm wmv"
_SIDECARS = "aae dop json pp3 thm xmp"  # thm: the thumbnail that Canon's cameras put beside a video or RAW
_CATALOGS = "lrcat"
_CATALOG_NAMES = frozenset(("digikam4.db",))
_OTHER_MEDIA = "lrv ts aac aif aiff amr flac m4a m4b mid midi mp3 oga ogg opus wav wma"
_DRAWINGS = """ai cdr drw dxf eps exr hdr ico indd insp jp2 jxl kra pcx pdd pgm ppm psb psd svg tga wmf xcf
    jpg_original jpeg_original heic_original png_original tif_original tiff_original"""  # exiftool's backups
_SETTINGS = """cfg conf cop cos csv dat db db-journal db-shm db-wal gpx ini jsonl kml kmz lnk log lrprev lrtemplate lua
    nksc on1 pto sqlite sqlite3 toml tsv url vcf xml yaml yml"""
_DOCUMENTS = """bib djvu doc docx eml epub htm html ics key md mht msg numbers odp ods odt pages pdf ppt pptx ps rst rtf
    tex txt xls xlsx"""
_PROGRAMS = """apk app bat bin c cc cmd cpp cs css dll dylib exe go h hpp java js jsx lock msi o php pl ps1 py pyc pyd
    rb rs sh so sql swift tsx ttf wasm whl woff woff2"""
_ARCHIVES = "7z bz2 dmg gz img iso jar lz lz4 lzma rar tar tbz2 tgz txz vhd vmdk xz zip zst"
_UNFINISHED = "!ut crdownload download filepart part partial swp tmp torrent"

_OTHER = " ".join((_OTHER_MEDIA, _DRAWINGS, _SETTINGS, _DOCUMENTS, _PROGRAMS, _ARCHIVES, _UNFINISHED))

SUFFIXES: dict[Kind, frozenset[str]] = {
    "picture": frozenset(_PICTURES.split()),
    "raw": frozenset(_RAW.split()),
    "video": frozenset(_VIDEOS.split()),
    "sidecar": frozenset(_SIDECARS.split()),
    "catalog": frozenset(_CATALOGS.split()),
    "other": frozenset(_OTHER.split()),
}
"""The suffixes of each kind, without a dot; files of kind "other" are no photos and are not opened."""

_KINDS = {suffix: kind for kind, suffixes in SUFFIXES.items() for suffix in suffixes}

_MAGIC = (
    (b"\xff\xd8\xff", "jpeg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"II*\0", "tiff"),
    (b"MM\0*", "tiff"),
    (b"II+\0", "tiff"),  # BigTIFF
    (b"MM\0+", "tiff"),
)
# ISO/IEC 23008-12 (HEIF) and the AV1 image file format: brands of the file type box. "mif1" and "msf1" can be either.
_HEIF_BRANDS = frozenset((b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1"))
_AVIF_BRANDS = frozenset((b"avif", b"avis"))
COMPRESSED = frozenset(("jpeg", "png", "webp", "gif", "heif", "avif", "raw", "video"))
"""Formats in which other pixels make another length or end: that of a PNG has a checksum, compressed or not.

In those of RAW files and videos the beginning or end tells of the exposure, or where each picture is.
"""

_BMP_HEADER_SIZES = (12, 16, 40, 52, 56, 64, 108, 124)

# Pillow reads headers byte by byte and keeps every chunk: 64 MB of them could cost half a minute and gigabytes.
_MOST_READS, _LARGEST_HEADER = 500_000, 256_000_000
_MOST_READS_OF_BMP = 6_500_000  # whose pixels, where they are packed, Pillow reads byte by byte as well
_READ_WHOLE = frozenset(("heif", "avif", "webp"))  # by their decoders, so that the file must fit into the memory

# Pillow warns of corrupt data, which to the user is noise: what matters raises an error as well.
_PILLOW_WARNINGS = ("ignore", None, Warning, re.compile(r"PIL\."), 0)


def kind_by_suffix(name: str) -> Kind:
    """What the suffix of a file name says; "unknown" where there is none or it could be anything."""
    if name.lower() in _CATALOG_NAMES:
        return "catalog"
    return _KINDS.get(os.path.splitext(name)[1][1:].lower(), "unknown")


def sniff(head: bytes) -> str:
    """The format by the first ``HEAD_SIZE`` bytes: jpeg, png, webp, tiff, gif, bmp, heif, avif; else ""."""
    found = next((name for magic, name in _MAGIC if head.startswith(magic)), "")
    if found == "tiff" and head[8:10] == b"CR":  # a Canon RAW file, which begins like a TIFF
        return ""
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "webp"
    if head.startswith(b"BM") and int.from_bytes(head[14:18], "little") in _BMP_HEADER_SIZES:
        return "bmp"
    return _sniff_brands(head) if head[4:8] == b"ftyp" else found


def _sniff_brands(head: bytes) -> str:
    box = head[: int.from_bytes(head[:4], "big")]
    brands = {box[8:12], *(box[at : at + 4] for at in range(16, len(box), 4))}
    if brands & _AVIF_BRANDS:
        return "avif"
    return "heif" if brands & _HEIF_BRANDS else ""


def open_picture(stream: BinaryIO, format: str) -> ImageFile:  # noqa: A002  the name that sniff's result has everywhere
    """Read the header of a picture; its pixels are decoded when they are asked for.

    ``format`` is what ``sniff`` said: no other decoder is tried. The classes are used directly because the limit on
    pixels of ``PIL.Image.open`` is global to the process. Raises PictureError for a header that would cost too much,
    and whatever Pillow raises for broken files.
    """
    from PIL import (
        AvifImagePlugin,
        BmpImagePlugin,
        GifImagePlugin,
        JpegImagePlugin,
        PngImagePlugin,
        TiffImagePlugin,
        WebPImagePlugin,
    )

    if _PILLOW_WARNINGS not in warnings.filters:  # warnings.catch_warnings would not be safe in threads
        warnings.filterwarnings("ignore", category=Warning, module=r"PIL\.")
        logging.getLogger("PIL").setLevel(logging.CRITICAL)
    if format in _READ_WHOLE and stream.seek(0, os.SEEK_END) > _LARGEST_HEADER:
        raise PictureError(
            _("larger than {number} MB, which pictures of this kind are not").format(number=_LARGEST_HEADER // 10**6)
        )
    stream.seek(0)
    if format == "heif":
        from pi_heif import HeifImageFile

        _check_item_texts(stream.read())
        heif: ImageFile = HeifImageFile(stream)
        return heif
    if format == "tiff":
        check_directory(stream)
        stream.seek(0)
    classes: dict[str, type[ImageFile]] = {
        "jpeg": JpegImagePlugin.JpegImageFile,
        "png": PngImagePlugin.PngImageFile,
        "webp": WebPImagePlugin.WebPImageFile,
        "tiff": TiffImagePlugin.TiffImageFile,
        "gif": GifImagePlugin.GifImageFile,
        "bmp": BmpImagePlugin.BmpImageFile,
        "avif": AvifImagePlugin.AvifImageFile,
    }
    rationed = Rationed(stream, _MOST_READS_OF_BMP if format == "bmp" else _MOST_READS, _LARGEST_HEADER)
    picture = classes[format](cast(BinaryIO, rationed))
    rationed.give_all_bytes()  # the pixels may take more
    return picture


def _check_item_texts(data: bytes) -> None:
    """Raise UnicodeDecodeError for item entries of a HEIF file that are no text.

    pi-heif (0.22 to 1.4 at least) does not check them and ends the process with a segmentation fault.
    """
    for content in _boxes_without_pixels(data):
        for match in re.finditer(b"infe", content):
            at, size = match.end(), int.from_bytes(content[max(0, match.start() - 4) : match.start()], "big")
            end = match.start() - 4 + size if size else len(content)
            if size == 1:
                at, end = at + 8, match.start() - 4 + int.from_bytes(content[at : at + 8], "big")
            content[at + 8 : end].decode()  # behind version, item number and protection: the type and texts


def _boxes_without_pixels(data: bytes) -> Iterator[bytes]:
    """The contents of the outermost boxes; what follows a broken one is one more."""
    at = 0
    while at + 8 <= len(data):
        size, kind, start = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8], at + 8
        if size == 1:
            size, start = int.from_bytes(data[start : start + 8], "big"), at + 16
        end = at + size if size else len(data)
        if end < start or (end > len(data) and kind != b"mdat"):
            break
        if kind != b"mdat":  # in the pixels any letters may stand, by chance
            yield data[start:end]
        at = end
    yield data[at:]
