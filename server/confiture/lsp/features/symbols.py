"""Symbols: the statements of a file under up and down, and in the workspace all migrations with what they make."""

import asyncio
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from lsprotocol import types

from confiture.errors import ConfitureError
from confiture.lsp.convert import to_range
from confiture.lsp.feature import Feature
from confiture.lsp.outline import is_divided, sections
from confiture.lsp.session import Session
from confiture.lsp.settings import ClientSettings
from confiture.lsp.warm_up import warm_up
from confiture.model.migration import Migration
from confiture.model.script import Script, Statement
from confiture.model.span import Span

_MOST = 1000
_KINDS = {
    "TABLE": types.SymbolKind.Struct,
    "FOREIGN TABLE": types.SymbolKind.Struct,
    "VIEW": types.SymbolKind.Interface,
    "MATERIALIZED VIEW": types.SymbolKind.Interface,
    "INDEX": types.SymbolKind.Key,
    "FUNCTION": types.SymbolKind.Function,
    "PROCEDURE": types.SymbolKind.Function,
    "AGGREGATE": types.SymbolKind.Function,
    "TYPE": types.SymbolKind.Enum,
    "DOMAIN": types.SymbolKind.TypeParameter,
    "SCHEMA": types.SymbolKind.Namespace,
    "EXTENSION": types.SymbolKind.Package,
    "SEQUENCE": types.SymbolKind.Number,
    "TRIGGER": types.SymbolKind.Event,
    "RULE": types.SymbolKind.Event,
    "POLICY": types.SymbolKind.Event,
}


async def document_symbols(
    session: Session, params: types.DocumentSymbolParams
) -> list[types.DocumentSymbol] | list[types.SymbolInformation]:
    """The statements, below their section where the file has both ways; as a flat list for clients without trees."""
    uri = params.text_document.uri
    path = session.path_of(uri)
    text = session.text_of(path) if path else None
    if path is None or text is None:
        return []
    found = await asyncio.to_thread(sections, path, text, session.settings.of(path))
    encoding = session.encoding
    trees = [
        types.DocumentSymbol(
            name=section.role.value if section.role else "",
            kind=types.SymbolKind.Namespace,
            range=to_range(text, section.span, encoding=encoding),
            selection_range=to_range(text, Span(section.span.start, section.span.start), encoding=encoding),
            children=[_symbol(text, statement, encoding) for statement in section.script.statements],
        )
        for section in found
    ]
    symbols = trees if is_divided(found) else [child for tree in trees for child in tree.children or []]
    shows_trees = session.can("text_document.document_symbol.hierarchical_document_symbol_support")
    return symbols if shows_trees else list(_flat(symbols, uri))


def _symbol(text: str, statement: Statement, encoding: str) -> types.DocumentSymbol:
    extent = Span(statement.span.start, max(statement.end, statement.span.end))
    first = Span(statement.span.start, statement.span.start + len(statement.text.splitlines()[0]))
    return types.DocumentSymbol(
        name=statement.operation,
        kind=_kind(statement),
        range=to_range(text, extent, encoding=encoding),
        selection_range=to_range(text, first, encoding=encoding),
    )


def _kind(statement: Statement) -> types.SymbolKind:
    return _KINDS.get(statement.kind.partition(" ")[2], types.SymbolKind.Object)


def _flat(symbols: Iterable[types.DocumentSymbol], uri: str) -> Iterator[types.SymbolInformation]:
    for symbol in symbols:
        yield types.SymbolInformation(types.Location(uri, symbol.range), symbol.name, symbol.kind)
        yield from _flat(symbol.children or (), uri)


async def workspace_symbols(session: Session, params: types.WorkspaceSymbolParams) -> list[types.SymbolInformation]:
    """The migrations, and what they create, whose names have the letters of the query in their order."""
    roots = {*session.folders, *(record.config.root for record in session.records.values())}
    return await asyncio.to_thread(_search, sorted(roots), params.query, session.settings, session.encoding)


def _search(
    roots: Iterable[Path], query: str, settings: ClientSettings, encoding: str
) -> list[types.SymbolInformation]:
    warm_up()
    from confiture.engine.project import load_project

    found: dict[Path, Iterable[Migration]] = {}
    for root in roots:
        with suppress(ConfitureError):
            history = load_project(root, environment=os.environ, overrides=settings.of(root)).history
            found[history.root] = history.migrations
    every = (symbol for migrations in found.values() for each in migrations for symbol in _of_migration(each, encoding))
    return [symbol for symbol in every if _matches(query.lower(), symbol.name.lower())][:_MOST]


def _of_migration(migration: Migration, encoding: str) -> Iterator[types.SymbolInformation]:
    script = migration.up
    yield types.SymbolInformation(_location(script, Span(0, 0), encoding), migration.title, types.SymbolKind.File)
    for statement in script.statements:
        if statement.kind.startswith("CREATE ") and statement.name:
            place = _location(script, statement.span, encoding)
            yield types.SymbolInformation(place, statement.name, _kind(statement), container_name=migration.title)


def _location(script: Script, span: Span, encoding: str) -> types.Location:
    return types.Location(script.path.as_uri(), to_range(script.source, span, encoding=encoding))


def _matches(query: str, name: str) -> bool:
    letters = iter(name)
    return all(letter in letters for letter in query if not letter.isspace())


FEATURES = (
    Feature(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL, document_symbols),
    Feature(types.WORKSPACE_SYMBOL, workspace_symbols),
)
