from __future__ import annotations

import pytest

from albumsort.labels.faces import FaceRule
from albumsort.labels.parse import load_table
from albumsort.labels.table import Category, LabelTable, Tag
from albumsort.records import UNSORTED, Face, Prediction

TABBY, TIGER_CAT, EGYPTIAN_CAT, ALP, PIZZA, GROOM = 281, 282, 285, 970, 963, 982


def table() -> LabelTable:
    return LabelTable(
        categories=(
            Category("pets", {"en": "Pets", "zh": "宠物"}, None, (TABBY, TIGER_CAT, EGYPTIAN_CAT)),
            Category("mountains", {"en": "Mountains"}, 0.7, (ALP,)),
            Category("food", {"en": "Food", "zh": "食物", "zh-TW": "美食"}, None, (PIZZA,)),
        ),
        tags=(
            Tag("cats", {"en": "Cats"}, 0.2, (TABBY, TIGER_CAT)),
            Tag("outdoors", {"en": "Outdoors"}, None, (TABBY, ALP)),
        ),
        threshold=0.5,
    )


def test_a_category_is_as_likely_as_its_classes_together() -> None:
    split = Prediction((PIZZA, TABBY, TIGER_CAT, EGYPTIAN_CAT), (0.4, 0.25, 0.2, 0.125))
    verdict = table().categorize(split)
    assert (verdict.category, verdict.likeliest) == ("pets", "pets")
    assert verdict.confidence == pytest.approx(0.575)
    assert table().shares(split) == pytest.approx({"pets": 0.575, "mountains": 0.0, "food": 0.4})


def test_a_photo_below_the_threshold_is_unsorted_and_keeps_its_likeliest_category() -> None:
    verdict = table().categorize(Prediction((PIZZA, TABBY), (0.49, 0.4)))
    assert (verdict.category, verdict.likeliest, verdict.confidence) == (UNSORTED, "food", 0.49)


def test_a_confidence_at_the_threshold_is_enough() -> None:
    assert table().categorize(Prediction((PIZZA,), (0.5,))).category == "food"


def test_the_threshold_of_a_category_goes_before_that_of_the_table() -> None:
    below, above = (table().categorize(Prediction((ALP,), (share,))) for share in (0.69, 0.71))
    assert (below.category, above.category) == (UNSORTED, "mountains")
    assert below.threshold == above.threshold == 0.7


def test_of_equally_likely_categories_the_first_in_the_table_wins_whatever_the_order_of_classes() -> None:
    for classes in ((PIZZA, TABBY), (TABBY, PIZZA)):
        assert table().categorize(Prediction(classes, (0.5, 0.5))).category == "pets"


def test_rounding_never_makes_a_confidence_above_one() -> None:
    prediction = Prediction((TABBY, TIGER_CAT), (0.7, 0.3000001))
    assert table().categorize(prediction).confidence == 1.0


def test_tags_come_by_their_own_sums_also_where_the_photo_is_unsorted() -> None:
    unsorted = table().categorize(Prediction((PIZZA, ALP, TABBY, TIGER_CAT), (0.4, 0.1, 0.1, 0.1)))
    assert (unsorted.category, unsorted.tags) == (UNSORTED, ("cats",))
    both = table().categorize(Prediction((TABBY, ALP), (0.3, 0.2)))
    assert both.tags == ("cats", "outdoors")


def test_an_album_is_named_in_the_language_asked_for_else_in_a_near_one_else_in_english() -> None:
    names = {language: table().folder("food", language) for language in ("en", "zh", "zh-TW", "zh-HK", "fr")}
    assert names == {"en": "Food", "zh": "食物", "zh-TW": "美食", "zh-HK": "食物", "fr": "Food"}
    assert table().folder("mountains", "zh") == "Mountains"


def test_the_category_and_the_tags_of_a_class_can_be_asked_for() -> None:
    assert table().category_of(ALP).key == "mountains"
    assert [tag.key for tag in table().tags_of(TABBY)] == ["cats", "outdoors"]
    assert table().tags_of(PIZZA) == ()


def test_the_shipped_table_has_20_to_30_categories() -> None:
    assert 20 <= len(load_table(None).categories) <= 30


def test_the_shipped_table_puts_every_class_into_exactly_one_category() -> None:
    classes = [index for category in load_table(None).categories for index in category.classes]
    assert sorted(classes) == list(range(1000))


def test_the_shipped_table_sorts_clear_photos_as_a_person_would() -> None:
    shipped = load_table(None)
    sure = {index: shipped.categorize(Prediction((index,), (0.99,))) for index in (TABBY, ALP, PIZZA)}
    assert [sure[index].category for index in (TABBY, ALP, PIZZA)] == ["pets", "mountains_outdoors", "food_drink"]
    assert "cats" in sure[TABBY].tags
    assert "winter" in sure[ALP].tags


def faces(*shares: float) -> tuple[Face, ...]:
    """Faces that are surely some, each of a share 0..1 of the picture."""
    return tuple(Face(0.99, 0.1, 0.1, share, 1.0) for share in shares)


def table_with_people() -> LabelTable:
    return LabelTable(
        categories=(
            Category("people", {"en": "People"}, None, (GROOM,), FaceRule(share=0.03)),
            Category("mountains", {"en": "Mountains"}, None, (ALP,)),
            Category("food", {"en": "Food"}, None, (PIZZA,)),
        ),
        tags=(
            Tag("people", {"en": "With people"}, None, (), FaceRule()),
            Tag("groups", {"en": "Groups"}, None, (GROOM,), FaceRule(least=3, share=0.02)),
        ),
        threshold=0.5,
    )


def test_faces_count_by_how_many_there_are_and_by_their_share_of_the_picture() -> None:
    assert FaceRule().weight(()) == 0.0
    assert FaceRule().weight(faces(0.001)) == 1.0
    assert FaceRule(least=2).weight(faces(0.5)) == 0.0
    assert FaceRule(least=2).weight(faces(0.01, 0.01)) == 1.0
    by_share = FaceRule(share=0.03)
    weights = [by_share.weight(faces(share)) for share in (0.0, 0.01, 0.03, 0.1, 1.0)]
    assert weights == sorted(weights)
    assert weights[0] == 0.0
    assert weights[2] == pytest.approx(0.5)
    assert by_share.weight(faces(0.02, 0.01)) == pytest.approx(0.5)
    assert by_share.weight(faces(0.9, 0.9)) <= 1.0


def test_faces_that_fill_some_of_the_picture_make_its_category() -> None:
    verdict = table_with_people().categorize(Prediction((ALP, GROOM), (0.9, 0.1), faces(0.12)))
    assert (verdict.category, verdict.tags, verdict.people) == ("people", ("people",), 1)
    assert verdict.confidence == pytest.approx(0.8 + 0.2 * 0.1)
    assert table_with_people().shares(Prediction((ALP,), (1.0,), faces(0.12)))["mountains"] == pytest.approx(0.2)


@pytest.mark.parametrize(("sure", "category"), [(0.99, "mountains"), (0.51, "mountains"), (0.4, UNSORTED)])
def test_a_face_far_away_changes_nothing_but_tags(sure: float, category: str) -> None:
    prediction = Prediction((ALP, PIZZA), (sure, 0.01), faces(0.004))
    verdict = table_with_people().categorize(prediction)
    assert (verdict.category, verdict.confidence) == (category, sure)
    assert (verdict.tags, verdict.people) == (("people",), 1)


def test_faces_that_would_win_below_the_threshold_leave_the_photo_where_it_was() -> None:
    verdict = table_with_people().categorize(Prediction((ALP, PIZZA), (0.55, 0.45), faces(0.025)))
    assert (verdict.category, verdict.confidence) == ("mountains", 0.55)


def test_where_nobody_looked_for_faces_or_there_are_none_the_classes_decide() -> None:
    for found, number in ((None, None), ((), 0)):
        verdict = table_with_people().categorize(Prediction((GROOM, ALP), (0.7, 0.3), found))
        assert (verdict.category, verdict.confidence, verdict.tags) == ("people", 0.7, ("groups",))
        assert verdict.people == number


@pytest.mark.parametrize(
    ("found", "category", "tags"),
    [
        (faces(0.2), "people", {"people", "portraits"}),
        (faces(0.02, 0.02, 0.015), "people", {"people", "groups"}),
        (faces(0.002), "mountains_outdoors", {"people"}),
        (faces(*[0.001] * 5), "mountains_outdoors", {"people"}),
        ((), "mountains_outdoors", set()),
    ],
)
def test_the_shipped_table_tells_portraits_and_groups_from_people_far_away(
    found: tuple[Face, ...], category: str, tags: set[str]
) -> None:
    verdict = load_table(None).categorize(Prediction((ALP,), (0.9,), found))
    assert (verdict.category, {*verdict.tags}) == (category, tags | {"winter"})
