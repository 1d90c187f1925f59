"""The shipped label table, read as plain YAML, so that a fault of the parser cannot hide one here."""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from torchvision.models import ResNet18_Weights

from albumsort.labels.parse import load_table
from albumsort.names import folder_name_problem

LABELS = Path(__file__).parents[2] / "labels"
CATCH_ALL = "other"


@cache
def table() -> dict[str, Any]:
    loaded = yaml.safe_load((LABELS / "categories.yaml").read_text(encoding="utf-8"))
    assert isinstance(loaded, dict)
    return loaded


@cache
def class_names() -> list[str]:
    return (LABELS / "classes.txt").read_text(encoding="utf-8").splitlines()


def key_of_class() -> dict[str, str]:
    return {reference: key for key, category in table()["categories"].items() for reference in category["classes"]}


def references(part: str) -> list[str]:
    return [reference for entry in table()[part].values() for reference in entry.get("classes", [])]


def test_class_names_are_those_of_torchvision() -> None:
    assert class_names() == ResNet18_Weights.IMAGENET1K_V1.meta["categories"]


def test_the_program_reads_the_same_table() -> None:
    read = load_table(None)
    assert {category.key: len(category.classes) for category in read.categories} == {
        key: len(category["classes"]) for key, category in table()["categories"].items()
    }
    assert [tag.key for tag in read.tags] == list(table()["tags"])


def test_there_are_20_to_30_categories() -> None:
    assert 20 <= len(table()["categories"]) <= 30


def test_every_class_stands_in_exactly_one_category() -> None:
    wanted = Counter(f"{index} {name}" for index, name in enumerate(class_names()))
    assert Counter(references("categories")) == wanted


def test_every_class_of_a_tag_is_written_with_its_index_and_name() -> None:
    known = {f"{index} {name}" for index, name in enumerate(class_names())}
    assert [reference for reference in references("tags") if reference not in known] == []


def test_no_tag_has_a_class_twice_or_one_of_its_categories() -> None:
    keys = key_of_class()
    for key, tag in table()["tags"].items():
        classes = tag.get("classes", [])
        assert len(classes) == len(set(classes)), key
        assert not {keys[reference] for reference in classes} & set(tag.get("categories", [])), key


def test_every_category_of_a_tag_exists() -> None:
    named = {category for tag in table()["tags"].values() for category in tag.get("categories", [])}
    assert named
    assert named <= set(table()["categories"])


@pytest.mark.parametrize("part", ["categories", "tags"])
def test_classes_are_listed_in_index_order(part: str) -> None:
    for key, entry in table()[part].items():
        indices = [int(reference.split(" ", 1)[0]) for reference in entry.get("classes", [])]
        assert indices == sorted(indices), key


def test_the_catch_all_holds_at_most_15_percent_of_the_classes() -> None:
    assert len(table()["categories"][CATCH_ALL]["classes"]) <= 150


def test_every_category_and_tag_has_a_name_of_its_own() -> None:
    names = [entry["name"].casefold() for entry in (*table()["categories"].values(), *table()["tags"].values())]
    assert [name for name, count in Counter(names).items() if count > 1] == []


def test_every_name_can_be_a_folder() -> None:
    names = [entry["name"] for entry in table()["categories"].values()]
    assert [name for name in names if folder_name_problem(name)] == []


def test_thresholds_are_probabilities() -> None:
    entries = [table(), *table()["categories"].values(), *table()["tags"].values()]
    thresholds = [entry["threshold"] for entry in entries if "threshold" in entry]
    assert all(0 < threshold < 1 for threshold in thresholds)


@pytest.mark.parametrize(
    ("reference", "category"),
    [
        ("134 crane bird", "birds"),
        ("517 crane", "city_landmarks"),
        ("264 Cardigan", "pets"),
        ("474 cardigan", "clothing"),
        ("383 Madagascar cat", "wildlife"),  # a lemur
        ("714 pick", "music_stage"),  # a plectrum
        ("726 plane", "tools_crafts"),  # of a carpenter
        ("553 file", "interiors"),  # a cabinet
        ("681 notebook", "screens_electronics"),  # a computer
        ("724 pirate", "boats"),  # a ship
        ("840 swab", "kitchen_household"),  # a mop
        ("581 grille", "vehicles"),  # of a radiator
        ("456 bow", "sports"),  # of an archer
        ("997 bolete", "plants_garden"),
    ],
)
def test_a_class_with_a_misleading_name_is_where_its_photos_belong(reference: str, category: str) -> None:
    assert key_of_class()[reference] == category
