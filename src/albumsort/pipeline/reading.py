"""Reads one file: what photo it is, and the few pixels that the network looks at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from albumsort.catalog.catalog import Catalog
from albumsort.errors import PictureError
from albumsort.library.read import open_photo
from albumsort.library.walk import Found
from albumsort.pipeline.intake import Unread
from albumsort.records import Metadata, Photo

if TYPE_CHECKING:
    import numpy as np

    from albumsort.vision.networks import Preprocessing


BATCH = 8
"""Pictures a step of the network: one thread gains nothing by more, and they take memory in each."""


@dataclass(frozen=True, slots=True)
class Read:
    """What came of reading a file: ``photo`` has no id yet; ``picture`` is None where there is nothing to recognise."""

    unread: Unread
    photo: Photo
    picture: np.ndarray | None = None


def read_file(catalog: Catalog, model: str, preprocessing: Callable[[], Preprocessing], unread: Unread) -> Read:
    """One open and one read: format, EXIF, and the small picture unless the model of this key has seen these bytes.

    It may be called from several threads.
    """
    found = unread.found
    photo = Photo(0, found.path, found.stamp, None, "", "", Metadata())
    try:
        with open_photo(found.path) as file:
            photo = Photo(0, found.path, file.stamp, file.fingerprint, file.format, "", file.metadata, file.content)
            if not file.format:
                return Read(unread, replace(photo, problem=_no_picture(found)))
            if catalog.has_recognition(file.fingerprint, model):
                return Read(unread, photo)
            from albumsort.vision.decode import small_picture

            return Read(unread, photo, small_picture(file.stream, file.format, preprocessing()))
    except PictureError as error:
        return Read(unread, replace(photo, problem=str(error)))
    except MemoryError:
        problem = "too little memory to decode it; it is tried again"
    except OSError as error:
        problem = f"it cannot be read: {error.strerror or error}"
    return Read(unread, replace(photo, fingerprint=None, problem=problem))


def _no_picture(found: Found) -> str:
    """The problem of a file that is no picture; none where nothing had said that it should be one."""
    if not found.suffix_known:
        return ""
    return "not a picture, though its name says so" if found.stamp.size else "an empty file"
