"""Whether a picture is no photo but a screenshot or a scan: by its name, size and metadata, several signs together."""

from __future__ import annotations

import re
import unicodedata
from contextlib import suppress
from typing import TYPE_CHECKING, Any, BinaryIO, Literal

from albumsort.library.formats import open_picture
from albumsort.records import Metadata

if TYPE_CHECKING:
    from PIL.ImageFile import ImageFile

Sign = Literal["", "screenshot", "scan"]
"""What signs say a file is; whether a scan shows a page or a photo only its pixels tell."""

_ANY_CASE = re.IGNORECASE | re.VERBOSE
# As phones and systems call them in the languages with most users.
_SCREENSHOT_NAME = re.compile(
    r"""screen[ _-]?(?:shot|capture|clip) | bildschirmfoto | capture.d.{1,2}[eé]cran | istantanea.schermo | schermata
    | captura.de.(?:pantalla|ecr[aã]|tela) | schermafbeelding | zrzut.ekranu | sk[aä]rm(?:avbild|klipp) | skjermbilde
    | снимок.экрана | скриншот | ekran.(?:al[ıi]nt[ıi]s[ıi]|g[öo]r[üu]nt[üu]s[üu]) | スクリーンショット | 스크린샷
    | 截屏 | 截图 | 屏幕(?:快照|截图) | 螢幕(?:擷取|快照|截圖)""",
    _ANY_CASE,
)
_RECORDING_NAME = re.compile(
    r"""screen[ _-]?rec | rpreplay_final | bildschirmaufnahme | enregistrement.de.l.{1,2}[eé]cran
    | grabaci[oó]n.de.pantalla | registrazione.schermo | запись.экрана | 画面収録 | 화면.기록
    | 屏幕录制 | 录屏 | 螢幕錄製""",
    _ANY_CASE,
)
_SCREENSHOT_PROGRAM = re.compile(r"screen.?shot|spectacle|flameshot|greenshot|sharex|snagit|scrot", re.IGNORECASE)
_SCAN_NAME = re.compile(
    r"""(?<![a-z])scan(?:ned)?(?![a-z]) | camscanner | office.lens | 扫描 | 掃描 | スキャン | num[eé]risation
    | escaneado | scansione""",
    _ANY_CASE,
)
_SCANNER = re.compile(
    r"""scanner | scan(?:jet|snap|gear)? \b | [a-z]scan\b | perfection.v | \blide\b | paperport | officejet | laserjet
    | naps2 | simple-scan | office.lens""",
    _ANY_CASE,
)
# What iOS and macOS write into EXIF and XMP, and Samsung's phones into EXIF.
_SAID_IN_XMP = re.compile(rb"exif:UserComment>.{0,300}?>Screenshot<", re.DOTALL)
_SAID_IN_EXIF = re.compile(rb"\A(?:ASCII\0\0\0)?\s*Screenshot\s*\0*\Z")
_SOFTWARE, _EXIF, _EXPOSURE, _COMMENT, _FILE_SOURCE = 0x0131, 0x8769, 0x829A, 0x9286, 0xA300
_SCANNERS = (b"\1", b"\2", 1, 2)  # FileSource of EXIF: a film scanner, one of prints

_TALL = 16 / 9  # phones' screens are no wider, and hardly any photo is as tall
# Screens of phones, upright, in pixels. 1080 x 1920 is none of them here: programs make stories of photos in it.
_PHONES = {
    (640, 1136), (720, 1520), (720, 1560), (720, 1600), (720, 1612), (750, 1334), (828, 1792), (1008, 2244),
    (1080, 2160), (1080, 2220), (1080, 2280), (1080, 2310), (1080, 2316), (1080, 2340), (1080, 2376), (1080, 2388),
    (1080, 2392), (1080, 2400), (1080, 2408), (1080, 2412), (1080, 2424), (1125, 2436), (1170, 2532), (1179, 2556),
    (1206, 2622), (1220, 2712), (1242, 2208), (1242, 2688), (1260, 2800), (1280, 2856), (1284, 2778), (1290, 2796),
    (1320, 2868), (1344, 2992), (1440, 2960), (1440, 3040), (1440, 3088), (1440, 3120), (1440, 3200),
}  # fmt: skip
_SCREENS = {
    (1024, 768), (1280, 720), (1280, 800), (1366, 768), (1440, 900), (1536, 864), (1600, 900), (1680, 1050),
    (1920, 1080), (1920, 1200), (2048, 1536), (2160, 1440), (2160, 1620), (2256, 1504), (2360, 1640), (2388, 1668),
    (2560, 1440), (2560, 1600), (2560, 1664), (2732, 2048), (2736, 1824), (2880, 1800), (2880, 1864), (3024, 1964),
    (3440, 1440), (3456, 2234), (3840, 2160), (5120, 2880),
}  # fmt: skip
_ENOUGH = 3


def sign_in(name: str, stream: BinaryIO, format: str, metadata: Metadata) -> Sign:  # noqa: A002  sniff's result
    """What an open file is by its signs, "" for a photo. ``name`` is without its folder.

    Nothing with a camera's name in it is a screenshot. A video is a recording of the screen by its name alone, since
    there is nothing else that tells. Raises OSError where the disk fails, and nothing for what is broken.
    """
    name = unicodedata.normalize("NFC", name)  # macOS composes accents otherwise
    if format == "video":
        return "screenshot" if not metadata.camera and _RECORDING_NAME.search(name) else ""
    if format == "raw" or (metadata.camera and not _SCANNER.search(metadata.camera)):
        return ""
    try:
        picture = open_picture(stream, format)
        return _sign(name, picture, format, metadata.camera)
    except Exception as error:  # Pillow raises nearly anything for broken data, which says nothing then
        if isinstance(error, OSError) and error.errno:
            raise
        return ""


def _sign(name: str, picture: ImageFile, picture_format: str, camera: str) -> Sign:
    tags = _exif(picture)
    if _EXPOSURE in tags:
        return ""
    software = f"{tags.get(_SOFTWARE, '')} {picture.info.get('Software', '')}"
    if not camera and _is_screenshot(name, picture, picture_format, software, tags):
        return "screenshot"
    is_scanned = tags.get(_FILE_SOURCE) in _SCANNERS or _SCANNER.search(f"{camera} {software}")
    return "scan" if is_scanned or _SCAN_NAME.search(name) else ""


def _is_screenshot(name: str, picture: ImageFile, picture_format: str, software: str, tags: dict[int, Any]) -> bool:
    """Whether the system says so, or enough signs together: a name alone is not, nor a size; a phone's in a PNG is."""
    comment = tags.get(_COMMENT, b"")
    if _SAID_IN_EXIF.match(comment if isinstance(comment, bytes) else str(comment).encode()):
        return True
    if _SAID_IN_XMP.search(_bytes(picture.info.get("xmp", b""))):
        return True
    named, made = _SCREENSHOT_NAME.search(name), _SCREENSHOT_PROGRAM.search(software)
    return 2 * bool(named) + 2 * bool(made) + _size_says(picture) + (picture_format == "png") >= _ENOUGH


def _size_says(picture: ImageFile) -> int:
    """2 for the screen of a phone, 1 for another or for as tall a shape, 0 for what may be a photo's."""
    width, height = picture.size
    if picture.size in _PHONES:
        return 2
    return int(picture.size in _SCREENS or (height, width) in _SCREENS or height >= width * _TALL)


def _exif(picture: ImageFile) -> dict[int, Any]:
    """The EXIF by numbers; ``getexif`` of a PNG would decode all of it."""
    from PIL import Image

    exif, found = Image.Exif(), {}
    with suppress(SyntaxError, ValueError, TypeError, KeyError, EOFError):
        exif.load(picture.info.get("exif", b""))
        found = {**exif, **exif.get_ifd(_EXIF)}
    return found


def _bytes(value: object) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "replace")
