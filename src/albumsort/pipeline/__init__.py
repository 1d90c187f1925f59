"""Runs the stages in order, for the command line and for ``import albumsort``."""
