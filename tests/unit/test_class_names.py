from __future__ import annotations

import pytest
from torchvision.models import ResNet18_Weights

from albumsort.errors import AlbumsortError
from albumsort.labels.classes import class_names, find_class, reference


def test_the_names_are_those_of_torchvision_in_its_order() -> None:
    assert class_names() == tuple(ResNet18_Weights.IMAGENET1K_V1.meta["categories"])


def test_every_class_is_found_by_its_reference_and_by_its_number() -> None:
    assert [find_class(reference(index)) for index in range(1000)] == list(range(1000))
    assert [find_class(str(index)) for index in range(1000)] == list(range(1000))


@pytest.mark.parametrize("text", ["tabby", "TABBY", " tabby ", "281 Tabby", "281   tabby", "0281"])
def test_case_and_spaces_around_a_reference_do_not_matter(text: str) -> None:
    assert find_class(text) == 281


def test_a_name_of_two_classes_is_refused_and_both_are_named() -> None:
    with pytest.raises(AlbumsortError, match="write 264 Cardigan or 474 cardigan"):
        find_class("Cardigan")


def test_a_number_with_the_name_of_another_class_is_refused_and_both_are_named() -> None:
    with pytest.raises(AlbumsortError, match=r"class 151 is called Chihuahua.* write 151 Chihuahua or 281 tabby"):
        find_class("151 tabby")


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("tabbi", "did you mean 281 tabby"),
        ("retriever", "did you mean .*205 flat-coated retriever"),
        ("qqqq", "labels show WORD"),
        ("", "labels show WORD"),
        ("1000", "numbered 0 to 999"),
        ("-1", "there is no class"),
        ("２８１", "there is no class"),
        ("281.0", "there is no class"),
        ("9" * 5000, "there is no class"),
    ],
)
def test_an_unknown_class_is_refused_with_advice(text: str, advice: str) -> None:
    with pytest.raises(AlbumsortError, match=advice) as caught:
        find_class(text)
    assert len(str(caught.value)) < 300
