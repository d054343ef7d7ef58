"""What a feature file declares."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from confiture.lsp.session import Session


@dataclass(frozen=True, slots=True)
class Feature:
    """An LSP method that we answer.

    Attributes:
        handle: called with the session and the method's parameters; may be a coroutine function.
        options: registration options of the method.
    """

    method: str
    handle: "Callable[[Session, Any], object]"
    options: object = None


@dataclass(frozen=True, slots=True)
class Command:
    """A command for ``workspace/executeCommand``; ``run`` gets the session and the client's arguments."""

    name: str
    run: "Callable[..., object]"
