"""Which photo a sidecar belongs to: by its name, and where that is not enough by what it says."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence

from albumsort.library.folder import Belonging, Folder, Group, Member
from albumsort.library.read import beginning
from albumsort.library.takeout import Takeout
from albumsort.names import folded

# Programs write XMP beside the files that cannot hold it: RAW files above all, JPEG last.
_XMP: tuple[Group, ...] = ("raw", "dng", "heif", "avif", "other", "jpeg", "video")
_AAE: tuple[Group, ...] = ("heif", "jpeg", "avif", "other", "video", "raw", "dng")
_THM: tuple[Group, ...] = ("video", "raw", "dng", "jpeg", "heif", "avif", "other")
_ORDERS = {".xmp": _XMP, ".aae": _AAE, ".thm": _THM}

# The edits of an iPhone's IMG_1234 are in IMG_1234.AAE or IMG_E1234.AAE, earlier ones in IMG_O1234.AAE.
_APPLE_AAE = re.compile(r"(IMG_)[EO](\d{4}.*)", re.IGNORECASE | re.DOTALL | re.ASCII)
# darktable's second version of IMG_1.CR2 is IMG_1_01.CR2.xmp.
_DARKTABLE = re.compile(r"(.+)(_\d\d)(\.[^.]+)", re.DOTALL | re.ASCII)
# XMP is XML, but a parser would resolve entities, which can be made to fill the memory.
_XMP_FIELDS = (b"photoshop:SidecarForExtension", b"crs:RawFileName", b"xmpMM:DerivedFrom")
_XMP_VALUE = rb"""\s*(?:=\s*["']([^"'<>]{1,255})["']|>([^<>]{1,255})<)"""


def settle_sidecars(sidecars: Sequence[Member], folder: Folder) -> None:
    """Put each sidecar into the unit that it belongs to, if there is one."""
    takeout = Takeout(folder)
    for sidecar in sidecars:
        belonging = _by_file_name(sidecar, folder)
        if belonging is None and sidecar.rest.lower() == ".json":
            belonging = takeout.belonging(sidecar)
        if belonging is None and sidecar.rest.lower() in _ORDERS:
            belonging = _by_stem(sidecar, folder)
        if belonging and belonging.parent.home:
            sidecar.stem, sidecar.rest = belonging.stem, belonging.rest
            belonging.parent.home.takes(sidecar)


def _by_file_name(sidecar: Member, folder: Folder) -> Belonging | None:
    """``IMG_1.CR2.xmp`` belongs to ``IMG_1.CR2``."""
    name = sidecar.stem
    if parent := folder.named(name):
        return Belonging(parent, parent.stem, parent.rest + sidecar.rest)
    version = _DARKTABLE.fullmatch(name) if sidecar.rest.lower() == ".xmp" else None
    if version and (parent := folder.named(version[1] + version[3])):
        return Belonging(parent, parent.stem, version[2] + parent.rest + sidecar.rest)
    return None


def _by_stem(sidecar: Member, folder: Folder) -> Belonging | None:
    """``IMG_1.xmp`` belongs to the file of that stem which is the likeliest to need it."""
    order = _ORDERS[sidecar.rest.lower()]
    parent = folder.best(sidecar.stem, order)
    if parent and order is _XMP and folder.is_shared(sidecar.stem):
        parent = next(_named_inside(sidecar, folder), parent)
    if parent is None and order is _AAE and (edit := _APPLE_AAE.fullmatch(sidecar.stem)):
        parent = folder.best(edit[1] + edit[2], order)
    return Belonging(parent, sidecar.stem, sidecar.rest) if parent else None


def _named_inside(xmp: Member, folder: Folder) -> Iterator[Member]:
    """The files of the stem of ``xmp`` that it says it belongs to: by their suffix, or by their whole name."""
    try:
        text = beginning(xmp.found.path)
    except OSError:
        return
    for field in _XMP_FIELDS:
        if match := re.search(field + _XMP_VALUE, text):
            value = html.unescape((match[1] or match[2]).decode(errors="surrogateescape")).strip()
            name = f"{xmp.stem}.{value}" if field.endswith(b"Extension") else re.split(r"[/\\]", value)[-1]
            named = folder.named(name)
            if named and folded(named.stem) == folded(xmp.stem):
                yield named
