"""Keeping migration tools from cutting a block at the semicolons in it."""

import re

from confiture.engine.easing.remedy import Situation
from confiture.engine.easing.transactions import at_end_of_changeset
from confiture.model.lines import line_above, line_below
from confiture.model.script import Statement
from confiture.model.span import Edit

_GOOSE = re.compile(r"^\s*--\s*\+goose\s+Statement(?P<edge>Begin|End)\b", re.MULTILINE | re.IGNORECASE)


def kept_whole(situation: Situation, statement: Statement) -> tuple[Edit, ...] | str:
    """Edits of what stands around ``statement``, after which its tool sends it whole, or why there are none.

    Sources: goose's README ("SQL Migrations"); https://docs.liquibase.com (changeset attribute splitStatements).
    """
    source = situation.script.source
    match situation.layout:
        case "goose":
            edges = [match["edge"].lower() for match in _GOOSE.finditer(source, 0, statement.span.start)]
            if edges[-1:] == ["begin"]:
                return ()
            return (
                line_above(source, statement.span.start, "-- +goose StatementBegin"),
                line_below(source, statement.end, "-- +goose StatementEnd"),
            )
        case "liquibase":
            return at_end_of_changeset(situation, statement, "splitStatements:false")
        case _:
            return ()
