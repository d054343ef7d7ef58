"""The two ways of running pytest for one database after the other."""

import json
import os
import select
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Protocol, Self

from confiture.oracles.process import Process
from confiture.oracles.program import ProgramTimeout, Watch

_WORKER = Path(__file__).with_name("pytest_worker.py")
_CHUNK_BYTES = 64 * 1024
_PATIENCE_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Reply:
    """What `pytest_worker` says of one database.

    Attributes:
        outcomes: of each test that ran: passed, failed or skipped.
        failed: the first test that failed, if any.
        message: what pytest says of it.
        error: why no test ran; empty when some did, or had to.
    """

    outcomes: Mapping[str, str] = field(default_factory=dict[str, str])
    failed: str | None = None
    message: str = ""
    error: str = ""

    def with_outcome(self, outcome: str) -> frozenset[str]:
        """The tests that ended so."""
        return frozenset(test for test, became in self.outcomes.items() if became == outcome)


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be run.

    Attributes:
        python: that has the project's packages.
        left_out: ids of tests that do not run.
        first: the first failure ends it.
    """

    python: str
    environment: Mapping[str, str] = field(repr=False)
    seconds: float
    left_out: frozenset[str] = frozenset()
    first: bool = True

    @property
    def text(self) -> str:
        """As a line for the worker."""
        return json.dumps({"left_out": sorted(self.left_out), "first": self.first})


class Runs(Protocol):
    """A way of running pytest."""

    def run(self, request: Request) -> Reply:
        """The reply to one request.

        Raises:
            ProgramTimeout: it took too long.
            Interrupted: the run was closed.
        """
        ...


class Cold:
    """A process for each request."""

    def __init__(self, root: Path, arguments: Sequence[str], watch: Watch) -> None:
        """For tests below ``root`` that ``arguments`` of pytest choose."""
        self._root = root
        self._arguments = arguments
        self._watch = watch

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Nothing runs between requests."""

    def run(self, request: Request) -> Reply:
        """See `Runs`."""
        with TemporaryDirectory(prefix="confiture-") as folder:
            asked, told = Path(folder, "request.json"), Path(folder, "reply.json")
            asked.write_text(request.text, "utf-8")
            command = [request.python, str(_WORKER), "once", str(asked), str(told), *self._arguments]
            process = Process(command, directory=self._root, environment=request.environment)
            with process, self._watch(process):
                if process.wait(request.seconds) is None:
                    raise ProgramTimeout("did not end in time")
            return _read(told.read_bytes()) if told.exists() else Reply(error=process.printed or "pytest said nothing")


class Warm:
    """One process that forks for each request. After one that took too long, another one is started."""

    def __init__(self, root: Path, arguments: Sequence[str], watch: Watch) -> None:
        """For tests below ``root`` that ``arguments`` of pytest choose."""
        self._root = root
        self._arguments = arguments
        self._watch = watch
        self._resources = ExitStack()
        self._worker: _Worker | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._close()

    def run(self, request: Request) -> Reply:
        """See `Runs`."""
        end = time.monotonic() + request.seconds
        worker = self._worker or self._start(request)
        worker.send(request.text)
        line = worker.receive(end)
        if line is None:
            self._close()
            raise ProgramTimeout("did not end in time")
        if line:
            return _read(line)
        worker.process.wait(_PATIENCE_SECONDS)
        said = worker.process.printed
        self._close()
        return Reply(error=said or "pytest said nothing")

    def _start(self, request: Request) -> "_Worker":
        worker = _Worker(request, self._root, self._arguments)
        self._resources.callback(worker.close)
        self._resources.enter_context(worker.process)
        self._resources.enter_context(self._watch(worker.process))
        self._worker = worker
        return worker

    def _close(self) -> None:
        self._worker = None
        self._resources.close()


class _Worker:
    """A warm process with a pipe to it and one from it."""

    def __init__(self, request: Request, root: Path, arguments: Sequence[str]) -> None:
        asked, self._ask = os.pipe()
        self._tell, told = os.pipe()
        command = [request.python, str(_WORKER), "serve", str(asked), str(told), *arguments]
        self.process = Process(command, directory=root, environment=request.environment, inherited=(asked, told))
        os.close(asked)
        os.close(told)

    def send(self, text: str) -> None:
        """Asks for something; a process that has ended says so when it is listened to."""
        try:
            os.write(self._ask, text.encode() + b"\n")
        except BrokenPipeError:
            return

    def receive(self, end: float) -> bytes | None:
        """One line; empty when the process has ended, None when it is late."""
        line = bytearray()
        while not line.endswith(b"\n"):
            ready, _, _ = select.select([self._tell], [], [], max(0.0, end - time.monotonic()))
            if not ready:
                return None
            chunk = os.read(self._tell, _CHUNK_BYTES)
            if not chunk:
                return b""
            line += chunk
        return bytes(line)

    def close(self) -> None:
        """Closes the pipes."""
        os.close(self._ask)
        os.close(self._tell)


def _read(said: bytes) -> Reply:
    return Reply(**json.loads(said))
