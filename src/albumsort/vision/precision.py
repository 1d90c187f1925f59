"""What this processor can calculate a network in."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import torch

from albumsort.messages import gettext as _
from albumsort.vision.networks import Network, Precision, WantedPrecision

_WITHOUT_VNNI = ("SSE41", "AVX", "AVX2", "AVX512_CORE")
_WITHOUT_BF16 = (*_WITHOUT_VNNI, "AVX2_VNNI", "AVX512_CORE_VNNI")
"""Values of ``ONEDNN_MAX_CPU_ISA`` that keep oneDNN from using the instructions; other machines are tried by it."""


def floating(wanted: WantedPrecision, *, say: Callable[[str], None]) -> Precision:
    """The precision where int8 is not taken: ``wanted``, else the quickest that is in hardware.

    ``say`` gets a line where it is not the one that was asked for.
    """
    if wanted == "fp32":
        return "fp32"
    if _has_bf16():
        return "bf16"
    if wanted == "bf16":
        say(_("This processor has no bfloat16 instructions: recognising in fp32."))
    return "fp32"


def int8_engine(network: Network) -> str:
    """The engine of torch for static int8 on this processor, "" where there is none or the network does not gain.

    "onednn" uses AMX and VNNI. Without these, products of 8 bits overflow its sums: "fbgemm" (x86) leaves a bit of the
    activations unused then. "qnnpack" is for Arm.
    """
    if not network.gains_by_int8:
        return ""
    has = torch.backends.quantized.supported_engines
    preferred = ("onednn", "fbgemm") if _has_vnni() else ("fbgemm", "qnnpack")
    return next((engine for engine in preferred if engine in has), "")


def _has_bf16() -> bool:
    """Whether products of bfloat16 are in the hardware (AMX, AVX512_BF16, Arm's BF16) and torch has kernels for it."""
    if not torch.backends.mkldnn.is_available() or _most() in _WITHOUT_BF16:  # type: ignore[no-untyped-call]
        return False
    return _can("_is_amx_tile_supported") or _can("_is_avx512_bf16_supported") or bool(_capabilities().get("bf16"))


def _has_vnni() -> bool:
    """Whether sums of products of int8 are in the hardware (AMX, VNNI in AVX-512 or AVX) and oneDNN may use it."""
    if _most() in _WITHOUT_VNNI:
        return False
    avx = bool(_capabilities().get("avx_vnni"))
    return _can("_is_amx_tile_supported") or _can("_is_vnni_supported") or _can("_is_avx512_vnni_supported") or avx


def _most() -> str:
    """The instructions that oneDNN was limited to, "" where it was not."""
    return os.environ.get("ONEDNN_MAX_CPU_ISA", "").upper()


def _can(probe: str) -> bool:
    """What one of torch's probes says; they change their names from version to version."""
    return bool(getattr(torch.cpu, probe, bool)())


def _capabilities() -> dict[str, Any]:
    capabilities: dict[str, Any] = getattr(torch.cpu, "get_capabilities", dict)()
    return capabilities
