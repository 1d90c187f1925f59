"""TorchScript modules, made, written and read.

The only module that touches ``torch.jit``, which is deprecated and says so; exactly those warnings are silenced here.
"""

from __future__ import annotations

import io
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

import torch
from torch import nn
from torch.jit import ScriptModule

from albumsort import cache_file

_turn = threading.Lock()  # scripting one class in two threads at one time fails, and warnings are of the process

_LAYOUT = b"albumsort TorchScript 3 "
"""Begins a file: counts up when the modules that the program makes change."""


def scripted(module: nn.Module) -> ScriptModule:
    """The module in TorchScript, for inference only: its weights are constants."""
    with _quiet(), torch.inference_mode():
        return cast(ScriptModule, torch.jit.freeze(torch.jit.script(module.eval())))


def file_name(kind: str, *facts: object) -> str:
    """The name of a file for a module that ``facts`` decide, and the way in which this program makes one."""
    return cache_file.file_name(kind, ".pt", _LAYOUT, torch.__version__, *facts)


def load(path: str) -> ScriptModule | None:
    """The module in a file; None where there is none, or a damaged one.

    Loading TorchScript can run code: the file has to be in a folder that only the user may write to.
    """
    payload = cache_file.load(path, _LAYOUT)
    if payload is None:
        return None
    try:
        with _quiet():
            module = torch.jit.load(io.BytesIO(payload), map_location="cpu")  # type: ignore[no-untyped-call]
            return cast(ScriptModule, module)
    except RuntimeError:
        return None


def store(module: ScriptModule, path: str, *, kept: int) -> None:
    """Write a file as :func:`albumsort.cache_file.store` does."""
    buffer = io.BytesIO()
    with _quiet():
        torch.jit.save(module, buffer)
    cache_file.store(buffer.getvalue(), path, _LAYOUT, kept=kept)


@contextmanager
def _quiet() -> Iterator[None]:
    """Without the warnings that ``torch.jit`` is deprecated."""
    with _turn, warnings.catch_warnings():
        for category in (FutureWarning, DeprecationWarning):
            warnings.filterwarnings(
                "ignore", r"`torch\.jit\.\w+` is (deprecated|not supported in Python 3\.14)", category
            )
        yield
