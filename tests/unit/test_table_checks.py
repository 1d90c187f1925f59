from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from albumsort.errors import AlbumsortError
from albumsort.labels.classes import data_file, reference
from albumsort.labels.faces import FaceRule
from albumsort.labels.parse import load_table, parse_table
from albumsort.labels.table import LabelTable
from albumsort.labels.yaml_tree import MAX_BYTES

HEAD = "threshold: 0.35\ncategories:\n"
PETS = "  pets:\n    name: {en: Pets, zh: 宠物}\n    threshold: 0.5\n    classes:\n"
OTHER = "  other:\n    name: Other things\n    classes:\n"


def listed(first: int, last: int) -> str:
    return "".join(f"      - {reference(index)}\n" for index in range(first, last + 1))


def full_table() -> str:
    """A valid table: classes 0 to 499 are pets, the others are other. Line 7 is the first of pets, 509 of other."""
    return HEAD + PETS + listed(0, 499) + OTHER + listed(500, 999)


def changed(old: str, new: str) -> str:
    """The valid table with one thing changed, which must be there exactly once."""
    text = full_table()
    assert text.count(old) == 1
    return text.replace(old, new)


def load(tmp_path: Path, content: str | bytes) -> LabelTable:
    path = tmp_path / "my.yaml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return load_table(str(path))


def problems(tmp_path: Path, content: str | bytes) -> list[str]:
    """The lines of the error, each with the folder taken off its front."""
    with pytest.raises(AlbumsortError) as caught:
        load(tmp_path, content)
    assert caught.value.exit_code == 2
    return [line.removeprefix(f"{tmp_path}{os.sep}") for line in str(caught.value).splitlines()]


def test_a_valid_table_is_read_as_it_was_written(tmp_path: Path) -> None:
    tags = "tags:\n  cats:\n    name: Cats\n    classes: [281 tabby, Tiger Cat, 283]\n    categories: [other]\n"
    text = full_table() + tags
    table = load(tmp_path, text)
    pets, other = table.categories
    assert (pets.key, pets.names, pets.threshold) == ("pets", {"en": "Pets", "zh": "宠物"}, 0.5)
    assert pets.classes == tuple(range(500))
    assert (other.names, other.threshold, table.threshold) == ({"en": "Other things"}, None, 0.35)
    assert table.threshold_of(other) == 0.35
    (cats,) = table.tags
    assert (cats.threshold, cats.classes) == (None, (281, 282, 283, *range(500, 1000)))


@pytest.mark.parametrize("lines", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_files_of_every_editor_are_read(tmp_path: Path, lines: str, mark: str) -> None:
    assert len(load(tmp_path, (mark + full_table().replace("\n", lines)).encode()).categories) == 2


def test_words_that_yaml_takes_for_something_else_stay_words(tmp_path: Path) -> None:
    text = changed("{en: Pets, zh: 宠物}", "{en: No, no: 2024-01-01}")
    assert load(tmp_path, text).categories[0].names == {"en": "No", "no": "2024-01-01"}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "threshold: 0.35",
            "treshold: 0.35",
            [
                "my.yaml: 2 problems",
                "my.yaml:1: the table: threshold is missing; add a line `threshold:`",
                "my.yaml:1: the table: unknown key 'treshold'; did you mean threshold?",
            ],
        ),
        (
            "    threshold: 0.5\n",
            "    colour: red\n",
            ["my.yaml:5: category pets: unknown key 'colour'; the keys here are name, threshold, classes, faces"],
        ),
        (
            "    name: Other things\n",
            "",
            ["my.yaml:508: category other: name is missing; add a line `name:`"],
        ),
        (
            "    threshold: 0.5\n",
            "    threshold: 0.5\n    threshold: 0.6\n",
            ["my.yaml:6: category pets: the key 'threshold' stands here and in line 5; keep one of them"],
        ),
        (
            "  other:",
            "  pets:",
            [
                "my.yaml: 2 problems",
                "my.yaml:3: 500 of the 1000 classes stand in no category: "
                + ", ".join(reference(index) for index in range(500, 505))
                + ", …; add them to one, for instance to a catch-all category such as `other`",
                "my.yaml:507: categories: the key 'pets' stands here and in line 3; keep one of them",
            ],
        ),
        (
            "- 151 Chihuahua",
            "- 151 Chihuahua\n      - Chihuahua",
            ["my.yaml:159: category pets: class 151 Chihuahua is already in line 158; remove one"],
        ),
        (
            "- 999 toilet tissue",
            "- 999 toilet tissue\n      - 151",
            [
                "my.yaml:1010: category other: class 151 Chihuahua stands in category pets too, in line 158;"
                " remove one of the two"
            ],
        ),
        (
            "      - 151 Chihuahua\n",
            "",
            [
                "my.yaml:3: 1 of the 1000 classes stand in no category: 151 Chihuahua;"
                " add them to one, for instance to a catch-all category such as `other`"
            ],
        ),
        (
            "- 999 toilet tissue",
            "- 999 toilet tissue\n      - tabbi",
            ["my.yaml:1010: category other: there is no class 'tabbi'; did you mean 281 tabby?"],
        ),
        (
            "- 999 toilet tissue",
            "- 999 toilet tissue\n      - cardigan",
            ["my.yaml:1010: category other: 2 classes are called 'cardigan'; write 264 Cardigan or 474 cardigan"],
        ),
        (
            "- 999 toilet tissue",
            "- 999 toilet tissue\n      - 998 tabby",
            ["my.yaml:1010: category other: class 998 is called ear, not 'tabby'; write 998 ear or 281 tabby"],
        ),
        (
            "- 999 toilet tissue",
            "- 999 toilet tissue\n      - [tabby]",
            ["my.yaml:1010: category other: one of the classes is a list or mapping; write one plain line each"],
        ),
        (
            "  other:",
            "  unsorted:",
            ["my.yaml:507: category unsorted: this key is reserved for photos below the threshold; choose another"],
        ),
        (
            "{en: Pets, zh: 宠物}",
            "{zh: 宠物}",
            [
                "my.yaml:4: category pets: the English name is missing; add `en:`, other languages fall back on it",
            ],
        ),
        (
            "{en: Pets, zh: 宠物}",
            "{en: Pets, Chinese: 宠物}",
            ["my.yaml:4: category pets: 'Chinese' is not a language code; write one such as en, zh or zh-TW"],
        ),
        (
            "Other things",
            "pETS",
            [
                "my.yaml:507: other: its name 'pETS' (en) is that of pets too;"
                " choose a name that differs by more than case"
            ],
        ),
        (
            "Other things",
            "{en: Other, zh: 宠物}",
            [
                "my.yaml:507: other: its name '宠物' (zh) is that of pets too;"
                " choose a name that differs by more than case"
            ],
        ),
    ],
)
def test_a_broken_table_names_the_line_what_is_wrong_and_what_to_do(
    tmp_path: Path, old: str, new: str, expected: list[str]
) -> None:
    assert problems(tmp_path, changed(old, new)) == expected


@pytest.mark.parametrize("key", ["Pets", "2pets", "my pets", "tiere.haus", "宠物", "../pets", "''", "p" * 61])
def test_a_key_that_is_no_plain_word_is_refused(tmp_path: Path, key: str) -> None:
    (problem,) = problems(tmp_path, changed("  pets:", f"  {key}:"))
    assert problem.startswith("my.yaml:3: category ")
    assert "a key begins with a letter a to z" in problem


@pytest.mark.parametrize("value", ["true", ".nan", "nan", ".inf", "35%", "'0.5'", "0,5", "~", "", "[0.5]", "1_0", "٠"])
def test_a_threshold_that_is_no_number_is_refused(tmp_path: Path, value: str) -> None:
    (problem,) = problems(tmp_path, changed("threshold: 0.5", f"threshold: {value}"))
    assert problem.startswith("my.yaml:5: category pets: the threshold is ")
    assert problem.endswith("which is not a number; write a number from 0 to 1, such as 0.35")


@pytest.mark.parametrize("value", ["35", "-0.1", "1.0001", "1e9", "1e999"])
def test_a_threshold_outside_0_to_1_is_refused(tmp_path: Path, value: str) -> None:
    expected = (
        f"my.yaml:1: the table: the threshold {value} is outside 0 to 1; write a number from 0 to 1, such as 0.35"
    )
    assert problems(tmp_path, changed("threshold: 0.35", f"threshold: {value}")) == [expected]


@pytest.mark.parametrize(("value", "number"), [("0", 0.0), ("1", 1.0), (".5", 0.5), ("1.", 1.0), ("3.5e-1", 0.35)])
def test_a_threshold_may_be_any_number_from_0_to_1(tmp_path: Path, value: str, number: float) -> None:
    assert load(tmp_path, changed("threshold: 0.35", f"threshold: {value}")).threshold == number


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("../Pets", "it contains /"),
        ("/etc", "it contains /"),
        ("..", "it means the folder itself or the one above it"),
        ("''", "it is empty"),
        ("~", "it is empty"),
        ("null", "it is empty"),
        ("", "it is empty"),
        ("NUL", "Windows reserves it"),
        (r'"a\u202Eb"', "it contains the invisible character U+202E"),
        (r'"a\0b"', "it contains the control character U+0000"),
        (r'"\uD800"', "it contains U+D800, which is not valid text"),
        ("' Pets'", "it begins or ends with a space"),
        ("x" * 101, "it is 101 bytes long and at most 100 are allowed"),
    ],
)
@pytest.mark.parametrize("form", ["{}", "{{en: {}}}"])
def test_a_name_that_cannot_be_a_folder_is_refused_with_the_reason(
    tmp_path: Path, name: str, reason: str, form: str
) -> None:
    (problem,) = problems(tmp_path, changed("{en: Pets, zh: 宠物}", form.format(name)))
    assert problem.startswith("my.yaml:4: category pets: ")
    assert f"cannot be a folder: {reason}" in problem


@pytest.mark.parametrize(
    ("tag", "line", "expected"),
    [
        ("    name: Red\n", 1, "tag red: it needs `classes:`, `categories:`, `faces:` or `flaw:`; add one"),
        ("    name: Red\n    classes: []\n", 3, "tag red: the list of classes is empty; add one, or remove the entry"),
        (
            "    name: Red\n    classes: tabby\n",
            3,
            "tag red: classes must be a list; write each on its own line after `- `",
        ),
        ("    name: Red\n    categories: [pet]\n", 3, "tag red: there is no category 'pet'; did you mean pets?"),
        (
            "    name: Red\n    categories: [xyz]\n",
            3,
            "tag red: there is no category 'xyz'; write the key of a category of this table",
        ),
        ("    categories: [pets]\n", 2, "tag red: name is missing; add a line `name:`"),
        ("    name: a/b\n    categories: [pets]\n", 2, "tag red: 'a/b' cannot be a folder: it contains /, which would"),
        ("    - tabby\n", 2, "tag red: expected `key: value` lines; check the indentation below it"),
    ],
)
def test_a_broken_tag_names_the_line(tmp_path: Path, tag: str, line: int, expected: str) -> None:
    found = problems(tmp_path, full_table() + "tags:\n  red:\n" + tag)
    assert any(problem.startswith(f"my.yaml:{1010 + line}: {expected}") for problem in found)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", "my.yaml:1: the file is empty; `albumsort labels init FILE` writes a table to start from"),
        ("# only a comment\n", "my.yaml:1: the file is empty"),
        ("- a list\n", "my.yaml:1: the table: expected `key: value` lines"),
        (HEAD + PETS + "\t- tabby\n", "my.yaml:7: not valid YAML: found character '\\t'"),
        (HEAD + "  a: 'open\n", "my.yaml:4: not valid YAML: found unexpected end of stream"),
        (HEAD + '  a: "\\UFFFFFFFF"\n', "my.yaml:3: not valid YAML: "),
        ("%YAML 1." + "9" * 5000 + "\n---\na: 1\n", "my.yaml:1: not valid YAML: "),
        ("a: 1\n---\nb: 2\n", "my.yaml:2: a second YAML document begins here"),
        ("a: &x [1]\nb: 2\n", "my.yaml:1: anchors (&) and aliases (*) are not allowed"),
        ("a: 1\nb: *x\n", "my.yaml:2: anchors (&) and aliases (*) are not allowed"),
        ("a: 1\nb: !!python/object/apply:os.system [x]\n", "my.yaml:2: the YAML tag 'tag:yaml.org,2002:python/object"),
        ("a: 1\n? [b, c]\n: 2\n", "my.yaml:2: a list or mapping stands where a key should be"),
        ("a: 1\nb: " + "[" * 5000, "my.yaml:2: nested too deeply"),
        ("a: 1\nb: {" + "a: {" * 5000, "my.yaml:2: nested too deeply"),
        (b"a: 1\n\n# caf\xe9\n", "my.yaml:3: not UTF-8 text; save the file as UTF-8"),
        ("a: 1\r\nb: 2\r\n".encode("utf-16"), "my.yaml:1: not UTF-8 text; save the file as UTF-8"),
        (b"a: 1\r\nb: 2\rc: \x1b[31m\n", "my.yaml:3: the control character U+001B is not allowed; remove it"),
        (b"a" * (MAX_BYTES + 1), "my.yaml: larger than 256 KiB; a label table is a short YAML file"),
    ],
)
def test_a_file_that_is_no_plain_yaml_is_refused(tmp_path: Path, content: str | bytes, expected: str) -> None:
    (problem,) = problems(tmp_path, content)
    assert problem.startswith(expected)


def test_all_problems_are_listed_at_once_in_the_order_of_the_lines(tmp_path: Path) -> None:
    text = changed("0.35", "35").replace("name: Other things", "name: a/b").replace("{en: Pets", "{en: con")
    found = problems(tmp_path, text)
    assert [line.split(":")[1] for line in found] == [" 3 problems", "1", "4", "508"]


def test_of_many_problems_the_first_twenty_are_shown_and_the_rest_counted(tmp_path: Path) -> None:
    found = problems(tmp_path, full_table() + "".join(f"      - nothing {number}\n" for number in range(25)))
    assert found[0] == "my.yaml: 25 problems"
    assert [line.split(":")[1] for line in found[1:-1]] == [str(line) for line in range(1010, 1030)]
    assert found[-1] == "… and 5 more; correct these first"


@pytest.mark.parametrize("name", ["missing.yaml", "."])
def test_a_path_that_is_no_readable_file_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(AlbumsortError, match="cannot read the label table"):
        load_table(str(tmp_path / name))


def test_an_empty_path_is_not_taken_for_the_shipped_table() -> None:
    with pytest.raises(AlbumsortError, match="cannot read the label table"):
        load_table("")


SHIPPED = data_file("categories.yaml").read_bytes()


@settings(deadline=None)
@given(st.one_of(st.binary(), st.text(st.characters(exclude_categories=["Cs"])).map(str.encode)))
@example(b'"\\UFFFFFFFF"')
@example(b"!\xef\xbf\xbd a")
def test_any_bytes_are_refused_with_a_message_and_never_with_a_traceback(data: bytes) -> None:
    with pytest.raises(AlbumsortError, match=r"^any\.yaml:"):
        parse_table(data, "any.yaml")


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 4000), st.integers(0, 40), st.text("\t\n -:{}[]&*!|>'\"%@`,?#~0a宠", max_size=8))
def test_a_damaged_table_is_a_table_or_refused_with_a_message(start: int, removed: int, added: str) -> None:
    data = SHIPPED[:start] + added.encode() + SHIPPED[start + removed :]
    try:
        table = parse_table(data, "any.yaml")
    except AlbumsortError:
        return
    assert sorted(index for category in table.categories for index in category.classes) == list(range(1000))


def test_rules_of_faces_are_read_as_they_were_written(tmp_path: Path) -> None:
    people = "  people:\n    name: People\n    faces: {share: 0.03}\n"
    tags = "tags:\n  groups:\n    name: Groups\n    faces: {least: 3, share: 1}\n  any:\n    name: Any\n    faces: {}\n"
    table = load(tmp_path, full_table() + people + tags)
    assert table.categories[-1].faces == FaceRule(1, 0.03)
    assert table.categories[-1].classes == ()
    assert table.categories[0].faces is None
    assert [tag.faces for tag in table.tags] == [FaceRule(3, 1.0), FaceRule(1, None)]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("{least: 0}", "least is '0'; write a whole number from 1 to 99"),
        ("{least: 1.5}", "least is '1.5'; write a whole number from 1 to 99"),
        ("{least: 100}", "least is '100'; write a whole number from 1 to 99"),
        ('{least: "3"}', "least is '3'; write a whole number from 1 to 99"),
        ("{least: [3]}", "least is a list or mapping; write a whole number from 1 to 99"),
        ("{share: 0}", "share is '0'; write a number above 0 and up to 1, such as 0.03"),
        ("{share: -0.1}", "share is '-0.1'; write a number above 0 and up to 1, such as 0.03"),
        ("{share: 3%}", "share is '3%'; write a number above 0 and up to 1, such as 0.03"),
        ("{share: 1.01}", "share is '1.01'; write a number above 0 and up to 1, such as 0.03"),
        ("{share: {}}", "share is a list or mapping; write a number above 0 and up to 1, such as 0.03"),
        ("{most: 3}", "unknown key 'most'; "),
        ("3", "expected `key: value` lines; check the indentation below it"),
    ],
)
@pytest.mark.parametrize("kind", ["category", "tag"])
def test_a_rule_of_faces_that_makes_no_sense_is_refused(tmp_path: Path, kind: str, rule: str, expected: str) -> None:
    entry = f"  people:\n    name: People\n    faces: {rule}\n"
    text = full_table() + ("tags:\n" if kind == "tag" else "") + entry
    (found,) = problems(tmp_path, text)
    assert found.startswith(f"my.yaml:{len(text.splitlines())}: {kind} people: faces: {expected}")


def test_what_no_network_tells_takes_no_faces(tmp_path: Path) -> None:
    entry = "  screenshots:\n    name: Screens\n    faces: {least: 1}\n"
    (found,) = problems(tmp_path, full_table() + entry)
    assert "category screenshots: unknown key 'faces'" in found
