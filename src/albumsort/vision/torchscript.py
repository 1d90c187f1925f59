"""TorchScript modules, made, written and read.

The only module that touches ``torch.jit``, which is deprecated and says so; exactly those warnings are silenced here.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import tempfile
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

import torch
from torch import nn
from torch.jit import ScriptModule

_turn = threading.Lock()  # scripting one class in two threads at one time fails, and warnings are of the process

_LAYOUT = b"albumsort TorchScript 2 "
"""Begins a file: counts up when the modules that the program makes change."""


def scripted(module: nn.Module) -> ScriptModule:
    """The module in TorchScript, for inference only: its weights are constants."""
    with _quiet(), torch.inference_mode():
        return cast(ScriptModule, torch.jit.freeze(torch.jit.script(module.eval())))


def file_name(prefix: str, *facts: object) -> str:
    """The name of a file for a module that ``facts`` decide, and the way in which this program makes one."""
    digest = hashlib.sha256(repr((_LAYOUT, torch.__version__, *facts)).encode()).hexdigest()
    return f"{prefix}{digest[:32]}.pt"


def load(path: str) -> ScriptModule | None:
    """The module in a file; None where there is none, or a damaged one.

    Loading TorchScript can run code: the file has to be in a folder that only the user may write to. The digest in it
    tells damage, not malice.
    """
    try:
        with open(path, "rb") as file:
            header, payload = file.readline(len(_LAYOUT) + 65), file.read()
        if header != _header(payload):
            return None
        with _quiet():
            module = torch.jit.load(io.BytesIO(payload), map_location="cpu")  # type: ignore[no-untyped-call]
            return cast(ScriptModule, module)
    except (OSError, RuntimeError):
        return None


def store(module: ScriptModule, path: str, *, kept: int) -> None:
    """Write a file, which appears only once it is whole, and remove all but the ``kept`` newest of its kind.

    Of its kind are those in the same folder whose names ``file_name`` made with the same prefix. Raises OSError.
    """
    folder, name = os.path.split(path)
    prefix = name.partition("-")[0] + "-"
    its_kind = re.compile(re.escape(prefix) + r"[0-9a-f]{32}\.pt")
    os.makedirs(folder, mode=0o700, exist_ok=True)
    buffer = io.BytesIO()
    with _quiet():
        torch.jit.save(module, buffer)
    payload = buffer.getvalue()
    descriptor, part = tempfile.mkstemp(prefix=prefix, suffix=".part", dir=folder)
    try:
        with open(descriptor, "wb") as file:
            file.write(_header(payload))
            file.write(payload)
        os.replace(part, path)
    except BaseException:
        os.unlink(part)
        raise
    with os.scandir(folder) as entries:
        ours = [(entry.stat().st_mtime_ns, entry.path) for entry in entries if its_kind.fullmatch(entry.name)]
    for _, old in sorted(ours)[:-kept]:
        os.unlink(old)


def _header(payload: bytes) -> bytes:
    return _LAYOUT + hashlib.sha256(payload).hexdigest().encode() + b"\n"


@contextmanager
def _quiet() -> Iterator[None]:
    """Without the warnings that ``torch.jit`` is deprecated."""
    with _turn, warnings.catch_warnings():
        for category in (FutureWarning, DeprecationWarning):
            warnings.filterwarnings(
                "ignore", r"`torch\.jit\.\w+` is (deprecated|not supported in Python 3\.14)", category
            )
        yield
