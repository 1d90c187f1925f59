"""Compiled networks and their cache on disk."""

from __future__ import annotations

import os
import warnings
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import Tensor

from albumsort import cache_file
from albumsort.vision import compile as compile_module
from albumsort.vision import torchscript
from albumsort.vision.compile import compiled
from albumsort.vision.weights import Weights, choose_weights, load_state


@pytest.fixture
def weights() -> Weights:
    return choose_weights("efficientnet-lite0", None, say=pytest.fail)


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of this test's own, empty."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "albumsort"


@pytest.fixture
def no_building(monkeypatch: pytest.MonkeyPatch) -> None:
    """From here on the network must come from the cache."""

    def fail(*_: object) -> None:
        pytest.fail("the network was built again")

    monkeypatch.setattr(compile_module, "load_state", fail)


def pictures() -> Tensor:
    return torch.randint(0, 256, (3, 224, 224, 3), dtype=torch.uint8, generator=torch.Generator().manual_seed(7))


def probabilities(module: torch.jit.ScriptModule) -> Tensor:
    with torch.inference_mode():
        result: Tensor = module(pictures())
    return result


def only_file(cache: Path) -> Path:
    (path,) = cache.iterdir()
    return path


def test_the_compiled_network_calculates_what_the_plain_one_does(weights: Weights) -> None:
    network = weights.network.build()
    network.load_state_dict(load_state(weights))
    # As published: (x - 127) / 128 of bytes.
    with torch.inference_mode():
        expected = torch.softmax(network((pictures().permute(0, 3, 1, 2).float() - 127) / 128), 1)

    result = probabilities(compiled(replace(weights, network=replace(weights.network, temperature=1.0)), "fp32"))

    assert result.dtype == torch.float32
    torch.testing.assert_close(result, expected, rtol=1e-3, atol=1e-5)


def test_a_higher_temperature_makes_less_sure(weights: Weights) -> None:
    def sharpness(temperature: float) -> float:
        network = replace(weights.network, temperature=temperature)
        return float(probabilities(compiled(replace(weights, network=network), "fp32")).amax(1).mean())

    assert sharpness(0.5) > sharpness(1.0) > sharpness(2.0)


def test_bfloat16_agrees_with_float32(weights: Weights) -> None:
    exact, rough = (probabilities(compiled(weights, precision)) for precision in ("fp32", "bf16"))

    assert rough.dtype == torch.float32
    torch.testing.assert_close(rough, exact, rtol=0, atol=0.05)
    assert not torch.equal(rough, exact)


def test_the_second_time_it_comes_from_the_cache(weights: Weights, cache: Path, request: pytest.FixtureRequest) -> None:
    first = probabilities(compiled(weights, "fp32"))
    request.getfixturevalue("no_building")

    torch.testing.assert_close(probabilities(compiled(weights, "fp32")), first)


def test_only_the_user_can_write_to_the_cache(weights: Weights, cache: Path) -> None:
    compiled(weights, "fp32")

    assert cache.stat().st_mode & 0o077 == 0
    assert only_file(cache).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("damage", ["cut", "flipped", "empty", "foreign", "no TorchScript"])
def test_a_damaged_cache_file_is_built_again(
    weights: Weights, cache: Path, damage: str, request: pytest.FixtureRequest
) -> None:
    first = probabilities(compiled(weights, "fp32"))
    path = only_file(cache)
    data = bytearray(path.read_bytes())
    if damage == "flipped":
        data[len(data) // 2] ^= 0x10
    contents: dict[str, bytes] = {
        "cut": bytes(data[: len(data) // 2]),
        "flipped": bytes(data),
        "empty": b"",
        "foreign": b"something else",
        "no TorchScript": cache_file.header_of(b"hello", torchscript._LAYOUT) + b"hello",
    }
    path.write_bytes(contents[damage])

    torch.testing.assert_close(probabilities(compiled(weights, "fp32")), first)
    request.getfixturevalue("no_building")
    torch.testing.assert_close(probabilities(compiled(weights, "fp32")), first)


def test_what_changes_the_result_has_a_file_of_its_own(
    weights: Weights, monkeypatch: pytest.MonkeyPatch, cache: Path
) -> None:
    network, preprocessing = weights.network, weights.preprocessing
    variants = [
        weights,
        replace(weights, sha256="0" * 64),
        replace(weights, network=replace(network, temperature=2.0)),
        replace(weights, preprocessing=replace(preprocessing, mean=(0.1, 0.1, 0.1))),
    ]
    paths = {compile_module._cache_file(variant, "fp32") for variant in variants}
    paths.add(compile_module._cache_file(weights, "bf16"))
    monkeypatch.setattr(torch, "__version__", "2.99.0")
    paths.add(compile_module._cache_file(weights, "fp32"))

    assert len(paths) == 6
    assert {os.path.dirname(path) for path in paths} == {str(cache)}


def test_a_cache_that_cannot_be_written_only_costs_time(
    weights: Weights, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))

    assert probabilities(compiled(weights, "fp32")).shape == (3, 1000)


def test_the_cache_does_not_grow_without_end(weights: Weights, cache: Path) -> None:
    cache.mkdir(mode=0o700)
    for name in ("somebody else's", "compiled-notes.txt"):
        (cache / name).write_text("stays")
    for age in range(6):
        old = cache / f"compiled-{age:032x}.pt"
        old.write_text("of another torch")
        os.utime(old, (1000 - age, 1000 - age))
    compiled(weights, "fp32")

    names = {path.name for path in cache.iterdir()}
    assert {"somebody else's", "compiled-notes.txt", *(f"compiled-{age:032x}.pt" for age in range(3))} < names
    assert len(names) == 6


def test_no_warning_reaches_the_user_and_others_are_not_silenced(weights: Weights, cache: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        compiled(weights, "fp32")
        compiled(weights, "fp32")
    with torchscript._quiet(), pytest.raises(FutureWarning):
        warnings.warn("something else is deprecated", FutureWarning, stacklevel=1)


def test_a_cache_file_that_cannot_be_replaced_leaves_nothing_behind(weights: Weights, cache: Path) -> None:
    compiled(weights, "fp32")
    path = only_file(cache)
    path.unlink()
    path.mkdir()  # a folder in the place of the file: it can be neither read nor replaced

    assert probabilities(compiled(weights, "fp32")).shape == (3, 1000)
    assert list(cache.iterdir()) == [path]
