"""A blurred frame of a burst stays in the album of the others."""

from __future__ import annotations

from pathlib import Path

from .conftest import MODEL, Library


def save_frame(path: Path, second: int | None, blur: float) -> None:
    """A temple, this much out of focus, with the time and the device where there is a second."""
    import sklearn
    from PIL import Image, ImageFilter

    exif = Image.Exif()
    if second is not None:
        exif[0x0110] = "Phone"
        exif.get_ifd(0x8769)[0x9003] = f"2023:05:06 12:00:{second:02}"
    path.parent.mkdir(parents=True, exist_ok=True)
    with Image.open(Path(sklearn.__file__).parent / "datasets" / "images" / "china.jpg") as temple:
        temple.filter(ImageFilter.GaussianBlur(blur)).save(path, exif=exif)


def test_a_blurred_frame_goes_into_the_album_of_its_burst_and_a_lone_one_does_not(tmp_path: Path) -> None:
    library = Library(tmp_path)
    save_frame(library.photos / "burst" / "1.jpg", 1, 0)
    save_frame(library.photos / "burst" / "2.jpg", 2, 6)
    save_frame(library.photos / "later" / "2.jpg", 30, 6.1)
    save_frame(library.photos / "no EXIF" / "1.jpg", None, 0.1)
    save_frame(library.photos / "no EXIF" / "2.jpg", None, 6.2)
    rows = library.scan(*MODEL, "--layout", "category", "--action", "move")
    good, blurred = rows["burst/1.jpg"], rows["burst/2.jpg"]
    assert (good["status"], good["note"]) == ("done", "")
    assert (blurred["status"], blurred["album"]) == ("done", good["album"])
    assert blurred["note"] == "by its burst; alone it would be unsorted"
    assert blurred["labels"] != good["labels"]
    assert rows["later/2.jpg"]["category"] == rows["no EXIF/2.jpg"]["category"] == "unsorted"
    again = library.scan(*MODEL, "--layout", "category", "--action", "move")
    assert {row["note"] for path, row in again.items() if "burst" not in path} >= {
        "in an album already; " + blurred["note"]
    }
