"""Functions in processes of their own."""

from __future__ import annotations

import os

import pytest

from albumsort.messages import gettext
from albumsort.pipeline.own_process import ProcessFailed, in_own_process


def test_the_result_comes_back_from_another_process() -> None:
    assert in_own_process(os.getpid) != os.getpid()


def test_an_error_there_is_told_in_one_line() -> None:
    with pytest.raises(ProcessFailed, match=r"^\[Errno 2\] No such file or directory: '/absent'$"):
        in_own_process(os.listdir, "/absent")


def test_a_process_that_is_killed_is_told() -> None:
    with pytest.raises(ProcessFailed, match="ended with code 9; was there too little memory"):
        in_own_process(os._exit, 9)


def test_it_speaks_the_language_of_the_one_that_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", "zh")  # as speak() leaves it
    assert in_own_process(gettext, "Interrupted.") == "已中断。"
