"""`POST /predict`: what a picture shows, for programs and for the page."""

from __future__ import annotations

import json
from importlib.resources import as_file, files
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode

from albumsort.vision.face_weights import faces_key
from tests.e2e.conftest import Library
from tests.e2e.serving import Server, chinese, form, lasting

__all__ = ["chinese", "lasting"]  # fixtures

CATS = {"Egyptian cat": "埃及猫", "tiger cat": "狸花猫"}
"""Which of them it is by a hair, so that the processor decides."""

DESCRIPTION = files("albumsort.web").joinpath("openapi.yaml")


@pytest.fixture(scope="module")
def cat(recognised: Library) -> bytes:
    return (recognised.photos / "2023" / "cat.jpg").read_bytes()


def test_a_cat_is_a_cat_as_in_a_scan(lasting: Server, cat: bytes) -> None:
    status, shown = lasting.predict(cat)
    assert status == 200
    assert shown["category"] == "pets"
    assert shown["tags"] == ["cats"]
    assert shown["people"] == (0 if faces_key() else None)
    assert len(shown["predictions"]) == 3
    likeliest = shown["predictions"][0]
    assert likeliest["label"] == likeliest["name"]
    assert likeliest["name"] in CATS
    assert 0.3 < likeliest["probability"] <= 1


def test_classes_have_names_in_the_language_of_the_library(chinese: Server, cat: bytes) -> None:
    _, shown = chinese.predict(cat)
    likeliest = shown["predictions"][0]
    assert likeliest["name"] == CATS[likeliest["label"]]


@pytest.mark.parametrize(
    ("data", "name", "status"),
    [(b"", "photo.jpg", 422), (b"no picture", "../../etc/passwd", 422), (b"\xff\xd8\xff", "x.jpg", 422)],
)
def test_what_is_no_picture_is_refused_with_a_reason(lasting: Server, data: bytes, name: str, status: int) -> None:
    answered, told = lasting.predict(data, name)
    assert (answered, list(told)) == (status, ["error"])
    assert "picture" in told["error"]


def test_a_file_is_needed(lasting: Server, cat: bytes) -> None:
    body, content_type = form(cat, "cat.jpg", field="photo")
    status, _, answer = lasting.ask("POST", "/predict", body, Content_Type=content_type)
    assert status == 400
    assert "`file`" in json.loads(answer)["error"]
    assert lasting.ask("POST", "/predict", cat, Content_Type="image/jpeg")[0] == 400


def test_the_server_answers_as_it_is_described(lasting: Server, cat: bytes) -> None:
    schemathesis.openapi.format("binary", st.just(cat))
    with as_file(DESCRIPTION) as path:
        described = schemathesis.openapi.from_path(path)

    @given(described["/predict"]["POST"].as_strategy(generation_mode=GenerationMode("positive")))
    @settings(max_examples=20, suppress_health_check=list(HealthCheck))
    def fitting(case: schemathesis.Case[Any]) -> None:
        case.call_and_validate(base_url=lasting.address)

    @given(described["/predict"]["POST"].as_strategy(generation_mode=GenerationMode("negative")))
    @settings(max_examples=40, suppress_health_check=list(HealthCheck))
    def broken(case: schemathesis.Case[Any]) -> None:
        case.call_and_validate(base_url=lasting.address)

    fitting()
    broken()
    assert lasting.predict(cat)[0] == 200
