"""Serving on a port: one client, by TCP or by WebSocket, and no page that comes from elsewhere."""

import json
import re
import socket
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect
from wire import INITIALIZE, framed, text_of

SESSION: list[dict[str, Any]] = [
    {"id": 1, "method": "initialize", "params": INITIALIZE},
    {"id": 2, "method": "shutdown"},
    {"method": "exit"},
]


def command(*options: str) -> list[str]:
    return [sys.executable, "-m", "confiture", "serve", *options]


@contextmanager
def serving(option: str, directory: Path) -> Generator[tuple[subprocess.Popen[str], int]]:
    """A server that waits for its client, and its port."""
    with subprocess.Popen(command(option, "0"), cwd=directory, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr
        found = re.search(r"listening on 127\.0\.0\.1:(\d+)$", process.stderr.readline())
        assert found
        try:
            yield process, int(found[1])
        finally:
            process.kill()


def converse(connection: ClientConnection) -> str:
    """A whole session; returns how the server called itself."""
    name = ""
    for message in SESSION:
        connection.send(text_of(message))
        while "id" in message:
            frame = connection.recv()
            assert isinstance(frame, str)
            answer = json.loads(frame)
            if answer.get("id") == message["id"]:
                name = name or answer["result"]["serverInfo"]["name"]
                break
    return name


def test_tcp_serves_one_client_until_it_says_goodbye(tmp_path: Path) -> None:
    with serving("--tcp", tmp_path) as (process, port):
        with socket.create_connection(("127.0.0.1", port)) as client:
            for message in SESSION:
                client.sendall(framed(message))
            said = b"".join(iter(lambda: client.recv(65536), b"")).decode()
        assert '"name": "confiture"' in said
        assert '"id": 2' in said
        assert process.wait(30) == 0


def test_tcp_lets_nobody_in_beside_its_client(tmp_path: Path) -> None:
    with serving("--tcp", tmp_path) as (_, port), socket.create_connection(("127.0.0.1", port)) as client:
        client.sendall(framed(SESSION[0]))
        assert client.recv(1)  # the client was met
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port))


def test_websocket_lets_nobody_in_beside_its_client(tmp_path: Path) -> None:
    with serving("--websocket", tmp_path) as (_, port), connect(f"ws://127.0.0.1:{port}") as client:
        client.send(text_of(SESSION[0]))
        assert client.recv()  # the client was met
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port))


def test_a_client_that_just_leaves_ends_the_server(tmp_path: Path) -> None:
    with serving("--tcp", tmp_path) as (process, port):
        with socket.create_connection(("127.0.0.1", port)):
            pass
        assert process.wait(30) == 0
    with serving("--websocket", tmp_path) as (process, port):
        with connect(f"ws://127.0.0.1:{port}"):
            pass
        assert process.wait(30) == 0


@pytest.mark.parametrize("origin", [None, "http://localhost:3000", "https://127.0.0.1"])
def test_websocket_serves_pages_of_this_machine_and_programs(origin: Any, tmp_path: Path) -> None:
    with serving("--websocket", tmp_path) as (process, port):
        with connect(f"ws://127.0.0.1:{port}", origin=origin) as connection:
            assert converse(connection) == "confiture"
        assert process.wait(30) == 0


@pytest.mark.parametrize("origin", ["https://evil.example", "http://localhost.evil.example", "null"])
def test_websocket_refuses_pages_from_elsewhere_and_goes_on_waiting(origin: Any, tmp_path: Path) -> None:
    with serving("--websocket", tmp_path) as (_, port):
        with pytest.raises(InvalidStatus, match="403"), connect(f"ws://127.0.0.1:{port}", origin=origin):
            pass
        with connect(f"ws://127.0.0.1:{port}") as connection:
            assert converse(connection) == "confiture"


@pytest.mark.parametrize("option", ["--tcp", "--websocket"])
def test_a_port_that_is_taken_is_one_clear_message(option: str, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = subprocess.run(command(option, str(port)), cwd=tmp_path, capture_output=True, text=True, check=False)
    assert result.returncode == 2
    assert f"nobody can listen on port {port} of 127.0.0.1" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_missing_package_is_named(tmp_path: Path) -> None:
    program = (
        "import sys; sys.modules['websockets'] = None; from confiture.lsp import main; sys.exit(main(sys.argv[1:]))"
    )
    result = subprocess.run(
        [sys.executable, "-c", program, "--websocket", "0"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert result.returncode == 2
    assert "pip install 'confiture-lsp[websocket]'" in result.stderr
    assert "Traceback" not in result.stderr
