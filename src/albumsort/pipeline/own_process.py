"""A function in a process of its own, so that its memory and its first steps are measured and not those before it."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any, ParamSpec, TypeVar

from albumsort.messages import gettext as _
from albumsort.messages import speak

P = ParamSpec("P")
R = TypeVar("R")


class ProcessFailed(Exception):  # noqa: N818  # what happened, not what the program did wrong
    """The function raised an error or its process was ended; the message says which in one line."""


def in_own_process(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Call ``function``, which stands in a module as its arguments and result do, in a new interpreter.

    Raises ProcessFailed. The process does not outlive the call, also where that is interrupted.
    """
    context = get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_answer, args=(sender, function, args, kwargs), daemon=True)
    process.start()
    sender.close()
    try:
        result, problem = receiver.recv()
    except EOFError:
        process.join()
        problem = _("its process ended with code {code}; was there too little memory?")
        raise ProcessFailed(problem.format(code=process.exitcode)) from None
    finally:
        process.kill()
        process.join()
        receiver.close()
    if problem:
        raise ProcessFailed(problem)
    answer: R = result
    return answer


def _answer(sender: Connection, function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches both; the one that waits ends this one
    speak(os.environ.get("LANGUAGE", "").split(":"))  # as the one that waits
    try:
        sender.send((function(*args, **kwargs), ""))
    except Exception as error:  # whatever it is, one network that fails is no reason not to measure the others
        lines = str(error).strip().splitlines() or [""]
        sender.send((None, lines[0] or type(error).__name__))
