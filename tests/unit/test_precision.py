"""What a network is calculated in, by what the processor has."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest
import torch

from albumsort.vision import precision as precision_module
from albumsort.vision.networks import NETWORKS
from albumsort.vision.precision import floating, int8_engine

RESNET18 = NETWORKS["resnet18"]


def test_a_processor_without_bfloat16_calculates_in_float32_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    lines: list[str] = []
    monkeypatch.setattr(precision_module, "_has_bf16", lambda: False)

    assert floating("auto", say=pytest.fail) == "fp32"
    assert floating("fp32", say=pytest.fail) == "fp32"
    assert floating("bf16", say=lines.append) == "fp32"
    assert len(lines) == 1
    assert "bfloat16" in lines[0]


def test_a_processor_with_bfloat16_uses_it_unless_told_not_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(precision_module, "_has_bf16", lambda: True)

    assert floating("auto", say=pytest.fail) == "bf16"
    assert floating("bf16", say=pytest.fail) == "bf16"
    assert floating("fp32", say=pytest.fail) == "fp32"


@pytest.mark.skipif(not os.path.exists("/proc/cpuinfo"), reason="no /proc/cpuinfo to compare with")
def test_bfloat16_is_found_where_the_processor_lists_it() -> None:
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        flags = set(file.read().split())

    assert precision_module._has_bf16() == bool(flags & {"avx512_bf16", "amx_tile", "bf16"})


@pytest.mark.skipif(not os.path.exists("/proc/cpuinfo"), reason="no /proc/cpuinfo to compare with")
def test_vnni_is_found_where_the_processor_lists_it() -> None:
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        flags = set(file.read().split())

    assert precision_module._has_vnni() == bool(flags & {"avx512_vnni", "avx_vnni", "amx_tile"})


@pytest.mark.parametrize(
    ("vnni", "engines", "expected"),
    [
        (True, ["qnnpack", "onednn", "x86", "fbgemm"], "onednn"),
        (True, ["qnnpack", "fbgemm"], "fbgemm"),
        (False, ["qnnpack", "onednn", "x86", "fbgemm"], "fbgemm"),
        (False, ["qnnpack", "onednn"], "qnnpack"),
        (False, [], ""),
    ],
)
def test_the_engine_of_int8_is_the_one_of_the_processor(
    vnni: bool, engines: list[str], expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(precision_module, "_has_vnni", lambda: vnni)
    monkeypatch.setattr(type(torch.backends.quantized), "supported_engines", engines)

    assert int8_engine(RESNET18) == expected
    assert int8_engine(replace(RESNET18, gains_by_int8=False)) == ""


def test_a_limit_for_onednn_holds_for_int8_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONEDNN_MAX_CPU_ISA", "AVX2")

    assert not precision_module._has_vnni()
