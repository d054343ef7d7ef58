"""Lenses: score and survivors of the file, cost and kills of each statement, worded once the client shows them."""

import asyncio
from collections.abc import Iterator, Mapping
from typing import cast

from lsprotocol import types

from confiture.errors import ProjectError
from confiture.lsp.feature import Feature
from confiture.lsp.features.commands import ACCEPT_BASELINE, SHOW_MUTANTS, statement_of
from confiture.lsp.record import Record
from confiture.lsp.session import RUN, Session
from confiture.lsp.words import cost_in_short, kills_in_short, outcome_in_short
from confiture.model.migration import Role
from confiture.model.script import Statement

_TOP = types.Range(types.Position(0, 0), types.Position(0, 0))


async def code_lenses(session: Session, params: types.CodeLensParams) -> list[types.CodeLens]:
    """What is known of the file; before its first run an offer to run it, if it is a migration."""
    uri = params.text_document.uri
    path = session.path_of(uri)
    if path is None:
        return []
    lenses: list[types.CodeLens] = []
    for record in session.records_of(path):
        title = f"{outcome_in_short(record.outcome, running=record.running)} — run again"
        lenses.append(types.CodeLens(_TOP, _command(title, RUN, uri)))
        for role, statement, place in record.statements(path):
            start = session.range_of(path, place, record)
            data = {"uri": uri, "role": role.value, "statement": statement.index}
            lenses += (types.CodeLens(start, data={**data, "says": says}) for says in _says(record, role, statement))
    if not lenses and await asyncio.to_thread(session.is_migration, path):
        lenses.append(types.CodeLens(_TOP, _command("Run Confiture", RUN, uri)))
    return lenses


def _says(record: Record, role: Role, statement: Statement) -> Iterator[str]:
    if record.comparison(role, statement):
        yield "cost"
    if kills_in_short(record.judgements(role, statement)):
        yield "kills"


def resolve(session: Session, lens: types.CodeLens) -> types.CodeLens:
    """The words and the command of a statement's lens; of one that is outdated the offer to run the file."""
    data = cast("object", lens.data)
    if lens.command is None and isinstance(data, Mapping):
        given = cast("Mapping[str, object]", data)
        lens.command = _resolved(session, given) or _command("Run Confiture again", RUN, given.get("uri"))
    return lens


def _resolved(session: Session, data: Mapping[str, object]) -> types.Command | None:
    uri, role, index = data.get("uri"), data.get("role"), data.get("statement")
    try:
        record = session.record(uri)
        found_role, statement = statement_of(record, role, index)
    except ProjectError:
        return None
    comparison = record.comparison(found_role, statement)
    if data.get("says") == "cost" and comparison:
        return _command(cost_in_short(comparison), ACCEPT_BASELINE, uri, statement.operation)
    kills = kills_in_short(record.judgements(found_role, statement))
    return _command(kills, SHOW_MUTANTS, uri, role, index) if kills else None


def _command(title: str, command: str, *arguments: object) -> types.Command:
    return types.Command(title, command, arguments=list(arguments))


FEATURES = (
    Feature(types.TEXT_DOCUMENT_CODE_LENS, code_lenses, types.CodeLensOptions(resolve_provider=True)),
    Feature(types.CODE_LENS_RESOLVE, resolve),
)
