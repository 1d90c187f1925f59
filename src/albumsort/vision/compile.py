"""Networks compiled with TorchScript, kept in a cache on disk.

The only module that touches ``torch.jit``, which is deprecated and says so; exactly those warnings are silenced here.
"""

from __future__ import annotations

import hashlib
import io
import os
import platform
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, cast

import platformdirs
import torch
from torch import Tensor, nn

from albumsort.vision.networks import Network, Precision, Preprocessing, WantedPrecision
from albumsort.vision.weights import Weights, load_state

_DTYPES: dict[Precision, torch.dtype] = {"fp32": torch.float32, "bf16": torch.bfloat16}

_LAYOUT = b"albumsort TorchScript 1 "
"""Begins a cache file and enters its name: counts up when _Recogniser changes."""
_PREFIX = "compiled-"
_KEPT = 4
"""Cache files to keep, the newest ones: a few networks and precisions, and not those of every torch there ever was."""


def choose_precision(wanted: WantedPrecision, *, say: Callable[[str], None]) -> Precision:
    """What to calculate in: ``wanted``, where this processor has it; ``say`` gets a line where it has not."""
    if wanted == "fp32":
        return "fp32"
    if _has_bf16():
        return "bf16"
    if wanted == "bf16":
        say("This processor has no bfloat16 instructions: recognising in fp32.")
    return "fp32"


def compiled(weights: Weights, precision: Precision) -> torch.jit.ScriptModule:
    """The network for uint8 pictures (n, crop, crop, 3) that gives float32 probabilities (n, 1000).

    Taken from the cache, else built and put there; a cache that cannot be written only costs time. Loading TorchScript
    can run code: the cache is a folder that only the user may write to, and the digest in a file tells damage, not
    malice. Raises AlbumsortError for weights that cannot be loaded.
    """
    path = _cache_file(weights, precision)
    module = _load(path)
    if module is None:
        module = _build(weights.network, weights.preprocessing, load_state(weights), precision)
        with suppress(OSError):
            _store(module, path)
    return module


def _has_bf16() -> bool:
    """Whether products of bfloat16 are in the hardware (AMX, AVX512_BF16, Arm's BF16) and torch has kernels for it."""
    if not torch.backends.mkldnn.is_available():  # type: ignore[no-untyped-call]
        return False
    probes = (getattr(torch.cpu, name, None) for name in ("_is_amx_tile_supported", "_is_avx512_bf16_supported"))
    capabilities: dict[str, Any] = getattr(torch.cpu, "get_capabilities", dict)()
    return any(probe() for probe in probes if probe) or bool(capabilities.get("bf16"))


class _Recogniser(nn.Module):
    """A network with its preprocessing and calibration: from bytes to probabilities."""

    def __init__(
        self, network: nn.Module, preprocessing: Preprocessing, temperature: float, dtype: torch.dtype
    ) -> None:
        super().__init__()
        self.network = network.to(dtype).to(memory_format=torch.channels_last)
        self.dtype = dtype
        self.temperature = temperature
        self.mean = nn.Parameter(255 * torch.tensor(preprocessing.mean).view(1, 3, 1, 1), requires_grad=False)
        self.std = nn.Parameter(255 * torch.tensor(preprocessing.std).view(1, 3, 1, 1), requires_grad=False)

    def forward(self, pictures: Tensor) -> Tensor:
        # Bytes come as rows of RGB pixels, which is channels_last already.
        x = pictures.permute(0, 3, 1, 2)
        x = ((x.to(torch.float32) - self.mean) / self.std).to(self.dtype)
        logits = self.network(x).to(torch.float32)
        return torch.softmax(logits / self.temperature, dim=1)


def _build(
    network: Network, preprocessing: Preprocessing, state: dict[str, Tensor], precision: Precision
) -> torch.jit.ScriptModule:
    with torch.device("meta"):
        module = network.build()
    module.load_state_dict(state, assign=True)
    recogniser = _Recogniser(module, preprocessing, network.temperature, _DTYPES[precision]).eval()
    with _quiet():
        return cast(torch.jit.ScriptModule, torch.jit.freeze(torch.jit.script(recogniser)))


def _cache_file(weights: Weights, precision: Precision) -> str:
    """Where the compiled module lies; its name covers all that changes the module."""
    facts = (
        _LAYOUT,
        weights.network.name,
        weights.sha256,
        weights.preprocessing,
        weights.network.temperature,
        precision,
        torch.__version__,
        torch.backends.cpu.get_cpu_capability(),
        platform.machine(),
    )
    digest = hashlib.sha256(repr(facts).encode()).hexdigest()
    return os.path.join(platformdirs.user_cache_dir("albumsort", appauthor=False), f"{_PREFIX}{digest[:32]}.pt")


def _load(path: str) -> torch.jit.ScriptModule | None:
    """The module in a cache file; None where there is none, or a damaged one."""
    try:
        with open(path, "rb") as file:
            header, payload = file.readline(len(_LAYOUT) + 65), file.read()
        if header != _header(payload):
            return None
        with _quiet():
            module = torch.jit.load(io.BytesIO(payload), map_location="cpu")  # type: ignore[no-untyped-call]
            return cast(torch.jit.ScriptModule, module)
    except (OSError, RuntimeError):
        return None


def _store(module: torch.jit.ScriptModule, path: str) -> None:
    """Write a cache file, which appears only once it is whole, and remove the oldest others; raises OSError."""
    folder = os.path.dirname(path)
    os.makedirs(folder, mode=0o700, exist_ok=True)
    buffer = io.BytesIO()
    with _quiet():
        torch.jit.save(module, buffer)
    payload = buffer.getvalue()
    descriptor, part = tempfile.mkstemp(prefix=_PREFIX, suffix=".part", dir=folder)
    try:
        with open(descriptor, "wb") as file:
            file.write(_header(payload))
            file.write(payload)
        os.replace(part, path)
    except BaseException:
        os.unlink(part)
        raise
    with os.scandir(folder) as entries:
        ours = [(entry.stat().st_mtime_ns, entry.path) for entry in entries if entry.name.startswith(_PREFIX)]
    for _, old in sorted(ours)[:-_KEPT]:
        os.unlink(old)


def _header(payload: bytes) -> bytes:
    return _LAYOUT + hashlib.sha256(payload).hexdigest().encode() + b"\n"


@contextmanager
def _quiet() -> Iterator[None]:
    """Without the warnings that ``torch.jit`` is deprecated."""
    with warnings.catch_warnings():
        for category in (FutureWarning, DeprecationWarning):
            warnings.filterwarnings(
                "ignore", r"`torch\.jit\.\w+` is (deprecated|not supported in Python 3\.14)", category
            )
        yield
