"""Errors that end a run with a message instead of a traceback."""


class AlbumsortError(Exception):
    """Wrong usage or configuration; the message names the file, what is wrong and what to do."""

    exit_code = 2


class LibraryBusyError(AlbumsortError):
    """Another run holds this library."""

    exit_code = 3


class PictureError(Exception):
    """One picture cannot be read; the message says why, without the path. It never ends a run."""
