"""Edits of a script as edits of its file, which may be the template that it was made from."""

from collections.abc import Iterable

from confiture.errors import ProjectError
from confiture.model.lines import carried_over
from confiture.model.script import Script
from confiture.model.span import Edit
from confiture.sql.script import read_source


def in_file(script: Script, edits: Iterable[Edit]) -> tuple[str, tuple[Edit, ...]]:
    """The text of the script's file, and ``edits`` of the script as edits of that text.

    Raises:
        ProjectError: the file cannot be read, or the edits touch what the template fills in.
    """
    wanted = tuple(edits)
    text = read_source(script.path)
    carried = carried_over(wanted, source=script.source, text=text)
    if carried is None:
        by_hand = "\n".join(edit.replacement.strip() for edit in wanted)
        raise ProjectError(
            f"{script.path}: not changed, since a template fills in what would change, or somebody changed the file; "
            f"put this in by hand:\n{by_hand}"
        )
    return text, carried
