"""Programs that judge a database: started with its URL, bounded in time and output, and ended with us."""

import os
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Self, cast

from confiture.oracles import leash
from confiture.postgres.errors import Interrupted

_KEPT_BYTES = 64 * 1024
_CHUNK_BYTES = 64 * 1024
_PATIENCE_SECONDS = 5.0
"""How long a leash may take to end its program."""


class Process:
    """A running program and the end of what it printed. Leaving the context ends it and all that it started."""

    def __init__(
        self, command: Sequence[str], *, directory: Path, environment: Mapping[str, str], inherited: Sequence[int] = ()
    ) -> None:
        """Starts ``command``, whose program exists, in ``directory``; it inherits some file descriptors."""
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", leash.__file__, *command],
            cwd=directory,
            env=dict(environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            pass_fds=inherited,
            start_new_session=True,  # a Ctrl-C of the terminal is for us, and the leash must outlive it
        )
        self._input = cast("IO[bytes]", self._process.stdin)
        self._output = cast("IO[bytes]", self._process.stdout)
        self._closing = threading.Lock()
        self._interrupted = False
        self._printed = bytearray()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._end()

    def wait(self, seconds: float) -> int | None:
        """The exit status; None when the program did not end in time, and was ended.

        Raises:
            Interrupted: `interrupt` was called.
        """
        try:
            status = self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            status = None
            self._end()
        if self._interrupted:
            raise Interrupted
        self._reader.join(_PATIENCE_SECONDS)
        return status

    def interrupt(self) -> None:
        """Ends the program and its `wait`. Callable from any thread, any number of times."""
        self._interrupted = True
        self._loosen()

    def _loosen(self) -> None:
        with self._closing, suppress(OSError):
            self._input.close()

    @property
    def printed(self) -> str:
        """The end of what the program printed, without blanks around it."""
        return self._printed.decode("utf-8", "replace").strip()

    def _end(self) -> None:
        self._loosen()
        try:
            self._process.wait(_PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._reader.join(_PATIENCE_SECONDS)
        if not self._reader.is_alive():  # else a daemon has left the group, and holds the other end
            self._output.close()

    def _read(self) -> None:
        while chunk := os.read(self._output.fileno(), _CHUNK_BYTES):
            self._printed += chunk
            del self._printed[:-_KEPT_BYTES]
