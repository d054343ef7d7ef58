"""What pygls leaves out: answers at the wrong time, ends of what is cancelled, capabilities newer than it knows."""

import asyncio
from collections.abc import Callable, Generator
from concurrent.futures import Future
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.protocol import LanguageServerProtocol, lsp_method
from pygls.protocol.json_rpc import JsonRPCNotification, MsgId, RPCMessage, RPCRequest

SCHEME = "confiture-mutant"
"""Of documents whose text the client asks us for."""


class Protocol(LanguageServerProtocol):
    """Refuses requests at the wrong time and malformed ones, where pygls fails or is silent."""

    _ending: Future[Any] | None = None

    def handle_message(self, message: RPCMessage) -> None:
        """Answers or drops what comes at the wrong time."""
        method = getattr(message, "method", types.INITIALIZE)  # a response always comes at the right one
        early = self._workspace is None and method not in (types.INITIALIZE, types.EXIT)
        late = self._shutdown and method != types.EXIT
        if not early and not late:
            super().handle_message(message)
            if isinstance(message, RPCRequest) and method == types.SHUTDOWN:
                self._ending = self._request_futures.get(message.id)
        elif isinstance(message, RPCRequest):
            code = types.ErrorCodes.InvalidRequest if late else types.ErrorCodes.ServerNotInitialized
            reason = "the server was shut down" if late else "initialize comes first"
            self._send_response(message.id, error=types.ResponseError(code, f"{method}: {reason}"))

    async def end(self) -> None:
        """Waits until a shutdown that was asked for has its answer, for clients that go on without waiting for it."""
        if self._ending:
            await asyncio.wait([asyncio.wrap_future(self._ending)])

    def structure_message(self, data: dict[str, Any]) -> Any:
        """Answers requests whose parameters are malformed; in their place comes a notification that nobody handles."""
        try:
            return super().structure_message(data)
        except JsonRpcException as error:
            if "id" not in data or "method" not in data:
                raise
            self._send_response(data["id"], error=error.to_response_error())
            return JsonRPCNotification("$/refused", self.VERSION, None)

    def _execute_handler(
        self,
        msg_id: MsgId,
        handler: Callable[..., Any],
        callback: Callable[[Future[Any]], None],
        args: tuple[Any, ...] | None = None,
        kwargs: dict[str, Any] | None = None,
    ) -> None:
        """Forgets a handler that is done, and ends a command whose request was cancelled; pygls does neither."""
        super()._execute_handler(msg_id, handler, callback, args, kwargs)
        running = self._request_futures.get(msg_id)
        if running is None:
            return
        loop, forget = asyncio.get_running_loop(), self._request_futures.pop
        # Later, since pygls cancels them in a loop over this dictionary when it shuts down.
        running.add_done_callback(lambda _: loop.call_soon(forget, msg_id, None))
        request = None if self.msg_id is None else self._request_futures.get(self.msg_id)
        if request and request is not running:
            request.add_done_callback(lambda done: running.cancel() if done.cancelled() else None)

    @lsp_method(types.INITIALIZE)
    def lsp_initialize(self, params: types.InitializeParams) -> Generator[Any, Any, types.InitializeResult]:
        """As pygls does it, and offers the texts of mutants to clients that ask for texts."""
        result = yield from super().lsp_initialize(params)
        workspace, offered = params.capabilities.workspace, result.capabilities.workspace
        if workspace and workspace.text_document_content and offered:
            offered.text_document_content = types.TextDocumentContentOptions([SCHEME])
        return result
