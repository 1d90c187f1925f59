"""Sorts a directory of photographs into albums, on the user's own machine."""

__version__ = "0.1.0"
