"""Recognises single pictures that need not be of a library: with the network that the library has, if there is one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from albumsort.catalog.catalog import Catalog
from albumsort.errors import PictureError
from albumsort.library.formats import HEAD_SIZE, kind_by_suffix, sniff
from albumsort.messages import gettext as _
from albumsort.pipeline.model_choice import choose_model
from albumsort.pipeline.reading import recognised
from albumsort.records import Prediction

if TYPE_CHECKING:
    from collections.abc import Callable

    from albumsort.pipeline.scan_options import ScanOptions
    from albumsort.vision.classify import Classifier
    from albumsort.vision.faces import FaceDetector
    from albumsort.vision.networks import WantedPrecision
    from albumsort.vision.weights import Weights


class Recogniser:
    """A network with what its pictures have to look like. Several threads may use it at one time."""

    def __init__(self, classifier: Classifier, weights: Weights, detector: FaceDetector | None) -> None:
        self._classifier = classifier
        self._preprocessing = weights.preprocessing
        self._detector = detector

    @classmethod
    def of_library(cls, options: ScanOptions, *, say: Callable[[str], None]) -> Recogniser:
        """The network that a scan with these options recognises photos with, calibrated if the library has it so.

        Each thread that asks it calculates alone. Raises AlbumsortError for weights that cannot be had.
        """
        import torch

        from albumsort.vision.classify import Classifier
        from albumsort.vision.faces import FaceDetector

        torch.set_num_threads(1)
        state = options.state_folder()
        weights, precision = _weights_of(options, state, say)
        kept = Classifier.kept(weights, str(state)) if precision in ("auto", "int8") else None
        classifier = kept or Classifier.floating(weights, precision, say=say)
        return cls(classifier, weights, FaceDetector.load(say=say))

    def look_at(self, stream: BinaryIO, name: str) -> Prediction:
        """What the picture shows; ``name`` is that of the file, of which only the suffix counts: for RAW formats.

        Raises PictureError for what is no picture or cannot be decoded, and MemoryError.
        """
        from albumsort.vision.sight import look

        picture_format = "raw" if kind_by_suffix(name) == "raw" else sniff(stream.read(HEAD_SIZE))
        stream.seek(0)
        if not picture_format or picture_format == "video":
            raise PictureError(_("not a picture"))
        seen = look(stream, picture_format, self._preprocessing, self._detector)
        return recognised(self._classifier, [seen])[0]


def _weights_of(options: ScanOptions, state: Path, say: Callable[[str], None]) -> tuple[Weights, WantedPrecision]:
    """The weights, and the precision that is wanted. Nothing is remembered: that is for scans."""
    from albumsort.vision.weights import choose_weights

    path = state / "catalog.sqlite"
    if path.is_file():
        with Catalog(path) as catalog:
            if catalog.setting("model"):
                choice = choose_model(catalog, options.model, options.weights, options.precision, keep=False, say=say)
                return choice.weights(), choice.precision
    return choose_weights(options.model, options.weights, say=say), options.precision or "auto"
