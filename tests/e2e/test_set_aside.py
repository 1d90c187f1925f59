"""--set-aside on real files."""

from __future__ import annotations

from pathlib import Path

from .conftest import MODEL, Library


def save(path: Path, *, light: float = 1.0, blur: float = 0.0) -> None:
    """A cat, with so much of its light, this much out of focus."""
    import skimage
    from PIL import Image, ImageFilter

    with Image.open(Path(skimage.__file__).parent / "data" / "chelsea.png") as cat:
        dim = cat.convert("RGB").point([round(255 * light ** (1 / 2.2) * level / 255) for level in range(256)] * 3)
        exif = Image.Exif()
        exif.get_ifd(0x8769)[0x9003] = "2023:05:06 12:00:00"
        dim.filter(ImageFilter.GaussianBlur(blur)).save(path, exif=exif)


def test_dark_and_blurred_photos_get_an_album_of_their_own_when_that_is_asked_for(tmp_path: Path) -> None:
    library = Library(tmp_path)
    library.photos.mkdir(parents=True)
    save(library.photos / "good.jpg")
    save(library.photos / "dark.jpg", light=1 / 24)
    save(library.photos / "blurred.jpg", blur=6)
    usual = library.scan(*MODEL, "--layout", "{category}")
    assert {path: row["tags"] for path, row in usual.items()} == {
        "blurred.jpg": "blurred; cats",
        "dark.jpg": "dark; cats",
        "good.jpg": "cats",
    }
    assert {row["album"] for row in usual.values()} == {"Pets"}
    library.scan(*MODEL, "--layout", "{category}", "--set-aside", "blurred,dark", "--action", "symlink")
    assert sorted(str(path.relative_to(library.albums)) for path in library.albums.rglob("*.jpg")) == [
        "Pets/good.jpg",
        "Set aside/2023/blurred.jpg",
        "Set aside/2023/dark.jpg",
    ]


def test_what_is_no_flaw_is_refused(tmp_path: Path) -> None:
    library = Library(tmp_path)
    library.photos.mkdir(parents=True)
    result = library.run("scan", library.photos, "--set-aside", "dark,ugly", code=2)
    assert "'ugly' is no flaw of a photo; there are dark, blurred, blank" in result.stderr
