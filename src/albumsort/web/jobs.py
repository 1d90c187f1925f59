"""What the web app has the library do: one thing at a time, in a thread of its own, under the pipeline's own lock."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from albumsort.errors import AlbumsortError, LibraryBusyError
from albumsort.messages import gettext as _
from albumsort.pipeline.scan_options import RECOGNISING

Kind = Literal["look", "preview", "do", "preview-undo", "undo"]

MOST_MESSAGES = 200
"""What a run says beyond this is left out: the page shows it as a list."""


@dataclass(slots=True)
class Job:
    """One run, with the ``action`` that it is about or "", and how far it is: ``done`` of ``total`` in the ``stage``.

    ``read`` counts the files that had to be read. ``said`` is what it told on its way, ``lines`` are what came of it,
    ``trouble`` what ended it before its time; ``busy`` says that this was another run.
    """

    number: int
    kind: Kind
    action: str = ""
    running: bool = True
    stopping: bool = False
    stage: str = ""
    done: int = 0
    read: int = 0
    total: int = 0
    said: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    trouble: str = ""
    busy: bool = False

    def say(self, message: str) -> None:
        """Something that the user should know."""
        if len(self.said) < MOST_MESSAGES:
            self.said.append(message)

    tell = say

    def step(self, stage: str, total: int, done: int) -> None:
        """``done`` more of ``total`` in this stage."""
        before = self.done if stage == self.stage else 0
        self.stage, self.total, self.done = stage, total, before + done
        if stage == RECOGNISING:
            self.read += done

    def stopped(self) -> bool:
        """Whether it is to end at the next file."""
        return self.stopping


class Jobs:
    """Starts jobs, and knows the last one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self.last: Job | None = None

    def start(self, kind: Kind, work: Callable[[Job], list[str]], *, action: str = "") -> Job:
        """Begin ``work``, which returns what came of it in lines. Raises AlbumsortError while another job runs.

        A look that runs is no such job where this is one too: it is stopped, since it sees what no longer holds.
        """
        with self._lock:
            if self.last and self.last.running:
                if (self.last.kind, kind) != ("look", "look"):
                    raise AlbumsortError(_("something is being done already; wait until it is done, or stop it"))
                self.end()
            job = self.last = Job(self.last.number + 1 if self.last else 1, kind, action)
            self._thread = threading.Thread(target=_run, args=(job, work), name=f"job {job.number}", daemon=False)
            self._thread.start()
        return job

    def stop(self) -> None:
        """Have the job that runs end at its next file; what it did until then is journaled like everything."""
        if self.last and self.last.running:
            self.last.stopping = True

    def end(self) -> None:
        """Stop what runs, and wait until it has ended."""
        self.stop()
        if self._thread:
            self._thread.join()


def told(job: Job) -> dict[str, Any]:
    """The job as JSON has it, in the language that is spoken."""
    return asdict(job) | {"stage": _(job.stage) if job.stage else ""}


def _run(job: Job, work: Callable[[Job], list[str]]) -> None:
    try:
        job.lines = work(job)
    except AlbumsortError as error:
        job.trouble, job.busy = str(error), isinstance(error, LibraryBusyError)
    except OSError as error:
        job.trouble = f"{error.filename or ''}: {error.strerror or error}".removeprefix(": ")
    except Exception as error:
        job.trouble = _("a defect of albumsort: {error}").format(error=f"{type(error).__name__}: {error}")
        raise
    finally:
        job.running = False
