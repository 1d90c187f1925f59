"""Tags in a packet: albumsort's own are replaced, the user's stay whatever happens."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from albumsort.library import tags as library_tags
from albumsort.library.tags import ADDED, CITY, COUNTRY, HIERARCHICAL, LISTS, LOCATION, SUBJECT, TAGS_LIST
from albumsort.library.xmp_edit import EMPTY, Change, Name, Packet, spliced
from albumsort.records import Tags

PETS = Tags(("Pets", "Rome"), (("Category", "Pets"), ("Places", "Italy", "Rome")), "Rome", "Italy")
FOOD = Tags(("Food",), (("Category", "Food"),))
WORD = st.text("abP|/é", min_size=1, max_size=3)


def tagged(packet: bytes, tags: Tags, inherited: library_tags.Values | None = None) -> bytes:
    return spliced(packet, library_tags.tagged(packet, tags, inherited))


def changed(packet: bytes, changes: dict[Name, Change]) -> bytes:
    return spliced(packet, Packet(packet).changed(changes))


def having(**values: list[str]) -> bytes:
    names = {"subject": SUBJECT, "hierarchical": HIERARCHICAL, "tags_list": TAGS_LIST, "city": CITY}
    return changed(EMPTY, {names[name]: Change(add=value) for name, value in values.items()})


def values(packet: bytes, name: Name) -> list[str]:
    return Packet(packet).values(name)


def test_tags_are_where_other_programs_look_for_them() -> None:
    packet = tagged(EMPTY, PETS)
    assert values(packet, SUBJECT) == ["Pets", "Rome"]
    assert values(packet, HIERARCHICAL) == ["albumsort|Category|Pets", "albumsort|Places|Italy|Rome"]
    assert values(packet, TAGS_LIST) == ["albumsort/Category/Pets", "albumsort/Places/Italy/Rome"]
    assert (values(packet, CITY), values(packet, COUNTRY)) == (["Rome"], ["Italy"])
    assert values(packet, LOCATION) == ["City=Rome; CountryName=Italy"]


def test_the_same_tags_again_change_nothing() -> None:
    packet = tagged(EMPTY, PETS)
    assert tagged(packet, PETS) == packet


def test_another_category_takes_the_place_of_the_old_one() -> None:
    packet = tagged(tagged(having(subject=["Oma"]), PETS), FOOD)
    assert values(packet, SUBJECT) == ["Oma", "Food"]
    assert values(packet, CITY) == values(packet, LOCATION) == []


def test_a_keyword_that_the_user_had_first_stays_when_albumsort_takes_its_own_away() -> None:
    packet = tagged(tagged(having(subject=["Pets"]), PETS), FOOD)
    assert values(packet, SUBJECT) == ["Pets", "Food"]


def test_a_place_of_the_users_is_never_mixed_with_another() -> None:
    packet = tagged(having(city=["Naples"]), PETS)
    assert (values(packet, CITY), values(packet, COUNTRY), values(packet, LOCATION)) == (["Naples"], [], [])
    assert values(tagged(having(city=["Rome"]), PETS), COUNTRY) == ["Italy"]


def test_the_users_keywords_come_along_into_a_list_that_digikam_would_see_alone() -> None:
    packet = tagged(having(subject=["Oma", "B"], hierarchical=["A|B"]), PETS)
    assert values(packet, TAGS_LIST)[:2] == ["A/B", "Oma"]
    assert values(tagged(packet, FOOD), TAGS_LIST) == ["A/B", "Oma", "albumsort/Category/Food"]
    assert values(tagged(packet, Tags()), TAGS_LIST) == []


def test_the_photos_own_keywords_come_along_into_its_sidecar() -> None:
    packet = tagged(EMPTY, PETS, {SUBJECT: ["Oma"]})
    assert values(packet, SUBJECT) == ["Oma", "Pets", "Rome"]
    assert "Oma" in values(packet, TAGS_LIST)
    assert values(tagged(packet, PETS, {}), SUBJECT) == ["Pets", "Rome"]


def test_a_keyword_that_came_along_stays_when_the_user_adds_one_there() -> None:
    packet = tagged(EMPTY, PETS, {SUBJECT: ["Oma"]})
    packet = changed(packet, {SUBJECT: Change(add=["Opa"]), TAGS_LIST: Change(add=["Opa"])})
    packet = tagged(packet, FOOD, {SUBJECT: ["Oma"]})
    assert {"Oma", "Opa"} < set(values(packet, SUBJECT))
    assert {"Oma", "Opa"} < set(values(packet, TAGS_LIST))


def test_what_the_user_takes_out_by_hand_stays_out_until_it_was_no_tag_any_more() -> None:
    packet = changed(tagged(EMPTY, PETS), {SUBJECT: Change(["Pets"]), CITY: Change(["Rome"])})
    assert tagged(packet, PETS) == packet
    food = tagged(packet, FOOD)
    assert values(food, SUBJECT) == ["Food"]
    assert values(tagged(food, PETS), SUBJECT) == ["Pets", "Rome"]


def test_a_name_that_is_no_text_at_all_is_left_out() -> None:
    packet = tagged(EMPTY, Tags(("\0\1", "Pets"), (("Tags", "\0\1"), ("Category", "Pets"))), {SUBJECT: ["\r", "a\rb"]})
    assert values(packet, SUBJECT) == ["a b", "Pets"]
    assert values(packet, HIERARCHICAL) == ["albumsort|Category|Pets"]


def test_where_another_program_dropped_the_record_the_branch_tells_what_is_albumsorts() -> None:
    packet = tagged(EMPTY, PETS)
    packet = changed(packet, {ADDED: Change(values(packet, ADDED))})
    assert values(tagged(packet, FOOD), HIERARCHICAL) == ["albumsort|Category|Food"]
    assert "Pets" in values(tagged(packet, FOOD), SUBJECT)  # nobody knows whose it is


def test_names_that_would_be_another_tree_or_no_xml_are_written_so_that_they_are_not() -> None:
    packet = tagged(EMPTY, Tags(("Biel/Bienne\0\n|x",), (("Places", "Biel/Bienne\0\n|x"),)))
    assert values(packet, SUBJECT) == ["Biel/Bienne |x"]
    assert values(packet, HIERARCHICAL) == ["albumsort|Places|Biel/Bienne -x"]
    assert values(packet, TAGS_LIST) == ["albumsort/Places/Biel-Bienne |x"]
    assert tagged(packet, Tags()) == EMPTY


@given(*[st.lists(WORD, unique=True, max_size=3)] * 3, st.lists(st.lists(WORD, unique=True, max_size=3), max_size=4))
def test_whatever_is_tagged_the_users_own_keywords_are_left(
    subject: list[str], hierarchical: list[str], tags_list: list[str], rounds: list[list[str]]
) -> None:
    before = {SUBJECT: subject, HIERARCHICAL: hierarchical, TAGS_LIST: tags_list}
    packet = begin = changed(EMPTY, {name: Change(add=own) for name, own in before.items()})
    for words in rounds:
        packet = tagged(packet, Tags(tuple(words), tuple(("Category", word) for word in words)))
        assert all(set(before[name]) <= set(values(packet, name)) for name in LISTS)
    packet = tagged(packet, Tags())
    assert all(values(packet, name) == before[name] for name in LISTS)
    assert tagged(begin, Tags()) == begin
