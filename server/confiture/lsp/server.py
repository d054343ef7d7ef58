"""Creates the language server: what it can do is the sum of its features."""

import asyncio
import inspect
import logging
import os
import signal
import sys
from collections.abc import Callable, Coroutine
from functools import partial
from types import FrameType
from typing import Any

from pygls.lsp.server import LanguageServer

from confiture import version
from confiture.errors import ConfitureError
from confiture.lsp.feature import Command, Feature
from confiture.lsp.features import (
    code_actions,
    code_lens,
    commands,
    complete_down,
    completion,
    configuration,
    document_links,
    documents,
    ease,
    files,
    folders,
    folding,
    hover,
    inlay_hints,
    life,
    mutant_views,
    pull,
    report,
    symbols,
    write_tests,
)
from confiture.lsp.protocol import Protocol
from confiture.lsp.session import Session

logger = logging.getLogger("confiture.lsp")

_SWITCH_SECONDS = 0.001
"""How long a run may keep a handler waiting for the interpreter; Python's own 5 ms add up within one answer."""

FEATURES: tuple[Feature, ...] = (
    *life.FEATURES,
    *documents.FEATURES,
    *files.FEATURES,
    *folders.FEATURES,
    *configuration.FEATURES,
    *pull.FEATURES,
    *code_lens.FEATURES,
    *inlay_hints.FEATURES,
    *hover.FEATURES,
    *document_links.FEATURES,
    *code_actions.FEATURES,
    *completion.FEATURES,
    *symbols.FEATURES,
    *folding.FEATURES,
    *mutant_views.FEATURES,
)
COMMANDS: tuple[Command, ...] = (
    *commands.COMMANDS,
    *report.COMMANDS,
    *write_tests.COMMANDS,
    *complete_down.COMMANDS,
    *ease.COMMANDS,
)


def create() -> tuple[LanguageServer, Session]:
    """A server that has not started, and its state."""
    server = LanguageServer("confiture", version(), protocol_cls=Protocol)
    session = Session(server)
    for feature in FEATURES:
        server.feature(feature.method, feature.options)(_guarded(session, feature.handle))
    for command in COMMANDS:
        server.command(command.name)(_guarded(session, command.run))
    return server, session


def serve(converse: Callable[[LanguageServer], Coroutine[Any, Any, None]]) -> None:
    """Serves one client until it leaves, by `serve_standard_io` or one of its like.

    Raises:
        ConfigError: the client cannot be waited for.
        SystemExit: it left; the code tells whether it had announced it, as the protocol wants.
    """
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("pygls").setLevel(logging.ERROR)
    sys.setswitchinterval(_SWITCH_SECONDS)
    server, session = create()
    signal.signal(signal.SIGTERM, partial(_terminate, session))
    try:
        asyncio.run(converse(server))
    except (ConnectionError, EOFError):
        logger.warning("the client is gone")
    finally:
        server.shutdown()
        session.close()


def _terminate(session: Session, number: int, _frame: FrameType | None) -> None:
    """Leaves at once, with nothing left behind; the thread that waits for input would keep a usual exit from ending."""
    session.close()
    os._exit(128 + number)


def _guarded(session: Session, handle: Callable[..., object]) -> Callable[..., object]:
    """The one place where a handler's errors end: what the user can mend is shown, the rest is logged."""
    if inspect.iscoroutinefunction(handle):

        async def handle_async(*arguments: Any) -> object:
            try:
                return await handle(session, *arguments)
            except ConfitureError as error:
                session.tell(str(error))
            except Exception:
                logger.exception("%s failed", handle.__name__)
            return None

        return handle_async

    def handle_now(*arguments: Any) -> object:
        try:
            return handle(session, *arguments)
        except ConfitureError as error:
            session.tell(str(error))
        except Exception:
            logger.exception("%s failed", handle.__name__)
        return None

    return handle_now
