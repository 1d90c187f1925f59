"""Photos that one device took seconds apart decide together what they show."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from albumsort.events.bursts import MOST, Frame, bursts
from albumsort.labels.support import supported
from albumsort.pipeline.bursts import with_support
from albumsort.plan.corrected import Said
from albumsort.plan.plan import Known
from albumsort.plan.report import note_of
from albumsort.records import CaptureTime, Metadata, Prediction
from tests.unit.planning import CAT, TABLE, known, plan

NOON = datetime(2023, 5, 6, 12)
BLURRED = Prediction((900, 281, 282), (0.35, 0.2, 0.1))
DOG = Prediction((200,), (0.99,))


@st.composite
def predictions(draw: st.DrawFn) -> Prediction:
    classes = draw(st.lists(st.sampled_from([1, 2, 3, 700, 800]), min_size=1, unique=True))
    parts = [draw(st.floats(0.01, 1)) for _ in classes]
    whole = draw(st.floats(1, 3)) * sum(parts)
    shares = sorted((part / whole for part in parts), reverse=True)
    return Prediction(tuple(classes), tuple(shares))


BURSTS = st.lists(predictions(), min_size=1, max_size=6)


def category(prediction: Prediction) -> str:
    return TABLE.categorize(prediction).likeliest


@given(BURSTS)
def test_what_is_supported_is_a_prediction(burst: list[Prediction]) -> None:
    for prediction in supported(burst, TABLE):
        assert all(0 <= share <= 1 for share in prediction.probabilities)
        assert list(prediction.probabilities) == sorted(prediction.probabilities, reverse=True)
        assert sum(prediction.probabilities) <= 1 + 1e-9
        assert len(set(prediction.classes)) == len(prediction.classes)


@given(BURSTS)
def test_the_surest_frame_and_a_lone_one_stay_as_they_are(burst: list[Prediction]) -> None:
    surest = max(range(len(burst)), key=lambda index: max(TABLE.shares(burst[index]).values()))
    assert supported(burst, TABLE)[surest] is burst[surest]
    assert supported(burst[:1], TABLE)[0] is burst[0]


@given(BURSTS, st.randoms(use_true_random=False))
def test_the_order_of_the_frames_is_irrelevant(burst: list[Prediction], draw: random.Random) -> None:
    order = list(range(len(burst)))
    draw.shuffle(order)
    shuffled = supported([burst[index] for index in order], TABLE)
    assert shuffled == [supported(burst, TABLE)[index] for index in order]


@given(BURSTS)
def test_copies_of_a_frame_count_once(burst: list[Prediction]) -> None:
    assert supported(burst * 2, TABLE) == supported(burst, TABLE) * 2


@given(BURSTS)
def test_frames_that_agree_are_never_less_sure_for_it(burst: list[Prediction]) -> None:
    agreed = category(burst[0])
    assume(all(category(prediction) == agreed for prediction in burst))
    for alone, together in zip(burst, supported(burst, TABLE), strict=True):
        assert TABLE.shares(together)[agreed] >= TABLE.shares(alone)[agreed] - 1e-12


def test_a_blurred_frame_follows_a_good_one_and_no_stranger() -> None:
    cat, blurred = supported([CAT, BLURRED], TABLE)
    assert (cat, category(BLURRED), category(blurred)) == (CAT, "food", "pets")
    assert supported([DOG, BLURRED], TABLE) == [DOG, BLURRED]


def frames(*times: float, device: str = "phone") -> list[Frame]:
    return [Frame(device, time, number) for number, time in enumerate(times)]


def test_a_burst_goes_on_while_the_next_frame_is_seconds_away() -> None:
    assert bursts(frames(0, 3, 6, 10, 20, 21)) == [[0, 1, 2], [4, 5]]
    assert bursts(reversed(frames(0, 0, 1))) == [[0, 1, 2]]


def test_each_device_has_bursts_of_its_own() -> None:
    phone, camera = frames(0, 1), [frame._replace(photo=frame.photo + 2) for frame in frames(0, 1, device="camera")]
    assert sorted(bursts(phone + camera)) == [[0, 1], [2, 3]]


def test_a_time_lapse_is_no_single_burst_and_a_time_that_many_were_given_is_none() -> None:
    lapse = bursts(frames(*range(50)))
    assert [len(burst) for burst in lapse] == [MOST, MOST, 10]
    assert bursts(frames(*[0.0] * (MOST + 1))) == []


def shot(name: str, seen: Prediction | None, second: float, **fields: Any) -> Known:
    taken = CaptureTime(NOON + timedelta(seconds=second), "exif")
    one = known(f"/p/{name}.jpg", prediction=seen)
    photo = replace(one.photo, metadata=Metadata(camera=fields.pop("camera", "Phone")), genre=fields.pop("genre", ""))
    return replace(one, photo=photo, **{"captured": taken, **fields})


def rows(*photos: Known) -> list[tuple[str, str]]:
    return [(row.category, note_of(row)) for row in plan(*with_support(photos, TABLE))]


def test_the_report_tells_what_the_burst_made_of_a_photo_and_keeps_its_own_classes() -> None:
    photos = with_support([shot("a", CAT, 0), shot("b", BLURRED, 1)], TABLE)
    good, blurred = plan(*photos)
    assert (good.category, note_of(good)) == ("pets", "")
    assert good.confidence == pytest.approx(0.85)
    assert (blurred.category, blurred.labels[0]) == ("pets", ("class 900", 0.35))
    assert note_of(blurred) == "by its burst; alone it would be unsorted"
    assert blurred.confidence == pytest.approx(TABLE.shares(supported([CAT, BLURRED], TABLE)[1])["pets"])
    assert blurred.tags == ("cats",)


def test_a_photo_that_was_something_else_alone_says_so() -> None:
    pets = Prediction((281, 900), (0.45, 0.3))
    lunch = Prediction((900,), (0.99,))
    told = rows(shot("a", pets, 0), shot("b", lunch, 1))[0]
    assert told[0] in ("food", "unsorted")
    assert told[1].endswith("by its burst; alone it would be in Pets")


APART: Sequence[dict[str, Any]] = [
    {"second": 4},
    {"camera": ""},
    {"camera": "Other"},
    {"genre": "document"},
    {"said": Said("food")},
    {"captured": CaptureTime(NOON, "exif", date_only=True)},
    {"captured": CaptureTime(NOON, "mtime")},
    {"captured": CaptureTime()},
]


@pytest.mark.parametrize("fields", APART)
def test_what_is_no_part_of_the_burst_neither_gives_nor_takes(fields: dict[str, Any]) -> None:
    second = {"second": 0} | fields
    for pair in ([shot("a", CAT, **second), shot("b", BLURRED, 0)], [shot("a", BLURRED, **second), shot("b", CAT, 0)]):
        assert with_support(pair, TABLE) == pair


def test_what_the_user_said_wins() -> None:
    told = rows(shot("a", CAT, 0), shot("b", BLURRED, 1, said=Said("food")))[1]
    assert told == ("food", "category by you")
