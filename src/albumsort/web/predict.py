"""``POST /predict``: what a picture shows, for the page where one can try it and for other programs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import BinaryIO, cast

from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue

from albumsort.errors import AlbumsortError, PictureError
from albumsort.labels.classes import class_names
from albumsort.labels.table import LabelTable
from albumsort.messages import gettext as _
from albumsort.pipeline.recogniser import Recogniser
from albumsort.plan.seen import likeliest_classes
from albumsort.web.guard import changes_nothing


def predictions(recogniser: Callable[[], Recogniser], table: LabelTable, names: Sequence[str]) -> Blueprint:
    """The part of the app that recognises; ``names`` are those of the 1,000 classes in the language of the page."""
    part = Blueprint("predict", __name__)

    @part.post("/predict")
    @changes_nothing
    def predict() -> ResponseReturnValue:
        """The three likeliest classes of a picture that is sent, its category, its tags and how many faces."""
        file = request.files.get("file")
        if file is None or not file.filename:
            abort(400, _("send the picture as the field `file` of a form (multipart/form-data)"))
        try:
            prediction = recogniser().look_at(cast("BinaryIO", file.stream), file.filename)
        except PictureError as error:
            abort(422, str(error))
        except AlbumsortError as error:
            abort(503, str(error))
        except MemoryError:
            abort(422, _("too little memory to decode it"))
        verdict = table.categorize(prediction)
        labels = [label for label, _share in likeliest_classes(prediction, class_names())]
        likeliest = zip(labels, likeliest_classes(prediction, names), strict=True)
        return {
            "predictions": [
                {"label": label, "name": name, "probability": probability} for label, (name, probability) in likeliest
            ],
            "category": verdict.category,
            "tags": list(verdict.tags),
            "people": verdict.people,
        }

    return part
