"""Shutdown and cancelled progress."""

import asyncio

from lsprotocol import types

from confiture.lsp.feature import Feature
from confiture.lsp.session import Session


async def shut_down(session: Session, _: object) -> None:
    """Ends all runs; the client may ask for nothing more."""
    await asyncio.to_thread(session.close)


def cancel(session: Session, params: types.WorkDoneProgressCancelParams) -> None:
    """The user pressed the button of a progress bar."""
    session.cancel(params.token)


FEATURES = (
    Feature(types.SHUTDOWN, shut_down),
    Feature(types.WINDOW_WORK_DONE_PROGRESS_CANCEL, cancel),
)
