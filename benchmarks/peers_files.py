"""The small real photos, and what goes with them, on which the programs of ``peers.py`` are run."""

from __future__ import annotations

import io
import itertools
import json
import os
import random
import struct
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

WRITTEN = 1_700_000_000
"""The first file's mtime in seconds, half a year after the photos were taken; each next is a second and more later."""
ZONE = timedelta(hours=2)
"""What the photos' local time is ahead of UTC."""
_MAC_EPOCH = datetime(1904, 1, 1)
_serial = itertools.count(1)


def write(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    moment = WRITTEN * 10**9 + next(_serial) * (10**9 + 1)
    os.utime(path, ns=(moment, moment))
    return path


def photo(path: Path, taken: str | None = "2023-05-06 12:34:56", *, size: int = 0) -> Path:
    """A JPEG or PNG with bytes of its own; ``taken`` is local time. ``size`` bytes follow it, as in a motion photo."""
    serial = next(_serial)
    picture = _picture(taken, "PNG" if path.suffix == ".png" else "JPEG") + serial.to_bytes(4, "big")
    return write(path, picture + random.Random(serial).randbytes(size))  # noqa: S311  no secret


def raw(path: Path, taken: str = "2023-05-06 12:34:56") -> Path:
    """Stands for a RAW: a TIFF stream with a date and a preview."""
    return write(path, _exif(taken)[6:] + _picture(None) + next(_serial).to_bytes(4, "big"))


def video(path: Path, taken: str = "2023-05-06 12:34:56") -> Path:
    """The film of a Live Photo: as phones write it, its header's time is UTC and a key has the local time."""
    local = datetime.fromisoformat(taken)
    seconds = int((local - ZONE - _MAC_EPOCH).total_seconds())
    header = struct.pack(">IIIII", 0, seconds, seconds, 600, 600) + b"\0\1\0\0\1\0".ljust(76, b"\0") + b"\0\0\0\2"
    key = _box(b"mdta", b"com.apple.quicktime.creationdate")
    value = _box(b"data", struct.pack(">II", 1, 0) + f"{local.isoformat()}+0200".encode())
    meta = (
        _box(b"hdlr", b"\0" * 8 + b"mdta".ljust(16, b"\0"))
        + _box(b"keys", struct.pack(">II", 0, 1) + key)
        + _box(b"ilst", _box(struct.pack(">I", 1), value))
    )
    moov = _box(b"moov", _box(b"mvhd", header) + _box(b"meta", meta))
    return write(path, _box(b"ftyp", b"qt  \0\0\0\0qt  ") + moov + _box(b"mdat", next(_serial).to_bytes(4, "big")))


def sidecar(path: Path, taken: str = "2023-05-06 12:34:56") -> Path:
    """An XMP sidecar with a rating and the photo's date, as RAW developers write it."""
    return write(
        path,
        f"""<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:exif="http://ns.adobe.com/exif/1.0/" xmp:Rating="4"
 xmp:Label="{next(_serial)}" exif:DateTimeOriginal="{taken.replace(" ", "T")}"/></rdf:RDF></x:xmpmeta>""".encode(),
    )


def takeout(path: Path, taken: str = "2023-05-06 12:34:56") -> Path:
    """What Google Takeout writes beside a photo."""
    stamp = (datetime.fromisoformat(taken) - ZONE - datetime(1970, 1, 1)).total_seconds()
    times = {"photoTakenTime": {"timestamp": str(int(stamp))}}
    return write(
        path,
        json.dumps(
            {"title": path.name.removesuffix(".supplemental-metadata.json"), "imageViews": str(next(_serial)), **times}
        ).encode(),
    )


def adjustments(path: Path) -> Path:
    """Stands for the AAE file in which Apple Photos keeps the edits of a photo."""
    return write(path, f'<?xml version="1.0"?><plist version="1.0"><dict/></plist><!-- {next(_serial)} -->'.encode())


@cache
def _picture(taken: str | None, format: str = "JPEG") -> bytes:  # noqa: A002  Pillow's word
    import skimage
    from PIL import Image

    out = io.BytesIO()
    with Image.open(Path(skimage.__file__).parent / "data" / "chelsea.png") as cat:
        small = cat.convert("RGB").resize((320, 213))
    small.info.clear()
    small.save(out, format=format, quality=90, exif=_exif(taken) if taken else b"")
    return out.getvalue()


def _exif(taken: str) -> bytes:
    from PIL import ExifTags, Image

    exif = Image.Exif()
    exif[ExifTags.Base.Make], exif[ExifTags.Base.Model] = "Apple", "iPhone 13"
    inner = exif.get_ifd(ExifTags.IFD.Exif)
    inner[ExifTags.Base.DateTimeOriginal] = inner[ExifTags.Base.DateTimeDigitized] = taken.replace("-", ":")
    inner[ExifTags.Base.OffsetTimeOriginal] = "+02:00"
    return exif.tobytes()


def _box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", 8 + len(content)) + kind + content
