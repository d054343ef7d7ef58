"""Links in directives: from operators to their documentation, from tests to the migration that they are bound to."""

import asyncio
import os
from pathlib import Path

from lsprotocol import types

from confiture.errors import ConfitureError
from confiture.lsp.convert import to_range
from confiture.lsp.directive_help import subjects
from confiture.lsp.feature import Feature
from confiture.lsp.runner import migration_of
from confiture.lsp.session import Session
from confiture.lsp.settings import Given
from confiture.lsp.warm_up import warm_up
from confiture.report.documentation import operator_page


async def document_links(session: Session, params: types.DocumentLinkParams) -> list[types.DocumentLink]:
    """The links of an open file."""
    path = session.path_of(params.text_document.uri)
    text = session.text_of(path) if path else None
    if path is None or text is None:
        return []
    links: list[types.DocumentLink] = []
    for verb, span in subjects(text):
        word, settings = span.of(text), session.settings.of(path)
        target = await asyncio.to_thread(_page, word) if verb.startswith("ignore") else None
        if verb == "migration":
            target = await asyncio.to_thread(_migration, path, word, settings)
        if target:
            links.append(types.DocumentLink(to_range(text, span, encoding=session.encoding), target))
    return links


def _page(word: str) -> str | None:
    warm_up()
    from confiture.operators import find_operator

    operator = find_operator(word)
    return operator_page(operator.id) if operator else None


def _migration(path: Path, version: str, settings: Given) -> str | None:
    """The migration of the test in ``path``, if that is saved with this ``version``; reads the project."""
    warm_up()
    from confiture.engine.project import load_project
    from confiture.engine.test_files import short

    try:
        migration = migration_of(load_project(path, environment=os.environ, overrides=settings), path)
    except ConfitureError:
        return None
    same = migration is not None and short(migration.version) == short(version)
    return migration.up.path.as_uri() if migration and same else None


FEATURES = (Feature(types.TEXT_DOCUMENT_DOCUMENT_LINK, document_links),)
