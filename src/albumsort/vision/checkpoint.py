"""A file of weights to checked tensors under our own names. Nothing in a file is ever run.

``.safetensors`` cannot hold code; everything else is read by ``torch.load(weights_only=True)``, which refuses it.
"""

from __future__ import annotations

import os
import re
import warnings
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from albumsort.errors import AlbumsortError
from albumsort.messages import gettext as _
from albumsort.messages import gettext_noop, reason_of
from albumsort.vision import huggingface
from albumsort.vision.networks import CLASSES, NETWORKS, Network

_STARTS = (b"PK", b"\x80")
"""Begin a file of torch: a ZIP archive, formerly a pickle."""
_COUNTER = ".num_batches_tracked"
_AGAIN = gettext_noop("download it again, or run `albumsort model fetch`")


def read_checkpoint(path: str) -> tuple[Network, dict[str, Tensor]]:
    """The network that the weights at ``path`` (a file or a Hugging Face folder) are for, and its whole state dict.

    Tensors are float32 and finite, named and shaped as in ``network.build()``. Raises AlbumsortError.
    """
    file = huggingface.weight_file(path) if os.path.isdir(path) else path
    _check_kind(file)
    tensors = _unwrapped(file, _read(file))
    if huggingface.is_named_so(tensors):
        tensors = {huggingface.torchvision_name(key): tensor for key, tensor in tensors.items()}
    network, expected = _network_of(file, tensors)
    for name, tensor in expected.items():
        # The counters of training steps are of no use here, and some files leave them out.
        counter = name.endswith(_COUNTER)
        tensors[name] = (
            torch.zeros_like(tensor, device="cpu") if counter else _fitted(file, name, tensors[name], tensor)
        )
    return network, {name: tensors[name] for name in expected}


def _check_kind(path: str) -> None:
    """Tell what a failed download leaves in place of weights; raises AlbumsortError."""
    try:
        with open(path, "rb") as file:
            start = file.read(64)
    except OSError as error:
        raise AlbumsortError(
            _("{path}: {reason}; name a weights file or a Hugging Face folder").format(
                path=path, reason=reason_of(error)
            )
        ) from error
    if not start:
        raise AlbumsortError(_("{path}: the file is empty; {advice}").format(path=path, advice=_(_AGAIN)))
    if start.startswith(b"version https://git-lfs"):
        raise AlbumsortError(
            _("{path}: a Git LFS pointer, not the weights themselves; run `git lfs pull` there").format(path=path)
        )
    if start.lstrip().startswith(b"<"):
        raise AlbumsortError(_("{path}: a web page, not weights; {advice}").format(path=path, advice=_(_AGAIN)))
    if not start.startswith(_STARTS) and b"\0" not in start:  # safetensors begin with a length of eight bytes
        raise AlbumsortError(
            _("{path}: not a weights file; name a .pth or .safetensors file or a Hugging Face folder").format(path=path)
        )


def _read(path: str) -> Any:
    """Whatever data the file holds; raises AlbumsortError."""
    # A parser that meets a damaged file may raise anything.
    try:
        if path.endswith(".safetensors"):
            from safetensors.torch import load_file

            return load_file(path)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of a pickle that is no checkpoint; what matters is raised
            return torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:
        if found := re.search(r"GLOBAL ([\w.]+)", str(error)):
            raise AlbumsortError(
                _(
                    "{path}: not loaded, because loading it would run code ({name}); weights must hold tensors "
                    "only: save the network's state_dict()"
                ).format(path=path, name=found.group(1))
            ) from error
        raise AlbumsortError(
            _("{path}: damaged, cut short, or not a weights file; {advice}").format(path=path, advice=_(_AGAIN))
        ) from error


def _unwrapped(path: str, data: Any) -> dict[str, Tensor]:
    """The tensors by name, out of the wrappers that training scripts leave around them."""
    if isinstance(data, Mapping) and isinstance(data.get("state_dict"), Mapping):
        data = data["state_dict"]
    if not isinstance(data, Mapping) or not all(isinstance(tensor, Tensor) for tensor in data.values()):
        raise AlbumsortError(
            _("{path}: holds something else than named tensors; save the network's state_dict()").format(path=path)
        )
    tensors = {str(name): tensor for name, tensor in data.items()}
    # DataParallel puts "module." before every name.
    if all(name.startswith("module.") for name in tensors):
        tensors = {name.removeprefix("module."): tensor for name, tensor in tensors.items()}
    return tensors


def _network_of(path: str, tensors: Mapping[str, Tensor]) -> tuple[Network, dict[str, Tensor]]:
    """The network that has just these names, and its own (meta) tensors; raises AlbumsortError."""
    *titles, last = (network.title for network in NETWORKS.values())
    networks = _(" or ").join((", ".join(titles), last))
    message = _("{path}: not the weights of {networks}: {problem}; name weights of one of these")
    # One network is built for comparison, not all: that takes time, and torchvision a second to load.
    network = next((network for network in NETWORKS.values() if network.mark in tensors), None)
    if network is None:
        marks = ", ".join(network.mark for network in NETWORKS.values())
        problem = _("the tensors by which these are told ({names}) are missing").format(names=marks)
        raise AlbumsortError(message.format(path=path, networks=networks, problem=problem))
    with torch.device("meta"):
        expected = network.build().state_dict()
    given = {name for name in tensors if not name.endswith(_COUNTER)}
    needed = {name for name in expected if not name.endswith(_COUNTER)}
    missing, unknown = sorted(needed - given), sorted(given - needed)
    if not missing and not unknown:
        return network, expected
    problem = _("{number} tensors of {network} are missing").format(number=len(missing), network=network.title)
    problem += f" ({missing[0]}, …)" if missing else ""
    if unknown:
        problem += _(", {number} are not its own ({name}, …)").format(number=len(unknown), name=unknown[0])
    raise AlbumsortError(message.format(path=path, networks=networks, problem=problem))


def _fitted(path: str, name: str, tensor: Tensor, expected: Tensor) -> Tensor:
    """``tensor`` as the network takes it; raises AlbumsortError where it does not fit."""
    shape, right = tuple(tensor.shape), tuple(expected.shape)
    if shape != right:
        if right[0] == CLASSES and shape[1:] == right[1:]:
            raise AlbumsortError(
                _(
                    "{path}: tells {number:,} classes apart, not the {classes:,} of ImageNet; name weights for those"
                ).format(path=path, number=shape[0], classes=CLASSES)
            )
        raise AlbumsortError(
            _("{path}: {name} has the shape {shape} instead of {right}; name weights of this network").format(
                path=path, name=name, shape=shape, right=right
            )
        )
    if not tensor.is_floating_point():
        raise AlbumsortError(
            _("{path}: {name} holds {kind}, not floating point; name weights that are").format(
                path=path, name=name, kind=tensor.dtype
            )
        )
    tensor = tensor.float().contiguous()
    if not torch.isfinite(tensor).all():
        raise AlbumsortError(
            _("{path}: {name} holds infinite numbers or NaN; the file is damaged: {advice}").format(
                path=path, name=name, advice=_(_AGAIN)
            )
        )
    return tensor
