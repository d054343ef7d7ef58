"""Writing edits of ours into a script's file."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from confiture.errors import ProjectError

if TYPE_CHECKING:
    from confiture.model.script import Script
    from confiture.model.span import Edit


def rewrite(script: "Script", edits: "Sequence[Edit]") -> None:
    """Makes ``edits`` in the file of ``script``.

    Raises:
        ProjectError: it cannot be written.
    """
    from confiture.model.span import apply_edits

    try:
        script.path.write_bytes(apply_edits(script.source, edits).encode())
    except OSError as error:
        raise ProjectError(f"{script.path}: cannot be written: {error.strerror}") from error
