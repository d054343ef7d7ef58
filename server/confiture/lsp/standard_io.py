"""Serving on standard input and output.

pygls has a thread read each line and then the body of a message, so that one message goes from thread to thread four
times. While a run computes, each time waits for the interpreter: that alone was 10 to 17 ms before a handler began.
"""

import asyncio
import logging
import os
import sys
from contextlib import suppress
from threading import Event, Thread
from typing import TYPE_CHECKING, cast

from pygls.io_ import StdoutWriter, run_async
from pygls.lsp.server import LanguageServer

if TYPE_CHECKING:
    from confiture.lsp.protocol import Protocol

_CHUNK_BYTES = 1 << 16

logger = logging.getLogger("confiture.lsp")


def serve_standard_io(server: LanguageServer) -> None:
    """Serves until the client leaves: it says so, input ends, or nobody reads our output any more.

    Raises:
        SystemExit: the client said so; the code tells whether it had announced it, as the protocol wants.
    """
    server.protocol.set_writer(StdoutWriter(sys.stdout.buffer))
    try:
        asyncio.run(_serve(server))
    except BrokenPipeError:
        logger.warning("the client is gone")
    finally:
        server.shutdown()


class _Input(asyncio.StreamReader):
    """What came in so far, of which several messages can be here at once."""

    def __init__(self, protocol: "Protocol") -> None:
        super().__init__()
        self._protocol = protocol

    async def readline(self) -> bytes:
        """The next line of a header, or nothing where input ends, but not while a shutdown is under way."""
        await self._protocol.end()
        return await super().readline()

    async def readexactly(self, n: int) -> bytes:
        """The body of a message, once the handler of the one before it has begun."""
        await asyncio.sleep(0)
        return await super().readexactly(n)


async def _serve(server: LanguageServer) -> None:
    stream = _Input(cast("Protocol", server.protocol))
    loop = asyncio.get_running_loop()
    Thread(target=_feed, args=(stream, loop), name="confiture-input", daemon=True).start()
    await run_async(Event(), stream, server.protocol, logger, server.report_server_error)


def _feed(stream: asyncio.StreamReader, loop: asyncio.AbstractEventLoop) -> None:
    """Passes on what comes in, as it comes."""
    # Not from the buffer, whose lock a thread that waits for input would keep when the process is to end.
    file = sys.stdin.fileno()
    with suppress(RuntimeError):  # the loop has ended
        while data := os.read(file, _CHUNK_BYTES):
            loop.call_soon_threadsafe(stream.feed_data, data)
        loop.call_soon_threadsafe(stream.feed_eof)
