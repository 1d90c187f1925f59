"""Changing an XMP packet: only what was asked for changes, and every other byte stays."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from albumsort.library.tags import ADDED, CITY, LOCATION, SUBJECT
from albumsort.library.xmp_edit import EMPTY, Change, Name, Packet, spliced
from albumsort.library.xmp_tree import XmpError

# In the manner of darktable: attributes, a history in a namespace of its own, no xpacket.
DARKTABLE = b"""<?xml version="1.0" encoding="UTF-8"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="XMP Core 4.4.0-Exiv2">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about=""
    xmlns:dc="http://purl.org/dc/elements/1.1/"
    xmlns:darktable="http://darktable.sf.net/"
   darktable:xmp_version="4"
   darktable:auto_presets_applied="1">
   <!-- a comment -->
   <darktable:history>
    <rdf:Seq>
     <rdf:li darktable:num="0" darktable:operation="exposure" darktable:params="0000&amp;80b9"/>
    </rdf:Seq>
   </darktable:history>
   <dc:subject>
    <rdf:Bag>
     <rdf:li>Oma</rdf:li>
    </rdf:Bag>
   </dc:subject>
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
"""

words = st.text(st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="\ufffe\uffff"), min_size=1)


def changed(packet: bytes, changes: dict[Name, Change]) -> bytes:
    return spliced(packet, Packet(packet).changed(changes))


def test_what_was_added_and_is_taken_out_again_leaves_the_same_bytes() -> None:
    for packet in (EMPTY, DARKTABLE):
        once = changed(packet, {SUBJECT: Change(add=["a & <b>"]), CITY: Change(add=["Rome"]), ADDED: Change()})
        assert once != packet
        back = changed(once, {SUBJECT: Change(["a & <b>"]), CITY: Change(["Rome"])})
        assert back == packet


@given(st.lists(words, unique=True, min_size=1), st.data())
def test_any_keywords_are_read_back_as_they_were_added(added: list[str], data: st.DataObject) -> None:
    removed = data.draw(st.sets(st.sampled_from(added)))
    packet = changed(DARKTABLE, {SUBJECT: Change(add=added)})
    assert Packet(packet).values(SUBJECT) == ["Oma", *added]
    left = Packet(changed(packet, {SUBJECT: Change(removed)}))
    stays = [value for value in ["Oma", *added] if value not in removed]
    assert left.values(SUBJECT) == stays


def test_what_other_programs_wrote_stays_byte_for_byte() -> None:
    packet = changed(DARKTABLE, {SUBJECT: Change(add=["Pets"])})
    before, after = DARKTABLE.split(b"Oma</rdf:li>")
    assert packet.startswith(before)
    assert packet.endswith(after)


def test_an_empty_list_and_an_attribute_are_changed_where_they_are() -> None:
    packet = (
        b'<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><r:Description r:about="x"'
        b' xmlns:p="http://ns.adobe.com/photoshop/1.0/" p:City="Rome" p:State="Lazio"'
        b' xmlns:d="http://purl.org/dc/elements/1.1/"><d:subject><r:Bag/></d:subject></r:Description></r:RDF>'
    )
    assert Packet(packet).values(CITY) == ["Rome"]
    after = changed(packet, {SUBJECT: Change(add=["Pets"]), CITY: Change(["Rome"], ["Paris"])})
    assert Packet(after).values(SUBJECT) == ["Pets"]
    assert Packet(after).values(CITY) == ["Paris"]
    assert b'p:State="Lazio"' in after
    assert after.count(b'about="x"') == 2


def photoshop(attributes: str, inside: str = "") -> bytes:
    head = '<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><r:Description r:about=""'
    spaces = 'xmlns:p="http://ns.adobe.com/photoshop/1.0/" xmlns:d="http://purl.org/dc/elements/1.1/" xmlns:x="x"'
    return f"{head} {spaces} {attributes}>{inside}</r:Description></r:RDF>".encode()


@pytest.mark.parametrize("others", ['p:Headline="foo p:City="', "x:City = 'Rome'", 'd:City="p:City=&quot;Rome&quot;"'])
def test_an_attribute_goes_and_what_looks_like_it_in_others_stays(others: str) -> None:
    assert changed(photoshop(f'{others} p:City="Rome"'), {CITY: Change(["Rome"])}) == photoshop(others)


def test_what_is_empty_counts_as_not_there() -> None:
    packet = photoshop('p:City=""', "<d:subject/>")
    assert Packet(packet).values(CITY) == []
    after = changed(packet, {SUBJECT: Change(add=["Pets"]), CITY: Change(add=["Rome"])})
    assert (Packet(after).values(SUBJECT), Packet(after).values(CITY)) == (["Pets"], ["Rome"])


@pytest.mark.parametrize(
    "inside", ["<d:subject><r:Bag></r:Bag></d:subject>", "<d:subject><r:Bag><!-- mine --></r:Bag></d:subject>"]
)
def test_an_empty_list_of_the_users_and_a_comment_in_it_stay(inside: str) -> None:
    packet = photoshop("", inside)
    once = changed(packet, {SUBJECT: Change(add=["Pets"]), ADDED: Change(add=["Pets"])})
    assert changed(once, {SUBJECT: Change(["Pets"]), ADDED: Change(["Pets"])}) == packet


def test_a_structure_is_known_again_in_whatever_way_it_is_written() -> None:
    value = "City=Rome; CountryName=Italy"
    ours = changed(EMPTY, {LOCATION: Change(add=[value])})
    assert Packet(ours).values(LOCATION) == [value]
    inside = ours[ours.index(b"<rdf:li") : ours.index(b"</rdf:Bag>")]
    adobes = ours.replace(inside, b'<rdf:li Iptc4xmpExt:CountryName="Italy" Iptc4xmpExt:City="Rome"/>')
    assert Packet(adobes).values(LOCATION) == [value]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not XML",
        b"<html/>",
        DARKTABLE[:400],
        DARKTABLE.decode().encode("utf-16"),
        DARKTABLE.replace(b"UTF-8", b"ISO-8859-1"),
        b"<!DOCTYPE x [<!ENTITY a 'aaaa'>]>" + DARKTABLE.partition(b"\n")[2],
        b"<a>" * 500 + b"</a>" * 500,
    ],
)
def test_what_is_no_xmp_is_refused(data: bytes) -> None:
    with pytest.raises(XmpError):
        Packet(data)


@pytest.mark.parametrize(
    ("old", "new"), [(b"<rdf:Bag>", b"<rdf:Bug>"), (b"<dc:subject>", b"<dc:subject>x</dc:subject>\n<dc:subject>")]
)
def test_a_list_that_is_not_written_as_one_is_refused(old: bytes, new: bytes) -> None:
    packet = DARKTABLE.replace(old, new).replace(old.replace(b"<", b"</"), new.split(b"\n")[-1].replace(b"<", b"</"))
    with pytest.raises(XmpError):
        changed(packet, {SUBJECT: Change(add=["Pets"])})


@given(st.binary(max_size=300), st.integers(0, len(DARKTABLE)))
def test_no_bytes_end_in_anything_but_a_refusal(noise: bytes, at: int) -> None:
    with suppress(XmpError):
        Packet(DARKTABLE[:at] + noise + DARKTABLE[at:]).changed({SUBJECT: Change(add=["Pets"])})
