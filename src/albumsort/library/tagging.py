"""Which bytes of a photo or of its sidecar change when its tags are written."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from typing import BinaryIO

from albumsort.library.embedded import FORMATS, NEW, Embedded, check_same, embedded, with_packet
from albumsort.library.formats import HEAD_SIZE, sniff
from albumsort.library.tags import SUBJECT, Values, is_tagged, keywords_in, tagged
from albumsort.library.xmp_edit import EMPTY, spliced
from albumsort.library.xmp_tree import LARGEST, XmpError
from albumsort.messages import gettext as _
from albumsort.records import Tags
from albumsort.steps import Splice, Splices

_FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)


def tag_edit(photo: str, picture_format: str, destination: str, tags: Tags) -> Splices:
    """The change that gives ``destination`` these tags, none where it has them.

    That is ``photo`` itself, of one of :data:`embedded.FORMATS`, or a sidecar, which need not be there yet. Raises
    :class:`XmpError` where it cannot be changed safely, OSError where it cannot be read.
    """
    if destination != photo:
        return _sidecar_edit(destination, tags, _inherited(photo, picture_format))
    with _open(photo) as stream:
        found = embedded(stream, picture_format)
        before = found.packet or NEW
        splices = tagged(before, tags, {SUBJECT: found.iptc})
        return with_packet(stream, found, spliced(before, splices)) if splices else ()


def check_rewritten(photo: str, written: BinaryIO, splices: Splices) -> None:
    """Raise :class:`XmpError` unless what was ``written`` is the picture of ``photo`` with these changes."""
    with _open(photo) as stream:
        picture_format = sniff(stream.read(HEAD_SIZE))
        if picture_format not in FORMATS:
            raise XmpError(_("it has another format by now"))
        check_same(stream, written, picture_format, splices)


def why_it_stays(path: str) -> str:
    """Why a file is not to be replaced by a changed one, "" where it may be. Raises OSError."""
    try:
        status = os.lstat(path)
    except FileNotFoundError:
        return ""
    if status.st_nlink > 1:
        return _("it has a further name (hard link), which would keep the old bytes")
    if not status.st_mode & stat.S_IWUSR:
        return _("it is write-protected")
    if hasattr(os, "geteuid") and os.geteuid() not in (0, status.st_uid):
        return _("it belongs to another user")
    return ""


def holds_tags(sidecar: str) -> bool:
    """Whether albumsort's tags of a photo are in this sidecar; not where it cannot be read, or is not there."""
    with suppress(OSError, XmpError), _open(sidecar) as stream:
        return is_tagged(stream.read(LARGEST + 1))
    return False


def _sidecar_edit(path: str, tags: Tags, inherited: Values) -> Splices:
    try:
        with _open(path) as stream:
            return tagged(stream.read(LARGEST + 1), tags, inherited)
    except FileNotFoundError:
        splices = tagged(EMPTY, tags, inherited)
        return (Splice(0, b"", spliced(EMPTY, splices)),) if splices else ()


def _inherited(photo: str, picture_format: str) -> Values:
    """The user's keywords in the photo itself, which programs no longer look at once its sidecar has some."""
    if picture_format not in FORMATS:
        return {}
    found = Embedded(picture_format, b"", 0, 0)
    with suppress(OSError, XmpError), _open(photo) as stream:
        found = embedded(stream, picture_format)
        values = keywords_in(found.packet) if found.packet else {}
        return {**values, SUBJECT: values.get(SUBJECT) or found.iptc}
    return {SUBJECT: found.iptc}


def _open(path: str) -> BinaryIO:
    """Open a regular file, never through a link."""
    stream = os.fdopen(os.open(path, _FLAGS), "rb")
    if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
        stream.close()
        raise OSError(0, _("it is no regular file"))
    return stream
