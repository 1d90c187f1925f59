"""``--action tag``: what other programs read back, what is left alone, and that it is taken back to the byte."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from .conftest import Library

Scan = Callable[..., dict[str, dict[str, str]]]
HEIC = Path(__file__).parents[1] / "unit" / "data" / "turned.heic"

# In the manner of Lightroom Classic: properties as attributes, Camera Raw settings, no XML declaration.
LIGHTROOM = """<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="Adobe XMP Core 7.0-c000">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about=""
    xmlns:xmp="http://ns.adobe.com/xap/1.0/"
    xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"
    xmlns:crs="http://ns.adobe.com/camera-raw-settings/1.0/"
    xmlns:dc="http://purl.org/dc/elements/1.1/"
    xmlns:lr="http://ns.adobe.com/lightroom/1.0/"
   xmp:Rating="4"
   photoshop:City="Naples"
   crs:Exposure2012="+0.35">
   <dc:subject>
    <rdf:Bag>
     <rdf:li>Oma</rdf:li>
     <rdf:li>Family</rdf:li>
    </rdf:Bag>
   </dc:subject>
   <lr:hierarchicalSubject>
    <rdf:Bag>
     <rdf:li>Family|Oma</rdf:li>
    </rdf:Bag>
   </lr:hierarchicalSubject>
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
"""
# In the manner of darktable: a history of its own, by which it develops the picture.
DARKTABLE = """<?xml version="1.0" encoding="UTF-8"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="XMP Core 4.4.0-Exiv2">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about=""
    xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/"
    xmlns:darktable="http://darktable.sf.net/"
   xmpMM:DerivedFrom="coffee.jpg"
   darktable:history_end="1">
   <darktable:history>
    <rdf:Seq>
     <rdf:li darktable:num="0" darktable:operation="exposure" darktable:params="0000803f"/>
    </rdf:Seq>
   </darktable:history>
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
"""
# A position, as geotagging programs write one.
BERLIN = """<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about="" xmlns:exif="http://ns.adobe.com/exif/1.0/"
   exif:DateTimeOriginal="2023-05-06T12:00:00" exif:GPSLatitude="52,31.2N" exif:GPSLongitude="13,24.3E"/>
 </rdf:RDF>
</x:xmpmeta>
"""


@pytest.fixture
def formats(library: Library) -> Library:
    """The library with one photo of each format more, and with sidecars of other programs."""
    from PIL import Image

    cat = library.photos / "2023" / "cat.jpg"
    with Image.open(cat) as image:
        image.save(library.photos / "cat.tif", compression="tiff_lzw")
        image.resize((30, 20)).save(library.photos / "raw.dng", "TIFF")
    shutil.copy(HEIC, library.photos / "phone.heic")
    for name in ("raw.dng", "phone.heic"):
        (library.photos / f"{name}.xmp").write_text(BERLIN)
    (cat.parent / "cat.xmp").write_text(LIGHTROOM)
    (cat.parent / "coffee.jpg.xmp").write_text(DARKTABLE)
    return library


def stamps(folder: Path) -> dict[str, tuple[int, int, int, int]]:
    """Every file with what tells that nobody touched it."""
    found = {str(path): os.lstat(path) for path in folder.rglob("*") if path.is_file()}
    return {path: (own.st_ino, own.st_size, own.st_mtime_ns, own.st_mode) for path, own in found.items()}


def times(folder: Path) -> dict[str, tuple[int, int]]:
    return {path: (mtime_ns, mode) for path, (_, _, mtime_ns, mode) in stamps(folder).items()}


def exiftool(*paths: Path) -> dict[str, dict[str, list[str]]]:
    """What exiftool reads in files, by name; a single value as a list of one."""
    if not shutil.which("exiftool"):
        pytest.skip("exiftool is not installed (libimage-exiftool-perl)")
    done = subprocess.run(["exiftool", "-json", "-G1", "-XMP:all", *paths], capture_output=True, text=True, check=True)
    assert "Warning" not in done.stdout
    rows = json.loads(done.stdout)
    return {
        Path(row["SourceFile"]).name: {
            key: [*value] if isinstance(value, list) else [value] for key, value in row.items()
        }
        for row in rows
    }


def exiv2(*paths: Path) -> dict[str, dict[str, str]]:
    """What exiv2 reads in files, by name; of a list all values, with a comma between."""
    if not shutil.which("exiv2"):
        pytest.skip("exiv2 is not installed")
    done = subprocess.run(["exiv2", "-q", "-PXkv", "pr", *paths], capture_output=True, text=True, check=False)
    found: dict[str, dict[str, str]] = {path.name: {} for path in paths}
    for line in done.stdout.splitlines():
        path, _, said = line.partition("  ")
        key, _, value = said.strip().partition(" ")
        if key.startswith("Xmp."):
            found[Path(path).name][key] = value.strip()
    return found


READ = {
    "IMG_20240102_030405.png": "Cats",
    "cat.tif": "Cats",
    "cat.jpg": "Cats",
    "phone.heic": "Berlin",
    "raw.dng": "Berlin",
}
"""A keyword that each of these photos gets."""


def test_exiftool_and_exiv2_read_tags_in_every_format_and_undo_takes_them_out(formats: Library) -> None:
    before, old = formats.tree(), times(formats.photos)
    for into in ("sidecar", "file"):
        tag = ("--state", formats.state, "--action", "tag", "--tag-into", into)
        rows = formats.scan(*tag)
        files = {Path(path).name: Path(row["destination"]) for path, row in rows.items() if row["status"] == "done"}
        inside = {name for name, path in files.items() if path.name == name}
        assert inside & READ.keys() == (
            set() if into == "sidecar" else {"IMG_20240102_030405.png", "cat.tif", "cat.jpg"}
        )
        read, read_too = exiftool(*files.values()), exiv2(*files.values())
        for name, keyword in READ.items():
            found, other = read[files[name].name], read_too[files[name].name]
            assert keyword in found["XMP-dc:Subject"]
            assert any(value.endswith(f"|{keyword}") for value in found["XMP-lr:HierarchicalSubject"])
            assert any(value.endswith(f"/{keyword}") for value in found["XMP-digiKam:TagsList"])
            assert other["Xmp.dc.subject"] == ", ".join(found["XMP-dc:Subject"])
            assert other["Xmp.digiKam.TagsList"] == ", ".join(found["XMP-digiKam:TagsList"])
        assert read[files["raw.dng"].name]["XMP-photoshop:City"] == ["Berlin"]
        assert read[files["raw.dng"].name]["XMP-iptcExt:LocationCreatedCountryName"] == ["Germany"]
        if into == "sidecar":
            check_sidecars_of_others(formats, read, read_too)
        after = stamps(formats.photos)
        again = formats.scan(*tag)
        assert not [row for row in again.values() if row["status"] == "done"]
        assert stamps(formats.photos) == after
        formats.run("undo", "--state", formats.state, "--yes")
        assert (formats.tree(), times(formats.photos)) == (before, old)


def check_sidecars_of_others(
    formats: Library, read: dict[str, dict[str, list[str]]], read_too: dict[str, dict[str, str]]
) -> None:
    """Those of Lightroom and darktable are used, and keep all that is in them."""
    for name, before in (("cat.xmp", LIGHTROOM), ("coffee.jpg.xmp", DARKTABLE)):
        after = (formats.photos / "2023" / name).read_text()
        assert [line for line in before.splitlines() if line not in after] == []
    assert read["cat.xmp"]["XMP-dc:Subject"][:4] == ["Oma", "Family", "Pets", "Cats"]
    assert read["cat.xmp"]["XMP-digiKam:TagsList"][:1] == ["Family/Oma"]
    assert read["cat.xmp"]["XMP-photoshop:City"] == ["Naples"]
    assert read_too["cat.xmp"]["Xmp.xmp.Rating"] == "4"
    assert read_too["cat.xmp"]["Xmp.dc.subject"].startswith("Oma, Family, Pets, Cats")
    assert read["coffee.jpg.xmp"]["XMP-dc:Subject"][:2] == ["Food and drink", "Drinks"]


def test_a_dry_run_says_what_would_be_written_and_writes_nothing(library: Library, scan: Scan) -> None:
    before = stamps(library.photos)
    planned = scan("--action", "tag", "--dry-run")
    assert stamps(library.photos) == before
    done = scan("--action", "tag")
    assert [row["destination"] for row in planned.values()] == [row["destination"] for row in done.values()]
    assert {row["status"] for row in planned.values()} == {"planned", "skipped"}
    assert not library.albums.exists()


def test_a_broken_sidecar_is_left_and_reported(library: Library, scan: Scan) -> None:
    sidecar = library.photos / "2023" / "cat.jpg.xmp"
    sidecar.write_bytes(b"<x:xmpmeta broken")
    row = scan("--action", "tag")["2023/cat.jpg"]
    assert (row["status"], row["note"]) == (
        "skipped",
        "its sidecar stays as it is, since it is no XMP that can be read: cat.jpg.xmp",
    )
    assert sidecar.read_bytes() == b"<x:xmpmeta broken"


def test_a_photo_tagged_inside_stays_the_same_photo_that_is_not_recognised_again(library: Library, scan: Scan) -> None:
    before = scan()
    scan("--action", "tag", "--tag-into", "file")
    result = library.run("scan", library.photos, "--state", library.state, "--action", "tag", "--tag-into", "file")
    assert "none of them new, none tagged" in result.stdout
    after = scan()
    kept = ("category", "confidence", "taken_at", "event", "album")
    assert [[row[key] for key in kept] for row in before.values()] == [
        [row[key] for key in kept] for path, row in after.items() if not path.endswith(".xmp")
    ]
    table = library.home / "labels.yaml"
    library.run("labels", "init", table)
    table.write_text(table.read_text(encoding="utf-8").replace("Pets", "Companions"), encoding="utf-8")
    scan("--action", "tag", "--tag-into", "file", "--labels", table)
    found = (library.photos / "2023" / "cat.jpg").read_bytes()
    assert b"<rdf:li>Companions</rdf:li>" in found
    assert b"<rdf:li>Pets</rdf:li>" not in found


def pixels(path: Path) -> bytes:
    from PIL import Image

    with Image.open(path) as image:
        return bytes(image.tobytes())


def test_pixels_mode_time_and_attributes_of_a_photo_stay(library: Library, scan: Scan) -> None:
    path = library.photos / "2023" / "cat.jpg"
    path.chmod(0o640)
    try:
        os.setxattr(path, "user.mine", b"kept")
        attributes: Sequence[str] = ["user.mine"]
    except OSError:
        attributes = []
    before, shown = os.stat(path), pixels(path)
    assert scan("--action", "tag", "--tag-into", "file")["2023/cat.jpg"]["destination"] == str(path)
    after = os.stat(path)
    assert after.st_size > before.st_size
    assert (after.st_mtime_ns, after.st_mode, after.st_uid) == (before.st_mtime_ns, before.st_mode, before.st_uid)
    assert pixels(path) == shown
    assert [name for name in os.listxattr(path) if name.startswith("user.")] == attributes


def test_undo_leaves_and_names_what_was_changed_or_is_away(library: Library, scan: Scan) -> None:
    before = library.tree()
    scan("--action", "tag")
    sidecar, gone = library.photos / "2023" / "cat.jpg.xmp", library.photos / "rocket.jpg.xmp"
    mine = sidecar.read_bytes()
    sidecar.write_bytes(mine.replace(b"Cats", b"Kitten"))
    gone.unlink()
    away = (library.photos / "Trips").rename(library.home / "away")
    result = library.run("undo", "--state", library.state, "--yes", code=1)
    assert "was changed since its tags were written" in result.stdout
    assert "is not there (moved, or its disk is away)" in result.stdout
    assert b"Kitten" in sidecar.read_bytes()
    assert [path.name for path in library.photos.rglob("*.xmp")] == ["cat.jpg.xmp"]
    sidecar.write_bytes(mine)
    away.rename(library.photos / "Trips")
    library.run("undo", "1", "--state", library.state, "--yes")
    assert library.tree() == before


def test_photos_with_another_name_or_a_copy_in_an_album_are_tagged_beside(library: Library, scan: Scan) -> None:
    before = library.tree()
    scan("--action", "copy")
    placed = {path for path in library.tree() if path.startswith("Albums/")}
    path, other = library.photos / "2023" / "cat.jpg", library.home / "cat too.jpg"
    os.link(path, other)
    rows = scan("--action", "tag", "--tag-into", "file")
    assert {row["destination"] for row in rows.values() if row["status"] == "done"} == {
        f"{library.photos / name}.xmp" for name in rows if rows[name]["status"] == "done"
    }
    assert path.samefile(other)
    scan("--action", "copy")
    assert {path for path in library.tree() if path.startswith("Albums/") and not path.endswith(".xmp")} == placed
    for _ in range(3):
        library.run("undo", "--state", library.state, "--yes")
    assert library.tree() == before


def test_moved_photos_are_tagged_where_they_are_and_taken_back_in_order(library: Library, scan: Scan) -> None:
    before, old = library.tree(), times(library.photos)
    scan("--action", "move")
    rows = scan("--action", "tag")
    assert any(str(library.albums) in row["destination"] for row in rows.values())
    tagged = library.tree()
    result = library.run("undo", "1", "--state", library.state, "--yes", code=1)
    assert "run 2 wrote tags into it: undo that first" in result.stdout
    assert library.tree() == tagged
    for _ in range(2):
        library.run("undo", "--state", library.state, "--yes")
    assert (library.tree(), times(library.photos)) == (before, old)


def test_what_only_the_state_can_take_back_says_so(library: Library, scan: Scan) -> None:
    scan("--action", "tag")
    result = library.run("undo", "--from", library.report, "--library", library.photos, "--yes", code=2)
    assert "`albumsort undo` takes tags back" in result.stderr


def test_tag_into_needs_the_action(library: Library) -> None:
    result = library.run("scan", library.photos, "--tag-into", "file", code=2)
    assert "--tag-into says where --action tag writes" in result.stderr
