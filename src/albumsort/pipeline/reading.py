"""Reads one file: what photo it is, and the few pixels that the network looks at."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from albumsort.catalog.catalog import Catalog
from albumsort.errors import PictureError
from albumsort.library.read import open_photo
from albumsort.library.walk import Found
from albumsort.messages import gettext as _
from albumsort.messages import reason_of
from albumsort.pipeline.intake import Unread, is_recognised
from albumsort.records import Genre, Metadata, Photo, Prediction

if TYPE_CHECKING:
    from albumsort.catalog.thumbnails import Thumbnails
    from albumsort.vision.classify import Classifier
    from albumsort.vision.faces import FaceDetector
    from albumsort.vision.networks import Preprocessing
    from albumsort.vision.sight import Sight


BATCH = 8
"""Pictures a step of the network: one thread gains nothing by more, and they take memory in each."""


@dataclass(frozen=True, slots=True)
class Read:
    """What came of reading a file: ``photo`` has no id yet; ``seen`` is None where there is nothing to recognise."""

    unread: Unread
    photo: Photo
    seen: Sight | None = None


def read_file(
    catalog: Catalog,
    model: str,
    preprocessing: Callable[[], Preprocessing],
    detector: Callable[[], FaceDetector | None],
    unread: Unread,
    thumbnails: Thumbnails | None = None,
) -> Read:
    """One open and one read: format, EXIF, small picture and faces unless the model of this key has seen these bytes.

    Of what is decoded for that, ``thumbnails`` gets one. It may be called from several threads.
    """
    found = unread.found
    photo = Photo(0, found.path, found.stamp, None, "", "", Metadata())
    try:
        with open_photo(found.path, found.kind) as file:
            genre: Genre = "screenshot" if file.sign == "screenshot" else ""
            known = (file.stamp, file.fingerprint, file.format, "", file.metadata, file.content, genre)
            photo = Photo(0, found.path, *known)
            if not file.format:
                return Read(unread, replace(photo, problem=_no_picture(found)))
            is_new = is_recognised(file.format) and not catalog.has_recognition(file.fingerprint, model)
            if not is_new and file.sign != "scan":
                return Read(unread, photo)
            from albumsort.vision.page import is_page
            from albumsort.vision.sight import look
            from albumsort.vision.thumbnail import jpeg_of

            seen = look(
                file.stream, file.format, preprocessing(), detector() if is_new else None, thumbnail=bool(thumbnails)
            )
            if thumbnails and seen.thumbnail is not None:
                thumbnails.put(file.fingerprint, jpeg_of(seen.thumbnail))
            if file.sign == "scan" and is_page(seen.picture):
                photo = replace(photo, genre="document")
            return Read(unread, photo, seen._replace(thumbnail=None) if is_new else None)
    except PictureError as error:
        return Read(unread, replace(photo, problem=str(error)))
    except MemoryError:
        problem = _("too little memory to decode it; it is tried again")
    except OSError as error:
        problem = _("it cannot be read: {reason}").format(reason=reason_of(error))
    return Read(unread, replace(photo, fingerprint=None, problem=problem))


def recognised(classifier: Classifier, sights: Sequence[Sight]) -> list[Prediction]:
    """All that was seen in the pictures of a batch."""
    predictions = classifier.classify([seen.picture for seen in sights])
    pairs = zip(predictions, sights, strict=True)
    return [replace(prediction, faces=seen.faces) for prediction, seen in pairs]


def _no_picture(found: Found) -> str:
    """The problem of a file that is no picture; none where nothing had said that it should be one."""
    if not found.suffix_known:
        return ""
    return _("not a picture, though its name says so") if found.stamp.size else _("an empty file")
