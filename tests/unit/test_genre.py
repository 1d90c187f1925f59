"""Screenshots, recordings of a screen and scanned pages are told from photos, by several signs together."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont
from PIL.PngImagePlugin import PngInfo

from albumsort.labels.parse import load_table
from albumsort.library.genre import Sign, sign_in
from albumsort.records import Metadata
from albumsort.vision.networks import NETWORKS, Preprocessing
from albumsort.vision.page import is_page

from .pictures import photo, saved, small

SHARED = Path(os.environ.get("ALBUMSORT_TEST_SAMPLES", Path(__file__).parents[3] / "shared"))
PHONE, DESKTOP, ODD = (1170, 2532), (1920, 1080), (801, 640)
XMP = '<rdf:Description><exif:UserComment><rdf:Alt><rdf:li xml:lang="x-default">Screenshot</rdf:li></rdf:Alt>'


def sign(name: str, size: tuple[int, int], camera: str = "", software: str = "", comment: bytes = b"") -> Sign:
    """The sign in a picture of this name and size; its format is that of the name's suffix."""
    exif = Image.Exif()
    if software:
        exif[0x0131] = software
    if comment:
        exif.get_ifd(0x8769)[0x9286] = comment
    kind = "PNG" if name.endswith(".png") else "JPEG"
    data = io.BytesIO(saved(Image.new("L", size), kind, exif=exif))
    return sign_in(name, data, kind.lower(), Metadata(camera=camera))


def written(lines: int = 20, paper: str = "#f4f0e4") -> Image.Image:
    """A page with lines of ink."""
    page = Image.new("RGB", (600, 800), paper)
    draw = ImageDraw.Draw(page)
    for line in range(lines):
        draw.line((60, 60 + 36 * line, 540, 60 + 36 * line), fill="#222233", width=6)
    return page


def scanned(points: int, paper: str) -> Image.Image:
    """A page of A4 with ordinary text, as a scanner makes it with 300 dots per inch."""
    page = Image.new("RGB", (2480, 3508), paper)
    text = "\n".join(["The quick brown fox jumps over the lazy dog and runs away."] * (2900 * 72 // 300 // points))
    font = ImageFont.load_default(points * 300 / 72)
    ImageDraw.Draw(page).multiline_text((250, 300), text, fill="#202020", font=font)
    return page


@pytest.mark.parametrize(
    ("name", "size", "found"),
    [
        ("Screenshot_20230506-123456.png", ODD, "screenshot"),
        ("Screenshot_20230506-123456_Chrome.jpg", PHONE, "screenshot"),
        ("Screenshot 2023-05-06 at 12.34.56.png", (1400, 900), "screenshot"),
        ("Bildschirmfoto vom 2023-05-06.png", ODD, "screenshot"),
        ("Capture d’écran 2023-05-06.png", ODD, "screenshot"),
        ("Capture d’e\u0301cran 2023-05-06.png", ODD, "screenshot"),
        ("截屏2023-05-06 12.34.56.png", ODD, "screenshot"),
        ("スクリーンショット 2023-05-06.png", ODD, "screenshot"),
        ("IMG_0815.png", PHONE, "screenshot"),
        ("IMG_0815.jpg", PHONE, ""),  # a story, a wallpaper
        ("IMG_0815.png", DESKTOP, ""),
        ("IMG_0815.png", (1080, 1920), ""),
        ("Screenshot.jpg", (4032, 3024), ""),  # a name alone
        ("sunscreen shop.png", ODD, ""),
        ("photo.png", ODD, ""),
    ],
)
def test_a_screenshot_needs_several_signs(name: str, size: tuple[int, int], found: Sign) -> None:
    assert sign(name, size) == found


def test_what_a_camera_took_is_no_screenshot() -> None:
    assert sign("Screenshot_20230506-123456.png", PHONE, camera="Acme Phone 9") == ""


def test_a_system_that_says_so_is_believed() -> None:
    assert sign("IMG_0815.jpg", ODD, comment=b"ASCII\0\0\0Screenshot") == "screenshot"
    assert sign("IMG_0815.jpg", ODD, comment=b"ASCII\0\0\0Screenshots of the sea") == ""
    assert sign("2023.png", DESKTOP, software="gnome-screenshot") == "screenshot"
    info = PngInfo()
    info.add_itxt("XML:com.adobe.xmp", XMP)
    data = io.BytesIO(saved(Image.new("L", ODD), "PNG", pnginfo=info))
    assert sign_in("IMG_0815.png", data, "png", Metadata()) == "screenshot"


@pytest.mark.parametrize(
    ("name", "camera", "found"),
    [
        ("RPReplay_Final1683376496.mp4", "", "screenshot"),
        ("Screen Recording 2023-05-06 at 12.34.56.mov", "", "screenshot"),
        ("录屏2023.mp4", "", "screenshot"),
        ("Screen Recording.mov", "Apple iPhone 12", ""),
        ("VID_20230506_123456.mp4", "", ""),
    ],
)
def test_a_recording_of_the_screen_is_told_by_its_name(name: str, camera: str, found: Sign) -> None:
    assert sign_in(name, io.BytesIO(), "video", Metadata(camera=camera)) == found


@pytest.mark.parametrize(
    ("name", "camera", "software", "found"),
    [
        ("img001.jpg", "EPSON Perfection V600", "", "scan"),
        ("img001.jpg", "Canon CanoScan LiDE 210", "", "scan"),
        ("2023.jpg", "", "ScanSnap Manager", "scan"),
        ("CamScanner 05-06-2023.jpg", "", "", "scan"),
        ("Scan0001.png", "", "", "scan"),
        ("扫描件.jpg", "", "", "scan"),
        ("Scandinavia.jpg", "", "", ""),
        ("Scan0001.jpg", "Canon EOS 90D", "", ""),
        ("img001.jpg", "", "Adobe Photoshop", ""),
    ],
)
def test_a_scan_is_told_by_its_scanner_or_name(name: str, camera: str, software: str, found: Sign) -> None:
    assert sign(name, ODD, camera, software) == found


def test_a_page_is_white_with_ink_and_no_photo() -> None:
    assert is_page(small(saved(written(), "JPEG")))
    assert is_page(small(saved(written(paper="#dcd8c8"), "JPEG")))
    with_photo = written()
    with_photo.paste(photo().resize((560, 420)), (20, 200))
    for other in (with_photo, written(lines=0), photo(), photo("coffee.png"), photo("astronaut.png")):
        assert not is_page(small(saved(other, "JPEG")))


@pytest.mark.parametrize("preprocessing", sorted({network.preprocessing for network in NETWORKS.values()}, key=str))
def test_a_scanned_page_of_text_is_a_page_whatever_the_paper_and_the_model(preprocessing: Preprocessing) -> None:
    for points, paper in ((9, "white"), (14, "white"), (10, "#f4f0e4"), (12, "#ece0bc"), (11, "#c8c8c8")):
        assert is_page(small(saved(scanned(points, paper), "JPEG"), preprocessing)), (points, paper)


def test_hardly_any_photo_looks_like_a_page() -> None:
    files = sorted((SHARED / "photos").glob("*.JPEG"))
    if not files:
        pytest.skip("the samples of photos are not beside the repository")
    assert sum(is_page(small(file.read_bytes())) for file in files[::5]) <= 4


def test_their_albums_have_names_that_a_table_may_change(tmp_path: Path) -> None:
    shipped = load_table(None)
    names = [shipped.folder(key, language) for key in ("videos", "screenshots") for language in ("en", "zh")]
    assert names == ["Videos", "视频", "Screenshots", "截图"]
    assert shipped.folder("documents") == "Documents and stationery"
    own = tmp_path / "own.yaml"
    classes = "".join(f"\n      - {index}" for index in range(1000))
    every = f"  all:\n    name: All\n    classes:{classes}\n"
    own.write_text(f"threshold: 0.4\ncategories:\n{every}  screenshots:\n    name: {{en: Screens, zh: 屏幕}}\n")
    table = load_table(str(own))
    assert (table.folder("screenshots"), table.folder("screenshots", "zh")) == ("Screens", "屏幕")
    assert (table.folder("documents"), table.folder("documents", "zh")) == ("Documents", "文档")


@pytest.mark.parametrize("broken", [b"", b"\x89PNG\r\n\x1a\n" + bytes(40), saved(Image.new("L", ODD), "PNG")[:60]])
def test_a_broken_picture_has_no_sign(broken: bytes) -> None:
    assert sign_in("a.png", io.BytesIO(broken), "png", Metadata()) == ""


def test_no_real_photo_is_a_screenshot_or_a_document() -> None:
    files = [file for folder in ("photos", "exif") for file in sorted((SHARED / folder).rglob("*.[Jj]*"))]
    if not files:
        pytest.skip("the samples of photos are not beside the repository")
    signs = [sign_in(file.name, io.BytesIO(file.read_bytes()), "jpeg", Metadata()) for file in files]
    assert [file.name for file, found in zip(files, signs, strict=True) if found] == []
    assert len(files) > 500
