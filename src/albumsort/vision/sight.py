"""A picture file to all that is looked at of it, decoded once: what the network is fed, its faces, a thumbnail."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from albumsort.vision.decode import Pixels, View, small_pictures
from albumsort.vision.exposure import brightened
from albumsort.vision.thumbnail import Whole

if TYPE_CHECKING:
    from albumsort.records import Face
    from albumsort.vision.faces import FaceDetector
    from albumsort.vision.networks import Preprocessing


class Sight(NamedTuple):
    """The ``picture`` for the network; its ``faces``, None where nobody looked; a ``thumbnail`` if one is wanted."""

    picture: Pixels
    faces: tuple[Face, ...] | None = None
    thumbnail: Pixels | None = None


def look(
    stream: BinaryIO,
    format: str,  # noqa: A002
    preprocessing: Preprocessing,
    detector: FaceDetector | None,
    *,
    thumbnail: bool = False,
) -> Sight:
    """Decode a picture and look for faces if there is a ``detector``; raises as ``small_pictures`` does."""
    views: list[View] = [preprocessing]
    if detector:
        views.append(detector.view)
    if thumbnail:
        views.append(Whole())
    pictures = small_pictures(stream, format, views)
    faces = detector.find(brightened(pictures[1])) if detector else None
    return Sight(pictures[0], faces, pictures[-1] if thumbnail else None)
