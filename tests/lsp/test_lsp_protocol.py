"""Messages at the wrong time, unknown ones and malformed ones: each request gets an answer, and the server lives on."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from editor import started
from wire import INITIALIZE, framed

from confiture.lsp.server import create

HOVER = {"textDocument": {"uri": "file:///a.sql"}, "position": {"line": 0, "character": 0}}


class Wire:
    """The bare protocol, for what no client would send."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process
        self._count = 0

    def send(self, message: dict[str, Any]) -> None:
        self.write(framed(message))

    def write(self, data: bytes) -> None:
        assert self.process.stdin
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def ask(self, method: str, params: object) -> dict[str, Any]:
        """The response to a request; whatever else comes meanwhile is dropped."""
        self._count += 1
        self.send({"id": self._count, "method": method, "params": params})
        return self.answer(self._count)

    def answer(self, number: int) -> dict[str, Any]:
        """The response to the request with this number."""
        while (message := self._receive()).get("id") != number:
            assert message, f"no answer to request {number}"
        return message

    def _receive(self) -> dict[str, Any]:
        assert self.process.stdout
        length = 0
        while line := self.process.stdout.readline().strip():
            name, _, value = line.partition(b": ")
            length = int(value) if name == b"Content-Length" else length
        return json.loads(self.process.stdout.read(length)) if length else {}


@pytest.fixture
def wire(tmp_path: Path) -> Iterator[Wire]:
    command = [sys.executable, "-m", "confiture", "serve", "--stdio"]
    variables = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2] / "server")}
    pipes: Any = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, cwd=tmp_path, env=variables, **pipes) as process:
        yield Wire(process)
        process.kill()


def test_the_server_starts_without_what_only_runs_need() -> None:
    heavy = ("psycopg", "sqlglot", "rich")
    program = f"import sys, confiture.lsp.server; print([name for name in {heavy} if name in sys.modules])"
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert answer.stdout == "[]\n"


async def _noticed() -> None:
    """Handles a notification."""


@pytest.mark.asyncio
async def test_what_is_done_is_forgotten() -> None:
    server, _ = create()
    done = asyncio.Event()
    server.protocol._execute_handler("notification", _noticed, lambda _: done.set())
    assert server.protocol._request_futures
    await done.wait()
    await asyncio.sleep(0)  # one round of the loop
    assert not server.protocol._request_futures


@pytest.mark.asyncio
async def test_a_shutdown_may_come_while_the_settings_are_asked_for(tmp_path: Path) -> None:
    for _ in range(3):
        async with started(tmp_path, settings={}) as editor:
            assert editor.capabilities


def test_requests_before_initialize_and_after_shutdown_are_refused(wire: Wire) -> None:
    wire.send({"method": "textDocument/didSave", "params": {"textDocument": {"uri": "file:///a.sql"}}})
    assert wire.ask("textDocument/hover", HOVER)["error"]["code"] == -32002
    assert wire.ask("initialize", INITIALIZE)["result"]["serverInfo"]["name"] == "confiture"
    assert wire.ask("textDocument/hover", HOVER)["result"] is None
    assert wire.ask("shutdown", None)["result"] is None
    refused = wire.ask("textDocument/hover", HOVER)["error"]
    assert (refused["code"], refused["message"]) == (-32600, "textDocument/hover: the server was shut down")
    wire.send({"method": "textDocument/didSave", "params": {"textDocument": {"uri": "file:///a.sql"}}})
    wire.send({"method": "exit"})
    assert wire.process.wait(30) == 0


def test_an_exit_that_nobody_announced_is_a_failure(wire: Wire) -> None:
    wire.ask("initialize", INITIALIZE)
    wire.send({"method": "exit"})
    assert wire.process.wait(30) == 1


@pytest.mark.parametrize("size", [1 << 20, 3000, 7], ids=["all at once", "in pieces", "bit by bit"])
def test_messages_are_read_however_they_are_cut(size: int, wire: Wire) -> None:
    wire.ask("initialize", INITIALIZE)
    document = {"uri": "file:///a.sql", "languageId": "sql", "version": 1, "text": "SELECT 'é𝄞';\n" * 2000}
    request = {"id": 77, "method": "textDocument/hover", "params": HOVER}
    data = framed({"method": "textDocument/didOpen", "params": {"textDocument": document}}) + framed(request)
    for start in range(0, len(data), size):
        wire.write(data[start : start + size])
    assert wire.answer(77)["result"] is None


@pytest.mark.parametrize(
    ("method", "params", "code"),
    [
        ("workspace/executeCommand", {"command": "confiture.nonsense"}, -32602),
        ("workspace/executeCommand", {"command": 5}, -32602),
        ("textDocument/hover", {"textDocument": {"uri": "file:///a.sql"}, "position": "here"}, -32602),
        ("textDocument/codeAction", {}, -32602),
        ("textDocument/definition", HOVER, -32601),
        ("confiture/nonsense", None, -32601),
    ],
    ids=["unknown command", "no name", "no position", "no parameters", "method not offered", "no method"],
)
def test_what_makes_no_sense_is_refused_and_the_server_lives_on(
    method: str, params: object, code: int, wire: Wire
) -> None:
    wire.ask("initialize", INITIALIZE)
    assert wire.ask(method, params)["error"]["code"] == code
    assert wire.ask("textDocument/hover", HOVER)["result"] is None
