"""The whole files that the fuzzer changes: small pictures of every format, of real photographs, and label tables."""

from __future__ import annotations

import base64
import io
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import skimage
import sklearn.datasets
from PIL import ExifTags, Image, PngImagePlugin, features

from albumsort.labels.classes import data_file
from albumsort.library.formats import HEAD_SIZE, sniff

_PHOTOS = (
    Path(skimage.__file__).parent / "data" / "chelsea.png",
    Path(sklearn.datasets.__file__).parent / "images" / "china.jpg",
)
_LARGEST = 1_000_000  # bytes; a large file takes long to decode, and most of it is pixels

_XMP = b"""<?xpacket begin="\xef\xbb\xbf" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:tiff="http://ns.adobe.com/tiff/1.0/" tiff:Orientation="6" tiff:Make="Maker">
<dc:subject xmlns:dc="http://purl.org/dc/elements/1.1/"><rdf:Bag><rdf:li>cat</rdf:li></rdf:Bag></dc:subject>
</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>"""

_CUT_NAME = "a" * 46
PHOTOS_OF_SIDECARS = (f"{_CUT_NAME}.heic", f"{_CUT_NAME}.jpg", f"{_CUT_NAME}1.jpg", f"{_CUT_NAME}2.jpg")
SIDECARS = {f"{_CUT_NAME}.json": PHOTOS_OF_SIDECARS[3], f"{_CUT_NAME}.xmp": PHOTOS_OF_SIDECARS[1]}
"""The photos that the seeds name; what a sidecar is called leaves open which photo it belongs to."""

_TAKEOUT = b'{"title": "%s2.jpg", "description": "", "photoTakenTime": {"timestamp": "1683376496"}}'

# 64x48 pixels of chelsea.png with EXIF and XMP, by libheif and x265: nothing that albumsort needs can write HEIC.
_HEIC = base64.b85decode(
    "0000SW^{RQXk}?*00000ZE0pPXk}?*ZE0a<0006KZDn*}000000000XXk=`10000000000aA{+700000000000000000000MrmwsV*mgE07O6l"
    "0{{U400002HUI$t00000002n<0ssI200Msi0RR9100000XaEBM00002=Kui!00000000aC003fXX>Mi!000000{{R36=`l}WdZ;I000310BCk&"
    "F#rGn02OI&W@Q2Z00963002dJX=VTb001g!Zf0cy000310{{SRX>DZyVQ_G4X=7n@X>V>Xa%5&Jcx`L|000004sdC7Z2$lO00031009SSaB^?}"
    "008D`aAR)(004Gqc4I>U18@KU0FVFx0000U@BsY%`1k+-4+CHT0RR|40Sp2E{{wIU00RJ!0009300RIXx&lC90096hLID8-Z~y=U0FVFx0{{R6"
    "03M(qfd!W8<fgf}2xu@M00096AOHXZ03l)k0RRR>0l{;?i2wiq6Ju{|a&BX6cmM$a4FCp!0000KX>)L8000000000$0000$0000eV{Bn?0000$"
    "000010000m000010000000002|NsB+000020000GaA|mH000000|*ER00009X>xCL0{{R38EJ5BVE_OC000000RRC8fdT^sgoXeB04Qm4Wo7^X"
    "0000001jhhb7KGk009620000EV`Ot<00RI4009610L5)&VRQfh07WPPuLKzQ%Bt#vN2D_}O9xBjEQChac^a`!iV3vRbb3Yk1o<y)&Ca>vnGk;<"
    "ykWU>G!XU|>CGZValYgLYc0bS>hc)?000I>cxh$;08LE*DgXcg2mk{C5C8%I000I6001%p5&#1L000311^@tuX#fNO00031001}u0000`Xm4(1"
    "0004y0{{X5000yK002q=0000oFfubbFf}?bHXt!FIx{pnH8ub|csh7(aBXFDVJ|)"
)


# The boxes of a QuickTime video with all that albumsort reads in one, and the headers of an AVI.
_MOV = base64.b85decode(
    "0000KW^{RQadaRc00062adaRc0000;ZDe6|0000000000000000000000000000000000000000000000000000000000000000000000000000000"
    "00006IZEtUO0001NZFXp600000;CtQB;CtQB000B%000B%009610RR9100000000000096100000000000000000961000000000000000KmY&$000"
    "000000000000000000000000000000020000cb!2p50000Usd#yM01_3)D>F4NHaRdbD={-UE;czbFfRZA0d{R=bYTDh03m2(Y;phq00000003=dbY"
    "TDh000000000000000005<HWqES|00000000C4001a$WOQL;Z*4ANaBys8E^&2fV{3G2ZDlTFa%Ew3X>V?1VRU5x001m)WOQL;Z*4ANaBys8E^&2fV"
    "{3G2ZDlTOZ)0I}X>V>WNmEZYH!wK>001CuWOQL;Z*4ANaBys8E^&2fV{3G2ZDlTPVQXao001FvWOQL;Z*4ANaBys8E^&2fV{3G2ZDlTPZ)9a`0001}"
    "X>4<J0000m000010000eWMOn+0000100000GB7eTEig4LFg8>%IXW{mIyE*cFgY+V0000o000020000gWMOn+0000100000D>F4NHaRdbD={-UE;cz"
    "bFe@-IFfK4KFfRZA0384T00RI302O3mbYTDh00961002R7aBO7&001EX000C4000?eVRT^t000310001KP-t&%Wgsy!"
)
_AVI = b"RIFF\x5c\0\0\0AVI LIST\x22\0\0\0hdrlIDIT\x1a\0\0\0Sat May  6 12:34:56 2023\n\0LIST\x22\0\0\0movi"


def seeds(folder: str | None = None) -> dict[str, list[bytes]]:
    """The seeds by kind; pictures in ``folder``, up to 1 MB, are taken as further ones."""
    found = _pictures()
    found["exif"] += found["jpeg"][:1]
    found["table"] += [data_file("categories.yaml").read_bytes(), _small_table()]
    found["sidecar"] += [
        _TAKEOUT % _CUT_NAME.encode(),
        _XMP.replace(b'tiff:Make="Maker"', b'photoshop:SidecarForExtension="jpg"'),
    ]
    found["video"] += [_MOV, _AVI]
    for path in sorted(Path(folder).rglob("*")) if folder else ():
        if path.is_file() and path.stat().st_size <= _LARGEST:
            data = path.read_bytes()
            kind = sniff(data[:HEAD_SIZE])
            for name in {"heif": ("heic",), "jpeg": ("jpeg", "exif"), "": ()}.get(kind, (kind,)):
                found[name].append(data)
    return dict(found)


def _pictures() -> defaultdict[str, list[bytes]]:
    found: defaultdict[str, list[bytes]] = defaultdict(list)
    exif, comment = _exif(), PngImagePlugin.PngInfo()
    comment.add_itxt("XML:com.adobe.xmp", _XMP.decode())
    comment.add_text("Comment", "a cat", zip=True)
    for path in _PHOTOS:
        with Image.open(path) as original:
            photo = original.convert("RGB").resize((64, 48))
        grey, palette, clear = photo.convert("L"), photo.quantize(16), photo.convert("RGBA")
        clear.putalpha(grey)
        found["jpeg"] += [_saved(photo, "JPEG", exif=exif), _saved(photo, "JPEG", progressive=True, exif=exif)]
        found["jpeg"] += [_saved(grey, "JPEG"), _saved(photo.convert("CMYK"), "JPEG")]
        found["png"] += [_saved(photo, "PNG", exif=exif, pnginfo=comment), _saved(clear, "PNG"), _saved(palette, "PNG")]
        found["png"] += [_saved(grey.convert("I;16"), "PNG"), _saved(grey.convert("1"), "PNG")]
        found["webp"] += [_saved(photo, "WEBP", exif=exif, xmp=_XMP), _saved(clear, "WEBP", lossless=True)]
        found["webp"].append(_saved(photo, "WEBP", save_all=True, append_images=[photo.rotate(90)]))
        found["tiff"].append(_saved(photo, "TIFF", exif=exif))
        for packing in ("tiff_lzw", "tiff_adobe_deflate", "packbits", "jpeg"):
            found["tiff"].append(_saved(photo, "TIFF", compression=packing))
        found["tiff"] += [_saved(grey.convert("1"), "TIFF", compression="group4"), _saved(grey.convert("F"), "TIFF")]
        found["tiff"].append(_saved(photo, "TIFF", big_tiff=True))
        found["gif"] += [_saved(palette, "GIF", comment=b"a cat"), _saved(palette, "GIF", interlace=0, transparency=3)]
        found["gif"].append(_saved(palette, "GIF", save_all=True, append_images=[palette.rotate(90)]))
        found["bmp"] += [_saved(photo, "BMP"), _saved(palette, "BMP"), _saved(clear, "BMP")]
        if features.check("avif"):
            found["avif"] += [_saved(photo, "AVIF", exif=exif, xmp=_XMP), _saved(clear, "AVIF")]
        packet = b"http://ns.adobe.com/xap/1.0/\0" + _XMP
        plain = _saved(grey, "JPEG")
        segment = b"\xff\xe1" + (len(packet) + 2).to_bytes(2, "big") + packet
        found["xmp"] += [plain[:2] + segment + plain[2:], _saved(grey, "WEBP", xmp=_XMP)]
        found["xmp"].append(_saved(grey, "PNG", pnginfo=comment))
    found["heic"].append(_HEIC)
    return found


def _exif() -> bytes:
    """When, where and with what, and a thumbnail's worth of maker's notes."""
    exif = Image.Exif()
    exif.update(
        {ExifTags.Base.Make: "NIKON CORPORATION", ExifTags.Base.Model: "NIKON D70", ExifTags.Base.Orientation: 6}
    )
    exif.update({ExifTags.Base.XResolution: 72.0, ExifTags.Base.ImageDescription: "a cat"})
    details: dict[int, object] = {
        ExifTags.Base.DateTimeOriginal: "2023:05:06 12:34:56",
        ExifTags.Base.OffsetTimeOriginal: "+02:00",
    }
    details[ExifTags.Base.MakerNote] = b"Nikon\0\2" + bytes(60)
    exif.get_ifd(ExifTags.IFD.Exif).update(details)
    place = {1: "N", 2: (52.0, 30.0, 36.0), 3: "W", 4: (13.0, 24.0, 18.0), 29: "2023:05:06"}
    exif.get_ifd(ExifTags.IFD.GPSInfo).update(place)
    return exif.tobytes()


def _small_table() -> bytes:
    """A whole table of few lines, so that most changes meet its structure."""
    halves = ("a", 0, 500), ("b", 500, 1000)
    lines = ["threshold: 0.3", "categories:"]
    for key, first, end in halves:
        classes = ", ".join(map(str, range(first, end)))
        lines.append(f"  {key}: {{name: {{en: {key.upper()}, zh: {key}猫}}, threshold: .5, classes: [{classes}]}}")
    return "\n".join([*lines, "tags:", "  t: {name: T, categories: [a], classes: ['281', tiger cat]}", ""]).encode()


def _saved(picture: Image.Image, kind: str, **options: object) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, kind, **options)
    return stream.getvalue()


def choose_weights(inputs: Iterable[bytes]) -> list[float]:
    """Small inputs more often: they are quicker, and more of their bytes matter."""
    return [1 / max(len(data), 500) for data in inputs]
