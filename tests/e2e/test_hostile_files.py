"""Files and folders that no library should be able to break the program with."""

from __future__ import annotations

import os
import re
import shutil
import socket
import zlib
from collections import Counter
from pathlib import Path
from struct import pack

import pytest

from .conftest import MODEL, Library, copy_library, save

ACTIONS = ["move", "copy", "hardlink", "symlink"]
NAMES = [
    b"new\nline.jpg",
    b"-rf.jpg",
    b"--to.jpg",
    "\u202egpj.exe.jpg".encode(),
    b"bad-utf8-\xff\xfe.jpg",
    b"\x1b[31mred\x07.jpg",
    b"=cmd|'calc'!A0.jpg",
    b"@SUM(A1).jpg",
    b"con.jpg",
    b" lead and trail .jpg",
    b"~.jpg",
    b"a" * 251 + b".jpg",
    b"\xe6\xbb\x91" * 83 + b".JPEG",  # 254 bytes
    b"wrong-suffix.png",
    b"no-suffix",
    b"dots...jpg",
    b"%s {category} $HOME `id`.jpg",
]
"""Names of the same good photo."""
SORTED = {os.fsdecode(b"Names/" + name) for name in NAMES} | {"=1+1.jpg"}

PASSED = {
    "Broken/bomb.png": "900 megapixels",
    "Broken/empty.jpg": "an empty file",
    "Broken/text.jpg": "not a picture, though its name says so",
    "Broken/header.jpg": "its header is broken or cut off",
    "Broken/truncated.jpg": "cut off",
    "Special/pipe.jpg": "a named pipe; never opened",
    "Special/socket.jpg": "a socket; never opened",
    "Special/dangling.jpg": "a symbolic link; not followed",
    "Special/loop.jpg": "a symbolic link; not followed",
    "Special/photo.jpg": "a symbolic link; not followed",
    "Special/up": "a symbolic link to a folder; not followed",
    "Special/outside": "a symbolic link to a folder; not followed",
    "NAS/@eaDir": "a folder of the system, not of photos; not entered",
    ".hidden": "a hidden folder; not entered",
}
"""What has a row with a status and a note."""

ODD = ["palette.png", "transparent.png", "grey-alpha.png", "16-bit.png", "bilevel.png", "16-bit.tif", "cmyk.jpg"]
ODD += ["one-pixel-wide.jpg", "one-pixel-high.png", "animated.gif", "animated.webp"]


def write_hostile(photos: Path) -> None:
    """A library of nothing but what goes wrong."""
    save("chelsea.png", photos / "=1+1.jpg")
    good = (photos / "=1+1.jpg").read_bytes()
    for folder in ("Names", "Broken", "Special", "NAS/@eaDir", ".hidden", "Odd"):
        (photos / folder).mkdir(parents=True)
    for name in NAMES:
        Path(os.fsdecode(os.fsencode(photos / "Names") + b"/" + name)).write_bytes(good)
    for ignored in ("NAS/@eaDir/thumb.jpg", ".hidden/secret.jpg", "Odd/.hidden.jpg", "Odd/photo.jpg.part"):
        (photos / ignored).write_bytes(good)
    write_broken(photos / "Broken", good)
    write_special(photos / "Special")
    write_odd(photos / "Odd")


def write_broken(folder: Path, good: bytes) -> None:
    (folder / "empty.jpg").write_bytes(b"")
    (folder / "empty-without-suffix").write_bytes(b"")
    (folder / "text.jpg").write_text("this is no picture")
    (folder / "text").write_text("this does not say that it is one")
    (folder / "header.jpg").write_bytes(good[:20])
    (folder / "truncated.jpg").write_bytes(good[: len(good) // 2])
    (folder / "bomb.png").write_bytes(bilevel_png(30000, 30000))


def bilevel_png(width: int, height: int) -> bytes:
    """A whole and valid PNG, of 1 bit a pixel so that writing it takes no time."""
    compress = zlib.compressobj()
    rows = b"".join(compress.compress(bytes(1 + (width + 7) // 8) * 100) for _ in range(height // 100))
    chunks = (
        (b"IHDR", pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)),
        (b"IDAT", rows + compress.flush()),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        pack(">I", len(data)) + kind + data + pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )


def write_special(folder: Path) -> None:
    os.mkfifo(folder / "pipe.jpg")
    os.mkfifo(folder / "pipe")
    here = os.getcwd()
    os.chdir(folder)  # the path of a socket has room for some hundred bytes
    try:
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind("socket.jpg")
    finally:
        os.chdir(here)
    (folder / "dangling.jpg").symlink_to("nowhere.jpg")
    (folder / "loop.jpg").symlink_to("loop.jpg")
    (folder / "photo.jpg").symlink_to("../=1+1.jpg")
    (folder / "up").symlink_to("..")
    (folder / "outside").symlink_to("/etc")


def write_odd(folder: Path) -> None:
    from PIL import Image

    for mode, name in (("P", "palette.png"), ("RGBA", "transparent.png"), ("LA", "grey-alpha.png")):
        Image.new(mode, (320, 240)).save(folder / name)
    for mode, name in (("I;16", "16-bit.png"), ("1", "bilevel.png"), ("I;16", "16-bit.tif"), ("CMYK", "cmyk.jpg")):
        Image.new(mode, (320, 240)).save(folder / name)
    Image.new("RGB", (1, 4000)).save(folder / "one-pixel-wide.jpg")
    Image.new("RGB", (4000, 1)).save(folder / "one-pixel-high.png")
    frames = [Image.new("RGB", (64, 64), colour) for colour in ("red", "green", "blue")]
    for name in ("animated.gif", "animated.webp"):
        frames[0].save(folder / name, save_all=True, append_images=frames[1:])


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Library:
    library = Library(tmp_path_factory.mktemp("hostile"))
    write_hostile(library.photos)
    library.scan(*MODEL, "--state", library.state)
    return library


@pytest.fixture
def own(hostile: Library, tmp_path: Path) -> Library:
    """A copy to act on, pipes and all, recognised already."""
    return copy_library(hostile, tmp_path / "home")


def everything(library: Library) -> dict[str, str]:
    """As ``Library.tree``, with pipes and sockets."""
    special = (path for path in library.photos.rglob("*") if path.is_fifo() or path.is_socket())
    return library.tree() | {str(path.relative_to(library.photos)): "special" for path in special}


def test_every_hostile_file_is_sorted_or_has_a_row_that_says_why_not(own: Library) -> None:
    before = everything(own)
    rows = own.scan("--state", own.state, "--duplicates", "keep")
    assert everything(own) == before
    assert {path for path, row in rows.items() if row["category"] == "pets"} == SORTED
    assert {path for path, row in rows.items() if row["status"] == "planned"} >= SORTED
    for path, note in PASSED.items():
        assert (rows[path]["status"], rows[path]["category"]) == ("skipped", "")
        assert note in rows[path]["note"]
    assert all(rows[f"Odd/{name}"]["labels"] for name in ODD)
    assert rows.keys() == SORTED | PASSED.keys() | {f"Odd/{name}" for name in ODD}


def test_what_is_left_is_told_in_the_language_of_the_locale(own: Library) -> None:
    (own.photos / "Special" / "pipe.jpg").rename(own.photos / "Special" / "pipe of mine.jpg")
    rows = own.scan("--state", own.state, LC_ALL="zh_CN.UTF-8")
    assert rows["Special/pipe of mine.jpg"]["note"] == "命名管道；不会打开"
    said = {path: row["note"] for path, row in rows.items() if row["note"] and not path.startswith("Broken/")}
    assert len(said) > 25
    assert [path for path, note in said.items() if re.search("[a-z]{2} [a-z]{2}", note.partition(": ")[0])] == []


@pytest.mark.parametrize("action", ACTIONS)
def test_each_action_and_then_again(own: Library, action: str) -> None:
    before = everything(own)
    outside = own.tree(own.home)
    rows = own.scan("--state", own.state, "--duplicates", "keep", "--action", action)
    for path in SORTED:
        destination = rows[path]["destination"].removeprefix("'")
        assert rows[path]["status"] == "done"
        assert os.path.isfile(destination)
        assert os.path.lexists(own.photos / path) == (action != "move")
        assert own.albums.resolve() in Path(destination).absolute().parents
    after = everything(own)
    if action == "move":
        assert Counter(before.values()) == Counter(
            content for path, content in after.items() if path != "Albums/.albumsort"
        )
    else:
        assert before.items() <= after.items()
    changed = {path for path, content in own.tree(own.home).items() if outside.get(path) != content}
    assert {path.split("/")[0] if "Albums" not in path else "Albums" for path in changed} <= {
        "Albums",
        "catalog",
        "report.csv",
    }

    again = own.scan("--state", own.state, "--duplicates", "keep", "--action", action)
    assert {row["status"] for row in again.values()} == {"skipped"}
    assert everything(own) == after


def test_names_cannot_command_the_terminal(own: Library) -> None:
    result = own.run(
        "scan", own.photos, "--state", own.state, "--action", "copy", "--to", own.home / "\x1b[31mred\u202e"
    )
    printed = result.stdout + result.stderr
    assert "\\x1b[31mred\\u202e" in printed
    assert not {"\x1b", "\x07", "\u202e"} & set(printed)


def test_the_report_is_read_back_to_the_byte_and_runs_no_formula(own: Library) -> None:
    own.scan("--state", own.state)
    data = own.report.read_bytes()
    assert b"Names/bad-utf8-\xff\xfe.jpg" in data
    assert b"\r\n'=1+1.jpg," in data
    assert not [line for line in data.split(b"\r\n") if line[:1] in (b"=", b"+", b"@", b"-")]


def test_what_cannot_be_read_is_reported_and_passed(own: Library, permissions_count: tuple[str, ...]) -> None:
    locked_folder, locked_file = own.photos / "Names", own.photos / "=1+1.jpg"
    other = own.photos / "Odd" / "good.jpg"
    shutil.copyfile(locked_file, other)
    locked_folder.chmod(0)
    locked_file.chmod(0)
    try:
        rows = own.scan("--state", own.state, "--action", "copy", command=permissions_count)
    finally:
        locked_folder.chmod(0o755)
    assert "cannot be read: Permission denied" in rows["Names"]["note"]
    assert "cannot be read: Permission denied" in rows["=1+1.jpg"]["note"]
    assert rows["=1+1.jpg"]["status"] == "skipped"
    assert rows["Odd/good.jpg"]["status"] == "done"

    locked_file.chmod(0o644)
    rows = own.scan("--state", own.state, command=permissions_count)
    assert {path for path, row in rows.items() if row["category"] == "pets"} == SORTED | {"Odd/good.jpg"}


def test_a_command_line_that_begins_with_dashes_can_be_given(own: Library) -> None:
    own.photos.rename(own.home / "-Photos")
    result = own.run("scan", "--state", own.state, "--", "-Photos")
    assert " photos" in result.stdout


def test_a_picture_that_is_swapped_for_a_pipe_does_not_hang_the_run(own: Library) -> None:
    photo = own.photos / "=1+1.jpg"
    photo.unlink()
    os.mkfifo(photo)
    rows = own.scan("--state", own.state)
    assert "never opened" in rows["=1+1.jpg"]["note"]
