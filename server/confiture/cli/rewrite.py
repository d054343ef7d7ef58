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
        ProjectError: see `rewritten`; or the file cannot be written.
    """
    text = rewritten(script, edits)
    try:
        script.path.write_bytes(text.encode())
    except OSError as error:
        raise ProjectError(f"{script.path}: cannot be written: {error.strerror}") from error


def rewritten(script: "Script", edits: "Sequence[Edit]") -> str:
    """The file of ``script``, which may be the template that it was made from, with ``edits``.

    Raises:
        ProjectError: see `in_file`.
    """
    from confiture.model.span import apply_edits
    from confiture.sql.templates import in_file

    return apply_edits(*in_file(script, edits))
