"""Which model recognises a library: chosen at its first run, and kept until the user names another."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from albumsort.catalog.catalog import Catalog
from albumsort.errors import AlbumsortError
from albumsort.records import Stamp
from albumsort.vision.networks import NETWORKS

if TYPE_CHECKING:
    from albumsort.vision.weights import Weights


SETTINGS = ("model", "weights", "model_key", "weights_stamp")
"""What the catalog remembers of the choice."""


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """The model of a run: the key that its results are kept under, and its weights, looked for when first needed."""

    key: str
    weights: Callable[[], Weights]


def choose_model(catalog: Catalog, model: str | None, weights: str | None, say: Callable[[str], None]) -> ModelChoice:
    """The model named by the options, else the library's own, else (at its first run) the best that can be had.

    Where a newer version calibrates the library's own model otherwise, its photos are recognised again.

    Raises :class:`AlbumsortError` where the named one cannot be had.
    """
    path = os.path.abspath(weights) if weights else None
    own_model, own_path, own_key, own_stamp = (catalog.setting(name) for name in SETTINGS)
    same_file = path is None or (path == own_path and _stamp(path) == own_stamp)
    if own_model and own_key and model in (None, own_model) and same_file:
        model, path = own_model, own_path or None
        if own_key.endswith(NETWORKS[own_model].calibration):
            return ModelChoice(own_key, partial(_own_weights, model, path, own_key))
    from albumsort.vision.weights import choose_weights

    chosen = choose_weights(model, path, say=say)
    if own_key and own_key != chosen.key:
        say(
            f"From now on this library is recognised with {chosen.key}, no longer with {own_key}; "
            "every photo is recognised again."
        )
    settings = (chosen.network.name, chosen.path, chosen.key, _stamp(chosen.path))
    catalog.remember(dict(zip(SETTINGS, settings, strict=True)))
    return ModelChoice(chosen.key, lambda: chosen)


def _stamp(path: str) -> str:
    """Tells cheaply whether a weights file is the one seen before; "" where there is none."""
    try:
        return repr(Stamp.of(os.stat(path)))
    except OSError:
        return ""


def _own_weights(model: str, path: str | None, key: str) -> Weights:
    """The library's own weights, as they were: no library is sorted half by one model and half by another."""
    from albumsort.vision.weights import choose_weights

    weights = choose_weights(model, path, say=lambda _: None)
    if weights.key != key:
        raise AlbumsortError(
            f"{weights.file}: these are not the weights that this library was recognised with ({key}); "
            f"put those back, or name the weights to use from now on with --weights (every photo is recognised again)"
        )
    return weights
