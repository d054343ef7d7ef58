"""Serving on standard input and output.

pygls has a thread read each line and then the body of a message, so that one message goes from thread to thread four
times. While a run computes, each time waits for the interpreter: that alone was 10 to 17 ms before a handler began.
"""

import asyncio
import os
import sys
from contextlib import suppress
from threading import Thread

from pygls.io_ import StdoutWriter
from pygls.lsp.server import LanguageServer

from confiture.lsp.conversation import Input, converse

_CHUNK_BYTES = 1 << 16


async def serve_standard_io(server: LanguageServer) -> None:
    """Serves until the client leaves; raises what `converse` raises."""
    server.protocol.set_writer(StdoutWriter(sys.stdout.buffer))
    messages = Input(server)
    loop = asyncio.get_running_loop()
    Thread(target=_feed, args=(messages, loop), name="confiture-input", daemon=True).start()
    await converse(server, messages)


def _feed(messages: Input, loop: asyncio.AbstractEventLoop) -> None:
    """Passes on what comes in, as it comes."""
    # Not from the buffer, whose lock a thread that waits for input would keep when the process is to end.
    file = sys.stdin.fileno()
    with suppress(RuntimeError):  # the loop has ended
        while data := os.read(file, _CHUNK_BYTES):
            loop.call_soon_threadsafe(messages.feed_data, data)
        loop.call_soon_threadsafe(messages.feed_eof)
