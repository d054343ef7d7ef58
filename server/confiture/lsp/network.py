"""Serving one client on a port of this machine: by TCP, or by WebSocket, as editors in a browser speak."""

import asyncio
import logging
import re
from contextlib import suppress
from typing import TYPE_CHECKING

from pygls.lsp.server import LanguageServer

from confiture.errors import ConfigError
from confiture.lsp.conversation import Input, converse

if TYPE_CHECKING:
    from websockets.asyncio.server import ServerConnection

_HOST = "127.0.0.1"
_OWN_PAGES = re.compile(r"https?://(localhost|127\.0\.0\.1|\[::1\])(:\d+)?")
"""Any page that a browser shows may open a WebSocket to this machine; those of others must not reach its files."""
_LEAVING_SECONDS = 1

logger = logging.getLogger("confiture.lsp")


async def serve_tcp(server: LanguageServer, *, port: int) -> None:
    """Serves the first client that connects until it leaves.

    Raises:
        ConfigError: nobody can listen on ``port``.
        SystemExit, EOFError, ConnectionError: see `converse`.
    """
    loop = asyncio.get_running_loop()
    first: asyncio.Future[tuple[Input, asyncio.StreamWriter]] = loop.create_future()

    def meet(messages: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if first.done() or not isinstance(messages, Input):
            writer.close()
        else:
            first.set_result((messages, writer))

    try:
        listener = await loop.create_server(lambda: asyncio.StreamReaderProtocol(Input(server), meet), _HOST, port)
    except (OSError, OverflowError) as error:
        raise _cannot_listen(port, error) from error
    _announce(listener.sockets[0].getsockname())
    messages, writer = await first
    listener.close()
    server.protocol.set_writer(writer)
    await converse(server, messages)


async def serve_websocket(server: LanguageServer, *, port: int) -> None:
    """Serves the first client that connects until it leaves; each message is a frame of its own.

    Pages that come from elsewhere than this machine are refused.

    Raises:
        ConfigError: the package for it is missing, or nobody can listen on ``port``.
        SystemExit, ConnectionError: see `converse`.
    """
    try:
        from websockets.asyncio.server import serve
    except ImportError:
        raise ConfigError(
            "--websocket needs the package websockets, which is not installed: "
            "pip install 'confiture-lsp[websocket]' brings it"
        ) from None
    first: asyncio.Future[ServerConnection] = asyncio.get_running_loop().create_future()

    async def meet(connection: "ServerConnection") -> None:
        if not first.done():
            first.set_result(connection)
            await connection.wait_closed()

    try:
        listener = await serve(
            meet, _HOST, port, origins=[None, _OWN_PAGES], max_size=None, close_timeout=_LEAVING_SECONDS
        )
    except (OSError, OverflowError) as error:
        raise _cannot_listen(port, error) from error
    async with listener:
        _announce(next(iter(listener.sockets)).getsockname())
        connection = await first
        listener.close(close_connections=False)
        messages, frames = Input(server), _Frames()
        server.protocol.set_writer(frames, include_headers=False)
        carriers = [asyncio.create_task(_feed(messages, connection)), asyncio.create_task(frames.send(connection))]
        try:
            await converse(server, messages)
        finally:
            for carrier in carriers:
                carrier.cancel()


class _Frames:
    """Messages on their way out, as pygls writes them."""

    def __init__(self) -> None:
        self._unsent: asyncio.Queue[bytes] = asyncio.Queue()

    def write(self, data: bytes) -> None:
        """Takes one message."""
        self._unsent.put_nowait(data)

    def close(self) -> None:
        """Does nothing: whoever opened the connection closes it."""

    async def send(self, connection: "ServerConnection") -> None:
        """Sends what is written as frames of text, which clients in a browser parse, until the client left."""
        from websockets.exceptions import ConnectionClosed

        with suppress(ConnectionClosed):
            while True:
                await connection.send((await self._unsent.get()).decode())


async def _feed(messages: Input, connection: "ServerConnection") -> None:
    """Passes on what comes in, as if it came in a stream."""
    from websockets.exceptions import ConnectionClosedError

    with suppress(ConnectionClosedError):
        async for frame in connection:
            body = frame.encode() if isinstance(frame, str) else frame
            messages.feed_data(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
    messages.feed_eof()


def _announce(address: tuple[str, int]) -> None:
    logger.info("listening on %s:%d", *address)


def _cannot_listen(port: int, error: OSError | OverflowError) -> ConfigError:
    reason = error.strerror if isinstance(error, OSError) else str(error)
    return ConfigError(
        f"nobody can listen on port {port} of {_HOST}: {reason}; choose another, or 0 for any that is free"
    )
