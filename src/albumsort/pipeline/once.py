"""What is made once, when it is first needed, for all threads."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import cache
from typing import TypeVar

T = TypeVar("T")


def once(make: Callable[[], T]) -> Callable[[], T]:
    """``make``, which is called once, by whichever thread needs it first; the others wait."""
    lock, cached = threading.Lock(), cache(make)

    def get() -> T:
        with lock:
            return cached()

    return get
