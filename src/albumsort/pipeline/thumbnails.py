"""Thumbnails of the photos that have none yet: of all that were recognised before somebody wanted to see them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from albumsort.catalog.thumbnails import FILE, Thumbnails
from albumsort.errors import PictureError
from albumsort.library.read import open_photo
from albumsort.messages import gettext_noop
from albumsort.pipeline.intake import is_recognised
from albumsort.pipeline.scan_options import Progress
from albumsort.records import Photo

STAGE = gettext_noop("Making thumbnails")
_AT_ONCE = 32
"""Photos between two looks at whether to stop."""


@contextmanager
def thumbnails_of(state: Path, *, wanted: bool) -> Iterator[Thumbnails | None]:
    """The thumbnails of the library with this state folder, None where none are wanted.

    Raises :class:`AlbumsortError` where there can be none.
    """
    if not wanted:
        yield None
        return
    with Thumbnails(state / FILE) as thumbnails:
        yield thumbnails


def make_missing(
    thumbnails: Thumbnails, photos: Sequence[Photo], *, jobs: int, progress: Progress, stopped: Callable[[], bool]
) -> None:
    """Make the thumbnails that are not there, ``jobs`` at one time; a file that cannot be decoded has none."""
    pictures = [own for own in photos if not own.problem and is_recognised(own.format)]
    shown = {own.fingerprint: own for own in pictures if own.fingerprint}
    there = thumbnails.there(shown)
    missing = [photo for fingerprint, photo in shown.items() if fingerprint not in there]
    with ThreadPoolExecutor(jobs, thread_name_prefix="thumbnails") as pool:
        for begin in range(0, len(missing), _AT_ONCE):
            if stopped():
                return
            for _ in pool.map(partial(_make, thumbnails), missing[begin : begin + _AT_ONCE]):
                progress.step(STAGE, len(missing), 1)
    thumbnails.use(shown)


def _make(thumbnails: Thumbnails, photo: Photo) -> None:
    from albumsort.vision.decode import small_picture
    from albumsort.vision.thumbnail import Whole, jpeg_of

    try:
        with open_photo(photo.path, "raw" if photo.format == "raw" else "picture") as file:
            if file.fingerprint == photo.fingerprint:
                thumbnails.put(file.fingerprint, jpeg_of(small_picture(file.stream, file.format, Whole())))
    except (PictureError, OSError, MemoryError):
        return  # the page draws something in its place
