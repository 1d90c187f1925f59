"""The page of a scan: whatever a file is called it is text there, and no other file is ever overwritten."""

from __future__ import annotations

import json
import os
import re
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from albumsort.catalog.thumbnails import Thumbnails
from albumsort.errors import AlbumsortError
from albumsort.page_folder import MARK
from albumsort.pipeline.scan_options import ScanResult
from albumsort.pipeline.scene import Scene
from albumsort.plan.columns import printable
from albumsort.records import CaptureTime, Decision, Event, Metadata, Situation
from albumsort.web import page
from albumsort.web.embedding import embedded, source_hash
from albumsort.web.page_data import Table, page_data

NOW = datetime(2024, 5, 6, 7, 8)
JPEG = b"\xff\xd8\xff\xe0 not looked at"
NASTY = "</script><img src=x onerror=alert(1)>&amp;<!--\u2028'\"\\.jpg"


def photo(name: str = "cat.jpg", **fields: Any) -> Decision:
    path = f"/photos/{name}"
    known: dict[str, Any] = {
        "photo_id": 1,
        "category": "pets",
        "confidence": 0.934,
        "labels": (("tabby", 0.87), ("tiger cat", 0.05), ("Egyptian cat", 0.01)),
        "captured": CaptureTime(datetime(2023, 5, 6, 12), "exif", time_zone="+02:00"),
        "album": "Pets/2023",
        "destination": f"/albums/Pets/2023/{name}",
    }
    return Decision(path, "planned", **(known | fields))


def result(*decisions: Decision, thumbnails: Path = Path("unused")) -> ScanResult:
    event = Event("20230506-1", False, "A party", NOW.date(), NOW, NOW, 1)
    scene = Scene("/photos", {event.id: event}, {"pets": "Pets"}, {}, "en", {1: "ab" * 32}, thumbnails)
    return ScanResult(list(decisions), "/albums", 0, False, "", NOW, NOW, scene)


def data_of(*decisions: Decision) -> dict[str, Any]:
    scene = result().scene
    assert scene
    return page_data(Table(decisions, "/albums"), decisions, scene, acted=False, now=NOW)


class Parsed(HTMLParser):
    """The elements of a page, and the text of those with an id."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.texts: dict[str, str] = {}
        self.policy = ""
        self._id = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.tags.append(tag)
        self._id = values.get("id") or tag
        if values.get("http-equiv") == "Content-Security-Policy":
            self.policy = values["content"] or ""

    def handle_data(self, data: str) -> None:
        self.texts[self._id] = self.texts.get(self._id, "") + data

    def handle_endtag(self, tag: str) -> None:
        self._id = ""


def written(folder: Path, *decisions: Decision) -> Parsed:
    scan = page.with_page(str(folder / "page.html"), result(*decisions, thumbnails=folder / "t.sqlite"), NOW)
    assert not scan.trouble
    return Parsed((folder / "page.html").read_text(encoding="utf-8"))


@given(st.text(st.characters(codec=None)))
def test_json_in_a_page_comes_back_exactly_and_holds_nothing_that_ends_it(text: str) -> None:
    inside = embedded({"name": text})
    assert json.loads(inside) == {"name": text}
    assert not re.search("[<>&\u2028\u2029]", inside)
    inside.encode()  # lone surrogates too are escaped


@settings(max_examples=20)
@given(st.binary(min_size=1, max_size=40).map(os.fsdecode).filter(lambda name: "/" not in name and "\0" not in name))
def test_any_file_name_is_text_in_the_page(tmp_path_factory: pytest.TempPathFactory, name: str) -> None:
    folder = tmp_path_factory.mktemp("page")
    plain, parsed = written(folder, photo()), written(folder, photo(name))
    assert parsed.tags == plain.tags
    assert json.loads(parsed.texts["data"])["photos"]["name"] == [printable(name)]


def test_a_name_that_is_markup_is_text_everywhere(tmp_path: Path) -> None:
    odd = photo(NASTY, album=NASTY, note=NASTY, labels=((NASTY, 0.5),), situation=Situation(place=NASTY, event=NASTY))
    parsed = written(tmp_path, odd)
    assert parsed.tags == written(tmp_path, photo()).tags
    tables = json.loads(parsed.texts["data"])["tables"]
    assert tables["album"] == tables["note"] == tables["label"] == tables["place"] == [printable(NASTY)]


def test_the_policy_names_the_one_script_and_style_and_allows_nothing_else(tmp_path: Path) -> None:
    parsed = written(tmp_path, photo())
    assert parsed.policy == (
        f"default-src 'none'; script-src {source_hash(parsed.texts['script'])}; "
        f"style-src {source_hash(parsed.texts['style'])}; img-src data: 'self'; base-uri 'none'; form-action 'none'"
    )


def test_a_photo_has_all_that_is_known_of_it() -> None:
    data = data_of(
        photo(metadata=Metadata(latitude=52.5, longitude=13.4), situation=Situation("20230506-1", place="Berlin"))
    )
    columns, tables = data["photos"], data["tables"]
    assert (columns["name"], tables["folder"], tables["album"]) == (["cat.jpg"], ["/photos"], ["Pets/2023"])
    assert (tables["category"], columns["confidence"]) == (["Pets"], [93])
    assert columns["labels"] == [[0, 87, 1, 5, 2, 1]]
    assert tables["label"] == ["tabby", "tiger cat", "Egyptian cat"]
    assert columns["taken"] == [1683374400]
    assert (tables["source"], tables["zone"], tables["place"]) == (["exif"], ["+02:00"], ["Berlin"])
    assert (columns["latitude"], columns["longitude"]) == ([525000], [134000])
    assert tables["event"][0] == {
        "id": "20230506-1", "name": "A party", "begin": 1683374400, "end": 1683374400, "photos": 1,
        "latitude": 525000, "longitude": 134000,
    }  # fmt: skip
    assert columns["destination"] == {}  # that of the album and the name


def test_a_photo_in_several_albums_is_one_with_several_places() -> None:
    again = photo(album="Years/2023", destination="/albums/Years/2023/cat-1.jpg")
    data = data_of(photo(), again, photo("cat.xmp", companion_of="/photos/cat.jpg"))
    assert data["photos"]["name"] == ["cat.jpg"]
    assert data["photos"]["more"] == {0: [[1, 0, -1, "/albums/Years/2023/cat-1.jpg"]]}


def test_photos_are_newest_first_and_those_without_a_time_last() -> None:
    older = photo("old.jpg", captured=CaptureTime(datetime(1904, 1, 1), "exif"))
    data = data_of(photo("none.jpg", captured=CaptureTime()), older, photo("new.jpg"))
    assert data["photos"]["name"] == ["new.jpg", "old.jpg", "none.jpg"]
    assert data["photos"]["taken"] == [1683374400, -2082844800, None]


def test_beyond_the_limit_the_newest_are_shown_and_the_page_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("albumsort.web.page_data.MOST", 1)
    data = data_of(photo("old.jpg", captured=CaptureTime(datetime(2020, 1, 1), "exif")), photo("new.jpg"))
    assert (data["photos"]["name"], data["leftOut"]) == (["new.jpg"], 1)


def test_what_could_not_be_read_is_there_with_the_reason() -> None:
    broken = photo("broken.jpg", category="", note="cut off")
    passed = Decision("/photos/link", "skipped", "a symbolic link; not followed")
    assert data_of(broken, passed)["unread"] == [
        ["/photos/broken.jpg", "cut off", True],
        ["/photos/link", "a symbolic link; not followed", False],
    ]


def test_a_small_page_carries_its_thumbnails(tmp_path: Path) -> None:
    with Thumbnails(tmp_path / "t.sqlite") as thumbnails:
        thumbnails.put("ab" * 32, JPEG)
    parsed = written(tmp_path, photo(), photo("video.mp4", photo_id=2))
    assert json.loads(parsed.texts["thumbnails-0"]) == ["/9j/4CBub3QgbG9va2VkIGF0", ""]
    assert sorted(os.listdir(tmp_path)) == ["page.html", "t.sqlite"]


def test_a_large_page_has_a_folder_that_follows_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Thumbnails(tmp_path / "t.sqlite") as thumbnails:
        thumbnails.put("ab" * 32, JPEG)
    monkeypatch.setattr(page, "INSIDE", 0)
    data = json.loads(written(tmp_path, photo(), photo("video.mp4", photo_id=2)).texts["data"])
    picture = tmp_path / "page_files" / "ab" / ("ab" * 9 + ".jpg")
    assert (data["files"], data["thumbnails"]) == ("page_files", "ab" * 10 + "-" * 20)
    assert picture.read_bytes() == JPEG
    (tmp_path / "page_files" / "mine.jpg").write_bytes(b"mine")
    written(tmp_path, photo("video.mp4", photo_id=2))
    assert not picture.exists()
    monkeypatch.setattr(page, "INSIDE", 3)
    written(tmp_path, photo())
    assert (tmp_path / "page_files" / "mine.jpg").read_bytes() == b"mine"
    (tmp_path / "page_files" / "mine.jpg").unlink()
    written(tmp_path, photo())
    assert not (tmp_path / "page_files").exists()


def test_a_page_replaces_a_page_and_nothing_else(tmp_path: Path) -> None:
    written(tmp_path, photo())
    written(tmp_path, photo())
    mine = tmp_path / "mine.html"
    mine.write_text("<!doctype html>\n<p>mine")
    with pytest.raises(AlbumsortError, match=r"mine\.html: this is not a page of albumsort"):
        page.check_page_place(str(mine))
    assert "not overwritten" in page.with_page(str(mine), result(photo()), NOW).trouble
    assert mine.read_text() == "<!doctype html>\n<p>mine"


def test_a_folder_of_the_user_is_not_taken_for_that_of_a_page(tmp_path: Path) -> None:
    (tmp_path / "page_files").mkdir()
    with pytest.raises(AlbumsortError, match="page_files: thumbnails may have to go there"):
        page.check_page_place(str(tmp_path / "page.html"))
    (tmp_path / "page_files" / MARK).write_text("")
    page.check_page_place(str(tmp_path / "page.html"))


def test_the_map_has_towns_near_the_photos(tmp_path: Path) -> None:
    data = json.loads(written(tmp_path, photo(metadata=Metadata(latitude=52.5, longitude=13.4))).texts["data"])
    names = [town[3] for town in data["world"]["towns"]]
    assert "Potsdam" in names
    assert json.loads(written(tmp_path, photo()).texts["data"])["world"] is None
