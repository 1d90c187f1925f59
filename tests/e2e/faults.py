"""Making the system calls of a run fail, one at a time: in the process itself, or really, with strace."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import NamedTuple

import pytest

from .conftest import ALBUMSORT, Library
from .recovery import Result

ERRORS = ("ENOSPC", "EIO", "EACCES", "EXDEV", "EROFS")
"""A full disk, a broken one, no permission, another file system, a read-only one."""


class Call(NamedTuple):
    """The ``number``-th call (from 1) of one name."""

    name: str
    number: int


SERVER = r"""
import errno, json, os, sys

sys.argv[0] = "albumsort"
import albumsort.cli.main, albumsort.cli.scan, albumsort.cli.undo, albumsort.pipeline.scan, albumsort.pipeline.undo
import albumsort.plan.summary, albumsort.cli.progress, filelock, psutil, yaml, tempfile, shutil

WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT
EVENTS = {"os." + name for name in "chmod chown link mkdir remove rename rmdir setxattr symlink truncate utime".split()}


def disturb(folders, wanted, error):
    seen = []

    def happens(name, path):
        if not any(os.fsdecode(path).startswith(folder + "/") for folder in folders):
            return
        seen.append(name)
        if wanted == [name, seen.count(name)]:
            raise OSError(getattr(errno, error), os.strerror(getattr(errno, error)), path)

    def audited(event, arguments):
        if event == "open" and isinstance(arguments[0], (str, bytes)) and arguments[2] & WRITES:
            happens("open", arguments[0])
        elif event in EVENTS:
            happens(event, next((path for path in arguments if isinstance(path, (str, bytes))), ""))

    def fsync(handle, original=os.fsync):
        happens("os.fsync", os.readlink(f"/proc/self/fd/{handle}") if os.path.isdir("/proc/self/fd") else folders[0])
        original(handle)

    os.fsync = fsync
    sys.addaudithook(audited)
    return seen


for line in sys.stdin:
    task = json.loads(line)
    child = os.fork()
    if not child:
        out = os.open(task["output"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(out, 1)
        os.dup2(out, 2)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        sys.argv[1:] = task["arguments"]
        seen = disturb(task["folders"], task["call"], task["error"])
        code = 0
        try:
            albumsort.cli.main.run()
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 1 if end.code else 0
        except BaseException:
            import traceback
            traceback.print_exc()
            code = 99
        for stream in (sys.stdout, sys.stderr):
            stream and stream.flush()
        with open(task["output"] + ".seen", "w") as file:
            json.dump(seen, file)
        os._exit(code)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""
"""Runs one command a line, each in a fork of itself, so that nothing is imported twice."""


class Server:
    """A process that runs commands of albumsort, with one of their calls failing; for a ``with`` block."""

    def __init__(self, library: Library, folders: Sequence[Path] = ()) -> None:
        """Calls on anything below ``folders`` count."""
        self._folders = [*map(str, folders)]
        self._output = library.home / "output"
        self._process = subprocess.Popen(
            [sys.executable, "-c", SERVER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=library.environment,
            cwd=library.home,
        )

    def __enter__(self) -> Server:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _: TracebackType | None
    ) -> None:
        self._process.communicate()

    def run(self, arguments: Sequence[object], call: Call | None = None, error: str = "EIO") -> Result:
        """Run a command in which this call, if any, fails."""
        task = {"arguments": [*map(str, arguments)], "folders": self._folders, "output": str(self._output)}
        if self._process.stdin is None or self._process.stdout is None:
            raise AssertionError("the process has no pipes")
        self._process.stdin.write(json.dumps(task | {"call": call, "error": error}) + "\n")
        self._process.stdin.flush()
        code = int(self._process.stdout.readline())
        failed = call is not None and self._seen()[call.name] >= call.number
        return Result(code, self._output.read_text(errors="replace"), failed)

    def calls(self) -> list[Call]:
        """All calls that the last command made."""
        return [Call(name, number) for name, count in self._seen().items() for number in range(1, count + 1)]

    def _seen(self) -> Counter[str]:
        return Counter(json.loads(Path(f"{self._output}.seen").read_text()))


SYSTEM_CALLS = (
    *("link", "linkat", "unlink", "unlinkat", "rename", "renameat", "renameat2", "symlink", "symlinkat"),
    *("mkdir", "mkdirat", "rmdir", "openat", "write", "pwrite64", "fsync", "fdatasync", "ftruncate"),
    *("chmod", "fchmod", "fchmodat", "chown", "fchown", "lchown", "fchownat", "utimensat"),
    *("setxattr", "lsetxattr", "fsetxattr", "copy_file_range", "sendfile"),
)


def without_strace() -> str:
    """Why strace cannot be used here, or ""."""
    if not shutil.which("strace"):
        return "strace is not installed"
    works = subprocess.run(["strace", "-e", "inject=mkdir:error=EIO", "true"], capture_output=True, check=False)
    return "" if works.returncode == 0 else "strace may not trace here"


class Traced:
    """Runs the installed command under strace, with one of its system calls failing."""

    def __init__(self, library: Library, folders: Sequence[Path]) -> None:
        self._library = library
        self._folders = [*map(str, folders)]
        self._log = library.home / "strace"

    def run(self, arguments: Sequence[object], call: Call | None = None, error: str = "EIO") -> Result:
        """Run a command in which this call, if any, fails."""
        trace = ",".join(f"?{name}" for name in SYSTEM_CALLS) if call is None else call.name
        inject = () if call is None else ("-e", f"inject={call.name}:error={error}:when={call.number}")
        result = subprocess.run(
            [
                *("strace", "-f", "-y", "-qq", "-s", "0", "-e", "signal=none", "-o", self._log),
                *("-e", f"trace={trace}", *inject, ALBUMSORT, *map(str, arguments)),
            ],
            env=self._library.environment | {"PYTHONDONTWRITEBYTECODE": "1"},
            cwd=self._library.home,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )
        return Result(result.returncode, result.stdout + result.stderr, any(map(self._is_hit, self._lines())))

    def calls(self) -> list[Call]:
        """The calls of the last command that wrote something below the folders, numbered among all of their name."""
        seen: Counter[tuple[str, str]] = Counter()
        found = []
        for line in self._lines():
            match = re.match(r"(\d+) +(\w+)\(", line)
            if match:
                thread, name = match.group(1), match.group(2)
                seen[thread, name] += 1  # strace counts by thread, and the first one does what is looked at here
                if thread == self._main() and self._is_ours(line):
                    found.append(Call(name, seen[thread, name]))
        return found

    def _main(self) -> str:
        return self._lines()[0].split()[0]

    def _lines(self) -> list[str]:
        return self._log.read_text(errors="replace").splitlines()

    def _is_ours(self, line: str) -> bool:
        reads = " openat(" in line and not re.search("O_WRONLY|O_RDWR|O_CREAT", line)
        return not reads and any(folder in line for folder in self._folders)

    def _is_hit(self, line: str) -> bool:
        return "(INJECTED)" in line and self._is_ours(line)


def skip_without_strace() -> None:
    """Skip the test, saying why, where strace is missing."""
    reason = without_strace()
    if reason:
        pytest.skip(reason)
