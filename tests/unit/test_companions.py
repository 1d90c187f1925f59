from __future__ import annotations

import os
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from albumsort.library.companions import Companion, Unit, units
from albumsort.library.formats import kind_by_suffix
from albumsort.library.read import BEGINNING
from albumsort.library.walk import Found
from albumsort.names import folded
from albumsort.stamps import Stamp

Names = dict[str, set[str]]


def found(name: str, folder: Path | str = "/nowhere") -> Found:
    return Found(os.path.join(folder, name), Stamp(1, 1, 1), kind_by_suffix(name), 1)


def paired(*names: str, folder: Path | str = "/nowhere") -> Names:
    """The companions of each photo among files of these names."""
    made = units([found(name, folder) for name in names])
    return {base(unit.main): {base(companion.found) for companion in unit.companions} for unit in made}


def base(file: Found) -> str:
    return os.path.basename(file.path)


def numbered(unit: Unit, n: int) -> Names:
    """The names of a unit beside a photo that got the number n in an album."""
    if n == 1:
        return {base(unit.main): {base(companion.found) for companion in unit.companions}}
    main = f" ({n})".join(os.path.splitext(base(unit.main)))
    return {main: {f"{companion.stem} ({n}){companion.rest}" for companion in unit.companions}}


def all_names(pairs: Names) -> list[str]:
    return [*pairs, *(name for names in pairs.values() for name in names)]


ONE_PHOTO = {
    "RAW beside JPEG": "IMG_0042.JPG IMG_0042.CR2",
    "RAW and its XMP": "DSC01234.ARW DSC01234.xmp",
    "RAW beside JPEG with all sidecars": "M_1.JPG M_1.CR2 M_1.xmp M_1.CR2.xmp M_1.JPG.xmp M_1.CR2.pp3 M_1.JPG.dop",
    "suffixes in any case": "P1010001.jpg P1010001.RW2 p1010001.XMP",
    "all that an iPhone makes": "IMG_3.HEIC IMG_3.dng IMG_3.MOV IMG_3.AAE",
    "Live Photo": "IMG_1234.HEIC IMG_1234.MOV",
    "Live Photo of an older phone": "IMG_1234.JPG IMG_1234.MOV",
    "Live Photo from Google": "IMG_1234.HEIC IMG_1234.MP4 IMG_1234.HEIC.json",
    "edited on an iPhone": "IMG_1234.HEIC IMG_E1234.JPG IMG_1234.AAE IMG_O1234.AAE IMG_1234.MOV IMG_E1234.MOV",
    "edited twin with sidecars of its own": "IMG_1234.JPG IMG_E1234.JPG IMG_E1234.JPG.xmp IMG_E1234.xmp IMG_E1234.AAE",
    "edited video": "IMG_2000.MOV IMG_E2000.MOV IMG_2000.AAE",
    "edited Apple ProRAW": "IMG_E0007.JPG IMG_0007.DNG IMG_0007.AAE",
    "thumbnail of a video": "MVI_0001.AVI MVI_0001.THM",
    "Takeout": "photo.jpg photo.jpg.json",
    "Takeout since 2024": "photo.jpg photo.jpg.supplemental-metadata.json",
    "Takeout, cut": "Screenshot_20210101-101010_Chrome.png Screenshot_20210101-101010_Chrome.png.supplemen.json",
    "Takeout, cut to one letter": "0123456789012345678901234567890123456789.jpg"
    " 0123456789012345678901234567890123456789.jpg.s.json",
    "Takeout, cut to a dot": "01234567890123456789012345678901234567890.jpg"
    " 01234567890123456789012345678901234567890.jpg..json",
    "Takeout, the suffix cut": "05yqt21kruxwwlhhgrwrdyb6chhwszi9bqmzu16w0_2.jpg"
    " 05yqt21kruxwwlhhgrwrdyb6chhwszi9bqmzu16w0_2.jp.json",
    "Takeout, the name cut": "PXL_20230809_203449253.LONG_EXPOSURE-02.ORIGINA.jpg"
    " PXL_20230809_203449253.LONG_EXPOSURE-02.ORIGIN.json",
    "Takeout, numbered": "IMG_2710(1).HEIC IMG_2710.HEIC(1).json",
    "Takeout since 2024, numbered": "photo(1).jpg photo.jpg.supplemental-metadata(1).json",
    "Takeout, numbered by a browser": "photo(1).jpg photo(1).jpg.json",
    "Takeout, numbered and cut": "Backyard_ceremony_wedding_photography_xxxxxxx_m(494).jpg"
    " Backyard_ceremony_wedding_photography_xxxxxxx_(494).json",
    "Takeout, numbered, the suffix cut": "13039_327707840323_537645323_9470255_27214_n(1).jpg"
    " 13039_327707840323_537645323_9470255_27214_n.j(1).json",
    "Takeout, edited": "photo.jpg photo-edited.jpg photo.jpg.json",
    "Takeout, edited and numbered": "photo(1).jpg photo-edited(1).jpg photo.jpg(1).json",
    "Takeout, edited in French": "PXL_20220405_090123740.PORTRAIT.jpg PXL_20220405_090123740.PORTRAIT-modifié.jpg",
    "Takeout, edited in French on a Mac": "P.jpg P-modifie\u0301.jpg",
    "Takeout, a title without suffix": "2234089303984509579.jpg 2234089303984509579-edited.jpg"
    " 2234089303984509579.supplemental-metadata.json",
    "Takeout, a title without suffix, numbered": "1190642159672506179(1).jpg"
    " 1190642159672506179.supplemental-metadata(1).json",
    "Takeout, characters beyond 16 bits": "😀😃😄😁😆😅😂🤣🥲☺️😊😇🙂🙃😉😌😍🥰😘😗😙😚😋😛.jpg"
    " 😀😃😄😁😆😅😂🤣🥲☺️😊😇🙂🙃😉😌😍🥰😘😗😙😚😋.json",
    "Takeout, a video": "VID_20200930_155021.mp4 VID_20200930_155021.mp4.supplemental-metadata.json",
    "Takeout, an edited video": "VID_1.mp4 VID_1-edited.mp4 VID_1.mp4.json",
    "Takeout, accents composed and not": f"{'x' * 40}e\u0301{'y' * 9}.jpg {'x' * 40}é{'y' * 5}.json",
    "Takeout, a motion photo": "PXL_20231118_035751175.MP.jpg PXL_20231118_035751175.MP"
    " PXL_20231118_035751175.MP.jpg.json",
    "Pixel with RAW": "PXL_20231207_032111247.RAW-01.COVER.jpg PXL_20231207_032111247.RAW-02.ORIGINAL.dng",
    "Pixel with RAW and motion": "PXL_20231207_032108788.RAW-01.MP.COVER.jpg"
    " PXL_20231207_032108788.RAW-02.ORIGINAL.dng",
    "Pixel 5 with RAW and motion": "PXL_20231026_205755225.MP.jpg PXL_20231026_205755225.dng",
    "darktable's second version": "IMG_1.CR2 IMG_1.CR2.xmp IMG_1_01.CR2.xmp",
    "names that are no UTF-8": "bad\udcff.JPG bad\udcff.CR2 bad\udcff.xmp bad\udcff.JPG.json",
    "accents composed and not": "été.JPG e\u0301te\u0301.CR2",
}


@pytest.mark.parametrize("names", ONE_PHOTO.values(), ids=ONE_PHOTO)
@pytest.mark.parametrize("n", [1, 2, 17])
def test_these_files_are_one_photo_whatever_its_number(names: str, n: int) -> None:
    main, *companions = names.split()
    assert paired(*names.split()) == {main: set(companions)}
    (unit,) = units([found(name) for name in names.split()])
    assert paired(*all_names(numbered(unit, n))) == numbered(unit, n)


SEVERAL: dict[str, tuple[str, Names]] = {
    "JPEG and HEIC of one stem": (
        "IMG_1.JPG IMG_1.HEIC IMG_1.MOV IMG_1.DNG",
        {"IMG_1.JPG": {"IMG_1.DNG"}, "IMG_1.HEIC": {"IMG_1.MOV"}},
    ),
    "two RAW files": ("IMG_1.CR2 IMG_1.DNG", {"IMG_1.CR2": set(), "IMG_1.DNG": set()}),
    "a video of another kind": ("IMG_1.JPG IMG_1.AVI", {"IMG_1.JPG": set(), "IMG_1.AVI": set()}),
    "a video beside a drawing": ("logo.png logo.mp4", {"logo.png": set(), "logo.mp4": set()}),
    "an unrelated video": ("IMG_1.JPG IMG_2.MOV", {"IMG_1.JPG": set(), "IMG_2.MOV": set()}),
    "RAW alone": ("IMG_1.NEF", {"IMG_1.NEF": set()}),
    "an edited copy without its original": ("IMG_E1234.JPG", {"IMG_E1234.JPG": set()}),
    "E as part of another name": ("IMG_East.jpg IMG_ast.jpg", {"IMG_East.jpg": set(), "IMG_ast.jpg": set()}),
    "an edited copy of one of two": (
        "IMG_1234.HEIC IMG_1234.JPG IMG_E1234.JPG IMG_E1234.HEIC",
        {"IMG_1234.HEIC": {"IMG_E1234.HEIC"}, "IMG_1234.JPG": {"IMG_E1234.JPG"}},
    ),
    "sidecars of nothing": ("a.jpg b.xmp b.jpg.xmp b.AAE b.jpg.json metadata.json a.json", {"a.jpg": set()}),
    "a settings file": ("a.jpg a.pp3 a.dop", {"a.jpg": set()}),
    "catalogs": ("a.jpg a.lrcat digikam4.db", {"a.jpg": set()}),
    "no suffix": ("IMG_1 IMG_1.CR2 IMG_1.xmp", {"IMG_1": set(), "IMG_1.CR2": {"IMG_1.xmp"}}),
    "one number is not another": (
        "a(1).jpg a.jpg a.jpg(1).json a.jpg(2).json",
        {"a.jpg": set(), "a(1).jpg": {"a.jpg(1).json"}},
    ),
    "a JSON that is not Takeout's": ("photo.jpg photo.jpg.settings.json", {"photo.jpg": set()}),
    "a long JSON that begins otherwise": (
        f"{'x' * 50}.jpg {'x' * 45}.json {'x' * 47}.json",
        {f"{'x' * 50}.jpg": set()},
    ),
    "names that differ in case": (
        "IMG_1.JPG img_1.jpg img_1.cr2 IMG_1.JPG.xmp img_1.jpg.xmp",
        {"IMG_1.JPG": {"IMG_1.JPG.xmp"}, "img_1.jpg": {"img_1.cr2", "img_1.jpg.xmp"}},
    ),
    "companions that would get one name": (
        "IMG_1.JPG IMG_1.CR2 IMG_1.cr2 IMG_1.xmp IMG_1.XMP",
        {"IMG_1.JPG": {"IMG_1.CR2", "IMG_1.XMP"}, "IMG_1.cr2": set()},
    ),
    "sidecars that would get one name": (
        "a(1).jpg a(1).jpg.json a.jpg(1).json",
        {"a(1).jpg": {"a(1).jpg.json"}},
    ),
    "a video that is called as a picture's stem": (
        "a.MP.png a.MP a.MP.xmp",
        {"a.MP.png": set(), "a.MP": {"a.MP.xmp"}},
    ),
    "an edited copy that is none of a motion photo": (
        "P.MP.jpg P.MP P-edited.MP",
        {"P.MP.jpg": {"P.MP"}, "P-edited.MP": set()},
    ),
    "two videos that would get one name": (
        "P.MP.jpg P.MP.MP p.MP p.MP.xmp",
        {"P.MP.jpg": {"p.MP", "p.MP.xmp"}, "P.MP.MP": set()},
    ),
    "an XMP between HEIC and JPEG": ("a.JPG a.HEIC a.xmp", {"a.JPG": set(), "a.HEIC": {"a.xmp"}}),
    "an XMP between PNG and JPEG": ("a.JPG a.png a.xmp", {"a.JPG": set(), "a.png": {"a.xmp"}}),
    "an XMP between AVIF and TIFF": ("a.avif a.tif a.xmp", {"a.avif": {"a.xmp"}, "a.tif": set()}),
    "an XMP among them all": (
        "a.JPG a.CR2 a.HEIC a.xmp",
        {"a.JPG": {"a.CR2", "a.xmp"}, "a.HEIC": set()},
    ),
    "an XMP between two RAW files": ("a.DNG a.NEF a.xmp", {"a.DNG": set(), "a.NEF": {"a.xmp"}}),
    "an AAE between HEIC and JPEG": ("a.JPG a.HEIC a.AAE", {"a.JPG": set(), "a.HEIC": {"a.AAE"}}),
    "a long JSON that fits two": (
        f"{'x' * 46}1.jpg {'x' * 46}2.jpg {'x' * 46}.json",
        {f"{'x' * 46}1.jpg": set(), f"{'x' * 46}2.jpg": set()},
    ),
    "a title without suffix that fits two": (
        "a.jpg a.png a.supplemental-metadata.json",
        {"a.jpg": set(), "a.png": set()},
    ),
}


@pytest.mark.parametrize(("names", "expected"), SEVERAL.values(), ids=SEVERAL)
def test_these_files_are_several_photos_or_none(names: str, expected: Names) -> None:
    assert paired(*names.split()) == expected
    for unit in units([found(name) for name in names.split()]):
        assert paired(*all_names(numbered(unit, 2))) == numbered(unit, 2)


def test_the_number_of_an_album_is_not_that_of_takeout() -> None:
    assert paired("a (2).jpg", "a.jpg(2).json") == {"a (2).jpg": set()}


def test_the_units_are_in_byte_order_of_their_names() -> None:
    files = [found(name) for name in ("b.jpg", "a.jpg", "a.xmp", "a.CR2", "C.mov")]
    assert units(files) == (
        Unit(files[4]),
        Unit(files[1], (Companion(files[3], "a", ".CR2"), Companion(files[2], "a", ".xmp"))),
        Unit(files[0]),
    )


XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF><rdf:Description %s/></rdf:RDF></x:xmpmeta>'


def put(folder: Path, name: str, data: bytes) -> str:
    (folder / name).write_bytes(data)
    return name


@pytest.mark.parametrize(
    "says",
    [
        b'photoshop:SidecarForExtension="jpg"',
        b"photoshop:SidecarForExtension = 'JPG'",
        b"><photoshop:SidecarForExtension>JPG</photoshop:SidecarForExtension><a",
        b'crs:RawFileName="IMG_1.JPG"',
        b'crs:RawFileName="/Users/me/Pictures/img_1.jpg"',
        b'xmpMM:DerivedFrom="IMG_1.JPG"',
        b'xmpMM:DerivedFrom="IMG_9.CR2" crs:RawFileName="D:\\Fotos\\IMG_1.JPG"',
    ],
)
def test_an_xmp_that_fits_two_photos_says_whose_it_is(tmp_path: Path, says: bytes) -> None:
    xmp = put(tmp_path, "IMG_1.xmp", XMP % says)
    assert paired("IMG_1.JPG", "IMG_1.HEIC", xmp, folder=tmp_path) == {"IMG_1.JPG": {xmp}, "IMG_1.HEIC": set()}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe\0<",
        XMP % b'photoshop:SidecarForExtension="CR2"',
        XMP % b'crs:RawFileName="IMG_2.JPG"',
        XMP % b'crs:RawFileName="../../../etc/passwd\xff"',
        b"photoshop:SidecarForExtension" * 1000 + b">" * 1000,
    ],
)
def test_an_xmp_that_says_nothing_of_use_goes_by_the_formats(tmp_path: Path, data: bytes) -> None:
    xmp = put(tmp_path, "IMG_1.xmp", data)
    assert paired("IMG_1.JPG", "IMG_1.HEIC", "IMG_2.JPG", xmp, folder=tmp_path)["IMG_1.HEIC"] == {xmp}


def test_no_more_than_the_beginning_of_a_sidecar_is_read(tmp_path: Path) -> None:
    says = XMP % b'photoshop:SidecarForExtension="JPG"'
    late = put(tmp_path, "IMG_1.xmp", b" " * BEGINNING + says)
    just = put(tmp_path, "IMG_2.xmp", b" " * (BEGINNING - len(says)) + says)
    names = ["IMG_1.JPG", "IMG_1.HEIC", "IMG_2.JPG", "IMG_2.HEIC", late, just]
    assert paired(*names, folder=tmp_path) == {
        "IMG_1.HEIC": {late},
        "IMG_1.JPG": set(),
        "IMG_2.HEIC": set(),
        "IMG_2.JPG": {just},
    }


def test_a_sidecar_is_not_read_where_its_name_is_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> int:
        raise AssertionError("a sidecar was opened")

    monkeypatch.setattr(os, "open", refuse)
    for names in ONE_PHOTO.values():
        assert len(paired(*names.split(), folder=tmp_path)) == 1


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="POSIX kinds of files")
def test_a_sidecar_that_became_a_pipe_or_a_link_is_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "IMG_1.xmp")
    put(tmp_path, "elsewhere", XMP % b'photoshop:SidecarForExtension="JPG"')
    os.symlink("elsewhere", tmp_path / "IMG_2.xmp")
    names = ["IMG_1.JPG", "IMG_1.HEIC", "IMG_1.xmp", "IMG_2.JPG", "IMG_2.HEIC", "IMG_2.xmp"]
    pairs = paired(*names, folder=tmp_path)
    assert (pairs["IMG_1.HEIC"], pairs["IMG_2.HEIC"]) == ({"IMG_1.xmp"}, {"IMG_2.xmp"})


LONG = "Screenshot_2021-01-01-10-10-10-123_com.miui.gall"


@pytest.mark.parametrize(
    ("title", "photo"),
    [
        (f"{LONG}1.jpg", f"{LONG}1.jpg"),
        (f"{LONG}2.jpg", f"{LONG}2.jpg"),
        (f"{LONG}3.jpg", None),
        ("unrelated.jpg", None),
        ("", None),
    ],
)
def test_a_cut_json_that_fits_two_photos_says_whose_it_is(tmp_path: Path, title: str, photo: str | None) -> None:
    name = put(tmp_path, f"{LONG[:46]}.json", b'{\n  "title": "%s",\n  "description": ""\n}' % title.encode())
    pairs = paired(f"{LONG}1.jpg", f"{LONG}2.jpg", "unrelated.jpg", name, folder=tmp_path)
    assert [main for main, companions in pairs.items() if companions] == ([photo] if photo else [])


def test_the_title_of_a_photo_whose_own_name_was_cut_still_tells(tmp_path: Path) -> None:
    photos = [
        "PXL_20230809_203449253.LONG_EXPOSURE-02.ORIGINA.jpg",
        "PXL_20230809_203449253.LONG_EXPOSURE-02.ORIGINB.jpg",
    ]
    title = b'{"title": "PXL_20230809_203449253.LONG_EXPOSURE-02.ORIGIN\\u0041L.jpg"}'
    name = put(tmp_path, "PXL_20230809_203449253.LONG_EXPOSURE-02.ORIGIN.json", title)
    assert paired(*photos, name, folder=tmp_path) == {photos[0]: {name}, photos[1]: set()}


@pytest.mark.parametrize("data", [b"", b'{"title": "\\ud8"}', b'{"title": "\xff"}', b'{"title": 7}', b"[" * 10**6])
def test_a_broken_json_that_fits_two_photos_belongs_to_none(tmp_path: Path, data: bytes) -> None:
    name = put(tmp_path, f"{LONG[:46]}.json", data)
    assert paired(f"{LONG}1.jpg", f"{LONG}2.jpg", name, folder=tmp_path) == {
        f"{LONG}1.jpg": set(),
        f"{LONG}2.jpg": set(),
    }


STEMS = [
    "IMG_1234",
    "img_1234",
    "IMG_E1234",
    "IMG_O1234",
    "PXL_1_2",
    "PXL_1_2.MP",
    "a",
    "a.jpg",
    "a.MP",
    "é",
    "e\u0301",
]
STEMS += [
    "PXL_1_2.RAW-01.COVER",
    "PXL_1_2.RAW-02.ORIGINAL",
    "PXL_1_2.RAW-01.MP.COVER",
    "x" * 46,
    "x" * 47,
    "\udcff",
    "ß",
]
PARTS = [
    "-edited",
    "-MODIFIÉ",
    "-modifie\u0301",
    "(1)",
    "(2)",
    " (2)",
    " (3)",
    "_01",
    ".supplemental-metadata",
    ".su",
    ".",
]
SUFFIXES = [".jpg", ".JPG", ".heic", ".png", ".avif", ".cr2", ".CR2", ".dng", ".mov", ".mp4", ".avi", ".MP", ".mv", ""]
SIDECARS = [".xmp", ".XMP", ".aae", ".json", ".json", ".JSON", ".pp3", ".thm"]

stems = st.builds(
    lambda stem, parts: stem + "".join(parts), st.sampled_from(STEMS), st.lists(st.sampled_from(PARTS), max_size=2)
)
media = st.builds(str.__add__, stems, st.sampled_from(SUFFIXES))
cut_names = st.builds(lambda name, length: name[:length], media, st.sampled_from([44, 45, 46, 47]))
sidecars = st.builds(
    lambda name, marker, number, suffix: name + marker + number + suffix,
    media | stems | cut_names,
    st.sampled_from(["", "", "", "_01", ".supplemental-metadata", ".supple", "."]),
    st.sampled_from(["", "", "(1)", "(2)", " (2)"]),
    st.sampled_from(SIDECARS),
)


@st.composite
def folders(draw: st.DrawFn) -> list[str]:
    """Names that have much to do with each other: sidecars and copies of the files that are there."""
    names = draw(st.lists(media, min_size=1, max_size=6)) + draw(st.lists(sidecars, max_size=4))
    for _ in range(draw(st.integers(0, 6))):
        name = draw(st.sampled_from(names))
        stem, suffix = os.path.splitext(name)
        names += [
            draw(
                st.sampled_from(
                    [
                        name + draw(st.sampled_from(SIDECARS)),
                        stem + draw(st.sampled_from(SUFFIXES + SIDECARS)),
                        stem + draw(st.sampled_from(PARTS)) + suffix,
                        name + draw(st.sampled_from(PARTS)) + ".json",
                        name.swapcase(),
                        stem[:46] + draw(st.sampled_from(PARTS)) + suffix,
                    ]
                )
            )
        ]
    return [name for name in dict.fromkeys(names) if not name.startswith(".")]


@given(folders(), st.randoms(use_true_random=False))
def test_the_order_of_the_files_does_not_matter(names: list[str], rng: random.Random) -> None:
    files = [found(name) for name in names]
    before = units(files)
    rng.shuffle(files)
    assert units(files) == before


@given(folders())
def test_each_file_is_in_one_unit_at_most_and_no_photo_in_none(names: list[str]) -> None:
    made = units([found(name) for name in names])
    mains = [base(unit.main) for unit in made]
    companions = [base(companion.found) for unit in made for companion in unit.companions]
    assert len(set(mains + companions)) == len(mains + companions)
    assert set(mains + companions) >= {name for name in names if kind_by_suffix(name) not in ("sidecar", "other")}
    assert {kind_by_suffix(main) for main in mains} <= {"picture", "raw", "video", "unknown"}
    kinds = [{kind_by_suffix(base(file.found)) for file in unit.companions} for unit in made]
    for unit, kind in zip(made, kinds, strict=True):
        assert "unknown" not in kind
        assert unit.main.kind != "unknown" or not kind
        assert unit.main.kind == "picture" or "picture" not in kind


@settings(max_examples=300)
@given(folders(), st.integers(1, 4))
def test_a_unit_is_the_same_unit_alone_and_with_a_number(names: list[str], n: int) -> None:
    for unit in units([found(name) for name in names]):
        expected = numbered(unit, n)
        assert len({folded(name) for name in all_names(expected)}) == 1 + len(unit.companions)
        assert paired(*all_names(expected)) == expected


def test_ten_thousand_files_and_many_of_one_stem_are_paired() -> None:
    names = [f"IMG_{i:04}{suffix}" for i in range(2500) for suffix in (".JPG", ".CR2", ".xmp", ".JPG.json")]
    assert {len(companions) for companions in paired(*names).values()} == {3}
    spellings = ["".join(c.upper() if i >> j & 1 else c for j, c in enumerate("abcdefghijkl")) for i in range(2500)]
    pairs = paired(*[spelling + suffix for spelling in spellings for suffix in (".jpg", ".heic", ".xmp", ".mov")])
    assert {len(companions) for companions in pairs.values()} == {0, 2}
    long = "x" * 46
    pairs = paired(*[f"{long}{i}.jpg" for i in range(5000)] + [f"{long}({i}).json" for i in range(5000)])
    assert set(map(len, pairs.values())) == {0}
