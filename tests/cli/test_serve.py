"""``confiture serve`` is the language server."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from command import SECONDS, environment


def _framed(message: dict[str, Any]) -> bytes:
    body = json.dumps({"jsonrpc": "2.0", **message}).encode()
    return b"Content-Length: %d\r\n\r\n%s" % (len(body), body)


def test_serves_the_language_server_protocol_until_told_to_end(tmp_path: Path) -> None:
    initialize = {"id": 1, "method": "initialize", "params": {"processId": None, "rootUri": None, "capabilities": {}}}
    session = [initialize, {"id": 2, "method": "shutdown"}, {"method": "exit"}]
    answer = subprocess.run(
        [sys.executable, "-m", "confiture", "serve", "--stdio"],
        cwd=tmp_path,
        env=environment(),
        input=b"".join(map(_framed, session)),
        capture_output=True,
        timeout=SECONDS,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr.decode()
    assert b'"serverInfo"' in answer.stdout
    assert b"Traceback" not in answer.stderr
