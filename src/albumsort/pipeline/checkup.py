"""Whether albumsort has on this machine what it needs, and what it makes of it."""

from __future__ import annotations

import importlib
import os
import platform
import re
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Literal, NamedTuple

from albumsort import __version__
from albumsort.errors import AlbumsortError
from albumsort.paths import nearest

State = Literal["ok", "note", "problem"]

# What a broken installation breaks in first: packages with compiled parts or with data of their own.
_IMPORTED = ("torch", "torchvision", "PIL", "pi_heif", "numpy", "scipy", "tzfpy", "reverse_geocode", "yaml", "exifread")
_REQUIREMENT = re.compile(r"([A-Za-z0-9._-]+)[^;]*(?:;\s*extra\s*==\s*['\"]([\w-]+)['\"])?$")
_EXTRAS = {"raw": "the previews of RAW files", "zh": "the names of towns in Chinese"}


class Finding(NamedTuple):
    """What was found out about a topic: "note" for what only limits, "problem" for what has to be put right."""

    topic: str
    state: State
    text: str


def checkup() -> Iterator[Finding]:
    """Look at one thing after the other; that a check itself fails is a finding."""
    yield Finding("albumsort", "ok", f"{__version__} in {Path(__file__).parents[1]}")
    yield Finding("system", "ok", f"Python {platform.python_version()} in {sys.prefix}, {platform.platform()}")
    yield from _packages()
    yield from _extras()
    broken = list(_broken_packages())
    yield from broken
    if not broken:
        yield from _processor()
        yield from _models()
    yield from _folders()
    yield from _libraries()


def _required() -> Iterator[tuple[str, str]]:
    """The packages that albumsort names, with the extra that wants them or ""; without those for some systems."""
    for requirement in metadata.requires("albumsort") or ():
        if match := _REQUIREMENT.match(requirement):
            yield match[1], match[2] or ""


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""


def _packages() -> Iterator[Finding]:
    versions = {package: _version(package) for package, extra in _required() if not extra}
    if missing := [package for package, version in versions.items() if not version]:
        yield Finding("packages", "problem", f"missing: {', '.join(missing)}; install albumsort again")
    there = [f"{package} {version}" for package, version in versions.items() if version]
    yield Finding("packages", "ok", ", ".join(there))


def _extras() -> Iterator[Finding]:
    for extra, what in _EXTRAS.items():
        missing = [package for package, wanted_by in _required() if wanted_by == extra and not _version(package)]
        if missing:
            yield Finding(f"extra {extra}", "note", f"not installed: {what}; the README's Install says how to add it")
        else:
            yield Finding(f"extra {extra}", "ok", what)


def _broken_packages() -> Iterator[Finding]:
    broken = False
    for module in _IMPORTED:
        if module == "torchvision" and broken:  # it is built on torch, and would only repeat the complaint
            continue
        try:
            importlib.import_module(module)
        except Exception as error:  # a compiled part for another processor or version fails in any way
            reason = " ".join(str(error).split())[:200]
            broken = broken or module == "torch"
            how = "torch and torchvision from one index, in one command" if module.startswith("torch") else "it again"
            yield Finding(module, "problem", f"cannot be loaded: {reason or type(error).__name__}; install {how}")


def _processor() -> Iterator[Finding]:
    import torch

    from albumsort.pipeline.calibrate import PAYS_BACK
    from albumsort.pipeline.scan import processors
    from albumsort.vision.networks import NETWORKS
    from albumsort.vision.precision import floating, int8_engine
    from albumsort.vision.weights import PREFERRED

    instructions = torch.backends.cpu.get_cpu_capability()
    yield Finding("processor", "ok", f"{_processor_name()}, {processors()} usable, {instructions}")
    precision = floating("auto", say=lambda _: None)
    engine = int8_engine(NETWORKS[PREFERRED])
    int8 = f"; int8 ({engine}) from {PAYS_BACK:,} new photos, with ResNet-18" if engine else "; no engine for int8"
    yield Finding("precision", "ok", precision + int8)


def _processor_name() -> str:
    try:
        with open("/proc/cpuinfo", encoding="utf-8", errors="replace") as file:
            names = (line.partition(":")[2].strip() for line in file if line.startswith("model name"))
            return next(names, "") or platform.machine()
    except OSError:
        return platform.processor() or platform.machine()


def _models() -> Iterator[Finding]:
    from albumsort.vision.networks import NETWORKS
    from albumsort.vision.weights import PREFERRED, present_weights

    for name, network in NETWORKS.items():
        weights = present_weights(network)
        if weights:
            yield Finding(f"model {name}", "ok", weights.file)
        elif name == PREFERRED:
            text = f"no weights here; get the better ones with `albumsort model fetch {name}`"
            yield Finding(f"model {name}", "note", text)


def _folders() -> Iterator[Finding]:
    from platformdirs import user_cache_dir, user_state_path

    from albumsort.state import check_state_place

    state = user_state_path("albumsort")
    try:
        check_state_place(state)
        yield _writable("state", str(state), "problem")
    except AlbumsortError as error:
        yield Finding("state", "problem", str(error))
    yield _writable("cache", user_cache_dir("albumsort", appauthor=False), "note")


def _writable(topic: str, folder: str, otherwise: State) -> Finding:
    """Whether a folder can be written to, or be made."""
    there = nearest(folder)
    if os.path.isdir(there) and os.access(there, os.W_OK | os.X_OK):
        return Finding(topic, "ok", folder if there == folder else f"{folder}, which is made when it is needed")
    return Finding(topic, otherwise, f"{folder}: {there} cannot be written to; give this user the right to")


def _libraries() -> Iterator[Finding]:
    from albumsort.catalog.catalog import Catalog
    from albumsort.state import known_states

    for folder in known_states():
        try:
            with Catalog(folder / "catalog.sqlite") as catalog:
                directory = catalog.setting("library") or "no directory yet"
        except AlbumsortError as error:
            yield Finding("library", "problem", str(error))
            continue
        away = "" if os.path.isdir(directory) else ", which is not there now"
        yield Finding("library", "note" if away else "ok", f"{directory}{away}, state in {folder}")
