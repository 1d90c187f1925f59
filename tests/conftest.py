"""What all tests share: folders of their own instead of the user's caches, no network, and the trained weights."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

# A test that is slow on a busy machine is not a wrong one.
settings.register_profile("albumsort", deadline=None)
settings.load_profile("albumsort")

REPOSITORY = Path(__file__).parents[1]


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--soak`` and ``--soak-seed``: the tests that kill and disturb real runs do it a few times, or for hours.

    ``--real-cron``: a cron daemon is started, with the crontab of root, and waited for.
    """
    parser.addoption("--soak", type=int, default=0, metavar="N", help="kill N runs, and make every call fail in turn")
    parser.addoption(
        "--soak-seed", type=int, default=1, metavar="SEED", help="other moments; to run parts side by side"
    )
    parser.addoption("--real-cron", action="store_true", help="let a cron daemon run nights, a minute each; as root")


@pytest.fixture(scope="session", autouse=True)
def _own_caches_and_no_network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Compiled networks are shared by the tests of one run, in this process and others; nothing is downloaded."""
    cache = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(cache))
        patch.setenv("XDG_CONFIG_HOME", str(cache / "config"))  # no settings of whoever runs the tests
        patch.setenv("TORCH_HOME", str(cache / "torch"))
        patch.setenv("LANG", "C.UTF-8")  # whatever language whoever runs the tests speaks
        for name in ("LC_ALL", "LC_MESSAGES", "LANGUAGE"):
            patch.delenv(name, raising=False)
        patch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)  # or each of thousands of runs compiles all modules
        # Nothing listens on this port, so that every request but those to the tests' own servers fails at once.
        for name in ("http_proxy", "https_proxy"):
            patch.setenv(name, "http://127.0.0.1:9")
            patch.delenv(name.upper(), raising=False)
        patch.setenv("no_proxy", "127.0.0.1")
        yield


@pytest.fixture(autouse=True)
def _own_language() -> Iterator[None]:
    """The language that a command of this process spoke is not that of the commands of the next test."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LANGUAGE", os.environ.get("LANGUAGE", ""))
        yield


@pytest.fixture(scope="session")
def resnet18_weights() -> str:
    """A file of trained ResNet-18 weights: ``ALBUMSORT_TEST_WEIGHTS``, or the one beside the repository."""
    path = os.environ.get("ALBUMSORT_TEST_WEIGHTS") or str(
        REPOSITORY.parent / "shared" / "models" / "resnet18-imagenet.pth"
    )
    if not os.path.isfile(path):
        pytest.skip(f"no trained ResNet-18 weights: {path} is not there (name a file in ALBUMSORT_TEST_WEIGHTS)")
    return path
