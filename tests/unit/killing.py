"""A process that is killed between any two of the calls by which it changes the disk."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, BinaryIO

import pytest

CALLS = ("link", "unlink", "symlink", "rename", "mkdir", "open", "utime", "chmod")


class KilledError(BaseException):
    """The end of the process. No ``except`` or ``finally`` of it changes the disk any more."""


@contextmanager
def killed_after(calls: int) -> Iterator[Callable[[], bool]]:
    """In this block only so many calls that change the disk are carried out; tells whether a further one was tried."""
    tried = 0

    def is_alive() -> bool:
        nonlocal tried
        tried += 1
        return tried <= calls

    def guarded(call: Callable[..., Any]) -> Callable[..., Any]:
        def either(*args: Any, **keywords: Any) -> Any:
            if not is_alive():
                raise KilledError
            return call(*args, **keywords)

        return either

    def copy_some(reader: BinaryIO, writer: BinaryIO, length: int) -> None:
        if not is_alive():
            writer.write(reader.read(100))
            raise KilledError
        shutil_copy(reader, writer, length)

    shutil_copy = shutil.copyfileobj
    with pytest.MonkeyPatch.context() as patch:
        for name in CALLS:
            patch.setattr(os, name, guarded(getattr(os, name)))
        patch.setattr(shutil, "copyfileobj", copy_some)
        with suppress(KilledError):
            yield lambda: tried > calls
