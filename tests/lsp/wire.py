"""Messages as they are sent, for what no client would send."""

import json
import os
from typing import Any

INITIALIZE: dict[str, Any] = {"processId": os.getpid(), "rootUri": None, "capabilities": {}}


def text_of(message: dict[str, Any]) -> str:
    """``message`` as a frame of a WebSocket."""
    return json.dumps({"jsonrpc": "2.0", **message})


def framed(message: dict[str, Any]) -> bytes:
    """``message`` as a stream has it."""
    body = text_of(message).encode()
    return b"Content-Length: %d\r\n\r\n%b" % (len(body), body)
