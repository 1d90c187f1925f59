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
from albumsort.messages import gettext as _
from albumsort.messages import gettext_noop
from albumsort.paths import nearest
from albumsort.vision.face_weights import faces_key

State = Literal["ok", "note", "problem"]

# What a broken installation breaks in first: packages with compiled parts or with data of their own.
_IMPORTED = ("torch", "torchvision", "PIL", "pi_heif", "numpy", "tzfpy", "yaml", "exifread")
_REQUIREMENT = re.compile(r"([A-Za-z0-9._-]+)[^;]*(?:;\s*extra\s*==\s*['\"]([\w-]+)['\"])?$")
_EXTRAS = {
    "people": gettext_noop("people on photos, of whom only faces are found and counted"),
    "raw": gettext_noop("the previews of RAW files"),
    "web": gettext_noop("the albums in the browser, with `albumsort serve`"),
    "zh": gettext_noop("the names of towns in Chinese"),
}


class Finding(NamedTuple):
    """What was found out about a topic: "note" for what only limits, "problem" for what has to be put right."""

    topic: str
    state: State
    text: str


def checkup() -> Iterator[Finding]:
    """Look at one thing after the other; that a check itself fails is a finding."""
    installed = _("{version} in {folder}").format(version=__version__, folder=Path(__file__).parents[1])
    yield Finding("albumsort", "ok", installed)
    python = _("Python {version} in {folder}").format(version=platform.python_version(), folder=sys.prefix)
    yield Finding(_("system"), "ok", f"{python}, {platform.platform()}")
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
        text = _("missing: {packages}; install albumsort again").format(packages=", ".join(missing))
        yield Finding(_("packages"), "problem", text)
    there = [f"{package} {version}" for package, version in versions.items() if version]
    yield Finding(_("packages"), "ok", ", ".join(there))


def _extras() -> Iterator[Finding]:
    for extra, what in _EXTRAS.items():
        missing = [package for package, wanted_by in _required() if wanted_by == extra and not _version(package)]
        if extra == "people" and not faces_key():  # also where there is one for another system
            missing = [extra]
        topic = _("extra {name}").format(name=extra)
        if missing:
            text = _("not installed: {what}; the README's Install says how to add it").format(what=_(what))
            yield Finding(topic, "note", text)
        else:
            yield Finding(topic, "ok", _(what))


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
            text = _("cannot be loaded: {reason}; install it again")
            if module.startswith("torch"):
                text = _("cannot be loaded: {reason}; install torch and torchvision from one index, in one command")
            yield Finding(module, "problem", text.format(reason=reason or type(error).__name__))


def _processor() -> Iterator[Finding]:
    import torch

    from albumsort.pipeline.calibrate import PAYS_BACK
    from albumsort.pipeline.recognise import processors
    from albumsort.vision.networks import NETWORKS
    from albumsort.vision.precision import floating, int8_engine
    from albumsort.vision.weights import PREFERRED

    instructions = torch.backends.cpu.get_cpu_capability()
    processor = _("{name}, {number} usable, {instructions}")
    text = processor.format(name=_processor_name(), number=processors(), instructions=instructions)
    yield Finding(_("processor"), "ok", text)
    precision = floating("auto", say=lambda _message: None)
    engine = int8_engine(NETWORKS[PREFERRED])
    told = _("{precision}; no engine for int8")
    if engine:
        told = _("{precision}; int8 ({engine}) from {number:,} new photos, with ResNet-18")
    yield Finding(_("precision"), "ok", told.format(precision=precision, engine=engine, number=PAYS_BACK))


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
        weights, topic = present_weights(network), _("model {name}").format(name=name)
        if weights:
            yield Finding(topic, "ok", weights.file)
        elif name == PREFERRED:
            text = _("no weights here; get the better ones with `albumsort model fetch {name}`")
            yield Finding(topic, "note", text.format(name=name))


def _folders() -> Iterator[Finding]:
    from platformdirs import user_state_path

    from albumsort.cache_file import cache_folder
    from albumsort.state import check_state_place

    state = user_state_path("albumsort")
    try:
        check_state_place(state)
        yield _writable(_("state"), str(state), "problem")
    except AlbumsortError as error:
        yield Finding(_("state"), "problem", str(error))
    yield _writable(_("cache"), cache_folder(), "note")


def _writable(topic: str, folder: str, otherwise: State) -> Finding:
    """Whether a folder can be written to, or be made."""
    there = nearest(folder)
    if os.path.isdir(there) and os.access(there, os.W_OK | os.X_OK):
        to_be_made = _("{folder}, which is made when it is needed").format(folder=folder)
        return Finding(topic, "ok", folder if there == folder else to_be_made)
    text = _("{folder}: {there} cannot be written to; give this user the right to")
    return Finding(topic, otherwise, text.format(folder=folder, there=there))


def _libraries() -> Iterator[Finding]:
    from albumsort.catalog.catalog import Catalog
    from albumsort.state import known_states

    for folder in known_states():
        try:
            with Catalog(folder / "catalog.sqlite") as catalog:
                directory = catalog.setting("library") or _("no directory yet")
        except AlbumsortError as error:
            yield Finding(_("library"), "problem", str(error))
            continue
        is_there = os.path.isdir(directory)
        told = (
            _("{library}, state in {state}") if is_there else _("{library}, which is not there now, state in {state}")
        )
        yield Finding(_("library"), "ok" if is_there else "note", told.format(library=directory, state=folder))
