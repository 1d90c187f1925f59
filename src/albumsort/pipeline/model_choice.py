"""Which model recognises a library: chosen at its first run, and kept until the user acts with another."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, NamedTuple, cast

from albumsort.catalog.catalog import Catalog
from albumsort.errors import AlbumsortError
from albumsort.messages import gettext as _
from albumsort.stamps import stamp_of
from albumsort.vision.face_weights import faces_key
from albumsort.vision.networks import NETWORKS, WantedPrecision

if TYPE_CHECKING:
    from albumsort.vision.weights import Weights


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """The model of a run: the key that its results are kept under, and its weights, looked for when first needed."""

    key: str
    precision: WantedPrecision
    weights: Callable[[], Weights]


_LOOKED_INTO = "looked_into_"
"""Before the names of settings: the file that was named last, so that the next preview with it needs no torch."""


class _Own(NamedTuple):
    """The library's own model, as its catalog has it: the fields are the names of settings."""

    model: str
    weights: str
    weights_key: str
    weights_stamp: str
    precision: str

    def is_meant(self, model: str | None, path: str | None) -> bool:
        """Whether options that name these, or nothing, mean the library's own."""
        if path is None:
            return model is None or (model == self.model and not self.weights)
        return model in (None, self.model) and path == self.weights and stamp_of(path) == self.weights_stamp

    def __str__(self) -> str:
        title = NETWORKS[self.model].title if self.model in NETWORKS else self.model
        named = title + (f" ({self.weights})" if self.weights else "")
        told = _("{model} in {precision}").format(model=named, precision=self.precision)
        return named if self.precision == "auto" else told


def choose_model(
    catalog: Catalog,
    model: str | None,
    weights: str | None,
    precision: WantedPrecision | None,
    *,
    keep: bool,
    say: Callable[[str], None],
) -> ModelChoice:
    """The model named by the options, else the library's own, else (at its first run) the best that can be had.

    What the options name becomes the library's own if ``keep`` is set. Where a newer version calibrates the library's
    own model otherwise, its photos are recognised again. Raises :class:`AlbumsortError` where a model cannot be had.
    """
    path = os.path.abspath(weights) if weights else None
    own, looked_into = _remembered(catalog, ""), _remembered(catalog, _LOOKED_INTO)
    wanted = precision or cast(WantedPrecision, own.precision if own else "auto")
    known = own if own and own.is_meant(model, path) else None
    if not known and path and looked_into and looked_into.is_meant(model, path):
        known = looked_into
    if known:
        model, path = known.model, known.weights or None
        if model in NETWORKS and known.weights_key.endswith(NETWORKS[model].calibration):
            _change(catalog, own, known._replace(precision=wanted), keep=keep, say=say)
            return ModelChoice(results_key(known.weights_key, wanted), wanted, partial(_own_weights, known))
    from albumsort.vision.weights import choose_weights

    chosen = choose_weights(model, path, say=say)
    new = _Own(chosen.network.name, chosen.path, chosen.key, stamp_of(chosen.path), wanted)
    if chosen.path:
        catalog.remember({_LOOKED_INTO + name: value for name, value in new._asdict().items()})
    _change(catalog, own, new, keep=keep, say=say)
    return ModelChoice(results_key(chosen.key, wanted), wanted, lambda: chosen)


def _remembered(catalog: Catalog, prefix: str) -> _Own | None:
    settings = [catalog.setting(prefix + name) for name in _Own._fields]
    return _Own(*(setting or "" for setting in settings)) if settings[0] else None


def _change(catalog: Catalog, own: _Own | None, new: _Own, *, keep: bool, say: Callable[[str], None]) -> None:
    """Say that results will be others than the library's own, and make the new model its own if it is to be kept."""
    if own and results_key(own.weights_key, own.precision) != results_key(new.weights_key, new.precision):
        told = _(
            "Photos that it has not seen yet are recognised again: with {new} instead of {own} in this preview; the "
            "library keeps its own model until a run acts."
        )
        if keep:
            told = _("Photos that it has not seen yet are recognised again: with {new} instead of {own} from now on.")
        say(told.format(new=new, own=own))
    if not own and not faces_key():
        say(_("People on photos are not recognised without the extra `albumsort[people]`; docs/people.md says more."))
    if keep or not own:
        catalog.remember(new._asdict())


def results_key(weights_key: str, precision: str) -> str:
    """What results are kept under: fp32 or bf16, if that was asked for, is a model of its own.

    int8 is not: where it cannot be had another precision stands in, and a library must not be told apart by that. Where
    faces can be found only now, or by other weights, photos are looked at again.
    """
    key = f"{weights_key}:{precision}" if precision in ("fp32", "bf16") else weights_key
    return key + faces_key()


def _own_weights(own: _Own) -> Weights:
    """The library's own weights, as they were: no library is sorted half by one model and half by another."""
    from albumsort.vision.weights import choose_weights

    advice = _(
        "This library is recognised with {own}: put its weights back, or name another model with --model or --weights "
        "(every photo is recognised again)."
    ).format(own=own)
    try:
        weights = choose_weights(own.model, own.weights or None, say=lambda _message: None)
    except AlbumsortError as error:
        raise AlbumsortError(f"{error}\n{advice}") from error
    if weights.key != own.weights_key:
        problem = _("{path}: not the weights that it was").format(path=weights.file)
        raise AlbumsortError(f"{problem}\n{advice}")
    return weights
