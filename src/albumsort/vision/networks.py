"""The networks that can recognise photos: what each one wants to be fed and where its weights come from.

Nothing here loads torch until ``Network.build`` is called. All networks tell apart the 1,000 classes of ImageNet
(ILSVRC 2012), in torchvision's order.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Literal

from albumsort.errors import AlbumsortError
from albumsort.messages import gettext as _

if TYPE_CHECKING:
    from torch import nn

Interpolation = Literal["bilinear", "bicubic"]

Precision = Literal["fp32", "bf16", "int8"]
"""What a network can be calculated in."""
WantedPrecision = Literal["auto", "fp32", "bf16", "int8"]
"""What can be asked for; "auto" is the quickest that the processor has in hardware and that pays back."""

CLASSES = 1000

EXPOSURE = "e1"
"""What is made of pictures before and measured of them, in keys: the number is to change with what ``exposure``,
``sharpen`` and ``quality`` do."""


@dataclass(frozen=True, slots=True)
class Preprocessing:
    """How a photo becomes a network's input.

    The shorter side is scaled to ``resize`` pixels, then the middle ``crop`` x ``crop`` pixels are taken. ``mean`` and
    ``std`` are for red, green and blue values of 0..1.
    """

    resize: int = 256
    crop: int = 224
    interpolation: Interpolation = "bilinear"
    mean: tuple[float, float, float] = (0.485, 0.456, 0.406)
    std: tuple[float, float, float] = (0.229, 0.224, 0.225)


@dataclass(frozen=True, slots=True)
class Network:
    """One architecture.

    ``top1`` is the published ImageNet accuracy in percent. ``temperature`` divides the logits, so that a probability
    says how often it is right. ``url`` is where the weights can be downloaded, its file name ending in ``-`` and the
    first hex digits of the SHA-256; "" where the weights come in a Python package. ``build`` makes the untrained
    module, in evaluation mode, from (n, 3, crop, crop) floats to (n, 1000) logits. ``mark`` is the name of a tensor
    that no other network here has. ``gains_by_int8`` says whether that is worth trying: convolutions of single channels
    become slower by it, and less exact.
    """

    name: str
    title: str
    preprocessing: Preprocessing
    top1: float
    temperature: float
    url: str
    build: Callable[[], nn.Module]
    mark: str
    gains_by_int8: bool = False

    @property
    def calibration(self) -> str:
        """How pictures are brightened and probabilities calibrated: the end of the key these are remembered under."""
        return f":{EXPOSURE}:t{self.temperature:g}"


def _torchvision(name: str) -> nn.Module:
    """Raises AlbumsortError where torchvision cannot be used."""
    try:
        from torchvision import models
    except (ImportError, OSError, RuntimeError, AttributeError) as error:  # one was installed without the other
        reason = str(error).strip().partition("\n")[0]
        raise AlbumsortError(
            _(
                "torch and torchvision do not fit together ({reason}); reinstall both from one index, in one command; "
                "`albumsort doctor` tells whether they fit"
            ).format(reason=reason)
        ) from error
    module: nn.Module = getattr(models, name)(weights=None)
    return module.eval()


def _efficientnet_lite0() -> nn.Module:
    from albumsort.vision.efficientnet_lite import EfficientNetLite0

    return EfficientNetLite0().eval()


_KNOWN = (
    # https://docs.pytorch.org/vision/stable/models/generated/torchvision.models.resnet18.html (IMAGENET1K_V1)
    Network(
        name="resnet18",
        title="ResNet-18",
        preprocessing=Preprocessing(),
        top1=69.8,
        temperature=0.81,
        url="https://download.pytorch.org/models/resnet18-f37072fd.pth",
        build=partial(_torchvision, "resnet18"),
        mark="layer1.0.conv1.weight",
        gains_by_int8=True,
    ),
    # The three below: resize, interpolation, accuracy and address as in torchvision's MobileNet_V2_Weights,
    # ShuffleNet_V2_X1_0_Weights and EfficientNet_B0_Weights. Their temperatures were not fitted: 1 leaves the
    # probabilities as they are.
    Network(
        name="mobilenet_v2",
        title="MobileNet V2",
        preprocessing=Preprocessing(resize=232),
        top1=72.2,  # IMAGENET1K_V2; V1 has 71.9
        temperature=1.0,
        url="https://download.pytorch.org/models/mobilenet_v2-7ebf99e0.pth",
        build=partial(_torchvision, "mobilenet_v2"),
        mark="features.1.conv.0.0.weight",
    ),
    Network(
        name="shufflenet_v2",
        title="ShuffleNet V2 x1.0",
        preprocessing=Preprocessing(),
        top1=69.4,
        temperature=1.0,
        url="https://download.pytorch.org/models/shufflenetv2_x1-5666bf0f80.pth",
        build=partial(_torchvision, "shufflenet_v2_x1_0"),
        mark="stage2.0.branch1.0.weight",
    ),
    Network(
        name="efficientnet_b0",
        title="EfficientNet-B0",
        preprocessing=Preprocessing(interpolation="bicubic"),
        top1=77.7,
        temperature=1.0,
        url="https://download.pytorch.org/models/efficientnet_b0_rwightman-7f5810bc.pth",
        build=partial(_torchvision, "efficientnet_b0"),
        mark="features.1.0.block.0.0.weight",
    ),
    # https://github.com/tensorflow/tpu/tree/master/models/official/efficientnet/lite: (x - 127) / 128 for x in 0..255
    Network(
        name="efficientnet-lite0",
        title="EfficientNet-Lite0",
        preprocessing=Preprocessing(
            interpolation="bicubic", mean=(127 / 255, 127 / 255, 127 / 255), std=(128 / 255, 128 / 255, 128 / 255)
        ),
        top1=75.1,
        temperature=0.67,
        url="",
        build=_efficientnet_lite0,
        mark="_conv_stem.weight",
    ),
)

NETWORKS: dict[str, Network] = {network.name: network for network in _KNOWN}
"""By the name that ``--model`` takes, the preferred one first."""


def check_model(name: str | None) -> None:
    """Raise AlbumsortError that says which networks there are where this is the name of none; None is no name."""
    if name is not None and name not in NETWORKS:
        raise AlbumsortError(
            _("--model {name}: not known; choose one of {networks}").format(name=name, networks=", ".join(NETWORKS))
        )
