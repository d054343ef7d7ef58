"""Lenses: score and survivors of the file, cost and kills of each statement."""

import asyncio
from collections.abc import Iterator

from lsprotocol import types

from confiture.lsp.feature import Feature
from confiture.lsp.features.commands import ACCEPT_BASELINE, SHOW_MUTANTS
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
        lenses.append(_lens(_TOP, title, RUN, uri))
        for role, statement, place in record.statements(path):
            start = session.range_of(path, place, record)
            lenses += _of_statement(record, role, statement, place=start, uri=uri)
    if not lenses and await asyncio.to_thread(session.is_migration, path):
        lenses.append(_lens(_TOP, "Run Confiture", RUN, uri))
    return lenses


def _of_statement(
    record: Record, role: Role, statement: Statement, *, place: types.Range, uri: str
) -> Iterator[types.CodeLens]:
    comparison = record.comparison(role, statement)
    if comparison:
        yield _lens(place, cost_in_short(comparison), ACCEPT_BASELINE, uri, statement.operation)
    kills = kills_in_short(record.judgements(role, statement))
    if kills:
        yield _lens(place, kills, SHOW_MUTANTS, uri, role.value, statement.index)


def _lens(place: types.Range, title: str, command: str, *arguments: object) -> types.CodeLens:
    return types.CodeLens(place, types.Command(title, command, arguments=list(arguments)))


FEATURES = (Feature(types.TEXT_DOCUMENT_CODE_LENS, code_lenses, types.CodeLensOptions(resolve_provider=False)),)
